/* Reading ragged HDF5. Everything an untrusted file may get wrong is refused here, with the path
 * of the array and the place in it. Sequences, steps and features are counted from 0, as HDF5
 * tools show them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/formats/ragged_private.h"
#include "data/storage.h"

enum {
    INPUTS = RONDO_RAGGED_INPUTS,
    TARGETS = RONDO_RAGGED_TARGETS,
    NAME_SIZE = RONDO_RAGGED_NAME_SIZE,
    PLACE_SIZE = RONDO_RAGGED_PLACE_SIZE
};

/* A small file can claim any extent; memory is taken only up to here. */
static const double largest_bytes = 0x1p34;

void rondo_ragged_name(char name[NAME_SIZE], rondo_split split, const char *array)
{
    snprintf(name, NAME_SIZE, "/%s/%s", rondo_split_name(split), array);
}

rondo_status rondo_ragged_check_format(const rondo_ragged_reader *reader, rondo_error *error)
{
    static const char *const wanted = "ragged sequences";
    rondo_error ignored = {0};
    char *format = NULL;
    int64_t version = 0;
    bool right =
        rondo_hdf5_get_text(reader->file, "/", "rondo_format", &format, &ignored) == RONDO_OK &&
        strcmp(format, wanted) == 0;
    free(format);
    if (!right)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: not a ragged data set: root attribute rondo_format is not "
                               "\"%s\"",
                               reader->path, wanted);
    if (rondo_hdf5_get_integer(reader->file, "/", "version", &version, &ignored) || version != 1)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: root attribute version is not 1, the one this program reads",
                               reader->path);
    return RONDO_OK;
}

/* Whether there is a target for each sequence. The file says so: shapes alone could mean both where
 * every sequence has one step. */
rondo_status rondo_ragged_read_target_kind(rondo_ragged_reader *reader, bool *sequence_targets,
                                           rondo_error *error)
{
    char **names, *kind = NULL, targets[NAME_SIZE];
    int64_t count;
    bool is_given = false;
    rondo_ragged_name(targets, reader->first, "targets");
    *sequence_targets = false;
    rondo_status status = rondo_hdf5_list_attributes(reader->file, "/", &count, &names, error);
    if (status) return status;
    for (int64_t i = 0; i < count; i++) {
        is_given = is_given || strcmp(names[i], "targets") == 0;
        free(names[i]);
    }
    free(names);
    if (!is_given || !rondo_hdf5_has(reader->file, targets)) return RONDO_OK;
    if ((status = rondo_hdf5_get_text(reader->file, "/", "targets", &kind, error))) return status;
    *sequence_targets = strcmp(kind, "sequence") == 0;
    reader->of_labels = strcmp(kind, "labels") == 0;
    if (!*sequence_targets && !reader->of_labels && strcmp(kind, "step") != 0)
        status = rondo_error_set(
            error, RONDO_FAILED,
            "%s: root attribute targets is not \"step\", \"sequence\" or \"labels\"", reader->path);
    free(kind);
    return status;
}

rondo_status rondo_ragged_shape(const rondo_ragged_reader *reader, const char *name,
                                rondo_hdf5_shape *shape, rondo_error *error)
{
    double bytes = 8.0;
    rondo_status status = rondo_hdf5_shape_of(reader->file, name, shape, error);
    for (int32_t i = 0; !status && i < shape->rank; i++)
        bytes *= (double)shape->extent[i];
    if (!status && rondo_source_max_bytes() == 0 && bytes > largest_bytes)
        status =
            rondo_error_set(error, RONDO_FAILED, "%s: %s: %.1f GiB, more than the %.0f GiB allowed",
                            reader->path, name, bytes / 0x1p30, largest_bytes / 0x1p30);
    return status;
}

static bool is_integer(rondo_hdf5_type type)
{
    return type == RONDO_HDF5_INT32 || type == RONDO_HDF5_INT64 || type == RONDO_HDF5_UINT8;
}

static rondo_status check_offsets(const rondo_ragged_reader *reader, const char *name,
                                  const int64_t *offset, int64_t count, int64_t least,
                                  rondo_error *error)
{
    if (offset[0] != 0)
        return rondo_error_set(error, RONDO_FAILED, "%s: %s: starts with %lld, not 0", reader->path,
                               name, (long long)offset[0]);
    for (int64_t s = 0; s < count; s++)
        if (offset[s + 1] < offset[s] + least)
            return rondo_error_set(error, RONDO_FAILED,
                                   "%s: %s: entry %lld (%lld) is %s than the one before (%lld)",
                                   reader->path, name, (long long)s + 1, (long long)offset[s + 1],
                                   least > 0 ? "not greater" : "less", (long long)offset[s]);
    return RONDO_OK;
}

/* Each sequence has `least` items. */
static rondo_status read_offsets(rondo_ragged_reader *reader, rondo_split split, const char *array,
                                 int64_t least, int64_t **out, int64_t *count, rondo_error *error)
{
    char name[NAME_SIZE];
    rondo_hdf5_shape shape;
    rondo_ragged_name(name, split, array);
    rondo_status status = rondo_ragged_shape(reader, name, &shape, error);
    if (status) return status;
    if (shape.rank != 1 || !is_integer(shape.type) || shape.extent[0] < 2)
        return rondo_error_set(error, RONDO_FAILED, "%s: %s: not a list of at least two integers",
                               reader->path, name);
    *count = shape.extent[0] - 1;
    *out = rondo_storage_take(reader->dataset, (size_t)shape.extent[0] * sizeof **out, name, error);
    if (!*out) return error->status;
    status = rondo_hdf5_read(reader->file, name, RONDO_HDF5_INT64, *out, error);
    return status ? status : check_offsets(reader, name, *out, *count, least, error);
}

static rondo_status check_rows(const rondo_ragged_reader *reader, const char *name,
                               const rondo_ragged_rows *rows, int64_t found, rondo_error *error)
{
    if (found == rows->count) return RONDO_OK;
    if (!rows->offset)
        return rondo_error_set(error, RONDO_FAILED, "%s: %s: %lld rows, but %lld sequences",
                               reader->path, name, (long long)found, (long long)rows->count);
    return rondo_error_set(
        error, RONDO_FAILED, "%s: %s: %lld steps, but the offsets end with %lld%s", reader->path,
        name, (long long)found, (long long)rows->count,
        found == rows->sequences ? " (targets of sequences need the root attribute targets = "
                                   "\"sequence\")"
                                 : "");
}

/* The split that is read first, for training, decides what a side is; the others must agree. */
static rondo_status check_shape(rondo_ragged_reader *reader, int which, const char *name,
                                bool first, const rondo_hdf5_shape *shape,
                                const rondo_ragged_rows *rows, rondo_error *error)
{
    rondo_ragged_side *side = &reader->sides[which];
    bool values = shape->rank == 2;
    rondo_status status;
    if (shape->type == RONDO_HDF5_TEXT ||
        !(values || (shape->rank == 1 && is_integer(shape->type))))
        return rondo_error_set(error, RONDO_FAILED,
                               "%s: %s: neither integer ids [steps] nor values [steps, width]",
                               reader->path, name);
    if ((status = check_rows(reader, name, rows, shape->extent[0], error))) return status;
    if (first) {
        side->present = true;
        side->values = values;
        side->width = values ? shape->extent[1] : 0;
        side->within_one = true;
        if (!values) return rondo_ragged_read_names(reader, which, error);
    }
    if (side->values != values || (values && (shape->extent[1] != side->width || side->width < 1)))
        return rondo_error_set(
            error, RONDO_FAILED, "%s: %s: width %lld %s, but the training split has width %lld %s",
            reader->path, name, (long long)(values ? shape->extent[1] : 1),
            values ? "values" : "ids", (long long)(side->values ? side->width : 1),
            side->values ? "values" : "ids");
    return RONDO_OK;
}

static rondo_status take_values(const rondo_ragged_reader *reader, rondo_ragged_side *side,
                                const char *name, const rondo_ragged_rows *rows,
                                const rondo_real *values, rondo_error *error)
{
    char place[PLACE_SIZE];
    for (int64_t i = 0; i < rows->count * side->width; i++) {
        if (!isfinite(values[i])) {
            rondo_ragged_place(rows, i / side->width, place);
            return rondo_error_set(
                error, RONDO_FAILED, "%s: %s: %s, feature %lld: %g is not a finite number",
                reader->path, name, place, (long long)(i % side->width), (double)values[i]);
        }
        if (values[i] < 0 || values[i] > 1) side->within_one = false;
    }
    return RONDO_OK;
}

/* Inputs that are symbols, in as few bytes each as their dictionary needs: read piece by piece. */
static rondo_status read_symbols(rondo_ragged_reader *reader, rondo_split split, const char *name,
                                 const rondo_ragged_rows *rows, void **out, rondo_error *error)
{
    enum { PIECE = 1 << 20 };
    rondo_ragged_side *side = &reader->sides[INPUTS];
    int64_t names = rondo_vocabulary_size(side->vocabulary);
    int64_t room = rows->count < PIECE ? rows->count : PIECE;
    rondo_status status = RONDO_OK;
    side->id_size = rondo_ids_size(side->width > names ? side->width : names);
    *out = rondo_storage_take(reader->dataset, (size_t)(rows->count * side->id_size), name, error);
    if (!*out) return error->status;
    int32_t *ids = rondo_memory_create((size_t)room * sizeof *ids, name, error);
    if (!ids) return error->status;
    for (int64_t first = 0; !status && first < rows->count; first += PIECE) {
        int64_t count = rows->count - first < PIECE ? rows->count - first : PIECE;
        status =
            rondo_hdf5_read_rows(reader->file, name, RONDO_HDF5_INT32, first, count, ids, error);
        if (!status)
            status =
                rondo_ragged_take_ids(reader, INPUTS, split, name, rows, first, count, ids, error);
        for (int64_t i = 0; !status && i < count; i++)
            rondo_ids_put(*out, side->id_size, first + i, ids[i]);
    }
    rondo_memory_destroy(ids);
    return status;
}

/* One array of one split, checked, in memory of the data set. */
static rondo_status read_side(rondo_ragged_reader *reader, rondo_split split, int which,
                              const int64_t *offset, int64_t count, void **out, rondo_error *error)
{
    char name[NAME_SIZE];
    rondo_hdf5_shape shape;
    rondo_ragged_side *side = &reader->sides[which];
    bool whole = which == TARGETS && reader->dataset->schema->sequence_targets;
    const rondo_ragged_rows rows = {whole ? NULL : offset, whole ? count : offset[count], count};
    rondo_ragged_name(name, split, rondo_ragged_sides[which]);
    rondo_status status = rondo_ragged_shape(reader, name, &shape, error);
    if (status) return status;
    status = check_shape(reader, which, name, split == reader->first, &shape, &rows, error);
    if (status) return status;
    if (which == INPUTS && !side->values)
        return read_symbols(reader, split, name, &rows, out, error);
    size_t bytes = (size_t)rows.count *
                   (side->values ? (size_t)side->width * sizeof(rondo_real) : sizeof(int32_t));
    *out = rondo_storage_take(reader->dataset, bytes, name, error);
    if (!*out) return error->status;
    status = rondo_hdf5_read(reader->file, name, side->values ? RONDO_HDF5_REAL : RONDO_HDF5_INT32,
                             *out, error);
    if (status) return status;
    return side->values ? take_values(reader, side, name, &rows, *out, error)
                        : rondo_ragged_take_ids(reader, which, split, name, &rows, 0, rows.count,
                                                *out, error);
}

/* Each sequence of n symbols becomes n - 1 inputs, in place, and n - 1 targets. A single sequence
 * needs no second array: its targets begin one step further on. */
static rondo_status shift(rondo_ragged_reader *reader, rondo_split split, int64_t *offset,
                          int64_t count, char *inputs, void **targets, rondo_error *error)
{
    const rondo_ragged_side *side = &reader->sides[INPUTS];
    size_t step_bytes =
        side->values ? (size_t)side->width * sizeof(rondo_real) : (size_t)side->id_size;
    for (int64_t s = 0; s < count; s++)
        if (offset[s + 1] - offset[s] < 2)
            return rondo_error_set(error, RONDO_FAILED,
                                   "%s: /%s: sequence %lld has one step; to predict the next it "
                                   "needs two",
                                   reader->path, rondo_split_name(split), (long long)s);
    char *to = inputs + step_bytes;
    if (count > 1) {
        to = rondo_storage_take(reader->dataset, (size_t)(offset[count] - count) * step_bytes,
                                "the targets of a split", error);
        if (!to) return error->status;
        for (int64_t s = 0; s < count; s++) {
            size_t bytes = (size_t)(offset[s + 1] - offset[s] - 1) * step_bytes;
            const char *from = inputs + (size_t)offset[s] * step_bytes;
            memcpy(to + (size_t)(offset[s] - s) * step_bytes, from + step_bytes, bytes);
            memmove(inputs + (size_t)(offset[s] - s) * step_bytes, from, bytes);
        }
    }
    for (int64_t s = 0; s < count; s++)
        offset[s + 1] -= s + 1;
    *targets = to;
    return RONDO_OK;
}

/* Labels with offsets of their own; a sequence may have none. */
static rondo_status read_label_sequences(rondo_ragged_reader *reader, rondo_split split,
                                         int64_t sequences, int64_t **offset, void **labels,
                                         rondo_error *error)
{
    int64_t count = 0;
    rondo_status status = read_offsets(reader, split, "target_offsets", 0, offset, &count, error);
    if (!status && count != sequences)
        status = rondo_error_set(
            error, RONDO_FAILED, "%s: /%s/target_offsets: %lld sequences, but %lld in offsets",
            reader->path, rondo_split_name(split), (long long)count, (long long)sequences);
    if (!status) status = read_side(reader, split, TARGETS, *offset, count, labels, error);
    if (!status && (reader->sides[TARGETS].values || reader->sides[TARGETS].numbered))
        status =
            rondo_error_set(error, RONDO_FAILED,
                            "%s: labels are ids of names: /vocabulary/targets, the first two of "
                            "which are \"<UNK>\" and \"<EOS>\"",
                            reader->path);
    return status;
}

rondo_status rondo_ragged_read_split(rondo_ragged_reader *reader, rondo_split split,
                                     rondo_error *error)
{
    rondo_status status;
    char name[NAME_SIZE];
    int64_t *offset = NULL, count = 0;
    void *inputs = NULL, *targets = NULL;
    int64_t *label_offset = NULL;
    rondo_sequences *sequences = &reader->dataset->splits[split];
    if ((status = read_offsets(reader, split, "offsets", 1, &offset, &count, error))) return status;
    if ((status = read_side(reader, split, INPUTS, offset, count, &inputs, error))) return status;
    rondo_ragged_name(name, split, "targets");
    bool without = reader->part && reader->part->without_targets;
    bool has_targets = !without && rondo_hdf5_has(reader->file, name);
    if (split != reader->first && has_targets != reader->sides[TARGETS].present)
        return rondo_error_set(error, RONDO_FAILED, "%s: %s /train/targets but %s %s", reader->path,
                               has_targets ? "no" : "has", has_targets ? "has" : "no", name);
    if (has_targets && reader->of_labels) {
        status = read_label_sequences(reader, split, count, &label_offset, &targets, error);
    } else if (has_targets) {
        status = read_side(reader, split, TARGETS, offset, count, &targets, error);
    } else if (!without) {
        if (reader->dataset->stream) {
            offset[1] = offset[count];
            count = 1;
        }
        status = shift(reader, split, offset, count, inputs, &targets, error);
    }
    if (status) return status;
    bool input_values = reader->sides[INPUTS].values;
    bool target_values = has_targets ? reader->sides[TARGETS].values : input_values;
    const rondo_ids symbols = {input_values ? NULL : inputs, reader->sides[INPUTS].id_size};
    const rondo_ids next = {target_values ? NULL : targets, reader->sides[INPUTS].id_size};
    *sequences = (rondo_sequences){
        .count = count,
        .offset = offset,
        .inputs = symbols,
        .input_values = input_values ? inputs : NULL,
        .targets = has_targets ? rondo_ids_of(target_values ? NULL : targets) : next,
        .target_values = target_values ? targets : NULL};
    if (!label_offset) return RONDO_OK;
    sequences->targets = (rondo_ids){0};
    sequences->label_offset = label_offset;
    sequences->label_ids = targets;
    return RONDO_OK;
}
