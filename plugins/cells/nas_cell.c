/* The cell found by neural architecture search (Zoph & Le 2016, arXiv:1611.01578, section 4.2 and
 * figure 8): eight products of input and state, joined by a tree of element-wise operations.
 *
 *     o1, o3, o6, o8 = sigmoid(x_t W + b + h_{t-1} U)       o2 = relu(x_t W + b + h_{t-1} U)
 *     o5, o7 = tanh(x_t W + b + h_{t-1} U)                  o4 = relu((x_t W + b) * (h_{t-1} U + b'))
 *     B = tanh(tanh(o1 * o2) + c_{t-1})                     C = tanh(o3 + o4)
 *     D = tanh(o5 * o6)                                     E = sigmoid(o7 + o8)
 *     c_t = B * C                                           F = tanh(D + E)
 *     h_t = tanh(c_t * F)
 *
 * The tape holds A .. F; backward leaves the gradients of A, C, D and E before their functions there.
 *
 * Back:
 *
 *     dq = dh (1-h)(1+h)       dc = dc_t + dq F          dF = dq c (1-F)(1+F)
 *     dB = dc C (1-B)(1+B)     dC = dc B (1-C)(1+C)      dc_{t-1} += dB     dA = dB (1-A)(1+A), A = tanh(o1 o2)
 *     dD = dF (1-D)(1+D)       dE = dF E (1-E)
 *     do1 = dA o2              do2 = dA o1               do3 = do4 = dC
 *     do5 = dD o6              do6 = dD o5               do7 = do8 = dE, each times the slope of its function
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL };
enum { O1, O2, O3, O5, O6, O7, O8, O4 }; /* o4 last: its U h is kept separate */
enum { NODE_A, NODE_B, NODE_C, NODE_D, NODE_E, NODE_F, NODES }; /* tape */

static const rondo_option options[] = {RONDO_OPTIONS_END};

/* The leaves o1 .. o8, and the nodes of two leaves. */
RONDO_INLINE void leaves_forward(const rondo_cell_tile *tile, int64_t row)
{
    rondo_real *o1 = rondo_tile_gate(tile, row, O1), *o2 = rondo_tile_gate(tile, row, O2);
    rondo_real *o3 = rondo_tile_gate(tile, row, O3), *o5 = rondo_tile_gate(tile, row, O5);
    rondo_real *o6 = rondo_tile_gate(tile, row, O6), *o7 = rondo_tile_gate(tile, row, O7);
    rondo_real *o8 = rondo_tile_gate(tile, row, O8);
    const rondo_real *o4_input = rondo_tile_gate(tile, row, O4);
    const rondo_real *o4_hidden = rondo_tile_separate(tile, row, 0);
    rondo_real *node_a = rondo_tile_tape(tile, row, NODE_A),
               *node_c = rondo_tile_tape(tile, row, NODE_C);
    rondo_real *node_d = rondo_tile_tape(tile, row, NODE_D),
               *node_e = rondo_tile_tape(tile, row, NODE_E);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real o4 = o4_input[u] * o4_hidden[u];
        o1[u] = rondo_sigmoid(o1[u]);
        o2[u] = o2[u] > 0 ? o2[u] : 0;
        o3[u] = rondo_sigmoid(o3[u]);
        o5[u] = rondo_tanh(o5[u]);
        o6[u] = rondo_sigmoid(o6[u]);
        o7[u] = rondo_tanh(o7[u]);
        o8[u] = rondo_sigmoid(o8[u]);
        node_a[u] = rondo_tanh(o1[u] * o2[u]);
        node_c[u] = rondo_tanh(o3[u] + (o4 > 0 ? o4 : 0));
        node_d[u] = rondo_tanh(o5[u] * o6[u]);
        node_e[u] = rondo_sigmoid(o7[u] + o8[u]);
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *node_a = rondo_tile_tape(tile, row, NODE_A);
        rondo_real *node_b = rondo_tile_tape(tile, row, NODE_B);
        const rondo_real *node_c = rondo_tile_tape(tile, row, NODE_C);
        const rondo_real *node_d = rondo_tile_tape(tile, row, NODE_D);
        const rondo_real *node_e = rondo_tile_tape(tile, row, NODE_E);
        rondo_real *node_f = rondo_tile_tape(tile, row, NODE_F);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *cell = rondo_tile_state(tile, row, CELL);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        leaves_forward(tile, row);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            node_b[u] = rondo_tanh(node_a[u] + before[u]);
            cell[u] = node_b[u] * node_c[u];
            node_f[u] = rondo_tanh(node_d[u] + node_e[u]);
            h[u] = rondo_tanh(cell[u] * node_f[u]);
        }
    }
}

/* From the gradients of A, C, D and E, on the tape. */
RONDO_INLINE void leaves_backward(const rondo_cell_tile *tile, int64_t row)
{
    rondo_real *o1 = rondo_tile_gate(tile, row, O1), *o2 = rondo_tile_gate(tile, row, O2);
    rondo_real *o3 = rondo_tile_gate(tile, row, O3), *o5 = rondo_tile_gate(tile, row, O5);
    rondo_real *o6 = rondo_tile_gate(tile, row, O6), *o7 = rondo_tile_gate(tile, row, O7);
    rondo_real *o8 = rondo_tile_gate(tile, row, O8), *o4_input = rondo_tile_gate(tile, row, O4);
    rondo_real *o4_hidden = rondo_tile_separate(tile, row, 0);
    const rondo_real *d_a = rondo_tile_tape(tile, row, NODE_A),
                     *d_c = rondo_tile_tape(tile, row, NODE_C);
    const rondo_real *d_d = rondo_tile_tape(tile, row, NODE_D),
                     *d_e = rondo_tile_tape(tile, row, NODE_E);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real d1 = d_a[u] * o2[u] * rondo_sigmoid_slope(o1[u]);
        o2[u] = o2[u] > 0 ? d_a[u] * o1[u] : 0;
        o1[u] = d1;
        o3[u] = d_c[u] * rondo_sigmoid_slope(o3[u]);
        rondo_real d4 = o4_input[u] * o4_hidden[u] > 0 ? d_c[u] : 0;
        rondo_real d4_hidden = d4 * o4_input[u];
        o4_input[u] = d4 * o4_hidden[u];
        o4_hidden[u] = d4_hidden;
        rondo_real d5 = d_d[u] * o6[u] * rondo_tanh_slope(o5[u]);
        o6[u] = d_d[u] * o5[u] * rondo_sigmoid_slope(o6[u]);
        o5[u] = d5;
        o7[u] = d_e[u] * rondo_tanh_slope(o7[u]);
        o8[u] = d_e[u] * rondo_sigmoid_slope(o8[u]);
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *node_a = rondo_tile_tape(tile, row, NODE_A);
        const rondo_real *node_b = rondo_tile_tape(tile, row, NODE_B);
        rondo_real *node_c = rondo_tile_tape(tile, row, NODE_C);
        rondo_real *node_d = rondo_tile_tape(tile, row, NODE_D);
        rondo_real *node_e = rondo_tile_tape(tile, row, NODE_E);
        const rondo_real *node_f = rondo_tile_tape(tile, row, NODE_F);
        const rondo_real *cell = rondo_tile_state(tile, row, CELL);
        const rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dq = dh[u] * rondo_tanh_slope(h[u]);
            rondo_real dc = dc_in[u] + dq * node_f[u];
            rondo_real df = dq * cell[u] * rondo_tanh_slope(node_f[u]);
            rondo_real db = dc * node_c[u] * rondo_tanh_slope(node_b[u]);
            d_before[u] += db;
            node_a[u] = db * rondo_tanh_slope(node_a[u]);
            node_c[u] = dc * node_b[u] * rondo_tanh_slope(node_c[u]);
            node_d[u] = df * rondo_tanh_slope(node_d[u]);
            node_e[u] = df * rondo_sigmoid_slope(node_e[u]);
        }
        leaves_backward(tile, row);
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 2;
    plan->states[0] = "hidden";
    plan->states[1] = "cell";
    plan->tape_count = NODES;
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                         .gate_count = 8,
                                         .separate_count = 1,
                                         .gates = {{.name = "o1_gate"},
                                                   {.name = "o2"},
                                                   {.name = "o3_gate"},
                                                   {.name = "o5"},
                                                   {.name = "o6_gate"},
                                                   {.name = "o7"},
                                                   {.name = "o8_gate"},
                                                   {.name = "o4"}},
                                         .forward = forward,
                                         .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_nas_cell;
const rondo_cell rondo_plugin_nas_cell = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "nas_cell",
             .summary = "the cell found by neural architecture search (NASCell)",
             .equations =
                 "o1, o3, o6, o8 = sigmoid(x_t W + b + h_{t-1} U)       o2 = relu(x_t W + b + "
                 "h_{t-1} U)\n"
                 "o5, o7 = tanh(x_t W + b + h_{t-1} U)                  o4 = relu((x_t W + b) * "
                 "(h_{t-1} U + b'))\n"
                 "B = tanh(tanh(o1 * o2) + c_{t-1})                     C = tanh(o3 + o4)\n"
                 "D = tanh(o5 * o6)                                     E = sigmoid(o7 + o8)\n"
                 "c_t = B * C                                           F = tanh(D + E)\n"
                 "h_t = tanh(c_t * F)",
             .source = "Zoph & Le (2016), arXiv:1611.01578, figure 8", .options = options},
    .plan = plan,
};
