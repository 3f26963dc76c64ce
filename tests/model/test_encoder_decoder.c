/* Encoder-decoders: the gradient of every parameter of both sides and of what is between them
 * against central differences, in double precision, to 1e-6; same bits for any thread count, and
 * for a pair alone or among others. */
#include <stdlib.h>

#include "check.h"
#include "support/fixture.h"

/* Long targets have short sources and the other way round: the two orders of rows differ. */
static const int64_t lengths[] = {6, 5, 5, 3, 1};
static const int64_t source_lengths[] = {2, 7, 1, 4, 7};
enum { ROWS = 5, STEP = 5 };

static fixture_spec small(const char *cell, const char *options)
{
    return (fixture_spec){.cell = cell,
                          .options = options,
                          .loss = "softmax_cross_entropy",
                          .input_kind = RONDO_INPUT_EMBEDDING,
                          .input_width = 7,
                          .embedding = 3,
                          .output_width = 5,
                          .layers = 1,
                          .hidden = 4,
                          .initialization = RONDO_UNIFORM,
                          .scale = 0.7,
                          .translation = true,
                          .decoder_hidden = 4};
}

static double loss_of(rondo_pass *pass, const fixture *f, const rondo_batch *batch)
{
    rondo_score score = {0};
    rondo_pass_load(pass, f->parameters);
    rondo_pass_train(pass, batch, STEP, f->gradient, &score);
    return score.loss;
}

static void check_gradient(const fixture_spec *spec)
{
    static const double h = 1e-5;
    fixture *f = fixture_create(spec);
    rondo_batch *batch = fixture_pairs(f, ROWS, lengths, source_lengths, NULL);
    rondo_pass *pass = fixture_pass(f, batch, 1);
    const rondo_layout *layout = &f->network->layout;
    double *analytic = calloc((size_t)layout->size, sizeof *analytic);
    loss_of(pass, f, batch);
    for (int64_t i = 0; i < layout->size; i++)
        analytic[i] = (double)f->gradient[i];
    for (int64_t p = 0; p < layout->count; p++) {
        const rondo_parameter *part = &layout->parameters[p];
        int before_part = check_failures;
        double norm = 0;
        for (int64_t i = part->offset; i < part->offset + part->rows * part->columns; i++) {
            rondo_real before = f->parameters[i];
            f->parameters[i] = before + h;
            double above = loss_of(pass, f, batch);
            f->parameters[i] = before - h;
            double below = loss_of(pass, f, batch);
            f->parameters[i] = before;
            CHECK_NEAR(analytic[i], (above - below) / (2 * h), 1e-6);
            norm += fabs(analytic[i]);
        }
        CHECK(norm > 1e-4); /* every part takes part */
        if (check_failures > before_part) fprintf(stderr, "in %s\n", part->name);
    }
    free(analytic);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static void copied_states(void)
{
    static const char *const cells[][2] = {
        {"rnn", ""}, {"gru", ""}, {"gru", "reset_after=true"}, {"lstm", "peephole=true"}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        fixture_spec spec = small(cells[i][0], cells[i][1]);
        spec.layers = 1 + (int64_t)(i % 2);
        check_gradient(&spec);
        spec.context = RONDO_CONTEXT_EVERY_STEP;
        check_gradient(&spec);
    }
    fixture_spec both = small("lstm", ""); /* directions side by side */
    both.bidirectional = true;
    both.decoder_hidden = 8;
    check_gradient(&both);
}

static void projected_states(void)
{
    fixture_spec spec = small("lstm", "");
    spec.bridge = RONDO_BRIDGE_PROJECTION;
    spec.bidirectional = true;
    spec.layers = 2;
    spec.decoder_hidden = 3;
    check_gradient(&spec);
    spec.context = RONDO_CONTEXT_EVERY_STEP;
    spec.dropout = 0.3;
    check_gradient(&spec);
    spec.input_kind = RONDO_INPUT_ONE_HOT;
    spec.dropout = 0;
    check_gradient(&spec);
}

/* Output and cell of the encoder have two widths, and so have the decoder's. */
static void projected_outputs(void)
{
    fixture_spec spec = small("lstm", "projection=3");
    check_gradient(&spec);
    spec.context = RONDO_CONTEXT_EVERY_STEP;
    spec.attention = RONDO_ATTENTION_DOT;
    check_gradient(&spec);
    spec.bidirectional = true;
    spec.bridge = RONDO_BRIDGE_PROJECTION;
    spec.attention = RONDO_ATTENTION_GENERAL;
    check_gradient(&spec);
    spec.decoder_cell = "gru";
    check_gradient(&spec);
}

/* A decoder's state without a namesake comes from the encoder's output. */
static void another_cell(void)
{
    fixture_spec spec = small("gru", "");
    spec.bridge = RONDO_BRIDGE_PROJECTION;
    spec.decoder_cell = "lstm";
    check_gradient(&spec);
    spec = small("lstm", "");
    spec.decoder_cell = "gru";
    check_gradient(&spec);
}

static void attention_on_the_sources(void)
{
    fixture_spec spec = small("gru", "");
    spec.attention = RONDO_ATTENTION_DOT;
    check_gradient(&spec);
    spec.attention = RONDO_ATTENTION_GENERAL;
    check_gradient(&spec);
    spec = small("lstm", "");
    spec.attention = RONDO_ATTENTION_GENERAL;
    spec.bidirectional = true;
    spec.layers = 2;
    spec.decoder_hidden = 3;
    spec.dropout = 0.3;
    spec.bridge = RONDO_BRIDGE_PROJECTION;
    spec.context = RONDO_CONTEXT_EVERY_STEP;
    check_gradient(&spec);
}

static fixture_spec larger(void)
{
    fixture_spec spec = small("lstm", "");
    spec.bidirectional = true;
    spec.layers = 2;
    spec.hidden = 48;
    spec.decoder_hidden = 40;
    spec.embedding = 13;
    spec.dropout = 0.2;
    spec.bridge = RONDO_BRIDGE_PROJECTION;
    spec.context = RONDO_CONTEXT_EVERY_STEP;
    spec.attention = RONDO_ATTENTION_GENERAL;
    return spec;
}

static void threads_do_not_change_a_bit(void)
{
    static const int threads[] = {2, 3, 5};
    fixture_spec spec = larger();
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_pairs(f, ROWS, lengths, source_lengths, NULL);
    size_t bytes = (size_t)f->network->layout.size * sizeof(rondo_real);
    rondo_real *expected = malloc(bytes);
    for (int i = -1; i < 3; i++) {
        rondo_pass *pass = fixture_pass(f, batch, i < 0 ? 1 : threads[i]);
        memset(f->gradient, 0, bytes);
        CHECK(loss_of(pass, f, batch) > 0);
        if (i < 0) memcpy(expected, f->gradient, bytes);
        CHECK(memcmp(expected, f->gradient, bytes) == 0);
        rondo_pass_destroy(pass);
    }
    free(expected);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static void neighbours_do_not_change_a_pair(void)
{
    fixture_spec spec = larger();
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_pairs(f, ROWS, lengths, source_lengths, NULL);
    rondo_pass *pass = fixture_pass(f, batch, 2);
    rondo_score score = {0};
    size_t bytes = (size_t)f->network->output_width * sizeof(rondo_real);
    rondo_pass_evaluate(pass, batch, &score);
    for (int64_t s = 0; s < ROWS; s++) {
        rondo_batch *single = fixture_pairs(f, 1, &lengths[s], source_lengths, &s);
        rondo_pass *alone = fixture_pass(f, single, 1);
        score = (rondo_score){0};
        rondo_pass_evaluate(alone, single, &score);
        for (int64_t t = 0; t < lengths[s]; t++)
            CHECK(memcmp(rondo_pass_prediction(alone) + t * f->network->output_width,
                         rondo_pass_prediction(pass) +
                             (batch->offset[t] + s) * f->network->output_width,
                         bytes) == 0);
        rondo_pass_destroy(alone);
        fixture_batch_destroy(single);
    }
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

int main(void)
{
    RUN(copied_states);
    RUN(projected_states);
    RUN(projected_outputs);
    RUN(another_cell);
    RUN(attention_on_the_sources);
    RUN(threads_do_not_change_a_bit);
    RUN(neighbours_do_not_change_a_pair);
    return check_end();
}
