/* A sweep folder: its plan, and the runs that it names. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "compare/collect_private.h"

/* A plan is a list of runs, each with its settings. */
typedef struct plan_reader {
    rondo_finding *finding;
    rondo_owned *owned;
    const char *folder, *path;
    const rondo_node *root;
    rondo_error *error;
} plan_reader;

bool rondo_compared_is_sweep(const char *folder)
{
    char *path = rondo_file_join(folder, "plan.yaml");
    bool is_one = path && rondo_file_exists(path);
    free(path);
    return is_one;
}

rondo_found_run *rondo_finding_add(rondo_finding *finding)
{
    if (finding->count == finding->capacity) {
        int64_t capacity = finding->capacity > 0 ? 2 * finding->capacity : 64;
        rondo_found_run *runs =
            rondo_owned_take(finding->owned, (size_t)capacity * sizeof *finding->runs);
        if (!runs) return NULL;
        if (finding->count > 0) memcpy(runs, finding->runs, (size_t)finding->count * sizeof *runs);
        finding->runs = runs;
        finding->capacity = capacity;
    }
    rondo_found_run *found = &finding->runs[finding->count++];
    *found = (rondo_found_run){0};
    return found;
}

static rondo_status refuse(const plan_reader *r, rondo_place place, const char *what)
{
    return rondo_error_set(r->error, RONDO_USAGE, "%s:%lld:%lld: %s", r->path,
                           (long long)place.line, (long long)place.column, what);
}

static const char *text_of(const rondo_node *mapping, const char *key)
{
    const rondo_item *item = rondo_node_find(mapping, key);
    if (!item || item->value->kind != RONDO_SCALAR) return NULL;
    bool is_null =
        !item->value->quoted && (strcmp(item->value->text, "null") == 0 ||
                                 strcmp(item->value->text, "~") == 0 || !*item->value->text);
    return is_null ? NULL : item->value->text;
}

static const rondo_node *list_of(const rondo_node *mapping, const char *key, rondo_node_kind kind)
{
    static const rondo_node nothing[] = {{.kind = RONDO_SEQUENCE}, {.kind = RONDO_MAPPING}};
    const rondo_item *item = rondo_node_find(mapping, key);
    return item && item->value->kind == kind ? item->value : &nothing[kind == RONDO_MAPPING];
}

static rondo_setting_list settings_of(const rondo_node *variant, const char *key,
                                      rondo_owned *owned)
{
    rondo_setting_list list = {0};
    const rondo_node *mapping = list_of(variant, key, RONDO_MAPPING);
    for (int64_t i = 0; i < mapping->count; i++)
        if (mapping->items[i].value->kind == RONDO_SCALAR)
            rondo_setting_list_add(&list, owned, mapping->items[i].key,
                                   mapping->items[i].value->text);
    return list;
}

static void take_header(const plan_reader *r, rondo_found_plan *plan)
{
    const char *margin = text_of(r->root, "margin"), *search = text_of(r->root, "search");
    const rondo_node *vary = list_of(r->root, "vary", RONDO_SEQUENCE);
    const rondo_item *halving = rondo_node_find(r->root, "halving");
    plan->is_there = true;
    plan->folder = rondo_owned_copy(r->owned, r->folder, strlen(r->folder));
    plan->name = text_of(r->root, "name");
    plan->base = text_of(r->root, "base");
    plan->metric = text_of(r->root, "metric");
    plan->baseline = text_of(r->root, "baseline");
    plan->margin = NAN;
    if (margin && (!rondo_text_real(margin, &plan->margin) || plan->margin <= 0))
        plan->margin = NAN;
    plan->is_search = search && strcmp(search, "true") == 0;
    plan->is_halving = halving && halving->value->kind == RONDO_MAPPING;
    for (int64_t i = 0; i < vary->count; i++)
        for (int s = 0; s < RONDO_COMPARED_SEEDS; s++)
            if (vary->items[i].value->text &&
                strcmp(vary->items[i].value->text, rondo_compared_seed_names[s]) == 0)
                plan->vary[s] = true;
}

static rondo_status take_variants(const plan_reader *r, rondo_found_plan *plan)
{
    const rondo_node *list = list_of(r->root, "variants", RONDO_SEQUENCE);
    if (list->count == 0) return refuse(r, r->root->place, "variants: there are none");
    plan->variants = rondo_owned_take(r->owned, (size_t)list->count * sizeof *plan->variants);
    for (int64_t i = 0; i < list->count && plan->variants; i++) {
        const rondo_node *variant = list->items[i].value;
        const char *name = text_of(variant, "name");
        if (!name) return refuse(r, list->items[i].place, "variants: one has no name");
        plan->variants[i] = (rondo_found_variant){.name = name,
                                                  .settings = settings_of(variant, "set", r->owned),
                                                  .drawn = settings_of(variant, "drawn", r->owned)};
        rondo_setting_list_sort(&plan->variants[i].drawn);
    }
    plan->variant_count = list->count;
    return rondo_owned_check(r->owned, r->path, r->error);
}

static bool is_planned(const rondo_found_plan *plan, const char *name)
{
    for (int64_t i = 0; i < plan->variant_count; i++)
        if (strcmp(plan->variants[i].name, name) == 0) return true;
    return false;
}

/* The command that repeats the run: the base, and all that is set beside it. */
static const char *command_of(const plan_reader *r, const rondo_node *run, const char *base,
                              const char *folder)
{
    rondo_text text = {0};
    const rondo_node *sets = list_of(run, "set", RONDO_SEQUENCE);
    rondo_text_add(&text, "rondo train ");
    rondo_compared_add_word(&text, base ? base : "CONFIG");
    for (int64_t i = 0; i < sets->count; i++) {
        if (!sets->items[i].value->text) continue;
        rondo_text_add(&text, " --set ");
        rondo_compared_add_word(&text, sets->items[i].value->text);
    }
    rondo_text_add(&text, " --output ");
    rondo_compared_add_word(&text, folder);
    const char *command = rondo_owned_copy(r->owned, rondo_text_get(&text), text.length);
    rondo_owned_release(r->owned, &text);
    return command;
}

/* A name below runs/, and nothing else. */
static bool is_folder_name(const char *name)
{
    return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static rondo_status take_run(const plan_reader *r, const rondo_found_plan *plan,
                             const rondo_item *item)
{
    const rondo_node *run = item->value;
    const char *number = text_of(run, "number"), *seed = text_of(run, "seed");
    const char *folder = text_of(run, "folder"), *variant = text_of(run, "variant");
    int64_t seed_number, run_number;
    if (!number || !seed || !folder || !variant || !rondo_text_integer(number, &run_number) ||
        !rondo_text_integer(seed, &seed_number) || !is_folder_name(folder))
        return refuse(r, item->place, "runs: a run has number, variant, seed and folder");
    if (!is_planned(plan, variant))
        return refuse(r, item->place, "runs: a run of a variant that is not in variants");
    rondo_found_run *found = rondo_finding_add(r->finding);
    if (!found) return rondo_owned_check(r->owned, r->path, r->error);
    found->run.folder = rondo_compared_text(r->owned, "%s/runs/%s", r->folder, folder);
    found->run.name = folder;
    found->planned = variant;
    if (!found->run.folder) return rondo_owned_check(r->owned, r->path, r->error);
    rondo_status status = rondo_found_run_read(found, r->owned, r->error);
    found->run.number = run_number;
    found->run.seed = seed_number;
    found->run.repeat = command_of(r, run, plan->base, folder);
    return status;
}

static rondo_status take_runs(const plan_reader *r, const rondo_found_plan *plan)
{
    const rondo_node *list = list_of(r->root, "runs", RONDO_SEQUENCE);
    rondo_status status = RONDO_OK;
    if (list->count == 0) return refuse(r, r->root->place, "runs: there are none");
    for (int64_t i = 0; i < list->count && !status; i++)
        status = take_run(r, plan, &list->items[i]);
    return status;
}

rondo_status rondo_finding_add_sweep(rondo_finding *finding, const char *folder, rondo_error *error)
{
    rondo_node *root;
    rondo_found_plan plan = {0};
    const char *path = rondo_compared_text(finding->owned, "%s/plan.yaml", folder);
    if (!path) return rondo_owned_check(finding->owned, folder, error);
    rondo_status status = rondo_compared_read_yaml(path, finding->owned, &root, error);
    if (status) return status;
    const plan_reader r = {finding, finding->owned, folder, path, root, error};
    take_header(&r, &plan);
    if ((status = take_variants(&r, &plan))) return status;
    if (finding->plan_count++ == 0) finding->plan = plan;
    return take_runs(&r, finding->plan_count == 1 ? &finding->plan : &plan);
}
