#include "infer/split_outputs.h"

#include "base/memory.h"
#include "data/scales.h"
#include "infer/split_rows.h"

typedef struct output_taker {
    const rondo_network *network;
    rondo_split_outputs *outputs;
} output_taker;

/* A deviation is scaled, not moved. */
static double restore(const rondo_network *network, const rondo_scales *scales, int64_t i,
                      double value)
{
    int64_t target = i % network->target_width;
    double restored = rondo_scales_restore(scales, target, value);
    bool is_spread = rondo_network_output_is_spread(network, i);
    return is_spread ? restored - rondo_scales_restore(scales, target, 0) : restored;
}

/* Values in the units of the data; those of a time series get theirs from whoever knows the
 * row (data/forecasting.h). */
static void take(void *context, const rondo_split_row *row)
{
    const output_taker *t = context;
    const rondo_scales *scales = t->outputs->scales;
    int64_t width = t->outputs->width;
    rondo_real *to = t->outputs->values + row->place * width;
    t->network->loss->activate(t->network->loss_options, 1, width, row->prediction, width, to,
                               width);
    for (int64_t i = 0; scales && i < width; i++)
        to[i] = (rondo_real)restore(t->network, scales, i, (double)to[i]);
}

rondo_status rondo_split_outputs_make(const rondo_session *session, rondo_split split,
                                      rondo_split_outputs *outputs, rondo_error *error)
{
    const rondo_dataset *dataset = session->dataset;
    output_taker t = {session->network, outputs};
    *outputs =
        (rondo_split_outputs){.width = session->network->output_width,
                              .scales = dataset->forecasting ? NULL : dataset->schema->scales,
                              .count = rondo_split_rows_count(session, split)};
    outputs->values = rondo_memory_create(
        (size_t)(outputs->count * outputs->width) * sizeof(rondo_real), "predictions", error);
    if (!outputs->values) return error->status;
    return rondo_split_rows_each(session, split, take, &t, error);
}

void rondo_split_outputs_finish(rondo_split_outputs *outputs)
{
    rondo_memory_destroy(outputs->values);
    *outputs = (rondo_split_outputs){0};
}
