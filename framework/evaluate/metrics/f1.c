/* Precision and recall of entities in one number. */
#include "evaluate/metric.h"

static double finish(const rondo_metric_totals *totals)
{
    return rondo_label_f1(totals->entities);
}

const rondo_metric rondo_metric_f1 = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "f1",
             .summary = "harmonic mean of precision and recall of entities",
             .equations = "f1 = 2 precision recall / (precision + recall)    0 where both are 0",
             .source = "conlleval: Tjong Kim Sang & Buchholz (2000), CoNLL-2000 shared task",
             .options = rondo_no_options},
    .unit = "1",
    .higher_is_better = true,
    .place = 32,
    .needs = RONDO_NEEDS_ENTITIES,
    .finish = finish,
};
