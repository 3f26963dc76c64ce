#include "train/split_outputs.h"

#include "base/memory.h"
#include "data/scales.h"
#include "model/pass.h"

static int64_t count_of(const rondo_sequences *sequences, bool pooled)
{
    int64_t most = 0;
    if (pooled) return sequences->count;
    for (int64_t s = 0; s < sequences->count; s++) {
        int64_t steps = sequences->offset[s + 1] - sequences->offset[s];
        int64_t end = rondo_sequence_start(sequences, s) + steps;
        if (end > most) most = end;
    }
    return most;
}

/* Values in the units of the data. */
static void take(const rondo_network *network, const rondo_pass *pass, int64_t from, int64_t place,
                 rondo_split_outputs *outputs)
{
    int64_t width = outputs->width;
    rondo_real *to = outputs->values + place * width;
    network->loss->activate(network->loss_options, 1, width,
                            rondo_pass_prediction(pass) + from * width, width, to, width);
    for (int64_t i = 0; outputs->scales && i < width; i++)
        to[i] = (rondo_real)rondo_scales_restore(outputs->scales, i, (double)to[i]);
}

static void take_batch(const rondo_network *network, const rondo_pass *pass,
                       const rondo_batch *batch, rondo_split_outputs *outputs)
{
    bool pooled = network->pooling != RONDO_POOLING_NONE;
    for (int64_t b = 0; pooled && b < batch->rows; b++)
        take(network, pass, b, batch->sequence[b], outputs);
    for (int64_t t = 0; !pooled && t < batch->steps; t++)
        for (int64_t b = 0; b < batch->active[t]; b++)
            take(network, pass, batch->offset[t] + b, batch->start[b] + t, outputs);
}

rondo_status rondo_split_outputs_make(const rondo_session *session, rondo_split split,
                                      rondo_split_outputs *outputs, rondo_error *error)
{
    const rondo_network *network = session->network;
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_pass_size size = {.threads = session->threads, .predictions = true};
    *outputs =
        (rondo_split_outputs){.width = network->output_width, .scales = session->dataset->scales};
    outputs->count =
        count_of(&session->dataset->splits[split], network->pooling != RONDO_POOLING_NONE);
    outputs->values = rondo_memory_create(
        (size_t)(outputs->count * outputs->width) * sizeof(rondo_real), "predictions", error);
    if (!outputs->values) return error->status;
    rondo_status status = rondo_session_batches(session, split, false, &batches, error);
    if (status) return status;
    rondo_pass_size_cover(&size, batches);
    status = rondo_pass_create(network, &size, &pass, error);
    if (!status) rondo_pass_load(pass, session->parameters);
    for (int64_t i = 0; !status && i < rondo_batches_count(batches); i++) {
        rondo_batch batch;
        rondo_score unused = {0};
        rondo_batches_get(batches, 0, i, &batch);
        rondo_pass_evaluate(pass, &batch, &unused);
        take_batch(network, pass, &batch, outputs);
    }
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    return status;
}

void rondo_split_outputs_finish(rondo_split_outputs *outputs)
{
    rondo_memory_destroy(outputs->values);
    *outputs = (rondo_split_outputs){0};
}
