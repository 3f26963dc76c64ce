/* A cell of one state and two gates, by its `equations`, for cells whose equations are wrong. */
#ifndef TWO_GATE_CELL_H
#define TWO_GATE_CELL_H

#include "../../autodiff/cells/autodiff_cell.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

static inline void add_two_gates(rondo_cell_plan *plan)
{
    static const char *const gates[] = {"update_gate", "candidate"};
    plan->state_count = 1;
    plan->states[0] = "hidden";
    add_stage(plan, RONDO_SOURCE_STATE(0), 2, gates);
}

static inline void two_gate_plan(const void *config, rondo_cell_plan *plan)
{
    add_two_gates(plan);
    rondo_autodiff_plan(equations, config, plan);
}

#define TWO_GATE_CELL(cell, plan_of)                                                               \
    RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_##cell;                               \
    const rondo_cell rondo_plugin_##cell = {                                                       \
        AUTODIFF_HEAD(#cell, options, 0),                                                          \
        .plan = plan_of,                                                                           \
    }

#endif
