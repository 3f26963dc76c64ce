#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "data/fingerprint.h"
#include "store/checkpoint.h"
#include "store/checkpoint_private.h"

/* Opens a file that says it is a checkpoint of this version, or of the one before. */
static rondo_status open_checkpoint(const char *path, rondo_hdf5 **file, rondo_error *error)
{
    rondo_error ignored = {0};
    char *format = NULL;
    int64_t version = 0;
    rondo_status status = rondo_hdf5_open(path, file, error);
    if (status) return status;
    bool known = rondo_hdf5_get_text(*file, "/", "rondo_format", &format, &ignored) == RONDO_OK &&
                 strcmp(format, RONDO_CHECKPOINT_FORMAT) == 0;
    free(format);
    if (!known)
        status = rondo_error_set(error, RONDO_FAILED, "%s: is not a checkpoint of rondo", path);
    else if (!(status = rondo_hdf5_get_integer(*file, "/", "version", &version, error)) &&
             (version < 1 || version > RONDO_CHECKPOINT_VERSION))
        status = rondo_error_set(error, RONDO_FAILED,
                                 "%s: is a checkpoint of version %" PRId64
                                 ", this program reads versions 1 to %d",
                                 path, version, RONDO_CHECKPOINT_VERSION);
    if (!status) return RONDO_OK;
    rondo_hdf5_close(*file, &ignored);
    *file = NULL;
    return status;
}

/* What the file did not seem to have is missing only if it was readable to the end. */
static rondo_status close_checkpoint(rondo_hdf5 *file, rondo_status status, rondo_error *error)
{
    rondo_error ignored = {0};
    rondo_status closed = rondo_hdf5_close(file, status ? &ignored : error);
    return status ? status : closed;
}

/* Where a seal is right, all bytes are. Builds before seals wrote only the checksum. */
static rondo_status check_sum(const char *path, rondo_hdf5 *file, rondo_error *error)
{
    if (rondo_hdf5_is_sealed(file)) return RONDO_OK;
    char sum[RONDO_CHECKPOINT_SUM_SIZE];
    char *stored = NULL;
    rondo_status status = rondo_hdf5_get_text(file, "/", "checksum", &stored, error);
    if (!status)
        status = rondo_checkpoint_sum(file, rondo_checkpoint_is_old_sum(stored), sum, error);
    if (!status && strcmp(stored, sum) != 0)
        status = rondo_error_set(error, RONDO_FAILED,
                                 "%s: damaged: the checksum does not match the contents", path);
    free(stored);
    return status;
}

rondo_status rondo_checkpoint_verify(const char *path, rondo_error *error)
{
    rondo_hdf5 *file;
    bool sealed;
    rondo_status status = rondo_hdf5_check_seal(path, &sealed, error);
    if (status || sealed) return status;
    status = open_checkpoint(path, &file, error);
    if (status) return status;
    status = check_sum(path, file, error);
    return close_checkpoint(file, status, error);
}

static rondo_status read_fingerprint(rondo_hdf5 *file, const char *path, rondo_checkpoint_header *h,
                                     rondo_error *error)
{
    static const char *const name = "dataset_fingerprint";
    char *text;
    rondo_status status = rondo_hdf5_get_text(file, "/", name, &text, error);
    if (status) return status;
    h->has_old_fingerprint = rondo_checkpoint_is_old_sum(text);
    const char *digits = text + (h->has_old_fingerprint ? 0 : strlen(RONDO_CHECKPOINT_CRC));
    status = rondo_checkpoint_read_hex(digits, path, name, &h->fingerprint, error);
    free(text);
    return status;
}

bool rondo_checkpoint_has_data(const rondo_checkpoint_header *header, const rondo_dataset *dataset)
{
    uint64_t now =
        header->has_old_fingerprint ? rondo_dataset_old_fingerprint(dataset) : dataset->fingerprint;
    return header->fingerprint == now;
}

static rondo_status fill_header(rondo_hdf5 *file, const char *path, rondo_checkpoint_header *h,
                                rondo_error *error)
{
    rondo_error ignored = {0};
    rondo_status status;
    const rondo_checkpoint_file from = {file, path};
    if ((status = rondo_hdf5_read_text(file, "/config", &h->config, error))) return status;
    if ((status = rondo_hdf5_get_text(file, "/", "kernel", &h->kernel, error))) return status;
    if (rondo_hdf5_get_text(file, "/", "rounding", &h->rounding, &ignored)) h->rounding = NULL;
    if ((status = rondo_hdf5_get_integer(file, "/", "real_size", &h->real_size, error)))
        return status;
    if ((status = read_fingerprint(file, path, h, error))) return status;
    if (rondo_hdf5_get_integer(file, "/progress", "step", &h->step, &ignored)) h->step = 0;
    if ((status = rondo_hdf5_get_integer(file, "/", "version", &h->version, error))) return status;
    if ((status = rondo_checkpoint_read_identity(&from, &h->identity, error))) return status;
    if ((status = rondo_schema_create(&h->schema, error))) return status;
    if (h->version > 1) return rondo_checkpoint_read_schema(&from, h->schema, error);
    return rondo_checkpoint_read_old_schema(&from, h->identity.known, h->schema, error);
}

rondo_status rondo_checkpoint_read_header(const char *path, rondo_checkpoint_header *header,
                                          rondo_error *error)
{
    rondo_hdf5 *file;
    *header = (rondo_checkpoint_header){0};
    rondo_status status = open_checkpoint(path, &file, error);
    if (status) return status;
    status = check_sum(path, file, error);
    if (!status) status = fill_header(file, path, header, error);
    status = close_checkpoint(file, status, error);
    if (status) rondo_checkpoint_header_finish(header);
    return status;
}

void rondo_checkpoint_header_finish(rondo_checkpoint_header *header)
{
    free(header->config);
    free(header->kernel);
    free(header->rounding);
    rondo_schema_destroy(header->schema);
    *header = (rondo_checkpoint_header){0};
}

/* One table of arrays and the group it is kept in. */
typedef struct array_group {
    const char *path, *noun; /* "/parameters", "parameter" */
    int64_t count;
    const rondo_array *arrays;
} array_group;

enum { GROUPS = 3, SHAPE_SIZE = 96 };

static const char *shape_text(char text[SHAPE_SIZE], int32_t rank, const int64_t *extent)
{
    size_t length = (size_t)snprintf(text, SHAPE_SIZE, "[");
    for (int32_t i = 0; i < rank; i++)
        length += (size_t)snprintf(text + length, SHAPE_SIZE - length, "%s%" PRId64,
                                   i > 0 ? ", " : "", extent[i]);
    snprintf(text + length, SHAPE_SIZE - length, "]");
    return text;
}

static rondo_status check_shape(const char *file_name, rondo_hdf5 *file, const array_group *group,
                                const rondo_array *array, const char *path, rondo_error *error)
{
    rondo_hdf5_shape shape;
    char there[SHAPE_SIZE], here[SHAPE_SIZE];
    shape_text(here, array->rank, array->extent);
    if (!rondo_hdf5_has(file, path))
        return rondo_error_set(error, RONDO_FAILED, "%s: %s %s %s is not in the file", file_name,
                               group->noun, array->name, here);
    rondo_status status = rondo_hdf5_shape_of(file, path, &shape, error);
    if (status) return status;
    bool same = shape.rank == array->rank &&
                (shape.type == RONDO_HDF5_FLOAT32 || shape.type == RONDO_HDF5_FLOAT64);
    for (int32_t i = 0; same && i < shape.rank; i++)
        same = shape.extent[i] == array->extent[i];
    if (same) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "%s: %s %s is %s in the file, %s in the model",
                           file_name, group->noun, array->name,
                           shape_text(there, shape.rank, shape.extent), here);
}

static bool has_array(const array_group *group, const char *name)
{
    for (int64_t i = 0; i < group->count; i++)
        if (strcmp(group->arrays[i].name, name) == 0) return true;
    return false;
}

/* Called when every array of the table is in the file: the file must not have more. */
static rondo_status check_no_more(const char *file_name, rondo_hdf5 *file, const array_group *group,
                                  rondo_error *error)
{
    int64_t count;
    char **paths;
    if (!rondo_hdf5_has(file, group->path)) return RONDO_OK;
    rondo_status status = rondo_hdf5_list(file, group->path, &count, &paths, error);
    if (status) return status;
    for (int64_t i = 0; i < count && count != group->count && !status; i++) {
        const char *name = paths[i] + strlen(group->path) + 1;
        if (!has_array(group, name))
            status = rondo_error_set(error, RONDO_FAILED, "%s: the model has no %s %s", file_name,
                                     group->noun, name);
    }
    rondo_hdf5_free_texts(count, paths);
    return status;
}

static rondo_status each_array(const char *file_name, rondo_hdf5 *file, const array_group *group,
                               bool fill, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < group->count && !status; i++) {
        const rondo_array *array = &group->arrays[i];
        char *path = rondo_checkpoint_path(group->path, array->name, error);
        if (!path) return error->status;
        status = fill ? rondo_hdf5_read(file, path, RONDO_HDF5_REAL, array->data, error)
                      : check_shape(file_name, file, group, array, path, error);
        free(path);
    }
    if (!status && !fill) status = check_no_more(file_name, file, group, error);
    return status;
}

/* Under the name that it has now, or else the one that it had. */
static rondo_status get_real(rondo_hdf5 *file, const rondo_progress_value *value, double *real,
                             rondo_error *error)
{
    rondo_error ignored = {0};
    rondo_status status = rondo_hdf5_get_real(file, "/progress", value->name, real, error);
    if (!status || !value->former ||
        rondo_hdf5_get_real(file, "/progress", value->former, real, &ignored))
        return status;
    *error = (rondo_error){0};
    return RONDO_OK;
}

static rondo_status each_value(rondo_hdf5 *file, const rondo_checkpoint *checkpoint, bool fill,
                               rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < checkpoint->value_count && !status; i++) {
        const rondo_progress_value *value = &checkpoint->values[i];
        int64_t integer;
        double real;
        if (value->integer)
            status = rondo_hdf5_get_integer(file, "/progress", value->name,
                                            fill ? value->integer : &integer, error);
        else
            status = get_real(file, value, fill ? value->real : &real, error);
    }
    return status;
}

/* Checks everything first, so that nothing is half filled when something does not fit. */
static rondo_status fill_tables(const char *file_name, rondo_hdf5 *file,
                                const rondo_checkpoint *checkpoint, bool parameters_only,
                                rondo_error *error)
{
    const array_group groups[GROUPS] = {
        {"/parameters", "parameter", checkpoint->parameter_count, checkpoint->parameters},
        {"/optimizer", "optimizer slot", checkpoint->slot_count, checkpoint->slots},
        {"/state", "carried state", checkpoint->state_count, checkpoint->states}};
    int group_count = parameters_only ? 1 : GROUPS;
    rondo_status status = RONDO_OK;
    for (int fill = 0; fill <= 1; fill++) {
        for (int i = 0; i < group_count && !status; i++)
            status = each_array(file_name, file, &groups[i], fill, error);
        if (!status && !parameters_only) status = each_value(file, checkpoint, fill, error);
    }
    return status;
}

rondo_status rondo_checkpoint_read(const char *path, const rondo_checkpoint *checkpoint,
                                   bool parameters_only, rondo_error *error)
{
    rondo_hdf5 *file;
    rondo_status status = open_checkpoint(path, &file, error);
    if (status) return status;
    status = check_sum(path, file, error);
    if (!status) status = fill_tables(path, file, checkpoint, parameters_only, error);
    return close_checkpoint(file, status, error);
}

rondo_status rondo_checkpoint_check(const char *path, const rondo_checkpoint *checkpoint,
                                    rondo_error *error)
{
    rondo_hdf5 *file;
    const array_group parameters = {"/parameters", "parameter", checkpoint->parameter_count,
                                    checkpoint->parameters};
    rondo_status status = open_checkpoint(path, &file, error);
    if (status) return status;
    status = each_array(path, file, &parameters, false, error);
    return close_checkpoint(file, status, error);
}
