#include "model/not_finite.h"

#include <math.h>

#include "model/attention.h"
#include "model/bridge.h"
#include "model/layer.h"
#include "model/pooling.h"
#include "model/readout.h"

/* Rows of `width` numbers, `stride` apart: whether all are finite. */
static bool rows_are_finite(const rondo_real *data, int64_t rows, int64_t width, int64_t stride)
{
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < width; j++)
            if (!isfinite(data[r * stride + j])) return false;
    return true;
}

static bool is_finite(const rondo_real *data, int64_t count)
{
    return rows_are_finite(data, 1, count, count);
}

/* One direction of a layer at one step; all rows, all units. */
typedef struct search {
    const rondo_pass *pass;
    const rondo_direction_buffers *buffers;
    int64_t t;
    rondo_cell_tile tile;
    const char *noun; /* "", "the gradient of " */
    rondo_text *place;
} search;

static bool found(const search *s, int32_t stage, const char *what, const char *name)
{
    const rondo_direction *d = s->buffers->direction;
    rondo_text_add(s->place, "%slayers/%lld/%s (cell %s), time step %lld of %lld",
                   s->pass->network->prefix, (long long)d->layer,
                   d->reverse ? "backward" : "forward", d->cell->head.name, (long long)s->t + 1,
                   (long long)s->pass->batch->steps);
    if (stage >= 0) rondo_text_add(s->place, ", stage %d", (int)stage + 1);
    rondo_text_add(s->place, ": %s%s%s%s", s->noun, what, *name ? " " : "", name);
    return true;
}

/* Blocks of a stage's gates, or its separate ones. */
static bool find_in_blocks(const search *s, int32_t stage, const rondo_real *blocks, int64_t stride,
                           int64_t first, int32_t gate, int32_t count)
{
    const rondo_direction *d = s->buffers->direction;
    for (int32_t i = 0; i < count; i++)
        if (!rows_are_finite(blocks + (first + i) * d->hidden, s->tile.rows, d->hidden, stride))
            return found(s, stage, "gate", d->plan.stages[stage].gates[gate + i].name);
    return false;
}

static bool find_in_gates(const search *s, int32_t stage)
{
    const rondo_direction *d = s->buffers->direction;
    const rondo_cell_stage *at = &d->plan.stages[stage];
    int32_t separate = at->separate_count;
    if (find_in_blocks(s, stage, s->tile.gates, s->tile.gate_stride, d->first_gate[stage], 0,
                       at->gate_count))
        return true;
    return separate > 0 &&
           find_in_blocks(s, stage, s->tile.separate, s->tile.separate_stride,
                          d->first_separate[stage], at->gate_count - separate, separate);
}

static bool find_in_states(const search *s, int32_t stage, const rondo_real *const *arrays,
                           int32_t first, int32_t end, const char *what, const char *const *names)
{
    int64_t hidden = s->buffers->direction->hidden;
    for (int32_t i = first; i < end; i++)
        if (arrays[i] && !rows_are_finite(arrays[i], s->tile.rows, hidden, s->tile.unit_stride))
            return found(s, stage, what, names[i]);
    return false;
}

/* The output where it is projected: at one end of the step, in the slots. */
static bool find_in_projected(const search *s, int64_t row, const char *what)
{
    const rondo_direction *d = s->buffers->direction;
    const rondo_real *output = s->buffers->state[0] + row * d->output;
    if (!s->buffers->unprojected || rows_are_finite(output, s->tile.rows, d->output, d->output))
        return false;
    return found(s, -1, what, d->plan.states[0]);
}

/* In the order of a step: the states before it, each stage with what it reads, the new states. */
static bool find_in_step(const search *s)
{
    const rondo_cell_plan *plan = &s->buffers->direction->plan;
    const rondo_cell_tile *tile = &s->tile;
    const rondo_batch *batch = s->pass->batch;
    if (find_in_projected(s, rondo_direction_row_before(s->buffers, batch, s->t),
                          "the state before it,"))
        return true;
    if (find_in_states(s, -1, tile->previous, 0, plan->state_count, "the state before it,",
                       plan->states))
        return true;
    for (int32_t stage = 0; stage < plan->stage_count; stage++) {
        int32_t intermediate = plan->stages[stage].source - RONDO_SOURCE_INTERMEDIATE(0);
        if (intermediate >= 0 &&
            find_in_states(s, stage, (const rondo_real *const *)tile->intermediate, intermediate,
                           intermediate + 1, "intermediate", plan->intermediates))
            return true;
        if (find_in_gates(s, stage)) return true;
    }
    if (find_in_states(s, -1, (const rondo_real *const *)tile->state, 0, plan->state_count, "state",
                       plan->states))
        return true;
    if (find_in_projected(s, rondo_direction_row_after(s->buffers, batch, s->t), "state"))
        return true;
    int64_t width = plan->tape_count * s->buffers->direction->hidden;
    return tile->tape && !rows_are_finite(tile->tape, tile->rows, width, tile->tape_stride) &&
           found(s, -1, "the tape", "");
}

static bool find_in_step_back(const search *s)
{
    for (int32_t stage = s->buffers->direction->plan.stage_count - 1; stage >= 0; stage--)
        if (find_in_gates(s, stage)) return true;
    return false;
}

/* All steps of a direction, in the order in which it takes them. */
static bool find_in_direction(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                              bool back, rondo_text *place)
{
    int64_t steps = pass->batch->steps;
    bool falls = buffers->direction->reverse != back;
    search s = {
        .pass = pass, .buffers = buffers, .noun = back ? "the gradient of " : "", .place = place};
    for (int64_t i = 0; i < steps; i++) {
        s.t = falls ? steps - 1 - i : i;
        rondo_direction_tile(pass, buffers, s.t, 0, pass->batch->active[s.t], 0,
                             buffers->direction->hidden, &s.tile);
        if (back ? find_in_step_back(&s) : find_in_step(&s)) return true;
    }
    return false;
}

static bool find_in_layer(const rondo_pass *pass, int64_t number, bool back, rondo_text *place)
{
    const rondo_layer *layer = &pass->network->layers[number];
    for (int64_t i = 0; i < layer->direction_count; i++)
        if (find_in_direction(pass, &pass->directions[layer->directions[i]], back, place))
            return true;
    const rondo_real *output = pass->layers[number].output;
    if (back || !output || is_finite(output, pass->batch->tokens * layer->output)) return false;
    rondo_text_add(place, "%slayers/%lld: its output after normalization, dropout and residual",
                   pass->network->prefix, (long long)number);
    return true;
}

static bool find_in_parameters(const rondo_pass *pass, rondo_text *place)
{
    const rondo_layout *layout = &pass->network->layout;
    for (int64_t i = 0; i < layout->count; i++) {
        const rondo_parameter *p = &layout->parameters[i];
        if (is_finite(pass->parameters + p->offset, p->rows * p->columns)) continue;
        rondo_text_add(place, "parameter %s itself", p->name);
        return true;
    }
    return false;
}

/* Of values: the column, and the step and sequence that it stands in. */
static bool find_in_input(const rondo_pass *pass, rondo_text *place)
{
    const rondo_batch *batch = pass->batch;
    int64_t width = pass->network->input_width;
    if (!batch->input_values) return false;
    for (int64_t t = 0; t < batch->steps; t++)
        for (int64_t i = 0; i < batch->active[t] * width; i++) {
            if (isfinite(batch->input_values[batch->offset[t] * width + i])) continue;
            rondo_text_add(place, "the input: column %lld, time step %lld of %lld",
                           (long long)(i % width) + 1, (long long)t + 1, (long long)batch->steps);
            return true;
        }
    return false;
}

/* A part of the network that stands between or behind layers. */
static bool find_in_part(const rondo_real *data, int64_t count, const char *name, rondo_text *place)
{
    if (!data || is_finite(data, count)) return false;
    rondo_text_add(place, "%s", name);
    return true;
}

/* Between encoder and decoder. */
static bool find_in_bridge(const rondo_pass *pass, rondo_text *place)
{
    const rondo_network *network = pass->network;
    for (int64_t i = 0; i < network->state_bridge_count; i++) {
        const rondo_state_bridge *state_bridge = &network->state_bridges[i];
        int64_t hidden = rondo_direction_width(&network->directions[state_bridge->direction],
                                               state_bridge->state);
        if (find_in_part(pass->directions[state_bridge->direction].state[state_bridge->state],
                         pass->batch->rows * hidden, "a starting state of the decoder", place))
            return true;
    }
    return find_in_part(pass->bridge->context, pass->batch->rows * network->context_width,
                        "the context that the decoder reads at every step", place);
}

static bool find_in_layers(const rondo_pass *pass, rondo_text *place)
{
    if (find_in_input(pass, place)) return true;
    for (int64_t i = 0; i < pass->network->layer_count; i++)
        if (find_in_layer(pass, i, false, place)) return true;
    return false;
}

bool rondo_pass_find_not_finite(const rondo_pass *pass, rondo_text *place)
{
    const rondo_network *network = pass->network;
    const rondo_batch *batch = pass->batch;
    int64_t top = network->layers[network->layer_count - 1].output;
    if (find_in_parameters(pass, place)) return true;
    if (pass->encoder && (find_in_layers(pass->encoder, place) || find_in_bridge(pass, place)))
        return true;
    if (find_in_layers(pass, place)) return true;
    if (find_in_part(pass->pooling->pooled, batch->rows * top, "pooling", place)) return true;
    if (find_in_part(pass->attention->output, batch->tokens * top, "attention", place)) return true;
    rondo_text_add(place, "the readout or the loss %s", network->loss->head.name);
    return true;
}

static bool find_in_layers_back(const rondo_pass *pass, rondo_text *place)
{
    for (int64_t i = pass->network->layer_count - 1; i >= 0; i--)
        if (find_in_layer(pass, i, true, place)) return true;
    return false;
}

/* Of several readout blocks the last one is still there. */
static bool find_in_loss_gradient(const rondo_pass *pass, rondo_text *place)
{
    const rondo_network *network = pass->network;
    int64_t count = rondo_network_predictions(network, pass->batch->rows, pass->batch->tokens);
    int64_t rest = count % pass->readout->block;
    int64_t rows = rest > 0 ? rest : pass->readout->block;
    if (is_finite(pass->readout->prediction, rows * network->output_width)) return false;
    rondo_text_add(place, "the gradient that the loss %s gives", network->loss->head.name);
    return true;
}

bool rondo_pass_find_gradient_not_finite(const rondo_pass *pass, rondo_text *place)
{
    if (find_in_loss_gradient(pass, place)) return true;
    if (find_in_layers_back(pass, place)) return true;
    return pass->encoder && find_in_layers_back(pass->encoder, place);
}
