#include "support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "support/options.h"
#include "tasks.h"

static void must(bool good, const char *what, const rondo_error *error)
{
    if (good) return;
    fprintf(stderr, "fixture: %s: %s\n", what, error ? error->text : "failed");
    exit(1);
}

static const rondo_plugin *find(rondo_plugin_kind kind, const char *name)
{
    static rondo_registry *registry;
    const char *folder = RONDO_BINARY_DIR "/plugins" RONDO_TEST_SUFFIX;
    const rondo_plugin *plugin;
    rondo_error error = {0};
    if (!registry) must(!rondo_registry_create(&folder, 1, &registry, &error), "registry", &error);
    must(!rondo_registry_find(registry, kind, name, &plugin, &error), name, &error);
    return plugin;
}

static rondo_layer_config layer_of(const fixture_spec *spec, int64_t index)
{
    const rondo_plugin *cell = find(RONDO_KIND_CELL, spec->cell);
    bool differs = spec->backward_cell != NULL;
    const rondo_plugin *backward = differs ? find(RONDO_KIND_CELL, spec->backward_cell) : cell;
    rondo_layer_config layer = {.cell = (const rondo_cell *)cell,
                                .options = test_options_read(cell, spec->options, ","),
                                .hidden = spec->hidden,
                                .dropout = spec->dropout,
                                .dropout_kind = spec->dropout_kind,
                                .recurrent_dropout = spec->recurrent_dropout,
                                .layer_norm = spec->layer_norm,
                                .layer_norm_epsilon = 1e-5,
                                .residual = spec->residual && index > 0,
                                .bidirectional =
                                    spec->bidirectional && index >= spec->one_way_layers};
    memcpy(layer.zoneout, spec->zoneout, sizeof layer.zoneout);
    if (!layer.bidirectional) return layer;
    layer.backward = (rondo_direction_config){
        .cell = (const rondo_cell *)backward,
        .options =
            test_options_read(backward, differs ? spec->backward_options : spec->options, ","),
        .hidden = differs ? spec->backward_hidden : spec->hidden};
    memcpy(layer.backward.zoneout, spec->zoneout, sizeof layer.zoneout);
    return layer;
}

static void fill_model(rondo_model_config *model, const fixture_spec *spec)
{
    model->input = (rondo_input_config){.kind = spec->input_kind,
                                        .embedding = spec->embedding,
                                        .noise = spec->input_noise,
                                        .dropout = spec->dropout,
                                        .dropout_kind = spec->dropout_kind,
                                        .frozen = spec->frozen,
                                        .unknown_rate = spec->unknown_rate};
    model->layer_count = spec->layers;
    model->readout_bias = true;
    model->readout_tied = spec->tied;
    model->pooling = spec->pooling;
    model->initialization =
        (rondo_initialization_config){spec->initialization, spec->initialization, spec->scale};
    for (int64_t i = 0; i < spec->layers; i++)
        model->layers[i] = layer_of(spec, i);
}

static void fill_decoder(rondo_model_config *model, const fixture_spec *spec)
{
    rondo_decoder_config *decoder = &model->decoder;
    const rondo_plugin *cell =
        find(RONDO_KIND_CELL, spec->decoder_cell ? spec->decoder_cell : spec->cell);
    decoder->input = model->input;
    decoder->bridge = spec->bridge;
    decoder->context = spec->context;
    decoder->attention = spec->attention;
    decoder->layer_count = spec->layers;
    for (int64_t i = 0; i < spec->layers; i++)
        decoder->layers[i] = (rondo_layer_config){
            .cell = (const rondo_cell *)cell,
            .options = test_options_read(cell, spec->decoder_cell ? "" : spec->options, ","),
            .hidden = spec->decoder_hidden,
            .dropout = spec->dropout};
}

static rondo_status create_network(fixture *f, int64_t inputs, int64_t outputs,
                                   const int64_t *sizes, rondo_error *error)
{
    rondo_status status =
        rondo_network_create(&f->experiment, inputs, outputs, sizes, &f->network, error);
    if (status) return status;
    size_t bytes = (size_t)f->network->layout.size * sizeof(rondo_real);
    f->parameters = rondo_memory_create(bytes, "parameters", error);
    f->gradient = rondo_memory_create(bytes, "gradient", error);
    if (!f->parameters || !f->gradient) return error->status;
    return rondo_network_initialize(f->network, &f->experiment.model.initialization, 1,
                                    f->parameters, error);
}

fixture *fixture_create(const fixture_spec *spec)
{
    rondo_error error = {0};
    fixture *f = calloc(1, sizeof *f);
    must(f != NULL, "memory", NULL);
    f->experiment.seed = 3;
    f->experiment.train.precision = spec->precision;
    f->experiment.seeds = (rondo_seeds_config){-1, -1, -1, -1};
    fill_model(&f->experiment.model, spec);
    f->experiment.task = spec->translation ? &rondo_task_translation : &rondo_task_tagging;
    if (spec->translation) fill_decoder(&f->experiment.model, spec);
    const rondo_plugin *loss = find(RONDO_KIND_LOSS, spec->loss);
    f->experiment.loss = (rondo_loss_config){.loss = (const rondo_loss *)loss,
                                             .options = test_options_read(loss, "", ",")};
    int64_t sizes[RONDO_MAX_FEATURES];
    f->experiment.data.feature_count = spec->features;
    for (int64_t i = 0; i < spec->features; i++) {
        f->experiment.data.features[i].embedding = spec->feature_embedding;
        sizes[i] = FIXTURE_FEATURE_SYMBOLS;
    }
    must(!create_network(f, spec->input_width, spec->output_width, sizes, &error), "network",
         &error);
    return f;
}

rondo_status fixture_replan(fixture *f, const rondo_cell *cell, rondo_error *error)
{
    rondo_model_config *model = &f->experiment.model;
    const rondo_network *reader = f->network->encoder ? f->network->encoder : f->network;
    int64_t inputs = reader->input_width, outputs = f->network->output_width;
    for (int64_t i = 0; i < model->layer_count; i++)
        model->layers[i].cell = model->layers[i].backward.cell = cell;
    for (int64_t i = 0; i < model->decoder.layer_count; i++)
        model->decoder.layers[i].cell = cell;
    rondo_network_destroy(f->network);
    rondo_memory_destroy(f->parameters);
    rondo_memory_destroy(f->gradient);
    f->parameters = f->gradient = NULL;
    return create_network(f, inputs, outputs, NULL, error);
}

fixture *fixture_translator(double scale, int64_t symbols)
{
    const fixture_spec spec = {.cell = "lstm",
                               .options = "",
                               .loss = "softmax_cross_entropy",
                               .input_kind = RONDO_INPUT_EMBEDDING,
                               .input_width = 9,
                               .embedding = 3,
                               .output_width = symbols,
                               .layers = 1,
                               .hidden = 6,
                               .initialization = RONDO_UNIFORM,
                               .scale = scale,
                               .translation = true,
                               .decoder_hidden = 6,
                               .context = RONDO_CONTEXT_EVERY_STEP,
                               .attention = RONDO_ATTENTION_DOT};
    return fixture_create(&spec);
}

void fixture_destroy(fixture *f)
{
    for (int64_t i = 0; i < f->experiment.model.layer_count; i++) {
        free(f->experiment.model.layers[i].options);
        free(f->experiment.model.layers[i].backward.options);
    }
    for (int64_t i = 0; i < f->experiment.model.decoder.layer_count; i++)
        free(f->experiment.model.decoder.layers[i].options);
    free(f->experiment.loss.options);
    rondo_network_destroy(f->network);
    rondo_memory_destroy(f->parameters);
    rondo_memory_destroy(f->gradient);
    free(f);
}

/* Everything a minibatch points to, behind it in one block of the test's own. */
typedef struct batch_memory {
    rondo_batch batch;
    int64_t *active, *offset, *sequence;
    int32_t *inputs, *targets, *features[RONDO_MAX_FEATURES];
    rondo_real *input_values, *target_values;
    int64_t *label_offset; /* of label sequences */
    int32_t *label_ids;
    rondo_batch *source;
    int64_t *source_row;
} batch_memory;

static double number(uint64_t stream, int64_t sequence, int64_t t, int64_t index)
{
    const rondo_random random = {11, RONDO_FOR_TEST, stream};
    return rondo_random_uniform(&random, (uint64_t)((sequence * 1000 + t) * 1000 + index));
}

static void fill_inputs(const rondo_network *network, batch_memory *m, int64_t n, int64_t sequence,
                        int64_t t)
{
    int64_t inputs = network->input_width;
    m->inputs[n] = (int32_t)(number(1, sequence, t, 0) * (double)inputs);
    for (int64_t i = 0; i < network->feature_count; i++)
        m->features[i][n] = (int32_t)(number(5, sequence, t, i) * FIXTURE_FEATURE_SYMBOLS);
    for (int64_t i = 0; i < inputs; i++)
        m->input_values[n * inputs + i] = (rondo_real)(4 * number(3, sequence, t, i) - 2);
}

static void fill_targets(const rondo_network *network, batch_memory *m, int64_t n, int64_t sequence,
                         int64_t t)
{
    int64_t outputs = network->output_width;
    m->targets[n] = (int32_t)(number(2, sequence, t, 0) * (double)outputs);
    for (int64_t i = 0; i < outputs; i++)
        m->target_values[n * outputs + i] = (rondo_real)number(4, sequence, t, i);
}

static void point_batch(const rondo_network *network, batch_memory *m)
{
    bool classes = network->loss->target == RONDO_TARGET_CLASS;
    bool labels = network->loss->target == RONDO_TARGET_LABELS;
    bool values = network->input_kind == RONDO_INPUT_VALUES;
    m->batch.active = m->active;
    m->batch.offset = m->offset;
    m->batch.sequence = m->sequence;
    m->batch.inputs = values ? NULL : m->inputs;
    for (int64_t i = 0; i < network->feature_count; i++)
        m->batch.features[i] = m->features[i];
    m->batch.input_values = values ? m->input_values : NULL;
    m->batch.targets = classes ? m->targets : NULL;
    m->batch.target_values = classes || labels ? NULL : m->target_values;
    m->batch.label_offset = m->label_offset;
    m->batch.label_ids = m->label_ids;
}

/* Of a sequence of n steps (n + 1) / 2 labels, which may all be alike; of the last row none. */
static void fill_labels(const rondo_network *network, batch_memory *m, const int64_t *lengths)
{
    int64_t rows = m->batch.rows, classes = network->output_width - RONDO_END_ID - 1;
    m->label_offset = calloc((size_t)rows + 1, sizeof *m->label_offset);
    m->label_ids = calloc((size_t)m->batch.tokens + 1, sizeof *m->label_ids);
    for (int64_t row = 0; row < rows; row++)
        m->label_offset[m->sequence[row] + 1] = row + 1 < rows ? (lengths[row] + 1) / 2 : 0;
    for (int64_t s = 0; s < rows; s++) {
        m->label_offset[s + 1] += m->label_offset[s];
        for (int64_t u = m->label_offset[s]; u < m->label_offset[s + 1]; u++)
            m->label_ids[u] = (int32_t)(RONDO_END_ID + 1 +
                                        number(6, s, u - m->label_offset[s], 0) * (double)classes);
    }
}

static rondo_batch *make_batch(const rondo_network *network, int64_t rows, const int64_t *lengths,
                               const int64_t *order)
{
    batch_memory *m = calloc(1, sizeof *m);
    must(m != NULL, "batch", NULL);
    m->batch.rows = rows;
    m->batch.steps = lengths[0];
    m->active = calloc((size_t)lengths[0], sizeof *m->active);
    m->offset = calloc((size_t)lengths[0] + 1, sizeof *m->offset);
    m->sequence = calloc((size_t)rows, sizeof *m->sequence);
    for (int64_t t = 0; t < lengths[0]; t++) {
        while (m->active[t] < rows && lengths[m->active[t]] > t)
            m->active[t]++;
        m->offset[t + 1] = m->offset[t] + m->active[t];
    }
    size_t tokens = (size_t)(m->batch.tokens = m->offset[lengths[0]]);
    m->inputs = calloc(tokens, sizeof *m->inputs);
    m->targets = calloc(tokens, sizeof *m->targets);
    for (int64_t i = 0; i < network->feature_count; i++)
        m->features[i] = calloc(tokens, sizeof *m->features[i]);
    m->input_values = calloc(tokens * (size_t)network->input_width, sizeof(rondo_real));
    m->target_values = calloc(tokens * (size_t)network->output_width, sizeof(rondo_real));
    for (int64_t row = 0; row < rows; row++) {
        m->sequence[row] = order ? order[row] : row;
        for (int64_t t = 0; t < lengths[row]; t++)
            fill_inputs(network, m, m->offset[t] + row, m->sequence[row], t);
        int64_t targets = network->pooling == RONDO_POOLING_NONE ? lengths[row] : 1;
        for (int64_t t = 0; t < targets; t++)
            fill_targets(network, m, m->offset[t] + row, m->sequence[row], t);
    }
    if (network->loss->target == RONDO_TARGET_LABELS) fill_labels(network, m, lengths);
    point_batch(network, m);
    return &m->batch;
}

rondo_batch *fixture_batch(const fixture *f, int64_t rows, const int64_t *lengths,
                           const int64_t *order)
{
    return make_batch(f->network, rows, lengths, order);
}

/* Sources by falling length, of equally long ones the earlier row first. */
rondo_batch *fixture_pairs(const fixture *f, int64_t rows, const int64_t *lengths,
                           const int64_t *source_lengths, const int64_t *order)
{
    rondo_batch *batch = make_batch(f->network, rows, lengths, order);
    batch_memory *m = (batch_memory *)batch;
    int64_t *sorted = calloc((size_t)rows, sizeof *sorted);
    int64_t *sequence = calloc((size_t)rows, sizeof *sequence);
    m->source_row = calloc((size_t)rows, sizeof *m->source_row);
    for (int64_t row = 0; row < rows; row++) {
        int64_t length = source_lengths[batch->sequence[row]];
        for (int64_t other = 0; other < rows; other++) {
            int64_t more = source_lengths[batch->sequence[other]];
            m->source_row[row] += more > length || (more == length && other < row);
        }
        sorted[m->source_row[row]] = length;
        sequence[m->source_row[row]] = batch->sequence[row];
    }
    m->source = make_batch(f->network->encoder, rows, sorted, sequence);
    m->source->targets = NULL;
    batch->source = m->source;
    batch->source_row = m->source_row;
    free(sorted);
    free(sequence);
    return batch;
}

void fixture_batch_destroy(rondo_batch *batch)
{
    batch_memory *m = (batch_memory *)batch;
    free(m->active);
    free(m->offset);
    free(m->sequence);
    free(m->inputs);
    free(m->targets);
    for (int i = 0; i < RONDO_MAX_FEATURES; i++)
        free(m->features[i]);
    free(m->input_values);
    free(m->target_values);
    free(m->source_row);
    free(m->label_offset);
    free(m->label_ids);
    if (m->source) fixture_batch_destroy(m->source);
    free(m);
}

rondo_pass *fixture_pass(const fixture *f, const rondo_batch *largest, int threads)
{
    rondo_pass_size size = {.rows = largest->rows,
                            .steps = largest->steps,
                            .tokens = largest->tokens,
                            .labels = largest->steps,
                            .threads = threads,
                            .training = true,
                            .predictions = true};
    if (largest->source) {
        size.source_rows = largest->source->rows;
        size.source_steps = largest->source->steps;
        size.source_tokens = largest->source->tokens;
    }
    rondo_pass *pass;
    rondo_error error = {0};
    must(!rondo_pass_create(f->network, &size, &pass, &error), "pass", &error);
    rondo_pass_load(pass, f->parameters);
    return pass;
}

double fixture_train(const fixture *f, int64_t rows, const int64_t *lengths,
                     const int64_t *source_lengths, int threads)
{
    rondo_score score = {0};
    rondo_batch *batch = f->network->encoder ? fixture_pairs(f, rows, lengths, source_lengths, NULL)
                                             : fixture_batch(f, rows, lengths, NULL);
    rondo_pass *pass = fixture_pass(f, batch, threads);
    rondo_pass_load(pass, f->parameters);
    rondo_pass_train(pass, batch, 1, f->gradient, &score);
    rondo_pass_destroy(pass);
    fixture_batch_destroy(batch);
    return score.loss;
}
