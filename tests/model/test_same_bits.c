/* The thread count never changes the answer, nor do a row's neighbours: same bytes for 1, 2, 3, 5
 * and 8 threads, and for a sequence alone, in a minibatch, or in another place of it. */
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "model/member.h"
#include "support/fixture.h"

#ifndef TEST_PRECISION
#define TEST_PRECISION RONDO_CHOOSE_FLOAT32
#endif
enum { TEST_SKIPPED = 77 };

static const int64_t ragged[] = {23, 23, 20, 19, 19, 12, 11, 8, 8, 3, 2, 1, 1};
enum { ROWS = sizeof ragged / sizeof *ragged };

/* Sizes that lead to teams of one (not whole panels) and of several members. */
static const int64_t hiddens[] = {37, 96};

static fixture_spec spec_of(const char *cell, const char *options, bool bidirectional,
                            int64_t hidden)
{
    return (fixture_spec){.cell = cell,
                          .options = options,
                          .loss = "softmax_cross_entropy",
                          .precision = TEST_PRECISION,
                          .input_kind = RONDO_INPUT_EMBEDDING,
                          .input_width = 30,
                          .embedding = 13,
                          .output_width = 30,
                          .layers = 2,
                          .hidden = hidden,
                          .bidirectional = bidirectional,
                          .dropout = 0.3,
                          .initialization = RONDO_UNIFORM,
                          .scale = 0.3};
}

/* Everything that a layer can do besides its cell. */
static void regularise(fixture_spec *spec)
{
    spec->dropout_kind = RONDO_DROP_SEQUENCES;
    spec->recurrent_dropout = 0.2;
    spec->zoneout[0] = 0.1;
    spec->zoneout[1] = 0.2;
    spec->layer_norm = spec->residual = true;
}

/* As if threads had been seen to be so fast. */
typedef enum thread_speeds { ALIKE, EVERY_SECOND_SLOW, LATER_HALF_SLOWER, PACES } thread_speeds;

static void set_paces(rondo_pass *pass, int threads, thread_speeds which)
{
    for (int i = 0; i < threads; i++) {
        double seconds = 1;
        if (which == EVERY_SECOND_SLOW && i % 2 == 1) seconds = 3;
        if (which == LATER_HALF_SLOWER && 2 * i >= threads) seconds = 1.2;
        rondo_thread_speed_add(&pass->teams->thread_speeds[i], 1, seconds);
    }
}

static void train_once(const fixture *f, const rondo_batch *batch, int threads, thread_speeds which,
                       rondo_score *score)
{
    rondo_pass *pass = fixture_pass(f, batch, threads);
    set_paces(pass, threads, which);
    *score = (rondo_score){0};
    rondo_pass_train(pass, batch, 9, f->gradient, score);
    rondo_pass_destroy(pass);
}

static void check_threads_of(const fixture_spec *spec, int64_t rows, const int64_t *lengths)
{
    static const int threads[] = {2, 3, 5, 8};
    fixture *f = fixture_create(spec);
    rondo_batch *batch = fixture_batch(f, rows, lengths, NULL);
    size_t bytes = (size_t)f->network->layout.size * sizeof(rondo_real);
    rondo_real *expected = malloc(bytes);
    rondo_score first, score;
    train_once(f, batch, 1, ALIKE, &first);
    memcpy(expected, f->gradient, bytes);
    CHECK(first.loss > 0);
    for (size_t i = 0; i < PACES * (sizeof threads / sizeof *threads); i++) {
        memset(f->gradient, 0, bytes);
        train_once(f, batch, threads[i / PACES], (thread_speeds)(i % PACES), &score);
        CHECK(memcmp(expected, f->gradient, bytes) == 0);
        CHECK(memcmp(&first, &score, sizeof score) == 0);
    }
    free(expected);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static void check_threads(const fixture_spec *spec)
{
    check_threads_of(spec, ROWS, ragged);
}

/* So many rows that some are taken alone and the rest together (threads/partition.h), and so many
 * tokens that weight gradients are halved (threads/split_k.h), and that one thread takes them in long pieces
 * (model/weight_gradient.c); of one length or of falling lengths. */
static void check_many_rows(bool falling)
{
    enum { MANY = 23, STEPS = 31, UNITS = 192 };
    static const char *const cells[] = {"gru", "lstm"};
    int64_t lengths[MANY];
    for (int i = 0; i < MANY; i++)
        lengths[i] = falling ? STEPS - i * STEPS / MANY : STEPS;
    for (int i = 0; i < 2; i++)
        for (int bidirectional = 0; bidirectional < 2; bidirectional++)
            for (int regular = 0; regular < 2; regular++) {
                fixture_spec spec = spec_of(cells[i], "", bidirectional, UNITS);
                if (regular) regularise(&spec);
                check_threads_of(&spec, MANY, lengths);
            }
}

static void threads_do_not_change_gradients_of_many_rows(void)
{
    check_many_rows(false);
    check_many_rows(true);
}

static void threads_do_not_change_gradients(void)
{
    static const char *const cells[][2] = {{"rnn", ""},
                                           {"gru", ""},
                                           {"gru", "reset_after=true"},
                                           {"lstm", ""},
                                           {"lstm", "peephole=true"},
                                           {"leaky_rate", "noise=0.3"}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        for (int bidirectional = 0; bidirectional < 2; bidirectional++)
            for (int h = 0; h < 2; h++) {
                fixture_spec spec = spec_of(cells[i][0], cells[i][1], bidirectional, hiddens[h]);
                check_threads(&spec);
            }
}

static void threads_do_not_change_features(void)
{
    fixture_spec spec = spec_of("gru", "", true, hiddens[0]);
    spec.features = 3;
    spec.feature_embedding = 41;
    spec.unknown_rate = 0.3;
    check_threads(&spec);
    spec.features = 0;
    spec.input_kind = RONDO_INPUT_ONE_HOT;
    check_threads(&spec);
}

static void threads_do_not_change_input_noise(void)
{
    fixture_spec spec = spec_of("lstm", "", true, hiddens[0]);
    spec.input_noise = 0.5;
    check_threads(&spec);
    spec.input_kind = RONDO_INPUT_VALUES;
    spec.dropout = 0;
    check_threads(&spec);
}

static void threads_do_not_change_regularised_gradients(void)
{
    static const char *const cells[] = {"gru", "lstm"};
    for (int i = 0; i < 2; i++) {
        fixture_spec spec = spec_of(cells[i], "", i == 0, hiddens[i]);
        regularise(&spec);
        check_threads(&spec);
    }
}

/* Outputs of whole panels, of more than the cell has, and of no whole panels. */
static void threads_do_not_change_projected_gradients(void)
{
    static const char *const options[] = {"projection=64", "projection=192,peephole=true",
                                          "projection=17"};
    for (int i = 0; i < 3; i++)
        for (int bidirectional = 0; bidirectional < 2; bidirectional++) {
            fixture_spec spec = spec_of("lstm", options[i], bidirectional, hiddens[1]);
            check_threads(&spec);
            regularise(&spec);
            check_threads(&spec);
        }
}

static void threads_do_not_change_different_directions(void)
{
    fixture_spec spec = spec_of("lstm", "", true, hiddens[1]);
    spec.backward_cell = "gru";
    spec.backward_options = "";
    spec.backward_hidden = 48;
    regularise(&spec);
    check_threads(&spec);
}

/* How directions are dealt to threads is each layer's own matter. */
static void threads_do_not_change_layers_of_one_and_two_ways(void)
{
    enum { MOST = 48, STEPS = 6 };
    int64_t lengths[MOST];
    fixture_spec spec = spec_of("lstm", "", true, 256);
    spec.one_way_layers = 1;
    for (int i = 0; i < MOST; i++)
        lengths[i] = STEPS;
    for (int64_t rows = MOST; rows >= 30; rows -= 6)
        check_threads_of(&spec, rows, lengths);
}

/* Runs of gates with and without input weights and biases; no product to meet for; whole rows. */
static void threads_do_not_change_cells_without_some_products(void)
{
    static const char *const cells[][2] = {{"lstm_full_gate_recurrence", ""},
                                           {"min_gru", ""},
                                           {"sru", ""},
                                           {"sru", "projection=false"}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        fixture_spec spec = spec_of(cells[i][0], cells[i][1], false, hiddens[i % 2]);
        if (cells[i][1][0]) spec.embedding = spec.hidden;
        check_threads(&spec);
        regularise(&spec);
        spec.residual = false;
        check_threads(&spec);
    }
}

/* Gates and a state with fewer values than units: dense and one-hot input, and so many rows that weight
 * gradients are halved. */
static void threads_do_not_change_groups_of_units(void)
{
    enum { MANY = 23, STEPS = 29 };
    static const char *const cells[][2] = {{"ordered_neurons_lstm", "chunk=8"},
                                           {"scrn", "context_group=3"}};
    int64_t steps[MANY];
    for (int i = 0; i < MANY; i++)
        steps[i] = STEPS - i * STEPS / MANY;
    for (int i = 0; i < 2; i++)
        for (int bidirectional = 0; bidirectional < 2; bidirectional++) {
            fixture_spec spec = spec_of(cells[i][0], cells[i][1], bidirectional, hiddens[1]);
            check_threads(&spec);
            check_threads_of(&spec, MANY, steps);
            regularise(&spec);
            spec.input_kind = RONDO_INPUT_ONE_HOT;
            spec.embedding = 0;
            check_threads(&spec);
        }
}

static const int poolings[] = {RONDO_POOLING_LAST, RONDO_POOLING_MEAN, RONDO_POOLING_MAX};
enum { POOLINGS = sizeof poolings / sizeof *poolings };

static void threads_do_not_change_pooling(void)
{
    for (int p = 0; p < POOLINGS; p++)
        for (int bidirectional = 0; bidirectional < 2; bidirectional++) {
            fixture_spec spec = spec_of("gru", "", bidirectional, hiddens[(p + bidirectional) % 2]);
            spec.pooling = poolings[p];
            check_threads(&spec);
        }
}

/* Predictions of one sequence, step by step or, with pooling, the one, from an evaluated minibatch.
 */
static void take_row(const rondo_pass *pass, const rondo_batch *batch, int64_t width, bool pooled,
                     int64_t row, rondo_real *out)
{
    int64_t steps = pooled ? 1 : batch->steps;
    for (int64_t t = 0; t < steps && batch->active[t] > row; t++)
        memcpy(out + t * width, rondo_pass_prediction(pass) + (batch->offset[t] + row) * width,
               (size_t)width * sizeof(rondo_real));
}

static void evaluate_row(const fixture *f, const rondo_batch *batch, int64_t row, int threads,
                         rondo_real *out)
{
    rondo_score score = {0};
    rondo_pass *pass = fixture_pass(f, batch, threads);
    rondo_pass_evaluate(pass, batch, &score);
    take_row(pass, batch, f->network->output_width, f->network->pooling != RONDO_POOLING_NONE, row,
             out);
    rondo_pass_destroy(pass);
}

/* Sequence `s` has the length of row s of `ragged`; here it is evaluated alone. */
static void check_alone(const fixture *f, const rondo_batch *together, int64_t s)
{
    size_t bytes = (size_t)(ragged[s] * f->network->output_width) * sizeof(rondo_real);
    rondo_real *in_batch = calloc(1, bytes), *alone = calloc(1, bytes);
    rondo_batch *single = fixture_batch(f, 1, &ragged[s], &s);
    evaluate_row(f, together, s, 2, in_batch);
    evaluate_row(f, single, 0, 1, alone);
    CHECK(memcmp(in_batch, alone, bytes) == 0);
    fixture_batch_destroy(single);
    free(in_batch);
    free(alone);
}

static void neighbours_do_not_change_a_row(void)
{
    static const char *const cells[] = {"rnn", "gru", "lstm"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        for (int bidirectional = 0; bidirectional < 2; bidirectional++) {
            fixture_spec spec = spec_of(cells[i], "", bidirectional, hiddens[i % 2]);
            fixture *f = fixture_create(&spec);
            rondo_batch *together = fixture_batch(f, ROWS, ragged, NULL);
            for (int64_t s = 0; s < ROWS; s++)
                check_alone(f, together, s);
            fixture_batch_destroy(together);
            fixture_destroy(f);
        }
}

static void neighbours_do_not_change_pooling(void)
{
    for (int p = 0; p < POOLINGS; p++) {
        fixture_spec spec = spec_of("lstm", "", true, hiddens[p % 2]);
        spec.pooling = poolings[p];
        fixture *f = fixture_create(&spec);
        rondo_batch *together = fixture_batch(f, ROWS, ragged, NULL);
        for (int64_t s = 0; s < ROWS; s++)
            check_alone(f, together, s);
        fixture_batch_destroy(together);
        fixture_destroy(f);
    }
}

static void neighbours_do_not_change_a_regularised_row(void)
{
    fixture_spec spec = spec_of("lstm", "", true, hiddens[0]);
    spec.backward_cell = "gru";
    spec.backward_options = "";
    spec.backward_hidden = 17;
    regularise(&spec);
    fixture *f = fixture_create(&spec);
    rondo_batch *together = fixture_batch(f, ROWS, ragged, NULL);
    for (int64_t s = 0; s < ROWS; s++)
        check_alone(f, together, s);
    fixture_batch_destroy(together);
    fixture_destroy(f);
}

/* Two sequences of one length change places: each keeps its bytes. */
static void places_do_not_change_a_row(void)
{
    static const int64_t swapped[] = {1, 0, 2, 4, 3, 5, 6, 8, 7, 9, 10, 12, 11};
    fixture_spec spec = spec_of("lstm", "", true, hiddens[1]);
    fixture *f = fixture_create(&spec);
    rondo_batch *one = fixture_batch(f, ROWS, ragged, NULL);
    rondo_batch *other = fixture_batch(f, ROWS, ragged, swapped);
    size_t bytes = (size_t)(ragged[0] * f->network->output_width) * sizeof(rondo_real);
    rondo_real *a = calloc(1, bytes), *b = calloc(1, bytes);
    for (int64_t row = 0; row < ROWS; row++) {
        size_t used = (size_t)(ragged[row] * f->network->output_width) * sizeof(rondo_real);
        evaluate_row(f, one, swapped[row], 1, a);
        evaluate_row(f, other, row, 3, b);
        CHECK(memcmp(a, b, used) == 0);
    }
    free(a);
    free(b);
    fixture_batch_destroy(one);
    fixture_batch_destroy(other);
    fixture_destroy(f);
}

/* A vocabulary so large that predictions are worked off in blocks: the bits of doing all at once.
 */
static void blocks_do_not_change_gradients(void)
{
    enum { SEQUENCES = 40, STEPS = 21, SYMBOLS = 20000 };
    int64_t lengths[SEQUENCES];
    fixture_spec spec = spec_of("rnn", "", false, 9);
    spec.output_width = SYMBOLS;
    for (int i = 0; i < SEQUENCES; i++)
        lengths[i] = STEPS;
    fixture *f = fixture_create(&spec);
    rondo_batch *batch = fixture_batch(f, SEQUENCES, lengths, NULL);
    size_t bytes = (size_t)f->network->layout.size * sizeof(rondo_real);
    rondo_real *expected = malloc(bytes);
    rondo_score whole, blocks = {0};
    train_once(f, batch, 2, ALIKE, &whole);
    memcpy(expected, f->gradient, bytes);
    memset(f->gradient, 0, bytes);
    rondo_pass_size size = {.rows = batch->rows,
                            .steps = batch->steps,
                            .tokens = batch->tokens,
                            .threads = 2,
                            .training = true};
    rondo_pass *pass = NULL;
    rondo_error error = {0};
    size_t large = 0, small = 0;
    CHECK(!rondo_pass_create(f->network, &size, &pass, &error));
    rondo_pass_load(pass, f->parameters);
    rondo_pass_train(pass, batch, 9, f->gradient, &blocks);
    CHECK(memcmp(expected, f->gradient, bytes) == 0);
    CHECK(memcmp(&whole, &blocks, sizeof whole) == 0);
    CHECK(!rondo_pass_bytes(f->network, &size, &small, &error));
    size.predictions = true;
    CHECK(!rondo_pass_bytes(f->network, &size, &large, &error));
    CHECK(large - small > sizeof(rondo_real) * 300 * SYMBOLS);
    rondo_pass_destroy(pass);
    free(expected);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

/* The gradient of a minibatch is the sum of those of parts of its rows: `each` rows of as many lengths. */
static void check_parts(const fixture_spec *spec, int64_t each, const int64_t *lengths)
{
    enum { PARTS = 4, MOST = 16 };
    int64_t all_lengths[PARTS * MOST], order[PARTS * MOST], all = PARTS * each;
    fixture *f = fixture_create(spec);
    size_t size = (size_t)f->network->layout.trained_size;
    double *sum = calloc(size, sizeof *sum), largest = 0, furthest = 0;
    rondo_score score;
    for (int64_t i = 0; i < all; i++) {
        all_lengths[i] = lengths[i / PARTS];
        order[i] = i;
    }
    for (int64_t part = 0; part <= PARTS; part++) { /* the last is all */
        bool is_all = part == PARTS;
        int64_t sequences[MOST];
        for (int64_t i = 0; i < each; i++)
            sequences[i] = PARTS * i + part;
        rondo_batch *batch = is_all ? fixture_batch(f, all, all_lengths, order)
                                    : fixture_batch(f, each, lengths, sequences);
        train_once(f, batch, 1, ALIKE, &score);
        for (size_t i = 0; i < size; i++)
            sum[i] += is_all ? -(double)f->gradient[i] : (double)f->gradient[i];
        fixture_batch_destroy(batch);
    }
    for (size_t i = 0; i < size; i++) {
        largest = fmax(largest, fabs((double)f->gradient[i]));
        furthest = fmax(furthest, fabs(sum[i]));
    }
    CHECK(largest > 0 && furthest < 1e-5 * largest);
    free(sum);
    fixture_destroy(f);
}

/* Rows that are together more tokens than a block of depths, and alone fewer. */
static void gradients_of_parts_add_up(void)
{
    enum { EACH = 10 };
    static const char *const cells[][2] = {
        {"lstm", ""}, {"gru", "reset_after=true"}, {"gru", ""}, {"qrnn", ""}};
    int64_t lengths[EACH];
    for (int i = 0; i < EACH; i++)
        lengths[i] = 21;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        for (int bidirectional = 0; bidirectional < 2; bidirectional++) {
            fixture_spec spec = spec_of(cells[i][0], cells[i][1], bidirectional, hiddens[1]);
            spec.dropout = 0;
            check_parts(&spec, EACH, lengths);
        }
}

/* So many steps that weight gradients are made in blocks of them (model/step_block.h): products, biases that
 * these sum and others, unit parameters, the input's gradient; of one length or of falling ones. */
static fixture_spec long_spec(const char *cell, const char *options)
{
    fixture_spec spec = spec_of(cell, options, false, 60);
    spec.dropout = 0;
    spec.embedding = spec.hidden;
    spec.pooling = RONDO_POOLING_MEAN;
    return spec;
}

static void fill_long(int64_t rows, bool falling, int64_t *lengths)
{
    enum { STEPS = 450 };
    for (int64_t i = 0; i < rows; i++)
        lengths[i] = falling ? STEPS - i * STEPS / (2 * rows) : STEPS;
}

static void threads_do_not_change_gradients_of_long_sequences(void)
{
    enum { MANY = 48 };
    int64_t lengths[MANY];
    fixture_spec lstm = long_spec("lstm", "peephole=true"), sru = long_spec("sru", "");
    fill_long(MANY, false, lengths);
    check_threads_of(&lstm, MANY, lengths);
    fill_long(MANY, true, lengths);
    check_threads_of(&sru, MANY, lengths);
}

/* Parts are so small that they have no blocks. */
static void gradients_of_parts_of_long_sequences_add_up(void)
{
    enum { EACH = 12 };
    static const char *const cells[][2] = {{"lstm", "peephole=true"},
                                           {"gru", "reset_after=true"},
                                           {"independent_rnn", ""},
                                           {"sru", "projection=false"},
                                           {"qrnn", ""}};
    int64_t lengths[EACH];
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        for (int falling = 0; falling < 2; falling++) {
            const fixture_spec spec = long_spec(cells[i][0], cells[i][1]);
            fill_long(EACH, falling, lengths);
            check_parts(&spec, EACH, lengths);
        }
}

int main(void)
{
    if (TEST_PRECISION == RONDO_CHOOSE_BFLOAT16 && rondo_precision_lacks(RONDO_BFLOAT16)) {
        printf("skipped: it takes %s\n", rondo_precision_lacks(RONDO_BFLOAT16));
        return TEST_SKIPPED;
    }
    RUN(threads_do_not_change_gradients);
    RUN(threads_do_not_change_gradients_of_many_rows);
    RUN(threads_do_not_change_cells_without_some_products);
    RUN(threads_do_not_change_groups_of_units);
    RUN(threads_do_not_change_gradients_of_long_sequences);
    RUN(threads_do_not_change_pooling);
    RUN(threads_do_not_change_features);
    RUN(threads_do_not_change_input_noise);
    RUN(threads_do_not_change_regularised_gradients);
    RUN(threads_do_not_change_projected_gradients);
    RUN(threads_do_not_change_different_directions);
    RUN(threads_do_not_change_layers_of_one_and_two_ways);
    RUN(neighbours_do_not_change_a_row);
    RUN(neighbours_do_not_change_pooling);
    RUN(neighbours_do_not_change_a_regularised_row);
    RUN(places_do_not_change_a_row);
    RUN(blocks_do_not_change_gradients);
    RUN(gradients_of_parts_add_up);
    RUN(gradients_of_parts_of_long_sequences_add_up);
    return check_end();
}
