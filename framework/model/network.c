#include "model/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/direction.h"
#include "model/encoder_decoder.h"

static bool is_encoder(const rondo_network *network)
{
    return network->output_width == 0;
}

rondo_status rondo_network_add(rondo_network *network, rondo_parameter parameter, int64_t *index,
                               rondo_error *error)
{
    parameter.encoder = is_encoder(network);
    return rondo_layout_add(&network->layout, &parameter, index, error);
}

static rondo_status add_norm_part(rondo_network *network, int64_t layer, const char *name,
                                  rondo_parameter_role kind, int64_t *index, rondo_error *error)
{
    rondo_parameter parameter = {
        .rows = 1, .columns = network->layers[layer].output, .role = kind, .direction = -1};
    snprintf(parameter.name, sizeof parameter.name, "layers/%lld/layer_norm/%s", (long long)layer,
             name);
    return rondo_network_add(network, parameter, index, error);
}

static rondo_status add_norm(rondo_network *network, int64_t number,
                             const rondo_layer_config *config, rondo_error *error)
{
    rondo_layer *layer = &network->layers[number];
    layer->norm_gains = layer->norm_biases = -1;
    layer->norm_epsilon = config->layer_norm_epsilon;
    if (!config->layer_norm) return RONDO_OK;
    rondo_status status =
        add_norm_part(network, number, "gains", RONDO_ROLE_ONES, &layer->norm_gains, error);
    if (status) return status;
    return add_norm_part(network, number, "biases", RONDO_ROLE_ZEROS, &layer->norm_biases, error);
}

static rondo_status add_layer(rondo_network *network, int64_t number, int64_t width,
                              const rondo_layer_config *config, rondo_error *error)
{
    rondo_layer *layer = &network->layers[number];
    rondo_direction_config forward = {
        .cell = config->cell, .options = config->options, .hidden = config->hidden};
    memcpy(forward.zoneout, config->zoneout, sizeof forward.zoneout);
    layer->input = width;
    layer->dropout = config->dropout;
    layer->dropout_kind = config->dropout_kind;
    layer->residual = config->residual;
    rondo_layout_begin_group(&network->layout);
    layer->group = network->layout.groups - 1;
    rondo_status status = rondo_direction_add(network, number, false, &forward, error);
    if (!status && config->bidirectional)
        status = rondo_direction_add(network, number, true, &config->backward, error);
    if (status) return status;
    for (int64_t i = 0; i < layer->direction_count; i++)
        network->directions[layer->directions[i]].recurrent_dropout = config->recurrent_dropout;
    if (layer->residual && layer->input != layer->output)
        return rondo_error_set(error, RONDO_USAGE,
                               "model.layers.%lld.residual: the layer's input is %lld wide and its "
                               "output %lld: they are added, so they must be of one width",
                               (long long)number, (long long)layer->input,
                               (long long)layer->output);
    return add_norm(network, number, config, error);
}

static rondo_status add_layers(rondo_network *network, const rondo_model_config *config,
                               rondo_error *error)
{
    rondo_status status;
    int64_t width = network->first_width;
    for (int64_t i = 0; i < config->layer_count; i++) {
        status = add_layer(network, i, width, &config->layers[i], error);
        if (status) return status;
        width = network->layers[i].output;
    }
    network->layer_count = config->layer_count;
    return RONDO_OK;
}

static rondo_status add_table(rondo_network *network, const char *name, int64_t symbols,
                              int64_t width, int64_t *index, rondo_error *error)
{
    rondo_parameter table = {
        .rows = symbols, .columns = width, .role = RONDO_ROLE_EMBEDDING, .direction = -1};
    snprintf(table.name, sizeof table.name, "%s", name);
    return rondo_network_add(network, table, index, error);
}

static rondo_status add_embedding(rondo_network *network, const rondo_model_config *config,
                                  rondo_error *error)
{
    rondo_layout_begin_group(&network->layout);
    char name[RONDO_MAX_PARAMETER_NAME];
    snprintf(name, sizeof name, "%sembedding/weights", network->prefix);
    return add_table(network, name, network->input_width, config->input.embedding,
                     &network->embedding, error);
}

/* They are of the embedding's group, where that is trained. `sizes`: NULL where there are none. */
static rondo_status add_features(rondo_network *network, const rondo_feature_config *features,
                                 const int64_t *sizes, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (!sizes) return RONDO_OK;
    if (network->frozen && network->feature_count > 0) rondo_layout_begin_group(&network->layout);
    for (int64_t f = 0; f < network->feature_count && !status; f++) {
        char name[RONDO_MAX_PARAMETER_NAME];
        snprintf(name, sizeof name, "features/%lld/weights", (long long)f);
        status =
            add_table(network, name, sizes[f], features[f].embedding, &network->features[f], error);
    }
    return status;
}

static rondo_status add_readout(rondo_network *network, const rondo_model_config *config,
                                rondo_error *error)
{
    int64_t hidden = network->layers[network->layer_count - 1].output;
    rondo_status status = RONDO_OK;
    rondo_layout_begin_group(&network->layout);
    rondo_parameter weights = {.name = "readout/weights",
                               .rows = hidden,
                               .columns = network->output_width,
                               .role = RONDO_ROLE_INPUT_WEIGHTS,
                               .direction = -1};
    network->readout_weights = network->readout_biases = -1;
    if (!config->readout_tied)
        status = rondo_network_add(network, weights, &network->readout_weights, error);
    if (status || !config->readout_bias) return status;
    rondo_parameter biases = {.name = "readout/biases",
                              .rows = 1,
                              .columns = network->output_width,
                              .role = RONDO_ROLE_BIASES,
                              .direction = -1};
    return rondo_network_add(network, biases, &network->readout_biases, error);
}

/* They are of the readout's group. */
static rondo_status add_loss_parameters(rondo_network *network, rondo_error *error)
{
    rondo_loss_parameter own[RONDO_MAX_LOSS_PARAMETERS];
    rondo_status status = RONDO_OK;
    if (!network->loss->sequence) return RONDO_OK;
    network->loss_parameter_count =
        rondo_loss_parameters(network->loss, network->loss_options, network->output_width, own);
    for (int32_t i = 0; !status && i < network->loss_parameter_count; i++) {
        rondo_parameter parameter = {.rows = own[i].rows,
                                     .columns = own[i].columns,
                                     .role = RONDO_ROLE_ZEROS,
                                     .direction = -1};
        snprintf(parameter.name, sizeof parameter.name, "loss/%.63s", own[i].name);
        status = rondo_network_add(network, parameter, &network->loss_parameters[i], error);
    }
    return status;
}

static void measure_input(rondo_network *network, const rondo_experiment *experiment,
                          const rondo_input_config *input, const int64_t *feature_sizes)
{
    bool embedded = input->kind == RONDO_INPUT_EMBEDDING;
    network->embedding = -1;
    network->frozen = embedded && input->frozen;
    network->feature_count = embedded && feature_sizes ? experiment->data.feature_count : 0;
    network->first_width = embedded ? input->embedding : network->input_width;
    for (int64_t f = 0; f < network->feature_count; f++)
        network->first_width += experiment->data.features[f].embedding;
}

/* A constant embedding stands last. */
static rondo_status add_parameters(rondo_network *network, const rondo_experiment *experiment,
                                   const rondo_model_config *config, const int64_t *feature_sizes,
                                   rondo_error *error)
{
    rondo_status status;
    bool embedded = config->input.kind == RONDO_INPUT_EMBEDDING;
    measure_input(network, experiment, &config->input, feature_sizes);
    if (embedded && !network->frozen && (status = add_embedding(network, config, error)))
        return status;
    if ((status = add_features(network, experiment->data.features, feature_sizes, error)))
        return status;
    if ((status = add_layers(network, config, error))) return status;
    if (!is_encoder(network) && (status = add_readout(network, config, error))) return status;
    if (!is_encoder(network) && (status = add_loss_parameters(network, error))) return status;
    if (!network->frozen) return RONDO_OK;
    rondo_layout_begin_frozen(&network->layout);
    return add_embedding(network, config, error);
}

/* An encoder drops other units than its decoder: its random numbers have a seed that no config can
 * give. */
static uint64_t seed_of(const rondo_experiment *experiment, rondo_seed what, int64_t output_width)
{
    static const uint64_t of_encoder = UINT64_C(1) << 63;
    return rondo_experiment_seed(experiment, what) | (output_width == 0 ? of_encoder : 0);
}

/* Input, layers and, where there is an output, readout. `encoder` (may be NULL) is taken over, and
 * its layout goes on here. */
static rondo_status create(const rondo_experiment *experiment, const rondo_model_config *config,
                           rondo_network *encoder, int64_t input_width, int64_t target_width,
                           const int64_t *feature_sizes, rondo_network **out, rondo_error *error)
{
    int64_t parts = rondo_loss_parts(experiment->loss.loss, experiment->loss.options);
    int64_t output_width = target_width * parts;
    rondo_status status = RONDO_FAILED;
    *out = NULL;
    rondo_network *network = rondo_memory_create(sizeof *network, "network", error);
    if (!network) {
        rondo_network_destroy(encoder);
        return error->status;
    }
    network->prefix = output_width == 0 ? "encoder/" : encoder ? "decoder/" : "";
    network->precision = rondo_network_precision(experiment);
    network->input_kind = config->input.kind;
    network->input_width = input_width;
    network->input_dropout = config->input.dropout;
    network->input_noise = config->input.noise;
    network->input_dropout_kind = config->input.dropout_kind;
    network->pooling = config->pooling;
    network->unknown_rate = config->input.unknown_rate;
    network->target_width = target_width;
    network->output_width = output_width;
    network->loss = experiment->loss.loss;
    network->loss_options = experiment->loss.options;
    network->seed = seed_of(experiment, RONDO_SEED_MASKS, output_width);
    network->initialization_seed = seed_of(experiment, RONDO_SEED_INITIALIZATION, output_width);
    rondo_encoder_attach(network, encoder);
    size_t layers = (size_t)config->layer_count;
    network->layers = rondo_memory_create(layers * sizeof *network->layers, "layers", error);
    network->directions =
        rondo_memory_create(2 * layers * sizeof *network->directions, "layers", error);
    if (!network->layers || !network->directions) goto cleanup;
    if ((status = add_parameters(network, experiment, config, feature_sizes, error))) goto cleanup;
    *out = network;
    network = NULL;
cleanup:
    rondo_network_destroy(network);
    return status;
}

static rondo_status create_encoder_decoder(const rondo_experiment *experiment, int64_t input_width,
                                           int64_t output_width, rondo_network **out,
                                           rondo_error *error)
{
    rondo_network *encoder;
    const rondo_decoder_config *config = &experiment->model.decoder;
    *out = NULL;
    rondo_model_config *decoder = rondo_memory_create(sizeof *decoder, "network", error);
    if (!decoder) return error->status;
    *decoder = experiment->model;
    decoder->input = config->input;
    decoder->layer_count = config->layer_count;
    memcpy(decoder->layers, config->layers, sizeof decoder->layers);
    rondo_status status =
        create(experiment, &experiment->model, NULL, input_width, 0, NULL, &encoder, error);
    if (!status)
        status = create(experiment, decoder, encoder, output_width, output_width, NULL, out, error);
    if (!status) status = rondo_encoder_link(*out, config, error);
    if (status) {
        rondo_network_destroy(*out);
        *out = NULL;
    }
    rondo_memory_destroy(decoder);
    return status;
}

static rondo_status add_constants(rondo_network *network, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < network->direction_count && !status; i++)
        status = rondo_direction_add_constants(network, i, error);
    return status;
}

/* Constants stand behind all that is trained, the encoder's too, whose layout is the decoder's. */
static rondo_status freeze(rondo_network *network, rondo_error *error)
{
    rondo_network *encoder = network->encoder;
    rondo_status status = RONDO_OK;
    rondo_layout_begin_frozen(&network->layout);
    if (encoder) {
        encoder->layout = network->layout;
        status = add_constants(encoder, error);
        network->layout = encoder->layout;
    }
    if (!status) status = add_constants(network, error);
    if (encoder) encoder->layout = network->layout;
    return status;
}

rondo_status rondo_network_create(const rondo_experiment *experiment, int64_t input_width,
                                  int64_t target_width, const int64_t *feature_sizes,
                                  rondo_network **out, rondo_error *error)
{
    rondo_status status =
        experiment->task->has_decoder
            ? create_encoder_decoder(experiment, input_width, target_width, out, error)
            : create(experiment, &experiment->model, NULL, input_width, target_width, feature_sizes,
                     out, error);
    if (status || !*out || !(status = freeze(*out, error))) return status;
    rondo_network_destroy(*out);
    *out = NULL;
    return status;
}

void rondo_network_destroy(rondo_network *network)
{
    if (!network) return;
    rondo_encoder_detach(network);
    rondo_layout_finish(&network->layout);
    rondo_memory_destroy(network->layers);
    rondo_memory_destroy(network->directions);
    rondo_memory_destroy(network->state_bridges);
    rondo_memory_destroy(network);
}

int64_t rondo_direction_width(const rondo_direction *direction, int32_t state)
{
    return state == 0 ? direction->output : direction->hidden;
}

bool rondo_network_trains_input(const rondo_network *network)
{
    return network->embedding >= 0 && (!network->frozen || network->feature_count > 0);
}

bool rondo_network_needs_input_gradient(const rondo_network *network,
                                        const rondo_direction *direction)
{
    return direction->layer > 0 || rondo_network_trains_input(network);
}

bool rondo_network_gathers_input(const rondo_network *network, const rondo_direction *direction)
{
    return direction->layer == 0 && network->input_kind == RONDO_INPUT_ONE_HOT;
}

int64_t rondo_network_predictions(const rondo_network *network, int64_t rows, int64_t tokens)
{
    return network->pooling == RONDO_POOLING_NONE ? tokens : rows;
}

void rondo_network_describe(const rondo_network *network, rondo_text *text)
{
    for (int64_t i = 0; i < network->layout.count; i++) {
        const rondo_parameter *p = &network->layout.parameters[i];
        const char *frozen = i < network->layout.trained_count ? "" : "  frozen";
        if (p->rows > 1)
            rondo_text_add(text, "  %-44s [%lld, %lld]%s\n", p->name, (long long)p->rows,
                           (long long)p->columns, frozen);
        else
            rondo_text_add(text, "  %-44s [%lld]%s\n", p->name, (long long)p->columns, frozen);
    }
}
