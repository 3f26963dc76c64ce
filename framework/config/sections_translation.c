/* Rows of the sections of task translation. */
#include <math.h>

#include "config/sections.h"

static const char *const bridges[] = {"copy", "projection", NULL};
static const char *const attentions[] = {"none", "dot", "general", NULL};
static const char *const contexts[] = {"initial", "every_step", NULL};
static const char *const decays[] = {"none", "linear", "exponential", "inverse_sigmoid", NULL};
static const char *const own_symbols[] = {"argmax", "sample", NULL};

const rondo_option rondo_decoder_rows[] = {
    RONDO_CHOICE(rondo_decoder_config, bridge, RONDO_BRIDGE_COPY, bridges,
                 "how a layer's starting states come from the last states of the encoder's layer "
                 "of the same number, both directions side by side: as they are, or tanh(W x + b); "
                 "default: copy where the widths are equal, otherwise projection"),
    RONDO_CHOICE(rondo_decoder_config, context, RONDO_CONTEXT_INITIAL, contexts,
                 "where the encoder's last output enters: the starting states alone, or the first "
                 "layer at every step, too"),
    RONDO_CHOICE(rondo_decoder_config, attention, RONDO_ATTENTION_NONE, attentions,
                 "whether the readout also sees a mean of all outputs of the encoder, weighted by "
                 "how they match the decoder's output at that step (Luong et al. 2015): by their "
                 "product (equal widths), or with a matrix between"),
    RONDO_OPTIONS_END};

const rondo_list_key rondo_decoder_list = {offsetof(rondo_decoder_config, layer_count),
                                           sizeof(rondo_layer_config), RONDO_MAX_LAYERS, true};

const rondo_option rondo_scheduled_sampling_rows[] = {
    RONDO_CHOICE(rondo_scheduled_sampling_config, decay, RONDO_DECAY_NONE, decays,
                 "of the probability of the true symbol with the update step i: linear k - slope "
                 "i, exponential k^i, inverse_sigmoid k / (k + exp(i / k)); none: always the true "
                 "one"),
    RONDO_REAL(rondo_scheduled_sampling_config, k, 1, 0, HUGE_VAL, RONDO_OPEN_LOW,
               "linear and exponential at most 1, inverse_sigmoid at least 1"),
    RONDO_REAL(rondo_scheduled_sampling_config, slope, 0, 0, 1, 0, "linear: fall of each step"),
    RONDO_REAL(rondo_scheduled_sampling_config, minimum, 0, 0, 1, 0,
               "the probability never falls below"),
    RONDO_CHOICE(rondo_scheduled_sampling_config, choice, RONDO_CHOOSE_ARGMAX, own_symbols,
                 "the model's own symbol: the most probable one, or one drawn"),
    RONDO_OPTIONS_END};
