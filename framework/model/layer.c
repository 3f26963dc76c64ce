/* One layer, forward and backward: the recurrence of its directions, and what belongs to all steps
 * at once. */
#include "base/parallel.h"
#include "model/workspace.h"

int64_t rondo_track_after(const rondo_track *track, const rondo_batch *batch, int64_t t)
{
    if (!track->direction->reverse) return batch->rows + batch->offset[t];
    return t > 0 ? batch->offset[t - 1] : batch->tokens;
}

int64_t rondo_track_before(const rondo_track *track, const rondo_batch *batch, int64_t t)
{
    if (track->direction->reverse) return batch->offset[t];
    return t > 0 ? batch->rows + batch->offset[t - 1] : 0;
}

void rondo_track_tile(const rondo_pass *pass, const rondo_track *track, int64_t t,
                      int64_t first_row, int64_t rows, int64_t first_unit, int64_t units,
                      rondo_cell_tile *tile)
{
    const rondo_direction *d = track->direction;
    const rondo_cell_plan *plan = &d->plan;
    int64_t hidden = d->hidden, row = pass->batch->offset[t] + first_row;
    int64_t before = rondo_track_before(track, pass->batch, t) + first_row;
    int64_t after = rondo_track_after(track, pass->batch, t) + first_row;
    *tile = (rondo_cell_tile){.rows = rows,
                              .units = units,
                              .gate_stride = d->gate_count * hidden,
                              .beside_stride = d->beside_count * hidden,
                              .block_stride = hidden,
                              .unit_stride = hidden,
                              .tape_stride = plan->tape_count * hidden};
    tile->gates = track->gates + row * tile->gate_stride + first_unit;
    if (track->beside) tile->beside = track->beside + row * tile->beside_stride + first_unit;
    if (track->tape) tile->tape = track->tape + row * tile->tape_stride + first_unit;
    for (int32_t i = 0; i < plan->state_count; i++) {
        tile->previous[i] = track->state[i] + before * hidden + first_unit;
        tile->state[i] = track->state[i] + after * hidden + first_unit;
    }
    for (int32_t i = 0; i < plan->made_count; i++)
        tile->made[i] = track->made[i] + row * hidden + first_unit;
    for (int32_t i = 0; i < plan->vector_count; i++)
        tile->vectors[i] = rondo_pass_weights(pass, d->vectors[i]) + first_unit;
}

/* --- forward --- */

void rondo_layer_forward(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    rondo_layer_buffer *buffer = &pass->layers[pass->layer];
    rondo_parallel_run(pass->size.threads, rondo_recurrence_forward, pass);
    rondo_dropout_forward(pass, pass->layer, layer->dropout, layer->output, buffer->kept,
                          buffer->output);
}

/* --- backward --- */

static int64_t chunk_count(const rondo_pass *pass)
{
    return (pass->batch->tokens + RONDO_CHUNK - 1) / RONDO_CHUNK;
}

static void input_gradient_task(void *context, int64_t chunk, int thread)
{
    rondo_pass *pass = context;
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    int64_t first = chunk * RONDO_CHUNK, left = pass->batch->tokens - first;
    int64_t rows = left < RONDO_CHUNK ? left : RONDO_CHUNK;
    double start = rondo_profile_start(pass->profile);
    for (int64_t i = 0; i < layer->direction_count; i++) {
        const rondo_track *track = &pass->tracks[layer->directions[i]];
        int64_t gates = track->direction->gate_count * track->direction->hidden;
        rondo_matrix d_gates = {track->gates + first * gates, gates, 1};
        rondo_product_packed(rows, gates, layer->input, d_gates, track->input_back_panels, 0,
                             layer->input, i > 0 ? 1 : 0, pass->d_input + first * layer->input,
                             layer->input, pass->scratch[thread]);
    }
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_INPUT_PRODUCT, start);
}

rondo_work rondo_input_gradient_work(rondo_pass *pass)
{
    return (rondo_work){input_gradient_task, pass, chunk_count(pass)};
}

void rondo_layer_backward(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    rondo_dropout_backward(pass, layer->dropout, layer->output, pass->layers[pass->layer].kept,
                           pass->d_output);
    rondo_parallel_run(pass->size.threads, rondo_recurrence_backward, pass);
    rondo_weight_gradients(pass);
    if (!pass->tracks[layer->directions[0]].input_back_panels) return;
    rondo_real *swap = pass->d_output;
    pass->d_output = pass->d_input;
    pass->d_input = swap;
}
