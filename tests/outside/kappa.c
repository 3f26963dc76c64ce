/* A metric added from outside, for new_metric.cmake, that is no mean over predictions: agreement of answers
 * with targets beyond chance, from a count of each pair of classes. */
#include "evaluate/metric.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

typedef struct classes {
    int64_t count;
} classes;

static bool start(const rondo_metric_data *data, void *state)
{
    classes *c = state;
    c->count = data->dataset->schema->target_width;
    return true;
}

static int64_t count_sums(const rondo_metric_data *data)
{
    int64_t count = data->dataset->schema->target_width;
    return count * count;
}

static void add(const rondo_metric_batch *batch, double *sums)
{
    const classes *c = batch->state;
    for (int64_t n = 0; n < batch->predictions; n++)
        sums[batch->batch->targets[n] * c->count + batch->classes[n]]++;
}

static double finish(const rondo_metric_totals *totals)
{
    const classes *c = totals->state;
    double all = 0, right = 0, by_chance = 0;
    for (int64_t k = 0; k < c->count; k++) {
        double there = 0, answered = 0;
        for (int64_t j = 0; j < c->count; j++) {
            there += totals->sums[k * c->count + j];
            answered += totals->sums[j * c->count + k];
        }
        all += there;
        right += totals->sums[k * c->count + k];
        by_chance += there * answered;
    }
    by_chance /= all * all;
    return (right / all - by_chance) / (1 - by_chance);
}

const rondo_metric rondo_metric_kappa = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "kappa",
             .summary = "agreement of answers with targets beyond chance",
             .equations = "kappa = (p_o - p_e) / (1 - p_e)", .source = "Cohen (1960)",
             .options = options},
    .unit = "1",
    .higher_is_better = true,
    .place = 16,
    .needs = RONDO_NEEDS_CLASSES,
    .start = start,
    .state_size = sizeof(classes),
    .add = add,
    .count_sums = count_sums,
    .finish = finish,
};
