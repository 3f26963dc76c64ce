#include "model/groups.h"

#include <string.h>

#include "base/parallel.h"

enum { ROWS_A_TASK = 64 };

static bool is_plain(rondo_groups groups)
{
    return groups.row_group == 1 && groups.column_group == 1;
}

static void copy(rondo_groups groups, const rondo_real *from, int64_t from_stride, rondo_real *to,
                 int64_t to_stride)
{
    for (int64_t row = 0; row < groups.rows; row++)
        memcpy(to + row * to_stride, from + row * from_stride, (size_t)groups.columns * sizeof *to);
}

static void expand_row(rondo_groups groups, const rondo_real *restrict stored,
                       rondo_real *restrict all)
{
    rondo_real count = (rondo_real)groups.row_group;
    for (int64_t column = 0; column < groups.columns; column++) {
        rondo_real value = stored[column] / count;
        for (int64_t unit = 0; unit < groups.column_group; unit++)
            *all++ = value;
    }
}

void rondo_groups_expand(rondo_groups groups, const rondo_real *stored, int64_t stored_stride,
                         rondo_real *all, int64_t stride)
{
    if (is_plain(groups)) {
        copy(groups, stored, stored_stride, all, stride);
        return;
    }
    for (int64_t row = 0; row < groups.rows * groups.row_group; row++)
        expand_row(groups, stored + row / groups.row_group * stored_stride, all + row * stride);
}

static double block_sum(rondo_groups groups, const rondo_real *d_all, int64_t stride)
{
    double sum = 0;
    for (int64_t row = 0; row < groups.row_group; row++)
        for (int64_t column = 0; column < groups.column_group; column++)
            sum += (double)d_all[row * stride + column];
    return sum;
}

void rondo_groups_reduce(rondo_groups groups, const rondo_real *d_all, int64_t stride,
                         rondo_real *d_stored, int64_t stored_stride)
{
    if (is_plain(groups)) {
        copy(groups, d_all, stride, d_stored, stored_stride);
        return;
    }
    for (int64_t row = 0; row < groups.rows; row++) {
        const rondo_real *d = d_all + row * groups.row_group * stride;
        for (int64_t column = 0; column < groups.columns; column++)
            d_stored[row * stored_stride + column] =
                (rondo_real)(block_sum(groups, d + column * groups.column_group, stride) /
                             (double)groups.row_group);
    }
}

/* --- runs of gates --- */

rondo_groups rondo_groups_of_run(const rondo_gate_run *run, int64_t rows, int64_t hidden)
{
    return (rondo_groups){.rows = rows,
                          .columns = run->count * hidden / run->group,
                          .row_group = 1,
                          .column_group = run->group};
}

const rondo_real *rondo_run_weights(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                                    int64_t number)
{
    const rondo_direction *d = buffers->direction;
    const rondo_gate_run *run = &d->with_input.runs[number];
    if (run->group > 1) return buffers->grouped_weights[number];
    return rondo_pass_weights(pass, run->is_frozen ? d->frozen_input_weights : d->input_weights) +
           run->first_block * d->hidden;
}

rondo_real *rondo_run_gradient(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                               int64_t number)
{
    const rondo_direction *d = buffers->direction;
    const rondo_gate_run *run = &d->with_input.runs[number];
    if (run->group > 1) return buffers->d_grouped_weights[number];
    return rondo_pass_gradient_of(pass, d->input_weights) + run->first_block * d->hidden;
}

int64_t rondo_run_stride(const rondo_direction *d, int64_t number)
{
    const rondo_gate_run *run = &d->with_input.runs[number];
    if (run->group > 1) return d->hidden;
    return (run->is_frozen ? d->with_input.frozen_blocks : d->with_input.blocks) * d->hidden;
}

/* Of one run. */
typedef struct group_job {
    rondo_groups groups;
    const rondo_real *from;
    rondo_real *to;
    bool is_gradient;
} group_job;

static void run_task(void *context, int64_t task, int thread)
{
    const group_job *job = context;
    rondo_groups some = job->groups;
    int64_t first = task * ROWS_A_TASK, all = some.columns * some.column_group;
    (void)thread;
    some.rows = some.rows - first < ROWS_A_TASK ? some.rows - first : ROWS_A_TASK;
    if (job->is_gradient)
        rondo_groups_reduce(some, job->from + first * all, all, job->to + first * some.columns,
                            some.columns);
    else
        rondo_groups_expand(some, job->from + first * some.columns, some.columns,
                            job->to + first * all, all);
}

static void run_all(const rondo_pass *pass, group_job *job)
{
    rondo_parallel_for(pass->size.threads, (job->groups.rows + ROWS_A_TASK - 1) / ROWS_A_TASK,
                       run_task, job);
}

void rondo_groups_load(const rondo_pass *pass, const rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    for (int64_t i = 0; i < d->with_input.count; i++) {
        const rondo_gate_run *run = &d->with_input.runs[i];
        if (run->group == 1) continue;
        group_job job = {rondo_groups_of_run(run, d->input, d->hidden),
                         rondo_pass_weights(pass, run->parameter), buffers->grouped_weights[i],
                         false};
        run_all(pass, &job);
    }
}

void rondo_groups_gradient(const rondo_pass *pass, const rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    for (int64_t i = 0; i < d->with_input.count; i++) {
        const rondo_gate_run *run = &d->with_input.runs[i];
        if (run->group == 1) continue;
        group_job job = {rondo_groups_of_run(run, d->input, d->hidden),
                         buffers->d_grouped_weights[i],
                         rondo_pass_gradient_of(pass, run->parameter), true};
        run_all(pass, &job);
    }
}
