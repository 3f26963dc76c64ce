#include "data/series_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/delimited.h"

enum { QUOTED = 24 };

typedef struct table_reader {
    rondo_delimited delimited;
    const char *const *names;
    int64_t *fields; /* [columns]: which field of a record each is */
    rondo_series_table *table;
} table_reader;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static void trim(rondo_field *field)
{
    while (field->length > 0 && is_blank(field->text[0])) {
        field->text++;
        field->length--;
    }
    while (field->length > 0 && is_blank(field->text[field->length - 1]))
        field->text[--field->length] = '\0';
}

static rondo_status find_columns(table_reader *reader, rondo_error *error)
{
    rondo_delimited *header = &reader->delimited;
    bool found;
    rondo_status status = rondo_delimited_next(header, &found, error);
    for (int64_t i = 0; !status && i < header->count; i++)
        trim(&header->fields[i]);
    for (int64_t c = 0; !status && c < reader->table->columns; c++) {
        status = rondo_delimited_column(header, true, "data.series", reader->names[c],
                                        &reader->fields[c], error);
        for (int64_t i = reader->fields[c] + 1; !status && i < header->count; i++)
            if (strcmp(header->fields[i].text, reader->names[c]) == 0)
                status = rondo_error_set(error, RONDO_FAILED,
                                         "%s:%lld:%lld: a second column is named \"%s\"",
                                         header->path, (long long)header->fields[i].line,
                                         (long long)header->fields[i].column, reader->names[c]);
    }
    return status;
}

static rondo_status read_number(const table_reader *reader, int64_t column, double *value,
                                rondo_error *error)
{
    rondo_field field = reader->delimited.fields[reader->fields[column]];
    trim(&field);
    if (strlen(field.text) == (size_t)field.length && rondo_text_real(field.text, value))
        return RONDO_OK;
    if (field.length == 0)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: column \"%s\" is empty",
                               reader->delimited.path, (long long)field.line,
                               (long long)field.column, reader->names[column]);
    return rondo_error_set(error, RONDO_FAILED,
                           "%s:%lld:%lld: column \"%s\": \"%.*s\" is not a finite number",
                           reader->delimited.path, (long long)field.line, (long long)field.column,
                           reader->names[column], QUOTED, field.text);
}

static rondo_status read_row(const table_reader *reader, rondo_error *error)
{
    rondo_series_table *table = reader->table;
    int64_t used = table->rows * table->columns;
    void *block = table->values;
    rondo_status status = rondo_memory_grow(&block, &table->capacity, used + table->columns,
                                            sizeof *table->values, "a table", error);
    table->values = block;
    for (int64_t c = 0; !status && c < table->columns; c++)
        status = read_number(reader, c, &table->values[used + c], error);
    if (!status) table->rows++;
    return status;
}

static rondo_status read_rows(table_reader *reader, rondo_error *error)
{
    bool found = true;
    rondo_status status = find_columns(reader, error);
    while (!status && found) {
        status = rondo_delimited_next(&reader->delimited, &found, error);
        if (!status && found) status = read_row(reader, error);
    }
    if (!status && reader->table->rows == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: no rows below the header",
                                 reader->delimited.path);
    return status;
}

rondo_status rondo_series_table_read(const char *path, const char *const *names, int64_t count,
                                     rondo_series_table *table, rondo_error *error)
{
    rondo_source source;
    table_reader reader = {.names = names, .table = table};
    *table = (rondo_series_table){.columns = count};
    rondo_status status = rondo_source_read(path, &source, error);
    if (!status) {
        rondo_delimited_start(path, &source, '\0', &reader.delimited);
        reader.fields = malloc((size_t)count * sizeof *reader.fields);
        status = reader.fields ? read_rows(&reader, error)
                               : rondo_error_set(error, RONDO_FAILED,
                                                 "%s: not enough memory for its columns", path);
    }
    free(reader.fields);
    rondo_delimited_finish(&reader.delimited);
    rondo_source_finish(&source);
    return status;
}

void rondo_series_table_finish(rondo_series_table *table)
{
    free(table->values);
    *table = (rondo_series_table){0};
}
