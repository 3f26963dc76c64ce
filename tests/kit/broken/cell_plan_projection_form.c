/* Forms are of square matrices.
 * Rejected: plan: the output is projected, so the recurrent weights of gate 1 of stage 0 must be dense and trained, without groups */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[1].form = RONDO_FORM_ANTISYMMETRIC;
    plan->projection = 3;
}

SOUND_PLUGIN(cell_plan_projection_form);
