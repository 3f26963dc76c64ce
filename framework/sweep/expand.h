/* Named variants x axes x trials become the variants of the plan. Private to sweep/. */
#ifndef RONDO_SWEEP_EXPAND_H
#define RONDO_SWEEP_EXPAND_H

#include "sweep/plan.h"

/* Fills plan->variants: names, settings, drawn. RONDO_USAGE: more runs than a sweep may have, or
 * two variants of one name. [main] */
rondo_status rondo_expand_variants(const rondo_sweep *sweep, rondo_plan *plan, rondo_error *error);

/* Sets a key of the variant: replaces what its settings say, or adds. */
void rondo_variant_set(rondo_plan_variant *variant, rondo_setting setting, rondo_owned *owned);

/* "001-lstm-hidden=64-seed1": letters, digits and "._=+-"; blanks become "-", the rest "_". */
void rondo_run_name(int64_t number, const char *variant, int64_t seed,
                    char name[RONDO_MAX_RUN_NAME]);

#endif
