/* A sweep folder: its plan, and the runs that it names. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "compare/collect_private.h"
#include "config/renames.h"
#include "sweep/plan.h"

rondo_found_run *rondo_finding_add(rondo_collection *collection)
{
    rondo_found_run *runs = rondo_owned_grow(collection->owned, collection->runs, collection->count,
                                             &collection->capacity, sizeof *runs);
    if (!runs) return NULL;
    collection->runs = runs;
    rondo_found_run *found = &collection->runs[collection->count++];
    *found = (rondo_found_run){0};
    return found;
}

static const char *copy(rondo_owned *owned, const char *text)
{
    return text ? rondo_owned_copy(owned, text, strlen(text)) : NULL;
}

/* By the new names of keys, as the configs of runs have them. */
static rondo_setting_list copy_settings(rondo_owned *owned, const rondo_settings *settings)
{
    rondo_setting_list list = {0};
    for (int64_t i = 0; i < settings->count; i++) {
        char path[RONDO_PATH_SIZE];
        rondo_renames_path(rondo_renames, settings->items[i].path, path);
        rondo_setting_list_add(&list, owned, copy(owned, path),
                               copy(owned, settings->items[i].value));
    }
    return list;
}

static void take_halving(rondo_owned *owned, const rondo_halving_config *from,
                         rondo_found_plan *plan)
{
    plan->is_halving = from->rung_count > 0;
    if (!plan->is_halving) return;
    plan->halving_metric = copy(owned, from->metric);
    plan->keep_part = from->keep_part;
    plan->keep_of = from->keep_of;
    plan->rungs = rondo_owned_take(owned, (size_t)from->rung_count * sizeof *plan->rungs);
    for (int64_t r = 0; plan->rungs && r < from->rung_count; r++)
        plan->rungs[plan->rung_count++] = (rondo_compared_rung){.epochs = from->rungs[r]};
}

static rondo_status take_head(rondo_owned *owned, const rondo_plan *from, rondo_found_plan *plan,
                              rondo_error *error)
{
    plan->is_there = true;
    plan->name = copy(owned, from->name);
    plan->metric = copy(owned, from->metric);
    plan->baseline = copy(owned, from->baseline);
    plan->margin = from->margin > 0 ? from->margin : NAN;
    memcpy(plan->vary, from->vary, sizeof plan->vary);
    plan->is_search = from->search;
    take_halving(owned, &from->halving, plan);
    plan->variants = rondo_owned_take(owned, (size_t)from->variant_count * sizeof *plan->variants);
    for (int64_t v = 0; v < from->variant_count && plan->variants; v++) {
        rondo_found_variant *variant = &plan->variants[plan->variant_count++];
        variant->name = copy(owned, from->variants[v].name);
        variant->parameters = from->variants[v].parameters;
        variant->settings = copy_settings(owned, &from->variants[v].settings);
        variant->drawn = copy_settings(owned, &from->variants[v].drawn);
        rondo_setting_list_sort(&variant->drawn);
    }
    return rondo_owned_check(owned, "plan of a sweep", error);
}

/* The command that repeats the run: the base, and all that is set beside it. */
static const char *command_of(rondo_owned *owned, const rondo_plan *plan, const rondo_plan_run *run)
{
    rondo_text text = {0};
    rondo_text_add(&text, "rondo train ");
    rondo_compared_add_word(&text, plan->base);
    for (int64_t i = 0; i < run->set_count; i++) {
        rondo_text_add(&text, " --set ");
        rondo_compared_add_word(&text, run->sets[i]);
    }
    rondo_text_add(&text, " --output ");
    rondo_compared_add_word(&text, run->folder);
    const char *command = rondo_owned_copy(owned, rondo_text_get(&text), text.length);
    rondo_owned_release(owned, &text);
    return command;
}

/* Of a halving, runs of one variant end at different epochs. */
static void drop_epochs(rondo_found_run *found)
{
    rondo_setting_list kept = found->settings;
    kept.count = 0;
    for (int64_t i = 0; i < found->settings.count; i++)
        if (strcmp(found->settings.items[i].key, "train.epochs") != 0)
            kept.items[kept.count++] = found->settings.items[i];
    found->settings = kept;
    if (found->has_config) rondo_setting_list_hash(&found->settings, found->hash);
}

static rondo_status take_run(rondo_collection *collection, const char *folder,
                             const rondo_plan *plan, const rondo_plan_run *run, const char *variant,
                             rondo_error *error)
{
    rondo_owned *owned = collection->owned;
    rondo_found_run *found = rondo_finding_add(collection);
    char *path = rondo_plan_run_folder(folder, run);
    if (found && path) {
        found->run.folder = copy(owned, path);
        found->run.name = copy(owned, run->folder);
        found->run.repeat = command_of(owned, plan, run);
        found->planned = variant;
    }
    rondo_status status =
        path ? rondo_owned_check(owned, "runs of a sweep", error)
             : rondo_error_set(error, RONDO_FAILED, "not enough memory: runs of a sweep");
    free(path);
    if (!status) status = rondo_found_run_read(found, collection->registry, owned, error);
    if (status) return status;
    found->run.number = run->number;
    found->run.seed = run->seed;
    if (plan->halving.rung_count > 0) drop_epochs(found);
    return RONDO_OK;
}

rondo_status rondo_finding_add_sweep(rondo_collection *collection, const char *folder,
                                     rondo_error *error)
{
    rondo_plan *from;
    rondo_found_plan plan = {0};
    rondo_status status = rondo_plan_read(folder, &from, error);
    if (status) return status;
    status = take_head(collection->owned, from, &plan, error);
    if (!status && collection->plan_count++ == 0) collection->plan = plan;
    for (int64_t i = 0; i < from->run_count && !status; i++) {
        const rondo_plan_run *run = &from->runs[i];
        status = take_run(collection, folder, from, run, plan.variants[run->variant].name, error);
    }
    rondo_plan_destroy(from);
    return status;
}
