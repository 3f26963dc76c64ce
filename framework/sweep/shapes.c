#include "sweep/shapes.h"

#include <stdio.h>
#include <string.h>

#include "data/batches/batch.h"
#include "evaluate/evaluate.h"
#include "sweep/findings.h"
#include "train/trainer.h"

rondo_status rondo_variant_plan(const rondo_sweep *sweep, const rondo_plan_variant *variant,
                                rondo_registry *registry, rondo_dataset_cache *cache,
                                rondo_session *session, rondo_error *error)
{
    rondo_experiment *experiment;
    rondo_dataset *dataset;
    rondo_status status = rondo_variant_load(sweep, variant, registry, &experiment, error);
    if (status) return status;
    status = rondo_dataset_cache_take(cache, experiment, &dataset, error);
    if (!status) return rondo_session_plan_on(experiment, dataset, 1, session, error);
    rondo_experiment_destroy(experiment);
    return status;
}

/* Adds a split to the shape and to what a pass must have room for. */
static rondo_status cover_split(const rondo_session *session, rondo_split split, rondo_shape *shape,
                                rondo_pass_size *size, rondo_error *error)
{
    rondo_batches *batches;
    if (session->dataset->splits[split].count == 0) return RONDO_OK;
    rondo_status status =
        rondo_session_batches(session, split, split == RONDO_TRAIN, &batches, error);
    if (status) return status;
    int64_t tokens = rondo_batches_tokens(batches);
    rondo_pass_size_cover(size, batches);
    if (split == RONDO_TRAIN) {
        shape->epoch_tokens = tokens;
        shape->epoch_steps = rondo_batches_count(batches);
    } else if (split == RONDO_VALID) {
        shape->valid_tokens = tokens;
    } else {
        shape->test_tokens = tokens;
    }
    rondo_batches_destroy(batches);
    return RONDO_OK;
}

static rondo_status measure(const rondo_session *session, rondo_shape *shape, rondo_error *error)
{
    rondo_memory_plan memory;
    rondo_pass_size size = {
        .threads = 1,
        .training = true,
        .predictions = rondo_evaluator_keeps_predictions(session->experiment, session->dataset)};
    rondo_status status = RONDO_OK;
    for (int split = 0; !status && split < RONDO_SPLITS; split++)
        status = cover_split(session, (rondo_split)split, shape, &size, error);
    if (!status)
        status = rondo_trainer_plan(session->network, session->experiment, session->dataset, &size,
                                    &memory, error);
    if (status) return status;
    double sequences = (double)session->dataset->splits[RONDO_TRAIN].count;
    shape->parameters = session->network->layout.trainable;
    shape->memory = memory.total;
    shape->epoch_flops =
        rondo_session_flops(session, rondo_network_training_flops) * (double)shape->epoch_tokens +
        rondo_network_sequence_flops(session->network) * sequences;
    return RONDO_OK;
}

static rondo_status meet_data(const rondo_sweep *sweep, const rondo_plan_variant *variant,
                              rondo_registry *registry, rondo_dataset_cache *cache,
                              rondo_shape *shape, rondo_error *error)
{
    rondo_session session;
    rondo_status status = rondo_variant_plan(sweep, variant, registry, cache, &session, error);
    if (!status) {
        status = rondo_evaluator_check_monitor(session.experiment, session.dataset, error);
        if (!status) status = measure(&session, shape, error);
        if (!status) status = rondo_session_read_pretrained(&session, error);
        rondo_session_finish(&session);
    }
    if (status == RONDO_USAGE && !rondo_error_has_place(error->text))
        rondo_error_prefix(error, "%s: base: ", sweep->base_at);
    return status;
}

static void sort_variants(rondo_plan *plan, const rondo_examined *examined, rondo_shapes *shapes)
{
    for (int64_t v = 0; v < plan->variant_count; v++) {
        int64_t s = 0;
        while (s < shapes->count && strcmp(shapes->items[s].key, examined[v].shape) != 0)
            s++;
        if (s == shapes->count)
            shapes->items[shapes->count++] = (rondo_shape){.key = examined[v].shape, .variant = v};
        shapes->items[s].variants++;
        shapes->of_variant[v] = s;
    }
}

rondo_status rondo_shapes_find(const rondo_sweep *sweep, rondo_plan *plan,
                               const rondo_examined *examined, rondo_registry *registry,
                               rondo_dataset_cache *cache, rondo_shapes *shapes, rondo_error *error)
{
    rondo_findings findings = {0};
    size_t count = (size_t)plan->variant_count;
    *shapes = (rondo_shapes){
        .items = rondo_owned_take(&plan->owned, count * sizeof *shapes->items),
        .of_variant = rondo_owned_take(&plan->owned, count * sizeof *shapes->of_variant)};
    rondo_status status = rondo_owned_check(&plan->owned, "plan", error);
    if (status) return status;
    sort_variants(plan, examined, shapes);
    for (int64_t s = 0; !status && s < shapes->count; s++) {
        rondo_shape *shape = &shapes->items[s];
        const rondo_plan_variant *variant = &plan->variants[shape->variant];
        status = meet_data(sweep, variant, registry, cache, shape, error);
        if (status != RONDO_USAGE) continue;
        rondo_findings_add(&findings, error->text, variant->name,
                           shape->variants * sweep->seed_count);
        status = RONDO_OK;
    }
    if (!status)
        status = rondo_findings_report(&findings, plan->variant_count * sweep->seed_count, error);
    for (int64_t v = 0; !status && v < plan->variant_count; v++)
        plan->variants[v].parameters = shapes->items[shapes->of_variant[v]].parameters;
    rondo_findings_finish(&findings);
    return status;
}
