/* Addition-subtraction twin-gated recurrent unit (Zhang, Xiong, Su, Lin & Zhang 2018,
 * arXiv:1810.12546, section 3): two gates from the sum and the difference of one product of the
 * input and one of the state.
 *
 *     p_t = x_t W + b                                       content of the input
 *     q_t = h_{t-1} U                                       content of the past
 *     i_t = sigmoid(p_t + q_t)                              input gate
 *     f_t = sigmoid(p_t - q_t)                              forget gate
 *     h_t = i_t * p_t + f_t * h_{t-1}
 *
 * The gate block keeps p; the block kept separate holds q, then f; the tape holds i. The paper has no
 * bias.
 *
 * Back:
 *
 *     di = dh p i (1-i)    df = dh h_{t-1} f (1-f)
 *     dp = dh i + di + df  dq = di - df             dh_{t-1} += dh f
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *p = rondo_tile_gate(tile, row, 0);
        rondo_real *q = rondo_tile_separate(tile, row, 0);
        rondo_real *i = rondo_tile_tape(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real f = rondo_sigmoid(p[u] - q[u]);
            i[u] = rondo_sigmoid(p[u] + q[u]);
            h[u] = i[u] * p[u] + f * before[u];
            q[u] = f;
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *p = rondo_tile_gate(tile, row, 0);
        rondo_real *q = rondo_tile_separate(tile, row, 0);
        const rondo_real *i = rondo_tile_tape(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real f = q[u];
            rondo_real di = dh[u] * p[u] * rondo_sigmoid_slope(i[u]);
            rondo_real df = dh[u] * before[u] * rondo_sigmoid_slope(f);
            d_before[u] += dh[u] * f;
            p[u] = dh[u] * i[u] + di + df;
            q[u] = di - df;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->tape_count = 1;
    plan->stage_count = 1;
    plan->stages[0] =
        (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                           .gate_count = 1,
                           .separate_count = 1,
                           .gates = {{.name = "content", .flags = RONDO_GATE_NO_RECURRENT_BIAS}},
                           .forward = forward,
                           .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_atr;
const rondo_cell rondo_plugin_atr = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "atr",
             .summary =
                 "two gates, from the sum and the difference of an input and a state product (ATR)",
             .equations =
                 "p_t = x_t W + b                                       content of the input\n"
                 "q_t = h_{t-1} U                                       content of the past\n"
                 "i_t = sigmoid(p_t + q_t)                              input gate\n"
                 "f_t = sigmoid(p_t - q_t)                              forget gate\n"
                 "h_t = i_t * p_t + f_t * h_{t-1}",
             .source = "Zhang, Xiong, Su, Lin & Zhang (2018), arXiv:1810.12546, section 3",
             .options = options},
    .plan = plan,
};
