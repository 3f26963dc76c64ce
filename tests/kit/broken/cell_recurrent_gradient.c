/* A separate block, U h, enters with weight one half: the gradient of U misses that half.
 * Rejected: the gradient of recurrent weights U of gate hidden is wrong */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *a = rondo_tile_gate(tile, r, 0);
        const rondo_real *m = rondo_tile_separate(tile, r, 0);
        rondo_real *h = rondo_tile_state(tile, r, 0);
        for (int64_t u = 0; u < tile->units; u++)
            h[u] = rondo_tanh(a[u] + m[u] / 2);
    }
}

static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        rondo_real *da = rondo_tile_gate(tile, r, 0);
        rondo_real *dm = rondo_tile_separate(tile, r, 0);
        const rondo_real *h = rondo_tile_state(tile, r, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, r, 0);
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
    plan->stages[0].separate_count = 1;
    plan->stages[0].gates[0].name = "hidden";
    plan->stages[0].forward = forward;
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(cell_recurrent_gradient);
