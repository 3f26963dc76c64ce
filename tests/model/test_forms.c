/* Recurrent weights that are a function of fewer numbers: U by its definition, element by element, and
 * the gradient of the numbers by that of sum(d_u * U), by differences. */
#include <stdlib.h>

#include "base/random.h"
#include "check.h"
#include "model/forms.h"

enum { HIDDEN = 7, STRIDE = 9, MOST = 2 * HIDDEN * HIDDEN };

static const rondo_form forms[] = {
    {RONDO_FORM_DENSE, 0, HIDDEN, HIDDEN},
    {RONDO_FORM_BLOCK_DIAGONAL, 1, HIDDEN, HIDDEN},
    {RONDO_FORM_BLOCK_DIAGONAL, 3, HIDDEN, HIDDEN},
    {RONDO_FORM_BLOCK_DIAGONAL, HIDDEN, HIDDEN, HIDDEN},
    {RONDO_FORM_BLOCK_TRIANGULAR, 1, HIDDEN, HIDDEN},
    {RONDO_FORM_BLOCK_TRIANGULAR, 3, HIDDEN, HIDDEN},
    {RONDO_FORM_BLOCK_TRIANGULAR, HIDDEN, HIDDEN, HIDDEN},
    {RONDO_FORM_ANTISYMMETRIC, 0, HIDDEN, HIDDEN},
    {RONDO_FORM_LOW_RANK, 1, HIDDEN, HIDDEN},
    {RONDO_FORM_LOW_RANK, 3, HIDDEN, HIDDEN},
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
    static const int64_t expected[FORMS] = {49, 49, 4 + 4 + 9, 7, 49, 14 + 10 + 9, 28, 21, 14, 42};
    for (int f = 0; f < FORMS; f++) {
        int64_t rows, columns;
        rondo_form_shape(forms[f], &rows, &columns);
        CHECK_INTEGER(rows * columns, expected[f]);
    }
}

static void structure(void)
{
    for (int f = 0; f < FORMS; f++) {
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

/* Every 2 x 2 determinant of a matrix of rank one is 0; of rank three one of 4 x 4 would be. */
static void rank(void)
{
    rondo_real stored[MOST], u[HIDDEN * HIDDEN];
    const rondo_form one = {RONDO_FORM_LOW_RANK, 1, HIDDEN, HIDDEN};
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
            CHECK_NEAR((double)d_stored[i], (above - below) / (2 * h), 1e-9);
        }
    }
}

int main(void)
{
    RUN(counts);
    RUN(structure);
    RUN(rank);
    RUN(gradients);
    return check_end();
}
