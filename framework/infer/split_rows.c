#include "infer/split_rows.h"

#include "infer/split_batches.h"

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

typedef struct row_taking {
    const rondo_session *session;
    rondo_split_take take;
    void *context;
} row_taking;

static void take_row(const row_taking *t, const rondo_pass *pass, rondo_split_row row)
{
    row.prediction = rondo_pass_prediction(pass) + row.row * t->session->network->output_width;
    t->take(t->context, &row);
}

static void take_batch(void *context, const rondo_pass *pass, const rondo_batch *batch)
{
    const row_taking *taken = context;
    bool pooled = taken->session->network->pooling != RONDO_POOLING_NONE;
    rondo_split_row row = {.batch = batch};
    for (int64_t b = 0; pooled && b < batch->rows; b++) {
        row.row = b;
        row.sequence = row.place = batch->sequence[b];
        take_row(taken, pass, row);
    }
    for (int64_t t = 0; !pooled && t < batch->steps; t++)
        for (int64_t b = 0; b < batch->active[t]; b++) {
            row.row = batch->offset[t] + b;
            row.sequence = batch->sequence[b];
            row.place = batch->start[b] + t;
            take_row(taken, pass, row);
        }
}

rondo_status rondo_split_rows_each(const rondo_session *session, rondo_split split,
                                   rondo_split_take take, void *context, rondo_error *error)
{
    row_taking t = {session, take, context};
    return rondo_split_batches_each(session, split, true, take_batch, &t, error);
}
