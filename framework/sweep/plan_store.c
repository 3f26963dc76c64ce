/* A plan and its folder: written where the folder is new, compared where it has one. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/renames.h"
#include "config/yaml.h"
#include "sweep/expand.h"
#include "sweep/plan.h"

/* Of "key=value" the same key, under whichever of its names, and the same value. */
static bool is_same_set(const char *a, const char *b)
{
    char left[RONDO_PATH_SIZE], right[RONDO_PATH_SIZE];
    if (strcmp(a, b) == 0) return true;
    size_t of_a = strcspn(a, "="), of_b = strcspn(b, "=");
    if (strcmp(a + of_a, b + of_b) != 0 || of_a >= sizeof left || of_b >= sizeof right)
        return false;
    snprintf(left, sizeof left, "%.*s", (int)of_a, a);
    snprintf(right, sizeof right, "%.*s", (int)of_b, b);
    return rondo_renames_same(rondo_renames, left, right);
}

static bool has_same_sets(const rondo_plan_run *left, const rondo_plan_run *right)
{
    if (left->seed != right->seed || left->set_count != right->set_count) return false;
    for (int64_t i = 0; i < left->set_count; i++)
        if (!is_same_set(left->sets[i], right->sets[i])) return false;
    return true;
}

static const char *variant_name(const rondo_plan *plan, const rondo_plan_run *run)
{
    return plan->variants[run->variant].name;
}

/* The run of `now` that `before` of `old` is: by its variant's name and its seed, or, where a key
 * that names variants is written by its new name, by what is set. -1: none. */
static int64_t find_run(const rondo_plan *old, const rondo_plan_run *before, const rondo_plan *now)
{
    const char *name = variant_name(old, before);
    for (int64_t i = 0; i < now->run_count; i++)
        if (now->runs[i].seed == before->seed &&
            strcmp(variant_name(now, &now->runs[i]), name) == 0)
            return i;
    for (int64_t i = 0; i < now->run_count; i++)
        if (has_same_sets(before, &now->runs[i])) return i;
    return -1;
}

static rondo_status refuse(const char *folder, const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_USAGE,
                           "%s: holds another sweep: %s; choose another folder (output.folder, "
                           "--output), or remove this one",
                           folder, what);
}

static bool differs(const char *a, const char *b)
{
    return (a == NULL) != (b == NULL) || (a && strcmp(a, b) != 0);
}

static rondo_status refuse_run(const char *folder, const rondo_plan *old,
                               const rondo_plan_run *before, const rondo_plan_run *now,
                               rondo_error *error)
{
    rondo_text what = {0};
    const char *name = old->variants[before->variant].name;
    rondo_text_add(&what, "run %lld (\"%s\", seed %lld) ", (long long)before->number, name,
                   (long long)before->seed);
    if (!now) rondo_text_add(&what, "is not in the sweep file any more");
    for (int64_t i = 0; now && i < before->set_count + now->set_count; i++) {
        const char *left = i < before->set_count ? before->sets[i] : "nothing";
        const char *right = i < now->set_count ? now->sets[i] : "nothing";
        if (is_same_set(left, right)) continue;
        rondo_text_add(&what, "had %s, now %s", left, right);
        break;
    }
    rondo_status status = refuse(folder, rondo_text_get(&what), error);
    rondo_text_finish(&what);
    return status;
}

static rondo_status compare_heads(const char *folder, const rondo_plan *old, const rondo_plan *now,
                                  rondo_error *error)
{
    /* A base that is whole by itself is compared by what it says (compare_base): where it lies from
     * here depends on where the sweep is started. */
    if (!now->base_config && differs(old->base, now->base))
        return refuse(folder, "base differs", error);
    if (memcmp(old->vary, now->vary, sizeof old->vary) != 0)
        return refuse(folder, "vary differs", error);
    const rondo_halving_config *a = &old->halving, *b = &now->halving;
    bool is_same = a->rung_count == b->rung_count && !differs(a->metric, b->metric) &&
                   a->keep_part * b->keep_of == b->keep_part * a->keep_of &&
                   memcmp(a->rungs, b->rungs, sizeof a->rungs) == 0;
    if (!is_same) return refuse(folder, "halving differs", error);
    if (a->rung_count > 0 && old->run_count != now->run_count)
        return refuse(folder, "runs were added, and a halving ranks all runs of a rung", error);
    return RONDO_OK;
}

/* Run folders are named after variants: the name that they have stays. */
static void keep_name(const rondo_plan *old, const rondo_plan_run *before, rondo_plan *now,
                      const rondo_plan_run *run)
{
    const char *name = variant_name(old, before);
    if (strcmp(name, variant_name(now, run)) == 0) return;
    const char *own = rondo_owned_copy(&now->owned, name, strlen(name));
    if (own) now->variants[run->variant].name = own;
}

/* The runs of `now` in the order of the old ones, then the new ones, numbered anew. */
static rondo_status merge(const char *folder, const rondo_plan *old, rondo_plan *now,
                          rondo_error *error)
{
    size_t count = (size_t)now->run_count;
    rondo_plan_run *runs = rondo_owned_take(&now->owned, count * sizeof *runs);
    bool *taken = rondo_owned_take(&now->owned, count * sizeof *taken);
    int64_t used = 0;
    rondo_status status = rondo_owned_check(&now->owned, "plan", error);
    for (int64_t i = 0; !status && i < old->run_count; i++) {
        const rondo_plan_run *before = &old->runs[i];
        bool is_in_place = i < now->run_count && has_same_sets(before, &now->runs[i]) &&
                           strcmp(variant_name(old, before), variant_name(now, &now->runs[i])) == 0;
        int64_t at = is_in_place ? i : find_run(old, before, now);
        if (at < 0 || taken[at] || !has_same_sets(before, &now->runs[at]))
            return refuse_run(folder, old, before, at < 0 ? NULL : &now->runs[at], error);
        taken[at] = true;
        runs[used++] = now->runs[at];
        keep_name(old, before, now, &now->runs[at]);
    }
    for (int64_t i = 0; !status && i < now->run_count; i++)
        if (!taken[i]) runs[used++] = now->runs[i];
    for (int64_t i = 0; !status && i < used; i++) {
        char name[RONDO_MAX_RUN_NAME];
        runs[i].number = i + 1;
        rondo_run_name(i + 1, now->variants[runs[i].variant].name, runs[i].seed, name);
        runs[i].folder = rondo_owned_copy(&now->owned, name, strlen(name));
        status = rondo_owned_check(&now->owned, "plan", error);
    }
    if (!status) now->runs = runs;
    return status;
}

/* Names beside those of a sweep that is not there yet: logs and scripts may be. */
static rondo_status check_empty(const char *folder, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    DIR *handle = opendir(folder);
    if (!handle) return RONDO_OK;
    for (const struct dirent *entry; !status && (entry = readdir(handle));) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "sweep.yaml") == 0 ||
            strcmp(entry->d_name, "base.yaml") == 0 || strcmp(entry->d_name, "sweep.log") == 0 ||
            strcmp(entry->d_name, "sweep.sbatch") == 0 || strcmp(entry->d_name, "slurm") == 0 ||
            strstr(entry->d_name, ".yaml.tmp-")) /* another worker writes the same plan */
            continue;
        status = rondo_error_set(
            error, RONDO_USAGE,
            "%s: holds \"%s\" but no sweep; choose another folder (output.folder, --output)",
            folder, entry->d_name);
    }
    closedir(handle);
    return status;
}

static rondo_status write_text(const char *folder, const char *name, rondo_text *text,
                               rondo_error *error)
{
    char *path = rondo_file_join(folder, name);
    rondo_status status = RONDO_OK;
    if (path && !text->failed)
        status = rondo_file_write(path, rondo_text_get(text), text->length, error);
    else
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: %s", name);
    free(path);
    rondo_text_finish(text);
    return status;
}

/* How long runs train may differ between a run and its resumption, not between runs of a sweep. */
static bool trains_as_long(const rondo_train_config *a, const rondo_train_config *b)
{
    return a->epochs == b->epochs && a->max_steps == b->max_steps &&
           a->early_stopping.patience == b->early_stopping.patience &&
           a->early_stopping.min_delta == b->early_stopping.min_delta;
}

static rondo_status compare_configs(const char *folder, const char *path, const char *before,
                                    const rondo_plan *plan, rondo_error *error)
{
    rondo_experiment *old = NULL, *now = NULL;
    rondo_text text = {0};
    rondo_status status =
        rondo_experiment_parse(path, "/", before, NULL, 0, plan->registry, &old, error);
    if (!status)
        status = rondo_experiment_parse("base", "/", plan->base_config, NULL, 0, plan->registry,
                                        &now, error);
    if (!status) {
        rondo_experiment_diff(old, now, &text);
        if (!trains_as_long(&old->train, &now->train))
            rondo_text_add(&text, "%show long it trains", text.length > 0 ? "\n" : "");
    }
    if (!status && text.length > 0) {
        rondo_text what = {0};
        rondo_text_add(&what, "the base was different (%.*s)",
                       (int)strcspn(rondo_text_get(&text), "\n"), rondo_text_get(&text));
        status = refuse(folder, rondo_text_get(&what), error);
        rondo_text_finish(&what);
    }
    rondo_text_finish(&text);
    rondo_experiment_destroy(old);
    rondo_experiment_destroy(now);
    return status;
}

static rondo_status compare_base(const char *folder, const rondo_plan *plan, rondo_error *error)
{
    char *text = NULL, *path = rondo_file_join(folder, "base.yaml");
    size_t size;
    rondo_status status = RONDO_OK;
    if (!path) return rondo_error_set(error, RONDO_FAILED, "not enough memory: plan");
    if (plan->base_config && rondo_file_exists(path)) {
        status = rondo_file_read(path, RONDO_YAML_MAX_BYTES, &text, &size, error);
        if (!status) status = compare_configs(folder, path, text, plan, error);
    }
    free(text);
    free(path);
    return status;
}

/* The plan last: a folder with it is a whole sweep. */
static rondo_status write_sweep(const char *folder, const rondo_sweep *sweep,
                                const rondo_plan *plan, rondo_error *error)
{
    rondo_text file = {0}, runs = {0}, base = {0};
    rondo_status status = rondo_file_make_folder(folder, error);
    if (status) return status;
    rondo_sweep_print(sweep, &file);
    if ((status = write_text(folder, "sweep.yaml", &file, error))) return status;
    if (plan->base_config) {
        rondo_text_add(&base, "%s", plan->base_config);
        if ((status = write_text(folder, "base.yaml", &base, error))) return status;
    }
    rondo_plan_print(plan, &runs);
    return write_text(folder, "plan.yaml", &runs, error);
}

static bool is_unchanged(const char *folder, const rondo_plan *plan)
{
    rondo_text text = {0};
    rondo_error ignored = {0};
    char *data = NULL, *path = rondo_file_join(folder, "plan.yaml");
    size_t size = 0;
    rondo_plan_print(plan, &text);
    bool is_same = path && !rondo_file_read(path, text.length, &data, &size, &ignored) &&
                   !text.failed && size == text.length &&
                   memcmp(data, rondo_text_get(&text), size) == 0;
    free(data);
    free(path);
    rondo_text_finish(&text);
    return is_same;
}

/* *is_new: there is no plan yet. */
static rondo_status meet_folder(const char *folder, rondo_plan *plan, bool *is_new,
                                rondo_error *error)
{
    rondo_plan *old = NULL;
    char *path = rondo_file_join(folder, "plan.yaml");
    if (!path) return rondo_error_set(error, RONDO_FAILED, "not enough memory: plan");
    *is_new = !rondo_file_exists(path);
    free(path);
    if (*is_new) return check_empty(folder, error);
    rondo_status status = rondo_plan_read(folder, &old, error);
    if (!status) status = compare_heads(folder, old, plan, error);
    if (!status) status = compare_base(folder, plan, error);
    if (!status) status = merge(folder, old, plan, error);
    rondo_plan_destroy(old);
    return status;
}

rondo_status rondo_plan_check_folder(const rondo_sweep *sweep, rondo_plan *plan, rondo_error *error)
{
    bool is_new;
    return meet_folder(sweep->output.folder, plan, &is_new, error);
}

rondo_status rondo_plan_store(const rondo_sweep *sweep, rondo_plan *plan, rondo_error *error)
{
    bool is_new;
    const char *folder = sweep->output.folder;
    rondo_status status = meet_folder(folder, plan, &is_new, error);
    if (!status && (is_new || !is_unchanged(folder, plan)))
        status = write_sweep(folder, sweep, plan, error);
    return status;
}
