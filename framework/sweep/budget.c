#include "sweep/budget.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/plan.h"
#include "sweep/expand.h"
#include "sweep/findings.h"

/* No layer has more. */
enum { MOST_UNITS = 1 << 20 };

/* One variant at work. */
typedef struct solving {
    const rondo_sweep *sweep;
    const rondo_plan_variant *variant;
    rondo_registry *registry;
    rondo_dataset_cache *cache;
    rondo_owned owned; /* of trials */
    int64_t step;      /* values are multiples of it: a cell's units may share weights in groups */
} solving;

static rondo_setting solved_setting(const rondo_sweep *sweep, const char *path, int64_t value,
                                    rondo_owned *owned)
{
    char buffer[32];
    int length = snprintf(buffer, sizeof buffer, "%lld", (long long)value);
    const char *text = rondo_owned_copy(owned, buffer, (size_t)length);
    return (rondo_setting){path, text ? text : "", sweep->budget.at};
}

/* "model.layers.2.hidden" of a network with two layers would make a third one. */
static bool is_there(const rondo_experiment *experiment, const char *path)
{
    long long layer;
    if (sscanf(path, "model.layers.%lld.", &layer) == 1)
        return layer >= 0 && layer < experiment->model.layer_count;
    if (sscanf(path, "model.decoder.layers.%lld.", &layer) == 1)
        return layer >= 0 && layer < experiment->model.decoder.layer_count;
    return true;
}

/* Settings of the variant with the keys at `value`; returns how many keys there are. */
static int64_t set_all(const solving *s, const rondo_experiment *experiment, int64_t value,
                       rondo_plan_variant *variant, rondo_owned *owned)
{
    const rondo_budget_config *budget = &s->sweep->budget;
    int64_t count = 0;
    for (int64_t i = 0; i < budget->solve_count; i++) {
        if (!is_there(experiment, budget->solve[i])) continue;
        rondo_variant_set(variant, solved_setting(s->sweep, budget->solve[i], value, owned), owned);
        count++;
    }
    return count;
}

static void join_step(const rondo_cell *cell, const void *options, int64_t *step)
{
    rondo_cell_plan plan;
    rondo_error ignored = {0};
    if (!cell || rondo_plan_get(cell, options, &plan, &ignored)) return;
    int64_t own = rondo_plan_unit_step(&plan);
    if (*step % own != 0 && *step <= MOST_UNITS) *step *= own;
}

static void join_steps(const rondo_layer_config *layers, int64_t count, int64_t *step)
{
    for (int64_t i = 0; i < count; i++) {
        join_step(layers[i].cell, layers[i].options, step);
        join_step(layers[i].backward.cell, layers[i].backward.options, step);
    }
}

/* Of all layers' cells, where the keys are numbers of units. */
static int64_t step_of(const rondo_sweep *sweep, const rondo_experiment *base)
{
    int64_t step = 1;
    const char *key = strrchr(sweep->budget.solve[0], '.');
    if (!key || strcmp(key, ".hidden") != 0) return 1;
    join_steps(base->model.layers, base->model.layer_count, &step);
    join_steps(base->model.decoder.layers, base->model.decoder.layer_count, &step);
    return step <= MOST_UNITS ? step : 1;
}

/* With `value` steps. */
static rondo_status count_parameters(solving *s, const rondo_experiment *base, int64_t value,
                                     int64_t *count, rondo_error *error)
{
    rondo_plan_variant variant = {.name = s->variant->name};
    rondo_session session;
    for (int64_t i = 0; i < s->variant->settings.count; i++)
        rondo_settings_append(&variant.settings, &s->owned, s->variant->settings.items[i]);
    set_all(s, base, value * s->step, &variant, &s->owned);
    rondo_status status = rondo_owned_check(&s->owned, "budget", error);
    if (!status)
        status = rondo_variant_plan(s->sweep, &variant, s->registry, s->cache, &session, error);
    if (status) return status;
    *count = session.network->layout.trainable;
    rondo_session_finish(&session);
    return RONDO_OK;
}

static rondo_status refuse(const solving *s, rondo_error *error, const char *text)
{
    return rondo_error_set(error, RONDO_USAGE, "%s: budget.parameters: %lld: %s",
                           s->sweep->budget.at, (long long)s->sweep->budget.parameters, text);
}

/* What the key allows, as the reader says: a value that is refused is above the greatest. */
static bool fits(solving *s, const rondo_experiment *base, int64_t value, int64_t *count)
{
    rondo_error ignored = {0};
    return count_parameters(s, base, value, count, &ignored) == RONDO_OK;
}

/* Between a value that fits the budget and one that does not, or that the key does not allow. */
static int64_t bisect(solving *s, const rondo_experiment *base, int64_t low, int64_t high,
                      int64_t limit, int64_t *reached)
{
    int64_t count;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (fits(s, base, middle, &count) && count <= limit) {
            low = middle;
            *reached = count;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The least value that a network can have, and its parameters: a cell may need some units (a block of
 * recurrent weights is not empty). Where none can, what is wrong with 1. */
static rondo_status find_least(solving *s, const rondo_experiment *base, int64_t *least,
                               int64_t *count, rondo_error *error)
{
    rondo_status status = count_parameters(s, base, 1, count, error);
    int64_t low = 1, high = 2;
    *least = 1;
    if (status != RONDO_USAGE) return status;
    for (; !fits(s, base, high, count); low = high, high *= 2)
        if (high >= MOST_UNITS) return status;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (fits(s, base, middle, count))
            high = middle;
        else
            low = middle;
    }
    *least = high;
    *error = (rondo_error){0};
    return count_parameters(s, base, high, count, error);
}

static rondo_status refuse_range(solving *s, const char *bound, int64_t count, int64_t value,
                                 rondo_error *error)
{
    rondo_text text = {0};
    rondo_text_add(&text, "cannot be reached with %s: %s %lld parameters, with the value %lld",
                   s->sweep->budget.solve[0], bound, (long long)count,
                   (long long)(value * s->step));
    rondo_status status = refuse(s, error, rondo_text_get(&text));
    rondo_text_finish(&text);
    return status;
}

/* *value: the largest with at most so many parameters. */
static rondo_status solve(solving *s, const rondo_experiment *base, int64_t *value,
                          rondo_error *error)
{
    int64_t limit = s->sweep->budget.parameters, low, high, least, second, reached, count;
    rondo_plan_variant none = {0};
    if (set_all(s, base, 1, &none, &s->owned) == 0)
        return refuse(s, error, "the variant has none of the layers that budget.solve names");
    rondo_status status = find_least(s, base, &low, &least, error);
    if (status) return status;
    if ((status = count_parameters(s, base, low + 1, &second, error))) return status;
    if (second <= least)
        return refuse(s, error, "budget.solve has no effect on the number of parameters");
    if (least > limit) return refuse_range(s, "at least", least, low, error);
    reached = least;
    for (high = 2 * low; fits(s, base, high, &count) && count <= limit; high *= 2) {
        low = high;
        reached = count;
    }
    *value = bisect(s, base, low, high, limit, &reached);
    /* The next one is refused: not for its parameters, the key ends here. */
    if (reached < limit && !fits(s, base, *value + 1, &count))
        return refuse_range(s, "at most", reached, *value, error);
    *value *= s->step;
    return RONDO_OK;
}

static rondo_status solve_variant(solving *s, int64_t *value, rondo_error *error)
{
    rondo_experiment *base;
    rondo_status status = rondo_variant_load(s->sweep, s->variant, s->registry, &base, error);
    if (status) return status;
    s->step = step_of(s->sweep, base);
    status = solve(s, base, value, error);
    rondo_experiment_destroy(base);
    return status;
}

/* A variant that was solved already and differs in nothing that the network depends on. */
static int64_t find_solved(const rondo_examined *examined, int64_t variant)
{
    for (int64_t v = 0; v < variant; v++)
        if (strcmp(examined[v].shape, examined[variant].shape) == 0) return v;
    return -1;
}

static rondo_status apply(const rondo_sweep *sweep, rondo_plan *plan, rondo_registry *registry,
                          const int64_t *values, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t v = 0; !status && v < plan->variant_count; v++) {
        rondo_experiment *base;
        const solving s = {.sweep = sweep};
        status = rondo_variant_load(sweep, &plan->variants[v], registry, &base, error);
        if (status) continue;
        set_all(&s, base, values[v], &plan->variants[v], &plan->owned);
        rondo_experiment_destroy(base);
    }
    return status;
}

rondo_status rondo_budget_solve(const rondo_sweep *sweep, rondo_plan *plan,
                                const rondo_examined *examined, rondo_registry *registry,
                                rondo_dataset_cache *cache, rondo_error *error)
{
    rondo_findings findings = {0};
    rondo_status status = RONDO_OK;
    int64_t *values = calloc((size_t)plan->variant_count, sizeof *values);
    if (!values) return rondo_error_set(error, RONDO_FAILED, "not enough memory: budget");
    for (int64_t v = 0; !status && v < plan->variant_count; v++) {
        int64_t known = find_solved(examined, v);
        if (known >= 0) {
            values[v] = values[known];
            continue;
        }
        solving s = {
            .sweep = sweep, .variant = &plan->variants[v], .registry = registry, .cache = cache};
        status = solve_variant(&s, &values[v], error);
        rondo_owned_finish(&s.owned);
        if (status != RONDO_USAGE) continue;
        rondo_findings_add(&findings, error->text, plan->variants[v].name, sweep->seed_count);
        status = RONDO_OK;
    }
    if (!status)
        status = rondo_findings_report(&findings, plan->variant_count * sweep->seed_count, error);
    if (!status) status = apply(sweep, plan, registry, values, error);
    free(values);
    rondo_findings_finish(&findings);
    return status;
}

int64_t rondo_budget_steps(int64_t tokens, int64_t epoch_tokens, int64_t epoch_steps)
{
    double steps = ceil((double)tokens * (double)epoch_steps / (double)epoch_tokens);
    return steps < 1 ? 1 : (int64_t)steps;
}

rondo_status rondo_budget_set_tokens(const rondo_sweep *sweep, rondo_plan *plan,
                                     const rondo_shapes *shapes, rondo_error *error)
{
    enum { MOST_EPOCHS = 1000000 }; /* of train.epochs */
    for (int64_t v = 0; v < plan->variant_count; v++) {
        const rondo_shape *shape = &shapes->items[shapes->of_variant[v]];
        int64_t steps =
            rondo_budget_steps(sweep->budget.tokens, shape->epoch_tokens, shape->epoch_steps);
        int64_t epochs = (steps + shape->epoch_steps - 1) / shape->epoch_steps;
        if (epochs > MOST_EPOCHS)
            return rondo_error_set(error, RONDO_USAGE,
                                   "%s: budget.tokens: %lld are %lld epochs of %lld tokens; at "
                                   "most %d are allowed",
                                   sweep->budget.at, (long long)sweep->budget.tokens,
                                   (long long)epochs, (long long)shape->epoch_tokens, MOST_EPOCHS);
        rondo_variant_set(&plan->variants[v],
                          solved_setting(sweep, "train.max_steps", steps, &plan->owned),
                          &plan->owned);
        rondo_variant_set(&plan->variants[v],
                          solved_setting(sweep, "train.epochs", epochs, &plan->owned),
                          &plan->owned);
    }
    return rondo_owned_check(&plan->owned, "plan", error);
}
