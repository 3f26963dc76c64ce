/* Recurrent weights that are a function of fewer stored numbers (rondo_recurrent_form of rondo/cell.h):
 * block-diagonal, block-triangular, antisymmetric, of low rank, with Dale's signs, orthogonal; dense, with
 * groups of units (model/groups.h). The pass keeps U [H, H] of all gates of
 * such a direction: computed when weights are packed, once an update; its gradient, which the products
 * give as of any U, becomes the stored numbers' after them. Private to model/. */
#ifndef RONDO_MODEL_FORMS_H
#define RONDO_MODEL_FORMS_H

#include "base/random.h"
#include "model/layer.h"

/* A form of U [hidden, hidden], of which row j is what source unit j gives. */
typedef struct rondo_form {
    int32_t kind; /* rondo_recurrent_form */
    int64_t size; /* blocks, groups or rank */
    int64_t hidden;
    int64_t stored_stride; /* of a dense U: of the rows of stored numbers */
    double share;          /* of the units, Dale's that excite; of an orthogonal U's signs, -1 */
    int64_t unit_group, source_group; /* of a dense U: units that share a column, a row */
} rondo_form;

rondo_form rondo_form_of(const rondo_cell_gate *gate, int64_t hidden);

/* Stored numbers, as a parameter of so many rows and columns. */
void rondo_form_shape(rondo_form form, int64_t *rows, int64_t *columns);

/* The first units of that share: the nearest whole number of them. */
int64_t rondo_form_first_units(rondo_form form);

/* Bound of a uniform distribution of the stored numbers with which a sum over U's rows keeps the
 * variance of what it sums (Glorot & Bengio 2010, for the units that a unit sees). */
double rondo_form_start(rondo_form form);

/* Forms whose numbers start by a rule of their own, whatever the config's (form_start.c). The random
 * numbers are those from `first` on. [worker] */
bool rondo_form_has_own_start(rondo_form form);
void rondo_form_fill(rondo_form form, const rondo_random *random, uint64_t first,
                     rondo_real *stored);

/* U out of the stored numbers; rows of U are `stride` apart. And back: the gradient of the stored
 * numbers out of dU. Not of orthogonal ones (model/cayley.h). [worker] */
void rondo_form_expand(rondo_form form, const rondo_real *stored, rondo_real *u, int64_t stride);
void rondo_form_reduce(rondo_form form, const rondo_real *stored, const rondo_real *d_u,
                       int64_t stride, rondo_real *d_stored);

/* How many gates of a direction have an orthogonal U. */
int64_t rondo_forms_orthogonal(const rondo_direction *direction);

/* U of all gates of a direction that has forms or frozen gates; nothing for others. [main] */
void rondo_forms_load(const rondo_pass *pass, const rondo_direction_buffers *buffers);

/* The parameters' gradients out of that of U. [main] */
void rondo_forms_gradient(const rondo_pass *pass, const rondo_direction_buffers *buffers);

#endif
