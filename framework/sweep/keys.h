/* The keys of a sweep file. Private to sweep/. */
#ifndef RONDO_SWEEP_KEYS_H
#define RONDO_SWEEP_KEYS_H

#include "config/reader_value.h"
#include "sweep/sweep.h"

/* One reading of a sweep file. */
typedef struct rondo_sweep_reader {
    rondo_reader reader; /* without a registry: no plugin is looked at */
    rondo_sweep *sweep;
} rondo_sweep_reader;

/* A key has a row, or inner keys, or a function that reads it. */
typedef struct rondo_sweep_key {
    const char *name;
    const rondo_option *row; /* into rondo_sweep */
    const struct rondo_sweep_key *keys;
    void (*read)(const rondo_sweep_reader *r, const rondo_item *item, const char *path);
    const char *allowed; /* in words; NULL: the row says it */
    const char *example; /* a value that may stand there, for the reference */
    const char *help;
} rondo_sweep_key;

/* Ends with name NULL. */
extern const rondo_sweep_key rondo_sweep_keys[];

/* The whole file. */
void rondo_sweep_keys_read(const rondo_sweep_reader *r, const rondo_node *root);

/* "PATH: VALUE is not ALLOWED" */
void rondo_sweep_refuse(const rondo_sweep_reader *r, const rondo_node *value, const char *path,
                        const char *allowed);

/* "cells.yaml:3:5" */
const char *rondo_sweep_at(const rondo_sweep_reader *r, rondo_place place);

/* A node as YAML on one line, as `--set` takes it. */
const char *rondo_sweep_value(const rondo_sweep_reader *r, const rondo_node *node);

/* Reports entries of lists, within `node` too, that are empty: between two commas nothing can stand
 * for them, and "" is a text. */
void rondo_sweep_refuse_empty(const rondo_sweep_reader *r, const rondo_node *node,
                              const char *path);

/* Whether `key` can be one of a config that a sweep may set; otherwise reports it. */
bool rondo_sweep_check_path(const rondo_sweep_reader *r, const rondo_item *item, const char *key,
                            const char *path);

/* False, and reported, where `key` and `before` are an old and a new name of one key. */
bool rondo_sweep_check_names(const rondo_sweep_reader *r, const rondo_item *item, const char *key,
                             const char *before, const char *path);

/* read_settings.c, read_search.c, read_rest.c: functions of the table. */
void rondo_sweep_read_set(const rondo_sweep_reader *r, const rondo_item *item, const char *path);
void rondo_sweep_read_variants(const rondo_sweep_reader *r, const rondo_item *item,
                               const char *path);
void rondo_sweep_read_axes(const rondo_sweep_reader *r, const rondo_item *item, const char *path);
void rondo_sweep_read_draw(const rondo_sweep_reader *r, const rondo_item *item, const char *path);
void rondo_sweep_read_solve(const rondo_sweep_reader *r, const rondo_item *item, const char *path);
void rondo_sweep_read_seeds(const rondo_sweep_reader *r, const rondo_item *item, const char *path);
void rondo_sweep_read_vary(const rondo_sweep_reader *r, const rondo_item *item, const char *path);
void rondo_sweep_read_keep(const rondo_sweep_reader *r, const rondo_item *item, const char *path);
void rondo_sweep_read_rungs(const rondo_sweep_reader *r, const rondo_item *item, const char *path);

/* sweep_checks.c: what keys say about each other. */
void rondo_sweep_check(const rondo_sweep_reader *r, const rondo_node *root);

#endif
