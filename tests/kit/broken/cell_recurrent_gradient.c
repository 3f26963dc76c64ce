/* A block kept beside, U h, enters with weight one half: the gradient of U misses that half.
 * Rejected: the gradient of recurrent weights U of gate hidden is wrong */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *a = tile->gates + r * tile->gate_stride;
        const rondo_real *m = tile->beside + r * tile->beside_stride;
        rondo_real *h = tile->state[0] + r * tile->unit_stride;
        for (int64_t u = 0; u < tile->units; u++)
            h[u] = rondo_tanh(a[u] + m[u] / 2);
    }
}

static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        rondo_real *da = tile->gates + r * tile->gate_stride;
        rondo_real *dm = tile->beside + r * tile->beside_stride;
        const rondo_real *h = tile->state[0] + r * tile->unit_stride;
        const rondo_real *dh = tile->d_state[0] + r * tile->unit_stride;
        for (int64_t u = 0; u < tile->units; u++) {
            da[u] = dh[u] * rondo_tanh_slope(h[u]);
            dm[u] = da[u];
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    plan->stages[0].gate_count = 1;
    plan->stages[0].beside_count = 1;
    plan->stages[0].gates[0].name = "hidden";
    plan->stages[0].forward = forward;
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(cell_recurrent_gradient);
