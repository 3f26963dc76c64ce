/* A comparison: what run folders and sweeps say, and what may be concluded from it.
 *
 * It is made in two steps. `rondo_comparison_collect` reads text files only (plan.yaml,
 * outcome.yaml, config.yaml, metrics.jsonl; a checkpoint's header only for runs from before
 * their metrics said which data they saw). `rondo_comparison_analyse` adds what is computed from
 * that: estimates, pairs, verdicts. Tables, figures and the report then only print.
 *
 * Everything stands in one fixed order, whatever the order of the arguments, of the folders on disk
 * or of the work that made them: variants as planned, or by their settings where nothing was
 * planned; runs by variant, then seed; curves by epoch. What depends on when and where a run was
 * made (times, host, threads, kernel, version) stands in rondo_compared_machine and nowhere else.
 *
 * Numbers that do not exist are NaN, texts NULL, arrays NULL with a count of 0. All texts are
 * untrusted texts: print them through base/message.h, or escape them for the format at hand. All
 * memory is the comparison's own until rondo_comparison_finish. All functions are [main].
 */
#ifndef RONDO_COMPARE_COMPARISON_H
#define RONDO_COMPARE_COMPARISON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/owned.h"
#include "data/dataset.h"
#include "plugin/registry.h"

/* --- what is measured --- */

/* "test loss": a figure of a split, at the epoch that was best on the validation split. */
typedef struct rondo_compared_metric {
    const char *name; /* "test loss" */
    rondo_split split;
    const char *figure; /* "loss", as in the metrics */
    const char *unit;   /* "nats"; "1" for shares and the like; "" where the metrics do not say */
    bool higher_is_better;
} rondo_compared_metric;

typedef struct rondo_compared_setting {
    const char *key;   /* "model.layers.0.hidden" */
    const char *value; /* as YAML has it: "64" */
} rondo_compared_setting;

/* A mean over runs, with its two-sided 95 % t interval over seeds. */
typedef struct rondo_seed_estimate {
    int64_t count;          /* runs */
    double mean, deviation; /* deviation: of the sample (n - 1); NaN below two runs */
    double low, high;       /* NaN below two runs */
} rondo_seed_estimate;

/* --- a run --- */

typedef enum rondo_run_state {
    RONDO_RUN_DONE = 0,
    RONDO_RUN_HALTED = 1,  /* by a halving: its last rung is in `rung` */
    RONDO_RUN_FAILED = 2,  /* `reason` says why */
    RONDO_RUN_STOPPED = 3, /* has a checkpoint, and nobody works on it */
    RONDO_RUN_RUNNING = 4, /* its folder is locked */
    RONDO_RUN_MISSING = 5  /* planned, and nothing of it is there */
} rondo_run_state;

/* "done", "halted", .. */
const char *rondo_run_state_name(rondo_run_state state);

/* One figure, a value a record; NaN where a record has none. */
typedef struct rondo_curve {
    const char *figure, *unit;
    double *values; /* [rondo_curves.count] */
} rondo_curve;

/* The records of one kind by rising epoch; of an epoch with several the last. Figures in byte order
 * of their names; those of time are left out (rondo_compared_machine). */
typedef struct rondo_curves {
    int64_t count;
    int64_t *epoch; /* [count]; as users count, from 1 */
    int64_t *step;  /* [count]; updates done */
    int64_t curve_count;
    rondo_curve *curves; /* [curve_count] */
} rondo_curves;

/* The curve of that figure, or NULL. The training split has gradient_norm, clip_rate and
 * learning_rate besides the figures of an evaluation. */
const rondo_curve *rondo_curves_find(const rondo_curves *curves, const char *figure);

/* The norm of the gradient of one step's loss at the states k steps before, of the best parameters
 * (analyze/inspection.h): there where `rondo inspect gradients` has left inspect/gradients.h5 in the
 * run folder. */
typedef struct rondo_gradient_profile {
    int64_t layer;
    const char *direction; /* "forward", "backward" */
    int64_t count;
    double *norm;         /* [count]: at distance k = 0 .. count - 1 */
    double memory_length; /* steps */
    double factor_per_step;
} rondo_gradient_profile;

/* Which data a run saw. Fingerprints have 53 bits. */
typedef struct rondo_compared_split {
    int64_t sequences, tokens; /* 0: there is no such split */
    uint64_t fingerprint;
} rondo_compared_split;

typedef struct rondo_compared_data {
    bool known;
    rondo_compared_split splits[RONDO_SPLITS];
} rondo_compared_data;

/* What a repetition may change without changing a result. For the appendix. */
typedef struct rondo_compared_machine {
    double seconds;     /* of training and evaluating, all processes that worked on the run */
    double cpu_seconds; /* NaN: not known */
    int64_t threads;    /* 0: not known */
    const char *host, *kernel, *version;
} rondo_compared_machine;

typedef struct rondo_compared_run {
    int64_t number;       /* of the sweep, or of the order here; from 1 */
    int64_t variant;      /* index into variants */
    int64_t seed;         /* the number that runs of other variants are paired by */
    const char *folder;   /* as it can be opened from here */
    const char *name;     /* of the folder, without its path */
    const char *repeat;   /* the command that repeats the run, quoted for a shell */
    char config_hash[17]; /* of all settings that the result depends on, the seed among them */
    rondo_run_state state;
    const char *reason; /* of a failure */
    int64_t rung;       /* of a halving, from 1; 0: none */

    int64_t epochs, steps; /* done */
    double tokens;         /* trained on, in all epochs; NaN: not known */
    int64_t best_epoch;    /* by train.monitor on the validation split; 0: none */
    double value;          /* of the metric; NaN: the run has none */
    bool counts;           /* enters estimates and pairs: it has a value, and was not halted */
    double best_valid;     /* the metric's figure on the validation split at best_epoch */
    double test;           /* the metric's figure on the test split at best_epoch */

    rondo_curves curves[RONDO_SPLITS]; /* train by epoch, valid, test (its last record) */
    int64_t profile_count;
    rondo_gradient_profile *profiles; /* by layer, backward before forward */
    rondo_compared_data data;
    rondo_compared_machine machine;
} rondo_compared_run;

/* --- a variant: runs that differ in their seed only --- */

typedef struct rondo_compared_variant {
    const char *name;
    int64_t group; /* index into groups */
    int64_t setting_count;
    rondo_compared_setting *settings; /* that set it apart from the base or the other variants */
    int64_t drawn_count;
    rondo_compared_setting *drawn; /* of a random search; keys in byte order */
    char config_hash[17];          /* of all settings that the result depends on, but seeds */
    int64_t parameters;            /* that training changes; 0: not known */
    double training_flops;         /* a token, forward and backward; NaN: not known */
    int64_t layer_count;
    int64_t *hidden;              /* [layer_count]: units of each layer in one direction */
    const char *hidden_text;      /* "128", "64+64" */
    int64_t first_run, run_count; /* its runs stand together in `runs` */
    int64_t opponent; /* the variant that the baseline gives it; -1: none (it may be one itself) */

    rondo_seed_estimate value;      /* of the metric */
    rondo_seed_estimate best_valid; /* of its figure, at the best validation */
    rondo_seed_estimate test;
} rondo_compared_variant;

/* Variants that differ only in what a search drew; without a search one variant each. */
typedef struct rondo_compared_group {
    const char *name;
    int64_t variant_count;
    int64_t *variants; /* [variant_count]: indices, rising */
    int64_t best;      /* the variant whose mean validation figure is best; -1: none */

    /* Of a search: what the best of n trials is expected to have, n = 1 .. expected_count, of the
     * metric's figure on the validation split (Tang et al. 2020, unbiased), and the ends of its
     * 95 % band, NaN beyond a third of the trials (rondo_trials_best_band). */
    int64_t expected_count;
    double *expected;                     /* [expected_count] */
    double *expected_low, *expected_high; /* [expected_count] */

    /* Of a search: main effects of what was drawn, on the validation figure; by falling share. */
    int64_t effect_count;
    struct rondo_compared_effect *effects;
} rondo_compared_group;

/* How much of the variance over the trials of a search goes with one setting, by a curve
 * (statistics/trials.h). */
typedef struct rondo_compared_effect {
    const char *key;
    double share;      /* of the variance of the figures, 0 where chance gives more */
    double rank_share; /* of that of their ranks */
    double p;          /* that it goes with it at all, by random permutations from a fixed seed */
    double low, high;  /* 95 % interval of share, by a jackknife */
} rondo_compared_effect;

/* --- a pair of variants --- */

enum { RONDO_COMPARED_MOST_PAIRS = 20000 };

typedef enum rondo_compared_verdict {
    RONDO_COMPARED_NONE = 0,   /* fewer than two shared seeds: nothing can be said */
    RONDO_COMPARED_BETTER = 1, /* `first` is better than `second` */
    RONDO_COMPARED_WORSE = 2,
    RONDO_COMPARED_EQUIVALENT = 3, /* within the declared margin */
    RONDO_COMPARED_OPEN = 4        /* not established */
} rondo_compared_verdict;

/* "better", "worse", "equivalent within the margin", "not established" */
const char *rondo_compared_verdict_text(rondo_compared_verdict verdict);

/* Of two variants that share no seed, which no test of pairs can compare: Welch's test, for
 * information. It is not adjusted and decides no verdict. */
typedef struct rondo_compared_unpaired {
    int64_t first_runs, second_runs; /* that count; 0: seeds are shared, or one has a single run */
    double difference, low, high, p; /* mean of first - mean of second, its 95 % interval */
} rondo_compared_unpaired;

typedef struct rondo_compared_pair {
    int64_t first, second; /* variants; second is the baseline where there is one */
    int64_t count;         /* seeds that both have */
    int64_t *seeds;        /* [count], rising */
    double *differences;   /* [count]: value of first - value of second */
    rondo_seed_estimate difference;
    double t_p;              /* of the paired t test, two-sided */
    double exact_p;          /* of the sign-flip permutation test, two-sided */
    double adjusted_p;       /* of the t test, adjusted by Holm over the family */
    double exact_adjusted_p; /* the other one adjusted alike, for who wants to be stricter */
    bool exact_is_exact;     /* all 2^n flips were counted; beyond 20 seeds, random ones */
    double effect;           /* Hedges' g_z: positive where first has larger values */
    double better;           /* P(first is better), ties halved */
    double equivalent_p;     /* TOST within the margin, adjusted alike; NaN without one */
    bool within_margin;      /* equivalence is shown, also of a better or worse one */
    rondo_compared_verdict verdict;
    int64_t
        more_seeds; /* for power 0.8 at the effect observed; 0: none; -1: more than is sensible */
    rondo_compared_unpaired unpaired;
} rondo_compared_pair;

/* --- a halving --- */

/* What became of the runs of a rung. Runs without an outcome are in none of the counts; before the
 * sweep has ended, those that `ended` may yet go on. */
typedef struct rondo_compared_rung {
    int64_t epochs;  /* that a run has had at its end */
    int64_t reached; /* runs that came to its end */
    int64_t ended;   /* of these, were not promoted; in the last rung: are done */
    int64_t failed;  /* on the way to it */
} rondo_compared_rung;

/* --- all of it --- */

typedef struct rondo_comparison {
    const char *name; /* of the sweep, or "" */
    rondo_compared_metric metric;
    const char *monitor;  /* the validation figure that chose the epochs */
    bool is_declared;     /* metric, baseline and margin stood in the sweep before its first run */
    const char *baseline; /* what variants are compared with, as it was said; NULL: all pairs */
    double margin;        /* NaN: none */
    bool is_search;
    bool is_halving;
    const char *halving_metric; /* "valid loss", that the runs of a rung were ranked by */
    double keep_part, keep_of;  /* of a rung, keep_part / keep_of go on */
    int64_t rung_count;         /* 0 without a halving, and of several sweeps together */
    rondo_compared_rung *rungs; /* [rung_count] */

    int64_t vary_count; /* what a seed changes: "initialization", "order", "masks", "data" */
    const char **vary;
    bool data_differs;        /* among the runs; allowed by other_data */
    bool data_varies;         /* runs of different seeds saw different data */
    rondo_compared_data data; /* that all saw; where it varies, of the first run */

    int64_t variant_count;
    rondo_compared_variant *variants;
    int64_t group_count;
    rondo_compared_group *groups;
    int64_t run_count;
    rondo_compared_run *runs;
    int64_t counts[6]; /* of runs by rondo_run_state */

    int64_t family; /* pairs that Holm's adjustment is over */
    int64_t pair_count;
    rondo_compared_pair *pairs;
    int64_t least_seeds; /* the fewest that a pair of the family shares */

    struct rondo_owned owned; /* private */
} rondo_comparison;

/* The variant of that name, or -1. */
int64_t rondo_comparison_find_variant(const rondo_comparison *comparison, const char *name);

/* What the command line says. NULL and NaN: what the sweep declares. */
typedef struct rondo_compare_options {
    const char *metric;   /* "test loss" */
    const char *baseline; /* name of a variant */
    double margin;
    bool other_data;          /* runs may have seen different data */
    rondo_registry *registry; /* says of a loss plugin's figures which way is better */
} rondo_compare_options;

/* Reads run folders, folders of run folders, and folders of sweeps, in any order. RONDO_USAGE: a
 * path is neither; no run has the metric; no such baseline; runs of different data; the same run
 * twice. On failure there is nothing to finish. */
rondo_status rondo_comparison_collect(const char *const *paths, int64_t count,
                                      const rondo_compare_options *options,
                                      rondo_comparison *comparison, rondo_error *error);

/* Fills estimates, groups' curves and effects, pairs and verdicts. */
rondo_status rondo_comparison_analyse(rondo_comparison *comparison, rondo_error *error);

void rondo_comparison_finish(rondo_comparison *comparison);

#endif
