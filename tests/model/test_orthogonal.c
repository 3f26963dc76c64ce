/* Orthogonal starts: Q Q' = I, the side of every row, the same bits for any thread count, and large
 * matrices, made by blocks, equal those made row by row. */
#include "model/orthogonal.h"

#include <math.h>

#include "base/memory.h"
#include "check.h"
#include "support/fixture.h"

static const double tolerance = sizeof(rondo_real) == 8 ? 1e-12 : 2e-5;

static rondo_orthogonal orthogonal_create(int64_t rows, int64_t width, int64_t stride)
{
    rondo_error error = {0};
    rondo_orthogonal of = {.random = {5, RONDO_FOR_INITIALIZATION, 3},
                           .first = 1000,
                           .rows = rows,
                           .width = width,
                           .stride = stride};
    of.data = rondo_memory_create((size_t)(rows * stride) * sizeof *of.data, "test", &error);
    for (int64_t i = 0; i < rows * stride; i++)
        of.data[i] = -77;
    return of;
}

static void check_orthonormal(const rondo_real *q, int64_t rows, int64_t width, int64_t stride)
{
    double worst = 0;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t k = 0; k <= i; k++) {
            double sum = i == k ? -1 : 0;
            for (int64_t j = 0; j < width; j++)
                sum += (double)q[i * stride + j] * (double)q[k * stride + j];
            worst = fmax(worst, fabs(sum));
        }
    CHECK(worst < tolerance);
    CHECK(worst > 0); /* it was measured */
}

/* A row keeps the side of its Gaussian: with positive products all directions are equally likely.
 */
static void check_sides(const rondo_orthogonal *of)
{
    for (int64_t i = 0; i < of->rows; i++) {
        double sum = 0;
        for (int64_t j = 0; j < of->width; j++)
            sum += (double)of->data[i * of->stride + j] *
                   rondo_random_normal(&of->random, of->first + (uint64_t)(i * of->width + j));
        CHECK(sum > 0);
    }
}

static void check_gap(const rondo_orthogonal *of)
{
    for (int64_t i = 0; i < of->rows; i++)
        for (int64_t j = of->width; j < of->stride; j++)
            CHECK(of->data[i * of->stride + j] == -77);
}

static void rows_are_orthonormal(void)
{
    static const int64_t sizes[][3] = {{1, 1, 1},      {2, 5, 5},      {48, 48, 60},
                                       {49, 49, 49},   {97, 200, 200}, {300, 300, 301},
                                       {337, 337, 674}};
    rondo_error error = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        rondo_orthogonal of = orthogonal_create(sizes[i][0], sizes[i][1], sizes[i][2]);
        rondo_orthogonal rows = orthogonal_create(sizes[i][0], sizes[i][1], sizes[i][2]);
        CHECK(rondo_orthogonal_fill_blocks(&of, 2, &error) == RONDO_OK);
        rondo_orthogonal_fill(&rows);
        if (of.rows > 1) check_orthonormal(of.data, of.rows, of.width, of.stride);
        if (of.rows > 1) check_orthonormal(rows.data, of.rows, of.width, of.stride);
        check_sides(&of);
        check_sides(&rows);
        check_gap(&of);
        for (int64_t r = 0; sizeof(rondo_real) == 8 && r < of.rows; r++)
            for (int64_t j = 0; j < of.width; j++)
                CHECK_NEAR(of.data[r * of.stride + j], rows.data[r * of.stride + j], 1e-9);
        rondo_memory_destroy(of.data);
        rondo_memory_destroy(rows.data);
    }
}

static void bits_do_not_depend_on_threads(void)
{
    enum { ROWS = 211, WIDTH = 500 };
    rondo_error error = {0};
    rondo_orthogonal one = orthogonal_create(ROWS, WIDTH, WIDTH);
    CHECK(rondo_orthogonal_fill_blocks(&one, 1, &error) == RONDO_OK);
    for (int threads = 2; threads <= 5; threads++) {
        rondo_orthogonal other = orthogonal_create(ROWS, WIDTH, WIDTH);
        CHECK(rondo_orthogonal_fill_blocks(&other, threads, &error) == RONDO_OK);
        CHECK(memcmp(one.data, other.data, sizeof(rondo_real) * ROWS * WIDTH) == 0);
        rondo_memory_destroy(other.data);
    }
    rondo_memory_destroy(one.data);
}

/* As a network asks for it: gate blocks side by side, both sides of the limit between the ways. */
static void gate_blocks_of_a_network(void)
{
    for (int64_t hidden = RONDO_ORTHOGONAL_PLAIN / 8; hidden <= RONDO_ORTHOGONAL_PLAIN + 10;
         hidden += RONDO_ORTHOGONAL_PLAIN / 8 * 7 + 10) {
        const fixture_spec spec = {.cell = "minimal_gated_unit",
                                   .options = "",
                                   .loss = "mean_squared_error",
                                   .input_kind = RONDO_INPUT_VALUES,
                                   .input_width = 3,
                                   .output_width = 2,
                                   .layers = 1,
                                   .hidden = hidden,
                                   .initialization = RONDO_ORTHOGONAL};
        fixture *f = fixture_create(&spec);
        const rondo_layout *layout = &f->network->layout;
        const rondo_parameter *p =
            &layout->parameters[rondo_layout_find(layout, "layers/0/forward/recurrent_weights")];
        CHECK_INTEGER(p->columns, 2 * hidden);
        for (int64_t gate = 0; gate < 2; gate++)
            check_orthonormal(f->parameters + p->offset + gate * hidden, hidden, hidden,
                              p->columns);
        rondo_error error = {0};
        CHECK(rondo_network_initialize(f->network, &f->experiment.model.initialization, 3,
                                       f->gradient, &error) == RONDO_OK);
        CHECK(memcmp(f->gradient, f->parameters, (size_t)layout->size * sizeof(rondo_real)) == 0);
        fixture_destroy(f);
    }
}

int main(void)
{
    RUN(rows_are_orthonormal);
    RUN(bits_do_not_depend_on_threads);
    RUN(gate_blocks_of_a_network);
    return check_end();
}
