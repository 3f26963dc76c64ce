/* Between encoder and decoder. The encoder's last states (its directions' carried ones, by row of
 * the sources) become the decoder's first states (carried, by row of the targets), and the context;
 * equations in network.h. Rows are taken in chunks; sums over rows have one order. */
#include "model/bridge.h"

#include <string.h>

#include "base/parallel.h"
#include "model/layer.h"
#include "model/panels.h"
#include "model/row_sums.h"
#include "model/weight_gradient.h"
#include "rondo/pointwise.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* --- what it needs --- */

/* Of the decoder's state that is made. */
static int64_t made_width(const rondo_network *network, const rondo_state_bridge *state_bridge)
{
    return rondo_direction_width(&network->directions[state_bridge->direction],
                                 state_bridge->state);
}

static int64_t context_columns(const rondo_network *network)
{
    return network->directions[0].gate_count * network->directions[0].hidden;
}

static void plan_state_bridge(rondo_pass *pass, const rondo_state_bridge *state_bridge,
                              rondo_state_bridge_buffers *buffer)
{
    int64_t rows = pass->size.rows, hidden = made_width(pass->network, state_bridge);
    if (state_bridge->weights < 0) return;
    buffer->input = rondo_arena_reals(&pass->arena, rows * state_bridge->width);
    buffer->value = rondo_arena_reals(&pass->arena, rows * hidden);
    buffer->panels =
        rondo_arena_reals(&pass->arena, rondo_product_packed_size(state_bridge->width, hidden));
    if (!pass->size.training) return;
    buffer->d_value = rondo_arena_reals(&pass->arena, rows * hidden);
    buffer->back_panels =
        rondo_arena_reals(&pass->arena, rondo_product_packed_size(hidden, state_bridge->width));
}

static void plan_context(rondo_pass *pass)
{
    rondo_bridge *bridge = pass->bridge;
    int64_t width = pass->network->context_width, columns = context_columns(pass->network);
    int64_t rows = pass->size.rows;
    bridge->context = rondo_arena_reals(&pass->arena, rows * width);
    bridge->context_gates = rondo_arena_reals(&pass->arena, rows * columns);
    bridge->context_panels =
        rondo_arena_reals(&pass->arena, rondo_product_packed_size(width, columns));
    if (!pass->size.training) return;
    bridge->d_context_gates = rondo_arena_reals(&pass->arena, rows * columns);
    bridge->context_back_panels =
        rondo_arena_reals(&pass->arena, rondo_product_packed_size(columns, width));
}

rondo_status rondo_bridge_start(rondo_pass *pass, rondo_error *error)
{
    size_t count = (size_t)pass->network->state_bridge_count;
    pass->bridge->state_bridges =
        rondo_memory_create(count * sizeof *pass->bridge->state_bridges, "pass", error);
    return pass->bridge->state_bridges ? RONDO_OK : error->status;
}

void rondo_bridge_finish(rondo_pass *pass)
{
    rondo_memory_destroy(pass->bridge->state_bridges);
}

void rondo_bridge_plan(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t widest = network->context_width;
    for (int64_t i = 0; i < network->state_bridge_count; i++) {
        plan_state_bridge(pass, &network->state_bridges[i], &pass->bridge->state_bridges[i]);
        widest = larger(widest, network->state_bridges[i].width);
    }
    if (network->context_width > 0) plan_context(pass);
    if (pass->size.training)
        pass->bridge->d_input = rondo_arena_reals(&pass->arena, pass->size.rows * widest);
}

int64_t rondo_bridge_products_size(const rondo_network *network, int64_t rows)
{
    int64_t widest = network->context_width;
    for (int64_t i = 0; i < network->state_bridge_count; i++)
        widest = larger(widest, network->state_bridges[i].width);
    return rondo_product_left_size(widest, rows);
}

void rondo_bridge_add_packings(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    const rondo_bridge *bridge = pass->bridge;
    for (int64_t i = 0; i < network->state_bridge_count; i++) {
        const rondo_state_bridge *state_bridge = &network->state_bridges[i];
        int64_t hidden = made_width(network, state_bridge);
        if (state_bridge->weights >= 0)
            rondo_panels_add(pass, state_bridge->width, hidden,
                             rondo_pass_weights(pass, state_bridge->weights), hidden,
                             bridge->state_bridges[i].panels, bridge->state_bridges[i].back_panels);
    }
    if (network->context_width > 0)
        rondo_panels_add(pass, network->context_width, context_columns(network),
                         rondo_pass_weights(pass, network->context_weights),
                         context_columns(network), bridge->context_panels,
                         bridge->context_back_panels);
}

/* --- rows of both sides --- */

/* One state bridge, or the context, at work. */
typedef struct crossing {
    rondo_pass *pass;
    const rondo_state_bridge *state_bridge;
    rondo_state_bridge_buffers *buffer;
} crossing;

static int64_t chunk_end(const rondo_pass *pass, int64_t chunk)
{
    int64_t end = (chunk + 1) * RONDO_CHUNK;
    return end < pass->batch->rows ? end : pass->batch->rows;
}

static void run_chunks(rondo_pass *pass, rondo_parallel_task task, crossing *c)
{
    rondo_parallel_for(pass->size.threads, (pass->batch->rows + RONDO_CHUNK - 1) / RONDO_CHUNK,
                       task, c);
}

/* Last states of an encoder's layer, directions side by side, `width` in all, of the decoder's rows
 * [first, end). */
static void gather_final(const rondo_pass *pass, int64_t layer, const int32_t state[2],
                         int64_t width, int64_t first, int64_t end, rondo_real *to)
{
    const rondo_layer *from = &pass->encoder->network->layers[layer];
    int64_t column = 0;
    for (int64_t i = 0; i < from->direction_count && i < 2; i++) {
        const rondo_direction_buffers *buffers = &pass->encoder->directions[from->directions[i]];
        int64_t hidden = rondo_direction_width(buffers->direction, state[i]);
        for (int64_t b = first; b < end; b++)
            memcpy(to + b * width + column,
                   buffers->carried[state[i]] + pass->batch->source_row[b] * hidden,
                   (size_t)hidden * sizeof *to);
        column += hidden;
    }
}

/* d_final += rows [first, end) of `from`, the other way round. */
static void scatter_final(const rondo_pass *pass, int64_t layer, const int32_t state[2],
                          int64_t width, int64_t first, int64_t end, const rondo_real *from)
{
    const rondo_layer *to = &pass->encoder->network->layers[layer];
    int64_t column = 0;
    for (int64_t i = 0; i < to->direction_count && i < 2; i++) {
        const rondo_direction_buffers *buffers = &pass->encoder->directions[to->directions[i]];
        int64_t hidden = rondo_direction_width(buffers->direction, state[i]);
        for (int64_t b = first; b < end; b++) {
            rondo_real *restrict sum =
                buffers->d_final[state[i]] + pass->batch->source_row[b] * hidden;
            const rondo_real *restrict more = from + b * width + column;
            for (int64_t u = 0; u < hidden; u++)
                sum[u] += more[u];
        }
        column += hidden;
    }
}

/* The context is made of outputs, the first state of each direction. */
static const int32_t outputs[2] = {0, 0};

static rondo_matrix rows_of(const rondo_real *data, int64_t first, int64_t width)
{
    return (rondo_matrix){data + first * width, width, 1};
}

/* --- forward --- */

static void project(const crossing *c, int64_t first, int64_t end, int thread)
{
    const rondo_pass *pass = c->pass;
    int64_t hidden = made_width(pass->network, c->state_bridge);
    const rondo_real *biases = rondo_pass_weights(pass, c->state_bridge->biases);
    rondo_real *value = c->buffer->value + first * hidden;
    rondo_product_packed(end - first, c->state_bridge->width, hidden,
                         rows_of(c->buffer->input, first, c->state_bridge->width),
                         c->buffer->panels, 0, hidden, (rondo_addend){biases, 0}, value, hidden,
                         pass->scratch[thread]);
    for (int64_t i = 0; i < (end - first) * hidden; i++)
        value[i] = rondo_tanh(value[i]);
}

static void link_task(void *context, int64_t chunk, int thread)
{
    const crossing *c = context;
    rondo_pass *pass = c->pass;
    int64_t first = chunk * RONDO_CHUNK, end = chunk_end(pass, chunk);
    int64_t hidden = made_width(pass->network, c->state_bridge);
    rondo_real *to = pass->directions[c->state_bridge->direction].carried[c->state_bridge->state];
    if (c->state_bridge->weights < 0) {
        gather_final(pass, c->state_bridge->layer, c->state_bridge->from, c->state_bridge->width,
                     first, end, to);
        return;
    }
    gather_final(pass, c->state_bridge->layer, c->state_bridge->from, c->state_bridge->width, first,
                 end, c->buffer->input);
    project(c, first, end, thread);
    memcpy(to + first * hidden, c->buffer->value + first * hidden,
           (size_t)((end - first) * hidden) * sizeof *to);
}

/* b + W_c c, once a row: every step of the row starts from it. */
static void context_task(void *context, int64_t chunk, int thread)
{
    const crossing *c = context;
    rondo_pass *pass = c->pass;
    rondo_bridge *bridge = pass->bridge;
    const rondo_network *network = pass->network;
    int64_t first = chunk * RONDO_CHUNK, end = chunk_end(pass, chunk);
    int64_t width = network->context_width, columns = context_columns(network);
    const rondo_real *biases = rondo_direction_biases(pass, &pass->directions[0]);
    rondo_real *gates = bridge->context_gates + first * columns;
    gather_final(pass, pass->encoder->network->layer_count - 1, outputs, width, first, end,
                 bridge->context);
    rondo_product_packed(end - first, width, columns, rows_of(bridge->context, first, width),
                         bridge->context_panels, 0, columns, (rondo_addend){biases, 0}, gates,
                         columns, pass->scratch[thread]);
}

void rondo_bridge_forward(rondo_pass *pass)
{
    for (int64_t i = 0; i < pass->network->state_bridge_count; i++) {
        crossing c = {pass, &pass->network->state_bridges[i], &pass->bridge->state_bridges[i]};
        run_chunks(pass, link_task, &c);
    }
    crossing c = {.pass = pass};
    if (pass->network->context_width > 0) run_chunks(pass, context_task, &c);
}

/* --- backward --- */

static void clear_final(const rondo_pass *encoder)
{
    for (int64_t i = 0; i < encoder->network->direction_count; i++) {
        const rondo_direction_buffers *buffers = &encoder->directions[i];
        const rondo_direction *d = buffers->direction;
        for (int32_t s = 0; s < d->plan.state_count; s++)
            memset(buffers->d_final[s], 0,
                   (size_t)(encoder->batch->rows * rondo_direction_width(d, s)) *
                       sizeof(rondo_real));
    }
}

static void link_back_task(void *context, int64_t chunk, int thread)
{
    const crossing *c = context;
    rondo_pass *pass = c->pass;
    const rondo_state_bridge *state_bridge = c->state_bridge;
    int64_t first = chunk * RONDO_CHUNK, end = chunk_end(pass, chunk);
    int64_t hidden = made_width(pass->network, state_bridge);
    const rondo_real *d_initial =
        pass->directions[state_bridge->direction].d_initial[state_bridge->state];
    if (state_bridge->weights < 0) {
        scatter_final(pass, state_bridge->layer, state_bridge->from, state_bridge->width, first,
                      end, d_initial);
        return;
    }
    for (int64_t i = first * hidden; i < end * hidden; i++)
        c->buffer->d_value[i] = d_initial[i] * rondo_tanh_slope(c->buffer->value[i]);
    rondo_product_packed(end - first, hidden, state_bridge->width,
                         rows_of(c->buffer->d_value, first, hidden), c->buffer->back_panels, 0,
                         state_bridge->width, (rondo_addend){0},
                         pass->bridge->d_input + first * state_bridge->width, state_bridge->width,
                         pass->scratch[thread]);
    scatter_final(pass, state_bridge->layer, state_bridge->from, state_bridge->width, first, end,
                  pass->bridge->d_input);
}

static void add_state_bridge_gradients(const rondo_pass *pass,
                                       const rondo_state_bridge *state_bridge,
                                       const rondo_state_bridge_buffers *buffer)
{
    int64_t hidden = made_width(pass->network, state_bridge);
    const rondo_gradient_product product = {.input = buffer->input,
                                            .rows = state_bridge->width,
                                            .tokens = pass->batch->rows,
                                            .d_output = buffer->d_value,
                                            .d_stride = hidden,
                                            .columns = hidden,
                                            .result =
                                                rondo_pass_gradient_of(pass, state_bridge->weights),
                                            .result_stride = hidden};
    rondo_column_sums sums = {.profile = pass->profile,
                              .data = buffer->d_value,
                              .rows = pass->batch->rows,
                              .stride = hidden,
                              .columns = hidden,
                              .result = rondo_pass_gradient_of(pass, state_bridge->biases)};
    rondo_work work = rondo_column_sums_work(&sums);
    rondo_gradient_products_run(pass, &product, 1, &work, 1);
}

/* Each row's gate gradients of all steps, in the order of steps; then back to the context. */
static void context_back_task(void *context, int64_t chunk, int thread)
{
    const crossing *c = context;
    rondo_pass *pass = c->pass;
    const rondo_batch *batch = pass->batch;
    int64_t first = chunk * RONDO_CHUNK, end = chunk_end(pass, chunk);
    int64_t width = pass->network->context_width, columns = context_columns(pass->network);
    rondo_real *sums = pass->bridge->d_context_gates;
    memset(sums + first * columns, 0, (size_t)((end - first) * columns) * sizeof *sums);
    for (int64_t t = 0; t < batch->steps; t++)
        for (int64_t b = first; b < end && b < batch->active[t]; b++) {
            rondo_real *restrict sum = sums + b * columns;
            const rondo_real *restrict more =
                pass->directions[0].gates + (batch->offset[t] + b) * columns;
            for (int64_t j = 0; j < columns; j++)
                sum[j] += more[j];
        }
    rondo_product_packed(end - first, columns, width, rows_of(sums, first, columns),
                         pass->bridge->context_back_panels, 0, width, (rondo_addend){0},
                         pass->bridge->d_input + first * width, width, pass->scratch[thread]);
    scatter_final(pass, pass->encoder->network->layer_count - 1, outputs, width, first, end,
                  pass->bridge->d_input);
}

static void add_context_gradient(const rondo_pass *pass)
{
    int64_t columns = context_columns(pass->network);
    const rondo_gradient_product product = {
        .input = pass->bridge->context,
        .rows = pass->network->context_width,
        .tokens = pass->batch->rows,
        .d_output = pass->bridge->d_context_gates,
        .d_stride = columns,
        .columns = columns,
        .result = rondo_pass_gradient_of(pass, pass->network->context_weights),
        .result_stride = columns};
    rondo_gradient_products_run(pass, &product, 1, NULL, 0);
}

void rondo_bridge_backward(rondo_pass *pass)
{
    clear_final(pass->encoder);
    for (int64_t i = 0; i < pass->network->state_bridge_count; i++) {
        crossing c = {pass, &pass->network->state_bridges[i], &pass->bridge->state_bridges[i]};
        run_chunks(pass, link_back_task, &c);
        if (c.state_bridge->weights >= 0)
            add_state_bridge_gradients(pass, c.state_bridge, c.buffer);
    }
    if (pass->network->context_width == 0) return;
    crossing c = {.pass = pass};
    run_chunks(pass, context_back_task, &c);
    add_context_gradient(pass);
}
