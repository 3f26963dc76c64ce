/* Units share weights where there are as many as units.
 * Rejected: plan: gate 0 of stage 0 has groups of units, so it must be dense and trained, and cannot start as identity */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[0].form = RONDO_FORM_ANTISYMMETRIC;
    plan->stages[0].gates[0].unit_group = 2;
}

SOUND_PLUGIN(cell_plan_group_form);
