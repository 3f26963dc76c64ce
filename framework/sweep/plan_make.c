/* A sweep becomes a plan: variants, their configs, budgets, runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "sweep/budget.h"
#include "sweep/examine.h"
#include "sweep/expand.h"
#include "sweep/plan.h"
#include "sweep/shapes.h"

void rondo_plan_destroy(rondo_plan *plan)
{
    if (!plan) return;
    rondo_owned_finish(&plan->owned);
    free(plan);
}

char *rondo_plan_run_folder(const char *sweep_folder, const rondo_plan_run *run)
{
    char *runs = rondo_file_join(sweep_folder, "runs");
    char *folder = runs ? rondo_file_join(runs, run->folder) : NULL;
    free(runs);
    return folder;
}

static const char *copy(rondo_plan *plan, const char *text)
{
    return text ? rondo_owned_copy(&plan->owned, text, strlen(text)) : NULL;
}

/* Texts of settings are the sweep's: the plan gets its own. */
static void own_settings(rondo_plan *plan, rondo_settings *settings)
{
    for (int64_t i = 0; i < settings->count; i++) {
        rondo_setting *it = &settings->items[i];
        *it = (rondo_setting){copy(plan, it->path), copy(plan, it->value), copy(plan, it->at)};
    }
}

static void fill_head(const rondo_sweep *sweep, rondo_plan *plan)
{
    plan->name = copy(plan, sweep->name);
    plan->base = copy(plan, sweep->base_path);
    plan->metric = copy(plan, sweep->compare.metric);
    plan->baseline = copy(plan, sweep->compare.baseline);
    plan->margin = sweep->compare.margin;
    memcpy(plan->vary, sweep->vary, sizeof plan->vary);
    plan->search = sweep->search.trials > 0;
    plan->halving = sweep->halving;
    plan->halving.metric = copy(plan, sweep->halving.metric);
    plan->halving.at = NULL;
    plan->budget_parameters = sweep->budget.parameters;
    plan->budget_tokens = sweep->budget.tokens;
    plan->budget_seconds = sweep->budget.seconds;
}

static const char *format_set(rondo_plan *plan, const char *path, const char *value)
{
    size_t size = strlen(path) + strlen(value) + 2;
    char *text = rondo_owned_take(&plan->owned, size);
    if (text) snprintf(text, size, "%s=%s", path, value);
    return text;
}

static const char *seed_set(rondo_plan *plan, const char *path, int64_t seed)
{
    char value[32];
    snprintf(value, sizeof value, "%lld", (long long)seed);
    return format_set(plan, path, value);
}

/* `seed`, and what does not follow it: what is not varied stays as the base has it; what is varied
 * although the base gives it a seed of its own. */
static int64_t add_seeds(const rondo_sweep *sweep, rondo_plan *plan, const rondo_examined *base,
                         int64_t seed, const char **sets)
{
    int64_t count = 0;
    sets[count++] = seed_set(plan, "seed", seed);
    for (int s = 0; s < RONDO_SEEDS; s++) {
        char path[32];
        snprintf(path, sizeof path, "seeds.%s", rondo_seed_name((rondo_seed)s));
        bool is_own = base->own[s] >= 0;
        if (sweep->vary[s] && is_own) sets[count++] = seed_set(plan, path, seed);
        if (!sweep->vary[s] && !is_own) sets[count++] = seed_set(plan, path, base->seed);
    }
    return count;
}

static void add_run(const rondo_sweep *sweep, rondo_plan *plan, int64_t index,
                    const rondo_examined *base, int64_t seed)
{
    char name[RONDO_MAX_RUN_NAME];
    const rondo_plan_variant *variant = &plan->variants[index];
    rondo_plan_run *run = &plan->runs[plan->run_count];
    int64_t settings = variant->settings.count;
    const char **sets =
        rondo_owned_take(&plan->owned, (size_t)(settings + 1 + RONDO_SEEDS) * sizeof *sets);
    if (!sets) return;
    *run = (rondo_plan_run){.number = plan->run_count + 1, .variant = index, .seed = seed};
    for (int64_t i = 0; i < settings; i++)
        sets[i] =
            format_set(plan, variant->settings.items[i].path, variant->settings.items[i].value);
    run->set_count = settings + add_seeds(sweep, plan, base, seed, sets + settings);
    run->sets = sets;
    rondo_run_name(run->number, variant->name, seed, name);
    run->folder = copy(plan, name);
    plan->run_count++;
}

/* A case that axes or a search cross is a baseline, too: of each variant the one of that case with
 * the same rest of its name (compare/collect.c). */
static bool is_baseline(const rondo_sweep *sweep, const rondo_plan *plan, const char *name)
{
    for (int64_t i = 0; i < plan->variant_count; i++)
        if (strcmp(plan->variants[i].name, name) == 0) return true;
    for (int64_t i = 0; i < sweep->case_count && sweep->case_count > 1; i++)
        if (strcmp(sweep->cases[i].name, name) == 0) return true;
    return false;
}

static rondo_status check_baseline(const rondo_sweep *sweep, const rondo_plan *plan,
                                   rondo_error *error)
{
    enum { SHOWN = 12 };
    const char *baseline = sweep->compare.baseline;
    rondo_text text = {0};
    if (!baseline || is_baseline(sweep, plan, baseline)) return RONDO_OK;
    const char **names = calloc((size_t)plan->variant_count, sizeof *names);
    for (int64_t i = 0; names && i < plan->variant_count; i++) {
        names[i] = plan->variants[i].name;
        if (i < SHOWN) rondo_text_add(&text, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *nearest = names ? rondo_text_nearest(baseline, names, plan->variant_count) : NULL;
    rondo_status status = rondo_error_set(
        error, RONDO_USAGE, "%s: compare.baseline: \"%s\" is not one of the variants: %s%s%s%s%s",
        sweep->compare.baseline_at, baseline, rondo_text_get(&text),
        plan->variant_count > SHOWN ? ", .." : "", nearest ? "; did you mean " : "",
        nearest ? nearest : "", nearest ? "?" : "");
    rondo_text_finish(&text);
    free(names);
    return status;
}

static rondo_status make_runs(const rondo_sweep *sweep, rondo_plan *plan,
                              const rondo_examined *examined, rondo_error *error)
{
    size_t count = (size_t)(plan->variant_count * sweep->seed_count);
    plan->runs = rondo_owned_take(&plan->owned, count * sizeof *plan->runs);
    for (int64_t s = 0; plan->runs && s < sweep->seed_count; s++)
        for (int64_t v = 0; v < plan->variant_count; v++)
            add_run(sweep, plan, v, &examined[v], sweep->seeds[s]);
    for (int64_t v = 0; v < plan->variant_count; v++) {
        own_settings(plan, &plan->variants[v].settings);
        own_settings(plan, &plan->variants[v].drawn);
    }
    return rondo_owned_check(&plan->owned, "plan", error);
}

/* A base that only variants make whole has no text of its own. */
static void keep_base(const rondo_sweep *sweep, rondo_plan *plan, rondo_registry *registry)
{
    rondo_experiment *base;
    rondo_error ignored = {0};
    rondo_text text = {0};
    plan->registry = registry;
    if (rondo_experiment_load(sweep->base_path, NULL, 0, registry, &base, &ignored)) return;
    rondo_experiment_print(base, &text);
    plan->base_config = copy(plan, rondo_text_get(&text));
    rondo_owned_release(&plan->owned, &text);
    rondo_experiment_destroy(base);
}

/* Solving changes settings: what they come to is looked at again. */
static rondo_status set_budget(const rondo_sweep *sweep, rondo_plan *plan, rondo_registry *registry,
                               rondo_dataset_cache *cache, rondo_examined *examined,
                               rondo_error *error)
{
    if (sweep->budget.parameters == 0) return RONDO_OK;
    rondo_status status = rondo_budget_solve(sweep, plan, examined, registry, cache, error);
    return status ? status : rondo_examine_variants(sweep, plan, registry, examined, error);
}

rondo_status rondo_plan_make_on(const rondo_sweep *sweep, rondo_registry *registry,
                                rondo_dataset_cache *cache, rondo_shapes *shapes, rondo_plan **out,
                                rondo_error *error)
{
    rondo_examined *examined = NULL;
    rondo_plan *plan = calloc(1, sizeof *plan);
    rondo_status status = RONDO_OK;
    *out = NULL;
    if (!plan) return rondo_error_set(error, RONDO_FAILED, "not enough memory: plan");
    fill_head(sweep, plan);
    if ((status = rondo_expand_variants(sweep, plan, error))) goto cleanup;
    if ((status = check_baseline(sweep, plan, error))) goto cleanup;
    examined = rondo_owned_take(&plan->owned, (size_t)plan->variant_count * sizeof *examined);
    if ((status = rondo_owned_check(&plan->owned, "plan", error))) goto cleanup;
    if ((status = rondo_examine_variants(sweep, plan, registry, examined, error))) goto cleanup;
    status = set_budget(sweep, plan, registry, cache, examined, error);
    if (status) goto cleanup;
    status = rondo_shapes_find(sweep, plan, examined, registry, cache, shapes, error);
    if (status) goto cleanup;
    if (sweep->budget.tokens > 0)
        if ((status = rondo_budget_set_tokens(sweep, plan, shapes, error))) goto cleanup;
    keep_base(sweep, plan, registry);
    status = make_runs(sweep, plan, examined, error);
cleanup:
    if (status)
        rondo_plan_destroy(plan);
    else
        *out = plan;
    return status;
}

rondo_status rondo_plan_make(const rondo_sweep *sweep, rondo_registry *registry, rondo_plan **out,
                             rondo_error *error)
{
    enum { KEPT = 4 };
    rondo_dataset_cache *cache;
    rondo_shapes shapes;
    *out = NULL;
    rondo_status status = rondo_dataset_cache_create(KEPT, &cache, error);
    if (status) return status;
    status = rondo_plan_make_on(sweep, registry, cache, &shapes, out, error);
    rondo_dataset_cache_destroy(cache);
    return status;
}
