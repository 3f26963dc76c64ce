/* The mean loss, which is what training makes small. */
#include "evaluate/metric.h"
#include "evaluate/score.h"

static double finish(const rondo_metric_totals *totals)
{
    return rondo_score_loss(totals->score);
}

const rondo_metric rondo_metric_loss = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "loss",
             .summary = "mean of the loss over steps or, with pooling, over sequences",
             .equations = "loss = sum_i l_i / n    l_i: the loss plugin's, without class weights",
             .options = rondo_no_options},
    .finish = finish,
};
