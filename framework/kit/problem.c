#include "kit/reference.h"

#include <math.h>
#include <stdlib.h>

#include "kit/call.h"
#include "kit/forms.h"

int64_t kit_state_width(const kit_problem *problem, int32_t state)
{
    return state == 0 ? problem->output : problem->shape.hidden;
}

static void add_part(kit_problem *p, kit_part_role role, int32_t index, const char *name,
                     int64_t count)
{
    p->parts[p->part_count++] = (kit_part){role, index, name, p->value_count, count};
    p->value_count += count;
}

/* Numbers of U: of [units of the gate, units of the source] those that are stored. */
static int64_t recurrent_count(const rondo_cell_gate *gate, int64_t hidden, int64_t output)
{
    if (gate->form == RONDO_FORM_LOW_RANK) return 2 * hidden * gate->form_size;
    return hidden / kit_unit_group(gate) * (output / kit_source_group(gate));
}

/* The smallest number of units of at least so many that groups divide. */
static int64_t whole_groups(const rondo_cell_plan *plan, int64_t hidden)
{
    for (int32_t s = 0; s < plan->stage_count;) {
        const rondo_cell_stage *stage = &plan->stages[s++];
        for (int32_t g = 0; g < stage->gate_count; g++) {
            if (hidden % kit_unit_group(&stage->gates[g]) == 0 &&
                hidden % kit_source_group(&stage->gates[g]) == 0)
                continue;
            hidden++;
            s = 0;
            break;
        }
    }
    return hidden;
}

static void lay_out(kit_problem *p)
{
    int64_t input = p->shape.input, hidden = p->shape.hidden;
    for (int32_t s = 0; s < p->plan.stage_count; s++) {
        const rondo_cell_stage *stage = &p->plan.stages[s];
        p->first_gate[s] = p->gates;
        p->first_separate[s] = p->separates;
        for (int32_t g = 0; g < stage->gate_count; g++) {
            const char *name = stage->gates[g].name;
            int32_t gate = p->gates++;
            bool has_bias = !(stage->gates[g].flags & RONDO_GATE_NO_BIAS);
            bool is_separate = g >= stage->gate_count - stage->separate_count;
            int64_t groups = hidden / kit_unit_group(&stage->gates[g]);
            if (!(stage->gates[g].flags & RONDO_GATE_NO_INPUT))
                add_part(p, KIT_INPUT_WEIGHT, gate, name, groups * input);
            if (stage->source != RONDO_SOURCE_NONE)
                add_part(p, KIT_RECURRENT_WEIGHT, gate, name,
                         recurrent_count(&stage->gates[g], hidden, p->output));
            if (has_bias) add_part(p, KIT_BIAS, gate, name, groups);
            if (is_separate && has_bias && !(stage->gates[g].flags & RONDO_GATE_NO_RECURRENT_BIAS))
                add_part(p, KIT_RECURRENT_BIAS, p->separates, name, groups);
            p->separates += is_separate;
        }
    }
    for (int32_t v = 0; v < p->plan.unit_parameter_count; v++)
        add_part(p, KIT_UNIT_PARAMETER, v, p->plan.unit_parameters[v].name,
                 p->plan.unit_parameters[v].flags & RONDO_PARAMETER_SHARED ? 1 : hidden);
    if (p->plan.projection > 0)
        add_part(p, KIT_PROJECTION, 0, p->plan.states[0], p->output * hidden);
    add_part(p, KIT_INPUT, 0, "input", p->tokens * input);
    for (int32_t i = 0; i < p->plan.state_count; i++)
        add_part(p, KIT_INITIAL, i, p->plan.states[i], p->shape.rows * kit_state_width(p, i));
}

const char *kit_part_role_text(kit_part_role role)
{
    static const char *const texts[] = {
        [KIT_INPUT_WEIGHT] = "input weights W of gate",
        [KIT_RECURRENT_WEIGHT] = "recurrent weights U of gate",
        [KIT_PROJECTION] = "projection of",
        [KIT_BIAS] = "bias of gate",
        [KIT_RECURRENT_BIAS] = "recurrent bias of gate",
        [KIT_UNIT_PARAMETER] = "unit parameter",
        [KIT_INPUT] = "the",
        [KIT_INITIAL] = "the initial state",
    };
    return texts[role];
}

static double scale_of(const kit_shape *shape, kit_part_role role)
{
    double scale = 0;
    if (role == KIT_INPUT) scale = shape->input_scale;
    if (role == KIT_BIAS || role == KIT_RECURRENT_BIAS || role == KIT_INITIAL)
        scale = shape->state_scale;
    return scale > 0 ? scale : 1;
}

static void fill_values(kit_problem *p, uint64_t seed)
{
    for (int64_t i = 0; i < p->part_count; i++) {
        const kit_part *part = &p->parts[i];
        for (int64_t k = part->start; k < part->start + part->count; k++)
            p->values[k] = (rondo_real)(float)(scale_of(&p->shape, part->role) *
                                               kit_random(seed, (uint64_t)k));
    }
}

/* Values in [-1, 1] become values of the range that training keeps a parameter in. */
static void clamp_unit_parameters(kit_problem *p)
{
    for (int64_t i = 0; i < p->part_count; i++) {
        const kit_part *part = &p->parts[i];
        if (part->role != KIT_UNIT_PARAMETER) continue;
        const rondo_cell_unit_parameter *of = &p->plan.unit_parameters[part->index];
        if (!(of->flags & RONDO_PARAMETER_CLAMPED)) continue;
        double low = fmax(of->low, -1e3), high = fmin(of->high, fmax(of->low, -1e3) + 1e3);
        for (int64_t k = part->start; k < part->start + part->count; k++)
            p->values[k] =
                (rondo_real)(float)(low + (high - low) * 0.5 * ((double)p->values[k] + 1));
    }
}

void kit_problem_start(kit_problem *problem, const rondo_cell *cell, const void *config,
                       const kit_shape *shape, uint64_t seed)
{
    *problem = (kit_problem){.cell = cell, .config = config, .shape = *shape};
    kit_call_enter("plan", -1, -1);
    cell->plan(config, &problem->plan);
    kit_call_leave();
    problem->shape.hidden = whole_groups(&problem->plan, shape->hidden);
    if (problem->plan.needs_equal_widths) problem->shape.input = problem->shape.hidden;
    problem->output =
        problem->plan.projection > 0 ? problem->shape.hidden / 2 + 1 : problem->shape.hidden;
    problem->steps = shape->lengths[0];
    for (int64_t t = 0; t < problem->steps; t++) {
        while (problem->active[t] < shape->rows && shape->lengths[problem->active[t]] > t)
            problem->active[t]++;
        problem->offset[t + 1] = problem->offset[t] + problem->active[t];
    }
    problem->tokens = problem->offset[problem->steps];
    lay_out(problem);
    problem->values = kit_allocate(problem->value_count, sizeof *problem->values);
    fill_values(problem, seed);
    clamp_unit_parameters(problem);
    kit_array_start(&problem->output_weight, problem->tokens, 1, problem->output, 0);
    kit_array_randomize(&problem->output_weight, seed + 1000);
    for (int32_t i = 0; i < problem->plan.state_count; i++) {
        int64_t width = kit_state_width(problem, i);
        kit_array_start(&problem->last_weight[i], shape->rows, 1, width, 0);
        kit_array_start(&problem->initial_weight[i], shape->rows, 1, width, 0);
        kit_array_randomize(&problem->last_weight[i], seed + 2000 + (uint64_t)i);
        kit_array_randomize(&problem->initial_weight[i], seed + 3000 + (uint64_t)i);
    }
}

void kit_problem_finish(kit_problem *problem)
{
    free(problem->values);
    kit_array_finish(&problem->output_weight);
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++) {
        kit_array_finish(&problem->last_weight[i]);
        kit_array_finish(&problem->initial_weight[i]);
    }
}

/* Where the plugin reads values: unit parameters, initial states, the input. */
static void set_values(kit_pass *pass, const kit_problem *problem)
{
    const rondo_cell_plan *plan = &problem->plan;
    int64_t hidden = problem->shape.hidden;
    if (plan->noise_count > 0) kit_array_randomize(&pass->noise, 90);
    for (int64_t p = 0; p < problem->part_count; p++) {
        const kit_part *part = &problem->parts[p];
        bool is_input = part->role == KIT_INPUT && plan->wants_input;
        int64_t width = is_input                    ? problem->shape.input
                        : part->role == KIT_INITIAL ? kit_state_width(problem, part->index)
                                                    : hidden;
        kit_array *array = part->role == KIT_UNIT_PARAMETER ? &pass->unit_parameters[part->index]
                           : part->role == KIT_INITIAL      ? &pass->initial[part->index]
                           : is_input                       ? &pass->input
                                                            : NULL;
        if (!array) continue;
        for (int64_t i = 0; i < part->count; i++)
            kit_array_at(array, i / width, 0)[i % width] = problem->values[part->start + i];
    }
}

/* For reports of who reads or writes too far. */
static void name_arrays(kit_pass *pass, const kit_problem *problem)
{
    const rondo_cell_plan *plan = &problem->plan;
    kit_array_name(&pass->gates, "gates", -1);
    kit_array_name(&pass->separate, "separate", -1);
    kit_array_name(&pass->tape, "tape", -1);
    kit_array_name(&pass->row_scalars, "row_scalars", -1);
    kit_array_name(&pass->noise, "noise", -1);
    if (plan->projection > 0) {
        kit_array_name(&pass->unprojected, "state", 0);
        kit_array_name(&pass->d_unprojected, "d_state", 0);
    }
    if (plan->wants_input) {
        kit_array_name(&pass->input, "input", -1);
        kit_array_name(&pass->d_input, "d_input", -1);
    }
    for (int32_t i = 0; i < plan->state_count; i++) {
        kit_array_name(&pass->state[i], "state", i);
        kit_array_name(&pass->initial[i], "previous", i);
        kit_array_name(&pass->d_state[i], "d_state", i);
        kit_array_name(&pass->d_initial[i], "d_previous", i);
    }
    for (int32_t i = 0; i < plan->intermediate_count; i++) {
        kit_array_name(&pass->intermediate[i], "intermediate", i);
        kit_array_name(&pass->d_intermediate[i], "d_intermediate", i);
    }
    for (int32_t i = 0; i < plan->unit_parameter_count; i++) {
        kit_array_name(&pass->unit_parameters[i], "unit parameter", i);
        kit_array_name(&pass->d_unit_parameters[i], "d_unit_parameters", i);
    }
}

void kit_pass_start(kit_pass *pass, const kit_problem *problem)
{
    const rondo_cell_plan *plan = &problem->plan;
    int64_t tokens = problem->tokens, rows = problem->shape.rows, hidden = problem->shape.hidden;
    int64_t gap = problem->shape.gap;
    *pass = (kit_pass){0};
    kit_array_start(&pass->gates, tokens, problem->gates, hidden, gap);
    kit_array_start(&pass->separate, tokens, problem->separates, hidden, gap);
    kit_array_start(&pass->tape, tokens, plan->tape_count, hidden, gap);
    kit_array_start(&pass->row_scalars, tokens, 1, plan->row_scalar_count, gap);
    kit_array_start(&pass->noise, tokens, plan->noise_count, hidden, gap);
    if (plan->projection > 0) {
        kit_array_start(&pass->unprojected, tokens, 1, hidden, gap);
        kit_array_start(&pass->d_unprojected, tokens, 1, hidden, gap);
    }
    if (plan->wants_input) {
        kit_array_start(&pass->input, tokens, 1, problem->shape.input, gap);
        kit_array_start(&pass->d_input, tokens, 1, problem->shape.input, gap);
    }
    for (int32_t i = 0; i < plan->state_count; i++) {
        int64_t width = kit_state_width(problem, i);
        kit_array_start(&pass->state[i], tokens, 1, width, gap);
        kit_array_start(&pass->initial[i], rows, 1, width, gap);
        kit_array_start(&pass->d_state[i], tokens, 1, width, gap);
        kit_array_start(&pass->d_initial[i], rows, 1, width, gap);
    }
    for (int32_t i = 0; i < plan->intermediate_count; i++) {
        kit_array_start(&pass->intermediate[i], tokens, 1, hidden, gap);
        kit_array_start(&pass->d_intermediate[i], tokens, 1, hidden, gap);
    }
    for (int32_t i = 0; i < plan->unit_parameter_count; i++) {
        int64_t width = plan->unit_parameters[i].flags & RONDO_PARAMETER_SHARED ? 1 : hidden;
        kit_array_start(&pass->unit_parameters[i], 1, 1, width, gap);
        kit_array_start(&pass->d_unit_parameters[i], 1, 1, width, gap);
    }
    name_arrays(pass, problem);
    set_values(pass, problem);
}

void kit_pass_again(kit_pass *pass, const kit_problem *problem)
{
    kit_named_array list[KIT_MAX_ARRAYS];
    int64_t count = kit_pass_arrays(pass, problem, list);
    for (int64_t i = 0; i < count; i++)
        kit_array_poison(list[i].array);
    set_values(pass, problem);
}

int64_t kit_pass_arrays(kit_pass *pass, const kit_problem *problem, kit_named_array *list)
{
    const rondo_cell_plan *plan = &problem->plan;
    int64_t n = 0;
    list[n++] = (kit_named_array){"gates", &pass->gates};
    list[n++] = (kit_named_array){"separate", &pass->separate};
    list[n++] = (kit_named_array){"tape", &pass->tape};
    list[n++] = (kit_named_array){"row_scalars", &pass->row_scalars};
    list[n++] = (kit_named_array){"noise", &pass->noise};
    if (plan->projection > 0) {
        list[n++] = (kit_named_array){"state", &pass->unprojected};
        list[n++] = (kit_named_array){"d_state", &pass->d_unprojected};
    }
    if (plan->wants_input) {
        list[n++] = (kit_named_array){"input", &pass->input};
        list[n++] = (kit_named_array){"d_input", &pass->d_input};
    }
    for (int32_t i = 0; i < plan->state_count; i++) {
        list[n++] = (kit_named_array){"state", &pass->state[i]};
        list[n++] = (kit_named_array){"previous", &pass->initial[i]};
        list[n++] = (kit_named_array){"d_state", &pass->d_state[i]};
        list[n++] = (kit_named_array){"d_previous", &pass->d_initial[i]};
    }
    for (int32_t i = 0; i < plan->intermediate_count; i++) {
        list[n++] = (kit_named_array){"intermediate", &pass->intermediate[i]};
        list[n++] = (kit_named_array){"d_intermediate", &pass->d_intermediate[i]};
    }
    for (int32_t i = 0; i < plan->unit_parameter_count; i++) {
        list[n++] = (kit_named_array){"unit_parameters", &pass->unit_parameters[i]};
        list[n++] = (kit_named_array){"d_unit_parameters", &pass->d_unit_parameters[i]};
    }
    return n;
}

void kit_pass_finish(kit_pass *pass)
{
    kit_array_finish(&pass->gates);
    kit_array_finish(&pass->separate);
    kit_array_finish(&pass->tape);
    kit_array_finish(&pass->row_scalars);
    kit_array_finish(&pass->noise);
    kit_array_finish(&pass->input);
    kit_array_finish(&pass->d_input);
    kit_array_finish(&pass->unprojected);
    kit_array_finish(&pass->d_unprojected);
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++) {
        kit_array_finish(&pass->state[i]);
        kit_array_finish(&pass->initial[i]);
        kit_array_finish(&pass->d_state[i]);
        kit_array_finish(&pass->d_initial[i]);
    }
    for (int32_t i = 0; i < RONDO_MAX_INTERMEDIATES; i++) {
        kit_array_finish(&pass->intermediate[i]);
        kit_array_finish(&pass->d_intermediate[i]);
    }
    for (int32_t i = 0; i < RONDO_MAX_UNIT_PARAMETERS; i++) {
        kit_array_finish(&pass->unit_parameters[i]);
        kit_array_finish(&pass->d_unit_parameters[i]);
    }
}
