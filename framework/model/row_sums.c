#include "model/row_sums.h"

#include <string.h>

#include "model/gates.h"
#include "model/groups.h"
#include "model/layer.h"
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

RONDO_VECTORISED static void add_rows(const rondo_column_sums *c, int64_t first, int64_t count,
                                      double *restrict sums)
{
    for (int64_t row = 0; row < c->rows; row++) {
        const rondo_real *restrict values =
            c->data + (c->index ? c->index[row] : row) * c->stride + first;
#pragma omp simd
        for (int64_t j = 0; j < count; j++)
            sums[j] += (double)values[j];
    }
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
        memset(d_unit_parameters[i], 0, (size_t)(is_shared ? 1 : units) * sizeof(rondo_real));
    }
    for (int64_t t = 0; t < batch->steps; t++) {
        rondo_direction_tile(s->pass, s->buffers, t, 0, batch->active[t], first, units, &tile);
        d->cell->unit_parameter_gradient(d->options, &tile, d_unit_parameters);
    }
    rondo_profile_add(s->pass->profile, thread, RONDO_PHASE_WEIGHT_GRADIENTS, start);
}

static void halve(const rondo_pass *pass, rondo_column_sums *halves, double *half_sums)
{
    size_t bytes = 2 * (size_t)halves->columns * sizeof *half_sums;
    halves->result = NULL;
    halves->index = pass->gradients->split_rows;
    halves->sums = memset(half_sums, 0, bytes);
    halves[1] = halves[0];
    halves[1].index += pass->gradients->first_half_tokens;
    halves[1].sums += halves->columns;
    halves[0].rows = pass->gradients->first_half_tokens;
    halves[1].rows -= pass->gradients->first_half_tokens;
}

/* The bias of all gate blocks, `columns` wide; `gradient` has room for all of them. `half_sums`: NULL
 * where rows are not halved. */
static rondo_work add_bias(rondo_row_sums *s, const rondo_real *d_output, int64_t columns,
                           rondo_real *gradient, double *half_sums)
{
    rondo_column_sums *sums = s->biases[s->bias_count];
    s->gradients[s->bias_count++] = gradient;
    *sums = (rondo_column_sums){.profile = s->pass->profile,
                                .data = d_output,
                                .rows = s->pass->batch->tokens,
                                .stride = columns,
                                .columns = columns,
                                .result = gradient};
    if (!half_sums) return rondo_column_sums_work(sums);
    halve(s->pass, sums, half_sums);
    return (rondo_work){halves_task, sums, 2 * tasks_of(columns)};
}

int64_t rondo_row_sums_room(const rondo_direction *direction)
{
    return 2 * (direction->gate_count + direction->separate_count) * direction->hidden;
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

int64_t rondo_row_sums_start(rondo_row_sums *sums, const rondo_pass *pass,
                             const rondo_direction_buffers *buffers, double *half_sums,
                             rondo_work *work)
{
    const rondo_direction *d = buffers->direction;
    int64_t gates = d->gate_count * d->hidden, separate = d->separate_count * d->hidden, count = 0;
    *sums = (rondo_row_sums){.pass = pass, .buffers = buffers, .halved = half_sums != NULL};
    if (rondo_gates_trained(&d->with_bias) > 0)
        work[count++] = add_bias(sums, buffers->gates, gates,
                                 buffers->bias_sums ? buffers->bias_sums
                                                    : rondo_pass_gradient_of(pass, d->biases),
                                 half_sums);
    if (rondo_gates_trained(&d->with_recurrent_bias) > 0)
        work[count++] = add_bias(sums, buffers->separate, separate,
                                 buffers->recurrent_bias_sums
                                     ? buffers->recurrent_bias_sums
                                     : rondo_pass_gradient_of(pass, d->recurrent_biases),
                                 half_sums ? half_sums + 2 * gates : NULL);
    if (trains_unit_parameters(&d->plan)) {
        sums->units_a_task = needs_all_units(&d->plan) ? d->hidden : UNITS_A_TASK;
        int64_t tasks = (d->hidden + sums->units_a_task - 1) / sums->units_a_task;
        work[count++] = (rondo_work){unit_parameter_task, sums, tasks};
    }
    return count;
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
    for (int64_t i = 0; sums->halved && i < sums->bias_count; i++) {
        const rondo_column_sums *half = sums->biases[i];
        for (int64_t j = 0; j < half->columns; j++)
            sums->gradients[i][j] = (rondo_real)(half[0].sums[j] + half[1].sums[j]);
    }
    take_runs(sums->pass, &d->with_bias, d->hidden, d->biases, buffers->bias_sums);
    take_runs(sums->pass, &d->with_recurrent_bias, d->hidden, d->recurrent_biases,
              buffers->recurrent_bias_sums);
}
