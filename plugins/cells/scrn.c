/* Structurally constrained recurrent network (Mikolov, Joulin, Chopra, Mathieu & Ranzato 2014,
 * arXiv:1412.7753, equations 4 to 6): a sigmoid RNN beside a layer of slow units, the context,
 * whose recurrent matrix is fixed to alpha times the identity.
 *
 *     s_t = (1 - alpha) * (x_t B) + alpha * s_{t-1}         context
 *     h_t = sigmoid(s_t P + x_t A + b_h + h_{t-1} R)        fast units
 *     y_t = h_t U + s_t V + b_y                             output
 *
 * Four stages, one a source: none, s_t, h_{t-1}, h_t. The context has hidden / context_group units: its
 * blocks hold each value so many times. The paper's activation of y_t is the softmax of the readout.
 *
 * Back:
 *
 *     da = (dh_t + dy U^T) h (1-h)             dh_{t-1} += da R^T (the host)
 *     ds = ds_t + da P^T + dy V^T              d(x B) = (1 - alpha) ds    ds_{t-1} += alpha ds
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { OUTPUT, HIDDEN, CONTEXT };
enum { CONTEXT_INPUT, FAST_FROM_CONTEXT, OUT_FROM_CONTEXT, FAST, OUT };

typedef struct scrn_config {
    double alpha;
    int64_t context_group;
} scrn_config;

static const rondo_option options[] = {
    RONDO_REAL(scrn_config, alpha, 0.95, 0.0, 1.0, RONDO_OPEN_HIGH,
               "share of the context that is kept at each step"),
    RONDO_INTEGER(scrn_config, context_group, 1, 1, 4096,
                  "units of the layer for one of the context: how much narrower that is"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void context_forward(const void *config, const rondo_cell_tile *tile)
{
    const scrn_config *c = config;
    rondo_real alpha = (rondo_real)c->alpha;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *b = rondo_tile_gate(tile, row, CONTEXT_INPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, CONTEXT);
        rondo_real *s = rondo_tile_state(tile, row, CONTEXT);
        rondo_real *copy = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            s[u] = copy[u] = (1 - alpha) * b[u] + alpha * before[u];
        }
    }
}

RONDO_VECTORISED static void hidden_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *a = rondo_tile_gate(tile, row, FAST);
        const rondo_real *from_context = rondo_tile_gate(tile, row, FAST_FROM_CONTEXT);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        rondo_real *copy = rondo_tile_intermediate(tile, row, 1);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            h[u] = copy[u] = rondo_sigmoid(a[u] + from_context[u]);
        }
    }
}

RONDO_VECTORISED static void output_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *from_hidden = rondo_tile_gate(tile, row, OUT);
        const rondo_real *from_context = rondo_tile_gate(tile, row, OUT_FROM_CONTEXT);
        rondo_real *y = rondo_tile_state(tile, row, OUTPUT);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            y[u] = from_hidden[u] + from_context[u];
        }
    }
}

RONDO_VECTORISED static void output_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *from_hidden = rondo_tile_gate(tile, row, OUT);
        rondo_real *from_context = rondo_tile_gate(tile, row, OUT_FROM_CONTEXT);
        const rondo_real *dy = rondo_tile_d_state(tile, row, OUTPUT);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            from_hidden[u] = from_context[u] = dy[u];
        }
    }
}

RONDO_VECTORISED static void hidden_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *a = rondo_tile_gate(tile, row, FAST);
        rondo_real *from_context = rondo_tile_gate(tile, row, FAST_FROM_CONTEXT);
        const rondo_real *h = rondo_tile_intermediate(tile, row, 1);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *d_copy = rondo_tile_d_intermediate(tile, row, 1);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            a[u] = from_context[u] = (dh[u] + d_copy[u]) * rondo_sigmoid_slope(h[u]);
        }
    }
}

RONDO_VECTORISED static void context_backward(const void *config, const rondo_cell_tile *tile)
{
    const scrn_config *c = config;
    rondo_real alpha = (rondo_real)c->alpha;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *b = rondo_tile_gate(tile, row, CONTEXT_INPUT);
        const rondo_real *ds = rondo_tile_d_state(tile, row, CONTEXT);
        const rondo_real *d_copy = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, CONTEXT);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real d = ds[u] + d_copy[u];
            b[u] = (1 - alpha) * d;
            d_before[u] += alpha * d;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const scrn_config *c = config;
    int32_t group = (int32_t)c->context_group;
    plan->state_count = 3;
    plan->states[0] = "output";
    plan->states[1] = "hidden";
    plan->states[2] = "context";
    plan->intermediate_count = 2;
    plan->intermediates[0] = "context";
    plan->intermediates[1] = "hidden";
    plan->stage_count = 4;
    plan->stages[0] = (rondo_cell_stage){
        .source = RONDO_SOURCE_NONE,
        .gate_count = 1,
        .gates = {{.name = "context_input", .flags = RONDO_GATE_NO_BIAS, .unit_group = group}},
        .forward = context_forward,
        .backward = context_backward};
    plan->stages[1] =
        (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(0),
                           .gate_count = 2,
                           .gates = {{.name = "hidden_from_context",
                                      .flags = RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS,
                                      .source_group = group},
                                     {.name = "output_from_context",
                                      .flags = RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS,
                                      .source_group = group}},
                           .forward = rondo_cell_no_work,
                           .backward = rondo_cell_no_work};
    plan->stages[2] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(HIDDEN),
                                         .gate_count = 1,
                                         .gates = {{.name = "hidden"}},
                                         .forward = hidden_forward,
                                         .backward = hidden_backward};
    plan->stages[3] =
        (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(1),
                           .gate_count = 1,
                           .gates = {{.name = "output", .flags = RONDO_GATE_NO_INPUT}},
                           .forward = output_forward,
                           .backward = output_backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_scrn;
const rondo_cell rondo_plugin_scrn = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "scrn",
         .summary = "sigmoid RNN beside slow units that accumulate the input (SCRN)",
         .equations = "s_t = (1 - alpha) * (x_t B) + alpha * s_{t-1}         context\n"
                      "h_t = sigmoid(s_t P + x_t A + b_h + h_{t-1} R)        fast units\n"
                      "y_t = h_t U + s_t V + b_y                             output",
         .source =
             "Mikolov, Joulin, Chopra, Mathieu & Ranzato (2014), arXiv:1412.7753, equations 4 to 6",
         .config_size = sizeof(scrn_config), .options = options},
    .plan = plan,
};
