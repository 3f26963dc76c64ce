/* Checks of task translation: pairs, the decoder and what it starts from, scheduled sampling. */
#include <stdio.h>
#include <string.h>

#include "config/tree.h"
#include "config/validate.h"
#include "plugin/plan.h"

static void refuse(const rondo_validator *v, const char *key, const char *other, const char *text)
{
    rondo_validator_refuse(v, key, other, text);
}

static void check_dictionaries(const rondo_validator *v)
{
    const rondo_data_config *data = &v->experiment->data;
    if (data->shared_vocabulary && data->unit != data->target_unit)
        refuse(v, "data.shared_vocabulary", "data.target_unit",
               "data.unit and data.target_unit must be the same for one dictionary");
}

/* State `name` of the plan, or -1. */
static int32_t find_state(const rondo_cell_plan *plan, const char *name)
{
    for (int32_t i = 0; i < plan->state_count; i++)
        if (strcmp(plan->states[i], name) == 0) return i;
    return -1;
}

/* Every state of the decoder's layer must be one of the encoder's cell. */
static void check_states(const rondo_validator *v, int64_t number, const rondo_cell_plan *to,
                         const rondo_cell *cell, const void *options)
{
    char key[RONDO_PATH_SIZE], text[256];
    rondo_cell_plan from;
    rondo_error error = {0};
    if (!cell || rondo_plan_get(cell, options, &from, &error)) return;
    for (int32_t i = 0; i < to->state_count; i++) {
        if (find_state(&from, to->states[i]) >= 0) continue;
        snprintf(key, sizeof key, "model.decoder.layers.%lld.cell", (long long)number);
        snprintf(text, sizeof text,
                 "the encoder's %s has no state %s to copy; bridge projection makes it from its "
                 "output",
                 cell->head.name, to->states[i]);
        refuse(v, key, "model.decoder.bridge", text);
        return;
    }
}

/* Copied states must be there, with the same meaning and as wide. */
static void check_copied_layer(const rondo_validator *v, int64_t number)
{
    char key[RONDO_PATH_SIZE], text[256];
    rondo_cell_plan to;
    rondo_error error = {0};
    const rondo_layer_config *encoder = &v->experiment->model.layers[number];
    const rondo_layer_config *decoder = &v->experiment->model.decoder.layers[number];
    int64_t units = rondo_layer_config_units(encoder);
    int64_t width = rondo_layer_config_width(encoder);
    if (!encoder->cell || !decoder->cell) return;
    if (units == decoder->hidden && width != rondo_layer_config_width(decoder)) {
        snprintf(key, sizeof key, "model.decoder.layers.%lld.options.projection",
                 (long long)number);
        snprintf(text, sizeof text,
                 "%lld numbers of output cannot take over %lld; bridge projection could",
                 (long long)rondo_layer_config_width(decoder), (long long)width);
        refuse(v, key, "model.decoder.bridge", text);
        return;
    }
    if (units != decoder->hidden) {
        snprintf(key, sizeof key, "model.decoder.layers.%lld.hidden", (long long)number);
        snprintf(text, sizeof text,
                 "%lld units cannot take over %lld numbers; bridge projection could",
                 (long long)decoder->hidden, (long long)units);
        refuse(v, key, "model.decoder.bridge", text);
        return;
    }
    if (rondo_plan_get(decoder->cell, decoder->options, &to, &error))
        return; /* reported where the cell is */
    check_states(v, number, &to, encoder->cell, encoder->options);
    if (encoder->bidirectional)
        check_states(v, number, &to, encoder->backward.cell, encoder->backward.options);
}

static void check_decoder_layers(const rondo_validator *v)
{
    char key[RONDO_PATH_SIZE], text[160];
    const rondo_model_config *model = &v->experiment->model;
    const rondo_decoder_config *decoder = &model->decoder;
    for (int64_t i = 0; i < decoder->layer_count; i++) {
        if (!decoder->layers[i].bidirectional) continue;
        snprintf(key, sizeof key, "model.decoder.layers.%lld.bidirectional", (long long)i);
        refuse(v, key, "task",
               "a decoder cannot read from the end: it would see the symbol it predicts");
    }
    if (decoder->layer_count != model->layer_count) {
        snprintf(text, sizeof text,
                 "%lld layers, but model.layers has %lld: each starts from the encoder's layer of "
                 "its number",
                 (long long)decoder->layer_count, (long long)model->layer_count);
        refuse(v, "model.decoder.layers", "model.layers", text);
        return;
    }
    for (int64_t i = 0; decoder->bridge == RONDO_BRIDGE_COPY && i < decoder->layer_count; i++)
        check_copied_layer(v, i);
}

static void check_pretrained(const rondo_validator *v)
{
    static const char text[] = "word vectors are not for translation yet";
    const rondo_model_config *model = &v->experiment->model;
    if (model->input.pretrained)
        refuse(v, "model.input.pretrained", "task", text);
    else if (model->decoder.input.pretrained)
        refuse(v, "model.decoder.input.pretrained", "task", text);
}

static void check_attention(const rondo_validator *v)
{
    const rondo_model_config *model = &v->experiment->model;
    const rondo_decoder_config *decoder = &model->decoder;
    char text[160];
    if (decoder->attention != RONDO_ATTENTION_DOT || model->layer_count == 0) return;
    const rondo_layer_config *encoder = &model->layers[model->layer_count - 1];
    int64_t width = rondo_layer_config_width(encoder);
    int64_t hidden = rondo_layer_config_width(&decoder->layers[decoder->layer_count - 1]);
    if (width == hidden) return;
    snprintf(text, sizeof text,
             "dot compares equal widths, but the last layers are %lld and %lld wide; general "
             "compares any",
             (long long)width, (long long)hidden);
    refuse(v, "model.decoder.attention", "model.decoder.layers", text);
}

static void check_decoder(const rondo_validator *v)
{
    const rondo_decoder_config *decoder = &v->experiment->model.decoder;
    if (!v->experiment->task->has_decoder) return;
    if (decoder->layer_count == 0) {
        refuse(v, "model.decoder.layers", "task",
               "missing key; allowed: a list of one layer to each of model.layers");
        return;
    }
    if (decoder->input.kind == RONDO_INPUT_VALUES)
        refuse(v, "model.decoder.input", "model.input",
               "a decoder reads symbols: write one_hot or {embedding: N}");
    check_pretrained(v);
    check_attention(v);
    check_decoder_layers(v);
}

static void check_scheduled_sampling(const rondo_validator *v)
{
    static const char key[] = "train.scheduled_sampling.k";
    const rondo_scheduled_sampling_config *sampling = &v->experiment->train.scheduled_sampling;
    if (sampling->decay == RONDO_DECAY_NONE) return;
    if (sampling->decay == RONDO_DECAY_INVERSE_SIGMOID) {
        if (sampling->k < 1) refuse(v, key, NULL, "must be at least 1 for inverse_sigmoid");
    } else if (sampling->k > 1) {
        refuse(v, key, NULL, "must be at most 1 for linear and exponential (it is a probability)");
    }
}

void rondo_validate_translation(const rondo_validator *validator)
{
    check_dictionaries(validator);
    check_decoder(validator);
    check_scheduled_sampling(validator);
}
