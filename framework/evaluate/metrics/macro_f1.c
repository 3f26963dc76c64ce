/* The mean over classes of their F1: rare classes count as much as frequent ones. */
#include "evaluate/metric.h"

static double finish(const rondo_metric_totals *totals)
{
    return rondo_class_counts_macro(totals->classes).f1;
}

const rondo_metric rondo_metric_macro_f1 = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric), .name = "macro_f1",
             .summary = "unweighted mean of the F1 of all classes that occur or are predicted",
             .equations = "macro_f1 = mean_c F1_c\n"
                          "F1_c = 2 P_c R_c / (P_c + R_c)    P_c = correct_c / predicted_c\n"
                          "                                  R_c = correct_c / there_c",
             .source = "macro average of scikit-learn's classification_report",
             .options = rondo_no_options},
    .unit = "1",
    .higher_is_better = true,
    .place = 20,
    .needs = RONDO_NEEDS_CLASSES,
    .finish = finish,
};
