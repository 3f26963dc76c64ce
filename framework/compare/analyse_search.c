/* What a search says. */
#include <math.h>

#include "compare/analyse_private.h"

/* Whether a is the better figure of the two; nothing is better than a NaN. */
static bool is_better(const rondo_comparison *comparison, double a, double b)
{
    if (isnan(a) || isnan(b)) return !isnan(a) && isnan(b);
    return comparison->metric.higher_is_better ? a > b : a < b;
}

static int64_t best_of(const rondo_comparison *comparison, const rondo_compared_group *group)
{
    int64_t best = -1;
    double best_value = NAN;
    for (int64_t i = 0; i < group->variant_count; i++) {
        double value = comparison->variants[group->variants[i]].best_valid.mean;
        if (!is_better(comparison, value, best_value)) continue;
        best = group->variants[i];
        best_value = value;
    }
    return best;
}

rondo_status rondo_comparison_search(rondo_comparison *comparison, rondo_error *error)
{
    (void)error;
    for (int64_t g = 0; g < comparison->group_count; g++)
        comparison->groups[g].best = best_of(comparison, &comparison->groups[g]);
    return RONDO_OK;
}
