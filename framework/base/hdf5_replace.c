#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hdf5.h"

rondo_status rondo_hdf5_replace(const char *path, rondo_hdf5_writer write, const void *context,
                                rondo_error *error)
{
    rondo_status status;
    rondo_hdf5 *file = NULL;
    rondo_error ignored = {0};
    char *temporary = rondo_file_temporary(path);
    if (!temporary)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for its name", path);
    if ((status = rondo_hdf5_create(temporary, &file, error))) goto cleanup;
    if ((status = write(file, context, error))) goto cleanup;
    status = rondo_hdf5_close(file, error);
    file = NULL;
    if (!status) status = rondo_file_replace(temporary, path, error);
cleanup:
    rondo_hdf5_close(file, &ignored);
    if (status) remove(temporary);
    free(temporary);
    return status;
}
