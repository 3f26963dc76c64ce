#include "kit/reference.h"

#include <string.h>

#include "kit/call.h"
#include "kit/forms.h"
#include "kit/guard.h"
#include "kit/undeclared.h"

const rondo_real *kit_part_values(const kit_problem *problem, kit_part_role role, int32_t index)
{
    for (int64_t p = 0; p < problem->part_count; p++) {
        const kit_part *part = &problem->parts[p];
        if (part->role == role && part->index == index) return problem->values + part->start;
    }
    return NULL;
}

/* The state that step t of row b starts from. */
static const kit_array *previous_array(const kit_pass *pass, int32_t state, int64_t t)
{
    return t == 0 ? &pass->initial[state] : &pass->state[state];
}

static int64_t previous_row(const kit_problem *problem, int64_t t)
{
    return t == 0 ? 0 : problem->offset[t - 1];
}

static kit_array *d_previous_array(kit_pass *pass, int32_t state, int64_t t)
{
    return t == 0 ? &pass->d_initial[state] : &pass->d_state[state];
}

static const rondo_real *source_row(const kit_problem *problem, const kit_pass *pass, int64_t t,
                                    int32_t stage, int64_t row)
{
    int32_t source = problem->plan.stages[stage].source;
    if (source < RONDO_SOURCE_INTERMEDIATE(0))
        return kit_array_at(previous_array(pass, source, t), previous_row(problem, t) + row, 0);
    return kit_array_at(&pass->intermediate[source - RONDO_SOURCE_INTERMEDIATE(0)],
                        problem->offset[t] + row, 0);
}

static rondo_real dot(const rondo_real *a, const rondo_real *b, int64_t count)
{
    rondo_real sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

/* a[j] += w[j] . x, with one w for every `group` units; nothing where there are no weights. */
static void add_product(const rondo_real *w, int64_t group, const rondo_real *x, int64_t depth,
                        int64_t hidden, rondo_real *a)
{
    for (int64_t j = 0; w && j < hidden; j++)
        a[j] += dot(w + j / group * depth, x, depth);
}

/* a[j] += U[j] . source, which is `width` wide */
static void add_recurrent(const rondo_cell_gate *gate, const rondo_real *u,
                          const rondo_real *source, int64_t width, int64_t hidden, rondo_real *a)
{
    for (int64_t j = 0; u && j < hidden; j++) {
        rondo_real sum = 0;
        for (int64_t k = 0; k < width; k++)
            sum += kit_recurrent_weight(gate, u, width, j, k) * source[k];
        a[j] += sum;
    }
}

static void start_with(const rondo_real *bias, int64_t group, int64_t hidden, rondo_real *a)
{
    for (int64_t j = 0; j < hidden; j++)
        a[j] = bias ? bias[j / group] : 0;
}

/* gates = W x + b [+ U source]; beside = U source + b_recurrent. */
void kit_step_products(const kit_problem *problem, kit_pass *pass, int64_t t, int32_t stage)
{
    const rondo_cell_stage *s = &problem->plan.stages[stage];
    int64_t input = problem->shape.input, hidden = problem->shape.hidden;
    int32_t first_separate = s->gate_count - s->separate_count;
    for (int32_t g = 0; g < s->gate_count; g++) {
        int32_t gate = problem->first_gate[stage] + g;
        int32_t separate = problem->first_separate[stage] + g - first_separate;
        const rondo_real *w = kit_part_values(problem, KIT_INPUT_WEIGHT, gate);
        const rondo_real *u = kit_part_values(problem, KIT_RECURRENT_WEIGHT, gate);
        const rondo_real *b = kit_part_values(problem, KIT_BIAS, gate);
        bool is_separate = g >= first_separate;
        int64_t group = kit_unit_group(&s->gates[g]);
        for (int64_t row = 0; row < problem->active[t]; row++) {
            int64_t token = problem->offset[t] + row;
            const rondo_real *x = kit_part_values(problem, KIT_INPUT, 0) + token * input;
            const rondo_real *source = u ? source_row(problem, pass, t, stage, row) : NULL;
            rondo_real *a = kit_array_at(&pass->gates, token, gate), *back = a;
            start_with(b, group, hidden, a);
            add_product(w, group, x, input, hidden, a);
            if (is_separate) {
                back = kit_array_at(&pass->separate, token, separate);
                start_with(kit_part_values(problem, KIT_RECURRENT_BIAS, separate), group, hidden,
                           back);
            }
            add_recurrent(&s->gates[g], u, source, problem->output, hidden, back);
        }
    }
}

bool kit_is_frozen(const rondo_cell_plan *plan, int32_t unit_parameter)
{
    return plan->unit_parameters[unit_parameter].flags & RONDO_PARAMETER_FROZEN;
}

static bool is_shared(const rondo_cell_plan *plan, int32_t number)
{
    return plan->unit_parameters[number].flags & RONDO_PARAMETER_SHARED;
}

static void make_tile(const kit_problem *problem, kit_pass *pass, int64_t t, int64_t row,
                      int64_t unit, rondo_cell_tile *tile)
{
    const rondo_cell_plan *plan = &problem->plan;
    int64_t token = problem->offset[t] + row, before = previous_row(problem, t) + row;
    bool is_projected = plan->projection > 0;
    *tile = (rondo_cell_tile){.gate_stride = pass->gates.row_stride,
                              .separate_stride = pass->separate.row_stride,
                              .block_stride = pass->gates.block_stride,
                              .unit_stride = is_projected ? pass->unprojected.row_stride
                                                          : pass->state[0].row_stride,
                              .tape_stride = pass->tape.row_stride,
                              .first_unit = unit,
                              .hidden = problem->shape.hidden,
                              .step = t};
    if (pass->gates.data) tile->gates = kit_array_at(&pass->gates, token, 0) + unit;
    if (pass->separate.data) tile->separate = kit_array_at(&pass->separate, token, 0) + unit;
    if (pass->tape.data) tile->tape = kit_array_at(&pass->tape, token, 0) + unit;
    if (pass->row_scalars.data) {
        tile->row_scalars = kit_array_at(&pass->row_scalars, token, 0);
        tile->row_scalar_stride = pass->row_scalars.row_stride;
    }
    if (pass->noise.data && !pass->is_evaluation) {
        tile->noise = kit_array_at(&pass->noise, token, 0) + unit;
        tile->noise_stride = pass->noise.row_stride;
    }
    if (plan->wants_input) {
        tile->input = kit_array_at(&pass->input, token, 0);
        tile->input_stride = pass->input.row_stride;
        tile->input_width = problem->shape.input;
    }
    for (int32_t i = 0; i < plan->state_count; i++) {
        tile->previous[i] = kit_array_at(previous_array(pass, i, t), before, 0) + unit;
        tile->state[i] = kit_array_at(&pass->state[i], token, 0) + unit;
        if (i > 0 || !is_projected) continue;
        tile->previous[i] = NULL;
        tile->state[i] = kit_array_at(&pass->unprojected, token, 0) + unit;
    }
    for (int32_t i = 0; i < plan->intermediate_count; i++)
        tile->intermediate[i] = kit_array_at(&pass->intermediate[i], token, 0) + unit;
    for (int32_t i = 0; i < plan->unit_parameter_count; i++)
        tile->unit_parameters[i] = pass->unit_parameters[i].data + (is_shared(plan, i) ? 0 : unit);
}

static void add_gradient_pointers(const kit_problem *problem, kit_pass *pass, int64_t t,
                                  int64_t row, int64_t unit, rondo_cell_tile *tile)
{
    int64_t token = problem->offset[t] + row, before = previous_row(problem, t) + row;
    for (int32_t i = 0; i < problem->plan.state_count; i++) {
        tile->d_state[i] = kit_array_at(&pass->d_state[i], token, 0) + unit;
        tile->d_previous[i] = kit_array_at(d_previous_array(pass, i, t), before, 0) + unit;
        if (i > 0 || problem->plan.projection == 0) continue;
        tile->d_state[i] = kit_array_at(&pass->d_unprojected, token, 0) + unit;
        tile->d_previous[i] = NULL;
    }
    for (int32_t i = 0; i < problem->plan.intermediate_count; i++)
        tile->d_intermediate[i] = kit_array_at(&pass->d_intermediate[i], token, 0) + unit;
    if (problem->plan.wants_input) tile->d_input = kit_array_at(&pass->d_input, token, 0);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void kit_step_call(const kit_problem *problem, kit_pass *pass, int64_t t, int32_t stage,
                   bool backward, kit_tiling tiling)
{
    const rondo_cell_stage *s = &problem->plan.stages[stage];
    int64_t rows = problem->active[t], units = problem->shape.hidden;
    int64_t row_step = tiling.rows ? tiling.rows : rows;
    int64_t unit_step = tiling.units ? tiling.units : units;
    for (int64_t row = 0; row < rows; row += row_step) {
        for (int64_t unit = 0; unit < units; unit += unit_step) {
            rondo_cell_tile tile;
            make_tile(problem, pass, t, row, unit, &tile);
            tile.rows = least(row_step, rows - row);
            tile.units = least(unit_step, units - unit);
            tile.stage = stage;
            if (backward) add_gradient_pointers(problem, pass, t, row, unit, &tile);
            const char *function = backward ? "backward" : "forward";
            if (kit_call_names_pointers()) kit_name_undeclared(&problem->plan, function, &tile);
            kit_call_enter(function, stage, t);
            (backward ? s->backward : s->forward)(problem->config, &tile);
            kit_call_leave();
        }
    }
}

void kit_forward(const kit_problem *problem, kit_pass *pass, kit_tiling tiling)
{
    for (int64_t t = 0; t < problem->steps; t++) {
        for (int32_t s = 0; s < problem->plan.stage_count; s++) {
            kit_step_products(problem, pass, t, s);
            kit_step_call(problem, pass, t, s, false, tiling);
        }
        kit_step_project(problem, pass, t);
    }
}

/* d_source += d_gates U^T, from the blocks that hold U source. */
void kit_step_source_gradient(const kit_problem *problem, kit_pass *pass, int64_t t, int32_t stage)
{
    const rondo_cell_stage *s = &problem->plan.stages[stage];
    int64_t hidden = problem->shape.hidden;
    int32_t first_separate = s->gate_count - s->separate_count;
    if (s->source == RONDO_SOURCE_NONE) return;
    kit_array *target = s->source < RONDO_SOURCE_INTERMEDIATE(0)
                            ? d_previous_array(pass, s->source, t)
                            : &pass->d_intermediate[s->source - RONDO_SOURCE_INTERMEDIATE(0)];
    int64_t first_row =
        s->source < RONDO_SOURCE_INTERMEDIATE(0) ? previous_row(problem, t) : problem->offset[t];
    for (int32_t g = 0; g < s->gate_count; g++) {
        const rondo_real *u =
            kit_part_values(problem, KIT_RECURRENT_WEIGHT, problem->first_gate[stage] + g);
        const kit_array *from = g < first_separate ? &pass->gates : &pass->separate;
        int32_t block = g < first_separate ? problem->first_gate[stage] + g
                                           : problem->first_separate[stage] + g - first_separate;
        for (int64_t row = 0; row < problem->active[t]; row++) {
            const rondo_real *d = kit_array_at(from, problem->offset[t] + row, block);
            rondo_real *sum = kit_array_at(target, first_row + row, 0);
            for (int64_t j = 0; j < hidden; j++) {
                for (int64_t k = 0; k < problem->output; k++)
                    sum[k] += d[j] * kit_recurrent_weight(&s->gates[g], u, problem->output, j, k);
            }
        }
    }
}

/* The loss's own part of every gradient; backward adds the rest. */
void kit_fill_gradients(const kit_problem *problem, kit_pass *pass)
{
    const kit_shape *shape = &problem->shape;
    for (int32_t i = 0; i < problem->plan.state_count; i++) {
        for (int64_t t = 0; t < problem->steps; t++) {
            for (int64_t row = 0; row < problem->active[t]; row++) {
                int64_t token = problem->offset[t] + row;
                for (int64_t u = 0; u < kit_state_width(problem, i); u++) {
                    rondo_real d = i == 0 ? kit_array_at(&problem->output_weight, token, 0)[u] : 0;
                    if (shape->lengths[row] == t + 1)
                        d += kit_array_at(&problem->last_weight[i], row, 0)[u];
                    kit_array_at(&pass->d_state[i], token, 0)[u] = d;
                }
            }
        }
        for (int64_t row = 0; row < shape->rows; row++) {
            for (int64_t u = 0; u < kit_state_width(problem, i); u++)
                kit_array_at(&pass->d_initial[i], row, 0)[u] =
                    kit_array_at(&problem->initial_weight[i], row, 0)[u];
        }
    }
    for (int64_t token = 0; problem->plan.wants_input && token < problem->tokens; token++)
        memset(kit_array_at(&pass->d_input, token, 0), 0,
               (size_t)shape->input * sizeof(rondo_real));
    for (int32_t i = 0; i < problem->plan.intermediate_count; i++) {
        for (int64_t token = 0; token < problem->tokens; token++) {
            for (int64_t u = 0; u < shape->hidden; u++)
                kit_array_at(&pass->d_intermediate[i], token, 0)[u] = 0;
        }
    }
}

static bool trains_unit_parameters(const rondo_cell_plan *plan)
{
    bool any = false;
    for (int32_t v = 0; v < plan->unit_parameter_count; v++)
        any |= !kit_is_frozen(plan, v);
    return any;
}

/* From that unit on; frozen: nowhere. */
static rondo_real *d_unit_parameter(const kit_problem *problem, kit_pass *pass, int32_t number,
                                    int64_t unit)
{
    if (!kit_is_frozen(&problem->plan, number))
        return pass->d_unit_parameters[number].data +
               (is_shared(&problem->plan, number) ? 0 : unit);
    return kit_call_names_pointers()
               ? kit_guard_forbidden("d_unit_parameters", number, "which is frozen")
               : NULL;
}

/* Into d_unit_parameters that hold something already, which kit_gradient takes off again. */
static void call_unit_parameter_gradient(const kit_problem *problem, kit_pass *pass,
                                         kit_tiling tiling)
{
    int64_t units = problem->shape.hidden, unit_step = tiling.units ? tiling.units : units;
    for (int32_t v = 0; v < problem->plan.unit_parameter_count; v++)
        if (is_shared(&problem->plan, v)) unit_step = units;
    if (!trains_unit_parameters(&problem->plan)) return;
    for (int32_t v = 0; v < problem->plan.unit_parameter_count; v++)
        kit_array_randomize(&pass->d_unit_parameters[v], 4000 + (uint64_t)v);
    for (int64_t t = problem->steps - 1; t >= 0; t--) {
        for (int64_t unit = 0; unit < units; unit += unit_step) {
            rondo_real *d_unit_parameters[RONDO_MAX_UNIT_PARAMETERS];
            rondo_cell_tile tile;
            make_tile(problem, pass, t, 0, unit, &tile);
            tile.rows = problem->active[t];
            tile.units = least(unit_step, units - unit);
            for (int32_t v = 0; v < problem->plan.unit_parameter_count; v++)
                d_unit_parameters[v] = d_unit_parameter(problem, pass, v, unit);
            const char *function = "unit_parameter_gradient";
            if (kit_call_names_pointers()) kit_name_undeclared(&problem->plan, function, &tile);
            kit_call_enter(function, -1, t);
            problem->cell->unit_parameter_gradient(problem->config, &tile, d_unit_parameters);
            kit_call_leave();
        }
    }
}

void kit_backward(const kit_problem *problem, kit_pass *pass, kit_tiling tiling)
{
    kit_fill_gradients(problem, pass);
    for (int64_t t = problem->steps - 1; t >= 0; t--) {
        kit_step_project_back(problem, pass, t);
        for (int32_t s = problem->plan.stage_count - 1; s >= 0; s--) {
            kit_step_call(problem, pass, t, s, true, tiling);
            kit_step_source_gradient(problem, pass, t, s);
        }
    }
    call_unit_parameter_gradient(problem, pass, tiling);
}

static double weighted(const kit_array *weight, int64_t weight_row, const kit_array *state,
                       int64_t row)
{
    double sum = 0;
    for (int64_t u = 0; u < weight->units; u++)
        sum +=
            (double)kit_array_at(weight, weight_row, 0)[u] * (double)kit_array_at(state, row, 0)[u];
    return sum;
}

double kit_loss(const kit_problem *problem, const kit_pass *pass)
{
    double sum = 0;
    for (int64_t token = 0; token < problem->tokens; token++)
        sum += weighted(&problem->output_weight, token, &pass->state[0], token);
    for (int32_t i = 0; i < problem->plan.state_count; i++) {
        for (int64_t row = 0; row < problem->shape.rows; row++) {
            int64_t last = problem->offset[problem->shape.lengths[row] - 1] + row;
            sum += weighted(&problem->last_weight[i], row, &pass->state[i], last);
            sum += weighted(&problem->initial_weight[i], row, &pass->initial[i], row);
        }
    }
    return sum;
}

/* Stage that a gate block belongs to. */
static int32_t stage_of(const kit_problem *problem, int32_t gate)
{
    int32_t stage = problem->plan.stage_count - 1;
    while (gate < problem->first_gate[stage])
        stage--;
    return stage;
}

static const rondo_cell_gate *gate_at(const kit_problem *problem, int32_t gate)
{
    int32_t stage = stage_of(problem, gate);
    return &problem->plan.stages[stage].gates[gate - problem->first_gate[stage]];
}

static const rondo_cell_gate *gate_of_separate(const kit_problem *problem, int32_t separate)
{
    int32_t stage = problem->plan.stage_count - 1;
    while (separate < problem->first_separate[stage])
        stage--;
    const rondo_cell_stage *s = &problem->plan.stages[stage];
    return &s->gates[s->gate_count - s->separate_count + separate - problem->first_separate[stage]];
}

/* Where the gradient of U source lies for a gate block. */
static const rondo_real *d_recurrent(const kit_problem *problem, const kit_pass *pass, int32_t gate,
                                     int64_t token)
{
    int32_t stage = stage_of(problem, gate);
    const rondo_cell_stage *s = &problem->plan.stages[stage];
    int32_t separate = gate - problem->first_gate[stage] - (s->gate_count - s->separate_count);
    if (separate < 0) return kit_array_at(&pass->gates, token, gate);
    return kit_array_at(&pass->separate, token, problem->first_separate[stage] + separate);
}

/* sum[j / group] += d[j] x */
static void add_outer(rondo_real *sum, const rondo_real *d, int64_t rows, int64_t group,
                      const rondo_real *x, int64_t columns)
{
    for (int64_t j = 0; j < rows; j++) {
        for (int64_t k = 0; k < columns; k++)
            sum[j / group * columns + k] += d[j] * x[k];
    }
}

static void add_recurrent_token(const kit_problem *problem, const kit_pass *pass,
                                const kit_part *part, int64_t t, int64_t row, rondo_real *sum)
{
    int64_t hidden = problem->shape.hidden;
    int32_t stage = stage_of(problem, part->index);
    const rondo_cell_gate *gate = gate_at(problem, part->index);
    const rondo_real *d = d_recurrent(problem, pass, part->index, problem->offset[t] + row);
    const rondo_real *source = source_row(problem, pass, t, stage, row);
    for (int64_t j = 0; j < hidden; j++)
        for (int64_t k = 0; k < problem->output; k++)
            kit_add_recurrent_gradient(gate, problem->values + part->start, problem->output, j, k,
                                       d[j] * source[k], sum);
}

static void add_token(const kit_problem *problem, const kit_pass *pass, const kit_part *part,
                      int64_t t, int64_t row, rondo_real *sum)
{
    int64_t input = problem->shape.input, hidden = problem->shape.hidden;
    int64_t token = problem->offset[t] + row;
    const rondo_real *x = kit_part_values(problem, KIT_INPUT, 0) + token * input;
    const rondo_real one = 1;
    if (part->role == KIT_INPUT_WEIGHT)
        add_outer(sum, kit_array_at(&pass->gates, token, part->index), hidden,
                  kit_unit_group(gate_at(problem, part->index)), x, input);
    else if (part->role == KIT_BIAS)
        add_outer(sum, kit_array_at(&pass->gates, token, part->index), hidden,
                  kit_unit_group(gate_at(problem, part->index)), &one, 1);
    else if (part->role == KIT_RECURRENT_BIAS)
        add_outer(sum, kit_array_at(&pass->separate, token, part->index), hidden,
                  kit_unit_group(gate_of_separate(problem, part->index)), &one, 1);
    else if (part->role == KIT_PROJECTION)
        add_outer(sum, kit_array_at(&pass->d_state[0], token, 0), problem->output, 1,
                  kit_array_at(&pass->unprojected, token, 0), hidden);
    else if (part->role == KIT_RECURRENT_WEIGHT)
        add_recurrent_token(problem, pass, part, t, row, sum);
    if (part->role == KIT_INPUT && problem->plan.wants_input)
        add_outer(sum + token * input, &one, 1, 1, kit_array_at(&pass->d_input, token, 0), input);
    for (int32_t gate = 0; part->role == KIT_INPUT && gate < problem->gates; gate++) {
        const rondo_real *w = kit_part_values(problem, KIT_INPUT_WEIGHT, gate);
        int64_t group = kit_unit_group(gate_at(problem, gate));
        for (int64_t j = 0; w && j < hidden; j++)
            add_outer(sum + token * input, kit_array_at(&pass->gates, token, gate) + j, 1, 1,
                      w + j / group * input, input);
    }
}

void kit_gradient(const kit_problem *problem, const kit_pass *pass, rondo_real *gradient)
{
    for (int64_t p = 0; p < problem->part_count; p++) {
        const kit_part *part = &problem->parts[p];
        rondo_real *sum = gradient + part->start;
        int64_t width = kit_state_width(problem, part->index);
        for (int64_t i = 0; i < part->count; i++) {
            sum[i] = 0;
            if (part->role == KIT_INITIAL)
                sum[i] = kit_array_at(&pass->d_initial[part->index], i / width, 0)[i % width];
            if (part->role == KIT_UNIT_PARAMETER)
                sum[i] = pass->d_unit_parameters[part->index].data[i] -
                         (rondo_real)kit_random(4000 + (uint64_t)part->index, (uint64_t)i);
        }
        for (int64_t t = 0; t < problem->steps; t++) {
            for (int64_t row = 0; row < problem->active[t]; row++)
                add_token(problem, pass, part, t, row, sum);
        }
    }
}
