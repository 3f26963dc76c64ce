/* Backward is not the derivative of forward, and says so.
 * Conforms. */
#include "sound_cell.h"

/* A leaky unit that fires where it is above 1: h = 1 or 0. Backward has the slope of a sigmoid for the step's. */
static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++) {
            row.z[u] = 0;
            row.tape[u] = row.g[u] + (rondo_real)0.5 * row.before[u];
            row.h[u] = row.tape[u] > (rondo_real)0.3 ? 1 : 0;
        }
    }
}

static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real slope = rondo_sigmoid_slope(rondo_sigmoid(row.tape[u] - (rondo_real)0.3));
            row.z[u] = 0;
            row.g[u] = row.dh[u] * slope;
            row.d_before[u] += row.g[u] * (rondo_real)0.5;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
    plan->stages[0].backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_sound_surrogate;
const rondo_cell rondo_plugin_sound_surrogate = {
    SOUND_HEAD("sound_surrogate"), .plan = plan,
    .unit_parameter_gradient = sound_unit_parameter_gradient,
    .surrogate = "the slope of a sigmoid for that of a step"};
