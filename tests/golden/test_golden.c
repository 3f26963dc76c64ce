/* Whole networks against PyTorch, array by array, in double precision: predictions, loss, gradients
 * of all parameters and starting states. The files beside this one are made by golden.py,
 * by_hand.py, published_cells.py, gated_cells.py and structured_cells.py; those of LSTM variants, of NumPy, by
 * lstm_variants.py. In single precision with products of bfloat16, by rounded_operands.py. */
#include <stdlib.h>

#include "base/hdf5.h"
#include "check.h"
#include "support/fixture.h"

enum { INPUT = 5, HIDDEN = 7, CLASSES = 4, SYMBOLS = 11, FEATURE_WIDTH = 3 };
#ifndef TEST_PRECISION
#define TEST_PRECISION RONDO_CHOOSE_FLOAT32
#endif
enum { TEST_SKIPPED = 77 };
static const double tolerance = TEST_PRECISION == RONDO_CHOOSE_FLOAT32 ? 1e-10 : 3e-6;

typedef struct golden {
    rondo_hdf5 *file;
    fixture *f;
    rondo_batch *batch;
    rondo_pass *pass;
} golden;

static double *read_reals(rondo_hdf5 *file, const char *path)
{
    rondo_hdf5_shape shape = {0};
    rondo_error error = {0};
    int64_t count = 1;
    CHECK(rondo_hdf5_shape_of(file, path, &shape, &error) == RONDO_OK);
    for (int32_t i = 0; i < shape.rank; i++)
        count *= shape.extent[i];
    double *data = calloc((size_t)count, sizeof *data);
    CHECK(rondo_hdf5_read(file, path, RONDO_HDF5_FLOAT64, data, &error) == RONDO_OK);
    if (error.status) fprintf(stderr, "%s\n", error.text);
    return data;
}

static void check_array(rondo_hdf5 *file, const char *group, const char *name, int64_t count,
                        const rondo_real *actual)
{
    char path[160];
    int64_t before = check_failures;
    snprintf(path, sizeof path, "%s/%s", group, name);
    double *expected = read_reals(file, path);
    for (int64_t i = 0; i < count; i++)
        CHECK_NEAR(actual[i], expected[i], tolerance);
    if (check_failures > before) fprintf(stderr, "in %s\n", path);
    free(expected);
}

/* What the networks of by_hand.py and published_cells.py have besides: other cells, options and sizes,
 * and, where there is a probability of dropping, all that regularises. */
static void add_by_hand(rondo_hdf5 *file, char **backward_cell, char **backward_options,
                        fixture_spec *spec)
{
    rondo_error error = {0};
    CHECK(!rondo_hdf5_get_integer(file, "/", "hidden", &spec->hidden, &error));
    CHECK(!rondo_hdf5_get_text(file, "/", "backward_cell", backward_cell, &error));
    CHECK(!rondo_hdf5_get_integer(file, "/", "backward_hidden", &spec->backward_hidden, &error));
    spec->backward_cell = spec->bidirectional ? *backward_cell : NULL;
    spec->backward_options = "";
    if (rondo_hdf5_get_text(file, "/", "backward_options", backward_options, &(rondo_error){0}) ==
        RONDO_OK)
        spec->backward_options = *backward_options;
    double *probabilities = read_reals(file, "probabilities");
    spec->dropout = probabilities[0];
    spec->dropout_kind = RONDO_DROP_SEQUENCES;
    spec->recurrent_dropout = probabilities[1];
    spec->zoneout[0] = probabilities[2];
    spec->zoneout[1] = probabilities[3];
    spec->layer_norm = spec->residual = spec->dropout > 0;
    free(probabilities);
}

static fixture_spec spec_of(rondo_hdf5 *file, char **cell, char **options, char **backward_cell,
                            char **backward_options)
{
    rondo_error error = {0};
    int64_t layers = 0, bidirectional = 0;
    char *input = NULL;
    CHECK(!rondo_hdf5_get_text(file, "/", "cell", cell, &error));
    CHECK(!rondo_hdf5_get_text(file, "/", "options", options, &error));
    CHECK(!rondo_hdf5_get_text(file, "/", "input", &input, &error));
    CHECK(!rondo_hdf5_get_integer(file, "/", "layers", &layers, &error));
    CHECK(!rondo_hdf5_get_integer(file, "/", "bidirectional", &bidirectional, &error));
    bool tied = input && strcmp(input, "tied") == 0;
    bool features = input && strcmp(input, "features") == 0;
    bool embedding = tied || features || (input && strcmp(input, "embedding") == 0);
    free(input);
    fixture_spec spec = {.cell = *cell,
                         .options = *options,
                         .loss = "softmax_cross_entropy",
                         .precision = TEST_PRECISION,
                         .input_kind = embedding ? RONDO_INPUT_EMBEDDING : RONDO_INPUT_VALUES,
                         .input_width = embedding ? SYMBOLS : INPUT,
                         .embedding = INPUT,
                         .features = features ? 2 : 0,
                         .feature_embedding = FEATURE_WIDTH,
                         .output_width = tied ? SYMBOLS : CLASSES,
                         .layers = layers,
                         .hidden = tied ? INPUT : HIDDEN,
                         .tied = tied,
                         .bidirectional = bidirectional != 0,
                         .initialization = RONDO_UNIFORM,
                         .scale = 0.1};
    if (rondo_hdf5_has(file, "probabilities"))
        add_by_hand(file, backward_cell, backward_options, &spec);
    return spec;
}

/* The file's contents over the fixture's random ones. */
static void fill_batch(golden *g)
{
    rondo_error error = {0};
    CHECK(
        !rondo_hdf5_read(g->file, "targets", RONDO_HDF5_INT32, (void *)g->batch->targets, &error));
    if (g->batch->inputs)
        CHECK(!rondo_hdf5_read(g->file, "inputs", RONDO_HDF5_INT32, (void *)g->batch->inputs,
                               &error));
    else
        CHECK(!rondo_hdf5_read(g->file, "input_values", RONDO_HDF5_REAL,
                               (void *)g->batch->input_values, &error));
    for (int64_t i = 0; i < g->f->network->feature_count; i++) {
        char path[32];
        snprintf(path, sizeof path, "features/%lld", (long long)i);
        CHECK(!rondo_hdf5_read(g->file, path, RONDO_HDF5_INT32, (void *)g->batch->features[i],
                               &error));
    }
    if (error.status) fprintf(stderr, "%s\n", error.text);
    g->batch->carry = true;
}

static void fill_parameters(golden *g)
{
    const rondo_layout *layout = &g->f->network->layout;
    for (int64_t i = 0; i < layout->count; i++) {
        char path[160];
        rondo_error error = {0};
        snprintf(path, sizeof path, "parameters/%s", layout->parameters[i].name);
        CHECK(!rondo_hdf5_read(g->file, path, RONDO_HDF5_REAL,
                               g->f->parameters + layout->parameters[i].offset, &error));
        if (error.status) fprintf(stderr, "%s\n", error.text);
    }
}

static void fill_states(golden *g)
{
    for (int64_t i = 0; i < rondo_pass_carried_count(g->pass); i++) {
        rondo_carried carried = rondo_pass_carried(g->pass, i);
        char path[160];
        rondo_error error = {0};
        snprintf(path, sizeof path, "initial/%s", carried.name);
        CHECK(!rondo_hdf5_read(g->file, path, RONDO_HDF5_REAL, carried.data, &error));
    }
}

static void check_predictions(golden *g)
{
    rondo_score score = {0};
    double loss = NAN;
    rondo_error error = {0};
    fill_states(g);
    rondo_pass_evaluate(g->pass, g->batch, &score);
    CHECK(!rondo_hdf5_read(g->file, "loss", RONDO_HDF5_FLOAT64, &loss, &error));
    CHECK_NEAR(score.loss, loss, tolerance);
    int64_t count = rondo_network_predictions(g->f->network, g->batch->rows, g->batch->tokens);
    check_array(g->file, "", "prediction", count * g->f->network->output_width,
                rondo_pass_prediction(g->pass));
}

static void check_gradients(golden *g)
{
    const rondo_layout *layout = &g->f->network->layout;
    rondo_score score = {0};
    fill_states(g);
    rondo_pass_train(g->pass, g->batch, 1, g->f->gradient, &score);
    if (rondo_hdf5_has(g->file, "training_loss")) {
        double *loss = read_reals(g->file, "training_loss");
        CHECK_NEAR(score.loss, *loss, tolerance);
        free(loss);
    }
    for (int64_t i = 0; i < layout->trained_count; i++) {
        const rondo_parameter *p = &layout->parameters[i];
        check_array(g->file, "gradients", p->name, p->rows * p->columns,
                    g->f->gradient + p->offset);
    }
    for (int64_t i = 0; i < rondo_pass_carried_count(g->pass); i++) {
        rondo_carried carried = rondo_pass_carried(g->pass, i);
        check_array(g->file, "initial_gradients", carried.name, carried.rows * carried.hidden,
                    rondo_pass_initial_gradient(g->pass, i));
    }
}

static void check_pooled_case(const char *name, int pooling)
{
    golden g = {0};
    char path[512], *cell = NULL, *options = NULL, *backward_cell = NULL, *backward_options = NULL;
    int64_t lengths[5];
    rondo_error error = {0};
    snprintf(path, sizeof path, "%s/tests/golden/%s.h5", RONDO_SOURCE_DIR, name);
    if (rondo_hdf5_open(path, &g.file, &error)) fprintf(stderr, "%s\n", error.text);
    CHECK(g.file != NULL);
    if (!g.file) return;
    CHECK(!rondo_hdf5_read(g.file, "lengths", RONDO_HDF5_INT64, lengths, &error));
    fixture_spec spec = spec_of(g.file, &cell, &options, &backward_cell, &backward_options);
    spec.pooling = pooling;
    g.f = fixture_create(&spec);
    g.batch = fixture_batch(g.f, 5, lengths, NULL);
    fill_batch(&g);
    fill_parameters(&g);
    g.pass = fixture_pass(g.f, g.batch, 2);
    check_predictions(&g);
    check_gradients(&g);
    rondo_pass_destroy(g.pass);
    fixture_batch_destroy(g.batch);
    fixture_destroy(g.f);
    rondo_hdf5_close(g.file, &error);
    free(cell);
    free(options);
    free(backward_cell);
    free(backward_options);
}

static void check_case(const char *name)
{
    check_pooled_case(name, RONDO_POOLING_NONE);
}

/* --- encoder-decoders --- */

static fixture_spec pairs_spec_of(rondo_hdf5 *file, char **cell, char **options)
{
    rondo_error error = {0};
    int64_t bidirectional = 0, context = 0, attention = 0;
    CHECK(!rondo_hdf5_get_text(file, "/", "cell", cell, &error));
    CHECK(!rondo_hdf5_get_text(file, "/", "options", options, &error));
    CHECK(!rondo_hdf5_get_integer(file, "/", "bidirectional", &bidirectional, &error));
    CHECK(!rondo_hdf5_get_integer(file, "/", "context", &context, &error));
    CHECK(!rondo_hdf5_get_integer(file, "/", "attention", &attention, &error));
    return (fixture_spec){.cell = *cell,
                          .options = *options,
                          .loss = "softmax_cross_entropy",
                          .input_kind = RONDO_INPUT_EMBEDDING,
                          .input_width = SYMBOLS,
                          .embedding = INPUT,
                          .output_width = CLASSES,
                          .layers = 1,
                          .hidden = HIDDEN,
                          .bidirectional = bidirectional != 0,
                          .initialization = RONDO_UNIFORM,
                          .scale = 0.1,
                          .translation = true,
                          .decoder_hidden = HIDDEN,
                          .bridge = bidirectional ? RONDO_BRIDGE_PROJECTION : RONDO_BRIDGE_COPY,
                          .context = context ? RONDO_CONTEXT_EVERY_STEP : RONDO_CONTEXT_INITIAL,
                          .attention = (int)attention};
}

/* Loss, predictions and the gradient of every parameter of both sides. */
static void check_pairs(const char *name)
{
    golden g = {0};
    char path[512], *cell = NULL, *options = NULL;
    int64_t lengths[5], source_lengths[5];
    double loss = NAN;
    rondo_score score = {0};
    rondo_error error = {0};
    snprintf(path, sizeof path, "%s/tests/golden/%s.h5", RONDO_SOURCE_DIR, name);
    if (rondo_hdf5_open(path, &g.file, &error)) fprintf(stderr, "%s\n", error.text);
    CHECK(g.file != NULL);
    if (!g.file) return;
    CHECK(!rondo_hdf5_read(g.file, "lengths", RONDO_HDF5_INT64, lengths, &error));
    CHECK(!rondo_hdf5_read(g.file, "source_lengths", RONDO_HDF5_INT64, source_lengths, &error));
    fixture_spec spec = pairs_spec_of(g.file, &cell, &options);
    g.f = fixture_create(&spec);
    g.batch = fixture_pairs(g.f, 5, lengths, source_lengths, NULL);
    fill_batch(&g);
    g.batch->carry = false;
    CHECK(!rondo_hdf5_read(g.file, "source_inputs", RONDO_HDF5_INT32,
                           (void *)g.batch->source->inputs, &error));
    fill_parameters(&g);
    g.pass = fixture_pass(g.f, g.batch, 2);
    rondo_pass_evaluate(g.pass, g.batch, &score);
    CHECK(!rondo_hdf5_read(g.file, "loss", RONDO_HDF5_FLOAT64, &loss, &error));
    CHECK_NEAR(score.loss, loss, tolerance);
    check_array(g.file, "", "prediction", g.batch->tokens * CLASSES, rondo_pass_prediction(g.pass));
    rondo_pass_train(g.pass, g.batch, 1, g.f->gradient, &score);
    for (int64_t i = 0; i < g.f->network->layout.count; i++) {
        const rondo_parameter *p = &g.f->network->layout.parameters[i];
        check_array(g.file, "gradients", p->name, p->rows * p->columns, g.f->gradient + p->offset);
    }
    rondo_pass_destroy(g.pass);
    fixture_batch_destroy(g.batch);
    fixture_destroy(g.f);
    rondo_hdf5_close(g.file, &error);
    free(cell);
    free(options);
}

static void encoder_decoder(void)
{
    check_pairs("lstm_encoder_decoder");
    check_pairs("gru_encoder_decoder");
    check_pairs("lstm_attention");
    check_pairs("gru_attention");
}

static void lstm(void)
{
    check_case("lstm");
    check_case("lstm_deep_bidirectional");
}

/* proj_size of torch.nn.LSTM: the output and the cell have two widths. */
static void lstm_projection(void)
{
    check_case("lstm_projection");
    check_case("lstm_projection_deep");
    check_pooled_case("pooling_projection", RONDO_POOLING_LAST);
}

/* Greff et al. 2017, by lstm_variants.py. */
static void lstm_variants(void)
{
    check_case("lstm_vanilla");
    check_case("lstm_no_input_gate");
    check_case("lstm_no_forget_gate");
    check_case("lstm_no_output_gate");
    check_case("lstm_no_input_activation");
    check_case("lstm_no_output_activation");
    check_case("lstm_coupled");
    check_case("lstm_full_gate_recurrence");
    check_case("lstm_no_peepholes");
}

static void features(void)
{
    check_case("lstm_features");
}

static void gru_reset_after(void)
{
    check_case("gru_reset_after");
    check_case("gru_deep_bidirectional");
}

static void rnn(void)
{
    check_case("rnn_tanh");
    check_case("rnn_relu_bidirectional");
}

static void tied_readout(void)
{
    check_case("lstm_tied");
}

static void pooling(void)
{
    check_pooled_case("pooling_last", RONDO_POOLING_LAST);
    check_pooled_case("pooling_mean", RONDO_POOLING_MEAN);
    check_pooled_case("pooling_max", RONDO_POOLING_MAX);
}

static void different_directions(void)
{
    check_case("mixed_directions");
}

static void cells_that_pytorch_does_not_have(void)
{
    check_case("minimal_cells");
    check_case("more_cells");
}

/* By published_cells.py. */
static void published_cells(void)
{
    static const char *const cases[] = {
        "cells_input_itself",
        "cells_highways",
        "cells_twin_gates",
        "cells_mutated",
        "cells_slow_units",
        "cells_bistable",
        "cells_one_gate",
        "cells_encoded_input",
        "cells_strongly_typed",
        "cells_linear",
        "cells_recurrent_highway",
        "cells_shared_product",
        "cells_minion",
        "cells_found_and_oscillating",
        "cells_lstm_relatives",
        "cells_first_lstm",
        "cells_time_constants",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(cases[i]);
}

/* By gated_cells.py. */
static void gated_cells(void)
{
    static const char *const cases[] = {
        "cells_layer_norm",        "cells_exponential_gates", "cells_min_lstm",
        "cells_forget_gate_alone", "cells_quasi_recurrent",   "cells_quasi_and_light",
        "cells_light_and_fast",    "cells_fast_and_hard",     "cells_phased",
        "cells_expressive",        "cells_oscillators",       "cells_integration",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(cases[i]);
}

/* By structured_cells.py. */
static void structured_cells(void)
{
    check_case("cells_signed");
    check_case("cells_orthogonal");
    check_case("cells_frozen");
}

/* By narrow_cells.py. */
static void narrow_cells(void)
{
    check_case("cells_ordered");
    check_case("cells_narrow");
    check_case("cells_narrow_context");
    check_case("cells_complex");
}

static void regularised(void)
{
    check_case("lstm_regularised");
    check_case("gru_regularised");
}

/* By rounded_operands.py. */
static void rounded_operands(void)
{
    check_case("bfloat16_lstm");
    check_case("bfloat16_gru");
}

static int run_rounded(void)
{
    if (rondo_precision_lacks(RONDO_BFLOAT16)) {
        printf("skipped: it takes %s\n", rondo_precision_lacks(RONDO_BFLOAT16));
        return TEST_SKIPPED;
    }
    RUN(rounded_operands);
    return check_end();
}

int main(void)
{
    if (TEST_PRECISION == RONDO_CHOOSE_BFLOAT16) return run_rounded();
    RUN(lstm);
    RUN(lstm_projection);
    RUN(lstm_variants);
    RUN(features);
    RUN(gru_reset_after);
    RUN(rnn);
    RUN(tied_readout);
    RUN(pooling);
    RUN(different_directions);
    RUN(cells_that_pytorch_does_not_have);
    RUN(published_cells);
    RUN(gated_cells);
    RUN(structured_cells);
    RUN(narrow_cells);
    RUN(regularised);
    RUN(encoder_decoder);
    return check_end();
}
