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
    bool state = source >= 0 && source < plan->state_count;
    bool made = source >= RONDO_SOURCE_MADE(0) && source < RONDO_SOURCE_MADE(plan->made_count);
    if (made && stage == 0)
        return rondo_error_set(error, RONDO_FAILED,
                               "plan: the source of stage 0 is a made vector, but no earlier stage "
                               "made it");
    if (state || made) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED,
                           "plan: the source %d of stage %d is neither one of the %d states nor "
                           "one of the %d made vectors",
                           source, stage, plan->state_count, plan->made_count);
}

static rondo_status check_stage(const rondo_cell_plan *plan, int32_t index, rondo_error *error)
{
    const rondo_cell_stage *stage = &plan->stages[index];
    rondo_status status;
    if ((status = check_source(plan, index, error))) return status;
    if ((status = check_count("gate_count", stage->gate_count, 1, RONDO_MAX_GATES, error)))
        return status;
    if ((status = check_count("beside_count", stage->beside_count, 0, stage->gate_count, error)))
        return status;
    if (!stage->forward || !stage->backward)
        return rondo_error_set(error, RONDO_FAILED, "plan: stage %d has no %s function", index,
                               stage->forward ? "backward" : "forward");
    for (int32_t g = 0; g < stage->gate_count; g++) {
        const rondo_cell_gate *gate = &stage->gates[g];
        if (gate->start != RONDO_START_DEFAULT && gate->start != RONDO_START_IDENTITY)
            return rondo_error_set(error, RONDO_FAILED,
                                   "plan: gate %d of stage %d starts with the unknown rule %d", g,
                                   index, gate->start);
        if (!isfinite(gate->bias) || !isfinite(gate->scale))
            return rondo_error_set(error, RONDO_FAILED,
                                   "plan: the bias or scale of gate %d of stage %d is not a finite "
                                   "number",
                                   g, index);
    }
    return RONDO_OK;
}

/* Gates and vectors name parameters, so a name is used once among both. */
static rondo_status check_parameter_names(const rondo_cell_plan *plan, rondo_error *error)
{
    const char *names[RONDO_MAX_STAGES * RONDO_MAX_GATES + RONDO_MAX_VECTORS];
    int64_t count = 0;
    for (int32_t s = 0; s < plan->stage_count; s++) {
        for (int32_t g = 0; g < plan->stages[s].gate_count; g++)
            names[count++] = plan->stages[s].gates[g].name;
    }
    for (int32_t v = 0; v < plan->vector_count; v++)
        names[count++] = plan->vectors[v].name;
    return check_names("gate or vector", names, count, error);
}

static rondo_status check_vectors(const rondo_cell *cell, const rondo_cell_plan *plan,
                                  rondo_error *error)
{
    if (plan->vector_count > 0 && !cell->vector_gradient)
        return rondo_error_set(error, RONDO_FAILED,
                               "plan: there are vectors, but the cell has no vector_gradient "
                               "function");
    for (int32_t v = 0; v < plan->vector_count; v++) {
        const rondo_cell_vector *vector = &plan->vectors[v];
        if (!isfinite(vector->start) || !isfinite(vector->spread) || vector->spread < 0)
            return rondo_error_set(error, RONDO_FAILED,
                                   "plan: the start or spread of vector %d is not a finite number "
                                   "of at least 0",
                                   v);
    }
    return RONDO_OK;
}

static rondo_status check_plan(const rondo_cell *cell, const rondo_cell_plan *plan,
                               rondo_error *error)
{
    rondo_status status;
    if ((status = check_count("state_count", plan->state_count, 1, RONDO_MAX_STATES, error)))
        return status;
    if ((status = check_count("made_count", plan->made_count, 0, RONDO_MAX_MADE, error)))
        return status;
    if ((status = check_count("stage_count", plan->stage_count, 1, RONDO_MAX_STAGES, error)))
        return status;
    if ((status = check_count("vector_count", plan->vector_count, 0, RONDO_MAX_VECTORS, error)))
        return status;
    if ((status = check_count("tape_count", plan->tape_count, 0, RONDO_MAX_TAPE, error)))
        return status;
    if ((status = check_names("state", plan->states, plan->state_count, error))) return status;
    if ((status = check_names("made vector", plan->made, plan->made_count, error))) return status;
    for (int32_t s = 0; s < plan->stage_count; s++) {
        if ((status = check_stage(plan, s, error))) return status;
    }
    if ((status = check_parameter_names(plan, error))) return status;
    return check_vectors(cell, plan, error);
}

rondo_status rondo_plan_get(const rondo_cell *cell, const void *config, rondo_cell_plan *plan,
                            rondo_error *error)
{
    memset(plan, 0, sizeof *plan);
    cell->plan(config, plan);
    return check_plan(cell, plan, error);
}

int32_t rondo_plan_gates(const rondo_cell_plan *plan)
{
    int32_t count = 0;
    for (int32_t s = 0; s < plan->stage_count; s++)
        count += plan->stages[s].gate_count;
    return count;
}

int32_t rondo_plan_besides(const rondo_cell_plan *plan)
{
    int32_t count = 0;
    for (int32_t s = 0; s < plan->stage_count; s++)
        count += plan->stages[s].beside_count;
    return count;
}
