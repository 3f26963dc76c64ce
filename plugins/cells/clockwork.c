/* Clockwork RNN (Koutnik, Greff, Gomez & Schmidhuber 2014, arXiv:1402.3511, section 3): modules
 * of units with clocks of their own. Module m, from 0, has period 2^m and is computed only where
 * its period divides the time; else it keeps its state.
 *
 *     a_t = tanh(x_t W + b + h_{t-1} U)
 *     h_t = a_t in modules whose period divides t, else h_{t-1}
 *
 * U is block upper triangular: a module sees itself and slower ones. Other than in the paper, t counts
 * from where a minibatch's sequences begin: clocks start anew where truncated back-propagation
 * carries the state on.
 *
 * Back:
 *
 *     running modules    da = dh (1-a)(1+a)
 *     other modules      da = 0    dh_{t-1} += dh
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

typedef struct clockwork_config {
    int64_t modules;
} clockwork_config;

static const rondo_option options[] = {
    RONDO_INTEGER(clockwork_config, modules, 4, 1, 16,
                  "groups of units; group m, from 0, has period 2^m"),
    RONDO_OPTIONS_END,
};

/* The units of module m in this tile, first .. end - 1, and whether its clock strikes at this step. */
typedef struct module {
    int64_t first, end;
    bool strikes;
} module;

RONDO_INLINE module module_of(const rondo_cell_tile *tile, int64_t modules, int64_t m)
{
    int64_t first = m * tile->hidden / modules - tile->first_unit;
    int64_t end = (m + 1) * tile->hidden / modules - tile->first_unit;
    return (module){.first = first > 0 ? first : 0,
                    .end = end < tile->units ? end : tile->units,
                    .strikes = (tile->step & (((int64_t)1 << m) - 1)) == 0};
}

RONDO_INLINE void row_forward(const rondo_cell_tile *tile, int64_t row, module m)
{
    rondo_real *a = rondo_tile_gate(tile, row, 0);
    const rondo_real *before = rondo_tile_previous(tile, row, 0);
    rondo_real *h = rondo_tile_state(tile, row, 0);
    if (m.strikes) {
#pragma omp simd
        for (int64_t u = m.first; u < m.end; u++)
            h[u] = rondo_tanh(a[u]);
    } else {
#pragma omp simd
        for (int64_t u = m.first; u < m.end; u++)
            h[u] = before[u];
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const clockwork_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++)
        for (int64_t m = 0; m < c->modules; m++)
            row_forward(tile, row, module_of(tile, c->modules, m));
}

RONDO_INLINE void row_backward(const rondo_cell_tile *tile, int64_t row, module m)
{
    rondo_real *a = rondo_tile_gate(tile, row, 0);
    const rondo_real *h = rondo_tile_state(tile, row, 0);
    const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
    rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
    if (m.strikes) {
#pragma omp simd
        for (int64_t u = m.first; u < m.end; u++)
            a[u] = dh[u] * rondo_tanh_slope(h[u]);
    } else {
#pragma omp simd
        for (int64_t u = m.first; u < m.end; u++) {
            a[u] = 0;
            d_before[u] += dh[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const clockwork_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++)
        for (int64_t m = 0; m < c->modules; m++)
            row_backward(tile, row, module_of(tile, c->modules, m));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const clockwork_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                         .gate_count = 1,
                                         .gates = {{.name = "activation",
                                                    .form = RONDO_FORM_BLOCK_TRIANGULAR,
                                                    .form_size = (int32_t)c->modules}},
                                         .forward = forward,
                                         .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_clockwork;
const rondo_cell rondo_plugin_clockwork = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "clockwork",
             .summary = "modules of units that run at periods 1, 2, 4, .. (clockwork RNN)",
             .equations = "a_t = tanh(x_t W + b + h_{t-1} U)\n"
                          "h_t = a_t in modules whose period divides t, else h_{t-1}",
             .source = "Koutnik, Greff, Gomez & Schmidhuber (2014), arXiv:1402.3511, section 3",
             .config_size = sizeof(clockwork_config), .options = options},
    .plan = plan,
};
