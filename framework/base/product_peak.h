/* How fast this machine multiplies matrices: what shares of a peak are shares of.
 *
 * One sample is the best of some 768 x 768 x 768 calls of bli_?gemm, or, where products are of
 * bfloat16, of the multiplication of operands that are packed already; on several threads, the sum
 * of the best of each, all running at once on matrices of their own. A sample takes tens of
 * milliseconds, so that it can stand between pieces of the work it is compared with.
 */
#ifndef RONDO_BASE_PRODUCT_PEAK_H
#define RONDO_BASE_PRODUCT_PEAK_H

#include "base/error.h"

typedef struct rondo_product_peak rondo_product_peak;

/* Of the precision in use (base/product.h), which must not change then. Matrices for so many
 * threads; no more are used than there are processors. [main] */
rondo_status rondo_product_peak_create(int threads, rondo_product_peak **out, rondo_error *error);
void rondo_product_peak_destroy(rondo_product_peak *peak);

typedef struct rondo_product_sample {
    int threads;
    double flops;            /* a second, of all threads together */
    double core_speed_ratio; /* the slowest thread in times of the fastest: 0 to 1 */
} rondo_product_sample;

/* One sample with `calls` calls a thread, on at most the threads that there are matrices for.
 * [main]
 */
rondo_product_sample rondo_product_peak_sample(rondo_product_peak *peak, int threads, int calls);

#endif
