#include "train/trained.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/registry.h"
#include "train/trainer.h"

static void need(rondo_status status, const rondo_error *error)
{
    if (!status) return;
    fprintf(stderr, "%s\n", error->text);
    exit(1);
}

rondo_registry *trained_plugins(void)
{
    const char *folder = RONDO_BINARY_DIR "/plugins-double";
    rondo_registry *registry = NULL;
    rondo_error error = {0};
    need(test_registry_create(folder, &registry, &error), &error);
    return registry;
}

static void take(const rondo_session *session, trained *out)
{
    const rondo_sequences *split = &session->dataset->splits[RONDO_TRAIN];
    out->tokens = split->offset[split->count];
    out->count = session->network->layout.size;
    if (out->count > TRAINED_PARAMETERS) exit(1);
    for (int64_t i = 0; i < out->count; i++)
        out->parameters[i] = (double)session->parameters[i];
    for (int64_t k = 0; session->class_weights && k < session->network->output_width; k++)
        out->class_weights[k] = session->class_weights[k];
}

void trained_run(rondo_registry *registry, const char *config, const char *const *sets,
                 int64_t set_count, trained *out)
{
    static const volatile sig_atomic_t never;
    const rondo_trainer_options options = {.overwrite = true, .stop = &never, .registry = registry};
    rondo_experiment *experiment = NULL;
    rondo_session session;
    *out = (trained){0};
    out->status = rondo_experiment_parse("test", ".", config, sets, set_count, registry,
                                         &experiment, &out->error);
    if (!out->status) out->status = rondo_session_start(experiment, 1, &session, &out->error);
    if (out->status) return;
    need(rondo_trainer_run(&session, &options, &out->error), &out->error);
    take(&session, out);
    rondo_session_finish(&session);
}

double trained_distance(const trained *a, const trained *b)
{
    double largest = a->count == b->count && a->count > 0 ? 0 : INFINITY;
    for (int64_t i = 0; i < a->count; i++)
        largest = fmax(largest, fabs(a->parameters[i] - b->parameters[i]));
    return largest;
}
