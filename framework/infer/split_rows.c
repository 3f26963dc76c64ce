#include "infer/split_rows.h"

#include "model/pass.h"

int64_t rondo_split_rows_count(const rondo_session *session, rondo_split split)
{
    const rondo_sequences *sequences = &session->dataset->splits[split];
    int64_t most = 0;
    if (session->network->pooling != RONDO_POOLING_NONE) return sequences->count;
    for (int64_t s = 0; s < sequences->count; s++) {
        int64_t steps = sequences->offset[s + 1] - sequences->offset[s];
        int64_t end = rondo_sequence_start(sequences, s) + steps;
        if (end > most) most = end;
    }
    return most;
}

static void take_row(const rondo_session *session, const rondo_pass *pass, rondo_split_row row,
                     rondo_split_take take, void *context)
{
    row.prediction = rondo_pass_prediction(pass) + row.row * session->network->output_width;
    take(context, &row);
}

static void take_batch(const rondo_session *session, const rondo_pass *pass,
                       const rondo_batch *batch, rondo_split_take take, void *context)
{
    bool pooled = session->network->pooling != RONDO_POOLING_NONE;
    rondo_split_row row = {.batch = batch};
    for (int64_t b = 0; pooled && b < batch->rows; b++) {
        row.row = b;
        row.sequence = row.place = batch->sequence[b];
        take_row(session, pass, row, take, context);
    }
    for (int64_t t = 0; !pooled && t < batch->steps; t++)
        for (int64_t b = 0; b < batch->active[t]; b++) {
            row.row = batch->offset[t] + b;
            row.sequence = batch->sequence[b];
            row.place = batch->start[b] + t;
            take_row(session, pass, row, take, context);
        }
}

rondo_status rondo_split_rows_each(const rondo_session *session, rondo_split split,
                                   rondo_split_take take, void *context, rondo_error *error)
{
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_pass_size size = {.threads = session->threads, .predictions = true};
    rondo_status status = rondo_session_batches(session, split, false, &batches, error);
    if (status) return status;
    rondo_pass_size_cover(&size, batches);
    status = rondo_pass_create(session->network, &size, &pass, error);
    if (!status) rondo_pass_load(pass, session->parameters);
    for (int64_t i = 0; !status && i < rondo_batches_count(batches); i++) {
        rondo_batch batch;
        rondo_score unused = {0};
        rondo_batches_get(batches, 0, i, &batch);
        rondo_pass_evaluate(pass, &batch, &unused);
        take_batch(session, pass, &batch, take, context);
    }
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    return status;
}
