/* golden.h5: what SciPy says (golden.py). */
#ifndef RONDO_TESTS_STATISTICS_GOLDEN_H
#define RONDO_TESTS_STATISTICS_GOLDEN_H

#include <stdlib.h>

#include "base/hdf5.h"
#include "check.h"

#define GOLDEN_FILE RONDO_SOURCE_DIR "/tests/statistics/golden.h5"

/* |actual - expected| <= tolerance * |expected|: holds tails to as many digits as the middle. */
#define CHECK_RELATIVE(actual, expected, tolerance)                                                \
    do {                                                                                           \
        double check_a = (double)(actual), check_e = (double)(expected);                           \
        check_count++;                                                                             \
        if (!(fabs(check_a - check_e) <= (tolerance)*fabs(check_e))) {                             \
            check_failures++;                                                                      \
            fprintf(stderr, "%s:%d: %s is %.17g, expected %.17g\n", __FILE__, __LINE__, #actual,   \
                    check_a, check_e);                                                             \
        }                                                                                          \
    } while (0)

typedef struct golden_array {
    int64_t rows, columns; /* one column where the array has one dimension or none */
    double *values;        /* NULL where the file has no such array; free it */
} golden_array;

static inline golden_array golden_read(rondo_hdf5 *file, const char *path)
{
    golden_array array = {0};
    rondo_error error = {0};
    rondo_hdf5_shape shape;
    if (!rondo_hdf5_has(file, path)) return array;
    CHECK_INTEGER(rondo_hdf5_shape_of(file, path, &shape, &error), RONDO_OK);
    array.rows = shape.rank > 0 ? shape.extent[0] : 1;
    array.columns = shape.rank > 1 ? shape.extent[1] : 1;
    array.values = calloc((size_t)(array.rows * array.columns), sizeof(double));
    CHECK_INTEGER(rondo_hdf5_read(file, path, RONDO_HDF5_FLOAT64, array.values, &error), RONDO_OK);
    return array;
}

static inline rondo_hdf5 *golden_open(void)
{
    rondo_hdf5 *file = NULL;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_hdf5_open(GOLDEN_FILE, &file, &error), RONDO_OK);
    if (!file) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    return file;
}

#endif
