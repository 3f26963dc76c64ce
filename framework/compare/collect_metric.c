/* The metric that is compared: which way is better, and what each run has of it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare/collect_private.h"
#include "config/metric_names.h"
#include "store/metrics.h"

/* Of the training split, but no figures of an evaluation: neither way is better. */
static bool is_of_training(const char *figure)
{
    static const char *const names[] = {"gradient_norm", "clip_rate", "learning_rate", NULL};
    for (int i = 0; names[i]; i++)
        if (strcmp(figure, names[i]) == 0) return true;
    return false;
}

/* Of a run whose loss is not known, as its folder has no config, every loss plugin is asked. */
static bool find_direction(const rondo_collection *collection, const char *figure,
                           rondo_registry *registry, bool *higher)
{
    const char *loss = NULL;
    for (int64_t i = 0; i < collection->count && !loss; i++)
        loss = collection->runs[i].loss;
    return registry && rondo_metric_direction(registry, loss, figure, higher);
}

/* --- its name --- */

static rondo_status parse(rondo_compared_metric *metric, rondo_owned *owned, const char *text,
                          rondo_error *error)
{
    const char *blank = strchr(text, ' ');
    size_t length = blank ? (size_t)(blank - text) : 0;
    metric->name = rondo_owned_copy(owned, text, strlen(text));
    metric->split = RONDO_SPLITS;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const char *name = rondo_split_name((rondo_split)s);
        if (strlen(name) == length && strncmp(text, name, length) == 0)
            metric->split = (rondo_split)s;
    }
    if (!blank || metric->split == RONDO_SPLITS || !blank[1] || strchr(blank + 1, ' '))
        return rondo_error_set(error, RONDO_USAGE,
                               "metric: \"%s\" is not a split and a metric, such as \"test loss\" "
                               "or \"valid accuracy\"",
                               text);
    metric->figure = rondo_owned_copy(owned, blank + 1, strlen(blank + 1));
    return rondo_owned_check(owned, "metric", error);
}

/* The test loss or, where no run has a test split, the validation loss. */
static const char *choose(const rondo_comparison *comparison)
{
    for (int64_t i = 0; i < comparison->run_count; i++)
        if (comparison->runs[i].curves[RONDO_TEST].count > 0) return "test loss";
    return "valid loss";
}

/* --- its values --- */

static double at_epoch(const rondo_curves *curves, const char *figure, int64_t epoch)
{
    const rondo_curve *curve = rondo_curves_find(curves, figure);
    for (int64_t i = 0; curve && i < curves->count; i++)
        if (curves->epoch[i] == epoch) return curve->values[i];
    return NAN;
}

static double last_of(const rondo_curves *curves, const char *figure)
{
    const rondo_curve *curve = rondo_curves_find(curves, figure);
    return curve && curves->count > 0 ? curve->values[curves->count - 1] : NAN;
}

/* The first epoch whose figure no later one betters, as training chooses its best checkpoint. */
static int64_t best_epoch(const rondo_curves *valid, const char *figure, bool higher)
{
    const rondo_curve *curve = rondo_curves_find(valid, figure);
    int64_t best = -1;
    for (int64_t i = 0; curve && i < valid->count; i++) {
        if (!isfinite(curve->values[i])) continue;
        if (best < 0 || (higher ? curve->values[i] > curve->values[best]
                                : curve->values[i] < curve->values[best]))
            best = i;
    }
    return best < 0 ? 0 : valid->epoch[best];
}

static void measure(rondo_compared_run *run, const rondo_compared_metric *metric,
                    const char *monitor, bool monitor_higher)
{
    const char *figure = metric->figure;
    run->best_epoch = best_epoch(&run->curves[RONDO_VALID], monitor, monitor_higher);
    run->best_valid = at_epoch(&run->curves[RONDO_VALID], figure, run->best_epoch);
    run->test = last_of(&run->curves[RONDO_TEST], figure);
    if (metric->split == RONDO_TEST)
        run->value = run->test;
    else if (metric->split == RONDO_VALID)
        run->value = run->best_valid;
    else
        run->value = run->best_epoch > 0
                         ? at_epoch(&run->curves[RONDO_TRAIN], figure, run->best_epoch)
                         : last_of(&run->curves[RONDO_TRAIN], figure);
    run->counts = run->state == RONDO_RUN_DONE && isfinite(run->value);
}

/* --- where it is not there --- */

static void add_name(rondo_text *names, const char *split, const char *figure)
{
    char whole[128];
    snprintf(whole, sizeof whole, "%s %s", split, figure);
    if (strstr(rondo_text_get(names), whole)) return;
    rondo_text_add(names, "%s%s", names->length > 0 ? ", " : "", whole);
}

static rondo_status refuse_missing(rondo_comparison *comparison, rondo_error *error)
{
    rondo_text names = {0};
    const char *wanted = comparison->metric.name, *nearest;
    const char *known[RONDO_SPLITS * RONDO_MAX_RECORD_VALUES];
    int64_t known_count = 0;
    for (int64_t i = 0; i < comparison->run_count && known_count == 0; i++)
        for (int s = 0; s < RONDO_SPLITS; s++) {
            const rondo_curves *curves = &comparison->runs[i].curves[s];
            for (int64_t c = 0; c < curves->curve_count; c++) {
                if (is_of_training(curves->curves[c].figure)) continue;
                add_name(&names, rondo_split_name((rondo_split)s), curves->curves[c].figure);
                known[known_count++] =
                    rondo_compared_text(&comparison->owned, "%s %s",
                                        rondo_split_name((rondo_split)s), curves->curves[c].figure);
            }
        }
    nearest = known_count > 0 ? rondo_text_nearest(wanted, known, known_count) : NULL;
    rondo_status status = rondo_error_set(
        error, RONDO_USAGE, "metric: no run has a %s; %s%s%s%s%s", wanted,
        names.length > 0 ? "there are " : "no run has been evaluated yet", rondo_text_get(&names),
        nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    rondo_text_finish(&names);
    return status;
}

static rondo_status check_values(rondo_comparison *comparison, rondo_error *error)
{
    bool any_evaluated = false;
    for (int64_t i = 0; i < comparison->run_count; i++) {
        const rondo_compared_run *run = &comparison->runs[i];
        if (rondo_curves_find(&run->curves[comparison->metric.split], comparison->metric.figure))
            return RONDO_OK;
        for (int s = 0; s < RONDO_SPLITS; s++)
            any_evaluated |= run->curves[s].count > 0;
    }
    if (any_evaluated || comparison->counts[RONDO_RUN_MISSING] < comparison->run_count)
        return refuse_missing(comparison, error);
    return rondo_error_set(error, RONDO_USAGE,
                           "%s: none of its %lld runs has begun, so there is nothing to compare",
                           comparison->name && *comparison->name ? comparison->name : "runs",
                           (long long)comparison->run_count);
}

static void find_unit(rondo_comparison *comparison)
{
    rondo_compared_metric *metric = &comparison->metric;
    metric->unit = "";
    for (int64_t i = 0; i < comparison->run_count && !*metric->unit; i++) {
        const rondo_curve *curve =
            rondo_curves_find(&comparison->runs[i].curves[metric->split], metric->figure);
        if (curve) metric->unit = curve->unit;
    }
}

static rondo_status check_monitor(rondo_comparison *comparison, const rondo_collection *collection,
                                  rondo_registry *registry, bool *higher, rondo_error *error)
{
    const rondo_found_run *first = NULL;
    comparison->monitor = "loss";
    for (int64_t i = 0; i < collection->count; i++) {
        const rondo_found_run *found = &collection->runs[i];
        if (!found->has_config) continue;
        if (!first) first = found;
        if (strcmp(found->monitor, first->monitor) != 0)
            return rondo_error_set(error, RONDO_USAGE,
                                   "%s chose its best epoch by valid %s, %s by valid %s: their "
                                   "best epochs cannot be compared",
                                   first->run.folder, first->monitor, found->run.folder,
                                   found->monitor);
    }
    if (first) comparison->monitor = first->monitor;
    *higher = false;
    find_direction(collection, comparison->monitor, registry, higher);
    return RONDO_OK;
}

rondo_status rondo_comparison_measure(rondo_comparison *comparison,
                                      const rondo_collection *collection,
                                      const rondo_compare_options *options, rondo_error *error)
{
    rondo_compared_metric *metric = &comparison->metric;
    const char *text = options->metric ? options->metric : collection->plan.metric;
    bool monitor_higher;
    rondo_status status =
        parse(metric, &comparison->owned, text ? text : choose(comparison), error);
    if (!status) status = check_values(comparison, error);
    if (status) return status;
    if (is_of_training(metric->figure) ||
        !find_direction(collection, metric->figure, options->registry, &metric->higher_is_better))
        return rondo_error_set(error, RONDO_USAGE,
                               "metric: %s: it is unknown whether higher or lower is better%s",
                               metric->name,
                               is_of_training(metric->figure)
                                   ? ""
                                   : "; if a plugin of your own defines it: --plugins FOLDER");
    find_unit(comparison);
    status = check_monitor(comparison, collection, options->registry, &monitor_higher, error);
    for (int64_t i = 0; i < comparison->run_count && !status; i++)
        measure(&comparison->runs[i], metric, comparison->monitor, monitor_higher);
    return status;
}
