/* digest FILE GROUP...: one line a group, a checksum over the names and bytes of all its arrays.
 * Two checkpoints whose lines agree hold the same numbers, bit for bit.
 * digest --values FILE GROUP...: one line an array, its name and its numbers. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "base/memory.h"

static double *read_array(rondo_hdf5 *file, const char *path, int64_t *count, rondo_error *error)
{
    rondo_hdf5_shape shape;
    *count = 1;
    if (rondo_hdf5_shape_of(file, path, &shape, error)) return NULL;
    for (int32_t i = 0; i < shape.rank; i++)
        *count *= shape.extent[i];
    double *data = rondo_memory_create((size_t)*count * sizeof *data, path, error);
    if (data) rondo_hdf5_read(file, path, RONDO_HDF5_FLOAT64, data, error);
    return data;
}

static uint64_t add_array(const char *path, const double *data, int64_t count, uint64_t sum)
{
    sum = rondo_file_checksum(sum, path, strlen(path));
    return rondo_file_checksum(sum, data, (size_t)count * sizeof *data);
}

static void print_array(const char *path, const double *data, int64_t count)
{
    printf("%s", path);
    for (int64_t i = 0; i < count; i++)
        printf(" %.17g", data[i]);
    printf("\n");
}

static bool is_text(rondo_hdf5 *file, const char *path)
{
    rondo_hdf5_shape shape;
    rondo_error ignored = {0};
    return !rondo_hdf5_shape_of(file, path, &shape, &ignored) && shape.type == RONDO_HDF5_TEXT;
}

static void print_group(rondo_hdf5 *file, const char *group, bool values, rondo_error *error)
{
    int64_t arrays = 0;
    char **paths = NULL;
    uint64_t sum = 0;
    if (rondo_hdf5_list(file, group, &arrays, &paths, error)) return;
    for (int64_t i = 0; i < arrays; i++) {
        int64_t count;
        if (values && is_text(file, paths[i])) {
            free(paths[i]);
            continue;
        }
        double *data = error->status ? NULL : read_array(file, paths[i], &count, error);
        if (!error->status && values) print_array(paths[i], data, count);
        if (!error->status) sum = add_array(paths[i], data, count, sum);
        rondo_memory_destroy(data);
        free(paths[i]);
    }
    free(paths);
    if (!values) printf("%s %lld %016llx\n", group, (long long)arrays, (unsigned long long)sum);
}

int main(int argc, char **argv)
{
    rondo_error error = {0};
    rondo_hdf5 *file = NULL;
    bool values = argc > 1 && strcmp(argv[1], "--values") == 0;
    if (values) argv++, argc--;
    if (argc < 3) return 2;
    if (!rondo_hdf5_open(argv[1], &file, &error))
        for (int i = 2; i < argc && !error.status; i++)
            print_group(file, argv[i], values, &error);
    rondo_hdf5_close(file, &error);
    if (error.status) fprintf(stderr, "digest: %s\n", error.text);
    return error.status != RONDO_OK;
}
