/* Errors of label sequences, by label. */
#include "evaluate/metric.h"

enum { ERRORS, LABELS, SUMS };

static void add(const rondo_metric_batch *batch, double *sums)
{
    for (int64_t b = 0; b < batch->batch->rows; b++) {
        sums[ERRORS] += (double)batch->label_errors->errors[b];
        sums[LABELS] += (double)batch->label_errors->labels[b];
    }
}

/* Of no label at all it counts the errors. */
static double finish(const rondo_metric_totals *totals)
{
    const double *sums = totals->sums;
    return sums[LABELS] > 0 ? sums[ERRORS] / sums[LABELS] : sums[ERRORS];
}

const rondo_metric rondo_metric_label_error_rate = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "label_error_rate",
             .summary = "insertions, deletions and substitutions that the answered label sequences "
                        "need to be right, by label that there is; may be above 1",
             .equations = "label_error_rate = sum of edit distances / sum of labels",
             .source =
                 "Levenshtein (1966), Binary codes capable of correcting deletions, insertions, "
                 "and reversals; as of phones or words",
             .options = rondo_no_options},
    .unit = "1",
    .place = 10,
    .needs = RONDO_NEEDS_LABELS,
    .add = add,
    .sum_count = SUMS,
    .finish = finish,
};
