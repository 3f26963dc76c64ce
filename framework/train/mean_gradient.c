#include "train/mean_gradient.h"

#include "rondo/pointwise.h"

enum { LANES = 16 };

static inline rondo_real clipped_mean(rondo_real sum, rondo_real scale, rondo_real limit)
{
    rondo_real mean = sum * scale;
    rondo_real low = mean < -limit ? -limit : mean;
    return low > limit ? limit : low;
}

static double add_lanes(double lanes[LANES])
{
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++)
            lanes[i] += lanes[i + width];
    return lanes[0];
}

RONDO_VECTORISED static double measure(const rondo_real *gradient, int64_t count,
                                       const rondo_mean_scale *mean)
{
    const rondo_real scale = mean->scale, limit = mean->limit;
    double lanes[LANES] = {0};
    int64_t whole = count - count % LANES;
    for (int64_t i = 0; i < whole; i += LANES)
#pragma omp simd
        for (int lane = 0; lane < LANES; lane++) {
            double value = (double)clipped_mean(gradient[i + lane], scale, limit);
            lanes[lane] += value * value;
        }
    for (int64_t i = whole; i < count; i++) {
        double value = (double)clipped_mean(gradient[i], scale, limit);
        lanes[i - whole] += value * value;
    }
    return add_lanes(lanes);
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
double rondo_sum_of_squares(const rondo_real *values, int64_t count)
{
    static const rondo_mean_scale as_they_are = {.scale = 1, .limit = (rondo_real)INFINITY};
    return measure(values, count, &as_they_are);
}

double rondo_mean_gradient_measure(const rondo_real *gradient, int64_t count,
                                   const rondo_mean_scale *mean, bool *clipped)
{
    *clipped = isfinite(mean->limit) && is_beyond(gradient, count, mean);
    return measure(gradient, count, mean);
}

void rondo_mean_gradient_finish(const rondo_real *gradient, int64_t count,
                                const rondo_mean_scale *mean, rondo_real factor, rondo_real *to)
{
    finish(gradient, count, mean, factor, to);
}
