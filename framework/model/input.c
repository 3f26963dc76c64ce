/* The input of the first layer: embedding rows, or values as they are (a one-hot input never
 * becomes numbers: layer.c gathers weight rows instead). And the gradient of what was gathered. */
#include <string.h>

#include "base/parallel.h"
#include "model/workspace.h"

enum { COLUMNS_A_TASK = 32 };

const rondo_real *rondo_pass_layer_output(const rondo_pass *pass, int64_t layer)
{
    if (pass->layers[layer].output) return pass->layers[layer].output;
    const rondo_track *track = &pass->tracks[pass->network->layers[layer].directions[0]];
    return track->state[0] + rondo_track_after(track, pass->batch, 0) * track->direction->hidden;
}

const rondo_real *rondo_pass_layer_input(const rondo_pass *pass, int64_t layer)
{
    if (layer > 0) return rondo_pass_layer_output(pass, layer - 1);
    return pass->network->embedding >= 0 ? pass->first_input : pass->batch->input_values;
}

static void gather_task(void *context, int64_t task, int thread)
{
    rondo_pass *pass = context;
    int64_t width = pass->network->first_width;
    int64_t end = (task + 1) * RONDO_CHUNK;
    const rondo_real *rows = rondo_pass_weights(pass, pass->network->embedding);
    double start = rondo_profile_start(pass->profile);
    if (end > pass->batch->tokens) end = pass->batch->tokens;
    for (int64_t n = task * RONDO_CHUNK; n < end; n++)
        memcpy(pass->first_input + n * width, rows + pass->batch->inputs[n] * width,
               (size_t)width * sizeof(rondo_real));
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_GATHER, start);
}

void rondo_input_forward(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    if (network->embedding < 0) return;
    rondo_parallel_for(pass->size.threads, (pass->batch->tokens + RONDO_CHUNK - 1) / RONDO_CHUNK,
                       gather_task, pass);
    rondo_dropout_forward(pass, -1, network->input_dropout, network->first_width, pass->first_kept,
                          pass->first_input);
}

/* Rows of a table that were gathered get the sums of their gradients: a range of columns a task,
 * all tokens in their order, so that every sum has one order. Where the readout is tied to the
 * table, they are added to its gradient. */
typedef struct scatter {
    const rondo_pass *pass;
    const rondo_real *d_gathered; /* [N, width] */
    int64_t width;
    rondo_real *d_table; /* [symbols, width] */
    int64_t first_new; /* rows before this one have a gradient already, to which theirs is added */
} scatter;

static void scatter_task(void *context, int64_t task, int thread)
{
    const scatter *s = context;
    const rondo_batch *batch = s->pass->batch;
    int64_t first = task * COLUMNS_A_TASK;
    int64_t count = s->width - first < COLUMNS_A_TASK ? s->width - first : COLUMNS_A_TASK;
    double start = rondo_profile_start(s->pass->profile);
    for (int64_t v = s->first_new; v < s->pass->network->input_width; v++)
        memset(s->d_table + v * s->width + first, 0, (size_t)count * sizeof(rondo_real));
    for (int64_t n = 0; n < batch->tokens; n++) {
        rondo_real *restrict sum = s->d_table + batch->inputs[n] * s->width + first;
        const rondo_real *restrict d = s->d_gathered + n * s->width + first;
        for (int64_t j = 0; j < count; j++)
            sum[j] += d[j];
    }
    rondo_profile_add(s->pass->profile, thread, RONDO_PHASE_GATHER, start);
}

static void scatter_all(const rondo_pass *pass, const rondo_real *d_gathered, int64_t width,
                        rondo_real *d_table, int64_t first_new)
{
    scatter s = {pass, d_gathered, width, d_table, first_new};
    rondo_parallel_for(pass->size.threads, (width + COLUMNS_A_TASK - 1) / COLUMNS_A_TASK,
                       scatter_task, &s);
}

static void one_hot_backward(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[0];
    for (int64_t i = 0; i < layer->direction_count; i++) {
        const rondo_track *track = &pass->tracks[layer->directions[i]];
        const rondo_direction *d = track->direction;
        scatter_all(pass, track->gates, d->gate_count * d->hidden,
                    rondo_pass_gradient_of(pass, d->input_weights), 0);
    }
}

void rondo_input_backward(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    if (network->input_kind == RONDO_INPUT_ONE_HOT) one_hot_backward(pass);
    if (network->embedding < 0 || network->frozen) return;
    rondo_dropout_backward(pass, network->input_dropout, network->first_width, pass->first_kept,
                           pass->d_output);
    scatter_all(pass, pass->d_output, network->first_width,
                rondo_pass_gradient_of(pass, network->embedding),
                network->readout_weights < 0 ? network->output_width : 0);
}
