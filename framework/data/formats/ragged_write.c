/* Writing ragged HDF5. */
#include <stdio.h>
#include <string.h>

#include "base/hdf5.h"
#include "base/memory.h"
#include "data/formats/ragged.h"
#include "data/storage.h"

enum { NAME_SIZE = 64 };

static rondo_status write_vocabulary(rondo_hdf5 *file, const char *name,
                                     const rondo_vocabulary *vocabulary, rondo_error *error)
{
    if (!vocabulary) return RONDO_OK;
    return rondo_hdf5_write_texts(file, name, rondo_vocabulary_size(vocabulary),
                                  rondo_vocabulary_names(vocabulary), error);
}

static rondo_status write_array(rondo_hdf5 *file, rondo_split split, const char *array,
                                const void *data, bool values, int64_t steps, int64_t width,
                                rondo_error *error)
{
    char name[NAME_SIZE];
    const int64_t extent[2] = {steps, width};
    snprintf(name, sizeof name, "/%s/%s", rondo_split_name(split), array);
    return rondo_hdf5_write(file, name, values ? RONDO_HDF5_REAL : RONDO_HDF5_INT32, values ? 2 : 1,
                            extent, data, error);
}

static rondo_status write_offsets(rondo_hdf5 *file, rondo_split split, const int64_t *offset,
                                  int64_t count, rondo_error *error)
{
    char name[NAME_SIZE];
    const int64_t extent[1] = {count + 1};
    snprintf(name, sizeof name, "/%s/offsets", rondo_split_name(split));
    return rondo_hdf5_write(file, name, RONDO_HDF5_INT64, 1, extent, offset, error);
}

/* A language model's sequence of n steps came from n + 1 symbols: the inputs and the last target.
 */
static rondo_status write_next_step(rondo_hdf5 *file, const rondo_dataset *dataset,
                                    rondo_split split, rondo_error *error)
{
    const rondo_sequences *from = &dataset->splits[split];
    rondo_side inputs = rondo_storage_inputs(dataset, split);
    rondo_side targets = rondo_storage_targets(dataset, split);
    size_t step = inputs.step_bytes;
    int64_t steps = from->offset[from->count] + from->count;
    rondo_status status;
    int64_t *offset = rondo_memory_create((size_t)(from->count + 1) * sizeof *offset,
                                          "the offsets of a split", error);
    char *symbols = rondo_memory_create((size_t)steps * step, "the symbols of a split", error);
    if (!offset || !symbols) {
        status = error->status;
        goto cleanup;
    }
    for (int64_t s = 0; s < from->count; s++) {
        int64_t start = rondo_sequence_start(from, s);
        int64_t length = from->offset[s + 1] - from->offset[s];
        char *to = symbols + (size_t)offset[s] * step;
        rondo_side_copy(inputs, start, length, to);
        rondo_side_copy(targets, start + length - 1, 1, to + (size_t)length * step);
        offset[s + 1] = offset[s] + length + 1;
    }
    if ((status = write_offsets(file, split, offset, from->count, error))) goto cleanup;
    status = write_array(file, split, "inputs", symbols, from->input_values != NULL, steps,
                         dataset->schema->input_width, error);
cleanup:
    rondo_memory_destroy(symbols);
    rondo_memory_destroy(offset);
    return status;
}

/* Values that are held as bytes are written as what they stand for. */
static rondo_status write_bytes(rondo_hdf5 *file, rondo_split split, const uint8_t *bytes,
                                int64_t steps, int64_t width, rondo_error *error)
{
    size_t count = (size_t)(steps * width);
    rondo_real *values =
        rondo_memory_create(count * sizeof *values, "the values of a split", error);
    if (!values) return error->status;
    for (size_t i = 0; i < count; i++)
        values[i] = (rondo_real)bytes[i] / 255;
    rondo_status status = write_array(file, split, "inputs", values, true, steps, width, error);
    rondo_memory_destroy(values);
    return status;
}

/* Symbols are written as int32_t, in however many bytes they are held. */
static rondo_status write_side(rondo_hdf5 *file, rondo_split split, const char *array,
                               rondo_side side, int64_t steps, int64_t width, rondo_error *error)
{
    if (!side.ids.data)
        return write_array(file, split, array, side.data, true, steps, width, error);
    void *symbols =
        rondo_memory_create((size_t)steps * side.step_bytes, "the symbols of a split", error);
    if (!symbols) return error->status;
    rondo_side_copy(side, 0, steps, symbols);
    rondo_status status = write_array(file, split, array, symbols, false, steps, width, error);
    rondo_memory_destroy(symbols);
    return status;
}

static rondo_status write_label_sequences(rondo_hdf5 *file, rondo_split split,
                                          const rondo_sequences *from, rondo_error *error)
{
    char name[NAME_SIZE];
    const int64_t extent[1] = {from->count + 1};
    snprintf(name, sizeof name, "/%s/target_offsets", rondo_split_name(split));
    rondo_status status =
        rondo_hdf5_write(file, name, RONDO_HDF5_INT64, 1, extent, from->label_offset, error);
    return status ? status
                  : write_array(file, split, "targets", from->label_ids, false,
                                from->label_offset[from->count], 1, error);
}

static rondo_status write_split(rondo_hdf5 *file, const rondo_dataset *dataset, rondo_split split,
                                rondo_error *error)
{
    rondo_status status;
    const rondo_sequences *from = &dataset->splits[split];
    if (from->count == 0) return RONDO_OK;
    if (dataset->storage->next_step) return write_next_step(file, dataset, split, error);
    if (from->start)
        return rondo_error_set(error, RONDO_USAGE, "windows that share steps cannot be written");
    int64_t steps = from->offset[from->count];
    if ((status = write_offsets(file, split, from->offset, from->count, error))) return status;
    status = from->input_bytes
                 ? write_bytes(file, split, from->input_bytes, steps, dataset->schema->input_width,
                               error)
                 : write_side(file, split, "inputs", rondo_storage_inputs(dataset, split), steps,
                              dataset->schema->input_width, error);
    if (status) return status;
    if (from->label_offset) return write_label_sequences(file, split, from, error);
    return write_side(file, split, "targets", rondo_storage_targets(dataset, split),
                      rondo_storage_target_count(dataset, split), dataset->schema->target_width,
                      error);
}

static rondo_status write_all(rondo_hdf5 *file, const void *context, rondo_error *error)
{
    const rondo_dataset *dataset = context;
    rondo_status status;
    const rondo_vocabulary *targets = dataset->storage->next_step ? NULL : dataset->schema->targets;
    if ((status = rondo_hdf5_set_text(file, "/", "rondo_format", "ragged sequences", error)))
        return status;
    if ((status = rondo_hdf5_set_integer(file, "/", "version", 1, error))) return status;
    if (dataset->schema->sequence_targets)
        if ((status = rondo_hdf5_set_text(file, "/", "targets", "sequence", error))) return status;
    if (dataset->schema->target == RONDO_TARGET_LABELS)
        if ((status = rondo_hdf5_set_text(file, "/", "targets", "labels", error))) return status;
    if ((status = write_vocabulary(file, "/vocabulary/inputs", dataset->schema->inputs, error)))
        return status;
    if ((status = write_vocabulary(file, "/vocabulary/targets", targets, error))) return status;
    for (int s = 0; s < RONDO_SPLITS; s++)
        if ((status = write_split(file, dataset, (rondo_split)s, error))) return status;
    return RONDO_OK;
}

rondo_status rondo_ragged_write(const char *path, const rondo_dataset *dataset, rondo_error *error)
{
    return rondo_hdf5_replace(path, write_all, dataset, error);
}
