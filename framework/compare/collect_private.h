/* Reading runs from disk: what the parts of rondo_comparison_collect share. Private to
 * compare/collect*.c. */
#ifndef RONDO_COMPARE_COLLECT_PRIVATE_H
#define RONDO_COMPARE_COLLECT_PRIVATE_H

#include "compare/comparison.h"
#include "config/experiment.h"
#include "config/yaml.h"

/* A list of settings, in byte order of their keys once sorted. */
typedef struct rondo_setting_list {
    int64_t count, capacity;
    rondo_compared_setting *items;
} rondo_setting_list;

/* A run, and what is known of it until it has found its variant. */
typedef struct rondo_found_run {
    rondo_compared_run run;
    const char *planned; /* name of its variant in a plan; NULL: a plain folder */
    bool has_config;
    rondo_setting_list settings; /* that its result depends on, but seeds */
    char hash[17];               /* of these */
    int64_t seeds[RONDO_SEEDS];
    bool has_own_seeds; /* the config says `seeds`, each */
    const char *monitor, *loss;
    int64_t epochs_planned, steps_planned, patience; /* 0: none */
    int64_t parameters;
    double training_flops, epoch_tokens;
    int64_t layer_count;
    int64_t hidden[RONDO_MAX_LAYERS];
    bool has_test;     /* a record of the test split, made when training had ended */
    double test_epoch; /* of the checkpoint that it is of; NaN: not said */
} rondo_found_run;

/* A sweep's variant as planned. */
typedef struct rondo_found_variant {
    const char *name;
    int64_t parameters; /* 0: not known */
    rondo_setting_list settings, drawn;
} rondo_found_variant;

/* What a plan declares. Texts belong to the comparison. */
typedef struct rondo_found_plan {
    bool is_there;
    const char *name;
    const char *metric, *baseline; /* NULL: none */
    double margin;                 /* NaN: none */
    bool vary[RONDO_SEEDS];
    bool is_search, is_halving;
    const char *halving_metric; /* NULL: no halving */
    double keep_part, keep_of;
    int64_t rung_count;
    rondo_compared_rung *rungs; /* [rung_count]; their epochs alone */
    int64_t variant_count;
    rondo_found_variant *variants;
} rondo_found_plan;

/* Everything found, in the order of the arguments. */
typedef struct rondo_collection {
    rondo_owned *owned;       /* the comparison's */
    rondo_registry *registry; /* says what keys of older configs are options of; NULL: they stay */
    int64_t count, capacity;
    rondo_found_run *runs;
    rondo_found_plan plan; /* of the first sweep */
    int64_t plan_count;
} rondo_collection;

/* --- collect_text.c --- */

/* A text made with printf's format, owned. NULL without memory. */
const char *rondo_compared_text(rondo_owned *owned, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void rondo_setting_list_add(rondo_setting_list *list, rondo_owned *owned, const char *key,
                            const char *value);
void rondo_setting_list_sort(rondo_setting_list *list);
/* The value of a key in a sorted list, or NULL. */
const char *rondo_setting_list_find(const rondo_setting_list *list, const char *key);
/* 16 hexadecimal digits of a sorted list. */
void rondo_setting_list_hash(const rondo_setting_list *list, char hash[17]);
/* Byte order, but numbers by their value: "64" before "128". */
int rondo_compared_order(const char *a, const char *b);
/* Appends a word as a shell reads it back. */
void rondo_compared_add_word(rondo_text *text, const char *word);

/* A YAML file as a tree; RONDO_USAGE where there is none or it is none. */
rondo_status rondo_compared_read_yaml(const char *path, rondo_owned *owned, rondo_node **root,
                                      rondo_error *error);

/* --- collect_config.c --- */

/* <folder>/config.yaml, where it is there. */
rondo_status rondo_found_run_read_config(rondo_found_run *found, rondo_registry *registry,
                                         rondo_owned *owned, rondo_error *error);

/* --- collect_metrics.c --- */

/* <folder>/metrics.jsonl, where it is there: curves, model, data. */
rondo_status rondo_found_run_read_metrics(rondo_found_run *found, rondo_owned *owned,
                                          rondo_error *error);

/* --- collect_run.c --- */

/* Everything in the run's folder: config, metrics, outcome, state, checkpoint of an old run,
 * gradients that were inspected. A folder that is not there is a run that is missing. */
rondo_status rondo_found_run_read(rondo_found_run *found, rondo_registry *registry,
                                  rondo_owned *owned, rondo_error *error);

/* --- collect_profiles.c --- */

/* <folder>/inspect/gradients.h5, where it is there. */
rondo_status rondo_found_run_read_profiles(rondo_found_run *found, rondo_owned *owned,
                                           rondo_error *error);

/* --- collect_plan.c --- */

/* plan.yaml and all its runs. */
rondo_status rondo_finding_add_sweep(rondo_collection *collection, const char *folder,
                                     rondo_error *error);
rondo_found_run *rondo_finding_add(rondo_collection *collection);

/* --- collect_names.c --- */

/* variants[g] of groups[g], each a sorted list: the settings that set the groups apart, and a name
 * made of them. */
void rondo_compared_name_variants(const rondo_setting_list *const *groups, int64_t count,
                                  rondo_found_variant *variants, rondo_owned *owned);

/* --- collect_variants.c --- */

/* Deals the runs to variants and puts both in their order. */
rondo_status rondo_comparison_deal(rondo_comparison *comparison, rondo_collection *collection,
                                   rondo_error *error);

/* --- collect_groups.c --- */

/* Groups of variants. */
rondo_status rondo_comparison_group(rondo_comparison *comparison, rondo_error *error);

/* --- collect_metric.c --- */

/* The metric in force, its direction and unit; each run's values of it. */
rondo_status rondo_comparison_measure(rondo_comparison *comparison,
                                      const rondo_collection *collection,
                                      const rondo_compare_options *options, rondo_error *error);

/* --- collect_data.c --- */

/* Data that are not known agree with all. */
bool rondo_compared_same_data(const rondo_compared_data *a, const rondo_compared_data *b);

/* RONDO_USAGE: runs that were trained or are measured on different data. */
rondo_status rondo_comparison_check_data(rondo_comparison *comparison,
                                         const rondo_compare_options *options, rondo_error *error);

#endif
