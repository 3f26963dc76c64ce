/* Recurrent weights that are a function of fewer stored numbers (rondo_recurrent_form of rondo/cell.h):
 * block-diagonal, block-triangular, antisymmetric, of low rank. The pass keeps U [H, H] of all gates of
 * such a direction: computed when weights are packed, once an update; its gradient, which the products
 * give as of any U, becomes the stored numbers' after them. Private to model/. */
#ifndef RONDO_MODEL_FORMS_H
#define RONDO_MODEL_FORMS_H

#include "model/layer.h"

/* A form of U [hidden, hidden], of which row j is what source unit j gives. */
typedef struct rondo_form {
    int32_t kind; /* rondo_recurrent_form */
    int64_t size; /* blocks, groups or rank */
    int64_t hidden;
    int64_t stored_stride; /* of a dense U: of the rows of stored numbers */
} rondo_form;

rondo_form rondo_form_of(const rondo_cell_gate *gate, int64_t hidden);

/* Stored numbers, as a parameter of so many rows and columns. */
void rondo_form_shape(rondo_form form, int64_t *rows, int64_t *columns);

/* Bound of a uniform distribution of the stored numbers with which a sum over U's rows keeps the
 * variance of what it sums (Glorot & Bengio 2010, for the units that a unit sees). */
double rondo_form_start(rondo_form form);

/* U out of the stored numbers; rows of U are `stride` apart. And back: the gradient of the stored
 * numbers out of dU. [worker] */
void rondo_form_expand(rondo_form form, const rondo_real *stored, rondo_real *u, int64_t stride);
void rondo_form_reduce(rondo_form form, const rondo_real *stored, const rondo_real *d_u,
                       int64_t stride, rondo_real *d_stored);

/* U of all gates of a direction that has forms; nothing for others. [main] */
void rondo_forms_load(const rondo_pass *pass, const rondo_direction_buffers *buffers);

/* The parameters' gradients out of that of U. [main] */
void rondo_forms_gradient(const rondo_pass *pass, const rondo_direction_buffers *buffers);

#endif
