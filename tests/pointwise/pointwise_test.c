/* rondo/pointwise.h against libm in double: error in units of the last place over the whole range
 * (denormals, infinities, NaN), and the same bits from every vector width. */
#include "check.h"
#include "rondo/pointwise.h"

#include <stdlib.h>

static double exact_sigmoid(double x)
{
    return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

static double exact_softplus(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double exact_softplus_slope(double y)
{
    return -expm1(-y);
}

typedef rondo_real (*approximation)(rondo_real x);
typedef double (*reference)(double x);

typedef struct function {
    const char *name;
    approximation approximate;
    reference exact;
    double from;  /* only x >= from */
    double limit; /* largest error allowed, in units of the last place */
} function;

static const function functions[] = {
    {"exp", rondo_exp, exp, -HUGE_VAL, 1.5},
    {"sigmoid", rondo_sigmoid, exact_sigmoid, -HUGE_VAL, 3.0},
    {"tanh", rondo_tanh, tanh, -HUGE_VAL, 3.0},
    {"softplus", rondo_softplus, exact_softplus, -HUGE_VAL, 3.0},
    {"softplus_slope", rondo_softplus_slope, exact_softplus_slope, 0, 3.0},
    {"log", rondo_log, log, 0, 3.0},
};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

static void test_limits(void)
{
    CHECK(rondo_exp((rondo_real)-INFINITY) == 0);
    CHECK(isinf(rondo_exp((rondo_real)INFINITY)));
    CHECK(rondo_exp(0) == 1);
    CHECK(rondo_sigmoid((rondo_real)-INFINITY) == 0);
    CHECK(rondo_sigmoid((rondo_real)INFINITY) == 1);
    CHECK(rondo_sigmoid(0) == (rondo_real)0.5);
    CHECK(rondo_tanh((rondo_real)-INFINITY) == -1);
    CHECK(rondo_tanh((rondo_real)INFINITY) == 1);
    CHECK(rondo_tanh(0) == 0);
    CHECK(signbit(rondo_tanh((rondo_real)-0.0)));
    CHECK(rondo_softplus((rondo_real)-INFINITY) == 0);
    CHECK(isinf(rondo_softplus((rondo_real)INFINITY)));
    CHECK(rondo_log(1) == 0);
    CHECK(rondo_log(0) == (rondo_real)-INFINITY);
    CHECK(isinf(rondo_log((rondo_real)INFINITY)));
    CHECK(isnan(rondo_log(-1)));
    CHECK(rondo_softplus_slope(0) == 0);
    CHECK(rondo_softplus_slope((rondo_real)INFINITY) == 1);
    for (int i = 0; i < FUNCTIONS; i++)
        CHECK(isnan(functions[i].approximate((rondo_real)NAN)));
}

static void test_slopes(void)
{
    for (double x = -8; x <= 8; x += 0.37) {
        double s = exact_sigmoid(x), t = tanh(x), p = exact_softplus(x);
        CHECK_NEAR(rondo_sigmoid_slope((rondo_real)s), s * (1 - s), 1e-6);
        CHECK_NEAR(rondo_tanh_slope((rondo_real)t), 1 - t * t, 1e-6);
        CHECK_NEAR(rondo_softplus_slope((rondo_real)p), s, 1e-6);
    }
}

/* Of sin and cos: what is absolute, up to where angles are reduced exactly; 1.2e-7 is 2 units in the last place
 * of numbers near 1. */
static void test_angles(void)
{
    double bound = sizeof(rondo_real) == sizeof(float) ? 1.2e-7 : 1e-15, largest = 0;
    CHECK(rondo_sin(0) == 0);
    CHECK(rondo_cos(0) == 1);
    CHECK(isnan(rondo_sin((rondo_real)NAN)) && isnan(rondo_cos((rondo_real)NAN)));
    for (double at = -8192; at <= 8192; at += 0.00917) {
        rondo_real x = (rondo_real)at;
        largest = fmax(largest, fabs((double)rondo_sin(x) - sin((double)x)));
        largest = fmax(largest, fabs((double)rondo_cos(x) - cos((double)x)));
    }
    printf("       sin and cos: %.3g\n", largest);
    CHECK(largest <= bound);
    for (double at = 1e-30; at < 1; at *= 1.37) {
        rondo_real x = (rondo_real)at;
        CHECK(fabs((double)rondo_sin(x) - sin((double)x)) <= 1.3e-7 * at);
    }
}

#ifndef RONDO_DOUBLE

enum { STRIDE = 1021 }; /* a prime: every exponent, and all kinds of low bits */

static double error_in_ulp(float got, double exact)
{
    int exponent;
    if (isnan(exact)) return isnan(got) ? 0 : HUGE_VAL;
    if (isinf((float)exact) || isinf(got)) return (float)exact == got ? 0 : HUGE_VAL;
    frexp(exact, &exponent);
    if (exponent < -125) exponent = -125; /* denormals share the last place of the smallest */
    return fabs((double)got - exact) / ldexp(1.0, exponent - 24);
}

static void test_accuracy(void)
{
    for (int i = 0; i < FUNCTIONS; i++) {
        const function *f = &functions[i];
        double largest = 0;
        float where = 0;
        for (uint64_t bits = 0; bits < UINT64_C(1) << 32; bits += STRIDE) {
            float x = rondo_float_of((uint32_t)bits);
            if (x < f->from) continue;
            double error = error_in_ulp(f->approximate(x), f->exact((double)x));
            if (error > largest) {
                largest = error;
                where = x;
            }
        }
        printf("       %-14s %.2f ulp at %g\n", f->name, largest, (double)where);
        CHECK(largest <= f->limit);
    }
}

#else

static void test_accuracy(void)
{
    for (int i = 0; i < FUNCTIONS; i++) {
        const function *f = &functions[i];
        for (double x = -745; x < 709; x += 0.0137) {
            double exact = f->exact(x);
            if (x < f->from) continue;
            CHECK(fabs(f->approximate(x) - exact) <= 2e-15 * fabs(exact) + 5e-324);
        }
    }
}

#endif

enum { COUNT = 4099 };

RONDO_VECTORISED static void compute_many(const rondo_real *restrict x, rondo_real *restrict y)
{
    for (int i = 0; i < COUNT; i++)
        y[i] = rondo_exp(x[i]);
    for (int i = 0; i < COUNT; i++)
        y[COUNT + i] = rondo_sigmoid(x[i]);
    for (int i = 0; i < COUNT; i++)
        y[2 * COUNT + i] = rondo_tanh(x[i]);
    for (int i = 0; i < COUNT; i++)
        y[3 * COUNT + i] = rondo_softplus(x[i]);
    for (int i = 0; i < COUNT; i++)
        y[4 * COUNT + i] = rondo_softplus_slope(x[i]);
    for (int i = 0; i < COUNT; i++)
        y[5 * COUNT + i] = rondo_log(x[i]);
    for (int i = 0; i < COUNT; i++)
        y[6 * COUNT + i] = rondo_sin(x[i]);
    for (int i = 0; i < COUNT; i++)
        y[7 * COUNT + i] = rondo_cos(x[i]);
}

static void test_same_bits_in_vectors(void)
{
    rondo_real *x = malloc(COUNT * sizeof *x), *y = malloc((FUNCTIONS + 2) * COUNT * sizeof *y);
    CHECK(x && y);
    if (x && y) {
        for (int i = 0; i < COUNT; i++)
            x[i] = (rondo_real)(0.0517 * (i - COUNT / 2));
        compute_many(x, y);
        int64_t different = 0;
        for (int f = 0; f < FUNCTIONS; f++) {
            for (int i = 0; i < COUNT; i++) {
                rondo_real one = functions[f].approximate(x[i]);
                if (functions[f].from == 0 && x[i] < 0) continue;
                different += memcmp(&one, &y[f * COUNT + i], sizeof one) != 0;
            }
        }
        for (int i = 0; i < COUNT; i++) {
            rondo_real sine = rondo_sin(x[i]), cosine = rondo_cos(x[i]);
            different += memcmp(&sine, &y[FUNCTIONS * COUNT + i], sizeof sine) != 0;
            different += memcmp(&cosine, &y[(FUNCTIONS + 1) * COUNT + i], sizeof cosine) != 0;
        }
        CHECK_INTEGER(different, 0);
    }
    free(x);
    free(y);
}

int main(void)
{
    RUN(test_limits);
    RUN(test_slopes);
    RUN(test_angles);
    RUN(test_accuracy);
    RUN(test_same_bits_in_vectors);
    return check_end();
}
