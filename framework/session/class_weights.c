#include "session/class_weights.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static int64_t target_count(const rondo_dataset *dataset)
{
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    return dataset->schema->sequence_targets ? train->count : train->offset[train->count];
}

static void balance(const rondo_dataset *dataset, double *weights)
{
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    int64_t count = target_count(dataset), classes = 0;
    memset(weights, 0, (size_t)dataset->schema->target_width * sizeof *weights);
    for (int64_t i = 0; i < count; i++)
        weights[rondo_ids_get(train->targets, i)]++;
    for (int64_t k = 0; k < dataset->schema->target_width; k++)
        classes += weights[k] > 0;
    for (int64_t k = 0; k < dataset->schema->target_width; k++)
        weights[k] = weights[k] > 0 ? (double)count / ((double)classes * weights[k]) : 1;
}

static rondo_status unknown_class(const rondo_dataset *dataset, const char *name, int64_t first,
                                  rondo_error *error)
{
    const char *const *names = rondo_vocabulary_names(dataset->schema->targets) + first;
    const char *nearest = rondo_text_nearest(name, names, dataset->schema->target_width - first);
    return rondo_error_set(
        error, RONDO_USAGE,
        "loss.options.class_weights: the training data has no class \"%s\"%s%s%s", name,
        nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}

static rondo_status take_names(const rondo_experiment *experiment, const rondo_dataset *dataset,
                               double *weights, rondo_error *error)
{
    const rondo_class_weights_config *config = &experiment->loss.class_weights;
    int64_t first = dataset->schema->first_class;
    double sum = 0;
    for (int64_t k = 0; k < dataset->schema->target_width; k++)
        weights[k] = 1;
    for (int64_t i = 0; i < config->count; i++) {
        const char *name = config->names[i];
        int64_t id = rondo_vocabulary_find(dataset->schema->targets, name, (int64_t)strlen(name));
        if (id < first ||
            strcmp(rondo_vocabulary_name(dataset->schema->targets, (int32_t)id), name) != 0)
            return unknown_class(dataset, name, first, error);
        weights[id] = config->values[i];
    }
    for (int64_t k = first; k < dataset->schema->target_width; k++)
        sum += weights[k];
    if (sum > 0) return RONDO_OK;
    return rondo_error_set(
        error, RONDO_USAGE,
        "loss.options.class_weights: every class has weight 0; at least one must "
        "be above");
}

rondo_status rondo_class_weights_make(const rondo_experiment *experiment,
                                      const rondo_dataset *dataset, double **out,
                                      rondo_error *error)
{
    int rule = experiment->loss.class_weights.rule;
    rondo_status status = RONDO_OK;
    *out = NULL;
    if (rule == RONDO_WEIGHTS_NONE) return RONDO_OK;
    size_t bytes = (size_t)dataset->schema->target_width * sizeof(double);
    double *weights = rondo_memory_create(bytes, "class weights", error);
    if (!weights) return error->status;
    if (rule == RONDO_WEIGHTS_BALANCED)
        balance(dataset, weights);
    else
        status = take_names(experiment, dataset, weights, error);
    if (status)
        rondo_memory_destroy(weights);
    else
        *out = weights;
    return status;
}
