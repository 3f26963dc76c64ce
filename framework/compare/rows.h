/* What the figures and tables of a report have a row or a colour for: variants, or in a search its
 * groups. [main] */
#ifndef RONDO_COMPARE_ROWS_H
#define RONDO_COMPARE_ROWS_H

#include "compare/comparison.h"

typedef struct rondo_row {
    const char *name; /* the comparison's */
    char id[32];      /* of its place in the report: "variant-3", "group-1" */
    int64_t index;    /* of the variant or group: its colour and marker */
    int64_t variant;  /* the variant itself; of a group the best; -1: none */
    int64_t run_count;
    const rondo_compared_run **runs; /* [run_count] */
} rondo_row;

typedef struct rondo_rows {
    int64_t count; /* at most as many as were asked for: those with the best means */
    int64_t total;
    rondo_row *rows; /* [count], in the comparison's order */
    int64_t best;    /* among them, by its mean; -1: none has one */
} rondo_rows;

/* RONDO_FAILED without memory; then there is nothing to finish. */
rondo_status rondo_rows_find(const rondo_comparison *comparison, int64_t most, rondo_rows *rows,
                             rondo_error *error);
void rondo_rows_finish(rondo_rows *rows);

/* Decimals that show two digits of what the metric's values, or the differences of pairs, are
 * uncertain by. [any] */
int rondo_rows_decimals(const rondo_comparison *comparison);
int rondo_rows_pair_decimals(const rondo_comparison *comparison);

/* "test loss (nats)", in `buffer`. [any] */
const char *rondo_rows_label(const rondo_comparison *comparison, const char *metric, char *buffer,
                             size_t size);

/* The p-quantile of sorted numbers, interpolated between neighbours; NaN of none. [any] */
double rondo_rows_quantile(const double *sorted, int64_t count, double p);

#endif
