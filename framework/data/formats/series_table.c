#include "data/formats/series_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/formats/series_guess.h"
#include "data/text/cells.h"

enum { QUOTED = 24, MOST_TIMES = 4, LONGEST_TIME = 128 };

typedef struct series_reader {
    rondo_delimited delimited;
    const rondo_series_config *config;
    rondo_cell_rules rules;
    const rondo_series_columns *columns;
    const char *const *names; /* of `columns` */
    int64_t *fields;          /* [columns]: which field of a record each is */
    int64_t time_fields[MOST_TIMES], time_count;
    int64_t id_field, label_field; /* -1: none */
    rondo_series_table *table;
    char **header; /* [header_count] */
    int64_t header_count;
    rondo_series_guess *guess;
    rondo_text missing; /* the message of the first missing cell */
} series_reader;

/* --- cells --- */

static void note_missing(series_reader *reader, const rondo_field *field, const char *name)
{
    if (reader->table->missing++ == 0)
        rondo_text_add(&reader->missing, "%s:%lld:%lld: column \"%s\" is empty%s%.*s%s",
                       reader->delimited.path, (long long)field->line, (long long)field->column,
                       name, field->length > 0 ? " (\"" : "", QUOTED, field->text,
                       field->length > 0 ? "\")" : "");
}

static rondo_status read_number(series_reader *reader, int64_t column, double *value,
                                rondo_error *error)
{
    const rondo_field *field = &reader->delimited.fields[reader->fields[column]];
    if (rondo_cell_real(&reader->rules, field, value)) return RONDO_OK;
    if (!rondo_cell_is_missing(&reader->rules, field))
        return rondo_cell_fail_number(&reader->rules, reader->delimited.path, field,
                                      reader->names[column], error);
    note_missing(reader, field, reader->names[column]);
    *value = NAN;
    return RONDO_OK;
}

/* Several columns with a blank between. */
static rondo_status join_time(const series_reader *reader, char text[LONGEST_TIME],
                              rondo_error *error)
{
    size_t used = 0;
    for (int64_t i = 0; i < reader->time_count; i++) {
        const rondo_field *field = &reader->delimited.fields[reader->time_fields[i]];
        if (field->length == 0)
            return rondo_cell_fail(reader->delimited.path, field, reader->config->time,
                                   " is empty: each row needs its time", error);
        int more =
            snprintf(text + used, LONGEST_TIME - used, "%s%s", i > 0 ? " " : "", field->text);
        used += (size_t)more;
        if (used >= LONGEST_TIME)
            return rondo_cell_fail(reader->delimited.path, field, reader->config->time,
                                   " is too long for a time", error);
    }
    return RONDO_OK;
}

static rondo_status fail_time(const series_reader *reader, const char *text, rondo_error *error)
{
    static const char *const orders[] = {"the year first (2021-01-31 13:00)",
                                         "the day first (31.01.2021 13:00)",
                                         "the month first (01/31/2021 13:00)"};
    const rondo_field *field = &reader->delimited.fields[reader->time_fields[0]];
    int order = reader->config->date_order;
    rondo_text what = {0};
    rondo_text_add(&what, ": \"%.*s\" is neither a number nor a date with %s%s", QUOTED, text,
                   orders[order],
                   rondo_moment_resembles(text) && order == RONDO_YEAR_FIRST
                       ? "; another order: data.options.date_order"
                       : "");
    rondo_status status = rondo_cell_fail(reader->delimited.path, field, reader->config->time,
                                          rondo_text_get(&what), error);
    rondo_text_finish(&what);
    return status;
}

/* All times of a file are of one kind; eight digits among numbers are one of them. */
static rondo_status read_time(series_reader *reader, rondo_error *error)
{
    static const char *const kinds[] = {"numbers", "dates without a zone", "dates with a zone"};
    rondo_series_table *table = reader->table;
    char text[LONGEST_TIME], what[128];
    rondo_moment_form form;
    void *block = table->times;
    rondo_status status = rondo_memory_grow(&block, &table->time_capacity, table->rows + 1,
                                            sizeof *table->times, "a table's times", error);
    table->times = block;
    if (!status) status = join_time(reader, text, error);
    if (status) return status;
    rondo_moment *moment = &table->times[table->rows];
    if (!rondo_moment_read(text, reader->config->date_order, moment, &form))
        return fail_time(reader, text, error);
    bool is_first = table->rows == 0;
    if (!is_first && table->form.kind == RONDO_MOMENT_NUMBER && form.kind != RONDO_MOMENT_NUMBER &&
        rondo_text_real(text, &moment->at))
        form = table->form;
    if (!is_first && form.kind != table->form.kind) {
        snprintf(what, sizeof what, ": \"%.*s\" is not as the rows before: they have %s", QUOTED,
                 text, kinds[table->form.kind]);
        return rondo_cell_fail(reader->delimited.path,
                               &reader->delimited.fields[reader->time_fields[0]],
                               reader->config->time, what, error);
    }
    table->form = form;
    return RONDO_OK;
}

/* The number of a field's text among `names`, for the row at hand. */
static rondo_status read_name(const series_reader *reader, int64_t number, const char *name,
                              rondo_symbols *names, int32_t **numbers, int64_t *capacity,
                              rondo_error *error)
{
    int64_t row = reader->table->rows;
    const rondo_field *field = &reader->delimited.fields[number];
    void *block = *numbers;
    rondo_status status =
        rondo_memory_grow(&block, capacity, row + 1, sizeof **numbers, "a table's names", error);
    *numbers = block;
    if (status) return status;
    if (field->length == 0)
        return rondo_cell_fail(reader->delimited.path, field, name, " is empty: each row needs one",
                               error);
    return rondo_symbols_add(names, field->text, field->length, &(*numbers)[row], error);
}

static rondo_status read_names(const series_reader *reader, rondo_error *error)
{
    rondo_series_table *table = reader->table;
    rondo_status status = RONDO_OK;
    if (reader->id_field >= 0)
        status = read_name(reader, reader->id_field, reader->config->id, table->id_names,
                           &table->ids, &table->id_capacity, error);
    if (!status && reader->label_field >= 0)
        status = read_name(reader, reader->label_field, reader->columns->label, table->label_names,
                           &table->labels, &table->label_capacity, error);
    return status;
}

/* --- rows --- */

static rondo_status read_row(series_reader *reader, rondo_error *error)
{
    rondo_series_table *table = reader->table;
    int64_t used = table->rows * table->columns, missing = table->missing;
    void *block = table->values, *lines = table->lines;
    rondo_status status = rondo_memory_grow(&block, &table->capacity, used + table->columns,
                                            sizeof *table->values, "a table", error);
    table->values = block;
    if (status) return status;
    status = rondo_memory_grow(&lines, &table->line_capacity, table->rows + 1, sizeof *table->lines,
                               "a table's lines", error);
    table->lines = lines;
    if (status) return status;
    for (int64_t c = 0; !status && c < table->columns; c++)
        status = read_number(reader, c, &table->values[used + c], error);
    table->missing_rows += table->missing > missing;
    table->lines[table->rows] = reader->delimited.fields[0].line;
    if (!status && reader->time_count > 0) status = read_time(reader, error);
    if (!status) status = read_names(reader, error);
    if (!status && reader->guess)
        status = rondo_series_guess_add(reader->guess, &reader->delimited, error);
    if (!status) table->rows++;
    return status;
}

/* --- columns --- */

static bool is_number_of(const rondo_delimited *record, const char *name, int64_t *field)
{
    int64_t number;
    if (!rondo_text_integer(name, &number) || number < 1 || number > record->count) return false;
    *field = number - 1;
    return true;
}

static bool stands_in(const rondo_delimited *record, const char *name)
{
    for (int64_t i = 0; i < record->count; i++)
        if (strcmp(record->fields[i].text, name) == 0) return true;
    return false;
}

/* data.options.header: auto. A line of numbers whose columns are named by number is a row; where
 * such a number also stands in it, nobody knows. */
static rondo_status guess_header(const series_reader *reader, bool *is_header, rondo_error *error)
{
    const rondo_delimited *record = &reader->delimited;
    double value;
    int64_t field;
    bool is_named = false;
    *is_header = true;
    if (reader->table->columns == 0) return RONDO_OK;
    for (int64_t c = 0; c < reader->table->columns; c++) {
        if (!is_number_of(record, reader->names[c], &field)) return RONDO_OK;
        is_named = is_named || stands_in(record, reader->names[c]);
        const rondo_field *cell = &record->fields[field];
        if (!rondo_cell_real(&reader->rules, cell, &value) &&
            !rondo_cell_is_missing(&reader->rules, cell))
            return RONDO_OK;
    }
    *is_header = false;
    if (!is_named) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "%s:%lld: this line may name the columns or be the first row: write "
                           "data.options.header: true or false",
                           record->path, (long long)record->fields[0].line);
}

static rondo_status find_column(const series_reader *reader, bool is_header, const char *name,
                                int64_t *field, rondo_error *error)
{
    const rondo_delimited *header = &reader->delimited;
    rondo_status status =
        rondo_delimited_column(header, is_header, "data.options", name, field, error);
    for (int64_t i = *field + 1; !status && is_header && i < header->count; i++)
        if (strcmp(header->fields[i].text, name) == 0)
            status = rondo_error_set(
                error, RONDO_FAILED, "%s:%lld:%lld: a second column is named \"%s\"", header->path,
                (long long)header->fields[i].line, (long long)header->fields[i].column, name);
    return status;
}

/* "Date, Time" */
static rondo_status find_times(series_reader *reader, bool is_header, rondo_error *error)
{
    const char *at = reader->config->time, *next;
    char name[LONGEST_TIME];
    size_t length;
    while (at && rondo_cells_next(&at, &next, &length)) {
        if (length >= sizeof name || reader->time_count == MOST_TIMES)
            return rondo_error_set(error, RONDO_USAGE, "data.options.time: \"%s\" is too long",
                                   reader->config->time);
        memcpy(name, next, length);
        name[length] = '\0';
        rondo_status status =
            find_column(reader, is_header, name, &reader->time_fields[reader->time_count++], error);
        if (status) return status;
    }
    return RONDO_OK;
}

static rondo_status find_columns(series_reader *reader, bool is_header, rondo_error *error)
{
    const char *id = reader->config->id, *label = reader->columns->label;
    rondo_status status = RONDO_OK;
    for (int64_t c = 0; !status && c < reader->table->columns; c++)
        status = find_column(reader, is_header, reader->names[c], &reader->fields[c], error);
    if (!status && id) status = find_column(reader, is_header, id, &reader->id_field, error);
    if (!status && id) status = rondo_symbols_create(&reader->table->id_names, error);
    if (!status && label)
        status = find_column(reader, is_header, label, &reader->label_field, error);
    if (!status && label) status = rondo_symbols_create(&reader->table->label_names, error);
    return status ? status : find_times(reader, is_header, error);
}

/* The names of all fields; without a header their numbers. */
static rondo_status keep_names(series_reader *reader, bool is_header, rondo_error *error)
{
    const rondo_delimited *record = &reader->delimited;
    char number[24];
    reader->header = calloc((size_t)record->count, sizeof *reader->header);
    for (int64_t i = 0; reader->header && i < record->count; i++) {
        snprintf(number, sizeof number, "%lld", (long long)i + 1);
        reader->header[i] = rondo_text_copy(is_header ? record->fields[i].text : number);
        if (!reader->header[i]) break;
        reader->header_count++;
    }
    if (reader->header_count == record->count) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for its columns",
                           record->path);
}

/* At the first row: of the fields that the config does not name. */
static rondo_status start_guess(series_reader *reader, rondo_error *error)
{
    const char **names = malloc((size_t)reader->header_count * sizeof *names);
    if (!names)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for its columns",
                               reader->delimited.path);
    for (int64_t i = 0; i < reader->header_count; i++)
        names[i] = reader->header[i];
    for (int64_t c = 0; c < reader->table->columns; c++)
        names[reader->fields[c]] = NULL;
    for (int64_t i = 0; i < reader->time_count; i++)
        names[reader->time_fields[i]] = NULL;
    if (reader->id_field >= 0) names[reader->id_field] = NULL;
    rondo_status status = rondo_series_guess_create(reader->config, &reader->delimited, names,
                                                    reader->id_field, &reader->guess, error);
    free(names);
    return status;
}

/* At the first line. */
static rondo_status start_columns(series_reader *reader, bool *is_header, rondo_error *error)
{
    int header = reader->config->header;
    rondo_status status = RONDO_OK;
    *is_header = header == RONDO_HEADER_TRUE;
    if (header == RONDO_HEADER_AUTO) status = guess_header(reader, is_header, error);
    if (!status) status = find_columns(reader, *is_header, error);
    return status ? status : keep_names(reader, *is_header, error);
}

static rondo_status read_rows(series_reader *reader, rondo_error *error)
{
    bool found = true, is_header = false;
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; !status && found; i++) {
        status = rondo_delimited_next(&reader->delimited, &found, error);
        if (status || !found) break;
        rondo_cells_trim(&reader->delimited);
        if (i == 0) status = start_columns(reader, &is_header, error);
        if (status || (i == 0 && is_header)) continue;
        if (reader->columns->guesses && !reader->guess) status = start_guess(reader, error);
        if (!status) status = read_row(reader, error);
    }
    if (!status && reader->table->rows == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: no rows below the header",
                                 reader->delimited.path);
    return status;
}

static rondo_status check_missing(const series_reader *reader, rondo_error *error)
{
    const rondo_series_table *table = reader->table;
    long long cells = table->missing, rows = table->missing_rows;
    const char *of_cells = cells == 1 ? "" : "s", *of_rows = rows == 1 ? "" : "s";
    if (cells == 0) return RONDO_OK;
    if (reader->config->missing_rows == RONDO_MISSING_REFUSE)
        return rondo_error_set(
            error, RONDO_FAILED, "%s; in all %lld cell%s of %lld row%s: fill them%s",
            rondo_text_get(&reader->missing), cells, of_cells, rows, of_rows,
            reader->columns->guesses
                ? ", or let data.options.missing_rows: skip_windows leave out the "
                  "windows that touch them"
                : "");
    rondo_log_warning(
        "%s: %lld cell%s of %lld row%s have no value; the windows that touch them are "
        "left out",
        reader->delimited.path, cells, of_cells, rows, of_rows);
    return RONDO_OK;
}

static void finish_reader(series_reader *reader)
{
    for (int64_t i = 0; i < reader->header_count; i++)
        free(reader->header[i]);
    free(reader->header);
    free(reader->fields);
    rondo_series_guess_destroy(reader->guess);
    rondo_text_finish(&reader->missing);
    rondo_delimited_finish(&reader->delimited);
}

rondo_status rondo_series_table_read(const char *path, const rondo_series_columns *columns,
                                     const rondo_series_config *config, rondo_series_table *table,
                                     rondo_error *error)
{
    rondo_source source;
    series_reader reader = {.columns = columns,
                            .names = columns->names,
                            .config = config,
                            .rules = {config->decimal, config->missing},
                            .id_field = -1,
                            .label_field = -1,
                            .table = table};
    *table = (rondo_series_table){.columns = columns->count};
    rondo_status status = rondo_source_read(path, &source, error);
    path = rondo_source_name(path);
    if (!status) {
        rondo_delimited_start(path, &source,
                              rondo_cells_delimiter(config->delimiter, config->decimal, &source),
                              &reader.delimited);
        reader.fields = malloc((size_t)(columns->count + 1) * sizeof *reader.fields);
        status = reader.fields ? read_rows(&reader, error)
                               : rondo_error_set(error, RONDO_FAILED,
                                                 "%s: not enough memory for its columns", path);
    }
    if (!status) status = check_missing(&reader, error);
    if (!status) status = rondo_series_rows_arrange(path, config, table, error);
    if (!status && reader.guess)
        rondo_series_guess_report(reader.guess, path, columns->is_training);
    finish_reader(&reader);
    rondo_source_finish(&source);
    return status;
}

void rondo_series_table_finish(rondo_series_table *table)
{
    free(table->values);
    free(table->lines);
    free(table->times);
    free(table->ids);
    free(table->labels);
    free(table->parts);
    free(table->spans);
    rondo_symbols_destroy(table->id_names);
    rondo_symbols_destroy(table->label_names);
    *table = (rondo_series_table){0};
}
