/* More than all units excite.
 * Rejected: plan: the form_share of gate 0 of stage 0 is not a number of 0 to 1, or its form has none */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[0].form = RONDO_FORM_DALE;
    plan->stages[0].gates[0].form_share = 1.5;
}

SOUND_PLUGIN(cell_plan_form_share);
