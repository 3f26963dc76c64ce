/* Gaussian noise on inputs: its distribution, what it is added to and when, and that it follows a
 * row of the whole minibatch whoever computes it. */
#include <stdlib.h>

#include "base/random.h"
#include "check.h"
#include "model/layer.h"
#include "support/fixture.h"

enum { ROWS = 40, STEPS = 50, WIDTH = 13, STEP = 9 }; /* an odd width: half a pair is left */
static const double deviation = 0.25;

static fixture_spec spec_of(int input_kind)
{
    return (fixture_spec){.cell = "rnn",
                          .options = "",
                          .loss = "softmax_cross_entropy",
                          .input_kind = input_kind,
                          .input_width = input_kind == RONDO_INPUT_VALUES ? WIDTH : 30,
                          .embedding = WIDTH,
                          .input_noise = deviation,
                          .output_width = 3,
                          .layers = 1,
                          .hidden = 4,
                          .initialization = RONDO_UNIFORM,
                          .scale = 0.3};
}

/* Falling lengths, STEPS of the first row. */
static const int64_t *lengths(void)
{
    static int64_t all[ROWS];
    for (int64_t row = 0; row < ROWS; row++)
        all[row] = STEPS - row / 4;
    return all;
}

/* What the first layer reads in a training pass of update `step`; the pass's own. */
static const rondo_real *read_in_training(const fixture *f, const rondo_batch *batch,
                                          rondo_pass *pass, int64_t step)
{
    rondo_score score = {0};
    rondo_pass_load(pass, f->parameters);
    rondo_pass_train(pass, batch, step, f->gradient, &score);
    return rondo_pass_layer_input(pass, 0);
}

static double clean(const fixture *f, const rondo_batch *batch, int64_t n, int64_t j)
{
    if (f->network->input_kind == RONDO_INPUT_VALUES)
        return (double)batch->input_values[n * WIDTH + j];
    int64_t table = f->network->layout.parameters[f->network->embedding].offset;
    return (double)f->parameters[table + batch->inputs[n] * WIDTH + j];
}

/* z [N, WIDTH] of a training pass; to be freed. */
static double *noise_of(const fixture *f, const rondo_batch *batch, int64_t step, int threads)
{
    rondo_pass *pass = fixture_pass(f, batch, threads);
    const rondo_real *noisy = read_in_training(f, batch, pass, step);
    double *z = calloc((size_t)(batch->tokens * WIDTH), sizeof *z);
    for (int64_t n = 0; n < batch->tokens; n++)
        for (int64_t j = 0; j < WIDTH; j++)
            z[n * WIDTH + j] =
                ((double)noisy[n * WIDTH + j] - clean(f, batch, n, j)) / f->network->input_noise;
    rondo_pass_destroy(pass);
    return z;
}

/* Of independent standard normals sqrt(n) r is above 4 once in 16,000 times. */
static double correlation(const double *a, const double *b, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum / sqrt((double)count);
}

/* Mean, variance, the share beyond 1.96 and 2.5758 (5 % and 1 %), against four standard deviations;
 * neighbours in a row, in a step and in time, and the same place of the next update. */
static void check_distribution(int input_kind)
{
    const fixture_spec spec = spec_of(input_kind);
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, lengths(), NULL);
    double *z = noise_of(f, batch, STEP, 1), *next = noise_of(f, batch, STEP + 1, 1);
    int64_t count = batch->tokens * WIDTH;
    double sum = 0, squares = 0, outside = 0, far = 0, n = (double)count;
    for (int64_t i = 0; i < count; i++) {
        sum += z[i];
        squares += z[i] * z[i];
        outside += fabs(z[i]) > 1.959964;
        far += fabs(z[i]) > 2.575829;
    }
    CHECK(fabs(sum / n) < 4 / sqrt(n));
    CHECK(fabs(squares / n - 1) < 4 * sqrt(2 / n));
    CHECK(fabs(outside / n - 0.05) < 4 * sqrt(0.05 * 0.95 / n));
    CHECK(fabs(far / n - 0.01) < 4 * sqrt(0.01 * 0.99 / n));
    CHECK(fabs(correlation(z, z + 1, count - 1)) < 4);
    CHECK(fabs(correlation(z, z + WIDTH, count - WIDTH)) < 4);
    CHECK(fabs(correlation(z, z + ROWS * WIDTH, count - ROWS * WIDTH)) < 4);
    CHECK(fabs(correlation(z, next, count)) < 4);
    free(z);
    free(next);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static void distribution(void)
{
    check_distribution(RONDO_INPUT_VALUES);
    check_distribution(RONDO_INPUT_EMBEDDING);
}

/* The draw of a number by its formula: a pair of numbers takes an index, a row seven of them. */
static void numbers_follow_from_row_and_time(void)
{
    const fixture_spec spec = spec_of(RONDO_INPUT_VALUES);
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, lengths(), NULL);
    const rondo_random random = {f->network->seed, 32, STEP};
    for (int threads = 1; threads < 4; threads++) {
        double *z = noise_of(f, batch, STEP, threads);
        for (int64_t t = 0; t < STEPS; t += 7)
            for (int64_t b = 0; b < batch->active[t]; b++)
                for (int64_t j = 0; j < WIDTH; j++) {
                    double pair[2];
                    rondo_random_normal_pair(&random, (uint64_t)((t * ROWS + b) * 7 + j / 2), pair);
                    CHECK(fabs(z[(batch->offset[t] + b) * WIDTH + j] - pair[j % 2]) < 1e-12);
                }
        free(z);
    }
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

/* Every third row, as a shard of the minibatch has them. */
static void a_shard_has_the_noise_of_the_whole(void)
{
    enum { PART = 13 };
    int64_t place[PART], some[PART];
    const fixture_spec spec = spec_of(RONDO_INPUT_EMBEDDING);
    fixture *f = fixture_create(&spec);
    for (int64_t row = 0; row < PART; row++) {
        place[row] = 3 * row + 1;
        some[row] = lengths()[place[row]];
    }
    rondo_batch *batch = fixture_batch(f, ROWS, lengths(), NULL);
    rondo_batch *shard = fixture_batch(f, PART, some, place);
    shard->whole = batch;
    shard->place = place;
    double *of_whole = noise_of(f, batch, STEP, 1), *of_shard = noise_of(f, shard, STEP, 2);
    for (int64_t t = 0; t < shard->steps; t++)
        for (int64_t b = 0; b < shard->active[t]; b++)
            CHECK(memcmp(of_shard + (shard->offset[t] + b) * WIDTH,
                         of_whole + (batch->offset[t] + place[b]) * WIDTH,
                         WIDTH * sizeof(double)) == 0);
    free(of_whole);
    free(of_shard);
    fixture_batch_destroy(shard);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

/* What dropout keeps is (x + noise) / (1 - rate). */
static void noise_is_added_before_dropout(void)
{
    fixture_spec spec = spec_of(RONDO_INPUT_VALUES);
    fixture *f = fixture_create(&spec);
    spec.dropout = 0.4;
    fixture *dropping = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, ROWS, lengths(), NULL);
    rondo_pass *a = fixture_pass(f, batch, 1), *b = fixture_pass(dropping, batch, 1);
    const rondo_real *noisy = read_in_training(f, batch, a, STEP);
    const rondo_real *dropped = read_in_training(dropping, batch, b, STEP);
    int64_t zeros = 0, count = batch->tokens * WIDTH;
    for (int64_t i = 0; i < count; i++) {
        zeros += dropped[i] == 0;
        CHECK(dropped[i] == 0 || fabs((double)dropped[i] * 0.6 - (double)noisy[i]) < 1e-12);
    }
    CHECK_NEAR((double)zeros / (double)count, 0.4, 0.03);
    rondo_pass_destroy(a);
    rondo_pass_destroy(b);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
    fixture_destroy(dropping);
}

static double evaluated(const fixture *f, const rondo_batch *batch)
{
    rondo_score score = {0};
    rondo_pass *pass = fixture_pass(f, batch, 1);
    read_in_training(f, batch, pass, STEP);
    rondo_pass_evaluate(pass, batch, &score);
    rondo_pass_destroy(pass);
    return score.loss;
}

/* The loss of an evaluation, right after a training pass, to the bit. */
static void evaluation_has_no_noise(void)
{
    for (int kind = RONDO_INPUT_EMBEDDING; kind <= RONDO_INPUT_VALUES; kind += 2) {
        fixture_spec spec = spec_of(kind);
        fixture *noisy = fixture_create(&spec);
        spec.input_noise = 0;
        fixture *quiet = fixture_create(&spec);
        rondo_batch *batch = fixture_batch(noisy, ROWS, lengths(), NULL);
        CHECK(evaluated(noisy, batch) == evaluated(quiet, batch));
        fixture_batch_destroy(batch);
        fixture_destroy(noisy);
        fixture_destroy(quiet);
    }
}

int main(void)
{
    RUN(distribution);
    RUN(numbers_follow_from_row_and_time);
    RUN(a_shard_has_the_noise_of_the_whole);
    RUN(noise_is_added_before_dropout);
    RUN(evaluation_has_no_noise);
    return check_end();
}
