/* A sweep file: one YAML text that describes many runs. What may stand in it is a table (keys.c),
 * from which it is read, checked and documented; what it means, run by run, is the plan (plan.h).
 *
 * Settings are what `--set` takes: a path of a config's key and its value as YAML. */
#ifndef RONDO_SWEEP_SWEEP_H
#define RONDO_SWEEP_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "config/experiment.h"
#include "config/owned.h"

enum { RONDO_MAX_RUNGS = 16, RONDO_MAX_SOLVE = 16, RONDO_MAX_SWEEP_RUNS = 100000 };

/* Texts live as long as the sweep. `at`: "cells.yaml:3:5", where the sweep file says it. */
typedef struct rondo_setting {
    const char *path;  /* "model.layers.0.cell" */
    const char *value; /* YAML on one line, as behind `--set PATH=` */
    const char *at;
} rondo_setting;

typedef struct rondo_settings {
    int64_t count;
    rondo_setting *items;
} rondo_settings;

/* An entry of `variants`. */
typedef struct rondo_sweep_case {
    const char *name, *at;
    rondo_settings settings;
} rondo_sweep_case;

/* An entry of `axes`: all values of one key. */
typedef struct rondo_sweep_axis {
    const char *path, *at;
    rondo_settings values; /* each with the path */
} rondo_sweep_axis;

typedef enum rondo_sweep_draw_kind {
    RONDO_DRAW_UNIFORM = 0,              /* real in [low, high) */
    RONDO_DRAW_LOG_UNIFORM = 1,          /* its logarithm is uniform */
    RONDO_DRAW_INTEGER = 2,              /* low .. high, each alike */
    RONDO_DRAW_LOG_INTEGER = 3,          /* low .. high; n as likely as log(n + 1) - log(n) */
    RONDO_DRAW_CHOICE = 4,               /* one of `choices`, each alike */
    RONDO_DRAW_ONE_MINUS_LOG_UNIFORM = 5 /* the logarithm of 1 - value is uniform */
} rondo_sweep_draw_kind;

/* An entry of search.draw. */
typedef struct rondo_sweep_draw {
    const char *path, *at;
    rondo_sweep_draw_kind kind;
    double low, high;
    rondo_settings choices; /* each with the path */
} rondo_sweep_draw;

typedef struct rondo_search_config {
    int64_t trials; /* 0: no search */
    int64_t seed;
    int64_t draw_count;
    rondo_sweep_draw *draws;
} rondo_search_config;

typedef struct rondo_budget_config {
    int64_t parameters; /* 0: not limited */
    int64_t tokens;     /* of training; 0: not limited */
    double seconds;     /* of training; 0: not limited */
    int64_t solve_count;
    const char *solve[RONDO_MAX_SOLVE]; /* keys of layers' widths that get one value together */
    const char *at;
} rondo_budget_config;

typedef struct rondo_halving_config {
    const char *metric; /* "valid loss" */
    double keep_of;     /* keep = keep_part / keep_of */
    double keep_part;
    int64_t rung_count;             /* 0: no halving */
    int64_t rungs[RONDO_MAX_RUNGS]; /* epochs, ascending */
    const char *at;
} rondo_halving_config;

typedef struct rondo_compare_config {
    const char *metric;   /* "test loss"; NULL: none */
    const char *baseline; /* a variant's name; NULL: none */
    double margin;        /* 0: none */
    const char *at, *metric_at, *baseline_at, *margin_at;
} rondo_compare_config;

typedef struct rondo_sweep {
    const char *path;      /* of the file */
    const char *name;      /* its stem: "cells" */
    const char *base;      /* as the file has it */
    const char *base_path; /* from the current folder: base is relative to the sweep file's */
    const char *base_at;
    rondo_settings set;
    int64_t case_count;
    rondo_sweep_case *cases;
    int64_t axis_count;
    rondo_sweep_axis *axes;
    rondo_search_config search;
    rondo_budget_config budget;
    int64_t seed_count;
    int64_t *seeds;
    bool vary[RONDO_SEEDS];
    rondo_halving_config halving;
    rondo_compare_config compare;
    struct {
        const char *folder; /* relative to the current folder */
    } output;
    const char *folder_at; /* NULL: the default */
    rondo_owned owned;
} rondo_sweep;

/* Reads the file and checks what it says by itself; whether its runs can be is for the plan. All
 * mistakes are reported together, a line each. RONDO_USAGE: mistakes, or no such file. [main] */
rondo_status rondo_sweep_load(const char *path, rondo_sweep **out, rondo_error *error);
/* The same from a text, as if `path` held it. [main] */
rondo_status rondo_sweep_parse(const char *path, const char *text, rondo_sweep **out,
                               rondo_error *error);
void rondo_sweep_destroy(rondo_sweep *sweep);

/* The command line names the sweep's folder; the text outlives the sweep. */
void rondo_sweep_move(rondo_sweep *sweep, const char *folder);

/* RONDO_USAGE where the file (not the command line) names an output folder that is absolute or
 * leads upwards. */
rondo_status rondo_sweep_check_folder(const rondo_sweep *sweep, rondo_error *error);

/* The sweep file as it was understood, every default written out. [main] */
void rondo_sweep_print(const rondo_sweep *sweep, rondo_text *text);

/* Every key of a sweep file with what is allowed and help, as YAML. [main] */
void rondo_sweep_reference(rondo_text *text);

/* Appends a setting; nothing where memory runs out. */
void rondo_settings_append(rondo_settings *settings, rondo_owned *owned, rondo_setting setting);

/* How many of `count` runs a halving takes to its next rung: at least one. */
int64_t rondo_halving_keep(const rondo_halving_config *halving, int64_t count);

/* "valid loss" -> split and figure: whether it is a split's name, a blank and something. */
bool rondo_metric_parts(const char *metric, char split[8], const char **figure);

#endif
