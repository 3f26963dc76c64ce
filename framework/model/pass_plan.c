/* What a pass needs, taken from its arena in one fixed order: counted first, then with memory. */
#include <stdio.h>

#include "model/attention.h"
#include "model/bridge.h"
#include "model/forms.h"
#include "model/input.h"
#include "model/member.h"
#include "model/pooling.h"
#include "model/readout.h"
#include "model/row_sums.h"
#include "model/weight_gradient.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static rondo_real *take(rondo_pass *pass, int64_t count)
{
    return rondo_arena_reals(&pass->arena, count);
}

rondo_real *rondo_pass_take_panels(rondo_pass *pass, int64_t depth, int64_t columns)
{
    if (columns == 0) return NULL;
    return take(pass, rondo_product_packed_size(depth, columns));
}

/* All but an encoder. */
static bool has_readout(const rondo_network *network)
{
    return network->output_width > 0;
}

static void plan_states(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    for (int32_t i = 0; i < d->plan.state_count; i++) {
        int64_t width = rondo_direction_width(d, i);
        int64_t rows = pass->size.rows * width, tokens = pass->size.tokens * width;
        buffers->state[i] = take(pass, tokens + rows);
        buffers->carried[i] = take(pass, rows);
        snprintf(buffers->carried_name[i], sizeof buffers->carried_name[i], "%slayers/%lld/%s/%s",
                 pass->network->prefix, (long long)d->layer, d->reverse ? "backward" : "forward",
                 d->plan.states[i]);
        if (!pass->size.training) continue;
        buffers->d_state[i] = take(pass, rows);
        buffers->d_previous[i] = take(pass, rows);
        buffers->d_initial[i] = take(pass, rows);
        if (!has_readout(pass->network)) buffers->d_final[i] = take(pass, rows);
        if (pass->size.inspection) buffers->kept_gradient[i] = take(pass, tokens);
        if (d->zoneout[i] <= 0) continue;
        buffers->proposed[i] = take(pass, tokens);
        buffers->zoned[i] = rondo_arena_take(&pass->arena, (size_t)tokens);
    }
    for (int32_t i = 0; i < d->plan.intermediate_count; i++) {
        buffers->intermediate[i] = take(pass, pass->size.tokens * d->hidden);
        if (pass->size.training)
            buffers->d_intermediate[i] = take(pass, pass->size.rows * d->hidden);
    }
}

static void plan_recurrent_dropout(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    if (!pass->size.training || d->recurrent_dropout <= 0) return;
    buffers->recurrent_scale = take(pass, pass->size.rows * d->output);
    buffers->d_dropped = take(pass, pass->size.rows * d->output);
    for (int32_t s = 0; s < d->plan.stage_count; s++)
        if (d->plan.stages[s].source != RONDO_SOURCE_NONE)
            buffers->dropped[s] = take(pass, pass->size.tokens * d->output);
}

/* Where the output is made of what the cell makes. */
static void plan_projection(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    if (d->plan.projection == 0) return;
    buffers->unprojected = take(pass, pass->size.tokens * d->hidden);
    buffers->projection_panels = rondo_pass_take_panels(pass, d->hidden, d->output);
    if (!pass->size.training) return;
    buffers->d_unprojected = take(pass, pass->size.rows * d->hidden);
    buffers->d_projected = take(pass, pass->size.tokens * d->output);
    buffers->projection_back_panels = rondo_pass_take_panels(pass, d->output, d->hidden);
}

static void plan_input_panels(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    for (int64_t i = 0; i < d->with_input.count; i++) {
        int64_t columns = d->with_input.runs[i].count * d->hidden;
        bool is_grouped = d->with_input.runs[i].group > 1;
        if (is_grouped) buffers->grouped_weights[i] = take(pass, d->input * columns);
        if (is_grouped && pass->size.training)
            buffers->d_grouped_weights[i] = take(pass, d->input * columns);
        if (!buffers->gathers_input)
            buffers->input_panels[i] = rondo_pass_take_panels(pass, d->input, columns);
        if (buffers->needs_input_gradient)
            buffers->input_back_panels[i] = rondo_pass_take_panels(pass, columns, d->input);
    }
}

static void plan_recurrent_panels(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    int64_t hidden = d->hidden;
    for (int32_t s = 0; s < d->plan.stage_count; s++) {
        if (d->plan.stages[s].source == RONDO_SOURCE_NONE) continue;
        int64_t separate = d->plan.stages[s].separate_count * hidden;
        int64_t added = d->plan.stages[s].gate_count * hidden - separate;
        buffers->recurrent_panels[s] = rondo_pass_take_panels(pass, d->output, added);
        buffers->separate_panels[s] = rondo_pass_take_panels(pass, d->output, separate);
        if (!pass->size.training) continue;
        if (added > 0)
            buffers->recurrent_back_panels[s] = rondo_pass_take_panels(pass, added, d->output);
        if (separate > 0)
            buffers->separate_back_panels[s] = rondo_pass_take_panels(pass, separate, d->output);
    }
}

/* Where some recurrent weights are not stored as they are. */
static void plan_forms(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    int64_t weights = d->output * d->recurrent_count * d->hidden;
    if (d->dense_count == d->recurrent_count) return;
    buffers->formed_weights = take(pass, weights);
    if (pass->size.training) buffers->d_formed_weights = take(pass, weights);
    int64_t orthogonal = rondo_forms_orthogonal(d);
    if (orthogonal == 0) return;
    size_t square = (size_t)(d->hidden * d->hidden) * sizeof(double);
    buffers->inverses = rondo_arena_take(&pass->arena, (size_t)orthogonal * square);
    if (pass->size.training) buffers->inverse_work = rondo_arena_take(&pass->arena, 2 * square);
}

/* Where some gates have no bias: biases and their gradient's sums of all gates. */
static void plan_biases(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    int64_t gates = d->gate_count * d->hidden, separate = d->separate_count * d->hidden;
    bool training = pass->size.training;
    if (d->with_bias.blocks < d->gate_count) {
        buffers->start_biases = take(pass, gates);
        if (training) buffers->bias_sums = take(pass, gates);
    }
    if (d->with_recurrent_bias.blocks < d->separate_count) {
        buffers->start_recurrent_biases = take(pass, separate);
        if (training) buffers->recurrent_bias_sums = take(pass, separate);
    }
}

static void plan_direction(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    int64_t tokens = pass->size.tokens;
    buffers->gathers_input = rondo_network_gathers_input(pass->network, d);
    buffers->needs_input_gradient =
        pass->size.training && rondo_network_needs_input_gradient(pass->network, d);
    buffers->gates = take(pass, tokens * d->gate_count * d->hidden);
    if (d->separate_count > 0)
        buffers->separate = take(pass, tokens * d->separate_count * d->hidden);
    if (d->plan.tape_count > 0) buffers->tape = take(pass, tokens * d->plan.tape_count * d->hidden);
    if (d->plan.row_scalar_count > 0)
        buffers->row_scalars = take(pass, tokens * d->plan.row_scalar_count);
    if (d->plan.noise_count > 0 && pass->size.training)
        buffers->noise = take(pass, tokens * d->plan.noise_count * d->hidden);
    if (d->plan.wants_input && pass->size.training)
        buffers->d_input = take(pass, tokens * d->input);
    if (pass->size.inspection)
        buffers->activity =
            rondo_arena_take(&pass->arena, (size_t)d->gate_count * sizeof *buffers->activity);
    plan_states(pass, buffers);
    plan_recurrent_dropout(pass, buffers);
    plan_biases(pass, buffers);
    if (pass->size.training)
        buffers->row_sums = rondo_arena_take(&pass->arena, (size_t)rondo_row_sums_room(d) *
                                                               sizeof *buffers->row_sums);
    plan_forms(pass, buffers);
    plan_input_panels(pass, buffers);
    plan_recurrent_panels(pass, buffers);
    plan_projection(pass, buffers);
}

static void plan_directions(rondo_pass *pass)
{
    for (int64_t i = 0; i < pass->network->direction_count; i++) {
        pass->directions[i].direction = &pass->network->directions[i];
        plan_direction(pass, &pass->directions[i]);
    }
}

static void plan_layers(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t tokens = pass->size.tokens;
    for (int64_t i = 0; i < network->layer_count; i++) {
        const rondo_layer *layer = &network->layers[i];
        bool normed = layer->norm_gains >= 0;
        if (rondo_layer_has_own_output(layer))
            pass->layers[i].output = take(pass, tokens * layer->output);
        if (normed && pass->size.training) {
            pass->layers[i].normalised = take(pass, tokens * layer->output);
            pass->layers[i].norm_scale = take(pass, tokens);
        }
        if (layer->dropout > 0 && pass->size.training)
            pass->layers[i].kept = rondo_arena_take(&pass->arena, (size_t)(tokens * layer->output));
    }
}

static void plan_output_gradients(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t widest = network->embedding >= 0 ? network->first_width : 0;
    for (int64_t i = 0; i < network->layer_count; i++)
        widest = larger(widest, network->layers[i].output);
    pass->d_output = take(pass, pass->size.tokens * widest);
    pass->d_input = take(pass, pass->size.tokens * widest);
}

void rondo_pass_plan(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t scratch = rondo_product_scratch(larger(RONDO_CHUNK, RONDO_READOUT_CHUNK));
    plan_directions(pass);
    plan_layers(pass);
    rondo_input_plan(pass);
    rondo_pooling_plan(pass);
    if (has_readout(network)) rondo_readout_plan(pass);
    if (pass->size.training) {
        plan_output_gradients(pass);
        rondo_gradients_plan(pass);
    }
    if (network->encoder) rondo_bridge_plan(pass);
    if (network->attention_width > 0) rondo_attention_plan(pass);
    for (int i = 0; i < pass->size.threads; i++)
        pass->scratch[i] = take(pass, scratch);
    rondo_teams_plan(pass);
}
