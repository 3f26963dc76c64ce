/* A cell's plan: asked for once, checked, then trusted by everything that lays out parameters and
 * runs passes. */
#ifndef RONDO_PLUGIN_PLAN_H
#define RONDO_PLUGIN_PLAN_H

#include "base/error.h"
#include "rondo/cell.h"

/* The plan with these options; `config` is a filled config struct. A plan that is out of bounds
 * (counts, sources, names, missing functions) is RONDO_FAILED with a sentence. Where the cell says 0 for no
 * group of units, the plan says 1. [main] */
rondo_status rondo_plan_get(const rondo_cell *cell, const void *config, rondo_cell_plan *plan,
                            rondo_error *error);

/* What `hidden` must be a multiple of: 1, or what all groups of units divide. [any] */
int64_t rondo_plan_unit_step(const rondo_cell_plan *plan);

#endif
