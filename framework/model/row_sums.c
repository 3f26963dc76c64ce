#include "model/row_sums.h"

#include <string.h>

#include "model/gates.h"
#include "model/groups.h"
#include "model/layer.h"
#include "model/step_block.h"
#include "model/weight_gradient.h"
#include "rondo/pointwise.h"

/* Long pieces of a row, because the rows of a large minibatch lie in memory. */
enum { COLUMNS_A_TASK = 512, UNITS_A_TASK = 64 };

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t tasks_of(int64_t columns)
{
    return (columns + COLUMNS_A_TASK - 1) / COLUMNS_A_TASK;
}

static inline const rondo_real *row_at(const rondo_column_sums *of, int64_t row, int64_t first)
{
    return of->data + (of->index ? of->index[row] : row) * of->stride + first;
}

/* Four rows at a time, one after the other, so that sums are read and written a quarter as often. */
RONDO_VECTORISED static void add_rows(const rondo_column_sums *of, int64_t first, int64_t count,
                                      double *restrict sums)
{
    enum { TOGETHER = 4 };
    int64_t row = 0;
    for (; row + TOGETHER <= of->rows; row += TOGETHER) {
        const rondo_real *restrict a = row_at(of, row, first);
        const rondo_real *restrict b = row_at(of, row + 1, first);
        const rondo_real *restrict c = row_at(of, row + 2, first);
        const rondo_real *restrict d = row_at(of, row + 3, first);
#pragma omp simd
        for (int64_t j = 0; j < count; j++)
            sums[j] = (((sums[j] + (double)a[j]) + (double)b[j]) + (double)c[j]) + (double)d[j];
    }
    for (; row < of->rows; row++) {
        const rondo_real *restrict values = row_at(of, row, first);
#pragma omp simd
        for (int64_t j = 0; j < count; j++)
            sums[j] += (double)values[j];
    }
}

/* A function of its own, because the clones of a vectorised one would be exported by librondo. */
void rondo_column_sums_add(const rondo_column_sums *of, int64_t first, int64_t count, double *sums)
{
    add_rows(of, first, count, sums);
}

static void sum_task(void *context, int64_t task, int thread)
{
    const rondo_column_sums *c = context;
    int64_t first = task * COLUMNS_A_TASK;
    int64_t count = least(c->columns - first, COLUMNS_A_TASK);
    double sums[COLUMNS_A_TASK] = {0};
    for (int64_t j = 0; c->sums && j < count; j++)
        sums[j] = c->sums[first + j];
    double start = rondo_profile_start(c->profile);
    add_rows(c, first, count, sums);
    for (int64_t j = 0; c->result && j < count; j++)
        c->result[first + j] = (rondo_real)sums[j];
    for (int64_t j = 0; c->sums && j < count; j++)
        c->sums[first + j] = sums[j];
    rondo_profile_add(c->profile, thread, RONDO_PHASE_WEIGHT_GRADIENTS, start);
}

rondo_work rondo_column_sums_work(rondo_column_sums *sums)
{
    return (rondo_work){sum_task, sums, tasks_of(sums->columns)};
}

/* Two sums of the same columns, one after the other. */
static void halves_task(void *context, int64_t task, int thread)
{
    rondo_column_sums *halves = context;
    int64_t tasks = tasks_of(halves->columns);
    sum_task(&halves[task / tasks], task % tasks, thread);
}

static void unit_parameter_task(void *context, int64_t task, int thread)
{
    const rondo_row_sums *s = context;
    const rondo_direction *d = s->buffers->direction;
    const rondo_batch *batch = s->pass->batch;
    int64_t first = task * s->units_a_task;
    int64_t units = least(d->hidden - first, s->units_a_task);
    rondo_real *d_unit_parameters[RONDO_MAX_UNIT_PARAMETERS];
    rondo_cell_tile tile;
    double start = rondo_profile_start(s->pass->profile);
    for (int32_t i = 0; i < d->plan.unit_parameter_count; i++) {
        bool is_shared = d->plan.unit_parameters[i].flags & RONDO_PARAMETER_SHARED;
        d_unit_parameters[i] = NULL;
        if (d->plan.unit_parameters[i].flags & RONDO_PARAMETER_FROZEN) continue;
        d_unit_parameters[i] = rondo_pass_gradient_of(s->pass, d->unit_parameters[i]) +
                               rondo_direction_parameter_unit(d, i, first);
        if (s->pass->block.is_first)
            memset(d_unit_parameters[i], 0, (size_t)(is_shared ? 1 : units) * sizeof(rondo_real));
    }
    for (int64_t t = s->pass->block.first_step; t < s->pass->block.end_step; t++) {
        rondo_direction_tile(s->pass, s->buffers, t, 0, batch->active[t], first, units, &tile);
        d->cell->unit_parameter_gradient(d->options, &tile, d_unit_parameters);
    }
    rondo_profile_add(s->pass->profile, thread, RONDO_PHASE_WEIGHT_GRADIENTS, start);
}

static bool overlap(const rondo_gradient_product *a, const rondo_gradient_product *b)
{
    return a->d_output < b->d_output + b->columns && b->d_output < a->d_output + a->columns;
}

/* Whether no product before this one makes sums of a column of its own. */
static bool is_first(const rondo_gradient_product *products, int64_t i)
{
    bool any = false;
    for (int64_t j = 0; j < i; j++)
        any |= products[j].sums && overlap(&products[j], &products[i]);
    return !any;
}

/* Whether products have all columns of d_output; they make its sums then. */
static bool leave_to_products(rondo_gradient_product *products, int64_t count,
                              const rondo_real *d_output, const rondo_bias_sums *bias)
{
    const rondo_gradient_product all = {.d_output = d_output, .columns = bias->columns};
    int64_t columns = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!overlap(&products[i], &all) || !is_first(products, i)) continue;
        products[i].sums = bias->sums + (products[i].d_output - d_output);
        columns += products[i].columns;
    }
    if (columns == bias->columns) return true;
    for (int64_t i = 0; i < count; i++)
        if (overlap(&products[i], &all)) products[i].sums = NULL;
    return false;
}

/* One sum, or one of each half of the rows. */
static rondo_work sum_rows(const rondo_row_sums *s, const rondo_real *d_output,
                           rondo_bias_sums *bias)
{
    const rondo_gradient_buffers *g = s->pass->gradients;
    const rondo_step_block *block = &s->pass->block;
    bias->of[0] = (rondo_column_sums){.profile = s->pass->profile,
                                      .data = d_output + block->first_token * bias->columns,
                                      .rows = block->end_token - block->first_token,
                                      .stride = bias->columns,
                                      .columns = bias->columns,
                                      .sums = bias->sums};
    if (!s->halved) return rondo_column_sums_work(&bias->of[0]);
    for (int half = 0; half < 2; half++) {
        const rondo_token_range range = rondo_step_block_half(s->pass, half);
        bias->of[half] = bias->of[0];
        bias->of[half].data = d_output;
        bias->of[half].index = g->split_rows + range.start;
        bias->of[half].rows = range.count;
        bias->of[half].sums = bias->sums + half * rondo_row_sums_apart(s->buffers->direction);
    }
    return (rondo_work){halves_task, bias->of, 2 * tasks_of(bias->columns)};
}

/* Of all gate blocks, `columns` wide; `gradient` has room for all of them. Returns how many kinds of work. */
static int64_t add_bias(rondo_row_sums *s, const rondo_real *d_output, rondo_bias_sums bias,
                        rondo_gradient_product *products, int64_t count, rondo_work *work)
{
    rondo_bias_sums *added = &s->biases[s->bias_count++];
    *added = bias;
    if (leave_to_products(products, count, d_output, added)) return 0;
    *work = sum_rows(s, d_output, added);
    return 1;
}

int64_t rondo_row_sums_apart(const rondo_direction *direction)
{
    return (direction->gate_count + direction->separate_count) * direction->hidden;
}

int64_t rondo_row_sums_room(const rondo_direction *direction)
{
    return 2 * rondo_row_sums_apart(direction);
}

/* A sum that all units share is one task's. */
static bool needs_all_units(const rondo_cell_plan *plan)
{
    bool all = plan->whole_rows;
    for (int32_t i = 0; i < plan->unit_parameter_count; i++)
        all |= plan->unit_parameters[i].flags & RONDO_PARAMETER_SHARED;
    return all;
}

static bool trains_unit_parameters(const rondo_cell_plan *plan)
{
    bool any = false;
    for (int32_t i = 0; i < plan->unit_parameter_count; i++)
        any |= !(plan->unit_parameters[i].flags & RONDO_PARAMETER_FROZEN);
    return any;
}

int64_t rondo_row_sums_start(rondo_row_sums *sums, rondo_gradient_product *products, int64_t count,
                             rondo_work *work)
{
    const rondo_direction_buffers *buffers = sums->buffers;
    const rondo_direction *d = buffers->direction;
    int64_t gates = d->gate_count * d->hidden, separate = d->separate_count * d->hidden, added = 0;
    double *room = buffers->row_sums;
    if (sums->pass->block.is_first) memset(room, 0, (size_t)rondo_row_sums_room(d) * sizeof *room);
    if (rondo_gates_trained(&d->with_bias) > 0) {
        rondo_real *gradient =
            buffers->bias_sums ? buffers->bias_sums : rondo_pass_gradient_of(sums->pass, d->biases);
        const rondo_bias_sums bias = {gates, room, gradient, {{0}}};
        added += add_bias(sums, buffers->gates, bias, products, count, work);
    }
    if (rondo_gates_trained(&d->with_recurrent_bias) > 0) {
        rondo_real *gradient = buffers->recurrent_bias_sums
                                   ? buffers->recurrent_bias_sums
                                   : rondo_pass_gradient_of(sums->pass, d->recurrent_biases);
        const rondo_bias_sums bias = {separate, room + gates, gradient, {{0}}};
        added += add_bias(sums, buffers->separate, bias, products, count, work + added);
    }
    if (trains_unit_parameters(&d->plan)) {
        sums->units_a_task = needs_all_units(&d->plan) ? d->hidden : UNITS_A_TASK;
        int64_t tasks = (d->hidden + sums->units_a_task - 1) / sums->units_a_task;
        work[added++] = (rondo_work){unit_parameter_task, sums, tasks};
    }
    return added;
}

/* Gradients of the biases that are trained, out of those of all gates. */
static void take_runs(const rondo_pass *pass, const rondo_gate_runs *runs, int64_t hidden,
                      int64_t parameter, const rondo_real *all)
{
    for (int64_t i = 0; all && i < runs->count; i++) {
        const rondo_gate_run *run = &runs->runs[i];
        if (run->is_frozen) continue;
        rondo_real *gradient =
            run->group > 1 ? rondo_pass_gradient_of(pass, run->parameter)
                           : rondo_pass_gradient_of(pass, parameter) + run->first_block * hidden;
        rondo_groups_reduce(rondo_groups_of_run(run, 1, hidden), all + run->first_gate * hidden, 0,
                            gradient, 0);
    }
}

void rondo_row_sums_finish(const rondo_row_sums *sums)
{
    const rondo_direction_buffers *buffers = sums->buffers;
    const rondo_direction *d = buffers->direction;
    int64_t apart = rondo_row_sums_apart(d);
    for (int64_t i = 0; i < sums->bias_count; i++) {
        const rondo_bias_sums *bias = &sums->biases[i];
        for (int64_t j = 0; j < bias->columns; j++)
            bias->gradient[j] =
                (rondo_real)(sums->halved ? bias->sums[j] + bias->sums[apart + j] : bias->sums[j]);
    }
    take_runs(sums->pass, &d->with_bias, d->hidden, d->biases, buffers->bias_sums);
    take_runs(sums->pass, &d->with_recurrent_bias, d->hidden, d->recurrent_biases,
              buffers->recurrent_bias_sums);
}
