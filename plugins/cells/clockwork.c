/* Clockwork RNN (Koutnik, Greff, Gomez & Schmidhuber 2014, arXiv:1402.3511, section 3): modules
 * of units with clocks of their own. Module m, from 0, has period 2^m and is computed only where
 * its period divides the time; else it keeps its state.
 *
 *     a_t = tanh(x_t W + b + h_{t-1} U)
 *     h_t = a_t in modules whose period divides clock_{t-1}, else h_{t-1}
 *     clock_t = clock_{t-1} + 1                      a state: it goes on where states are carried
 *
 * U is block upper triangular: a module sees itself and slower ones. Back:
 *
 *     running modules    da = dh (1-a)(1+a)
 *     other modules      da = 0    dh_{t-1} += dh
 *     dclock_{t-1} += dclock
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CLOCK };

typedef struct clockwork_config {
    int64_t modules;
} clockwork_config;

static const rondo_option options[] = {
    RONDO_INTEGER(clockwork_config, modules, 4, 1, 16,
                  "groups of units; group m, from 0, has period 2^m"),
    RONDO_OPTIONS_END,
};

/* The units of module m in this tile, first .. end - 1. */
typedef struct module {
    int64_t first, end;
    rondo_real period;
} module;

RONDO_INLINE module module_of(const rondo_cell_tile *tile, int64_t modules, int64_t m)
{
    int64_t first = m * tile->hidden / modules - tile->first_unit;
    int64_t end = (m + 1) * tile->hidden / modules - tile->first_unit;
    return (module){.first = first > 0 ? first : 0,
                    .end = end < tile->units ? end : tile->units,
                    .period = (rondo_real)((int64_t)1 << m)};
}

/* Whether a clock strikes; exact, because periods are powers of two. */
RONDO_INLINE bool strikes(rondo_real clock, rondo_real period)
{
    return clock - period * (rondo_real)floor((double)(clock / period)) < 1;
}

RONDO_INLINE void row_forward(const rondo_cell_tile *tile, int64_t row, module m)
{
    rondo_real *a = rondo_tile_gate(tile, row, 0);
    const rondo_real *before = rondo_tile_previous(tile, row, HIDDEN);
    const rondo_real *clock_before = rondo_tile_previous(tile, row, CLOCK);
    rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
    rondo_real *clock = rondo_tile_state(tile, row, CLOCK);
#pragma omp simd
    for (int64_t u = m.first; u < m.end; u++) {
        h[u] = strikes(clock_before[u], m.period) ? rondo_tanh(a[u]) : before[u];
        clock[u] = clock_before[u] + 1;
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
    const rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
    const rondo_real *clock_before = rondo_tile_previous(tile, row, CLOCK);
    const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
    const rondo_real *d_clock = rondo_tile_d_state(tile, row, CLOCK);
    rondo_real *d_before = rondo_tile_d_previous(tile, row, HIDDEN);
    rondo_real *d_clock_before = rondo_tile_d_previous(tile, row, CLOCK);
#pragma omp simd
    for (int64_t u = m.first; u < m.end; u++) {
        bool runs = strikes(clock_before[u], m.period);
        a[u] = runs ? dh[u] * rondo_tanh_slope(h[u]) : 0;
        d_before[u] += runs ? 0 : dh[u];
        d_clock_before[u] += d_clock[u];
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
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CLOCK] = "clock";
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(HIDDEN),
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
                          "h_t = a_t in modules whose period divides clock_{t-1}, else h_{t-1}\n"
                          "clock_t = clock_{t-1} + 1",
             .source = "Koutnik, Greff, Gomez & Schmidhuber (2014), arXiv:1402.3511, section 3",
             .config_size = sizeof(clockwork_config), .options = options},
    .plan = plan,
};
