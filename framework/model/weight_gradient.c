/* Weight gradients, after the recurrence: products over all steps and rows of the whole minibatch,
 * divided among threads by output tile. No copy a thread, no reduction, one order of additions. */
#include <string.h>

#include "base/parallel.h"
#include "model/workspace.h"

enum { MAX_PRODUCTS = 2, COLUMNS_A_TASK = 64 };

typedef struct product_list {
    const rondo_pass *pass;
    const rondo_gradient_product *products;
    int64_t first_task[MAX_PRODUCTS + 1];
} product_list;

static int64_t tiles_along(int64_t count)
{
    return (count + RONDO_PRODUCT_TILE - 1) / RONDO_PRODUCT_TILE;
}

static int64_t tile_extent(int64_t count, int64_t tile)
{
    int64_t left = count - tile * RONDO_PRODUCT_TILE;
    return left < RONDO_PRODUCT_TILE ? left : RONDO_PRODUCT_TILE;
}

static void tile_task(void *context, int64_t task, int thread)
{
    const product_list *list = context;
    int64_t which = 0;
    while (task >= list->first_task[which + 1])
        which++;
    const rondo_gradient_product *p = &list->products[which];
    int64_t tile = task - list->first_task[which], across = tiles_along(p->columns);
    int64_t row = tile / across, column = tile % across;
    int64_t first_row = row * RONDO_PRODUCT_TILE, first_column = column * RONDO_PRODUCT_TILE;
    rondo_matrix a = {p->a.data + first_row * p->a.row_stride, p->a.row_stride, p->a.column_stride};
    rondo_matrix b = {p->b.data + first_column * p->b.column_stride, p->b.row_stride,
                      p->b.column_stride};
    rondo_product_tile(tile_extent(p->rows, row), tile_extent(p->columns, column), p->depth, a, b,
                       0, p->result + first_row * p->stride + first_column, p->stride,
                       list->pass->scratch[thread]);
}

void rondo_gradient_products_run(const rondo_pass *pass, const rondo_gradient_product *products,
                                 int64_t count)
{
    product_list list = {.pass = pass, .products = products};
    for (int64_t i = 0; i < count; i++)
        list.first_task[i + 1] =
            list.first_task[i] + tiles_along(products[i].rows) * tiles_along(products[i].columns);
    rondo_parallel_for(pass->size.threads, list.first_task[count], tile_task, &list);
}

/* --- sums over rows: biases
 * ----------------------------------------------------------------------- */

typedef struct column_sums {
    const rondo_real *data;
    int64_t rows, stride, columns;
    rondo_real *result;
} column_sums;

static void sum_task(void *context, int64_t task, int thread)
{
    const column_sums *c = context;
    int64_t first = task * COLUMNS_A_TASK;
    int64_t count = c->columns - first < COLUMNS_A_TASK ? c->columns - first : COLUMNS_A_TASK;
    double sums[COLUMNS_A_TASK] = {0};
    (void)thread;
    for (int64_t row = 0; row < c->rows; row++) {
        const rondo_real *restrict values = c->data + row * c->stride + first;
        for (int64_t j = 0; j < count; j++)
            sums[j] += (double)values[j];
    }
    for (int64_t j = 0; j < count; j++)
        c->result[first + j] = (rondo_real)sums[j];
}

void rondo_column_sums(const rondo_pass *pass, const rondo_real *data, int64_t rows, int64_t stride,
                       int64_t columns, rondo_real *result)
{
    column_sums c = {data, rows, stride, columns, result};
    rondo_parallel_for(pass->size.threads, (columns + COLUMNS_A_TASK - 1) / COLUMNS_A_TASK,
                       sum_task, &c);
}

/* --- a cell's own vectors
 * ------------------------------------------------------------------------- */

typedef struct vector_sums {
    const rondo_pass *pass;
    const rondo_track *track;
    int64_t units; /* of a task */
} vector_sums;

static void vector_task(void *context, int64_t task, int thread)
{
    const vector_sums *v = context;
    const rondo_direction *d = v->track->direction;
    const rondo_batch *batch = v->pass->batch;
    int64_t first = task * v->units;
    int64_t units = d->hidden - first < v->units ? d->hidden - first : v->units;
    rondo_real *d_vectors[RONDO_MAX_VECTORS];
    rondo_cell_tile tile;
    (void)thread;
    for (int32_t i = 0; i < d->plan.vector_count; i++) {
        d_vectors[i] = rondo_pass_gradient_of(v->pass, d->vectors[i]) + first;
        memset(d_vectors[i], 0, (size_t)units * sizeof(rondo_real));
    }
    for (int64_t t = 0; t < batch->steps; t++) {
        rondo_track_tile(v->pass, v->track, t, 0, batch->active[t], first, units, &tile);
        d->cell->vector_gradient(d->options, &tile, d_vectors);
    }
}

static void add_vector_gradients(const rondo_pass *pass, const rondo_track *track)
{
    const rondo_cell_plan *plan = &track->direction->plan;
    int64_t hidden = track->direction->hidden;
    if (plan->vector_count == 0) return;
    vector_sums v = {pass, track, plan->whole_rows ? hidden : COLUMNS_A_TASK};
    rondo_parallel_for(pass->size.threads, (hidden + v.units - 1) / v.units, vector_task, &v);
}

/* --- one layer
 * ------------------------------------------------------------------------------------ */

/* Rows of `state` before each step, packed as the gates are: in place where they lie so already. */
static const rondo_real *packed_previous(const rondo_pass *pass, const rondo_track *track,
                                         int32_t state)
{
    const rondo_batch *batch = pass->batch;
    int64_t hidden = track->direction->hidden;
    if (track->direction->reverse || batch->tokens == batch->rows * batch->steps)
        return track->state[state];
    for (int64_t t = 0; t < batch->steps; t++)
        memcpy(pass->gathered + batch->offset[t] * hidden,
               track->state[state] + rondo_track_before(track, batch, t) * hidden,
               (size_t)(batch->active[t] * hidden) * sizeof(rondo_real));
    return pass->gathered;
}

static rondo_gradient_product product_of(const rondo_pass *pass, const rondo_real *input,
                                         int64_t inputs, const rondo_real *d_output,
                                         int64_t d_stride, int64_t columns, rondo_real *result,
                                         int64_t stride)
{
    return (rondo_gradient_product){.a = {input, 1, inputs},
                                    .b = {d_output, d_stride, 1},
                                    .rows = inputs,
                                    .columns = columns,
                                    .depth = pass->batch->tokens,
                                    .result = result,
                                    .stride = stride};
}

/* dU of one stage: blocks added to W x, then blocks kept beside it. */
static void run_stage_products(const rondo_pass *pass, const rondo_track *track, int32_t number)
{
    const rondo_direction *d = track->direction;
    const rondo_cell_stage *stage = &d->plan.stages[number];
    rondo_gradient_product products[2];
    int64_t hidden = d->hidden, gates = d->gate_count * hidden, count = 0;
    int64_t beside = stage->beside_count * hidden, added = stage->gate_count * hidden - beside;
    const rondo_real *source = stage->source < RONDO_MAX_STATES
                                   ? packed_previous(pass, track, stage->source)
                                   : track->made[stage->source - RONDO_MAX_STATES];
    rondo_real *result =
        rondo_pass_gradient_of(pass, d->recurrent_weights) + d->first_gate[number] * hidden;
    if (added > 0)
        products[count++] =
            product_of(pass, source, hidden, track->gates + d->first_gate[number] * hidden, gates,
                       added, result, gates);
    if (beside > 0)
        products[count++] =
            product_of(pass, source, hidden, track->beside + d->first_beside[number] * hidden,
                       d->beside_count * hidden, beside, result + added, gates);
    rondo_gradient_products_run(pass, products, count);
}

static void add_bias_gradients(const rondo_pass *pass, const rondo_track *track)
{
    const rondo_direction *d = track->direction;
    int64_t gates = d->gate_count * d->hidden, beside = d->beside_count * d->hidden;
    rondo_column_sums(pass, track->gates, pass->batch->tokens, gates, gates,
                      rondo_pass_gradient_of(pass, d->biases));
    if (beside > 0)
        rondo_column_sums(pass, track->beside, pass->batch->tokens, beside, beside,
                          rondo_pass_gradient_of(pass, d->recurrent_biases));
}

void rondo_weight_gradients(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    for (int64_t i = 0; i < layer->direction_count; i++) {
        const rondo_track *track = &pass->tracks[layer->directions[i]];
        const rondo_direction *d = track->direction;
        int64_t gates = d->gate_count * d->hidden;
        if (track->input_panels) {
            rondo_gradient_product input =
                product_of(pass, rondo_pass_layer_input(pass, pass->layer), d->input, track->gates,
                           gates, gates, rondo_pass_gradient_of(pass, d->input_weights), gates);
            rondo_gradient_products_run(pass, &input, 1);
        }
        for (int32_t s = 0; s < d->plan.stage_count; s++)
            run_stage_products(pass, track, s);
        add_bias_gradients(pass, track);
        add_vector_gradients(pass, track);
    }
}
