/* What a pass needs, taken from its arena in one fixed order: counted first, then with memory. */
#include <stdio.h>

#include "model/member.h"
#include "model/split_gradient.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static rondo_real *take(rondo_pass *pass, int64_t count)
{
    return rondo_arena_reals(&pass->arena, count);
}

static rondo_real *take_panels(rondo_pass *pass, int64_t depth, int64_t columns)
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
    int64_t rows = pass->size.rows * d->hidden;
    for (int32_t i = 0; i < d->plan.state_count; i++) {
        buffers->state[i] = take(pass, (pass->size.tokens + pass->size.rows) * d->hidden);
        buffers->carried[i] = take(pass, rows);
        snprintf(buffers->carried_name[i], sizeof buffers->carried_name[i], "%slayers/%lld/%s/%s",
                 pass->network->prefix, (long long)d->layer, d->reverse ? "backward" : "forward",
                 d->plan.states[i]);
        if (!pass->size.training) continue;
        buffers->d_state[i] = take(pass, rows);
        buffers->d_previous[i] = take(pass, rows);
        buffers->d_initial[i] = take(pass, rows);
        if (!has_readout(pass->network)) buffers->d_final[i] = take(pass, rows);
        if (pass->size.inspection)
            buffers->kept_gradient[i] = take(pass, pass->size.tokens * d->hidden);
        if (d->zoneout[i] <= 0) continue;
        buffers->proposed[i] = take(pass, pass->size.tokens * d->hidden);
        buffers->zoned[i] = rondo_arena_take(&pass->arena, (size_t)(pass->size.tokens * d->hidden));
    }
    for (int32_t i = 0; i < d->plan.made_count; i++) {
        buffers->made[i] = take(pass, pass->size.tokens * d->hidden);
        if (pass->size.training) buffers->d_made[i] = take(pass, rows);
    }
}

static void plan_recurrent_dropout(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    if (!pass->size.training || d->recurrent_dropout <= 0) return;
    buffers->recurrent_scale = take(pass, pass->size.rows * d->hidden);
    buffers->d_dropped = take(pass, pass->size.rows * d->hidden);
    for (int32_t s = 0; s < d->plan.stage_count; s++)
        buffers->dropped[s] = take(pass, pass->size.tokens * d->hidden);
}

static void plan_direction_panels(rondo_pass *pass, rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    int64_t hidden = d->hidden, gates = d->gate_count * hidden;
    bool one_hot = d->layer == 0 && pass->network->input_kind == RONDO_INPUT_ONE_HOT;
    if (!one_hot) buffers->input_panels = take_panels(pass, d->input, gates);
    if (pass->size.training && rondo_network_needs_input_gradient(pass->network, d))
        buffers->input_back_panels = take_panels(pass, gates, d->input);
    for (int32_t s = 0; s < d->plan.stage_count; s++) {
        int64_t beside = d->plan.stages[s].beside_count * hidden;
        int64_t added = d->plan.stages[s].gate_count * hidden - beside;
        buffers->recurrent_panels[s] = take_panels(pass, hidden, added);
        buffers->beside_panels[s] = take_panels(pass, hidden, beside);
        if (!pass->size.training) continue;
        if (added > 0) buffers->recurrent_back_panels[s] = take_panels(pass, added, hidden);
        if (beside > 0) buffers->beside_back_panels[s] = take_panels(pass, beside, hidden);
    }
}

static void plan_directions(rondo_pass *pass)
{
    int64_t tokens = pass->size.tokens;
    for (int64_t i = 0; i < pass->network->direction_count; i++) {
        rondo_direction_buffers *buffers = &pass->directions[i];
        const rondo_direction *d = buffers->direction = &pass->network->directions[i];
        buffers->gates = take(pass, tokens * d->gate_count * d->hidden);
        if (d->beside_count > 0) buffers->beside = take(pass, tokens * d->beside_count * d->hidden);
        if (d->plan.tape_count > 0)
            buffers->tape = take(pass, tokens * d->plan.tape_count * d->hidden);
        if (pass->size.inspection)
            buffers->activity =
                rondo_arena_take(&pass->arena, (size_t)d->gate_count * sizeof *buffers->activity);
        plan_states(pass, buffers);
        plan_recurrent_dropout(pass, buffers);
        plan_direction_panels(pass, buffers);
    }
}

static void plan_layers(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t tokens = pass->size.tokens;
    for (int64_t i = 0; i < network->layer_count; i++) {
        const rondo_layer *layer = &network->layers[i];
        bool normed = layer->norm_gains >= 0;
        if (layer->direction_count > 1 || layer->dropout > 0 || normed || layer->residual)
            pass->layers[i].output = take(pass, tokens * layer->output);
        if (normed && pass->size.training) {
            pass->layers[i].normalised = take(pass, tokens * layer->output);
            pass->layers[i].norm_scale = take(pass, tokens);
        }
        if (layer->dropout > 0 && pass->size.training)
            pass->layers[i].kept = rondo_arena_take(&pass->arena, (size_t)(tokens * layer->output));
    }
}

static void plan_input(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t tokens = pass->size.tokens;
    bool drops = network->input_dropout > 0 && pass->size.training;
    bool one_hot = network->input_kind == RONDO_INPUT_ONE_HOT;
    bool is_changed = drops || (network->input_noise > 0 && pass->size.training);
    if (network->embedding >= 0 || (is_changed && !one_hot))
        pass->first_input = take(pass, tokens * network->first_width);
    if (drops)
        pass->first_kept =
            rondo_arena_take(&pass->arena, (size_t)(tokens * (one_hot ? 1 : network->first_width)));
    if (network->unknown_rate > 0 && pass->size.training)
        pass->replaced = rondo_arena_take(&pass->arena, (size_t)tokens * sizeof *pass->replaced);
}

static void plan_gradients(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t widest = network->embedding >= 0 ? network->first_width : 0;
    for (int64_t i = 0; i < network->layer_count; i++)
        widest = larger(widest, network->layers[i].output);
    pass->d_output = take(pass, pass->size.tokens * widest);
    pass->d_input = take(pass, pass->size.tokens * widest);
    int64_t left = rondo_gradient_products_size(network, pass->size.tokens, pass->block);
    if (network->encoder) left = larger(left, rondo_bridge_products_size(network, pass->size.rows));
    if (network->attention_width > 0)
        left = larger(left, rondo_attention_products_size(network, &pass->size));
    pass->left = take(pass, left);
    size_t tokens = sizeof *pass->before * (size_t)pass->size.tokens;
    pass->before = rondo_arena_take(&pass->arena, tokens);
    pass->split_rows = rondo_arena_take(&pass->arena, tokens);
    pass->split_rows_before = rondo_arena_take(&pass->arena, tokens);
    pass->second_half = take(pass, rondo_split_gradient_size(network, pass->size.tokens));
    pass->half_sums = rondo_arena_take(
        &pass->arena,
        sizeof(double) * (size_t)rondo_split_gradient_sums(network, pass->size.tokens));
}

static void plan_pooling(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t count = pass->size.rows * network->layers[network->layer_count - 1].output;
    if (network->pooling == RONDO_POOLING_NONE) return;
    pass->row_steps =
        rondo_arena_take(&pass->arena, sizeof *pass->row_steps * (size_t)pass->size.rows);
    pass->pooled = take(pass, count);
    if (network->pooling == RONDO_POOLING_MAX)
        pass->largest_step =
            rondo_arena_take(&pass->arena, sizeof *pass->largest_step * (size_t)count);
    if (pass->size.training) pass->d_pooled = take(pass, count);
}

static void plan_readout(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t top = network->layers[network->layer_count - 1].output;
    pass->block = rondo_readout_block(network, &pass->size);
    pass->prediction = take(pass, pass->block * network->output_width);
    pass->readout_panels = take_panels(pass, top, network->output_width);
    if (pass->size.training) {
        pass->readout_back_panels = take_panels(pass, network->output_width, top);
        pass->bias_sums =
            rondo_arena_take(&pass->arena, sizeof(double) * (size_t)network->output_width);
    }
    size_t row = sizeof(double) *
                 (size_t)rondo_network_predictions(network, pass->size.rows, pass->size.tokens);
    pass->row_loss = rondo_arena_take(&pass->arena, row);
    pass->row_metrics =
        rondo_arena_take(&pass->arena, row * (size_t)larger(network->loss->metric_count, 1));
}

void rondo_pass_plan(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t scratch = rondo_product_scratch(RONDO_CHUNK);
    plan_directions(pass);
    plan_layers(pass);
    plan_input(pass);
    plan_pooling(pass);
    if (has_readout(network)) plan_readout(pass);
    if (pass->size.training) plan_gradients(pass);
    if (network->encoder) rondo_bridge_plan(pass);
    if (network->attention_width > 0) rondo_attention_plan(pass);
    int64_t left = rondo_member_left_size(network, &pass->size);
    for (int i = 0; i < pass->size.threads; i++)
        pass->scratch[i] = take(pass, scratch);
    for (int i = 0; i < 2 * pass->size.threads; i++)
        pass->team_left[i] = take(pass, left);
}
