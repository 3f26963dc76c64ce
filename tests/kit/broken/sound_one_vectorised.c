/* Backward was forgotten, of which the kit gives a hint.
 * Conforms. */
#include "sound_cell.h"

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++) {
            row.z[u] = rondo_sigmoid(row.z[u] + row.p[u] * row.before[u]);
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

SOUND_PLUGIN(sound_one_vectorised);
