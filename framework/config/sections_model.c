/* The section model: input, layers, decoder, initialization, readout. */
#include <math.h>

#include "config/sections_private.h"

static const char *const inputs[] = {"embedding", "one_hot", "values", NULL};
static const char *const poolings[] = {"none", "last", "mean", "max", NULL};
static const char *const dropout_kinds[] = {"element", "sequence", NULL};
static const char *const rules[] = {"glorot_uniform", "orthogonal",   "uniform",
                                    "normal",         "inverse_root", NULL};
static const char *const bridges[] = {"copy", "projection", NULL};
static const char *const attentions[] = {"none", "dot", "general", NULL};
static const char *const contexts[] = {"initial", "every_step", NULL};

#define DROPOUT_KIND_HELP                                                                          \
    "drawn anew for each step, or once for all steps that a sequence has in the minibatch "        \
    "(variational dropout)"

static const rondo_option input_rows[] = {
    RONDO_CHOICE(rondo_input_config, kind, RONDO_INPUT_ONE_HOT, inputs,
                 "how a symbol is presented to the network; `input: one_hot` is short for {kind: "
                 "one_hot}, `input: values` (real numbers) likewise; default: values for idx and "
                 "forecasting, otherwise embedding where a width is given and one_hot where not"),
    RONDO_INTEGER(rondo_input_config, embedding, 0, 1, RONDO_MOST_UNITS,
                  "width of the embedding; kind embedding only"),
    RONDO_REAL(rondo_input_config, noise, 0, 0, HUGE_VAL, RONDO_OPEN_HIGH,
               "standard deviation of Gaussian noise that training adds to the values, or to the "
               "embedding's output, before dropout (Bishop 1995), drawn anew for each number, step "
               "and update; 0: off; one_hot: none"),
    RONDO_REAL(rondo_input_config, dropout, 0, 0, 1, RONDO_OPEN_HIGH,
               "dropout of what enters the first layer; one_hot: of whole symbols"),
    RONDO_CHOICE(rondo_input_config, dropout_kind, RONDO_DROP_ELEMENTS, dropout_kinds,
                 DROPOUT_KIND_HELP),
    RONDO_TEXT_ROW(
        rondo_input_config, pretrained, NULL,
        "a text file of word vectors (GloVe, word2vec) that the embedding starts from, relative "
        "to the config's folder; needed when training starts, not afterwards"),
    RONDO_BOOLEAN(rondo_input_config, frozen, false,
                  "leave the pretrained embedding as it is: it has no gradient"),
    RONDO_REAL(rondo_input_config, unknown_rate, 0, 0, 1, RONDO_OPEN_HIGH,
               "probability that training replaces a symbol by the unknown symbol, drawn anew each "
               "time, so that the unknown symbol is learned; features stay as they are"),
    RONDO_OPTIONS_END};

static const rondo_option backward_rows[] = {RONDO_INTEGER(rondo_direction_config, hidden, 0, 1,
                                                           RONDO_MOST_UNITS,
                                                           "units of that direction"),
                                             RONDO_OPTIONS_END};

static const rondo_plugin_key backward_plugin = {
    .key = "cell",
    .kind = RONDO_KIND_CELL,
    .plugin_offset = offsetof(rondo_direction_config, cell),
    .options_offset = offsetof(rondo_direction_config, options),
    .help = "the recurrent unit of that direction",
    .inherits = true};

#define ZONEOUT_HELP                                                                               \
    "probability that a unit of a state keeps its previous value, by the name of the state; in "   \
    "evaluation the mean of both takes its place"

static const rondo_state_key backward_zoneout = {
    "zoneout", offsetof(rondo_direction_config, zoneout), ZONEOUT_HELP};

static const rondo_section layer_sections[] = {
    {RONDO_SECTION("backward", rondo_layer_config, backward, backward_rows,
                   "bidirectional: settings of the backward network, where they differ; cell, "
                   "hidden, zoneout and options default to those of the forward direction"),
     .plugin = &backward_plugin, .states = &backward_zoneout},
    RONDO_SECTIONS_END};

static const rondo_option layer_rows[] = {
    RONDO_ROW("hidden", RONDO_OPTION_INTEGER, RONDO_REQUIRED, rondo_layer_config, hidden, int64_t,
              128, 1, RONDO_MOST_UNITS, NULL, NULL, "units of the layer, in each direction"),
    RONDO_REAL(rondo_layer_config, recurrent_dropout, 0, 0, 1, RONDO_OPEN_HIGH,
               "dropout of the states that the recurrent products read; drawn once for all steps "
               "that a sequence has in the minibatch"),
    RONDO_BOOLEAN(rondo_layer_config, layer_norm, false,
                  "normalize the layer's output over its units, with a gain and a bias for each"),
    RONDO_REAL(rondo_layer_config, layer_norm_epsilon, 1e-5, 0, 1, RONDO_OPEN_LOW,
               "added to the variance by layer_norm"),
    RONDO_REAL(rondo_layer_config, dropout, 0, 0, 1, RONDO_OPEN_HIGH,
               "dropout of the layer's output, after layer_norm"),
    RONDO_CHOICE(rondo_layer_config, dropout_kind, RONDO_DROP_ELEMENTS, dropout_kinds,
                 DROPOUT_KIND_HELP),
    RONDO_BOOLEAN(
        rondo_layer_config, residual, false,
        "add the layer's input to its output, after dropout; both must have the same width"),
    RONDO_BOOLEAN(rondo_layer_config, bidirectional, false,
                  "a second network reads each sequence backward; outputs are concatenated"),
    RONDO_OPTIONS_END};

static const rondo_plugin_key layer_plugin = {.key = "cell",
                                              .kind = RONDO_KIND_CELL,
                                              .plugin_offset = offsetof(rondo_layer_config, cell),
                                              .options_offset =
                                                  offsetof(rondo_layer_config, options),
                                              .help = "the recurrent unit"};

static const rondo_state_key layer_zoneout = {"zoneout", offsetof(rondo_layer_config, zoneout),
                                              ZONEOUT_HELP};

static const rondo_list_key layer_list = {offsetof(rondo_model_config, layer_count),
                                          sizeof(rondo_layer_config), RONDO_MAX_LAYERS, false};

static const rondo_option decoder_rows[] = {
    RONDO_CHOICE(rondo_decoder_config, bridge, RONDO_BRIDGE_COPY, bridges,
                 "how a layer's initial states are made from the final states of the encoder's "
                 "layer of the same number, both directions concatenated: as they are, or tanh(W x "
                 "+ b); default: copy where the widths are equal, otherwise projection"),
    RONDO_CHOICE(rondo_decoder_config, context, RONDO_CONTEXT_INITIAL, contexts,
                 "where the encoder's last output enters: only the initial states, or also the "
                 "first layer at every step"),
    RONDO_CHOICE(rondo_decoder_config, attention, RONDO_ATTENTION_NONE, attentions,
                 "whether the readout also sees a mean of all outputs of the encoder, weighted by "
                 "how they match the decoder's output at that step (Luong et al. 2015): by their "
                 "dot product (equal widths), or with a weight matrix between"),
    RONDO_OPTIONS_END};

static const rondo_list_key decoder_list = {offsetof(rondo_decoder_config, layer_count),
                                            sizeof(rondo_layer_config), RONDO_MAX_LAYERS, true};

static const rondo_section decoder_sections[] = {
    {RONDO_SECTION("input", rondo_decoder_config, input, input_rows,
                   "how the previous symbol is presented; default: as model.input"),
     .is_repeated = true},
    {RONDO_SECTION(
         "layers", rondo_decoder_config, layers, layer_rows,
         "one for each of model.layers, with the same keys, not bidirectional; [] for other tasks"),
     .plugin = &layer_plugin, .states = &layer_zoneout, .sections = layer_sections,
     .list = &decoder_list, .is_repeated = true},
    RONDO_SECTIONS_END};

static const rondo_option initialization_rows[] = {
    RONDO_CHOICE(rondo_initialization_config, weights, RONDO_GLOROT_UNIFORM, rules,
                 "input products, readout and embedding"),
    RONDO_CHOICE(rondo_initialization_config, recurrent, RONDO_ORTHOGONAL, rules,
                 "recurrent products"),
    RONDO_REAL(rondo_initialization_config, scale, 0.1, 0, 100, RONDO_OPEN_LOW,
               "of uniform (+- scale, biases too) and normal (standard deviation)"),
    RONDO_OPTIONS_END};

static const rondo_option readout_rows[] = {
    RONDO_ROW("bias", RONDO_OPTION_BOOLEAN, 0, rondo_model_config, readout_bias, bool, true, 0, 1,
              NULL, NULL, "add a bias"),
    RONDO_ROW("tied", RONDO_OPTION_BOOLEAN, 0, rondo_model_config, readout_tied, bool, false, 0, 1,
              NULL, NULL,
              "the weights are the embedding's transpose (Press "
              "& Wolf 2017): the last layer must be as wide as "
              "the embedding; a language_model only"),
    RONDO_OPTIONS_END};

const rondo_option rondo_model_rows[] = {
    RONDO_CHOICE(rondo_model_config, pooling, RONDO_POOLING_NONE, poolings,
                 "what the readout sees of the last layer: every step (none), or one vector per "
                 "sequence: its last step (of a backward direction the first, which has read "
                 "everything), the mean or the maximum over its steps; default: last for "
                 "classification, regression and series, otherwise none"),
    RONDO_OPTIONS_END};

const rondo_section rondo_model_sections[] = {
    {RONDO_SECTION("input", rondo_model_config, input, input_rows, "input of the first layer")},
    {RONDO_SECTION("layers", rondo_model_config, layers, layer_rows,
                   "recurrent layers, from the input up; at least one"),
     .plugin = &layer_plugin, .states = &layer_zoneout, .sections = layer_sections,
     .list = &layer_list},
    {RONDO_SECTION(
         "decoder", rondo_model_config, decoder, decoder_rows,
         "translation: what writes the target; model.input and model.layers read the source"),
     .sections = decoder_sections},
    {RONDO_SECTION("initialization", rondo_model_config, initialization, initialization_rows,
                   "initial weights")},
    {.name = "readout",
     .rows = readout_rows,
     .help = "output layer: from the last layer to the predictions"},
    RONDO_SECTIONS_END};
