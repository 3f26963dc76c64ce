#include "train/mean_gradient.h"

#include "rondo/pointwise.h"

enum { LANES = RONDO_SQUARE_SUMS };

static inline rondo_real clipped_mean(rondo_real sum, rondo_real scale, rondo_real limit)
{
    rondo_real mean = sum * scale;
    rondo_real low = mean < -limit ? -limit : mean;
    return low > limit ? limit : low;
}

/* Single numbers, the first of which belongs to partial sum `lane`. */
RONDO_INLINE void add_few(const rondo_real *gradient, int64_t count, const rondo_mean_scale *mean,
                          double *lanes)
{
    for (int64_t i = 0; i < count; i++) {
        double value = (double)clipped_mean(gradient[i], mean->scale, mean->limit);
        lanes[i] += value * value;
    }
}

/* Numbers up to the next multiple of LANES, then whole ones, then the rest. */
RONDO_VECTORISED static void add_squares(const rondo_real *gradient, int64_t first, int64_t count,
                                         const rondo_mean_scale *mean, double *sums)
{
    const rondo_real scale = mean->scale, limit = mean->limit;
    double lanes[LANES];
    int64_t lane = first % LANES, before = lane > 0 ? LANES - lane : 0;
    if (before > count) before = count;
    int64_t whole = before + (count - before) / LANES * LANES;
    for (int i = 0; i < LANES; i++)
        lanes[i] = sums[i];
    add_few(gradient, before, mean, lanes + lane);
    for (int64_t i = before; i < whole; i += LANES)
#pragma omp simd
        for (int k = 0; k < LANES; k++) {
            double value = (double)clipped_mean(gradient[i + k], scale, limit);
            lanes[k] += value * value;
        }
    add_few(gradient + whole, count - whole, mean, lanes);
    for (int i = 0; i < LANES; i++)
        sums[i] = lanes[i];
}

RONDO_VECTORISED static bool is_beyond(const rondo_real *gradient, int64_t count,
                                       const rondo_mean_scale *mean)
{
    const rondo_real scale = mean->scale, limit = mean->limit;
    int beyond = 0;
#pragma omp simd reduction(| : beyond)
    for (int64_t i = 0; i < count; i++)
        beyond |= gradient[i] * scale < -limit || gradient[i] * scale > limit;
    return beyond;
}

RONDO_VECTORISED static void finish(const rondo_real *gradient, int64_t count,
                                    const rondo_mean_scale *mean, rondo_real factor, rondo_real *to)
{
    const rondo_real scale = mean->scale, limit = mean->limit;
#pragma omp simd
    for (int64_t i = 0; i < count; i++)
        to[i] = clipped_mean(gradient[i], scale, limit) * factor;
}

/* Functions of their own, because the clones of vectorised ones would be exported by librondo. */
void rondo_gradient_squares_add(const rondo_real *gradient, int64_t first, int64_t count,
                                const rondo_mean_scale *mean, rondo_gradient_squares *squares)
{
    squares->clipped |= isfinite(mean->limit) && is_beyond(gradient, count, mean);
    add_squares(gradient, first, count, mean, squares->sums);
}

/* Each half is added to the other. */
double rondo_gradient_squares_total(const rondo_gradient_squares *squares)
{
    double lanes[LANES];
    for (int i = 0; i < LANES; i++)
        lanes[i] = squares->sums[i];
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++)
            lanes[i] += lanes[i + width];
    return lanes[0];
}

double rondo_sum_of_squares(const rondo_real *values, int64_t count)
{
    static const rondo_mean_scale as_they_are = {.scale = 1, .limit = (rondo_real)INFINITY};
    rondo_gradient_squares squares = {0};
    add_squares(values, 0, count, &as_they_are, squares.sums);
    return rondo_gradient_squares_total(&squares);
}

void rondo_mean_gradient_finish(const rondo_real *gradient, int64_t count,
                                const rondo_mean_scale *mean, rondo_real factor, rondo_real *to)
{
    finish(gradient, count, mean, factor, to);
}
