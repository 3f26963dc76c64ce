/* The checksum of a checkpoint: CRC-32 of every array (path, shape, contents) and every attribute
 * of the root, of /progress and of /schema (name, contents), in name order; the attribute
 * "checksum" itself is left out. Numbers count as the bytes they have in memory. Earlier builds
 * wrote FNV-1a of the same, in 16 digits, which takes four times as long. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/gzip.h"
#include "base/memory.h"
#include "store/checkpoint_private.h"

enum { PIECE = 1024 * 1024 }; /* bytes read at a time */

typedef struct summing {
    rondo_hdf5 *file;
    bool is_old;
    uint64_t fnv;
    uint32_t crc;
    void *block; /* for a piece of an array */
    int64_t capacity;
} summing;

void rondo_checkpoint_hex(uint64_t value, char digits[RONDO_CHECKPOINT_HEX_SIZE])
{
    snprintf(digits, RONDO_CHECKPOINT_HEX_SIZE, "%016" PRIx64, value);
}

rondo_status rondo_checkpoint_read_hex(const char *digits, const char *path, const char *name,
                                       uint64_t *value, rondo_error *error)
{
    enum { DIGITS = 16 };
    char *end;
    *value = strtoull(digits, &end, DIGITS);
    if (end == digits + DIGITS && *end == '\0') return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "%s: attribute %s is not %d hexadecimal digits",
                           path, name, DIGITS);
}

static void add_bytes(summing *at, const void *bytes, size_t size)
{
    if (at->is_old)
        at->fnv = rondo_file_checksum(at->fnv, bytes, size);
    else
        at->crc = rondo_gzip_crc32(at->crc, bytes, size);
}

static void add_text(summing *at, const char *text)
{
    add_bytes(at, text, strlen(text) + 1);
}

static rondo_status add_texts(summing *at, const char *path, rondo_error *error)
{
    int64_t count;
    char **texts;
    rondo_status status = rondo_hdf5_read_texts(at->file, path, &count, &texts, error);
    if (status) return status;
    for (int64_t i = 0; i < count; i++)
        add_text(at, texts[i]);
    rondo_hdf5_free_texts(count, texts);
    return RONDO_OK;
}

static int64_t row_bytes(const rondo_hdf5_shape *shape)
{
    int64_t bytes = (int64_t)rondo_hdf5_item_size(shape->type);
    for (int32_t i = 1; i < shape->rank; i++)
        bytes *= shape->extent[i];
    return bytes;
}

/* Some rows at a time, so that a checkpoint needs no memory that grows with the model. */
static rondo_status add_numbers(summing *at, const char *path, const rondo_hdf5_shape *shape,
                                rondo_error *error)
{
    int64_t bytes = row_bytes(shape), all = shape->rank > 0 ? shape->extent[0] : 1;
    int64_t most = bytes > 0 && bytes < PIECE ? PIECE / bytes : 1;
    rondo_status status = RONDO_OK;
    for (int64_t first = 0; !status && bytes > 0 && first < all; first += most) {
        int64_t rows = all - first < most ? all - first : most;
        status = rondo_memory_grow(&at->block, &at->capacity, rows * bytes, 1, "checksum", error);
        if (!status && shape->rank == 0)
            status = rondo_hdf5_read(at->file, path, shape->type, at->block, error);
        else if (!status)
            status =
                rondo_hdf5_read_rows(at->file, path, shape->type, first, rows, at->block, error);
        if (!status) add_bytes(at, at->block, (size_t)(rows * bytes));
    }
    return status;
}

static rondo_status add_array(summing *at, const char *path, rondo_error *error)
{
    rondo_hdf5_shape shape;
    rondo_status status = rondo_hdf5_shape_of(at->file, path, &shape, error);
    if (status) return status;
    int32_t type = (int32_t)shape.type;
    add_text(at, path);
    add_bytes(at, &type, sizeof type);
    add_bytes(at, &shape.rank, sizeof shape.rank);
    add_bytes(at, shape.extent, (size_t)shape.rank * sizeof shape.extent[0]);
    if (shape.type == RONDO_HDF5_TEXT) return add_texts(at, path, error);
    return add_numbers(at, path, &shape, error);
}

static rondo_status add_attribute(summing *at, const char *path, const char *name,
                                  rondo_error *error)
{
    rondo_hdf5_type type;
    rondo_status status = rondo_hdf5_attribute_type(at->file, path, name, &type, error);
    if (status) return status;
    add_text(at, name);
    if (type == RONDO_HDF5_TEXT) {
        char *text;
        status = rondo_hdf5_get_text(at->file, path, name, &text, error);
        if (!status) add_text(at, text);
        free(text);
    } else if (type == RONDO_HDF5_FLOAT32 || type == RONDO_HDF5_FLOAT64) {
        double real;
        status = rondo_hdf5_get_real(at->file, path, name, &real, error);
        if (!status) add_bytes(at, &real, sizeof real);
    } else {
        int64_t integer;
        status = rondo_hdf5_get_integer(at->file, path, name, &integer, error);
        if (!status) add_bytes(at, &integer, sizeof integer);
    }
    return status;
}

static rondo_status add_attributes(summing *at, const char *path, rondo_error *error)
{
    int64_t count;
    char **names;
    if (!rondo_hdf5_has(at->file, path)) return RONDO_OK;
    rondo_status status = rondo_hdf5_list_attributes(at->file, path, &count, &names, error);
    if (status) return status;
    for (int64_t i = 0; i < count && !status; i++)
        if (strcmp(names[i], "checksum") != 0) status = add_attribute(at, path, names[i], error);
    rondo_hdf5_free_texts(count, names);
    return status;
}

bool rondo_checkpoint_is_old_sum(const char *text)
{
    return strncmp(text, RONDO_CHECKPOINT_CRC, strlen(RONDO_CHECKPOINT_CRC)) != 0;
}

rondo_status rondo_checkpoint_sum(rondo_hdf5 *file, bool is_old,
                                  char text[RONDO_CHECKPOINT_SUM_SIZE], rondo_error *error)
{
    summing at = {.file = file, .is_old = is_old};
    int64_t count;
    char **paths;
    rondo_status status = rondo_hdf5_list(file, "/", &count, &paths, error);
    if (status) return status;
    for (int64_t i = 0; i < count && !status; i++)
        status = add_array(&at, paths[i], error);
    rondo_hdf5_free_texts(count, paths);
    if (!status) status = add_attributes(&at, "/", error);
    if (!status) status = add_attributes(&at, "/progress", error);
    if (!status) status = add_attributes(&at, RONDO_CHECKPOINT_SCHEMA, error);
    free(at.block);
    if (is_old)
        rondo_checkpoint_hex(at.fnv, text);
    else
        snprintf(text, RONDO_CHECKPOINT_SUM_SIZE, RONDO_CHECKPOINT_CRC "%08" PRIx32, at.crc);
    return status;
}
