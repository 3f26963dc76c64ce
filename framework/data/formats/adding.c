#include "data/formats/adding.h"

#include "data/formats/generator.h"
#include "data/storage.h"

void rondo_adding_fill(uint64_t seed, rondo_split split, int64_t number, int64_t steps,
                       int64_t stride, rondo_real *values, rondo_real *target)
{
    rondo_random_stream stream = rondo_random_stream_start(seed, split, number);
    int64_t first = rondo_random_stream_below(&stream, steps),
            second = rondo_random_stream_below(&stream, steps - 1);
    if (second >= first) second++;
    for (int64_t t = 0; t < steps; t++) {
        values[t * stride] = (rondo_real)rondo_random_stream_uniform(&stream);
        values[t * stride + 1] = t == first || t == second ? 1 : 0;
    }
    *target = values[first * stride] + values[second * stride];
}

void rondo_resampling_fill(const rondo_resampling *resampling, int64_t epoch, int64_t sequence,
                           int64_t stride, rondo_real *values, rondo_real *target)
{
    rondo_adding_fill(resampling->seed, RONDO_TRAIN, epoch * resampling->count + sequence,
                      resampling->steps, stride, values, target);
}

static rondo_status fill_offsets(rondo_dataset *dataset, rondo_split split, int64_t count,
                                 int64_t steps, rondo_error *error)
{
    int64_t *offset = rondo_storage_take(dataset, (size_t)(count + 1) * sizeof *offset,
                                         "the offsets of a split", error);
    if (!offset) return error->status;
    for (int64_t s = 0; s <= count; s++)
        offset[s] = s * steps;
    dataset->splits[split].count = count;
    dataset->splits[split].offset = offset;
    return RONDO_OK;
}

static rondo_status fill_values(rondo_dataset *dataset, rondo_split split, uint64_t seed,
                                int64_t steps, rondo_error *error)
{
    rondo_sequences *sequences = &dataset->splits[split];
    size_t width = RONDO_ADDING_WIDTH * (size_t)steps;
    rondo_real *values = rondo_storage_take(
        dataset, (size_t)sequences->count * width * sizeof *values, "the inputs of a split", error);
    if (!values) return error->status;
    rondo_real *targets = rondo_storage_take(dataset, (size_t)sequences->count * sizeof *targets,
                                             "the targets of a split", error);
    if (!targets) return error->status;
    for (int64_t s = 0; s < sequences->count; s++)
        rondo_adding_fill(seed, split, s, steps, RONDO_ADDING_WIDTH, values + (size_t)s * width,
                          targets + s);
    sequences->input_values = values;
    sequences->target_values = targets;
    return RONDO_OK;
}

static rondo_status keep_resampling(rondo_dataset *dataset, const rondo_resampling *resampling,
                                    rondo_error *error)
{
    rondo_resampling *kept = rondo_storage_take(dataset, sizeof *kept, "a generator", error);
    if (!kept) return error->status;
    *kept = *resampling;
    dataset->splits[RONDO_TRAIN].resampling = kept;
    return RONDO_OK;
}

rondo_status rondo_adding_load(const rondo_reading *reading, rondo_dataset *dataset,
                               rondo_error *error)
{
    const rondo_experiment *experiment = reading->experiment;
    const rondo_generator_config *config = experiment->data.options;
    uint64_t seed = rondo_experiment_seed(experiment, RONDO_SEED_DATA);
    const rondo_resampling resampling = {seed, config->count, config->length};
    bool is_resampled = config->resample_each_epoch && !reading->wanted->first_epoch;
    dataset->schema->input_width = RONDO_ADDING_WIDTH;
    dataset->schema->target_width = 1;
    dataset->schema->target = RONDO_TARGET_VALUES;
    dataset->schema->sequence_targets = true;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        rondo_split split = (rondo_split)s;
        int64_t count = rondo_generator_count(config, split);
        if (count == 0) continue;
        rondo_status status = fill_offsets(dataset, split, count, config->length, error);
        if (!status)
            status = is_resampled && split == RONDO_TRAIN
                         ? keep_resampling(dataset, &resampling, error)
                         : fill_values(dataset, split, seed, config->length, error);
        if (status) return status;
    }
    return RONDO_OK;
}
