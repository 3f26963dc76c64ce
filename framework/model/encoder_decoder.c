#include "model/encoder_decoder.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

void rondo_encoder_attach(rondo_network *decoder, rondo_network *encoder)
{
    if (!encoder) return;
    decoder->encoder = encoder;
    decoder->layout = encoder->layout;
    encoder->layout = (rondo_layout){0};
}

void rondo_encoder_detach(rondo_network *decoder)
{
    if (!decoder->encoder) return;
    decoder->encoder->layout = (rondo_layout){0};
    rondo_network_destroy(decoder->encoder);
}

/* A decoder's state starts from the encoder's state of the same name; one that has no namesake
 * (an LSTM behind a GRU) from the output, which is the first. */
static int32_t find_state(const rondo_direction *encoder, const char *name)
{
    for (int32_t i = 0; i < encoder->plan.state_count; i++)
        if (strcmp(encoder->plan.states[i], name) == 0) return i;
    return 0;
}

static rondo_status add_projection(rondo_network *decoder, rondo_state_bridge *state_bridge,
                                   rondo_error *error)
{
    const rondo_direction *to = &decoder->directions[state_bridge->direction];
    int64_t width = rondo_direction_width(to, state_bridge->state);
    rondo_parameter weights = {.rows = state_bridge->width,
                               .columns = width,
                               .role = RONDO_ROLE_INPUT_WEIGHTS,
                               .direction = -1};
    rondo_parameter biases = {
        .rows = 1, .columns = width, .role = RONDO_ROLE_BIASES, .direction = -1};
    const char *state = to->plan.states[state_bridge->state];
    snprintf(weights.name, sizeof weights.name, "bridge/%lld/%s/weights",
             (long long)state_bridge->layer, state);
    snprintf(biases.name, sizeof biases.name, "bridge/%lld/%s/biases",
             (long long)state_bridge->layer, state);
    rondo_status status =
        rondo_layout_add(&decoder->layout, &weights, &state_bridge->weights, error);
    return status ? status
                  : rondo_layout_add(&decoder->layout, &biases, &state_bridge->biases, error);
}

static rondo_status add_links(rondo_network *decoder, const rondo_decoder_config *config,
                              rondo_error *error)
{
    const rondo_network *encoder = decoder->encoder;
    size_t most = (size_t)decoder->direction_count * RONDO_MAX_STATES;
    decoder->state_bridges =
        rondo_memory_create(most * sizeof *decoder->state_bridges, "network", error);
    if (!decoder->state_bridges) return error->status;
    for (int64_t i = 0; i < decoder->direction_count; i++) {
        const rondo_direction *to = &decoder->directions[i];
        const rondo_layer *from = &encoder->layers[to->layer];
        for (int32_t state = 0; state < to->plan.state_count; state++) {
            rondo_state_bridge *state_bridge =
                &decoder->state_bridges[decoder->state_bridge_count++];
            *state_bridge = (rondo_state_bridge){
                .direction = i, .state = state, .layer = to->layer, .weights = -1, .biases = -1};
            for (int64_t d = 0; d < from->direction_count; d++) {
                const rondo_direction *giver = &encoder->directions[from->directions[d]];
                state_bridge->from[d] = find_state(giver, to->plan.states[state]);
                state_bridge->width += rondo_direction_width(giver, state_bridge->from[d]);
            }
            if (config->bridge == RONDO_BRIDGE_COPY) continue;
            rondo_status status = add_projection(decoder, state_bridge, error);
            if (status) return status;
        }
    }
    return RONDO_OK;
}

static rondo_status add_context(rondo_network *decoder, rondo_error *error)
{
    const rondo_network *encoder = decoder->encoder;
    const rondo_direction *first = &decoder->directions[0];
    const rondo_gate_runs *with_input = &first->with_input, *with_bias = &first->with_bias;
    if (with_input->blocks + with_input->frozen_blocks < first->gate_count ||
        with_bias->blocks + with_bias->frozen_blocks < first->gate_count)
        return rondo_error_set(
            error, RONDO_USAGE,
            "model.decoder.context: every_step adds to all gates of the first layer, "
            "and cell %s has gates that read no input or have no bias, or whose units "
            "share them: write context: initial, or another cell",
            first->cell->head.name);
    decoder->context_width = encoder->layers[encoder->layer_count - 1].output;
    rondo_parameter weights = {.name = "decoder/context_weights",
                               .rows = decoder->context_width,
                               .columns = first->gate_count * first->hidden,
                               .role = RONDO_ROLE_INPUT_WEIGHTS,
                               .direction = 0};
    return rondo_layout_add(&decoder->layout, &weights, &decoder->context_weights, error);
}

static rondo_status add_attention(rondo_network *decoder, int rule, rondo_error *error)
{
    const rondo_network *encoder = decoder->encoder;
    int64_t width = encoder->layers[encoder->layer_count - 1].output;
    int64_t hidden = decoder->layers[decoder->layer_count - 1].output;
    rondo_parameter keys = {.name = "attention/key_weights",
                            .rows = width,
                            .columns = hidden,
                            .role = RONDO_ROLE_INPUT_WEIGHTS,
                            .direction = -1};
    rondo_parameter weights = {.name = "attention/weights",
                               .rows = width + hidden,
                               .columns = hidden,
                               .role = RONDO_ROLE_INPUT_WEIGHTS,
                               .direction = -1};
    rondo_status status = RONDO_OK;
    decoder->attention_width = width;
    decoder->attention_keys = -1;
    if (rule == RONDO_ATTENTION_GENERAL)
        status = rondo_layout_add(&decoder->layout, &keys, &decoder->attention_keys, error);
    if (status) return status;
    return rondo_layout_add(&decoder->layout, &weights, &decoder->attention_weights, error);
}

rondo_status rondo_encoder_link(rondo_network *decoder, const rondo_decoder_config *config,
                                rondo_error *error)
{
    rondo_layout_begin_group(&decoder->layout);
    rondo_status status = add_links(decoder, config, error);
    if (!status && config->context == RONDO_CONTEXT_EVERY_STEP)
        status = add_context(decoder, error);
    if (!status && config->attention != RONDO_ATTENTION_NONE)
        status = add_attention(decoder, config->attention, error);
    if (!status) decoder->encoder->layout = decoder->layout;
    return status;
}
