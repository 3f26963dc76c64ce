/* Sums of squares have the bits of 16 partial sums made one number at a time, whatever vectors the processor has; the
 * mean is divided, clipped by value, then by norm. */
#include "train/mean_gradient.h"

#include <math.h>

#include "check.h"

enum { MOST = 67, LANES = 16 };

static rondo_real gradient_at(int i)
{
    return (rondo_real)(sin(0.7 * i) * (1 + i % 5));
}

static rondo_real mean_at(int i, const rondo_mean_scale *mean)
{
    rondo_real value = gradient_at(i) * mean->scale;
    return value < -mean->limit ? -mean->limit : value > mean->limit ? mean->limit : value;
}

/* Partial sum 0 takes numbers 0, 16, 32 .., and so on; then each half is added to the other. */
static double sum_by_hand(int count, const rondo_mean_scale *mean)
{
    double sums[LANES] = {0};
    for (int i = 0; i < count; i++)
        sums[i % LANES] += (double)mean_at(i, mean) * (double)mean_at(i, mean);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            sums[i] += sums[half + i];
    return sums[0];
}

/* In two calls, which are cut anywhere. */
static double squares_of(const rondo_real *gradient, int count, int cut,
                         const rondo_mean_scale *mean, bool *clipped)
{
    rondo_gradient_squares squares = {0};
    rondo_gradient_squares_add(gradient, 0, cut, mean, &squares);
    rondo_gradient_squares_add(gradient + cut, cut, count - cut, mean, &squares);
    *clipped = squares.clipped;
    return rondo_gradient_squares_total(&squares);
}

static void check_numbers(int count, const rondo_mean_scale *mean)
{
    static const rondo_real factors[] = {1, (rondo_real)0.3};
    rondo_real gradient[MOST], finished[MOST + 1];
    bool is_beyond = false, clipped;
    for (int i = 0; i < count; i++) {
        gradient[i] = gradient_at(i);
        is_beyond |= mean_at(i, mean) != gradient_at(i) * mean->scale;
    }
    for (int cut = 0; cut <= count; cut++) {
        CHECK(squares_of(gradient, count, cut, mean, &clipped) == sum_by_hand(count, mean));
        CHECK(clipped == is_beyond);
    }
    for (int f = 0; f < 2; f++) {
        finished[count] = 77;
        rondo_mean_gradient_finish(gradient, count, mean, factors[f], finished);
        for (int i = 0; i < count; i++)
            CHECK(finished[i] == mean_at(i, mean) * factors[f]);
        CHECK(finished[count] == 77);
    }
    rondo_mean_gradient_finish(gradient, count, mean, factors[1], gradient); /* in place */
    for (int i = 0; i < count; i++)
        CHECK(gradient[i] == mean_at(i, mean) * factors[1]);
}

static void every_count(void)
{
    const rondo_mean_scale means[] = {{1, (rondo_real)INFINITY},
                                      {(rondo_real)(1.0 / 7), (rondo_real)INFINITY},
                                      {(rondo_real)(1.0 / 7), (rondo_real)0.25}};
    rondo_real values[MOST];
    for (int i = 0; i < MOST; i++)
        values[i] = gradient_at(i);
    for (int count = 0; count <= MOST; count++) {
        for (int m = 0; m < 3; m++)
            check_numbers(count, &means[m]);
        CHECK(rondo_sum_of_squares(values, count) == sum_by_hand(count, &means[0]));
    }
}

/* What is no number stays one: the norm shows it, and the run is stopped. */
static void not_a_number_is_seen(void)
{
    const rondo_mean_scale mean = {1, (rondo_real)0.25};
    for (int at = 0; at < MOST; at++) {
        rondo_real gradient[MOST] = {0};
        bool clipped;
        gradient[at] = (rondo_real)NAN;
        CHECK(isnan(squares_of(gradient, MOST, 0, &mean, &clipped)));
    }
}

int main(void)
{
    RUN(every_count);
    RUN(not_a_number_is_seen);
    return check_end();
}
