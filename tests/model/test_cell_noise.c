/* Noise in a cell: standard normal, another draw for every sequence, time, unit, direction and update; none in
 * evaluation. */
#include <stdlib.h>

#include "check.h"
#include "support/fixture.h"

enum { ROWS = 40, STEPS = 5, HIDDEN = 30 };

/* Leaks of 1 and no weights: current = sqrt(2) noise n. */
static fixture_spec spec_of(const char *options)
{
    return (fixture_spec){.cell = "leaky_rate",
                          .options = options,
                          .loss = "softmax_cross_entropy",
                          .input_kind = RONDO_INPUT_VALUES,
                          .input_width = 2,
                          .output_width = 3,
                          .layers = 1,
                          .hidden = HIDDEN,
                          .bidirectional = true,
                          .initialization = RONDO_UNIFORM,
                          .scale = 0};
}

/* Last currents of both directions, rows of different lengths, in one update. */
static void last_currents(int64_t update, rondo_real *forward, rondo_real *backward)
{
    int64_t lengths[ROWS];
    rondo_score score = {0};
    fixture_spec spec = spec_of("noise=0.5,shortest=1,longest=1");
    for (int i = 0; i < ROWS; i++)
        lengths[i] = i < ROWS / 2 ? STEPS : 2;
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, lengths, NULL);
    rondo_pass *pass = fixture_pass(f, batch, 2);
    rondo_pass_train(pass, batch, update, f->gradient, &score);
    memcpy(forward, rondo_pass_carried(pass, 1).data, ROWS * HIDDEN * sizeof *forward);
    memcpy(backward, rondo_pass_carried(pass, 3).data, ROWS * HIDDEN * sizeof *backward);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static int ascending(const void *a, const void *b)
{
    rondo_real x = *(const rondo_real *)a, y = *(const rondo_real *)b;
    return (x > y) - (x < y);
}

static void distribution(void)
{
    enum { ALL = 4 * ROWS * HIDDEN };
    static rondo_real all[ALL];
    double sum = 0, squares = 0, fourth = 0;
    last_currents(1, all, all + ROWS * HIDDEN);
    last_currents(2, all + 2 * ROWS * HIDDEN, all + 3 * ROWS * HIDDEN);
    for (int i = 0; i < ALL; i++) {
        double n = (double)all[i] / (0.5 * sqrt(2.0));
        sum += n;
        squares += n * n;
        fourth += n * n * n * n;
    }
    /* five standard errors: 1, sqrt(2) and sqrt(96) over the root of the number */
    CHECK_NEAR(sum / ALL, 0, 5 / sqrt(ALL));
    CHECK_NEAR(squares / ALL, 1, 5 * sqrt(2.0 / ALL));
    CHECK_NEAR(fourth / ALL, 3, 5 * sqrt(96.0 / ALL));
    qsort(all, ALL, sizeof *all, ascending);
    for (int i = 1; i < ALL; i++)
        CHECK(all[i] != all[i - 1]);
}

static void evaluation_has_none(void)
{
    static const int64_t lengths[] = {4, 2};
    double loss[2];
    for (int i = 0; i < 2; i++) {
        fixture_spec spec = spec_of(i ? "noise=0.5" : "");
        rondo_score score = {0};
        spec.scale = 0.5;
        fixture *f = fixture_create(&spec);
        rondo_batch *batch = fixture_batch(f, 2, lengths, NULL);
        rondo_pass *pass = fixture_pass(f, batch, 1);
        rondo_pass_evaluate(pass, batch, &score);
        loss[i] = score.loss;
        rondo_pass_destroy(pass);
        fixture_batch_destroy(batch);
        fixture_destroy(f);
    }
    CHECK(loss[0] == loss[1]);
}

int main(void)
{
    RUN(distribution);
    RUN(evaluation_has_none);
    return check_end();
}
