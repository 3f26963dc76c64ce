/* Of the entities that the data's tags spell, those that the model finds. */
#include "evaluate/metric.h"

static double finish(const rondo_metric_totals *totals)
{
    return rondo_label_recall(totals->entities);
}

const rondo_metric rondo_metric_recall = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "recall",
             .summary = "share of the entities in the data that are predicted exactly",
             .equations = "recall = correct / there    0 where there is none",
             .source = "conlleval: Tjong Kim Sang & Buchholz (2000), CoNLL-2000 shared task",
             .options = rondo_no_options},
    .unit = "1",
    .higher_is_better = true,
    .place = 31,
    .needs = RONDO_NEEDS_ENTITIES,
    .finish = finish,
};
