/* Paths become a comparison. */
#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "compare/collect_private.h"
#include "sweep/plan.h"

/* Takes no memory, without which a run would not be noticed. */
static bool has_file(const char *folder, const char *name)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length > 0 && (size_t)length < sizeof path && rondo_file_exists(path);
}

/* --- plain runs --- */

static const char *name_of(const char *folder)
{
    const char *slash = strrchr(folder, '/');
    return slash ? slash + 1 : folder;
}

static const char *command_of(rondo_owned *owned, const char *folder)
{
    rondo_text text = {0};
    const char *config = rondo_compared_text(owned, "%s/config.yaml", folder);
    rondo_text_add(&text, "rondo train ");
    rondo_compared_add_word(&text, config ? config : "");
    rondo_text_add(&text, " --output FOLDER");
    const char *command = rondo_owned_copy(owned, rondo_text_get(&text), text.length);
    rondo_owned_release(owned, &text);
    return command;
}

static rondo_status add_run(rondo_collection *collection, const char *folder, rondo_error *error)
{
    rondo_found_run *found = rondo_finding_add(collection);
    if (!found) return rondo_owned_check(collection->owned, folder, error);
    found->run.folder = folder;
    found->run.name = name_of(folder);
    rondo_status status =
        rondo_found_run_read(found, collection->registry, collection->owned, error);
    if (status) return status;
    if (!found->has_config)
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: its config.yaml is missing, so its settings are unknown",
                               folder);
    found->run.repeat = command_of(collection->owned, folder);
    return rondo_owned_check(collection->owned, folder, error);
}

/* --- paths --- */

/* The folder without slashes at its end; a plan's own path means its folder. */
static const char *clean(rondo_owned *owned, const char *path)
{
    size_t length = strlen(path);
    const char *name = strrchr(path, '/');
    if (strcmp(name ? name + 1 : path, "plan.yaml") == 0) length = name ? (size_t)(name - path) : 0;
    while (length > 1 && path[length - 1] == '/')
        length--;
    return length == 0 ? "." : rondo_owned_copy(owned, path, length);
}

static rondo_status refuse_path(const char *path, rondo_error *error)
{
    size_t length = strlen(path);
    if (!rondo_file_exists(path))
        return rondo_error_set(error, RONDO_USAGE, "%s: no such folder", path);
    if (length > 5 && strcmp(path + length - 5, ".yaml") == 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: name the folder that the sweep writes to (output.folder), not "
                               "the sweep file",
                               path);
    if (rondo_file_is_folder(path) && has_file(path, "sweep.yaml"))
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: this sweep has not begun: it has no plan.yaml yet", path);
    return rondo_error_set(error, RONDO_USAGE,
                           "%s: not a run folder (config.yaml and metrics.jsonl), a folder of run "
                           "folders, or a sweep folder (plan.yaml)",
                           path);
}

/* --- folders of runs --- */

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_run(const char *folder)
{
    return rondo_file_is_folder(folder) && has_file(folder, "metrics.jsonl") &&
           has_file(folder, "config.yaml");
}

/* The run folders in a folder, by name; how many. */
static int64_t list_runs(rondo_owned *owned, const char *folder, const char ***runs)
{
    int64_t count = 0, capacity = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        if (entry->d_name[0] == '.') continue;
        const char *path = rondo_compared_text(owned, "%s/%s", folder, entry->d_name);
        if (!path || !is_run(path)) continue;
        const char **more = rondo_owned_grow(owned, (void *)*runs, count, &capacity, sizeof *more);
        if (!more) break;
        *runs = more;
        (*runs)[count++] = path;
    }
    if (entries) closedir(entries);
    if (count > 1) qsort(*runs, (size_t)count, sizeof **runs, by_bytes);
    return count;
}

static rondo_status add_path(rondo_collection *collection, const char *path, rondo_error *error)
{
    if (!rondo_file_is_folder(path)) return refuse_path(path, error);
    if (rondo_plan_exists(path)) return rondo_finding_add_sweep(collection, path, error);
    if (has_file(path, "metrics.jsonl") || has_file(path, "config.yaml"))
        return add_run(collection, path, error);
    const char **runs = NULL;
    rondo_status status = RONDO_OK;
    int64_t count = list_runs(collection->owned, path, &runs);
    for (int64_t i = 0; i < count && !status; i++)
        status = add_run(collection, runs[i], error);
    return count > 0 ? status : refuse_path(path, error);
}

static rondo_status add_paths(rondo_collection *collection, const char *const *paths, int64_t count,
                              rondo_error *error)
{
    const char **sorted = rondo_owned_take(collection->owned, (size_t)(count + 1) * sizeof *sorted);
    for (int64_t i = 0; i < count && sorted; i++)
        sorted[i] = clean(collection->owned, paths[i]);
    rondo_status status = rondo_owned_check(collection->owned, "paths", error);
    if (!sorted || status) return rondo_error_failure(status);
    if (count > 1) qsort(sorted, (size_t)count, sizeof *sorted, by_bytes);
    for (int64_t i = 0; i < count && !status; i++)
        status = add_path(collection, sorted[i], error);
    return status;
}

/* --- what was declared --- */

/* "lstm" is no variant where axes cross it, but "lstm hidden=64" is: the opponent of "gru
 * hidden=64", whose name has the same end. */
static int64_t find_counterpart(const rondo_comparison *comparison, const char *name,
                                const char *baseline, rondo_owned *owned)
{
    for (const char *rest = strchr(name, ' '); rest; rest = strchr(rest + 1, ' ')) {
        rondo_text text = {0};
        rondo_text_add(&text, "%s%s", baseline, rest);
        const char *other = rondo_owned_copy(owned, rondo_text_get(&text), text.length);
        rondo_owned_release(owned, &text);
        int64_t found = other ? rondo_comparison_find_variant(comparison, other) : -1;
        if (found >= 0) return found;
    }
    return -1;
}

static rondo_status no_baseline(rondo_comparison *comparison, const char *name, rondo_error *error)
{
    const char **names =
        rondo_owned_take(&comparison->owned, (size_t)comparison->variant_count * sizeof *names);
    rondo_text text = {0};
    for (int64_t v = 0; v < comparison->variant_count && names; v++) {
        names[v] = comparison->variants[v].name;
        if (v < 20) rondo_text_add(&text, "%s%s", v > 0 ? "; " : "", names[v]);
    }
    const char *nearest = names ? rondo_text_nearest(name, names, comparison->variant_count) : NULL;
    rondo_status status = rondo_error_set(
        error, RONDO_USAGE, "baseline: no variant is named \"%s\"; there are: %s%s%s%s%s", name,
        rondo_text_get(&text), comparison->variant_count > 20 ? "; .." : "",
        nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    rondo_text_finish(&text);
    return status;
}

static rondo_status find_baseline(rondo_comparison *comparison, const char *name,
                                  rondo_error *error)
{
    bool is_used = false;
    int64_t one = name ? rondo_comparison_find_variant(comparison, name) : -1;
    comparison->baseline = name;
    for (int64_t v = 0; v < comparison->variant_count; v++) {
        rondo_compared_variant *variant = &comparison->variants[v];
        variant->opponent = one;
        if (name && one < 0)
            variant->opponent =
                find_counterpart(comparison, variant->name, name, &comparison->owned);
        if (variant->opponent == v) variant->opponent = -1;
        is_used |= variant->opponent >= 0;
    }
    if (!name || is_used || one >= 0)
        return rondo_owned_check(&comparison->owned, "names of variants", error);
    return no_baseline(comparison, name, error);
}

static bool differs(const char *said, const char *declared)
{
    return said && (!declared || strcmp(said, declared) != 0);
}

static rondo_status declare(rondo_comparison *comparison, const rondo_collection *collection,
                            const rondo_compare_options *options, rondo_error *error)
{
    const rondo_found_plan *plan = &collection->plan;
    bool has_margin = !isnan(options->margin);
    comparison->name = plan->name ? plan->name : "";
    comparison->is_search = plan->is_search;
    comparison->is_halving = plan->is_halving;
    if (plan->is_halving && collection->plan_count == 1) {
        comparison->halving_metric = plan->halving_metric;
        comparison->keep_part = plan->keep_part;
        comparison->keep_of = plan->keep_of;
        comparison->rung_count = plan->rung_count;
        comparison->rungs = plan->rungs;
    }
    comparison->margin = has_margin ? options->margin : plan->is_there ? plan->margin : NAN;
    comparison->is_declared = collection->plan_count == 1 && plan->metric &&
                              !differs(options->metric, plan->metric) &&
                              !differs(options->baseline, plan->baseline) &&
                              (!has_margin || options->margin == plan->margin);
    for (int64_t i = 0; i < collection->count; i++)
        comparison->is_declared &= collection->runs[i].planned != NULL;
    return find_baseline(comparison, options->baseline ? options->baseline : plan->baseline, error);
}

rondo_status rondo_comparison_collect(const char *const *paths, int64_t count,
                                      const rondo_compare_options *options,
                                      rondo_comparison *comparison, rondo_error *error)
{
    *comparison = (rondo_comparison){.margin = NAN};
    rondo_collection collection = {
        .owned = &comparison->owned, .registry = options->registry, .plan.margin = NAN};
    rondo_status status = add_paths(&collection, paths, count, error);
    if (!status) status = rondo_comparison_deal(comparison, &collection, error);
    if (!status) status = declare(comparison, &collection, options, error);
    if (!status) status = rondo_comparison_check_data(comparison, options, error);
    if (!status) status = rondo_comparison_measure(comparison, &collection, options, error);
    if (!status) status = rondo_comparison_group(comparison, error);
    if (status) rondo_comparison_finish(comparison);
    return status;
}
