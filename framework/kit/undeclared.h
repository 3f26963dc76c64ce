/* The pointers of a tile that are NULL, because the plan or the function does not have them. */
#ifndef RONDO_KIT_UNDECLARED_H
#define RONDO_KIT_UNDECLARED_H

#include "rondo/cell.h"

/* Each becomes a place that nobody may touch and that says what it would be (guard.h). `function` is forward,
 * backward or unit_parameter_gradient. */
void kit_name_undeclared(const rondo_cell_plan *plan, const char *function, rondo_cell_tile *tile);

#endif
