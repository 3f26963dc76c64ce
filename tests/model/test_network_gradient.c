/* Whole networks: the gradient of every parameter and of every starting state against central
 * differences, in double precision, to 1e-6. Ragged minibatches, odd sizes, all kinds of input. */
#include <stdlib.h>

#include "check.h"
#include "support/fixture.h"

static const int64_t ragged[] = {7, 5, 5, 3, 1};
static const int64_t single[] = {1};
static const int64_t full[] = {4, 4, 4};

enum { STEP = 5 }; /* of dropout: the same choice at every call */

static double loss_of(rondo_pass *pass, const fixture *f, const rondo_batch *batch)
{
    rondo_score score = {0};
    rondo_pass_load(pass, f->parameters);
    rondo_pass_train(pass, batch, STEP, f->gradient, &score);
    return score.loss;
}

static void check_derivative(const char *what, double analytic, double numeric)
{
    double scale = fmax(1.0, fmax(fabs(analytic), fabs(numeric)));
    check_count++;
    if (fabs(analytic - numeric) <= 1e-6 * scale) return;
    check_failures++;
    fprintf(stderr, "d loss / d %s is %.12g, by differences %.12g\n", what, analytic, numeric);
}

static void check_parameters(rondo_pass *pass, const fixture *f, const rondo_batch *batch)
{
    static const double h = 1e-5;
    const rondo_layout *layout = &f->network->layout;
    double *analytic = calloc((size_t)layout->size, sizeof *analytic);
    loss_of(pass, f, batch);
    for (int64_t i = 0; i < layout->trained_size; i++)
        analytic[i] = (double)f->gradient[i];
    for (int64_t p = 0; p < layout->trained_count; p++) {
        const rondo_parameter *part = &layout->parameters[p];
        for (int64_t i = part->offset; i < part->offset + part->rows * part->columns; i++) {
            rondo_real before = f->parameters[i];
            f->parameters[i] = before + h;
            double above = loss_of(pass, f, batch);
            f->parameters[i] = before - h;
            double below = loss_of(pass, f, batch);
            f->parameters[i] = before;
            check_derivative(part->name, analytic[i], (above - below) / (2 * h));
        }
    }
    free(analytic);
}

/* Starting states are given by carrying: the carried arrays are written, the batch set to carry. */
static double loss_from(rondo_pass *pass, const fixture *f, const rondo_batch *batch,
                        double *const *states)
{
    for (int64_t s = 0; s < rondo_pass_carried_count(pass); s++) {
        rondo_carried carried = rondo_pass_carried(pass, s);
        for (int64_t i = 0; i < carried.rows * carried.hidden; i++)
            carried.data[i] = states[s][i];
    }
    return loss_of(pass, f, batch);
}

static void check_states(rondo_pass *pass, const fixture *f, const rondo_batch *batch)
{
    static const double h = 1e-5;
    int64_t count = rondo_pass_carried_count(pass);
    double **states = calloc((size_t)count, sizeof *states);
    double **analytic = calloc((size_t)count, sizeof *analytic);
    for (int64_t s = 0; s < count; s++) {
        rondo_carried carried = rondo_pass_carried(pass, s);
        size_t size = (size_t)(carried.rows * carried.hidden);
        states[s] = calloc(size, sizeof(double));
        analytic[s] = calloc(size, sizeof(double));
        for (size_t i = 0; i < size; i++)
            states[s][i] = sin(1.7 * (double)i + (double)s);
    }
    loss_from(pass, f, batch, states);
    for (int64_t s = 0; s < count; s++) {
        rondo_carried carried = rondo_pass_carried(pass, s);
        for (int64_t i = 0; i < carried.rows * carried.hidden; i++)
            analytic[s][i] = (double)rondo_pass_initial_gradient(pass, s)[i];
    }
    for (int64_t s = 0; s < count; s++) {
        rondo_carried carried = rondo_pass_carried(pass, s);
        for (int64_t i = 0; i < carried.rows * carried.hidden; i++) {
            double before = states[s][i];
            states[s][i] = before + h;
            double above = loss_from(pass, f, batch, states);
            states[s][i] = before - h;
            double below = loss_from(pass, f, batch, states);
            states[s][i] = before;
            check_derivative(carried.name, analytic[s][i], (above - below) / (2 * h));
        }
    }
    for (int64_t s = 0; s < count; s++) {
        free(states[s]);
        free(analytic[s]);
    }
    free(states);
    free(analytic);
}

static void check_network(const fixture_spec *spec, int64_t rows, const int64_t *lengths)
{
    fixture *f = fixture_create(spec);
    rondo_batch *batch = fixture_batch(f, rows, lengths, NULL);
    rondo_pass *pass = fixture_pass(f, batch, 2);
    check_parameters(pass, f, batch);
    batch->carry = true;
    check_states(pass, f, batch);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    fixture_destroy(f);
}

static fixture_spec small(const char *cell, const char *options)
{
    return (fixture_spec){.cell = cell,
                          .options = options,
                          .loss = "softmax_cross_entropy",
                          .input_kind = RONDO_INPUT_VALUES,
                          .input_width = 3,
                          .output_width = 4,
                          .layers = 1,
                          .hidden = 5,
                          .initialization = RONDO_UNIFORM,
                          .scale = 0.7};
}

static void check_all_batches(const fixture_spec *spec)
{
    check_network(spec, 5, ragged);
    check_network(spec, 1, single);
    check_network(spec, 3, full);
}

static void every_cell_alone(void)
{
    static const char *const cells[][2] = {
        {"rnn", "activation=tanh"},     {"gru", ""},
        {"gru", "reset_after=true"},    {"lstm", ""},
        {"lstm", "peephole=true"},      {"lstm", "peephole=true,peephole_output=previous"},
        {"lstm", "coupled_gates=true"}, {"lstm", "coupled_gates=true,peephole=true"},
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        fixture_spec spec = small(cells[i][0], cells[i][1]);
        check_all_batches(&spec);
    }
}

static void bidirectional_and_deep(void)
{
    static const char *const cells[] = {"rnn", "gru", "lstm"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        fixture_spec spec = small(cells[i], "");
        spec.bidirectional = true;
        spec.layers = 2;
        spec.hidden = 3;
        check_all_batches(&spec);
    }
}

static void every_input_and_dropout(void)
{
    fixture_spec spec = small("lstm", "");
    spec.input_kind = RONDO_INPUT_EMBEDDING;
    spec.input_width = 6;
    spec.embedding = 4;
    spec.layers = 2;
    spec.dropout = 0.4;
    check_all_batches(&spec);
    spec.bidirectional = true;
    check_network(&spec, 5, ragged);
    spec.input_kind = RONDO_INPUT_ONE_HOT;
    check_all_batches(&spec);
}

/* The embedding's gradient is the sum of both of its uses; without a bias the readout has no
 * parameter of its own. */
static void tied_and_frozen(void)
{
    fixture_spec spec = small("lstm", "");
    spec.input_kind = RONDO_INPUT_EMBEDDING;
    spec.input_width = spec.output_width = 6;
    spec.embedding = spec.hidden = 5;
    spec.layers = 2;
    spec.dropout = 0.3;
    spec.tied = true;
    check_all_batches(&spec);
    spec.input_width = 8; /* symbols that are read, but never predicted */
    check_all_batches(&spec);
    fixture *tied = fixture_create(&spec);
    spec.tied = false;
    fixture *untied = fixture_create(&spec);
    CHECK_INTEGER(untied->network->layout.trainable - tied->network->layout.trainable, 5 * 6);
    CHECK_INTEGER(rondo_layout_find(&tied->network->layout, "readout/weights"), -1);
    fixture_destroy(tied);
    fixture_destroy(untied);
    spec.frozen = true;
    check_all_batches(&spec);
    fixture *frozen = fixture_create(&spec);
    const rondo_layout *layout = &frozen->network->layout;
    CHECK_INTEGER(layout->trained_count, layout->count - 1);
    CHECK_TEXT(layout->parameters[layout->trained_count].name, "embedding/weights");
    CHECK_INTEGER(layout->parameters[layout->trained_count].offset, layout->trained_size);
    fixture_destroy(frozen);
}

/* Embeddings side by side, and inputs that become unknown by chance. */
static void features_and_unknown_symbols(void)
{
    fixture_spec spec = small("lstm", "");
    spec.input_kind = RONDO_INPUT_EMBEDDING;
    spec.input_width = 6;
    spec.embedding = 4;
    spec.features = 2;
    spec.feature_embedding = 3;
    spec.bidirectional = true;
    check_all_batches(&spec);
    spec.dropout = 0.3;
    spec.unknown_rate = 0.5;
    check_network(&spec, 5, ragged);
    spec.frozen = true;
    check_network(&spec, 5, ragged);
    spec.frozen = false;
    spec.features = 0;
    spec.input_kind = RONDO_INPUT_ONE_HOT;
    check_network(&spec, 5, ragged);
}

static void every_loss(void)
{
    static const char *const losses[] = {"mean_squared_error", "sigmoid_cross_entropy"};
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        fixture_spec spec = small("gru", "");
        spec.loss = losses[i];
        check_all_batches(&spec);
    }
}

/* Ragged rows, one prediction each: of all outputs, of both directions, behind dropout. */
static void every_pooling(void)
{
    static const int poolings[] = {RONDO_POOLING_LAST, RONDO_POOLING_MEAN, RONDO_POOLING_MAX};
    for (size_t i = 0; i < sizeof poolings / sizeof *poolings; i++)
        for (int bidirectional = 0; bidirectional < 2; bidirectional++) {
            fixture_spec spec = small(bidirectional ? "lstm" : "gru", "");
            spec.pooling = poolings[i];
            spec.bidirectional = bidirectional;
            spec.layers = 2;
            spec.hidden = 3;
            spec.dropout = bidirectional ? 0.3 : 0;
            check_all_batches(&spec);
            spec.loss = "mean_squared_error";
            spec.layers = 1;
            check_network(&spec, 5, ragged);
        }
}

int main(void)
{
    RUN(every_cell_alone);
    RUN(bidirectional_and_deep);
    RUN(every_input_and_dropout);
    RUN(tied_and_frozen);
    RUN(features_and_unknown_symbols);
    RUN(every_loss);
    RUN(every_pooling);
    return check_end();
}
