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

/* The gradients of a pass on two threads; differences of losses on one, which waits for nobody. */
typedef struct passes {
    rondo_pass *two, *one;
} passes;

static void check_parameters(const passes *on, const fixture *f, const rondo_batch *batch)
{
    static const double h = 1e-5;
    const rondo_layout *layout = &f->network->layout;
    double *analytic = calloc((size_t)layout->size, sizeof *analytic);
    loss_of(on->two, f, batch);
    for (int64_t i = 0; i < layout->trained_size; i++)
        analytic[i] = (double)f->gradient[i];
    for (int64_t p = 0; p < layout->trained_count; p++) {
        const rondo_parameter *part = &layout->parameters[p];
        for (int64_t i = part->offset; i < part->offset + part->rows * part->columns; i++) {
            rondo_real before = f->parameters[i];
            f->parameters[i] = before + h;
            double above = loss_of(on->one, f, batch);
            f->parameters[i] = before - h;
            double below = loss_of(on->one, f, batch);
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

static void check_states(const passes *on, const fixture *f, const rondo_batch *batch)
{
    static const double h = 1e-5;
    int64_t count = rondo_pass_carried_count(on->two);
    double **states = calloc((size_t)count, sizeof *states);
    double **analytic = calloc((size_t)count, sizeof *analytic);
    for (int64_t s = 0; s < count; s++) {
        rondo_carried carried = rondo_pass_carried(on->two, s);
        size_t size = (size_t)(carried.rows * carried.hidden);
        states[s] = calloc(size, sizeof(double));
        analytic[s] = calloc(size, sizeof(double));
        /* A cell divides by its normalizer, a sum of what is positive. */
        double middle = strstr(carried.name, "/normalizer") ? 1.5 : 0;
        for (size_t i = 0; i < size; i++)
            states[s][i] = middle + sin(1.7 * (double)i + (double)s);
    }
    loss_from(on->two, f, batch, states);
    for (int64_t s = 0; s < count; s++) {
        rondo_carried carried = rondo_pass_carried(on->two, s);
        for (int64_t i = 0; i < carried.rows * carried.hidden; i++)
            analytic[s][i] = (double)rondo_pass_initial_gradient(on->two, s)[i];
    }
    for (int64_t s = 0; s < count; s++) {
        rondo_carried carried = rondo_pass_carried(on->two, s);
        for (int64_t i = 0; i < carried.rows * carried.hidden; i++) {
            double before = states[s][i];
            states[s][i] = before + h;
            double above = loss_from(on->one, f, batch, states);
            states[s][i] = before - h;
            double below = loss_from(on->one, f, batch, states);
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

/* Gains and biases of layer norms start at 1 and 0, where much that is wrong would not show. */
static void move_norms(const fixture *f)
{
    for (int64_t p = 0; p < f->network->layout.count; p++) {
        const rondo_parameter *part = &f->network->layout.parameters[p];
        if (part->role != RONDO_ROLE_ONES && part->role != RONDO_ROLE_ZEROS) continue;
        for (int64_t j = 0; j < part->columns; j++)
            f->parameters[part->offset + j] += (rondo_real)(0.4 * sin(1.3 * (double)(j + p)));
    }
}

static void check_network(const fixture_spec *spec, int64_t rows, const int64_t *lengths)
{
    fixture *f = fixture_create(spec);
    move_norms(f);
    rondo_batch *batch = fixture_batch(f, rows, lengths, NULL);
    passes on = {fixture_pass(f, batch, 2), fixture_pass(f, batch, 1)};
    check_parameters(&on, f, batch);
    batch->carry = true;
    check_states(&on, f, batch);
    rondo_pass_destroy(on.two);
    rondo_pass_destroy(on.one);
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
        {"rnn", "activation=tanh"},
        {"gru", ""},
        {"gru", "reset_after=true"},
        {"lstm", ""},
        {"lstm", "peephole=true"},
        {"lstm", "peephole=true,peephole_output=previous"},
        {"lstm", "coupled_gates=true"},
        {"lstm", "coupled_gates=true,peephole=true"},
        {"lstm", "without=input_gate,peephole=true"},
        {"lstm", "without=forget_gate,peephole=true"},
        {"lstm", "without=output_gate,peephole=true"},
        {"lstm", "without=input_activation"},
        {"lstm", "without=output_activation,peephole=true"},
        {"lstm", "projection=3"},
        {"lstm", "projection=8,peephole=true"},
        {"lstm", "projection=1,coupled_gates=true"},
        {"gru_simplified", ""},
        {"minimal_gated_unit", ""},
        {"mut3", ""},
        {"multiplicative_lstm", ""},
        {"lstm_full_gate_recurrence", ""},
        {"min_gru", ""},
        {"independent_rnn", "activation=tanh"},
        {"sru", ""},
        {"antisymmetric_rnn", "step=0.6,gamma=0.2"},
        {"antisymmetric_rnn", "gated=true,step=0.6,gamma=0.2"},
        {"leaky_rate", "dale=true,excitatory=0.6"},
        {"leaky_rate", "noise=0.4,activation=tanh"},
        {"orthogonal_rnn", "negative=0.3"},
        {"echo_state", "leak=0.6"},
        {"layer_norm_lstm", ""},
        {"layer_norm_gru", ""},
        {"janet", ""},
        {"slstm", ""},
        {"slstm", "forget_gate=exponential"},
        {"slstm", "heads=2"},
        {"min_lstm", ""},
        {"min_lstm", "normalized=false"},
        {"qrnn", ""},
        {"qrnn", "pooling=f"},
        {"qrnn", "pooling=ifo"},
        {"li_gru", "activation=tanh"},
        {"phased_lstm", "leak=0.1,ratio=0.5,longest_period=10"},
        {"lem", ""},
        {"co_rnn", ""},
        {"hard_sigmoid_lstm", ""},
        {"multiplicative_integration_lstm", ""},
        {"fast_rnn", ""},
        {"ordered_neurons_lstm", ""},
        {"ordered_neurons_lstm", "chunk=5"},
        {"scrn", "context_group=5"},
        {"lru", ""},
        {"lru", "activation=gelu,r_min=0.5,r_max=0.9"},
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

/* One-hot, with all that a layer can drop; zoneout of the first two states and of another. */
static void check_with_masks(fixture_spec *spec, int state)
{
    spec->input_kind = RONDO_INPUT_ONE_HOT;
    spec->input_width = 6;
    spec->dropout = 0.3;
    spec->recurrent_dropout = 0.3;
    spec->zoneout[0] = spec->zoneout[1] = spec->zoneout[state] = 0.3;
    check_network(spec, 3, full);
}

/* Gates without input weights, without biases, stages without recurrent products, five states: alone
 * and with everything that a layer can do besides. */
static void cells_without_some_products(void)
{
    static const char *const cells[] = {"lstm_full_gate_recurrence",
                                        "min_gru",
                                        "sru",
                                        "bistable_recurrent",
                                        "fast_grnn",
                                        "rg_lru",
                                        "scrn",
                                        "strongly_typed",
                                        "working_memory_lstm"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        fixture_spec spec = small(cells[i], "");
        spec.layers = 2;
        spec.hidden = 3;
        spec.bidirectional = true;
        check_network(&spec, 5, ragged);
        check_with_masks(&spec, 4);
        spec.input_kind = RONDO_INPUT_EMBEDDING;
        spec.embedding = 4;
        check_network(&spec, 5, ragged);
    }
}

/* Gates and a state with fewer values than units, with everything that a layer can do besides. */
static void groups_of_units(void)
{
    static const char *const cells[][2] = {{"ordered_neurons_lstm", "chunk=2"},
                                           {"scrn", "context_group=4"}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        fixture_spec spec = small(cells[i][0], cells[i][1]);
        spec.layers = 2;
        spec.hidden = 4;
        spec.bidirectional = true;
        check_network(&spec, 5, ragged);
        check_with_masks(&spec, 2);
        spec.input_kind = RONDO_INPUT_EMBEDDING;
        spec.embedding = 4;
        spec.layer_norm = spec.residual = true;
        check_network(&spec, 5, ragged);
    }
}

/* An output of another width than the cell, with everything that a layer can do besides. */
static void projected_output(void)
{
    fixture_spec spec = small("lstm", "projection=3,peephole=true");
    spec.layers = 2;
    spec.hidden = 4;
    spec.bidirectional = true;
    check_all_batches(&spec);
    spec.dropout = 0.3;
    spec.recurrent_dropout = 0.3;
    spec.zoneout[0] = spec.zoneout[1] = 0.3;
    spec.layer_norm = spec.residual = true;
    check_all_batches(&spec);
    spec.input_kind = RONDO_INPUT_EMBEDDING;
    spec.input_width = 6;
    spec.embedding = 4;
    spec.backward_cell = "gru";
    spec.backward_options = "";
    spec.backward_hidden = 2;
    check_network(&spec, 5, ragged);
    spec.pooling = RONDO_POOLING_LAST;
    check_network(&spec, 5, ragged);
}

/* A cell that reads the input itself, above values, an embedding, layers of its own and a dropout. */
static void input_itself(void)
{
    fixture_spec spec = small("sru", "projection=false");
    spec.input_width = spec.hidden;
    check_all_batches(&spec);
    spec.layers = 3;
    spec.residual = true;
    spec.dropout = 0.3;
    check_all_batches(&spec);
    spec.input_kind = RONDO_INPUT_EMBEDDING;
    spec.input_width = 6;
    spec.embedding = spec.hidden;
    check_all_batches(&spec);
    spec.layers = 1;
    spec.bidirectional = true;
    check_all_batches(&spec);
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

/* The input weights see the noisy values, and an embedding's gradient goes through the noise. */
static void input_noise(void)
{
    fixture_spec spec = small("lstm", "");
    spec.input_noise = 0.8;
    check_all_batches(&spec);
    spec.dropout = 0.3;
    check_network(&spec, 5, ragged);
    spec.input_kind = RONDO_INPUT_EMBEDDING;
    spec.input_width = 6;
    spec.embedding = spec.hidden = 5;
    spec.features = 1;
    spec.feature_embedding = 3;
    spec.bidirectional = true;
    check_all_batches(&spec);
    spec.features = 0;
    spec.bidirectional = false;
    spec.output_width = 6;
    spec.tied = true;
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

/* Labels without alignment, of which the last row has none; and transitions between tags. */
static void losses_of_whole_sequences(void)
{
    static const char *const losses[] = {"ctc", "crf"};
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        fixture_spec spec = small("lstm", "");
        spec.loss = losses[i];
        spec.bidirectional = true;
        spec.dropout = 0.3;
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

static void different_cells_per_direction(void)
{
    static const struct {
        const char *cell, *backward;
        int64_t hidden, backward_hidden;
    } pairs[] = {{"lstm", "gru", 3, 4}, {"gru", "rnn", 4, 2}, {"rnn", "lstm", 2, 3}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        fixture_spec spec = small(pairs[i].cell, "");
        spec.hidden = pairs[i].hidden;
        spec.bidirectional = true;
        spec.backward_cell = pairs[i].backward;
        spec.backward_options = "";
        spec.backward_hidden = pairs[i].backward_hidden;
        spec.layers = 2;
        check_all_batches(&spec);
    }
}

/* Every cell with its states, and the options that change what the backward pass reads. */
static const struct {
    const char *cell, *options;
} regularised_cells[] = {{"rnn", ""},
                         {"gru", ""},
                         {"gru", "reset_after=true"},
                         {"lstm", ""},
                         {"lstm", "peephole=true"},
                         {"multiplicative_lstm", ""}};
enum { REGULARISED_CELLS = sizeof regularised_cells / sizeof *regularised_cells };

static void recurrent_dropout(void)
{
    for (int i = 0; i < REGULARISED_CELLS; i++) {
        fixture_spec spec = small(regularised_cells[i].cell, regularised_cells[i].options);
        spec.recurrent_dropout = 0.4;
        check_network(&spec, 5, ragged);
        spec.bidirectional = true;
        check_network(&spec, 3, full);
    }
}

static void zoneout(void)
{
    for (int i = 0; i < REGULARISED_CELLS; i++) {
        fixture_spec spec = small(regularised_cells[i].cell, regularised_cells[i].options);
        spec.zoneout[0] = 0.3;
        spec.zoneout[1] = 0.4;
        check_network(&spec, 5, ragged);
        spec.bidirectional = true;
        spec.zoneout[0] = 0;
        check_network(&spec, 3, full);
    }
}

static void layer_norm_and_residual(void)
{
    fixture_spec spec = small("gru", "");
    spec.layers = 3;
    spec.hidden = 4;
    spec.layer_norm = true;
    check_all_batches(&spec);
    spec.residual = true;
    spec.bidirectional = true;
    check_network(&spec, 5, ragged);
    spec.layer_norm = false;
    check_all_batches(&spec);
}

static void everything_together(void)
{
    static const int inputs[] = {RONDO_INPUT_EMBEDDING, RONDO_INPUT_ONE_HOT, RONDO_INPUT_VALUES};
    for (int i = 0; i < REGULARISED_CELLS; i++) {
        fixture_spec spec = small(regularised_cells[i].cell, regularised_cells[i].options);
        spec.input_kind = inputs[i % 3];
        spec.input_width = 6;
        spec.embedding = 4;
        spec.hidden = 5; /* few units and large weights make a norm too crooked for differences */
        spec.scale = 0.5;
        spec.layers = 2;
        spec.bidirectional = i % 2 == 0;
        spec.dropout = 0.3;
        spec.dropout_kind = RONDO_DROP_SEQUENCES;
        spec.recurrent_dropout = 0.3;
        spec.zoneout[0] = 0.2;
        spec.zoneout[1] = 0.3;
        spec.layer_norm = spec.residual = true;
        check_network(&spec, 5, ragged);
    }
}

/* As deep as a config may be. */
static void sixty_four_layers(void)
{
    fixture_spec spec = small("rnn", "");
    spec.layers = RONDO_MAX_LAYERS;
    spec.hidden = 2;
    spec.scale = 0.5;
    spec.residual = true;
    check_network(&spec, 1, full);
}

int main(void)
{
    RUN(every_cell_alone);
    RUN(bidirectional_and_deep);
    RUN(cells_without_some_products);
    RUN(groups_of_units);
    RUN(projected_output);
    RUN(input_itself);
    RUN(every_input_and_dropout);
    RUN(tied_and_frozen);
    RUN(features_and_unknown_symbols);
    RUN(input_noise);
    RUN(every_loss);
    RUN(losses_of_whole_sequences);
    RUN(every_pooling);
    RUN(different_cells_per_direction);
    RUN(recurrent_dropout);
    RUN(zoneout);
    RUN(layer_norm_and_residual);
    RUN(everything_together);
    RUN(sixty_four_layers);
    return check_end();
}
