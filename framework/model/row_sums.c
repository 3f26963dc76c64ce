#include "model/row_sums.h"

#include <string.h>

#include "model/layer.h"
#include "model/weight_gradient.h"

enum { COLUMNS_A_TASK = 64 };

static int64_t tasks_of(int64_t columns)
{
    return (columns + COLUMNS_A_TASK - 1) / COLUMNS_A_TASK;
}

static void sum_task(void *context, int64_t task, int thread)
{
    const rondo_column_sums *c = context;
    int64_t first = task * COLUMNS_A_TASK;
    int64_t count = c->columns - first < COLUMNS_A_TASK ? c->columns - first : COLUMNS_A_TASK;
    double sums[COLUMNS_A_TASK] = {0};
    for (int64_t j = 0; c->sums && j < count; j++)
        sums[j] = c->sums[first + j];
    double start = rondo_profile_start(c->profile);
    for (int64_t row = 0; row < c->rows; row++) {
        const rondo_real *restrict values =
            c->data + (c->index ? c->index[row] : row) * c->stride + first;
        for (int64_t j = 0; j < count; j++)
            sums[j] += (double)values[j];
    }
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

static void vector_task(void *context, int64_t task, int thread)
{
    const rondo_row_sums *s = context;
    const rondo_direction *d = s->buffers->direction;
    const rondo_batch *batch = s->pass->batch;
    int64_t first = task * s->vector_units;
    int64_t units = d->hidden - first < s->vector_units ? d->hidden - first : s->vector_units;
    rondo_real *d_vectors[RONDO_MAX_VECTORS];
    rondo_cell_tile tile;
    double start = rondo_profile_start(s->pass->profile);
    for (int32_t i = 0; i < d->plan.vector_count; i++) {
        d_vectors[i] = rondo_pass_gradient_of(s->pass, d->vectors[i]) + first;
        memset(d_vectors[i], 0, (size_t)units * sizeof(rondo_real));
    }
    for (int64_t t = 0; t < batch->steps; t++) {
        rondo_direction_tile(s->pass, s->buffers, t, 0, batch->active[t], first, units, &tile);
        d->cell->vector_gradient(d->options, &tile, d_vectors);
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

/* The bias of all gate blocks, `columns` wide. */
static rondo_work add_bias(rondo_row_sums *s, const rondo_real *d_output, int64_t columns,
                           int64_t parameter, double *half_sums)
{
    rondo_column_sums *sums = s->biases[s->bias_count];
    rondo_real *gradient = rondo_pass_gradient_of(s->pass, parameter);
    s->gradients[s->bias_count++] = gradient;
    *sums = (rondo_column_sums){.profile = s->pass->profile,
                                .data = d_output,
                                .rows = s->pass->batch->tokens,
                                .stride = columns,
                                .columns = columns,
                                .result = gradient};
    if (!s->halved) return rondo_column_sums_work(sums);
    halve(s->pass, sums, half_sums);
    return (rondo_work){halves_task, sums, 2 * tasks_of(columns)};
}

int64_t rondo_row_sums_room(const rondo_direction *direction)
{
    return 2 * (direction->gate_count + direction->beside_count) * direction->hidden;
}

int64_t rondo_row_sums_start(rondo_row_sums *sums, const rondo_pass *pass,
                             const rondo_direction_buffers *buffers, double *half_sums,
                             rondo_work *work)
{
    const rondo_direction *d = buffers->direction;
    int64_t gates = d->gate_count * d->hidden, beside = d->beside_count * d->hidden, count = 0;
    *sums = (rondo_row_sums){.pass = pass, .buffers = buffers, .halved = half_sums != NULL};
    work[count++] = add_bias(sums, buffers->gates, gates, d->biases, half_sums);
    if (beside > 0)
        work[count++] = add_bias(sums, buffers->beside, beside, d->recurrent_biases,
                                 half_sums ? half_sums + 2 * gates : NULL);
    if (d->plan.vector_count > 0) {
        sums->vector_units = d->plan.whole_rows ? d->hidden : COLUMNS_A_TASK;
        int64_t tasks = (d->hidden + sums->vector_units - 1) / sums->vector_units;
        work[count++] = (rondo_work){vector_task, sums, tasks};
    }
    return count;
}

void rondo_row_sums_finish(const rondo_row_sums *sums)
{
    if (!sums->halved) return;
    for (int64_t i = 0; i < sums->bias_count; i++) {
        const rondo_column_sums *half = sums->biases[i];
        for (int64_t j = 0; j < half->columns; j++)
            sums->gradients[i][j] = (rondo_real)(half[0].sums[j] + half[1].sums[j]);
    }
}
