#include "data/formats/table.h"

#include <string.h>

#include "config/validate.h"
#include "data/assemble.h"
#include "data/text/cells.h"
#include "data/text/delimited.h"

typedef struct table_reader {
    const rondo_data_config *config;
    bool has_header;
    rondo_delimited records;
    int64_t text, label; /* columns, from 0 */
    rondo_symbols *inputs, *labels;
    rondo_corpus *corpus;
} table_reader;

char rondo_table_delimiter(const rondo_table_config *config)
{
    static const char delimiters[] = {
        [RONDO_DELIMITER_AUTO] = '\0',
        [RONDO_TAB] = '\t',
        [RONDO_COMMA] = ',',
        [RONDO_SEMICOLON] = ';',
    };
    return delimiters[config->delimiter];
}

static rondo_status find_columns(table_reader *reader, rondo_error *error)
{
    const rondo_table_config *config = reader->config->options;
    rondo_status status = rondo_delimited_column(
        &reader->records, config->header, "data.options.text", config->text, &reader->text, error);
    if (status) return status;
    return rondo_delimited_column(&reader->records, config->header, "data.options.label",
                                  config->label, &reader->label, error);
}

static rondo_status fail_empty(const table_reader *reader, const rondo_field *field,
                               const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: the %s is empty",
                           reader->records.path, (long long)field->line, (long long)field->column,
                           what);
}

rondo_plain_cursor rondo_table_text(const rondo_data_config *config, const rondo_field *field)
{
    const rondo_source text = {.text = field->text, .size = (size_t)field->length};
    rondo_plain_cursor cursor = rondo_plain_cursor_of(config, &text);
    for (int64_t i = 0; i < field->length; i++)
        if (field->text[i] == '\n') field->text[i] = ' ';
    cursor.unfinished = false;
    return cursor;
}

static rondo_status read_text(table_reader *reader, const rondo_field *field, rondo_error *error)
{
    rondo_plain_cursor cursor = rondo_table_text(reader->config, field);
    int64_t before = reader->corpus->steps, length;
    const char *symbol;
    int32_t index;
    while (rondo_plain_cursor_next(&cursor, &symbol, &length) == RONDO_MARK_SYMBOL) {
        rondo_status status = rondo_symbols_add(reader->inputs, symbol, length, &index, error);
        if (!status) status = rondo_corpus_add(reader->corpus, index, error);
        if (status) return status;
    }
    return reader->corpus->steps > before ? RONDO_OK : fail_empty(reader, field, "text", error);
}

static rondo_status read_record(table_reader *reader, rondo_error *error)
{
    rondo_field *label = &reader->records.fields[reader->label];
    int32_t index;
    rondo_cell_trim(label);
    if (label->length == 0) return fail_empty(reader, label, "label", error);
    rondo_status status = read_text(reader, &reader->records.fields[reader->text], error);
    if (status) return status;
    status = rondo_symbols_add(reader->labels, label->text, label->length, &index, error);
    return status ? status : rondo_corpus_end_labelled(reader->corpus, index, error);
}

static rondo_status read_records(table_reader *reader, rondo_error *error)
{
    bool found, first = true;
    rondo_status status;
    while (!(status = rondo_delimited_next(&reader->records, &found, error)) && found) {
        if (first && (status = find_columns(reader, error))) return status;
        if (!first || !reader->has_header) status = read_record(reader, error);
        if (status) return status;
        first = false;
    }
    return status;
}

static rondo_status read_file(const char *path, const rondo_corpus_request *request,
                              rondo_error *error)
{
    rondo_source source;
    const rondo_table_config *table = request->experiment->data.options;
    table_reader reader = {.config = &request->experiment->data,
                           .has_header = table->header,
                           .inputs = request->inputs,
                           .labels = request->targets,
                           .corpus = request->corpus};
    rondo_status status = rondo_source_read(path, &source, error);
    if (!status) {
        rondo_delimited_start(rondo_source_name(path), &source, rondo_table_delimiter(table),
                              &reader.records);
        status = read_records(&reader, error);
        rondo_delimited_finish(&reader.records);
    }
    if (!status && request->corpus->sequences == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: no records", path);
    rondo_source_finish(&source);
    return status;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    static const rondo_corpus_source source = {.read = read_file};
    return rondo_assemble(reading, &source, dataset, error);
}

static void check(const rondo_validator *validator)
{
    const rondo_table_config *table = validator->experiment->data.options;
    if (strcmp(table->text, table->label) == 0)
        rondo_validator_refuse(
            validator, "data.options.label", "data.options.text",
            "text and label must be different columns (the class would be the input)");
}

static const rondo_option options[] = {
    RONDO_BOOLEAN(rondo_table_config, header, true, "the first line names the columns"),
    RONDO_CHOICE(rondo_table_config, delimiter, RONDO_DELIMITER_AUTO, rondo_delimiter_names,
                 "field separator; auto: a tab where the first line has one, otherwise a comma. "
                 "Fields may be in double quotes unless it is a tab"),
    RONDO_TEXT(rondo_table_config, text, 0, "text",
               "column of the text: its name in the header, or its number from 1"),
    RONDO_TEXT(rondo_table_config, label, 0, "label", "class column"), RONDO_OPTIONS_END};

const rondo_format rondo_format_table = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "table",
             .summary = "CSV or TSV: one text and its label per record",
             .config_size = sizeof(rondo_table_config), .options = options},
    .provides = RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_NEXT_SYMBOLS | RONDO_PROVIDES_LABELS |
                RONDO_PROVIDES_LINE_LABELS | RONDO_PROVIDES_FILES | RONDO_PROVIDES_FOLDERS |
                RONDO_PROVIDES_STREAM | RONDO_PROVIDES_ROWS | RONDO_PROVIDES_UNIT |
                RONDO_PROVIDES_VOCABULARY | RONDO_PROVIDES_LOWERCASE,
    .unit = RONDO_WORD,
    .sequences = RONDO_LINE,
    .targets_key = "data.options.label",
    .check = check,
    .read = read,
    .answer = rondo_table_answer};
