#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/product.h"
#include "base/version.h"
#include "store/checkpoint.h"
#include "store/checkpoint_files.h"
#include "store/checkpoint_private.h"

char *rondo_checkpoint_path(const char *group, const char *name, rondo_error *error)
{
    char *path = rondo_file_join(group, name);
    if (!path) rondo_error_set(error, RONDO_FAILED, "not enough memory: name %s", name);
    return path;
}

static rondo_status write_root(rondo_hdf5 *file, const rondo_checkpoint *checkpoint,
                               rondo_error *error)
{
    char fingerprint[RONDO_CHECKPOINT_SUM_SIZE] = RONDO_CHECKPOINT_CRC;
    rondo_checkpoint_hex(checkpoint->fingerprint, fingerprint + strlen(RONDO_CHECKPOINT_CRC));
    const char *const texts[][2] = {
        {"rondo_format", RONDO_CHECKPOINT_FORMAT}, {"rondo_version", RONDO_VERSION},
        {"kernel", rondo_product_kernel()},        {"kernel_reason", rondo_product_reason()},
        {"rounding", rondo_product_rounding()},    {"dataset_fingerprint", fingerprint}};
    rondo_status status =
        rondo_hdf5_set_integer(file, "/", "version", RONDO_CHECKPOINT_VERSION, error);
    if (!status) status = rondo_hdf5_set_integer(file, "/", "real_size", sizeof(rondo_real), error);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && !status; i++)
        status = rondo_hdf5_set_text(file, "/", texts[i][0], texts[i][1], error);
    return status;
}

static rondo_status write_arrays(rondo_hdf5 *file, const char *group, int64_t count,
                                 const rondo_array *arrays, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < count && !status; i++) {
        char *path = rondo_checkpoint_path(group, arrays[i].name, error);
        if (!path) return error->status;
        status = rondo_hdf5_write(file, path, RONDO_HDF5_REAL, arrays[i].rank, arrays[i].extent,
                                  arrays[i].data, error);
        free(path);
    }
    return status;
}

static rondo_status write_values(rondo_hdf5 *file, const rondo_checkpoint *checkpoint,
                                 rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < checkpoint->value_count && !status; i++) {
        const rondo_progress_value *value = &checkpoint->values[i];
        status =
            value->integer
                ? rondo_hdf5_set_integer(file, "/progress", value->name, *value->integer, error)
                : rondo_hdf5_set_real(file, "/progress", value->name, *value->real, error);
    }
    return status;
}

static rondo_status write_contents(rondo_hdf5 *file, const rondo_checkpoint *checkpoint,
                                   rondo_error *error)
{
    char sum[RONDO_CHECKPOINT_SUM_SIZE];
    const rondo_checkpoint *c = checkpoint;
    rondo_status status;
    if ((status = write_root(file, c, error))) return status;
    if ((status = rondo_checkpoint_write_identity(file, &c->identity, error))) return status;
    if ((status = write_arrays(file, "/parameters", c->parameter_count, c->parameters, error)))
        return status;
    if ((status = write_arrays(file, "/optimizer", c->slot_count, c->slots, error))) return status;
    if ((status = write_arrays(file, "/state", c->state_count, c->states, error))) return status;
    if ((status = write_values(file, c, error))) return status;
    if ((status = rondo_hdf5_write_text(file, "/config", c->config, error))) return status;
    if ((status = rondo_checkpoint_write_schema(file, c->schema, error))) return status;
    if ((status = rondo_checkpoint_sum(file, false, sum, error))) return status;
    return rondo_hdf5_set_text(file, "/", "checksum", sum, error);
}

static rondo_status write_file(const char *path, const rondo_checkpoint *checkpoint,
                               rondo_error *error)
{
    rondo_hdf5 *file;
    rondo_error ignored = {0};
    rondo_status status = rondo_hdf5_create(path, &file, error);
    if (status) return status;
    status = write_contents(file, checkpoint, error);
    rondo_status closed = rondo_hdf5_close(file, status ? &ignored : error);
    if (!status) status = closed;
    return status ? status : rondo_file_flush(path, error);
}

rondo_status rondo_checkpoint_write(const char *folder, int64_t keep,
                                    const rondo_checkpoint *checkpoint, rondo_error *error)
{
    rondo_status status;
    char *temporary = NULL;
    char *latest = rondo_checkpoint_path(folder, "latest.h5", error);
    if (!latest) return error->status;
    rondo_checkpoint_remove_stale(folder);
    temporary = rondo_file_temporary(latest);
    if (!temporary) {
        status = rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", latest);
        goto cleanup;
    }
    status = write_file(temporary, checkpoint, error);
    if (!status) status = rondo_checkpoint_rotate(folder, keep, error);
    if (!status) status = rondo_file_replace(temporary, latest, error);
    if (status)
        remove(temporary);
    else
        rondo_checkpoint_prune(folder, keep);
cleanup:
    free(temporary);
    free(latest);
    return status;
}
