#include "model/direction.h"

#include <stdio.h>
#include <string.h>

#include "model/forms.h"
#include "model/gates.h"
#include "plugin/plan.h"

static rondo_parameter part(const rondo_network *network, int64_t number, const char *name,
                            int64_t rows, int64_t columns, rondo_parameter_role kind)
{
    const rondo_direction *direction = &network->directions[number];
    rondo_parameter parameter = {
        .rows = rows, .columns = columns, .role = kind, .direction = number, .block = -1};
    snprintf(parameter.name, sizeof parameter.name, "%slayers/%lld/%s/%s", network->prefix,
             (long long)direction->layer, direction->reverse ? "backward" : "forward", name);
    return parameter;
}

static rondo_status add_matrix(rondo_network *network, int64_t number, const char *name,
                               int64_t rows, int64_t blocks, rondo_parameter_role role,
                               int64_t *index, rondo_error *error)
{
    int64_t hidden = network->directions[number].hidden;
    *index = -1;
    if (blocks == 0) return RONDO_OK;
    return rondo_network_add(network, part(network, number, name, rows, blocks * hidden, role),
                             index, error);
}

/* What gates whose units share weights have, a parameter each. */
static rondo_status add_grouped(rondo_network *network, int64_t number, const char *name,
                                int64_t rows, rondo_gate_runs *runs, rondo_parameter_role role,
                                rondo_error *error)
{
    const rondo_direction *d = &network->directions[number];
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < runs->count && !status; i++) {
        rondo_gate_run *run = &runs->runs[i];
        char own[80];
        if (run->group == 1) continue;
        bool is_separate = runs == &d->with_recurrent_bias;
        int64_t gate = is_separate ? rondo_gates_of_separate(d, run->first_gate) : run->first_gate;
        int64_t units = d->hidden / run->group;
        snprintf(own, sizeof own, "%s_%.40s", name, rondo_gates_at(d, gate)->name);
        rondo_parameter parameter = part(network, number, own, rows, units, role);
        parameter.gate = gate;
        parameter.units = units;
        status = rondo_network_add(network, parameter, &run->parameter, error);
    }
    return status;
}

/* Of what the cell makes to the output. */
static rondo_status add_projection(rondo_network *network, int64_t number, rondo_error *error)
{
    rondo_direction *d = &network->directions[number];
    d->projection_weights = -1;
    if (d->plan.projection == 0) return RONDO_OK;
    return rondo_network_add(
        network,
        part(network, number, "projection_weights", d->hidden, d->output, RONDO_ROLE_PROJECTION),
        &d->projection_weights, error);
}

static rondo_status add_unit_parameter(rondo_network *network, int64_t number, int32_t which,
                                       rondo_error *error)
{
    rondo_direction *d = &network->directions[number];
    const rondo_cell_unit_parameter *of = &d->plan.unit_parameters[which];
    int64_t columns = of->flags & RONDO_PARAMETER_SHARED ? 1 : d->hidden;
    rondo_parameter parameter =
        part(network, number, of->name, 1, columns, RONDO_ROLE_UNIT_PARAMETER);
    parameter.unit_parameter = which;
    parameter.is_clamped = of->flags & RONDO_PARAMETER_CLAMPED;
    parameter.low = of->low;
    parameter.high = of->high;
    return rondo_network_add(network, parameter, &d->unit_parameters[which], error);
}

/* Recurrent weights that are not dense, and those of frozen gates. */
static rondo_status add_forms(rondo_network *network, int64_t number, bool frozen,
                              rondo_error *error)
{
    rondo_direction *d = &network->directions[number];
    rondo_status status = RONDO_OK;
    for (int64_t block = 0; block < d->recurrent_count && !status; block++) {
        const rondo_cell_gate *gate = rondo_gates_at(d, rondo_gates_of_recurrent_block(d, block));
        char name[64];
        int64_t rows, columns;
        bool is_dense = gate->form == RONDO_FORM_DENSE;
        if (rondo_gates_is_shared(gate) || frozen != !!(gate->flags & RONDO_GATE_FROZEN)) continue;
        if (gate->form_size > d->hidden)
            return rondo_error_set(
                error, RONDO_USAGE,
                "model.layers.%lld.hidden: the recurrent weights of %s are of %d "
                "blocks, groups or ranks: write hidden: %d or more",
                (long long)d->layer, gate->name, gate->form_size, gate->form_size);
        rondo_form_shape(rondo_form_of(gate, d->hidden), &rows, &columns);
        snprintf(name, sizeof name, "recurrent_weights_%.40s", gate->name);
        rondo_parameter parameter = part(network, number, name, rows, columns,
                                         is_dense ? RONDO_ROLE_RECURRENT_WEIGHTS : RONDO_ROLE_FORM);
        parameter.block = block;
        if (is_dense) {
            parameter.gate = rondo_gates_of_recurrent_block(d, block);
            parameter.units = columns;
        }
        status = rondo_network_add(network, parameter, &d->form_weights[block], error);
    }
    return status;
}

/* A cell's own numbers, those that are trained or those that are not. */
static rondo_status add_unit_parameters(rondo_network *network, int64_t number, bool frozen,
                                        rondo_error *error)
{
    const rondo_cell_plan *plan = &network->directions[number].plan;
    rondo_status status = RONDO_OK;
    for (int32_t i = 0; i < plan->unit_parameter_count && !status; i++)
        if (frozen == !!(plan->unit_parameters[i].flags & RONDO_PARAMETER_FROZEN))
            status = add_unit_parameter(network, number, i, error);
    return status;
}

static rondo_status add_direction_parameters(rondo_network *network, int64_t number,
                                             rondo_error *error)
{
    rondo_direction *d = &network->directions[number];
    rondo_status status;
    status = add_matrix(network, number, "input_weights", d->input, d->with_input.blocks,
                        RONDO_ROLE_INPUT_WEIGHTS, &d->input_weights, error);
    if (status) return status;
    status = add_grouped(network, number, "input_weights", d->input, &d->with_input,
                         RONDO_ROLE_INPUT_WEIGHTS, error);
    if (status) return status;
    status = add_matrix(network, number, "recurrent_weights", d->output, d->dense_count,
                        RONDO_ROLE_RECURRENT_WEIGHTS, &d->recurrent_weights, error);
    if (status) return status;
    if ((status = add_projection(network, number, error))) return status;
    if ((status = add_forms(network, number, false, error))) return status;
    status = add_matrix(network, number, "biases", 1, d->with_bias.blocks, RONDO_ROLE_BIASES,
                        &d->biases, error);
    if (status) return status;
    status = add_grouped(network, number, "biases", 1, &d->with_bias, RONDO_ROLE_BIASES, error);
    if (status) return status;
    status = add_matrix(network, number, "recurrent_biases", 1, d->with_recurrent_bias.blocks,
                        RONDO_ROLE_ZEROS, &d->recurrent_biases, error);
    if (status) return status;
    status = add_grouped(network, number, "recurrent_biases", 1, &d->with_recurrent_bias,
                         RONDO_ROLE_ZEROS, error);
    return status ? status : add_unit_parameters(network, number, false, error);
}

rondo_status rondo_direction_add_constants(rondo_network *network, int64_t number,
                                           rondo_error *error)
{
    rondo_direction *d = &network->directions[number];
    rondo_status status;
    status =
        add_matrix(network, number, "frozen_input_weights", d->input, d->with_input.frozen_blocks,
                   RONDO_ROLE_INPUT_WEIGHTS, &d->frozen_input_weights, error);
    if (status) return status;
    if ((status = add_forms(network, number, true, error))) return status;
    status = add_matrix(network, number, "frozen_biases", 1, d->with_bias.frozen_blocks,
                        RONDO_ROLE_BIASES, &d->frozen_biases, error);
    if (status) return status;
    status = add_matrix(network, number, "frozen_recurrent_biases", 1,
                        d->with_recurrent_bias.frozen_blocks, RONDO_ROLE_ZEROS,
                        &d->frozen_recurrent_biases, error);
    return status ? status : add_unit_parameters(network, number, true, error);
}

/* Of a cell with gates whose units share weights. */
static rondo_status check_groups(const rondo_network *network, const rondo_direction *d,
                                 rondo_error *error)
{
    int64_t step = rondo_plan_unit_step(&d->plan), below = d->hidden / step * step;
    bool is_decoder = strcmp(network->prefix, "decoder/") == 0;
    char lower[40] = "";
    if (d->hidden % step == 0) return RONDO_OK;
    if (below > 0) snprintf(lower, sizeof lower, "%lld or ", (long long)below);
    return rondo_error_set(error, RONDO_USAGE,
                           "model.%slayers.%lld.%shidden: units of cell %s share weights, %lld at "
                           "a time, and %lld is no multiple of that: write hidden: %s%lld",
                           is_decoder ? "decoder." : "", (long long)d->layer,
                           d->reverse ? "backward." : "", d->cell->head.name, (long long)step,
                           (long long)d->hidden, lower, (long long)(below + step));
}

/* Of a cell that reads the input itself, and not only products of it. */
static rondo_status check_own_input(const rondo_network *network, const rondo_direction *d,
                                    rondo_error *error)
{
    const char *cell = d->cell->head.name;
    if (!d->plan.wants_input) return RONDO_OK;
    if (rondo_network_gathers_input(network, d))
        return rondo_error_set(
            error, RONDO_USAGE,
            "model.layers.0.cell: %s reads the input itself, and a one-hot input has "
            "no numbers: write model.input: {embedding: N}",
            cell);
    if (d->plan.needs_equal_widths && d->input != d->hidden)
        return rondo_error_set(
            error, RONDO_USAGE,
            "model.layers.%lld.hidden: cell %s adds its input to its output, and the "
            "input is %lld wide: write hidden: %lld",
            (long long)d->layer, cell, (long long)d->input, (long long)d->input);
    return RONDO_OK;
}

rondo_status rondo_direction_add(rondo_network *network, int64_t layer, bool reverse,
                                 const rondo_direction_config *config, rondo_error *error)
{
    int64_t number = network->direction_count++;
    rondo_direction *direction = &network->directions[number];
    rondo_layer *owner = &network->layers[layer];
    owner->directions[owner->direction_count++] = number;
    direction->layer = layer;
    direction->reverse = reverse;
    direction->input = owner->input;
    direction->hidden = config->hidden;
    direction->first_output = owner->output;
    memcpy(direction->zoneout, config->zoneout, sizeof direction->zoneout);
    direction->cell = config->cell;
    direction->options = config->options;
    rondo_status status = rondo_plan_get(config->cell, config->options, &direction->plan, error);
    if (status) {
        rondo_error_prefix(error, "layer %lld: cell %s: ", (long long)layer,
                           config->cell->head.name);
        return status;
    }
    direction->output =
        direction->plan.projection > 0 ? direction->plan.projection : config->hidden;
    owner->output += direction->output;
    if ((status = check_groups(network, direction, error))) return status;
    if ((status = rondo_gates_count(direction, error))) return status;
    if ((status = check_own_input(network, direction, error))) return status;
    return add_direction_parameters(network, number, error);
}
