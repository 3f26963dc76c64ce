/* Where a number that is none begins is found where it was planted: in the input, in a parameter,
 * in a cell of the encoder, in pooling's reach, in the loss's gradient. What cells make wrong by
 * themselves is planted in tests/outcome. */
#include "model/not_finite.h"

#include <math.h>

#include "check.h"
#include "support/fixture.h"

static const int64_t lengths[] = {6, 5, 5, 2};
enum { ROWS = 4 };

static const fixture_spec values = {.cell = "gru",
                                    .options = "",
                                    .loss = "mean_squared_error",
                                    .input_kind = RONDO_INPUT_VALUES,
                                    .input_width = 3,
                                    .output_width = 2,
                                    .layers = 2,
                                    .hidden = 5,
                                    .initialization = RONDO_UNIFORM,
                                    .scale = 0.3};

static const fixture_spec translation = {.cell = "gru",
                                         .options = "",
                                         .loss = "softmax_cross_entropy",
                                         .input_kind = RONDO_INPUT_EMBEDDING,
                                         .input_width = 7,
                                         .embedding = 3,
                                         .output_width = 6,
                                         .layers = 1,
                                         .hidden = 5,
                                         .initialization = RONDO_UNIFORM,
                                         .scale = 0.3,
                                         .translation = true,
                                         .decoder_hidden = 5};

/* What is told of a training pass over the minibatch. */
static void check_place(const fixture *f, const rondo_batch *batch, const char *expected)
{
    rondo_pass *pass = fixture_pass(f, batch, 2);
    rondo_score score = {0};
    rondo_text place = {0};
    rondo_pass_load(pass, f->parameters);
    rondo_pass_train(pass, batch, 1, f->gradient, &score);
    CHECK(!isfinite(score.loss));
    CHECK(rondo_pass_find_not_finite(pass, &place));
    CHECK_TEXT(rondo_text_get(&place), expected);
    rondo_text_finish(&place);
    rondo_pass_destroy(pass);
}

static void of_the_input(void)
{
    fixture *f = fixture_create(&values);
    rondo_batch *batch = fixture_batch(f, ROWS, lengths, NULL);
    rondo_real *inputs = (rondo_real *)batch->input_values;
    inputs[(batch->offset[4] + 1) * 3 + 2] = (rondo_real)NAN;
    check_place(f, batch, "the input: column 3, time step 5 of 6");
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static void of_a_parameter(void)
{
    fixture *f = fixture_create(&values);
    rondo_batch *batch = fixture_batch(f, ROWS, lengths, NULL);
    int64_t index = rondo_layout_find(&f->network->layout, "layers/1/forward/recurrent_weights");
    f->parameters[f->network->layout.parameters[index].offset + 7] = (rondo_real)NAN;
    check_place(f, batch, "parameter layers/1/forward/recurrent_weights itself");
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

/* Finite numbers whose sum is none, whatever the sign of what they are multiplied by. */
static void of_an_overflow(void)
{
    fixture *f = fixture_create(&values);
    rondo_batch *batch = fixture_batch(f, ROWS, lengths, NULL);
    const char *const names[] = {"readout/weights", "readout/biases"};
    for (int n = 0; n < 2; n++) {
        const rondo_layout *layout = &f->network->layout;
        const rondo_parameter *p = &layout->parameters[rondo_layout_find(layout, names[n])];
        for (int64_t i = 0; i < p->rows * p->columns; i++)
            f->parameters[p->offset + i] = (rondo_real)(n == 0 && i % 2 == 1 ? -3e38 : 3e38);
    }
    check_place(f, batch, "the readout or the loss mean_squared_error");
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static rondo_cell_function whole;

static void broken(const void *config, const rondo_cell_tile *tile)
{
    whole(config, tile);
    rondo_tile_gate(tile, 0, 0)[0] = (rondo_real)NAN;
    rondo_tile_state(tile, 0, 0)[0] = (rondo_real)NAN;
}

static void of_the_encoder(void)
{
    static const int64_t sources[] = {2, 3, 6, 5};
    fixture *f = fixture_create(&translation);
    rondo_batch *batch = fixture_pairs(f, ROWS, lengths, sources, NULL);
    rondo_cell_plan *plan = &f->network->encoder->directions[0].plan;
    char expected[160];
    whole = plan->stages[plan->stage_count - 1].forward;
    plan->stages[plan->stage_count - 1].forward = broken;
    snprintf(expected, sizeof expected,
             "encoder/layers/0/forward (cell gru), time step 1 of 6, stage 1: gate %s",
             plan->stages[0].gates[0].name);
    check_place(f, batch, expected);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

/* The gradient of the layers is not made where the loss is none. */
static void nothing_goes_back(void)
{
    fixture *f = fixture_create(&values);
    rondo_batch *batch = fixture_batch(f, ROWS, lengths, NULL);
    rondo_pass *pass = fixture_pass(f, batch, 1);
    rondo_score score = {0};
    rondo_text place = {0};
    for (int64_t i = 0; i < f->network->layout.trained_size; i++)
        f->gradient[i] = 42;
    ((rondo_real *)batch->target_values)[1] = (rondo_real)NAN;
    rondo_pass_load(pass, f->parameters);
    rondo_pass_train(pass, batch, 1, f->gradient, &score);
    const rondo_layout *layout = &f->network->layout;
    int64_t end = layout->parameters[rondo_layout_find(layout, "readout/weights")].offset;
    CHECK(end > 0);
    for (int64_t i = 0; i < end; i++)
        CHECK(f->gradient[i] == 42);
    ((rondo_real *)batch->target_values)[1] = 0;
    score = (rondo_score){0};
    rondo_pass_train(pass, batch, 1, f->gradient, &score);
    CHECK(isfinite(score.loss));
    CHECK(!rondo_pass_find_gradient_not_finite(pass, &place));
    rondo_text_finish(&place);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

int main(void)
{
    RUN(of_the_input);
    RUN(of_a_parameter);
    RUN(of_an_overflow);
    RUN(of_the_encoder);
    RUN(nothing_goes_back);
    return check_end();
}
