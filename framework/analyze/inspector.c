#include "analyze/inspection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct rondo_inspector {
    rondo_network *network; /* the session's without dropout */
    rondo_batches *batches;
    rondo_pass *pass;
    rondo_batch batch;
    rondo_real *gradient;
    uint8_t *selected; /* [N]: losses that are taken; NULL: all, one per sequence */
    int64_t *steps;    /* [B]: where distances are counted from; -1: left out */
    int64_t *reverse_steps;
    int64_t sequences; /* not left out */
};

static void silence(rondo_model_config *model)
{
    static const double none[RONDO_MAX_STATES] = {0};
    model->input.noise = model->input.dropout = model->input.unknown_rate = 0;
    for (int64_t i = 0; i < model->layer_count; i++) {
        rondo_layer_config *layer = &model->layers[i];
        layer->dropout = layer->recurrent_dropout = 0;
        memcpy(layer->zoneout, none, sizeof none);
        memcpy(layer->backward.zoneout, none, sizeof none);
    }
}

/* What is inspected is the network without noise: nothing is dropped, no old state kept by chance.
 */
static rondo_status create_network(const rondo_session *session, rondo_network **out,
                                   rondo_error *error)
{
    rondo_experiment *experiment = session->experiment;
    rondo_model_config model = experiment->model;
    int64_t sizes[RONDO_MAX_FEATURES];
    for (int64_t f = 0; f < session->schema->feature_count; f++)
        sizes[f] = rondo_vocabulary_size(session->schema->features[f]);
    silence(&experiment->model);
    rondo_status status = rondo_network_create(
        experiment, session->dataset->schema->input_width, session->dataset->schema->target_width,
        session->schema->feature_count > 0 ? sizes : NULL, out, error);
    experiment->model = model;
    return status;
}

static rondo_status create_batch(rondo_session *session, const rondo_inspect_options *options,
                                 rondo_inspector *inspector, rondo_error *error)
{
    rondo_batches_config config = rondo_session_batches_config(session, false);
    int64_t steps = session->experiment->data.truncated_bptt;
    config.batch_size = options->sequences;
    config.batch_tokens = 0;
    config.truncated_bptt = options->steps > 0 ? options->steps : steps;
    rondo_status status =
        rondo_batches_create(session->dataset, options->split, &config, &inspector->batches, error);
    if (!status) rondo_batches_get(inspector->batches, 0, 0, &inspector->batch);
    return status;
}

static bool reads_both_ways(const rondo_network *network)
{
    for (int64_t i = 0; i < network->direction_count; i++)
        if (network->directions[i].reverse) return true;
    return false;
}

static int64_t row_length(const rondo_batch *batch, int64_t row)
{
    int64_t length = batch->steps;
    while (batch->active[length - 1] <= row)
        length--;
    return length;
}

static rondo_status find_target(const rondo_vocabulary *names, const char *name, int32_t *id,
                                rondo_error *error)
{
    *id = names ? rondo_vocabulary_search(names, name, (int64_t)strlen(name)) : -1;
    if (*id >= 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "--target: \"%s\" is not a symbol of the targets",
                           name);
}

/* The first step of each row whose target is that symbol, where it is before the one found. */
static void find_steps(rondo_inspector *inspector, int32_t id)
{
    const rondo_batch *batch = &inspector->batch;
    for (int64_t b = 0; b < batch->rows; b++) {
        int64_t end = inspector->steps[b] < 0 ? row_length(batch, b) : inspector->steps[b], t = 0;
        while (t < end && batch->targets[batch->offset[t] + b] != id)
            t++;
        if (t < end) inspector->steps[b] = t;
    }
}

static rondo_status choose_targets(const rondo_session *session, rondo_inspector *inspector,
                                   const rondo_inspect_options *options, rondo_error *error)
{
    for (int64_t b = 0; b < inspector->batch.rows; b++)
        inspector->steps[b] = -1;
    for (int64_t i = 0; i < options->target_count; i++) {
        int32_t id;
        rondo_status status =
            find_target(session->dataset->schema->targets, options->targets[i], &id, error);
        if (status) return status;
        find_steps(inspector, id);
    }
    return RONDO_OK;
}

static void choose_position(rondo_inspector *inspector, double position)
{
    if (position < 0) position = reads_both_ways(inspector->network) ? 0.5 : 1;
    for (int64_t b = 0; b < inspector->batch.rows; b++) {
        double last = (double)(row_length(&inspector->batch, b) - 1);
        inspector->steps[b] = (int64_t)floor(position * last + 0.5);
    }
}

/* One loss per sequence, of all it has: each direction is looked at from the end of its reading. */
static rondo_status choose_ends(rondo_inspector *inspector, const rondo_inspect_options *options,
                                rondo_error *error)
{
    if (options->target_count > 0 || options->position >= 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "--position and --target choose the step of a loss, but this model "
                               "makes one prediction per sequence (model.pooling)");
    for (int64_t b = 0; b < inspector->batch.rows; b++)
        inspector->steps[b] = row_length(&inspector->batch, b) - 1;
    inspector->sequences = inspector->batch.rows;
    rondo_memory_destroy(inspector->selected);
    inspector->selected = NULL;
    return RONDO_OK;
}

/* The step of each row whose loss is taken. */
static rondo_status choose_steps(const rondo_session *session, rondo_inspector *inspector,
                                 const rondo_inspect_options *options, rondo_error *error)
{
    const rondo_batch *batch = &inspector->batch;
    if (inspector->network->pooling != RONDO_POOLING_NONE)
        return choose_ends(inspector, options, error);
    if (options->target_count > 0) {
        rondo_status status = choose_targets(session, inspector, options, error);
        if (status) return status;
    } else {
        choose_position(inspector, options->position);
    }
    for (int64_t b = 0; b < batch->rows; b++) {
        inspector->reverse_steps[b] = inspector->steps[b];
        if (inspector->steps[b] < 0) continue;
        inspector->selected[batch->offset[inspector->steps[b]] + b] = 1;
        inspector->sequences++;
    }
    if (inspector->sequences > 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "--target: no sequence of the minibatch has it");
}

static rondo_status create_buffers(const rondo_session *session, rondo_inspector *inspector,
                                   rondo_error *error)
{
    const rondo_batch *batch = &inspector->batch;
    rondo_pass_size size = {.rows = batch->rows,
                            .steps = batch->steps,
                            .tokens = batch->tokens,
                            .threads = session->threads,
                            .training = true,
                            .inspection = true};
    size_t parameters = (size_t)inspector->network->layout.size;
    inspector->gradient = rondo_memory_create(parameters * sizeof(rondo_real), "gradient", error);
    if (!inspector->gradient) return error->status;
    inspector->selected = rondo_memory_create((size_t)batch->tokens, "inspection", error);
    if (!inspector->selected) return error->status;
    inspector->steps =
        rondo_memory_create((size_t)batch->rows * sizeof *inspector->steps, "inspection", error);
    inspector->reverse_steps = rondo_memory_create(
        (size_t)batch->rows * sizeof *inspector->reverse_steps, "inspection", error);
    if (!inspector->steps || !inspector->reverse_steps) return error->status;
    return rondo_pass_create(inspector->network, &size, &inspector->pass, error);
}

rondo_status rondo_inspector_create(rondo_session *session, const rondo_inspect_options *options,
                                    rondo_inspector **out, rondo_error *error)
{
    rondo_status status;
    rondo_inspector *inspector = calloc(1, sizeof *inspector);
    *out = NULL;
    if (!inspector) return rondo_error_set(error, RONDO_FAILED, "not enough memory: inspection");
    if (session->experiment->task->inspect_refusal) {
        status =
            rondo_error_set(error, RONDO_USAGE, "%s", session->experiment->task->inspect_refusal);
        goto cleanup;
    }
    if ((status = create_network(session, &inspector->network, error))) goto cleanup;
    if ((status = create_batch(session, options, inspector, error))) goto cleanup;
    if ((status = create_buffers(session, inspector, error))) goto cleanup;
    if ((status = choose_steps(session, inspector, options, error))) goto cleanup;
    *out = inspector;
    inspector = NULL;
cleanup:
    rondo_inspector_destroy(inspector);
    return status;
}

void rondo_inspector_destroy(rondo_inspector *inspector)
{
    if (!inspector) return;
    rondo_pass_destroy(inspector->pass);
    rondo_batches_destroy(inspector->batches);
    rondo_network_destroy(inspector->network);
    rondo_memory_destroy(inspector->gradient);
    rondo_memory_destroy(inspector->selected);
    rondo_memory_destroy(inspector->steps);
    rondo_memory_destroy(inspector->reverse_steps);
    free(inspector);
}

int64_t rondo_inspector_sequences(const rondo_inspector *inspector)
{
    return inspector->sequences;
}

rondo_status rondo_inspector_run(rondo_inspector *inspector, const rondo_real *parameters,
                                 rondo_inspection *out, rondo_error *error)
{
    rondo_pass_load(inspector->pass, parameters);
    rondo_pass_inspect(inspector->pass, &inspector->batch, inspector->selected,
                       inspector->gradient);
    return rondo_inspection_measure(inspector->pass, inspector->network, &inspector->batch,
                                    inspector->steps, inspector->reverse_steps, out, error);
}
