/* What all runs have alike: as many parameters, as many training tokens. Private to sweep/. */
#ifndef RONDO_SWEEP_BUDGET_H
#define RONDO_SWEEP_BUDGET_H

#include "sweep/shapes.h"

/* budget.parameters: the keys of budget.solve get the largest value with which a variant has at
 * most so many parameters, by bisection; keys of layers that a variant does not have are left out.
 * RONDO_USAGE: a variant has more with the least value, or fewer with the greatest that the key
 * allows, or as many whatever it is. Changes settings: examine the variants anew. [main] */
rondo_status rondo_budget_solve(const rondo_sweep *sweep, rondo_plan *plan,
                                const rondo_examined *examined, rondo_registry *registry,
                                rondo_dataset_cache *cache, rondo_error *error);

/* budget.tokens: train.max_steps is the least number of update steps of the mean size that have so
 * many tokens, train.epochs as many as these need. [main] */
rondo_status rondo_budget_set_tokens(const rondo_sweep *sweep, rondo_plan *plan,
                                     const rondo_shapes *shapes, rondo_error *error);

/* The least n with n * epoch_tokens >= tokens * epoch_steps. */
int64_t rondo_budget_steps(int64_t tokens, int64_t epoch_tokens, int64_t epoch_steps);

#endif
