/* What residual connections and layer norm are for: many layers that learn what as many plain ones
 * do not, in the same number of updates from the same start. */
#include <math.h>

#include "check.h"
#include "support/fixture.h"

enum { ROWS = 8, STEPS = 6, LAYERS = 16, UPDATES = 80 };

/* Descent along the gradient, each step of the same length. */
static void update(const fixture *f, double length)
{
    double square = 0;
    for (int64_t i = 0; i < f->network->layout.size; i++)
        square += (double)f->gradient[i] * (double)f->gradient[i];
    rondo_real factor = (rondo_real)(length / sqrt(square));
    for (int64_t i = 0; i < f->network->layout.size; i++)
        f->parameters[i] -= factor * f->gradient[i];
}

/* Loss of a token after the updates, all on one minibatch of random inputs and targets. */
static double loss_after(const fixture_spec *spec, int updates)
{
    static const int64_t lengths[ROWS] = {STEPS, STEPS, STEPS, STEPS, STEPS, STEPS, STEPS, STEPS};
    fixture *f = fixture_create(spec);
    rondo_batch *batch = fixture_batch(f, ROWS, lengths, NULL);
    rondo_pass *pass = fixture_pass(f, batch, 1);
    rondo_score score = {0};
    for (int i = 0; i < updates; i++) {
        rondo_pass_train(pass, batch, i + 1, f->gradient, &score);
        update(f, 0.2);
        rondo_pass_load(pass, f->parameters);
    }
    score = (rondo_score){0};
    rondo_pass_evaluate(pass, batch, &score);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
    return score.loss / score.weight;
}

static void residual_layers_learn_where_plain_ones_do_not(void)
{
    static const char *const cells[] = {"rnn", "lstm"};
    for (int i = 0; i < 2; i++) {
        fixture_spec spec = {.cell = cells[i],
                             .options = "",
                             .loss = "softmax_cross_entropy",
                             .input_kind = RONDO_INPUT_VALUES,
                             .input_width = 12,
                             .output_width = 5,
                             .layers = LAYERS,
                             .hidden = 12,
                             .initialization = RONDO_GLOROT_UNIFORM};
        double plain = loss_after(&spec, UPDATES);
        spec.residual = true;
        double residual = loss_after(&spec, UPDATES);
        spec.layer_norm = true;
        double normed = loss_after(&spec, UPDATES);
        CHECK(residual < 0.7 * plain);
        CHECK(normed < 0.7 * plain);
        if (check_failures)
            fprintf(stderr, "%s: plain %g, residual %g, with layer norm %g\n", cells[i], plain,
                    residual, normed);
    }
}

int main(void)
{
    RUN(residual_layers_learn_where_plain_ones_do_not);
    return check_end();
}
