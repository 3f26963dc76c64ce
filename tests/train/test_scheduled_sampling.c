/* Scheduled sampling: the rates, what the decoder reads, and that whether a symbol is the model's
 * own, which one it is and what other places and updates draw know nothing of one another. */
#include <stdlib.h>

#include "check.h"
#include "support/fixture.h"
#include "train/scheduled_sampling.h"

enum { SOURCES = 7, SYMBOLS = 4, ROWS = 60, STEPS = 30, MANY = 20 };
static const int64_t source_lengths[SOURCES] = {3, 1, 5, 2, 5, 4, 1};
static const int64_t target_lengths[SOURCES] = {8, 8, 7, 5, 4, 4, 1};

static void rates(void)
{
    rondo_scheduled_sampling_config config = {
        .decay = RONDO_DECAY_LINEAR, .k = 1, .slope = 0.01, .minimum = 0.25};
    CHECK_NEAR(rondo_scheduled_sampling_rate(&config, 30), 0.7, 1e-12);
    CHECK_NEAR(rondo_scheduled_sampling_rate(&config, 90), 0.25, 1e-12);
    config = (rondo_scheduled_sampling_config){.decay = RONDO_DECAY_EXPONENTIAL, .k = 0.9};
    CHECK_NEAR(rondo_scheduled_sampling_rate(&config, 2), 0.81, 1e-12);
    config = (rondo_scheduled_sampling_config){.decay = RONDO_DECAY_INVERSE_SIGMOID, .k = 10};
    CHECK_NEAR(rondo_scheduled_sampling_rate(&config, 20), 10 / (10 + exp(2.0)), 1e-12);
    config.decay = RONDO_DECAY_NONE;
    CHECK_NEAR(rondo_scheduled_sampling_rate(&config, 20), 1, 0);
}

/* The inputs of update `step`, by so many threads. */
static void draw_with(const fixture *f, const rondo_scheduled_sampling_config *config, int threads,
                      int64_t step, rondo_batch *batch, int32_t *inputs)
{
    const rondo_pass_size size = {.rows = batch->rows,
                                  .steps = batch->steps,
                                  .tokens = batch->tokens,
                                  .threads = threads,
                                  .training = true,
                                  .source_rows = batch->source->rows,
                                  .source_steps = batch->source->steps,
                                  .source_tokens = batch->source->tokens};
    rondo_scheduled_sampling *sampling = NULL;
    rondo_error error = {0};
    rondo_batch copy = *batch;
    CHECK(!rondo_scheduled_sampling_create(f->network, config, &size, &sampling, &error));
    rondo_scheduled_sampling_apply(sampling, f->parameters, step, &copy);
    memcpy(inputs, copy.inputs, (size_t)batch->tokens * sizeof *inputs);
    rondo_scheduled_sampling_destroy(sampling);
}

/* At rate e whatever the update. */
static void draw(const fixture *f, double rate, int choice, int threads, int64_t step,
                 rondo_batch *batch, int32_t *inputs)
{
    const rondo_scheduled_sampling_config config = {
        .decay = RONDO_DECAY_LINEAR, .k = rate, .minimum = rate, .choice = choice};
    draw_with(f, &config, threads, step, batch, inputs);
}

/* At rate 0 the decoder lives on its own words, which are those that greedy search would find if it
 * could write every symbol. */
static void own_symbols(void)
{
    fixture *f = fixture_translator(1.2, SYMBOLS);
    rondo_batch *batch = fixture_pairs(f, SOURCES, target_lengths, source_lengths, NULL);
    int32_t *inputs = calloc((size_t)batch->tokens, sizeof *inputs);
    draw(f, 0, RONDO_CHOOSE_ARGMAX, 2, 1, batch, inputs);
    batch->inputs =
        memcpy((int32_t *)batch->inputs, inputs, (size_t)batch->tokens * sizeof *inputs);
    rondo_score score = {0};
    rondo_pass *pass = fixture_pass(f, batch, 1);
    rondo_pass_evaluate(pass, batch, &score);
    for (int64_t t = 1; t < batch->steps; t++)
        for (int64_t b = 0; b < batch->active[t]; b++) {
            const rondo_real *before =
                rondo_pass_prediction(pass) + (batch->offset[t - 1] + b) * SYMBOLS;
            int32_t best = 0;
            for (int32_t i = 1; i < SYMBOLS; i++)
                if (before[i] > before[best]) best = i;
            CHECK_INTEGER(inputs[batch->offset[t] + b], best);
        }
    rondo_pass_destroy(pass);
    free(inputs);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static void draws_are_functions_of_the_step(void)
{
    fixture *f = fixture_translator(1.2, SYMBOLS);
    rondo_batch *batch = fixture_pairs(f, SOURCES, target_lengths, source_lengths, NULL);
    size_t bytes = (size_t)batch->tokens * sizeof(int32_t);
    int32_t *once = malloc(bytes), *again = malloc(bytes);
    for (int choice = 0; choice < 2; choice++) {
        draw(f, 0.5, choice, 1, 4, batch, once);
        draw(f, 0.5, choice, 3, 4, batch, again);
        CHECK(memcmp(once, again, bytes) == 0);
        CHECK(memcmp(once, batch->inputs, bytes) != 0);
        draw(f, 0.5, choice, 1, 5, batch, again);
        CHECK(memcmp(once, again, bytes) != 0);
        CHECK(memcmp(once, batch->inputs, SOURCES * sizeof *once) == 0); /* the start symbols */
    }
    draw(f, 1, RONDO_CHOOSE_ARGMAX, 1, 4, batch, again);
    CHECK(memcmp(again, batch->inputs, bytes) == 0);
    free(once);
    free(again);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

/* --- independence --- */

/* Where the true symbols are all 0 and the model finds every symbol equally probable, a symbol that
 * is not 0 is one of its own. */
typedef struct choices {
    int64_t offset[STEPS + 1], tokens;
    int32_t inputs[ROWS * STEPS];
} choices;

static const double own_rate = 0.4;

static void choose(int64_t update, choices *out)
{
    static int64_t lengths[ROWS], sources[ROWS];
    for (int64_t row = 0; row < ROWS; row++) {
        lengths[row] = STEPS;
        sources[row] = 1 + row % 3;
    }
    fixture *f = fixture_translator(1.2, MANY);
    memset(f->parameters, 0, (size_t)f->network->layout.size * sizeof *f->parameters);
    rondo_batch *batch = fixture_pairs(f, ROWS, lengths, sources, NULL);
    memset((int32_t *)batch->inputs, 0, (size_t)batch->tokens * sizeof *batch->inputs);
    draw(f, 1 - own_rate, RONDO_CHOOSE_SAMPLE, 1, update, batch, out->inputs);
    memcpy(out->offset, batch->offset, sizeof out->offset);
    out->tokens = batch->tokens;
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

/* Every symbol equally often among the own ones: with the number that also said that they are own,
 * those of the first places would never be drawn. chi^2 of 18 degrees is above 50 once in 12,000
 * times. */
static void own_symbols_have_the_models_distribution(void)
{
    static choices c;
    int64_t counts[MANY] = {0};
    double drawn = 0, chi = 0;
    for (int64_t update = 1; update <= 5; update++) {
        choose(update, &c);
        for (int64_t i = ROWS; i < c.tokens; i++) {
            counts[c.inputs[i]]++;
            drawn++;
        }
    }
    double own = own_rate * drawn / MANY, n = drawn * own_rate * (MANY - 1) / MANY;
    for (int i = 1; i < MANY; i++)
        chi += ((double)counts[i] - own) * ((double)counts[i] - own) / own;
    CHECK(chi < 50);
    CHECK(fabs(drawn - (double)counts[0] - n) < 4.5 * sqrt(n * (1 - n / drawn)));
    for (int64_t i = 0; i < ROWS; i++)
        CHECK_INTEGER(c.inputs[i], 0); /* the start symbol is given */
}

/* Standard score of how often two places agree that they are own, or, where both are, on which. */
static void check_pairs(const choices *a, const choices *b, int64_t first, int64_t shift)
{
    double p = own_rate * (MANY - 1) / MANY, both = 0, equal = 0, n = 0;
    for (int64_t i = first; i + shift < a->tokens; i++, n++) {
        if (a->inputs[i] == 0 || b->inputs[i + shift] == 0) continue;
        both++;
        equal += a->inputs[i] == b->inputs[i + shift];
    }
    double q = 1.0 / (MANY - 1);
    CHECK(fabs(both - n * p * p) < 4.5 * sqrt(n * p * p * (1 - p * p)));
    CHECK(fabs(equal - both * q) < 4.5 * sqrt(both * q * (1 - q)));
}

/* Whether a place is own does not tell which symbol another has: of so many symbols as there are above 0, half are in
 * the upper half. */
static void check_choice_and_symbol(const choices *a, const choices *b, int64_t first,
                                    int64_t shift)
{
    double upper = 0, n = 0;
    for (int64_t i = first; i < a->tokens; i++) {
        int64_t other = i + shift;
        if (other < first || other >= a->tokens || a->inputs[i] == 0 || b->inputs[other] == 0)
            continue;
        n++;
        upper += a->inputs[i] > MANY / 2;
    }
    double p = (double)(MANY - 1 - MANY / 2) / (MANY - 1);
    CHECK(n > 100 && fabs(upper - n * p) < 4.5 * sqrt(n * p * (1 - p)));
}

static void places_and_updates_are_independent(void)
{
    static choices now, next;
    choose(7, &now);
    choose(8, &next);
    check_pairs(&now, &now, ROWS, 1);    /* the next row */
    check_pairs(&now, &now, ROWS, 2);    /* the row behind it */
    check_pairs(&now, &now, ROWS, ROWS); /* the next step */
    check_pairs(&now, &next, ROWS, 0);   /* the next update */
    check_pairs(&now, &next, ROWS, 1);
    for (int64_t shift = -3; shift <= 3; shift++) {
        if (shift != 0) check_choice_and_symbol(&now, &now, ROWS, shift);
        check_choice_and_symbol(&now, &next, ROWS, shift);
    }
    check_choice_and_symbol(&now, &now, ROWS, ROWS);
    check_choice_and_symbol(&now, &now, ROWS, -ROWS);
}

/* The share of own symbols is that of the update at hand: 1 - slope * update of the true ones are
 * left. */
static void the_rate_is_that_of_the_update(void)
{
    static const double slope = 0.1;
    static int64_t lengths[ROWS], sources[ROWS];
    static int32_t inputs[ROWS * STEPS];
    for (int64_t row = 0; row < ROWS; row++) {
        lengths[row] = STEPS;
        sources[row] = 2;
    }
    fixture *f = fixture_translator(1.2, MANY);
    memset(f->parameters, 0, (size_t)f->network->layout.size * sizeof *f->parameters);
    rondo_batch *batch = fixture_pairs(f, ROWS, lengths, sources, NULL);
    memset((int32_t *)batch->inputs, 0, (size_t)batch->tokens * sizeof *batch->inputs);
    for (int64_t update = 1; update < 9; update++) {
        const rondo_scheduled_sampling_config config = {
            .decay = RONDO_DECAY_LINEAR, .k = 1, .slope = slope, .choice = RONDO_CHOOSE_SAMPLE};
        draw_with(f, &config, 1, update, batch, inputs);
        double own = 0, n = (double)(batch->tokens - ROWS);
        for (int64_t i = ROWS; i < batch->tokens; i++)
            own += inputs[i] != 0;
        double p = slope * (double)update * (MANY - 1) / MANY;
        CHECK(fabs(own - n * p) < 4.5 * sqrt(n * p * (1 - p)));
    }
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

int main(void)
{
    RUN(rates);
    RUN(own_symbols);
    RUN(draws_are_functions_of_the_step);
    RUN(own_symbols_have_the_models_distribution);
    RUN(places_and_updates_are_independent);
    RUN(the_rate_is_that_of_the_update);
    return check_end();
}
