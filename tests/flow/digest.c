/* digest FILE GROUP...: one line a group, a checksum over the names and bytes of all its arrays.
 * Two checkpoints whose lines agree hold the same numbers, bit for bit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hdf5.h"

static uint64_t add_array(rondo_hdf5 *file, const char *path, uint64_t sum, rondo_error *error)
{
    rondo_hdf5_shape shape;
    int64_t count = 1;
    if (rondo_hdf5_shape_of(file, path, &shape, error)) return 0;
    for (int32_t i = 0; i < shape.rank; i++)
        count *= shape.extent[i];
    size_t bytes = (size_t)count * sizeof(double);
    double *data = calloc(1, bytes > 0 ? bytes : 1);
    if (data && !rondo_hdf5_read(file, path, RONDO_HDF5_FLOAT64, data, error)) {
        sum = rondo_file_checksum(sum, path, strlen(path));
        sum = rondo_file_checksum(sum, data, bytes);
    }
    free(data);
    return sum;
}

static void print_group(rondo_hdf5 *file, const char *group, rondo_error *error)
{
    int64_t count = 0;
    char **paths = NULL;
    uint64_t sum = 0;
    if (rondo_hdf5_list(file, group, &count, &paths, error)) return;
    for (int64_t i = 0; i < count && !error->status; i++) {
        sum = add_array(file, paths[i], sum, error);
        free(paths[i]);
    }
    free(paths);
    printf("%s %lld %016llx\n", group, (long long)count, (unsigned long long)sum);
}

int main(int argc, char **argv)
{
    rondo_error error = {0};
    rondo_hdf5 *file = NULL;
    if (argc < 3) return 2;
    if (!rondo_hdf5_open(argv[1], &file, &error))
        for (int i = 2; i < argc && !error.status; i++)
            print_group(file, argv[i], &error);
    rondo_hdf5_close(file, &error);
    if (error.status) fprintf(stderr, "digest: %s\n", error.text);
    return error.status != RONDO_OK;
}
