/* A unit that works, and from some step on has one number that is none: the place is an option, so
 * that tests know what a message must name. Two stages, a made vector, two states.
 *
 *     u = sigmoid(W_u x + U_u h_{t-1})    made = u * h_{t-1}
 *     c = tanh(W_c x + U_c made)          h = (1 - u) c + u h_{t-1}      count_t = count_{t-1} + 1
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { NOWHERE, UPDATE, KEPT, CANDIDATE, HIDDEN, GRADIENT };

typedef struct leaky_config {
    int where;
    int64_t step;
} leaky_config;

static const char *const places[] = {"nowhere", "update",   "kept", "candidate",
                                     "hidden",  "gradient", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(leaky_config, where, NOWHERE, places, "what becomes NaN"),
    RONDO_INTEGER(leaky_config, step, 1, 1, 1000000, "from which step of a sequence on"),
    RONDO_OPTIONS_END,
};

/* The last unit of the first row. */
static void plant(const void *config, const rondo_cell_tile *tile, int where, double count,
                  rondo_real *row)
{
    const leaky_config *c = config;
    if (c->where == where && count >= (double)c->step) row[tile->units - 1] = (rondo_real)NAN;
}

static void forward_first(const void *config, const rondo_cell_tile *tile)
{
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *update = rondo_tile_gate(tile, row, 0),
                   *kept = rondo_tile_intermediate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        for (int64_t u = 0; u < tile->units; u++)
            update[u] = rondo_sigmoid(update[u]);
        double count = (double)rondo_tile_previous(tile, row, 1)[0] + 1;
        plant(config, tile, UPDATE, count, update);
        for (int64_t u = 0; u < tile->units; u++)
            kept[u] = update[u] * before[u];
        plant(config, tile, KEPT, count, kept);
    }
}

static void forward_second(const void *config, const rondo_cell_tile *tile)
{
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *update = rondo_tile_gate(tile, row, 0);
        rondo_real *candidate = rondo_tile_gate(tile, row, 1);
        const rondo_real *kept = rondo_tile_intermediate(tile, row, 0);
        rondo_real *hidden = rondo_tile_state(tile, row, 0);
        for (int64_t u = 0; u < tile->units; u++) {
            candidate[u] = rondo_tanh(candidate[u]);
            rondo_tile_state(tile, row, 1)[u] = rondo_tile_previous(tile, row, 1)[u] + 1;
        }
        double count = (double)rondo_tile_state(tile, row, 1)[0];
        plant(config, tile, CANDIDATE, count, candidate);
        for (int64_t u = 0; u < tile->units; u++)
            hidden[u] = (1 - update[u]) * candidate[u] + kept[u];
        plant(config, tile, HIDDEN, count, hidden);
    }
}

static void backward_second(const void *config, const rondo_cell_tile *tile)
{
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *update = rondo_tile_gate(tile, row, 0);
        rondo_real *candidate = rondo_tile_gate(tile, row, 1);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_kept = rondo_tile_d_intermediate(tile, row, 0);
        for (int64_t u = 0; u < tile->units; u++) {
            d_kept[u] += dh[u];
            candidate[u] = dh[u] * (1 - update[u]) * rondo_tanh_slope(candidate[u]);
        }
        plant(config, tile, GRADIENT, (double)rondo_tile_state(tile, row, 1)[0], candidate);
    }
}

static void backward_first(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *update = rondo_tile_gate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *d_kept = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += d_kept[u] * update[u];
            update[u] = d_kept[u] * before[u] * rondo_sigmoid_slope(update[u]);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 2;
    plan->states[0] = "hidden";
    plan->states[1] = "count";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "kept";
    plan->stage_count = 2;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                         .gate_count = 1,
                                         .gates = {{.name = "update_gate"}},
                                         .forward = forward_first,
                                         .backward = backward_first};
    plan->stages[1] = (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(0),
                                         .gate_count = 1,
                                         .gates = {{.name = "candidate"}},
                                         .forward = forward_second,
                                         .backward = backward_second};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_leaky;
const rondo_cell rondo_plugin_leaky = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "leaky",
             .summary = "a unit for tests, with a number that is none where it is told",
             .equations = "u = sigmoid(W_u x + U_u h_{t-1})\n"
                          "c = tanh(W_c x + U_c (u * h_{t-1}))\n"
                          "h = (1 - u) * c + u * h_{t-1}",
             .source = "tests/outcome", .config_size = sizeof(leaky_config), .options = options},
    .plan = plan,
};
