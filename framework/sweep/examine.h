/* The configs of all variants, loaded: their mistakes, and what the plan needs of them. Private to
 * sweep/. */
#ifndef RONDO_SWEEP_EXAMINE_H
#define RONDO_SWEEP_EXAMINE_H

#include "sweep/plan.h"

/* What a variant's config says. */
typedef struct rondo_examined {
    int64_t seed;
    int64_t own[RONDO_SEEDS]; /* seeds.initialization ..; below 0: not given */
    const char *shape; /* all that data, network and the sizes of a step depend on; in `owned` */
} rondo_examined;

/* Loads each variant, and checks that compare.metric and halving.metric are figures of it and that
 * no two variants are the same. Mistakes of many variants are told once, with how many runs have
 * them. examined: [plan->variant_count]; its texts live as long as the plan. [main] */
rondo_status rondo_examine_variants(const rondo_sweep *sweep, rondo_plan *plan,
                                    rondo_registry *registry, rondo_examined *examined,
                                    rondo_error *error);

/* Loads the config of one variant; texts of mistakes name the place in the sweep file. [main] */
rondo_status rondo_variant_load(const rondo_sweep *sweep, const rondo_plan_variant *variant,
                                rondo_registry *registry, rondo_experiment **out,
                                rondo_error *error);

#endif
