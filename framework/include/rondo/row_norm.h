/* Layer normalisation of one row of a cell (Ba, Kiros & Hinton 2016, arXiv:1607.06450, equation 4), for
 * plans with whole_rows. A row may be several blocks of `units` values, `stride` apart.
 *
 *     forward    x' = (x - mean) / deviation      deviation = sqrt(variance + epsilon)
 *     backward   dx = (dx' - mean(dx') - x' mean(dx' x')) / deviation
 *
 * Gains and biases are the caller's. Sums are in double and in an order that does not depend on the
 * vector's width.
 */
#ifndef RONDO_ROW_NORM_H
#define RONDO_ROW_NORM_H

#include "rondo/pointwise.h"

/* Of a[k] * b[k]; b may be NULL, for 1. */
RONDO_INLINE double rondo_row_total(const rondo_real *a, const rondo_real *b, int64_t blocks,
                                    int64_t stride, int64_t units)
{
    double lanes[RONDO_LANES] = {0};
    for (int64_t g = 0; g < blocks; g++) {
        const rondo_real *x = a + g * stride, *y = b ? b + g * stride : NULL;
        int64_t whole = units - units % RONDO_LANES;
        for (int64_t u = 0; u < whole; u += RONDO_LANES)
            for (int l = 0; l < RONDO_LANES; l++)
                lanes[l] += (double)x[u + l] * (y ? (double)y[u + l] : 1);
        for (int64_t u = whole; u < units; u++)
            lanes[u - whole] += (double)x[u] * (y ? (double)y[u] : 1);
    }
    return rondo_lanes_total(lanes);
}

/* Normalises a row in place; gives 1 / deviation, which backward needs. */
RONDO_INLINE rondo_real rondo_row_normalize(rondo_real *row, int64_t blocks, int64_t stride,
                                            int64_t units, double epsilon)
{
    double count = (double)(blocks * units);
    rondo_real mean = (rondo_real)(rondo_row_total(row, NULL, blocks, stride, units) / count);
    for (int64_t g = 0; g < blocks; g++) {
        rondo_real *x = row + g * stride;
        for (int64_t u = 0; u < units; u++)
            x[u] -= mean;
    }
    double variance = rondo_row_total(row, row, blocks, stride, units) / count;
    rondo_real scale = (rondo_real)(1 / sqrt(variance + epsilon));
    for (int64_t g = 0; g < blocks; g++) {
        rondo_real *x = row + g * stride;
        for (int64_t u = 0; u < units; u++)
            x[u] *= scale;
    }
    return scale;
}

/* The gradient of normalised values, in place, becomes that of the values; scale is 1 / deviation. */
RONDO_INLINE void rondo_row_normalize_back(rondo_real *gradient, const rondo_real *normalized,
                                           int64_t blocks, int64_t stride, int64_t units,
                                           rondo_real scale)
{
    double count = (double)(blocks * units);
    rondo_real mean = (rondo_real)(rondo_row_total(gradient, NULL, blocks, stride, units) / count);
    rondo_real slope =
        (rondo_real)(rondo_row_total(gradient, normalized, blocks, stride, units) / count);
    for (int64_t g = 0; g < blocks; g++) {
        rondo_real *d = gradient + g * stride;
        const rondo_real *x = normalized + g * stride;
        for (int64_t u = 0; u < units; u++)
            d[u] = scale * (d[u] - mean - x[u] * slope);
    }
}

#endif
