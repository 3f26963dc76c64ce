/* The gradient of the peephole is not added to what is there.
 * Rejected: the gradient of unit parameter peephole is wrong */
#include "sound_cell.h"

static void unit_parameter_gradient(const void *config, const rondo_cell_tile *tile,
                                    rondo_real *const *d_unit_parameters)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++)
            d_unit_parameters[0][u] = row.z[u] * row.before[u];
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_cell_unit_parameter_overwrites;
const rondo_cell rondo_plugin_cell_unit_parameter_overwrites = {
    SOUND_HEAD("cell_unit_parameter_overwrites"), .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient};
