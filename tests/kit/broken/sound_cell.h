/* A cell that keeps the contract, small enough to break in one place (sound_cell.c is not broken).
 *
 *     z = sigmoid(a_z + p * h_{t-1})    g = tanh(a_g)    h = z * h_{t-1} + (1 - z) * g
 *
 * The tape holds g. */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

static const rondo_option sound_options[] = {RONDO_OPTIONS_END};

/* Row r of a tile. */
typedef struct sound_row {
    rondo_real *z, *g, *h, *tape, *d_before;
    const rondo_real *before, *dh, *p;
} sound_row;

static inline sound_row sound_row_of(const rondo_cell_tile *tile, int64_t r)
{
    return (sound_row){
        .z = rondo_tile_gate(tile, r, 0),
        .g = rondo_tile_gate(tile, r, 1),
        .h = rondo_tile_state(tile, r, 0),
        .tape = rondo_tile_tape(tile, r, 0),
        .d_before = tile->d_previous[0] ? rondo_tile_d_previous(tile, r, 0) : NULL,
        .before = rondo_tile_previous(tile, r, 0),
        .dh = tile->d_state[0] ? rondo_tile_d_state(tile, r, 0) : NULL,
        .p = tile->unit_parameters[0],
    };
}

static inline void sound_forward(const void *config, const rondo_cell_tile *tile)
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

static inline void sound_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real z = row.z[u], g = row.tape[u], dh = row.dh[u];
            row.g[u] = dh * (1 - z) * rondo_tanh_slope(g);
            row.z[u] = dh * (row.before[u] - g) * rondo_sigmoid_slope(z);
            row.d_before[u] += dh * z + row.z[u] * row.p[u];
        }
    }
}

static inline void sound_unit_parameter_gradient(const void *config, const rondo_cell_tile *tile,
                                                 rondo_real *const *d_unit_parameters)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++)
            d_unit_parameters[0][u] += row.z[u] * row.before[u];
    }
}

static inline void sound_plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    plan->stages[0].source = RONDO_SOURCE_STATE(0);
    plan->stages[0].gate_count = 2;
    plan->stages[0].gates[0].name = "update_gate";
    plan->stages[0].gates[1].name = "candidate";
    plan->stages[0].forward = sound_forward;
    plan->stages[0].backward = sound_backward;
    plan->unit_parameter_count = 1;
    plan->unit_parameters[0].name = "peephole";
    plan->tape_count = 1;
}

#define SOUND_HEAD_TEXTS                                                                           \
    .summary = "a test", .equations = "h = z h + (1 - z) g", .source = "tests/kit/broken"

#define SOUND_HEAD(plugin_name)                                                                    \
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = plugin_name,                  \
             SOUND_HEAD_TEXTS, .options = sound_options}

/* The whole plugin; `plan` is defined in the file. */
#define SOUND_PLUGIN(word)                                                                         \
    RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_##word;                               \
    const rondo_cell rondo_plugin_##word = {                                                       \
        SOUND_HEAD(#word), .plan = plan, .unit_parameter_gradient = sound_unit_parameter_gradient}
