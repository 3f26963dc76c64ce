/* exp(x) / (1 + exp(x)) is no number where exp(x) is infinite.
 * Rejected: forward gives a state hidden that is not finite where inputs are as large as 10000 */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real e = rondo_exp(row.z[u] + row.p[u] * row.before[u]);
            row.z[u] = e / (1 + e);
            row.tape[u] = rondo_tanh(row.g[u]);
            row.h[u] = row.z[u] * row.before[u] + (1 - row.z[u]) * row.tape[u];
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(cell_overflow);
