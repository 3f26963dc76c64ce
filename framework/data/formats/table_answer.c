/* One predicted class for each text of a table, a line each, in the order of the records; behind a
 * tab its probability. The column of labels need not be there. Of plain lines each is a text; an
 * empty one gets an empty line. Records are read as they come, and when no more of them have come,
 * what is there is answered at once. */
#include "data/formats/table.h"
#include "data/text/lines.h"

enum { MOST_EMPTY = 4096 };

typedef struct text_writer {
    rondo_answering *answering;
    const rondo_table_config *table;
    rondo_lines lines;
    rondo_text record; /* its lines */
    rondo_delimited fields;
    int64_t text;     /* column, from 0 */
    rondo_text kinds; /* of each line or record that waits: 't', or 'e' where it is empty */
} text_writer;

static rondo_status add_symbols(text_writer *writer, rondo_field *field, rondo_error *error)
{
    rondo_answering *answering = writer->answering;
    rondo_corpus *corpus = answering->corpus;
    rondo_plain_cursor cursor = rondo_table_text(&answering->experiment->data, field);
    int64_t before = corpus->steps, length;
    const char *symbol;
    while (rondo_plain_cursor_next(&cursor, &symbol, &length) == RONDO_MARK_SYMBOL) {
        int32_t id = rondo_unknowns_find(answering->unknowns, answering->inputs, symbol, length);
        rondo_status status = rondo_corpus_add(corpus, id, error);
        if (status) return status;
    }
    bool is_empty = corpus->steps == before;
    if (is_empty && !answering->lines)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: the text is empty",
                               writer->lines.path, (long long)field->line,
                               (long long)field->column);
    rondo_text_add_bytes(&writer->kinds, is_empty ? "e" : "t", 1);
    return rondo_corpus_end_sequence(corpus, error);
}

/* --- what comes out --- */

static void write_class(const rondo_answering *answering, int64_t s)
{
    FILE *output = answering->output;
    fputs(rondo_vocabulary_name(answering->targets, answering->classes[s]), output);
    if (answering->probabilities) fprintf(output, "\t%.6f", answering->probabilities[s]);
    fputc('\n', output);
}

static rondo_status write_classes(text_writer *writer, rondo_error *error)
{
    rondo_answering *answering = writer->answering;
    rondo_status status = answering->run(answering, error);
    int64_t s = 0;
    if (!status && writer->kinds.failed)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: texts");
    for (size_t i = 0; !status && !answering->is_record && i < writer->kinds.length; i++) {
        if (writer->kinds.data[i] == 't')
            write_class(answering, s++);
        else
            fputc('\n', answering->output);
    }
    writer->kinds.length = 0;
    answering->clear(answering);
    return status;
}

/* After each text. */
static rondo_status write_some(text_writer *writer, rondo_error *error)
{
    bool waits = rondo_lines_wait(&writer->lines);
    bool is_full =
        writer->answering->is_full(writer->answering) || writer->kinds.length >= MOST_EMPTY;
    rondo_status status = is_full || waits ? write_classes(writer, error) : RONDO_OK;
    if (waits) fflush(writer->answering->output);
    return status;
}

/* --- what comes in --- */

/* Whether a line of a record ends within quotes; `open`: so did the line before. */
static bool is_quoted(const char *line, size_t length, char delimiter, bool open)
{
    bool starts = !open;
    for (size_t i = 0; i < length; i++) {
        bool is_quote = line[i] == '"';
        if (open && is_quote && i + 1 < length && line[i + 1] == '"')
            i++;
        else if (open && is_quote)
            open = false;
        else if (!open && starts && is_quote)
            open = true;
        starts = !open && line[i] == delimiter;
    }
    return open;
}

/* The next line, and those that its quotes hold, in writer->record. */
static rondo_status read_record(text_writer *writer, bool *there, rondo_error *error)
{
    const rondo_table_config *table = writer->table;
    rondo_delimited *fields = &writer->fields;
    bool open = false;
    rondo_status status = rondo_lines_next(&writer->lines, there, error);
    if (status || !*there) return status;
    int64_t number = writer->lines.number;
    writer->record.length = 0;
    for (bool more = true; !status && more;) {
        rondo_text_add_bytes(&writer->record, writer->lines.line, writer->lines.length);
        rondo_text_add_bytes(&writer->record, "\n", 1);
        const rondo_source source = {.text = writer->record.data, .size = writer->record.length};
        if (writer->record.failed)
            return rondo_error_set(error, RONDO_FAILED, "not enough memory: a record");
        if (!fields->delimiter)
            rondo_delimited_start(writer->lines.path, &source, rondo_table_delimiter(table),
                                  fields);
        open = fields->delimiter != '\t' &&
               is_quoted(writer->lines.line, writer->lines.length, fields->delimiter, open);
        more = open;
        if (open) status = rondo_lines_next(&writer->lines, &more, error);
    }
    fields->at = writer->record.data;
    fields->end = fields->at + writer->record.length - (open ? 0 : 1);
    fields->line = number;
    fields->column = 1;
    return status;
}

static rondo_status find_text(text_writer *writer, rondo_error *error)
{
    const rondo_table_config *table = writer->table;
    rondo_status status = rondo_delimited_column(
        &writer->fields, table->header, "data.options.text", table->text, &writer->text, error);
    return status ? rondo_error_add(error, status, "%s: use --lines for plain texts, one per line",
                                    writer->lines.path)
                  : status;
}

static rondo_status answer_records(text_writer *writer, rondo_error *error)
{
    bool has_header = writer->table->header;
    bool there, found, first = true;
    rondo_status status;
    while (!(status = read_record(writer, &there, error)) && there) {
        if ((status = rondo_delimited_next(&writer->fields, &found, error))) return status;
        if (!found) continue;
        if (first) status = find_text(writer, error);
        if (!status && !(first && has_header))
            status = add_symbols(writer, &writer->fields.fields[writer->text], error);
        if (!status) status = write_some(writer, error);
        if (status) return status;
        first = false;
    }
    return status;
}

static rondo_status answer_lines(text_writer *writer, rondo_error *error)
{
    bool there;
    rondo_status status;
    while (!(status = rondo_lines_next(&writer->lines, &there, error)) && there) {
        rondo_field field = {.text = writer->lines.line,
                             .length = (int64_t)writer->lines.length,
                             .line = writer->lines.number,
                             .column = 1};
        status = add_symbols(writer, &field, error);
        if (!status) status = write_some(writer, error);
        if (status) return status;
    }
    return status;
}

rondo_status rondo_table_answer(rondo_answering *answering, rondo_error *error)
{
    text_writer writer = {.answering = answering, .table = answering->experiment->data.options};
    rondo_status status = rondo_lines_open(answering->path, &writer.lines, error);
    if (!status) status = (answering->lines ? answer_lines : answer_records)(&writer, error);
    if (!status) status = write_classes(&writer, error);
    rondo_lines_close(&writer.lines);
    rondo_delimited_finish(&writer.fields);
    rondo_text_finish(&writer.record);
    rondo_text_finish(&writer.kinds);
    return status;
}
