/* Records as columns, one group a kind. Private to store/metrics*.c. */
#ifndef RONDO_STORE_METRICS_TABLE_H
#define RONDO_STORE_METRICS_TABLE_H

#include <stdbool.h>

#include "base/error.h"
#include "store/metrics_record.h"

enum { RONDO_MAX_KINDS = 16, RONDO_MAX_COLUMNS = 128 };

typedef struct rondo_column {
    char *name;
    char *unit;
    double *values; /* as many as the kind has records */
    int64_t capacity;
    bool announced; /* its unit stands in the journal */
} rondo_column;

typedef struct rondo_kind {
    char *name;
    int64_t count; /* records */
    int64_t *step, *epoch;
    int64_t step_capacity, epoch_capacity;
    int32_t column_count;
    rondo_column columns[RONDO_MAX_COLUMNS];
} rondo_kind;

typedef struct rondo_metric_table {
    int32_t kind_count;
    rondo_kind *kinds[RONDO_MAX_KINDS];
} rondo_metric_table;

/* The column, or NULL. `hint`: where it probably is. */
rondo_column *rondo_metric_table_find(const rondo_metric_table *table, const char *kind,
                                      const char *name, int32_t hint);

/* Records of a kind. */
int64_t rondo_metric_table_count(const rondo_metric_table *table, const char *kind);

/* Step of the kind's newest record, or -1. */
int64_t rondo_metric_table_last_step(const rondo_metric_table *table, const char *kind);

/* A column whose unit the journal tells. One that exists keeps the unit it has. */
rondo_status rondo_metric_table_declare(rondo_metric_table *table, const char *kind,
                                        const char *name, const char *unit, rondo_error *error);

/* In two steps, so that a record can be written to disk in between: `reserve` makes room for it and
 * may fail; `add` cannot. */
rondo_status rondo_metric_table_reserve(rondo_metric_table *table, const rondo_record *record,
                                        rondo_error *error);
void rondo_metric_table_add(rondo_metric_table *table, const rondo_record *record);

void rondo_metric_table_finish(rondo_metric_table *table);

#endif
