/* Gradients of states are gone when those of unit parameters are added up.
 * Rejected: reads d_state 0, which unit_parameter_gradient does not have */
#include "sound_cell.h"

static void gradient(const void *config, const rondo_cell_tile *tile,
                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    for (int64_t u = 0; u < tile->units; u++)
        d_unit_parameters[0][u] += rondo_tile_d_state(tile, 0, 0)[u];
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_crash_unit_parameter_gradient;
const rondo_cell rondo_plugin_crash_unit_parameter_gradient = {
    SOUND_HEAD("crash_unit_parameter_gradient"), .plan = plan, .unit_parameter_gradient = gradient};
