/* Recurrent weights that are a function of fewer numbers: U by its definition, element by element, and
 * the gradient of the numbers by that of sum(d_u * U), by differences. */
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "check.h"
#include "model/forms.h"

enum { HIDDEN = 7, STRIDE = 9, MOST = 2 * HIDDEN * HIDDEN };

static const rondo_form forms[] = {
    {RONDO_FORM_DENSE, 0, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_BLOCK_DIAGONAL, 1, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_BLOCK_DIAGONAL, 3, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_BLOCK_DIAGONAL, HIDDEN, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_BLOCK_TRIANGULAR, 1, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_BLOCK_TRIANGULAR, 3, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_BLOCK_TRIANGULAR, HIDDEN, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_ANTISYMMETRIC, 0, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_LOW_RANK, 1, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_LOW_RANK, 3, HIDDEN, HIDDEN, 0, 1, 1},
    {RONDO_FORM_DALE, 0, HIDDEN, HIDDEN, 0.5, 1, 1},
    {RONDO_FORM_DALE, 0, HIDDEN, HIDDEN, 0, 1, 1},
};
enum { FORMS = sizeof forms / sizeof *forms };

static double drawn(uint64_t seed, uint64_t index)
{
    const rondo_random random = {seed, RONDO_FOR_INITIALIZATION, 0};
    return 2 * rondo_random_uniform(&random, index) - 1;
}

static int64_t fill(rondo_form form, rondo_real *stored)
{
    int64_t rows, columns;
    rondo_form_shape(form, &rows, &columns);
    CHECK(rows * columns <= MOST);
    for (int64_t i = 0; i < rows * columns; i++)
        stored[i] = (rondo_real)drawn(1, (uint64_t)i);
    return rows * columns;
}

/* Units 0 1 | 2 3 | 4 5 6 of three blocks: ranges that begin at b * 7 / 3. */
static int64_t block_of(int64_t size, int64_t unit)
{
    static const int64_t of_three[HIDDEN] = {0, 0, 1, 1, 2, 2, 2};
    return size == 1 ? 0 : size == 3 ? of_three[unit] : unit;
}

static bool is_there(rondo_form form, int64_t source, int64_t unit)
{
    int64_t from = block_of(form.size, source), to = block_of(form.size, unit);
    if (form.kind == RONDO_FORM_BLOCK_DIAGONAL) return from == to;
    if (form.kind == RONDO_FORM_BLOCK_TRIANGULAR) return from >= to;
    return form.kind != RONDO_FORM_ANTISYMMETRIC || source != unit;
}

/* How many numbers there are, by hand: heads of 2, 2 and 3 units; each group sees itself and later ones. */
static void counts(void)
{
    static const int64_t expected[FORMS] = {49, 49, 4 + 4 + 9, 7,  49, 14 + 10 + 9,
                                            28, 21, 14,        42, 49, 49};
    for (int f = 0; f < FORMS; f++) {
        int64_t rows, columns;
        rondo_form_shape(forms[f], &rows, &columns);
        CHECK_INTEGER(rows * columns, expected[f]);
    }
}

static void structure(void)
{
    for (int f = 0; f < FORMS; f++) {
        if (forms[f].kind == RONDO_FORM_DALE) continue;
        rondo_real stored[MOST], u[HIDDEN * STRIDE];
        fill(forms[f], stored);
        for (int64_t i = 0; i < HIDDEN * STRIDE; i++)
            u[i] = 77;
        rondo_form_expand(forms[f], stored, u, STRIDE);
        for (int64_t source = 0; source < HIDDEN; source++) {
            for (int64_t unit = 0; unit < HIDDEN; unit++)
                CHECK((u[source * STRIDE + unit] != 0) == is_there(forms[f], source, unit));
            CHECK(u[source * STRIDE + HIDDEN] == 77);
        }
        for (int64_t i = 0; forms[f].kind == RONDO_FORM_ANTISYMMETRIC && i < HIDDEN; i++)
            for (int64_t j = 0; j < HIDDEN; j++)
                CHECK(u[i * STRIDE + j] == -u[j * STRIDE + i]);
    }
}

/* Half of 7 units excite, which are 4; what is negative in the numbers is not there. */
static void signs(void)
{
    for (int f = 0; f < FORMS; f++) {
        rondo_real stored[MOST], u[HIDDEN * STRIDE];
        int64_t positive = 0, negative = 0;
        if (forms[f].kind != RONDO_FORM_DALE) continue;
        fill(forms[f], stored);
        rondo_form_expand(forms[f], stored, u, STRIDE);
        for (int64_t source = 0; source < HIDDEN; source++)
            for (int64_t unit = 0; unit < HIDDEN; unit++) {
                double a = (double)stored[source * HIDDEN + unit];
                double given = a < 0 ? 0 : source < (forms[f].share > 0 ? 4 : 0) ? a : -a;
                CHECK((double)u[source * STRIDE + unit] == given);
                positive += given > 0;
                negative += given < 0;
            }
        CHECK(negative > 3 && (forms[f].share > 0) == (positive > 3));
    }
}

/* Every 2 x 2 determinant of a matrix of rank one is 0; of rank three one of 4 x 4 would be. */
static void rank(void)
{
    rondo_real stored[MOST], u[HIDDEN * HIDDEN];
    const rondo_form one = {RONDO_FORM_LOW_RANK, 1, HIDDEN, HIDDEN, 0, 1, 1};
    fill(one, stored);
    rondo_form_expand(one, stored, u, HIDDEN);
    for (int64_t i = 1; i < HIDDEN; i++)
        for (int64_t j = 1; j < HIDDEN; j++)
            CHECK_NEAR((double)(u[0] * u[i * HIDDEN + j]), (double)(u[j] * u[i * HIDDEN]), 1e-12);
    CHECK_NEAR((double)u[2 * HIDDEN + 5], (double)(stored[2 * 2] * stored[5 * 2 + 1]), 1e-15);
}

static double weighted(rondo_form form, const rondo_real *stored)
{
    rondo_real u[HIDDEN * STRIDE];
    double sum = 0;
    rondo_form_expand(form, stored, u, STRIDE);
    for (int64_t i = 0; i < HIDDEN; i++)
        for (int64_t j = 0; j < HIDDEN; j++)
            sum += drawn(2, (uint64_t)(i * STRIDE + j)) * (double)u[i * STRIDE + j];
    return sum;
}

static void gradients(void)
{
    const double h = 1e-3; /* U is of second order at most: central differences are exact */
    for (int f = 0; f < FORMS; f++) {
        rondo_real stored[MOST], d_stored[MOST], d_u[HIDDEN * STRIDE];
        int64_t count = fill(forms[f], stored);
        for (int64_t i = 0; i < HIDDEN * STRIDE; i++)
            d_u[i] = (rondo_real)drawn(2, (uint64_t)i);
        rondo_form_reduce(forms[f], stored, d_u, STRIDE, d_stored);
        for (int64_t i = 0; i < count; i++) {
            rondo_real kept = stored[i];
            stored[i] = (rondo_real)((double)kept + h);
            double above = weighted(forms[f], stored);
            stored[i] = (rondo_real)((double)kept - h);
            double below = weighted(forms[f], stored);
            stored[i] = kept;
            if (forms[f].kind == RONDO_FORM_DALE && fabs((double)kept) <= h) continue;
            CHECK_NEAR((double)d_stored[i], (above - below) / (2 * h), 1e-9);
        }
    }
}

/* Six units: pairs of sources times triples of units are 3 x 2 numbers; element by element, and the gradient of
 * a number as the mean over its sources of the sums over its units. */
static void groups(void)
{
    enum { UNITS = 6, APART = 8 };
    const rondo_form form = {RONDO_FORM_DENSE, 0, UNITS, 2, 0, 3, 2};
    rondo_real stored[6] = {1, 2, 3, 4, 5, 6}, u[UNITS * APART], d_u[UNITS * APART], d_stored[6];
    int64_t rows, columns;
    rondo_form_shape(form, &rows, &columns);
    CHECK_INTEGER(rows, 3);
    CHECK_INTEGER(columns, 2);
    for (int64_t i = 0; i < UNITS * APART; i++) {
        u[i] = 77;
        d_u[i] = (rondo_real)i;
    }
    rondo_form_expand(form, stored, u, APART);
    for (int64_t source = 0; source < UNITS; source++) {
        for (int64_t unit = 0; unit < UNITS; unit++)
            CHECK((double)u[source * APART + unit] == (double)(1 + source / 2 * 2 + unit / 3) / 2);
        CHECK(u[source * APART + UNITS] == 77);
    }
    rondo_form_reduce(form, stored, d_u, APART, d_stored);
    for (int64_t pair = 0; pair < 3; pair++) /* two rows, 8 apart, of three numbers in sequence */
        for (int64_t triple = 0; triple < 2; triple++)
            CHECK_NEAR((double)d_stored[pair * 2 + triple],
                       (double)(6 * (16 * pair + 3 * triple) + 2 * 3 + 3 * 8) / 2, 1e-13);
}

/* --- starts --- */

enum { MANY = 256 };
static rondo_real started[MANY * MANY];
static double power[MANY * MANY], squared[MANY * MANY];

static void square(void)
{
    for (int64_t i = 0; i < MANY * MANY; i++)
        squared[i] = 0;
    for (int64_t i = 0; i < MANY; i++)
        for (int64_t k = 0; k < MANY; k++)
            for (int64_t j = 0; j < MANY; j++)
                squared[i * MANY + j] += power[i * MANY + k] * power[k * MANY + j];
    for (int64_t i = 0; i < MANY * MANY; i++)
        power[i] = squared[i];
}

static double norm(void)
{
    double sum = 0;
    for (int64_t i = 0; i < MANY * MANY; i++)
        sum += power[i] * power[i];
    return sqrt(sum);
}

/* Of `power`: (|U^64| / |U^32|)^(1 / 32). */
static double spectral_radius(void)
{
    for (int doubling = 0; doubling < 5; doubling++)
        square();
    double before = norm();
    square();
    return pow(norm() / before, 1.0 / 32);
}

/* Every unit gets as much inhibition as excitation, and U has the radius of Song, Yang & Wang (2016): 1.5,
 * as nearly as that many units have the radius of very many. */
static void dale_start(void)
{
    const rondo_random random = {5, RONDO_FOR_INITIALIZATION, 2};
    for (int f = 0; f < 3; f++) {
        static const double shares[] = {0.8, 0.5, 1};
        const rondo_form form = {RONDO_FORM_DALE, 0, MANY, MANY, shares[f], 1, 1};
        CHECK(rondo_form_has_own_start(form));
        rondo_form_fill(form, &random, 0, started);
        for (int64_t i = 0; i < MANY * MANY; i++)
            power[i] =
                i / MANY < rondo_form_first_units(form) ? (double)started[i] : -(double)started[i];
        for (int64_t unit = 0; shares[f] < 1 && unit < MANY; unit++) {
            double sum = 0, all = 0;
            for (int64_t source = 0; source < MANY; source++) {
                sum += power[source * MANY + unit];
                all += fabs(power[source * MANY + unit]);
                CHECK(started[source * MANY + unit] > 0);
            }
            CHECK(fabs(sum) < 1e-12 * all);
        }
        CHECK_NEAR(spectral_radius(), 1.5, 0.12);
    }
}

int main(void)
{
    RUN(counts);
    RUN(structure);
    RUN(signs);
    RUN(rank);
    RUN(gradients);
    RUN(groups);
    RUN(dale_start);
    return check_end();
}
