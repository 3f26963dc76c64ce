/* Recurrent weights of a gate, as the kit's host has them.
 *
 * Numbers of a gate's U: [gate unit j, source unit k] as they are, of which a form uses some; of low
 * rank Q' [j, rank], then P [k, rank]; with groups one number for each pair of groups. An orthogonal U is
 * any here: no function of a cell can tell. */
#ifndef RONDO_KIT_FORMS_H
#define RONDO_KIT_FORMS_H

#include "rondo/cell.h"

/* How many consecutive units share weights, on either side. */
int64_t kit_unit_group(const rondo_cell_gate *gate);
int64_t kit_source_group(const rondo_cell_gate *gate);

/* U[j, k] */
rondo_real kit_recurrent_weight(const rondo_cell_gate *gate, const rondo_real *u, int64_t hidden,
                                int64_t j, int64_t k);

/* d_u += the gradient of these numbers where U[j, k] has gradient d. */
void kit_add_recurrent_gradient(const rondo_cell_gate *gate, const rondo_real *u, int64_t hidden,
                                int64_t j, int64_t k, rondo_real d, rondo_real *d_u);

#endif
