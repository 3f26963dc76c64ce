/* Orthogonal recurrent weights: against their definition, (I + A) W = (I - A) D with W = U', which does not
 * ask how W was found; against W' W = I; the gradient by differences; the same bits on any number of
 * threads; and the start of the paper. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "check.h"
#include "model/cayley.h"
#include "model/forms.h"

/* Around the blocks of the elimination, and more than one of them. */
static const int64_t sizes[] = {1, 2, 3, 7, 31, 32, 33, 64, 100};
enum { SIZES = sizeof sizes / sizeof *sizes, MOST = 100 };

static rondo_real stored[MOST * MOST], d_stored[MOST * MOST], u[MOST * (MOST + 3)],
    d_u[MOST * (MOST + 3)], again[MOST * (MOST + 3)];
static double inverse[MOST * MOST], work[2 * MOST * MOST], a[MOST * MOST];

static double drawn(uint64_t seed, uint64_t index)
{
    const rondo_random random = {seed, RONDO_FOR_INITIALIZATION, 0};
    return 2 * rondo_random_uniform(&random, index) - 1;
}

static rondo_cayley cayley_of(int64_t hidden)
{
    return (rondo_cayley){hidden, hidden / 3, inverse, work};
}

/* Numbers of up to 2, far from those that a run starts with. */
static void fill(int64_t hidden)
{
    int64_t above = 0;
    for (int64_t i = 0; i < hidden; i++) {
        a[i * hidden + i] = 0;
        for (int64_t j = i + 1; j < hidden; j++) {
            stored[above] = (rondo_real)(2 * drawn(1, (uint64_t)above));
            a[i * hidden + j] = (double)stored[above++];
            a[j * hidden + i] = -a[i * hidden + j];
        }
    }
}

static double sign_of(int64_t hidden, int64_t unit)
{
    return unit < hidden / 3 ? -1 : 1;
}

static void definition(void)
{
    for (int s = 0; s < SIZES; s++) {
        int64_t hidden = sizes[s], stride = hidden + 3;
        const rondo_cayley cayley = cayley_of(hidden);
        fill(hidden);
        for (int64_t i = 0; i < hidden * stride; i++)
            u[i] = 77;
        rondo_cayley_expand(&cayley, stored, u, stride, 2);
        for (int64_t i = 0; i < hidden; i++) {
            for (int64_t j = 0; j < hidden; j++) {
                double left = (double)u[j * stride + i], product = 0;
                for (int64_t k = 0; k < hidden; k++) {
                    left += a[i * hidden + k] * (double)u[j * stride + k];
                    product += (double)u[i * stride + k] * (double)u[j * stride + k];
                }
                CHECK_NEAR(left, ((i == j) - a[i * hidden + j]) * sign_of(hidden, j), 1e-11);
                CHECK_NEAR(product, i == j, 1e-12);
            }
            CHECK((double)u[i * stride + hidden] == 77);
        }
    }
}

static double weighted(const rondo_cayley *cayley, int64_t stride)
{
    double sum = 0;
    rondo_cayley_expand(cayley, stored, u, stride, 1);
    for (int64_t i = 0; i < cayley->hidden; i++)
        for (int64_t j = 0; j < cayley->hidden; j++)
            sum += (double)(d_u[i * stride + j] * u[i * stride + j]);
    return sum;
}

/* (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h */
static double difference(const rondo_cayley *cayley, int64_t stride, int64_t number)
{
    static const double h = 1e-3, steps[] = {1, -1, 2, -2}, factors[] = {8, -8, -1, 1};
    rondo_real kept = stored[number];
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        stored[number] = (rondo_real)((double)kept + steps[i] * h);
        sum += factors[i] * weighted(cayley, stride);
    }
    stored[number] = kept;
    return sum / (12 * h);
}

static void gradient(void)
{
    for (int s = 0; s < SIZES; s++) {
        int64_t hidden = sizes[s], stride = hidden + 3, numbers = hidden * (hidden - 1) / 2;
        int64_t step = 1 + numbers / 60;
        const rondo_cayley cayley = cayley_of(hidden);
        fill(hidden);
        for (int64_t i = 0; i < hidden * stride; i++)
            d_u[i] = (rondo_real)drawn(2, (uint64_t)i);
        rondo_cayley_expand(&cayley, stored, u, stride, 2);
        rondo_cayley_reduce(&cayley, d_u, stride, d_stored, 2);
        for (int64_t i = 0; i < numbers; i += step)
            CHECK_NEAR((double)d_stored[i], difference(&cayley, stride, i), 1e-8);
    }
}

static void threads(void)
{
    int64_t hidden = MOST, numbers = hidden * (hidden - 1) / 2;
    static rondo_real d_again[MOST * MOST];
    const rondo_cayley cayley = cayley_of(hidden);
    fill(hidden);
    for (int64_t i = 0; i < hidden * hidden; i++)
        d_u[i] = (rondo_real)drawn(2, (uint64_t)i);
    rondo_cayley_expand(&cayley, stored, u, hidden, 1);
    rondo_cayley_reduce(&cayley, d_u, hidden, d_stored, 1);
    for (int count = 2; count < 5; count++) {
        rondo_cayley_expand(&cayley, stored, again, hidden, count);
        rondo_cayley_reduce(&cayley, d_u, hidden, d_again, count);
        CHECK(!memcmp(u, again, (size_t)(hidden * hidden) * sizeof *u));
        CHECK(!memcmp(d_stored, d_again, (size_t)numbers * sizeof *d_stored));
    }
}

/* s of each pair of units is tan(t / 2), t in [0, pi / 2): U turns the pair by t; the last of an odd number
 * of units stays alone. */
static void start(void)
{
    enum { HIDDEN = 7 };
    const rondo_form form = {RONDO_FORM_ORTHOGONAL, 0, HIDDEN, HIDDEN, 0, 1, 1};
    const rondo_random random = {9, RONDO_FOR_INITIALIZATION, 4};
    const rondo_cayley cayley = {HIDDEN, 0, inverse, work};
    double largest = 0;
    CHECK(rondo_form_has_own_start(form));
    rondo_form_fill(form, &random, 0, stored);
    rondo_cayley_expand(&cayley, stored, u, HIDDEN, 1);
    for (int64_t i = 0; i < HIDDEN; i++) {
        for (int64_t j = 0; j < HIDDEN; j++) {
            double value = (double)u[i * HIDDEN + j];
            if (i / 2 != j / 2) CHECK_NEAR(value, 0, 1e-15);
        }
        double cosine = (double)u[i * HIDDEN + i];
        CHECK(i == HIDDEN - 1 ? fabs(cosine - 1) < 1e-15 : cosine > 0 && cosine < 1);
        largest = fmax(largest, acos(cosine));
    }
    CHECK(largest > 0.3);
}

int main(void)
{
    RUN(definition);
    RUN(gradient);
    RUN(threads);
    RUN(start);
    return check_end();
}
