#include "plugin/plan.h"

#include <math.h>
#include <string.h>

#include "plugin/names.h"

static rondo_status check_count(const char *what, int64_t count, int64_t low, int64_t high,
                                rondo_error *error)
{
    if (count >= low && count <= high) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "plan: %s is %lld, allowed are %lld to %lld", what,
                           (long long)count, (long long)low, (long long)high);
}

static rondo_status check_names(const char *what, const char *const *names, int64_t count,
                                rondo_error *error)
{
    for (int64_t i = 0; i < count; i++) {
        if (!names[i])
            return rondo_error_set(error, RONDO_FAILED, "plan: %s %lld has no name", what,
                                   (long long)i);
        if (!rondo_name_valid(names[i]))
            return rondo_error_set(error, RONDO_FAILED,
                                   "plan: the name '%.40s' of %s %lld is not of the form "
                                   "[a-z][a-z0-9_]*",
                                   names[i], what, (long long)i);
        for (int64_t j = 0; j < i; j++) {
            if (strcmp(names[i], names[j]) == 0)
                return rondo_error_set(error, RONDO_FAILED, "plan: two %ss are named '%.40s'", what,
                                       names[i]);
        }
    }
    return RONDO_OK;
}

static rondo_status check_source(const rondo_cell_plan *plan, int32_t stage, rondo_error *error)
{
    int32_t source = plan->stages[stage].source;
    bool is_state = source >= 0 && source < plan->state_count;
    bool is_intermediate = source >= RONDO_SOURCE_INTERMEDIATE(0) &&
                           source < RONDO_SOURCE_INTERMEDIATE(plan->intermediate_count);
    if (is_intermediate && stage == 0)
        return rondo_error_set(
            error, RONDO_FAILED,
            "plan: the source of stage 0 is an intermediate, but no earlier stage "
            "made it");
    if (is_state || is_intermediate || source == RONDO_SOURCE_NONE) return RONDO_OK;
    return rondo_error_set(
        error, RONDO_FAILED,
        "plan: the source %d of stage %d is neither RONDO_SOURCE_NONE nor one of the "
        "%d states nor one of the %d intermediates",
        source, stage, plan->state_count, plan->intermediate_count);
}

static bool has_groups(const rondo_cell_gate *gate)
{
    return gate->unit_group > 1 || gate->source_group > 1;
}

static rondo_status check_groups(const rondo_cell_stage *stage, int32_t index, int32_t g,
                                 rondo_error *error)
{
    const rondo_cell_gate *gate = &stage->gates[g];
    rondo_status status = check_count("unit_group", gate->unit_group, 0, RONDO_MAX_GROUP, error);
    if (!status)
        status = check_count("source_group", gate->source_group, 0, RONDO_MAX_GROUP, error);
    if (status || !has_groups(gate)) return status;
    if (gate->form != RONDO_FORM_DENSE || gate->start == RONDO_START_IDENTITY ||
        gate->flags & RONDO_GATE_FROZEN)
        return rondo_error_set(
            error, RONDO_FAILED,
            "plan: gate %d of stage %d has groups of units, so it must be dense and "
            "trained, and cannot start as identity",
            g, index);
    if (gate->source_group > 1 && stage->source == RONDO_SOURCE_NONE)
        return rondo_error_set(error, RONDO_FAILED,
                               "plan: gate %d of stage %d has a source_group, so it needs a source",
                               g, index);
    return RONDO_OK;
}

static rondo_status check_gate(const rondo_cell_stage *stage, int32_t index, int32_t g,
                               rondo_error *error)
{
    const rondo_cell_gate *gate = &stage->gates[g];
    bool is_separate = g >= stage->gate_count - stage->separate_count;
    if (gate->start != RONDO_START_DEFAULT && gate->start != RONDO_START_IDENTITY)
        return rondo_error_set(error, RONDO_FAILED,
                               "plan: gate %d of stage %d starts with the unknown rule %d", g,
                               index, gate->start);
    if (!isfinite(gate->bias) || !isfinite(gate->scale))
        return rondo_error_set(error, RONDO_FAILED,
                               "plan: the bias or scale of gate %d of stage %d is not a finite "
                               "number",
                               g, index);
    bool has_size = gate->form == RONDO_FORM_BLOCK_DIAGONAL ||
                    gate->form == RONDO_FORM_BLOCK_TRIANGULAR || gate->form == RONDO_FORM_LOW_RANK;
    if (gate->form < RONDO_FORM_DENSE || gate->form > RONDO_FORM_ORTHOGONAL ||
        (has_size ? gate->form_size < 1 : gate->form_size != 0))
        return rondo_error_set(
            error, RONDO_FAILED,
            "plan: the form %d of size %d of gate %d of stage %d is none: sizes are of "
            "blocks, groups and ranks, at least 1",
            gate->form, gate->form_size, g, index);
    bool has_share = gate->form == RONDO_FORM_DALE || gate->form == RONDO_FORM_ORTHOGONAL;
    if (has_share ? !(gate->form_share >= 0 && gate->form_share <= 1) : gate->form_share != 0)
        return rondo_error_set(
            error, RONDO_FAILED,
            "plan: the form_share of gate %d of stage %d is not a number of 0 to "
            "1, or its form has none",
            g, index);
    if (gate->form != RONDO_FORM_DENSE &&
        (stage->source == RONDO_SOURCE_NONE || gate->start == RONDO_START_IDENTITY))
        return rondo_error_set(
            error, RONDO_FAILED,
            "plan: gate %d of stage %d has a form, so it needs a source and cannot "
            "start as identity",
            g, index);
    if (gate->flags & ~(uint32_t)(RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS |
                                  RONDO_GATE_NO_RECURRENT_BIAS | RONDO_GATE_FROZEN))
        return rondo_error_set(error, RONDO_FAILED,
                               "plan: gate %d of stage %d has the unknown flags %u", g, index,
                               gate->flags);
    if (gate->flags & RONDO_GATE_NO_INPUT && (stage->source == RONDO_SOURCE_NONE || is_separate))
        return rondo_error_set(error, RONDO_FAILED,
                               "plan: gate %d of stage %d reads no input, so it needs a source and "
                               "cannot be separate",
                               g, index);
    return check_groups(stage, index, g, error);
}

static rondo_status check_stage(const rondo_cell_plan *plan, int32_t index, rondo_error *error)
{
    const rondo_cell_stage *stage = &plan->stages[index];
    bool has_source = stage->source != RONDO_SOURCE_NONE;
    rondo_status status;
    if ((status = check_source(plan, index, error))) return status;
    status = check_count("gate_count", stage->gate_count, has_source, RONDO_MAX_GATES, error);
    if (status) return status;
    status = check_count("separate_count", stage->separate_count, 0,
                         has_source ? stage->gate_count : 0, error);
    if (status) return status;
    if (!stage->forward || !stage->backward)
        return rondo_error_set(error, RONDO_FAILED, "plan: stage %d has no %s function", index,
                               stage->forward ? "backward" : "forward");
    for (int32_t g = 0; g < stage->gate_count && !status; g++)
        status = check_gate(stage, index, g, error);
    return status;
}

/* Gates and unit parameters name parameters, so a name is used once among both. */
static rondo_status check_parameter_names(const rondo_cell_plan *plan, rondo_error *error)
{
    const char *names[RONDO_MAX_STAGES * RONDO_MAX_GATES + RONDO_MAX_UNIT_PARAMETERS];
    int64_t count = 0;
    for (int32_t s = 0; s < plan->stage_count; s++) {
        for (int32_t g = 0; g < plan->stages[s].gate_count; g++)
            names[count++] = plan->stages[s].gates[g].name;
    }
    for (int32_t v = 0; v < plan->unit_parameter_count; v++)
        names[count++] = plan->unit_parameters[v].name;
    return check_names("gate or unit parameter", names, count, error);
}

static bool trains_unit_parameters(const rondo_cell_plan *plan)
{
    bool any = false;
    for (int32_t i = 0; i < plan->unit_parameter_count; i++)
        any |= !(plan->unit_parameters[i].flags & RONDO_PARAMETER_FROZEN);
    return any;
}

static rondo_status check_unit_parameters(const rondo_cell *cell, const rondo_cell_plan *plan,
                                          rondo_error *error)
{
    if (trains_unit_parameters(plan) && !cell->unit_parameter_gradient)
        return rondo_error_set(
            error, RONDO_FAILED,
            "plan: there are unit parameters, but the cell has no unit_parameter_gradient "
            "function");
    for (int32_t i = 0; i < plan->unit_parameter_count; i++) {
        const rondo_cell_unit_parameter *parameter = &plan->unit_parameters[i];
        if (!isfinite(parameter->start) || !isfinite(parameter->spread) || parameter->spread < 0)
            return rondo_error_set(error, RONDO_FAILED,
                                   "plan: the start or spread of unit parameter %d is not a finite "
                                   "number of at least 0",
                                   i);
        if (parameter->flags &
            ~(uint32_t)(RONDO_PARAMETER_SHARED | RONDO_PARAMETER_CLAMPED | RONDO_PARAMETER_FROZEN))
            return rondo_error_set(error, RONDO_FAILED,
                                   "plan: unit parameter %d has the unknown flags %u", i,
                                   parameter->flags);
        if (parameter->flags & RONDO_PARAMETER_CLAMPED && parameter->flags & RONDO_PARAMETER_FROZEN)
            return rondo_error_set(error, RONDO_FAILED,
                                   "plan: unit parameter %d is frozen, so nothing clamps it", i);
        if (parameter->flags & RONDO_PARAMETER_CLAMPED && !(parameter->low <= parameter->high))
            return rondo_error_set(
                error, RONDO_FAILED,
                "plan: unit parameter %d is clamped to a range whose low is above "
                "its high",
                i);
    }
    return RONDO_OK;
}

static rondo_status check_whole_rows(const rondo_cell_plan *plan, rondo_error *error)
{
    if (plan->needs_equal_widths && !plan->wants_input)
        return rondo_error_set(error, RONDO_FAILED, "plan: needs_equal_widths needs wants_input");
    if (plan->whole_rows || (plan->row_scalar_count == 0 && !plan->wants_input)) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "plan: %s needs whole_rows",
                           plan->wants_input ? "wants_input" : "row_scalar_count");
}

/* A projected output is what all products read: with one width there is one shape of U. */
static rondo_status check_projection(const rondo_cell_plan *plan, rondo_error *error)
{
    rondo_status status =
        check_count("projection", plan->projection, 0, RONDO_MAX_PROJECTION, error);
    for (int32_t s = 0; s < plan->stage_count && plan->projection > 0 && !status; s++) {
        const rondo_cell_stage *stage = &plan->stages[s];
        if (stage->source > 0)
            status =
                rondo_error_set(error, RONDO_FAILED,
                                "plan: the output is projected, so stage %d must read state 0, "
                                "the output, or nothing",
                                s);
        for (int32_t g = 0; g < stage->gate_count && !status; g++)
            if (stage->source == 0 &&
                (stage->gates[g].form != RONDO_FORM_DENSE ||
                 stage->gates[g].flags & RONDO_GATE_FROZEN || has_groups(&stage->gates[g])))
                status = rondo_error_set(error, RONDO_FAILED,
                                         "plan: the output is projected, so the recurrent weights "
                                         "of gate %d of stage %d must be dense and trained, "
                                         "without groups",
                                         g, s);
    }
    return status;
}

static rondo_status check_refusal(const rondo_cell_plan *plan, rondo_error *error)
{
    if (!plan->refusal) return RONDO_OK;
    if (!plan->refused) return rondo_error_set(error, RONDO_FAILED, "plan: %s", plan->refusal);
    return rondo_error_set(error, RONDO_FAILED, "plan: %s '%.40s'", plan->refusal, plan->refused);
}

static rondo_status check_plan(const rondo_cell *cell, const rondo_cell_plan *plan,
                               rondo_error *error)
{
    rondo_status status;
    if ((status = check_refusal(plan, error))) return status;
    if ((status = check_count("state_count", plan->state_count, 1, RONDO_MAX_STATES, error)))
        return status;
    if ((status = check_count("intermediate_count", plan->intermediate_count, 0,
                              RONDO_MAX_INTERMEDIATES, error)))
        return status;
    if ((status = check_count("stage_count", plan->stage_count, 1, RONDO_MAX_STAGES, error)))
        return status;
    if ((status = check_count("unit_parameter_count", plan->unit_parameter_count, 0,
                              RONDO_MAX_UNIT_PARAMETERS, error)))
        return status;
    if ((status = check_count("tape_count", plan->tape_count, 0, RONDO_MAX_TAPE, error)))
        return status;
    status =
        check_count("row_scalar_count", plan->row_scalar_count, 0, RONDO_MAX_ROW_SCALARS, error);
    if (status) return status;
    if ((status = check_count("noise_count", plan->noise_count, 0, RONDO_MAX_NOISE, error)))
        return status;
    if ((status = check_whole_rows(plan, error))) return status;
    if ((status = check_names("state", plan->states, plan->state_count, error))) return status;
    if ((status =
             check_names("intermediate", plan->intermediates, plan->intermediate_count, error)))
        return status;
    for (int32_t s = 0; s < plan->stage_count; s++) {
        if ((status = check_stage(plan, s, error))) return status;
    }
    if ((status = check_projection(plan, error))) return status;
    if ((status = check_parameter_names(plan, error))) return status;
    return check_unit_parameters(cell, plan, error);
}

/* 0 stands for none, as 1 does. */
static void settle_groups(rondo_cell_stage *stage)
{
    for (int32_t g = 0; g < stage->gate_count; g++) {
        rondo_cell_gate *gate = &stage->gates[g];
        if (gate->unit_group == 0) gate->unit_group = 1;
        if (gate->source_group == 0) gate->source_group = 1;
    }
}

rondo_status rondo_plan_get(const rondo_cell *cell, const void *config, rondo_cell_plan *plan,
                            rondo_error *error)
{
    memset(plan, 0, sizeof *plan);
    cell->plan(config, plan);
    rondo_status status = check_plan(cell, plan, error);
    for (int32_t s = 0; !status && s < plan->stage_count; s++)
        settle_groups(&plan->stages[s]);
    return status;
}

static int64_t common_multiple(int64_t a, int64_t b)
{
    int64_t x = a, y = b;
    while (y > 0) {
        int64_t rest = x % y;
        x = y;
        y = rest;
    }
    return a / x * b;
}

/* Beyond the largest int32_t no layer is a multiple of it, and it is no longer exact. */
int64_t rondo_plan_unit_step(const rondo_cell_plan *plan)
{
    int64_t step = 1;
    for (int32_t s = 0; s < plan->stage_count; s++) {
        for (int32_t g = 0; g < plan->stages[s].gate_count && step <= INT32_MAX; g++) {
            const rondo_cell_gate *gate = &plan->stages[s].gates[g];
            step = common_multiple(step, gate->unit_group);
            step = common_multiple(step, gate->source_group);
        }
    }
    return step <= INT32_MAX ? step : (int64_t)INT32_MAX + 1;
}
