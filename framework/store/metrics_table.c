#include "store/metrics_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static rondo_kind *find_kind(const rondo_metric_table *table, const char *name)
{
    for (int32_t i = 0; i < table->kind_count; i++)
        if (strcmp(table->kinds[i]->name, name) == 0) return table->kinds[i];
    return NULL;
}

static rondo_column *find_column(rondo_kind *kind, const char *name, int32_t hint)
{
    if (hint < kind->column_count && strcmp(kind->columns[hint].name, name) == 0)
        return &kind->columns[hint];
    for (int32_t i = 0; i < kind->column_count; i++)
        if (strcmp(kind->columns[i].name, name) == 0) return &kind->columns[i];
    return NULL;
}

rondo_column *rondo_metric_table_find(const rondo_metric_table *table, const char *kind,
                                      const char *name, int32_t hint)
{
    rondo_kind *found = find_kind(table, kind);
    return found ? find_column(found, name, hint) : NULL;
}

int64_t rondo_metric_table_count(const rondo_metric_table *table, const char *kind)
{
    const rondo_kind *found = find_kind(table, kind);
    return found ? found->count : 0;
}

int64_t rondo_metric_table_last_step(const rondo_metric_table *table, const char *kind)
{
    const rondo_kind *found = find_kind(table, kind);
    return found && found->count > 0 ? found->step[found->count - 1] : -1;
}

static rondo_kind *make_kind(rondo_metric_table *table, const char *name, rondo_error *error)
{
    rondo_kind *kind = find_kind(table, name);
    if (kind) return kind;
    if (table->kind_count == RONDO_MAX_KINDS) {
        rondo_error_set(error, RONDO_FAILED, "metrics: more than %d kinds of records",
                        RONDO_MAX_KINDS);
        return NULL;
    }
    kind = calloc(1, sizeof *kind);
    char *copy = rondo_text_copy(name);
    if (!kind || !copy) {
        free(kind);
        free(copy);
        rondo_error_set(error, RONDO_FAILED, "not enough memory: metrics");
        return NULL;
    }
    kind->name = copy;
    table->kinds[table->kind_count++] = kind;
    return kind;
}

static rondo_status grow_reals(double **values, int64_t *capacity, int64_t count,
                               rondo_error *error)
{
    void *block = *values;
    rondo_status status =
        rondo_memory_grow(&block, capacity, count, sizeof **values, "metrics", error);
    *values = block;
    return status;
}

static rondo_status grow_integers(int64_t **values, int64_t *capacity, int64_t count,
                                  rondo_error *error)
{
    void *block = *values;
    rondo_status status =
        rondo_memory_grow(&block, capacity, count, sizeof **values, "metrics", error);
    *values = block;
    return status;
}

static void column_finish(rondo_column *column)
{
    free(column->name);
    free(column->unit);
    free(column->values);
}

/* Records that came before the column have no value in it. */
static rondo_status make_column(rondo_kind *kind, const char *name, const char *unit,
                                rondo_error *error)
{
    if (find_column(kind, name, 0)) return RONDO_OK;
    if (kind->column_count == RONDO_MAX_COLUMNS)
        return rondo_error_set(error, RONDO_FAILED, "metrics: more than %d names in records of %s",
                               RONDO_MAX_COLUMNS, kind->name);
    rondo_column column = {.name = rondo_text_copy(name), .unit = rondo_text_copy(unit)};
    rondo_status status = RONDO_OK;
    if (!column.name || !column.unit)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: metrics");
    if (!status) status = grow_reals(&column.values, &column.capacity, kind->count, error);
    if (status) {
        column_finish(&column);
        return status;
    }
    for (int64_t i = 0; i < kind->count; i++)
        column.values[i] = NAN;
    kind->columns[kind->column_count++] = column;
    return RONDO_OK;
}

rondo_status rondo_metric_table_declare(rondo_metric_table *table, const char *kind,
                                        const char *name, const char *unit, rondo_error *error)
{
    rondo_kind *found = make_kind(table, kind, error);
    rondo_status status = found ? make_column(found, name, unit, error) : error->status;
    if (!status) find_column(found, name, 0)->announced = true;
    return status;
}

rondo_status rondo_metric_table_reserve(rondo_metric_table *table, const rondo_record *record,
                                        rondo_error *error)
{
    rondo_kind *kind = make_kind(table, record->kind, error);
    if (!kind) return error->status;
    int64_t count = kind->count + 1;
    rondo_status status = grow_integers(&kind->step, &kind->step_capacity, count, error);
    if (!status) status = grow_integers(&kind->epoch, &kind->epoch_capacity, count, error);
    for (int32_t i = 0; i < record->count && !status; i++)
        if (!find_column(kind, record->values[i].name, i))
            status = make_column(kind, record->values[i].name, record->values[i].unit, error);
    for (int32_t i = 0; i < kind->column_count && !status; i++)
        status = grow_reals(&kind->columns[i].values, &kind->columns[i].capacity, count, error);
    return status;
}

void rondo_metric_table_add(rondo_metric_table *table, const rondo_record *record)
{
    rondo_kind *kind = find_kind(table, record->kind);
    int64_t row = kind->count++;
    kind->step[row] = record->step;
    kind->epoch[row] = record->epoch;
    for (int32_t i = 0; i < kind->column_count; i++)
        kind->columns[i].values[row] = NAN;
    for (int32_t i = 0; i < record->count; i++) {
        double value = record->values[i].value;
        rondo_column *column = find_column(kind, record->values[i].name, i);
        column->values[row] = isfinite(value) ? value : NAN;
        column->announced = true;
    }
}

void rondo_metric_table_finish(rondo_metric_table *table)
{
    for (int32_t k = 0; k < table->kind_count; k++) {
        rondo_kind *kind = table->kinds[k];
        for (int32_t i = 0; i < kind->column_count; i++)
            column_finish(&kind->columns[i]);
        free(kind->step);
        free(kind->epoch);
        free(kind->name);
        free(kind);
    }
    *table = (rondo_metric_table){0};
}
