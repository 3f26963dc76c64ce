/* Gates whose units share weights in groups, and those whose source does (rondo_cell_gate.unit_group and
 * source_group). Stored, counted and trained is one row or column for each group. Products are as
 * wide as those of other gates: W is expanded when weights are packed, once an update, and what the
 * products give as its gradient becomes the stored numbers' after them. U is a form
 * (model/forms.h). Private to model/. */
#ifndef RONDO_MODEL_GROUPS_H
#define RONDO_MODEL_GROUPS_H

#include "model/layer.h"

/* A stored matrix [rows, columns] and what it stands for, [rows row_group, columns column_group]: element
 * (r, c) is the stored (r / row_group, c / column_group), divided by row_group, so that a row vector times
 * it is the vector's means, group by group, times the stored matrix. */
typedef struct rondo_groups {
    int64_t rows, columns;
    int64_t row_group, column_group;
} rondo_groups;

void rondo_groups_expand(rondo_groups groups, const rondo_real *stored, int64_t stored_stride,
                         rondo_real *all, int64_t stride);

/* The gradient of the stored matrix out of that of the other: sums in double precision, row by row. */
void rondo_groups_reduce(rondo_groups groups, const rondo_real *d_all, int64_t stride,
                         rondo_real *d_stored, int64_t stored_stride);

/* A run's part of `hidden` units and one row: of biases. */
rondo_groups rondo_groups_of_run(const rondo_gate_run *run, int64_t rows, int64_t hidden);

/* W [I, count H] of run number `run` of the gates that have it, and its gradient: rows are a stride
 * apart. [any] */
const rondo_real *rondo_run_weights(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                                    int64_t run);
rondo_real *rondo_run_gradient(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                               int64_t run);
int64_t rondo_run_stride(const rondo_direction *direction, int64_t run);

/* W of all gates whose units share it, and its gradient. [main] */
void rondo_groups_load(const rondo_pass *pass, const rondo_direction_buffers *buffers);
void rondo_groups_gradient(const rondo_pass *pass, const rondo_direction_buffers *buffers);

#endif
