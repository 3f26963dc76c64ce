/* The plan of a sweep: every run that it means, in order. It is written once, before the first run
 * starts, and is what workers, comparisons and people read; nobody expands the sweep file again.
 *
 * A run is its variant and its seed. Variants are the crossing of named variants, axes and trials
 * of the search, in this order, the last changing fastest. Runs go seed by seed, in each all
 * variants: a sweep that was stopped has whole comparisons of its first seeds.
 *
 *   <output.folder>/sweep.yaml   the sweep file as understood
 *                   base.yaml    the base, resolved: a base that was changed is noticed
 *                   plan.yaml    this, as YAML that is JSON, too
 *                   runs/<run's folder>/
 */
#ifndef RONDO_SWEEP_PLAN_H
#define RONDO_SWEEP_PLAN_H

#include "plugin/registry.h"
#include "sweep/sweep.h"

enum { RONDO_PLAN_FORMAT = 1, RONDO_MAX_RUN_NAME = 128 };

typedef struct rondo_plan_variant {
    const char *name;        /* "lstm hidden=64" */
    rondo_settings settings; /* all beside the base and the seed, sorted as they were said; `at` is
                                NULL in a plan that was read */
    int64_t parameters;      /* that are trained */
    rondo_settings drawn;    /* those of them that the search drew */
} rondo_plan_variant;

typedef struct rondo_plan_run {
    int64_t number;  /* from 1 */
    int64_t variant; /* index */
    int64_t seed;
    const char *folder; /* name below runs/: "001-lstm-hidden=64-seed1" */
    int64_t set_count;
    const char *const *sets; /* "key=value": with the base, the whole run */
} rondo_plan_run;

typedef struct rondo_plan {
    const char *name;     /* of the sweep */
    const char *base;     /* path from the folder that the sweep was started in */
    const char *metric;   /* compare.metric, or NULL */
    const char *baseline; /* compare.baseline, or NULL */
    double margin;        /* 0: none */
    bool vary[RONDO_SEEDS];
    bool search; /* variants were drawn at random */
    rondo_halving_config halving;
    int64_t budget_parameters, budget_tokens; /* 0: none */
    double budget_seconds;                    /* 0: none; else results depend on the machine */
    const char *base_config;  /* the base resolved, of a plan that was made; NULL: the base is no
                                 whole config without the variants */
    rondo_registry *registry; /* that it was made with */
    int64_t variant_count;
    rondo_plan_variant *variants;
    int64_t run_count;
    rondo_plan_run *runs;
    rondo_owned owned;
} rondo_plan;

/* Expands the sweep, loads the config of every variant and meets it with its data: all mistakes of
 * all runs are reported together, each once, with the place in the sweep file that caused it.
 * Nothing is written. [main]
 */
rondo_status rondo_plan_make(const rondo_sweep *sweep, rondo_registry *registry, rondo_plan **out,
                             rondo_error *error);

/* The same with data sets of the caller's, and with what was found out about them; `shapes` lives
 * as long as the plan. [main] */
struct rondo_dataset_cache;
struct rondo_shapes;
rondo_status rondo_plan_make_on(const rondo_sweep *sweep, rondo_registry *registry,
                                struct rondo_dataset_cache *cache, struct rondo_shapes *shapes,
                                rondo_plan **out, rondo_error *error);

/* plan.yaml of a sweep folder. RONDO_USAGE: there is none; RONDO_FAILED: it is damaged. [main] */
rondo_status rondo_plan_read(const char *folder, rondo_plan **out, rondo_error *error);

/* The same from a text, as if `path` held it. [main] */
rondo_status rondo_plan_parse(const char *path, const char *text, rondo_plan **out,
                              rondo_error *error);

/* Writes sweep.yaml and plan.yaml, unless the folder has the plan already. A folder that holds a
 * plan is taken where every run of it is still the same in the new one: runs that are new get
 * numbers behind the old, in `plan` too. RONDO_USAGE: the folder holds
 * something else, or another sweep. [main] */
rondo_status rondo_plan_store(const rondo_sweep *sweep, rondo_plan *plan, rondo_error *error);

/* The same without writing: whether it would be done, and the numbers that runs would get. [main]
 */
rondo_status rondo_plan_check_folder(const rondo_sweep *sweep, rondo_plan *plan,
                                     rondo_error *error);

void rondo_plan_destroy(rondo_plan *plan);

/* The text of plan.yaml. */
void rondo_plan_print(const rondo_plan *plan, rondo_text *text);

/* Whether a folder holds a sweep. */
bool rondo_plan_exists(const char *folder);

/* The run's folder, "<sweep folder>/runs/<folder>"; malloc'd, NULL without memory. */
char *rondo_plan_run_folder(const char *sweep_folder, const rondo_plan_run *run);

#endif
