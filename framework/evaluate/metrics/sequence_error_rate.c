/* Errors of label sequences, by sequence. */
#include "evaluate/metric.h"

enum { WRONG, SEQUENCES, SUMS };

static void add(const rondo_metric_batch *batch, double *sums)
{
    for (int64_t b = 0; b < batch->batch->rows; b++)
        sums[WRONG] += batch->label_errors->errors[b] > 0;
    sums[SEQUENCES] += (double)batch->batch->rows;
}

static double finish(const rondo_metric_totals *totals)
{
    return totals->sums[WRONG] / totals->sums[SEQUENCES];
}

const rondo_metric rondo_metric_sequence_error_rate = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "sequence_error_rate",
             .summary =
                 "share of the sequences whose answered labels are not exactly the right ones",
             .equations = "sequence_error_rate = wrong sequences / sequences",
             .options = rondo_no_options},
    .unit = "1",
    .place = 11,
    .needs = RONDO_NEEDS_LABELS,
    .add = add,
    .sum_count = SUMS,
    .finish = finish,
};
