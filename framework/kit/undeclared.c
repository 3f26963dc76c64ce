#include "kit/undeclared.h"

#include <stdio.h>

#include "kit/guard.h"

/* The words of each function: they are kept. */
static const char *without(const char *function)
{
    if (function[0] == 'f') return "which forward does not have: only backward has gradients";
    return "which unit_parameter_gradient does not have";
}

static const char undeclared[] = "which the cell does not declare";
static const char projected[] = "which is projected: the cell does not see it";

static void name_states(const rondo_cell_plan *plan, const char *function, rondo_cell_tile *tile)
{
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++) {
        const char *why = i < plan->state_count ? without(function) : undeclared;
        bool is_projected = i == 0 && plan->projection > 0;
        if (!tile->previous[i])
            tile->previous[i] = kit_guard_forbidden(is_projected ? "previous" : "state", i,
                                                    is_projected ? projected : undeclared);
        if (!tile->state[i]) tile->state[i] = kit_guard_forbidden("state", i, undeclared);
        if (!tile->d_state[i]) tile->d_state[i] = kit_guard_forbidden("d_state", i, why);
        if (is_projected && function[0] == 'b') why = projected;
        if (!tile->d_previous[i]) tile->d_previous[i] = kit_guard_forbidden("d_previous", i, why);
    }
    for (int32_t i = 0; i < RONDO_MAX_INTERMEDIATES; i++) {
        const char *why = i < plan->intermediate_count ? without(function) : undeclared;
        if (!tile->intermediate[i])
            tile->intermediate[i] = kit_guard_forbidden("intermediate", i, undeclared);
        if (!tile->d_intermediate[i])
            tile->d_intermediate[i] = kit_guard_forbidden("d_intermediate", i, why);
    }
}

void kit_name_undeclared(const rondo_cell_plan *plan, const char *function, rondo_cell_tile *tile)
{
    name_states(plan, function, tile);
    for (int32_t i = 0; i < RONDO_MAX_UNIT_PARAMETERS; i++)
        if (!tile->unit_parameters[i])
            tile->unit_parameters[i] = kit_guard_forbidden("unit parameter", i, undeclared);
    if (!tile->gates) tile->gates = kit_guard_forbidden("gates", -1, undeclared);
    if (!tile->separate)
        tile->separate = kit_guard_forbidden("separate", -1,
                                             "which the cell does not declare "
                                             "(separate_count is 0)");
    if (!tile->tape)
        tile->tape = kit_guard_forbidden("the tape", -1,
                                         "which the cell does not declare "
                                         "(tape_count is 0)");
    if (!tile->noise)
        tile->noise = kit_guard_forbidden(
            "noise", -1, plan->noise_count > 0 ? "which only training has" : undeclared);
    if (!tile->row_scalars) tile->row_scalars = kit_guard_forbidden("row_scalars", -1, undeclared);
    if (!tile->input)
        tile->input = kit_guard_forbidden("input", -1,
                                          "which the cell does not declare "
                                          "(wants_input)");
    if (!tile->d_input)
        tile->d_input =
            kit_guard_forbidden("d_input", -1, plan->wants_input ? without(function) : undeclared);
}
