/* A metric added from outside, for new_metric.cmake: how often the class is among the three best answers. */
#include "evaluate/metric.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

enum { HITS, ALL, SUMS };

static bool applies(const rondo_experiment *experiment)
{
    return experiment->loss.loss->target == RONDO_TARGET_CLASS;
}

static bool is_hit(const rondo_metric_batch *batch, int64_t n)
{
    const rondo_real *p = batch->prediction + n * batch->width;
    int64_t target = batch->batch->targets[n], better = 0;
    for (int64_t k = batch->first_class; k < batch->width; k++)
        better += k != target && p[k] > p[target];
    return better < 3;
}

static void add(const rondo_metric_batch *batch, double *sums)
{
    for (int64_t n = 0; n < batch->predictions; n++)
        sums[HITS] += is_hit(batch, n);
    sums[ALL] += (double)batch->predictions;
}

static double finish(const rondo_metric_totals *totals)
{
    return totals->sums[HITS] / totals->sums[ALL];
}

const rondo_metric rondo_metric_top_3_accuracy = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "top_3_accuracy",
             .summary = "share of the predictions whose class is among the three most probable",
             .equations = "top_3_accuracy = hits / all", .source = "an external project",
             .options = options},
    .unit = "1",
    .higher_is_better = true,
    .place = 15,
    .needs = RONDO_NEEDS_PREDICTIONS,
    .applies = applies,
    .add = add,
    .sum_count = SUMS,
    .finish = finish,
};
