/* Weight gradients in two halves of the rows are those of the whole: the gradient of a minibatch is
 * the sum of its sequences' gradients, which alone are too short to be halved. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "model/layer.h"
#include "model/split_gradient.h"
#include "model/weight_gradient.h"
#include "support/fixture.h"

enum { ROWS = 30, STEPS = 40 };

static fixture *make(const char *cell, const char *options, bool one_hot, bool bidirectional)
{
    const fixture_spec spec = {.cell = cell,
                               .options = options,
                               .loss = "softmax_cross_entropy",
                               .input_kind = one_hot ? RONDO_INPUT_ONE_HOT : RONDO_INPUT_EMBEDDING,
                               .input_width = 11,
                               .embedding = 9,
                               .output_width = 11,
                               .layers = 2,
                               .hidden = 18,
                               .bidirectional = bidirectional,
                               .initialization = RONDO_UNIFORM,
                               .scale = 0.4};
    return fixture_create(&spec);
}

static void add_gradient(fixture *f, const rondo_batch *batch, bool halved, double *sum)
{
    int64_t size = f->network->layout.size;
    rondo_pass *pass = fixture_pass(f, batch, 2);
    rondo_score score = {0};
    memset(f->gradient, 0, (size_t)size * sizeof *f->gradient);
    rondo_pass_train(pass, batch, 1, f->gradient, &score);
    for (int64_t i = 0; i < f->network->direction_count; i++)
        CHECK(rondo_split_gradient_pays(pass, &f->network->directions[i]) == halved);
    CHECK(!halved || (pass->gradients->first_half_tokens > batch->tokens / 3 &&
                      pass->gradients->first_half_tokens < batch->tokens * 2 / 3));
    for (int64_t i = 0; i < size; i++)
        sum[i] += (double)f->gradient[i];
    rondo_pass_destroy(pass);
}

static void check_sum(fixture *f, const int64_t *lengths)
{
    int64_t size = f->network->layout.size;
    double *together = calloc((size_t)size, sizeof *together), largest = 0;
    double *alone = calloc((size_t)size, sizeof *alone), difference = 0;
    rondo_batch *batch = fixture_batch(f, ROWS, lengths, NULL);
    add_gradient(f, batch, true, together);
    fixture_batch_destroy(batch);
    for (int64_t row = 0; row < ROWS; row++) {
        batch = fixture_batch(f, 1, &lengths[row], &row);
        add_gradient(f, batch, false, alone);
        fixture_batch_destroy(batch);
    }
    for (int64_t i = 0; i < size; i++) {
        largest = fmax(largest, fabs(alone[i]));
        difference = fmax(difference, fabs(alone[i] - together[i]));
    }
    CHECK(largest > 1);
    CHECK(difference < 1e-12 * largest);
    free(together);
    free(alone);
}

static void halves_are_the_sum_of_sequences(void)
{
    static const char *const cells[][2] = {
        {"rnn", ""}, {"gru", ""}, {"gru", "reset_after=true"}, {"lstm", "peephole=true"}};
    int64_t full[ROWS], falling[ROWS];
    for (int64_t row = 0; row < ROWS; row++) {
        full[row] = STEPS;
        falling[row] = STEPS - row;
    }
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        for (int bidirectional = 0; bidirectional < 2; bidirectional++) {
            fixture *f = make(cells[i][0], cells[i][1], i % 2 == 1, bidirectional);
            check_sum(f, full);
            check_sum(f, falling);
            fixture_destroy(f);
        }
}

int main(void)
{
    RUN(halves_are_the_sum_of_sequences);
    return check_end();
}
