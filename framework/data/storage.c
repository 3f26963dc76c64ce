#include "data/storage.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

rondo_status rondo_storage_create(bool stream, rondo_dataset **out, rondo_error *error)
{
    rondo_dataset *dataset = calloc(1, sizeof *dataset);
    struct rondo_dataset_storage *storage = calloc(1, sizeof *storage);
    rondo_status status = RONDO_OK;
    *out = NULL;
    if (!dataset || !storage)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory for a data set");
    if (!status) status = rondo_schema_create(&dataset->schema, error);
    if (status) {
        free(dataset);
        free(storage);
        return status;
    }
    dataset->storage = storage;
    dataset->stream = stream;
    *out = dataset;
    return RONDO_OK;
}

void *rondo_storage_take(rondo_dataset *dataset, size_t bytes, const char *what, rondo_error *error)
{
    void *block = rondo_memory_create(bytes, what, error);
    if (block) dataset->storage->blocks[dataset->storage->block_count++] = block;
    return block;
}

static rondo_side side_of(rondo_ids symbols, const rondo_real *values, int64_t width)
{
    return symbols.data
               ? (rondo_side){.ids = symbols, .step_bytes = sizeof(int32_t)}
               : (rondo_side){.data = values, .step_bytes = (size_t)width * sizeof *values};
}

rondo_side rondo_storage_inputs(const rondo_dataset *dataset, rondo_split split)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    if (sequences->input_bytes)
        return (rondo_side){.data = sequences->input_bytes,
                            .step_bytes = (size_t)dataset->schema->input_width};
    return side_of(sequences->inputs, sequences->input_values, dataset->schema->input_width);
}

rondo_side rondo_storage_targets(const rondo_dataset *dataset, rondo_split split)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    return side_of(sequences->targets, sequences->target_values, dataset->schema->target_width);
}

void rondo_side_copy(rondo_side side, int64_t first, int64_t steps, void *to)
{
    if (!side.ids.data) {
        memcpy(to, (const char *)side.data + (size_t)first * side.step_bytes,
               (size_t)steps * side.step_bytes);
        return;
    }
    for (int64_t i = 0; i < steps; i++)
        ((int32_t *)to)[i] = rondo_ids_get(side.ids, first + i);
}

int64_t rondo_storage_target_count(const rondo_dataset *dataset, rondo_split split)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    return dataset->schema->sequence_targets ? sequences->count
                                             : sequences->offset[sequences->count];
}
