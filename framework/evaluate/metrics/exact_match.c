/* How many sources are translated exactly. */
#include "data/text/vocabulary.h"
#include "evaluate/metric.h"

enum { EXACT, DECODED, SUMS };

/* Whether the target of row b is these symbols and then the end. */
static bool is_exact(const rondo_batch *batch, int64_t b, const int32_t *found, int64_t length)
{
    if (length >= batch->steps || batch->active[length] <= b) return false;
    for (int64_t t = 0; t < length; t++)
        if (batch->targets[batch->offset[t] + b] != found[t]) return false;
    return batch->targets[batch->offset[length] + b] == RONDO_END_ID;
}

static void add(const rondo_metric_batch *batch, double *sums)
{
    const rondo_decoded *decoded = batch->decoded;
    for (int64_t b = 0; b < batch->batch->rows; b++)
        sums[EXACT] += is_exact(batch->batch, b, decoded->symbols[b], decoded->lengths[b]);
    sums[DECODED] += (double)batch->batch->rows;
}

static double finish(const rondo_metric_totals *totals)
{
    return totals->sums[EXACT] / totals->sums[DECODED];
}

const rondo_metric rondo_metric_exact_match = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "exact_match",
             .summary = "share of the sources for which greedy decoding gives exactly the target; "
                        "on the validation split, of the first train.decoded_sequences",
             .equations = "exact_match = exact / decoded", .options = rondo_no_options},
    .unit = "1",
    .higher_is_better = true,
    .place = 10,
    .needs = RONDO_NEEDS_DECODED,
    .add = add,
    .sum_count = SUMS,
    .finish = finish,
};
