/* One layer, forward and backward: the recurrence of its directions, and what belongs to all steps
 * at once. */
#include <string.h>

#include "base/parallel.h"
#include "model/dropout.h"
#include "model/input.h"
#include "model/member.h"
#include "model/step_block.h"
#include "model/weight_gradient.h"

int64_t rondo_direction_row_after(const rondo_direction_buffers *buffers, const rondo_batch *batch,
                                  int64_t t)
{
    if (!buffers->direction->reverse) return batch->rows + batch->offset[t];
    return t > 0 ? batch->offset[t - 1] : batch->tokens;
}

int64_t rondo_direction_row_before(const rondo_direction_buffers *buffers, const rondo_batch *batch,
                                   int64_t t)
{
    if (buffers->direction->reverse) return batch->offset[t];
    return t > 0 ? batch->rows + batch->offset[t - 1] : 0;
}

void rondo_direction_tile(const rondo_pass *pass, const rondo_direction_buffers *buffers, int64_t t,
                          int64_t first_row, int64_t rows, int64_t first_unit, int64_t units,
                          rondo_cell_tile *tile)
{
    const rondo_direction *d = buffers->direction;
    const rondo_cell_plan *plan = &d->plan;
    int64_t hidden = d->hidden, row = pass->batch->offset[t] + first_row;
    int64_t before = rondo_direction_row_before(buffers, pass->batch, t) + first_row;
    int64_t after = rondo_direction_row_after(buffers, pass->batch, t) + first_row;
    *tile = (rondo_cell_tile){.rows = rows,
                              .units = units,
                              .gate_stride = d->gate_count * hidden,
                              .separate_stride = d->separate_count * hidden,
                              .block_stride = hidden,
                              .unit_stride = hidden,
                              .tape_stride = plan->tape_count * hidden,
                              .first_unit = first_unit,
                              .hidden = hidden,
                              .step = t};
    tile->gates = buffers->gates + row * tile->gate_stride + first_unit;
    if (buffers->separate)
        tile->separate = buffers->separate + row * tile->separate_stride + first_unit;
    if (buffers->tape) tile->tape = buffers->tape + row * tile->tape_stride + first_unit;
    if (buffers->row_scalars) {
        tile->row_scalar_stride = plan->row_scalar_count;
        tile->row_scalars = buffers->row_scalars + row * plan->row_scalar_count;
    }
    if (plan->wants_input) {
        tile->input_stride = tile->input_width = d->input;
        tile->input = rondo_pass_layer_input(pass, d->layer) + row * d->input;
    }
    if (buffers->noise && pass->training) {
        tile->noise_stride = plan->noise_count * hidden;
        tile->noise = buffers->noise + row * tile->noise_stride + first_unit;
    }
    for (int32_t i = 0; i < plan->state_count; i++) {
        if (i == 0 && buffers->unprojected) {
            tile->state[i] = buffers->unprojected + row * hidden + first_unit;
            continue;
        }
        tile->previous[i] = buffers->state[i] + before * hidden + first_unit;
        tile->state[i] = buffers->proposed[i] ? buffers->proposed[i] + row * hidden + first_unit
                                              : buffers->state[i] + after * hidden + first_unit;
    }
    for (int32_t i = 0; i < plan->intermediate_count; i++)
        tile->intermediate[i] = buffers->intermediate[i] + row * hidden + first_unit;
    for (int32_t i = 0; i < plan->unit_parameter_count; i++)
        tile->unit_parameters[i] = rondo_pass_weights(pass, d->unit_parameters[i]) +
                                   rondo_direction_parameter_unit(d, i, first_unit);
}

int64_t rondo_direction_parameter_unit(const rondo_direction *direction, int32_t number,
                                       int64_t unit)
{
    return direction->plan.unit_parameters[number].flags & RONDO_PARAMETER_SHARED ? 0 : unit;
}

const rondo_real *rondo_direction_biases(const rondo_pass *pass,
                                         const rondo_direction_buffers *buffers)
{
    return buffers->start_biases ? buffers->start_biases
                                 : rondo_pass_weights(pass, buffers->direction->biases);
}

const rondo_real *rondo_direction_recurrent_biases(const rondo_pass *pass,
                                                   const rondo_direction_buffers *buffers)
{
    return buffers->start_recurrent_biases
               ? buffers->start_recurrent_biases
               : rondo_pass_weights(pass, buffers->direction->recurrent_biases);
}

bool rondo_layer_has_own_output(const rondo_layer *layer)
{
    return layer->direction_count > 1 || layer->dropout > 0 || layer->norm_gains >= 0 ||
           layer->residual;
}

/* --- forward --- */

static int64_t chunk_count(const rondo_pass *pass)
{
    return (pass->batch->tokens + RONDO_CHUNK - 1) / RONDO_CHUNK;
}

static int64_t chunk_rows(const rondo_pass *pass, int64_t chunk)
{
    int64_t left = pass->batch->tokens - chunk * RONDO_CHUNK;
    return left < RONDO_CHUNK ? left : RONDO_CHUNK;
}

/* output += input */
static void residual_task(void *context, int64_t chunk, int thread)
{
    const rondo_pass *pass = context;
    int64_t width = pass->network->layers[pass->layer].output;
    int64_t first = chunk * RONDO_CHUNK * width, count = chunk_rows(pass, chunk) * width;
    const rondo_real *restrict input = rondo_pass_layer_input(pass, pass->layer) + first;
    rondo_real *restrict output = pass->layers[pass->layer].output + first;
    double start = rondo_profile_start(pass->profile);
    for (int64_t i = 0; i < count; i++)
        output[i] += input[i];
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_ELEMENT_WISE, start);
}

void rondo_layer_forward(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    rondo_layer_buffer *buffer = &pass->layers[pass->layer];
    rondo_recurrent_dropout_draw(pass);
    rondo_cell_noise_draw(pass);
    rondo_member_divide(pass);
    rondo_parallel_run(pass->size.threads, rondo_recurrence_forward, pass);
    rondo_layer_norm_forward(pass);
    rondo_dropout_forward(pass, pass->layer, layer->dropout, layer->dropout_kind, layer->output,
                          buffer->kept, buffer->output);
    if (layer->residual)
        rondo_parallel_for(pass->size.threads, chunk_count(pass), residual_task, pass);
}

/* --- backward --- */

/* Of a cell that reads the input itself. */
static void add_own_gradient(const rondo_real *restrict own, int64_t count, bool has_begun,
                             rondo_real *restrict d_input)
{
    for (int64_t i = 0; i < count; i++)
        d_input[i] = has_begun ? d_input[i] + own[i] : own[i];
}

static void input_gradient_task(void *context, int64_t chunk, int thread)
{
    rondo_pass *pass = context;
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    const rondo_step_block *block = &pass->block;
    int64_t first = block->first_token + chunk * RONDO_CHUNK, left = block->end_token - first;
    int64_t rows = left < RONDO_CHUNK ? left : RONDO_CHUNK;
    double start = rondo_profile_start(pass->profile);
    rondo_real *d_input = pass->d_input + first * layer->input;
    bool has_begun = layer->residual;
    for (int64_t i = 0; i < layer->direction_count; i++) {
        const rondo_direction_buffers *buffers = &pass->directions[layer->directions[i]];
        const rondo_direction *d = buffers->direction;
        int64_t gates = d->gate_count * d->hidden;
        for (int64_t r = 0; r < d->with_input.count; r++) {
            const rondo_gate_run *run = &d->with_input.runs[r];
            rondo_matrix d_gates = {buffers->gates + first * gates + run->first_gate * d->hidden,
                                    gates, 1};
            const rondo_addend addend = {has_begun ? d_input : NULL, layer->input};
            rondo_product_packed(rows, run->count * d->hidden, layer->input, d_gates,
                                 buffers->input_back_panels[r], 0, layer->input, addend, d_input,
                                 layer->input, pass->scratch[thread]);
            has_begun = true;
        }
        if (!buffers->d_input) continue;
        add_own_gradient(buffers->d_input + first * layer->input, rows * layer->input, has_begun,
                         d_input);
        has_begun = true;
    }
    if (!has_begun) memset(d_input, 0, (size_t)(rows * layer->input) * sizeof *d_input);
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_INPUT_PRODUCT, start);
}

rondo_work rondo_input_gradient_work(rondo_pass *pass)
{
    int64_t tokens = pass->block.end_token - pass->block.first_token;
    return (rondo_work){input_gradient_task, pass, (tokens + RONDO_CHUNK - 1) / RONDO_CHUNK};
}

static bool has_input_gradient(const rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    return pass->directions[layer->directions[0]].needs_input_gradient;
}

/* What goes past a residual layer is where the gradient of its input begins. */
static void past_residual_task(void *context, int64_t chunk, int thread)
{
    const rondo_pass *pass = context;
    int64_t width = pass->network->layers[pass->layer].output;
    int64_t first = chunk * RONDO_CHUNK * width, count = chunk_rows(pass, chunk) * width;
    double start = rondo_profile_start(pass->profile);
    memcpy(pass->d_input + first, pass->d_output + first, (size_t)count * sizeof(rondo_real));
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_ELEMENT_WISE, start);
}

/* Through the steps at hand. */
static void block_backward(rondo_pass *pass)
{
    rondo_parallel_run(pass->size.threads, rondo_recurrence_backward, pass);
    rondo_weight_gradients(pass);
}

void rondo_layer_backward(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    if (layer->residual && has_input_gradient(pass))
        rondo_parallel_for(pass->size.threads, chunk_count(pass), past_residual_task, pass);
    rondo_dropout_backward(pass, layer->dropout, layer->output, pass->layers[pass->layer].kept,
                           pass->d_output);
    rondo_layer_norm_backward(pass);
    for (rondo_step_block_start(pass); !pass->block.is_last; rondo_step_block_next(pass))
        block_backward(pass);
    block_backward(pass);
    if (!has_input_gradient(pass)) return;
    rondo_real *swap = pass->d_output;
    pass->d_output = pass->d_input;
    pass->d_input = swap;
}
