/* Of the entities that the model's tags spell, those that are right. */
#include "evaluate/metric.h"

static double finish(const rondo_metric_totals *totals)
{
    return rondo_label_precision(totals->entities);
}

const rondo_metric rondo_metric_precision = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "precision",
             .summary =
                 "share of the predicted entities that are right: first step, last step and type",
             .equations = "precision = correct / predicted    0 where nothing is predicted",
             .source = "conlleval: Tjong Kim Sang & Buchholz (2000), CoNLL-2000 shared task",
             .options = rondo_no_options},
    .unit = "1",
    .higher_is_better = true,
    .place = 30,
    .needs = RONDO_NEEDS_ENTITIES,
    .finish = finish,
};
