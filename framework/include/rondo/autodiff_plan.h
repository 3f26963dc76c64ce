/* What a cell's plan needs for the equations of rondo/autodiff.h, and whether plan and equations agree. */
#ifndef RONDO_AUTODIFF_PLAN_H
#define RONDO_AUTODIFF_PLAN_H

#include "rondo/autodiff_graph.h"

/* Which stage reads or writes what, + 1; 0: none does. */
typedef struct rondo_graph_users {
    rondo_cell_plan *plan;
    int32_t gates, separates; /* of the stages so far */
    int8_t gate[RONDO_MAX_STAGES * RONDO_MAX_GATES];
    int8_t separate[RONDO_MAX_STAGES * RONDO_MAX_GATES];
    int8_t unit_parameter[RONDO_MAX_UNIT_PARAMETERS];
    int8_t state[RONDO_MAX_STATES];
    int8_t intermediate[RONDO_MAX_INTERMEDIATES];
} rondo_graph_users;

/* The first that is found is kept; name: of the gate, state .. that is meant, or NULL. */
static inline void rondo_graph_refuse_plan(rondo_cell_plan *plan, const char *refusal,
                                           const char *name)
{
    if (plan->refusal) return;
    plan->refusal = refusal;
    plan->refused = name;
}

/* Gate block g, counted over all stages; separate ones are the last of each stage. */
static inline const char *rondo_graph_block_name(const rondo_cell_plan *plan, int32_t g,
                                                 bool is_separate)
{
    for (int32_t s = 0; s < plan->stage_count; s++) {
        const rondo_cell_stage *stage = &plan->stages[s];
        int32_t count = is_separate ? stage->separate_count : stage->gate_count;
        if (g < count) return stage->gates[stage->gate_count - count + g].name;
        g -= count;
    }
    return NULL;
}

/* Reads by one stage only, because its backward leaves the gradient, and the tape, in one place. */
static inline void rondo_graph_use(rondo_cell_plan *plan, int8_t *user, int64_t stage,
                                   const char *name)
{
    if (*user && *user != stage + 1)
        rondo_graph_refuse_plan(
            plan, "two stages read or write the same (an intermediate passes it on):", name);
    *user = (int8_t)(stage + 1);
}

static inline void rondo_graph_check_parameter(rondo_graph_users *users, int64_t stage,
                                               const rondo_graph_node *node)
{
    rondo_cell_plan *plan = users->plan;
    bool is_shared = node->operation == RONDO_GRAPH_SHARED_PARAMETER;
    if (node->index < 0 || node->index >= plan->unit_parameter_count) {
        rondo_graph_refuse_plan(plan, "equations read a unit parameter that there is not", NULL);
        return;
    }
    const rondo_cell_unit_parameter *parameter = &plan->unit_parameters[node->index];
    if (is_shared != ((parameter->flags & RONDO_PARAMETER_SHARED) != 0))
        rondo_graph_refuse_plan(plan,
                                "equations read as unit parameter what is shared by all units, or "
                                "the other way around:",
                                parameter->name);
    rondo_graph_use(plan, &users->unit_parameter[node->index], stage, parameter->name);
}

static inline void rondo_graph_check_read(rondo_graph_users *users, int64_t stage,
                                          const rondo_graph_node *node)
{
    rondo_cell_plan *plan = users->plan;
    int32_t i = node->index;
    switch (node->operation) {
    case RONDO_GRAPH_GATE:
        if (i >= 0 && i < users->gates)
            rondo_graph_use(plan, &users->gate[i], stage, rondo_graph_block_name(plan, i, false));
        else
            rondo_graph_refuse_plan(plan, "equations read a gate that their stage does not have",
                                    NULL);
        break;
    case RONDO_GRAPH_SEPARATE:
        if (i >= 0 && i < users->separates)
            rondo_graph_use(plan, &users->separate[i], stage,
                            rondo_graph_block_name(plan, i, true));
        else
            rondo_graph_refuse_plan(
                plan, "equations read a separate block that their stage does not have", NULL);
        break;
    case RONDO_GRAPH_PREVIOUS:
        if (i < 0 || i >= plan->state_count)
            rondo_graph_refuse_plan(plan, "equations read a state that there is not", NULL);
        else if (i == 0 && plan->projection > 0)
            rondo_graph_refuse_plan(
                plan, "equations cannot read an output that is projected:", plan->states[0]);
        break;
    case RONDO_GRAPH_INTERMEDIATE:
        if (i < 0 || i >= plan->intermediate_count || !users->intermediate[i])
            rondo_graph_refuse_plan(
                plan, "equations read an intermediate that no earlier stage writes", NULL);
        break;
    case RONDO_GRAPH_UNIT_PARAMETER:
    case RONDO_GRAPH_SHARED_PARAMETER:
        rondo_graph_check_parameter(users, stage, node);
        break;
    case RONDO_GRAPH_INPUT:
        plan->wants_input = plan->needs_equal_widths = plan->whole_rows = true;
        break;
    default:
        break;
    }
}

static inline void rondo_graph_check_writes(rondo_graph_users *users, const rondo_graph *graph)
{
    rondo_cell_plan *plan = users->plan;
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++) {
        if (!graph->states[i]) continue;
        if (i < plan->state_count)
            rondo_graph_use(plan, &users->state[i], graph->stage, plan->states[i]);
        else
            rondo_graph_refuse_plan(plan, "equations write a state that there is not", NULL);
    }
    for (int32_t i = 0; i < RONDO_MAX_INTERMEDIATES; i++) {
        if (!graph->intermediates[i]) continue;
        if (i < plan->intermediate_count)
            rondo_graph_use(plan, &users->intermediate[i], graph->stage, plan->intermediates[i]);
        else
            rondo_graph_refuse_plan(plan, "equations write an intermediate that there is not",
                                    NULL);
    }
}

static inline void rondo_graph_check_stage(rondo_graph_users *users, const rondo_graph *graph)
{
    rondo_cell_plan *plan = users->plan;
    const rondo_cell_stage *stage = &plan->stages[graph->stage];
    users->gates += stage->gate_count;
    users->separates += stage->separate_count;
    for (int32_t n = 1; n < graph->count; n++)
        rondo_graph_check_read(users, graph->stage, &graph->nodes[n]);
    rondo_graph_check_writes(users, graph);
    plan->row_scalar_count += graph->sum_count;
    if (graph->sum_count > 0) plan->whole_rows = true;
    if (plan->row_scalar_count > RONDO_MAX_ROW_SCALARS)
        rondo_graph_refuse_plan(plan, "equations have more than 16 sums and means over rows", NULL);
    if (graph->refusal) rondo_graph_refuse_plan(plan, graph->refusal, NULL);
}

/* A gate that nothing reads would keep its value in the place of its gradient. */
static inline void rondo_graph_check_all_used(const rondo_graph_users *users)
{
    rondo_cell_plan *plan = users->plan;
    for (int32_t g = 0; g < users->gates; g++)
        if (!users->gate[g])
            rondo_graph_refuse_plan(plan, "no equations read the gate",
                                    rondo_graph_block_name(plan, g, false));
    for (int32_t g = 0; g < users->separates; g++)
        if (!users->separate[g])
            rondo_graph_refuse_plan(plan, "no equations read the separate block of the gate",
                                    rondo_graph_block_name(plan, g, true));
    for (int32_t i = 0; i < plan->unit_parameter_count; i++)
        if (!users->unit_parameter[i])
            rondo_graph_refuse_plan(plan, "no equations read the unit parameter",
                                    plan->unit_parameters[i].name);
    for (int32_t i = 0; i < plan->state_count; i++)
        if (!users->state[i])
            rondo_graph_refuse_plan(plan, "no equations write the state", plan->states[i]);
    for (int32_t i = 0; i < plan->intermediate_count; i++)
        if (!users->intermediate[i])
            rondo_graph_refuse_plan(plan, "no equations write the intermediate",
                                    plan->intermediates[i]);
}

/* Counts that the host will refuse are not looked at. */
static inline bool rondo_graph_counts_are_good(const rondo_cell_plan *plan)
{
    for (int32_t s = 0; s < plan->stage_count && s < RONDO_MAX_STAGES; s++) {
        const rondo_cell_stage *stage = &plan->stages[s];
        if (stage->gate_count < 0 || stage->gate_count > RONDO_MAX_GATES ||
            stage->separate_count < 0 || stage->separate_count > stage->gate_count)
            return false;
    }
    return plan->stage_count <= RONDO_MAX_STAGES && plan->state_count <= RONDO_MAX_STATES &&
           plan->intermediate_count <= RONDO_MAX_INTERMEDIATES &&
           plan->unit_parameter_count <= RONDO_MAX_UNIT_PARAMETERS;
}

/* The last line of a plan: what its equations need besides, or why they cannot be had. Tape block i
 * belongs to unit parameter i. [main] */
static inline void rondo_autodiff_plan(rondo_equations equations, const void *config,
                                       rondo_cell_plan *plan)
{
    rondo_graph graph;
    rondo_graph_users users;
    if (!rondo_graph_counts_are_good(plan)) return;
    memset(&users, 0, sizeof users);
    users.plan = plan;
    for (int32_t s = 0; s < plan->stage_count; s++) {
        rondo_graph_start(&graph, s);
        equations(config, &graph);
        rondo_graph_check_stage(&users, &graph);
    }
    rondo_graph_check_all_used(&users);
    if (plan->unit_parameter_count > RONDO_MAX_TAPE)
        rondo_graph_refuse_plan(plan, "equations may have up to 16 unit parameters", NULL);
    plan->tape_count = plan->unit_parameter_count;
}

#endif
