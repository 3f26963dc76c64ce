#include "sweep/estimate.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "bench/benchmark.h"

int64_t rondo_estimate_steps(int64_t epochs, int64_t epoch_steps, int64_t max_steps)
{
    int64_t steps = epochs * epoch_steps;
    return max_steps > 0 && max_steps < steps ? max_steps : steps;
}

double rondo_halving_share(const rondo_halving_config *halving, int64_t runs)
{
    double trained = 0;
    int64_t alive = runs;
    if (halving->rung_count == 0) return 1;
    for (int64_t i = 0; i < halving->rung_count; i++) {
        int64_t epochs = halving->rungs[i] - (i > 0 ? halving->rungs[i - 1] : 0);
        trained += (double)alive * (double)epochs;
        alive = rondo_halving_keep(halving, alive);
    }
    return trained / ((double)runs * (double)halving->rungs[halving->rung_count - 1]);
}

/* A few steps, as in training with one thread. */
static rondo_status time_shape(const rondo_sweep *sweep, const rondo_plan_variant *variant,
                               rondo_registry *registry, rondo_dataset_cache *cache,
                               const volatile sig_atomic_t *stop, double *seconds,
                               rondo_error *error)
{
    enum { STEPS = 5 };
    rondo_experiment *experiment;
    rondo_dataset *dataset;
    rondo_session session;
    rondo_batches *batches = NULL;
    rondo_benchmark_result result;
    const rondo_benchmark_plan plan = {.steps = STEPS, .stop = stop};
    rondo_status status = rondo_variant_load(sweep, variant, registry, &experiment, error);
    if (status) return status;
    if ((status = rondo_dataset_cache_take(cache, experiment, &dataset, error))) {
        rondo_experiment_destroy(experiment);
        return status;
    }
    if ((status = rondo_session_start_on(experiment, dataset, 1, &session, error))) return status;
    status = rondo_session_batches(&session, RONDO_TRAIN, true, &batches, error);
    const rondo_benchmark_work work = {.session = &session, .batches = batches};
    if (!status) status = rondo_benchmark_run(&work, &plan, &result, error);
    if (!status) *seconds = result.seconds_per_step;
    rondo_batches_destroy(batches);
    rondo_session_finish(&session);
    return status;
}

static double step_flops(const rondo_shape *shape)
{
    return shape->epoch_flops / (double)shape->epoch_steps;
}

/* A shape whose few steps fail (a rate that is drawn too large) is told by its FLOPs. */
static rondo_status time_shapes(const rondo_sweep *sweep, const rondo_plan *plan,
                                const rondo_shapes *shapes, rondo_registry *registry,
                                rondo_dataset_cache *cache, double limit,
                                const volatile sig_atomic_t *stop, rondo_estimate *estimate,
                                rondo_error *error)
{
    double started = rondo_clock_seconds(), flops = 0, seconds = 0;
    rondo_status status = RONDO_OK;
    rondo_progress_start("measuring", shapes->count, "networks");
    for (int64_t s = 0; s < shapes->count && status != RONDO_STOPPED; s++) {
        const rondo_shape *shape = &shapes->items[s];
        if (s > 0 && rondo_clock_seconds() - started >= limit) break;
        rondo_progress_set(s, plan->variants[shape->variant].name);
        status = time_shape(sweep, &plan->variants[shape->variant], registry, cache, stop,
                            &estimate->step_seconds[s], error);
        if (status) continue;
        estimate->measured++;
        flops += step_flops(shape);
        seconds += estimate->step_seconds[s];
    }
    rondo_progress_finish();
    if (status == RONDO_STOPPED || estimate->measured == 0) return status;
    for (int64_t s = 0; s < shapes->count; s++)
        if (estimate->step_seconds[s] <= 0)
            estimate->step_seconds[s] = seconds * step_flops(&shapes->items[s]) / flops;
    return RONDO_OK;
}

/* Evaluation is a pass forward: a third of the products of a training pass. */
static void add_variant(const rondo_sweep *sweep, const rondo_shape *shape, double step_seconds,
                        const rondo_experiment *experiment, double *seconds, double *flops)
{
    int64_t steps = rondo_estimate_steps(experiment->train.epochs, shape->epoch_steps,
                                         experiment->train.max_steps);
    double updates = (double)steps * step_seconds, limit = sweep->budget.seconds;
    if (limit > 0 && updates > limit) {
        steps = (int64_t)ceil(limit / step_seconds);
        updates = limit;
    }
    double epochs = (double)steps / (double)shape->epoch_steps;
    double token_seconds = step_seconds * (double)shape->epoch_steps / (double)shape->epoch_tokens;
    double evaluated = ceil(epochs) * (double)shape->valid_tokens + (double)shape->test_tokens;
    *seconds = updates + evaluated * token_seconds / 3;
    *flops = epochs * shape->epoch_flops;
}

rondo_status rondo_estimate_make(const rondo_sweep *sweep, rondo_plan *plan,
                                 const rondo_shapes *shapes, rondo_registry *registry,
                                 rondo_dataset_cache *cache, double limit,
                                 const volatile sig_atomic_t *stop, rondo_estimate *estimate,
                                 rondo_error *error)
{
    size_t count = (size_t)plan->variant_count;
    *estimate = (rondo_estimate){
        .step_seconds = rondo_owned_take(&plan->owned, (size_t)shapes->count * sizeof(double)),
        .run_seconds = rondo_owned_take(&plan->owned, count * sizeof(double)),
        .run_flops = rondo_owned_take(&plan->owned, count * sizeof(double)),
        .halving_share = rondo_halving_share(&plan->halving, plan->run_count)};
    rondo_status status = rondo_owned_check(&plan->owned, "estimate", error);
    if (!status)
        status = time_shapes(sweep, plan, shapes, registry, cache, limit, stop, estimate, error);
    for (int64_t v = 0; !status && v < plan->variant_count; v++) {
        rondo_experiment *experiment;
        int64_t s = shapes->of_variant[v];
        status = rondo_variant_load(sweep, &plan->variants[v], registry, &experiment, error);
        if (status) break;
        add_variant(sweep, &shapes->items[s], estimate->step_seconds[s], experiment,
                    &estimate->run_seconds[v], &estimate->run_flops[v]);
        rondo_experiment_destroy(experiment);
    }
    for (int64_t i = 0; !status && i < plan->run_count; i++) {
        estimate->seconds += estimate->halving_share * estimate->run_seconds[plan->runs[i].variant];
        estimate->flops += estimate->halving_share * estimate->run_flops[plan->runs[i].variant];
    }
    return status;
}
