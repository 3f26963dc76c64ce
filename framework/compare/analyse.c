/* Means and intervals of variants, and where a halving left its runs. */
#include <math.h>

#include "compare/analyse_private.h"
#include "statistics/paired.h"

static double value_of(const rondo_compared_run *run)
{
    return run->value;
}

static double best_valid_of(const rondo_compared_run *run)
{
    return run->best_valid;
}

static double test_of(const rondo_compared_run *run)
{
    return run->test;
}

static rondo_seed_estimate estimate(const rondo_comparison *comparison,
                                    const rondo_compared_variant *variant,
                                    double (*get)(const rondo_compared_run *), double *values)
{
    int64_t count = 0;
    for (int64_t i = variant->first_run; i < variant->first_run + variant->run_count; i++) {
        const rondo_compared_run *run = &comparison->runs[i];
        if (run->counts && isfinite(get(run))) values[count++] = get(run);
    }
    if (count == 0) return (rondo_seed_estimate){0, NAN, NAN, NAN, NAN};
    rondo_t_interval interval = rondo_t_interval_of(values, count, 0.95);
    return (rondo_seed_estimate){count, interval.mean, interval.deviation, interval.low,
                                 interval.high};
}

/* A run that failed says the last rung that it reached; one that is done came to the last. */
static void count_rungs(rondo_comparison *comparison)
{
    int64_t last = comparison->rung_count;
    for (int64_t i = 0; i < comparison->run_count && last > 0; i++) {
        const rondo_compared_run *run = &comparison->runs[i];
        bool is_done = run->state == RONDO_RUN_DONE, has_failed = run->state == RONDO_RUN_FAILED;
        if (!is_done && !has_failed && run->state != RONDO_RUN_HALTED) continue;
        int64_t reached = is_done ? last : run->rung < last ? run->rung : last;
        for (int64_t r = 0; r < reached; r++)
            comparison->rungs[r].reached++;
        if (has_failed && reached < last)
            comparison->rungs[reached].failed++;
        else if (!has_failed && reached > 0)
            comparison->rungs[reached - 1].ended++;
    }
}

rondo_status rondo_comparison_analyse(rondo_comparison *comparison, rondo_error *error)
{
    double *values =
        rondo_owned_take(&comparison->owned, (size_t)comparison->run_count * sizeof *values);
    if (!values) return rondo_owned_check(&comparison->owned, "values of runs", error);
    for (int64_t v = 0; v < comparison->variant_count; v++) {
        rondo_compared_variant *variant = &comparison->variants[v];
        variant->value = estimate(comparison, variant, value_of, values);
        variant->best_valid = estimate(comparison, variant, best_valid_of, values);
        variant->test = estimate(comparison, variant, test_of, values);
    }
    count_rungs(comparison);
    rondo_status status = rondo_comparison_search(comparison, error);
    return status ? status : rondo_comparison_decide(comparison, error);
}
