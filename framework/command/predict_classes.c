/* One predicted class for each text of a table, a line each, in the order of the records; behind a
 * tab its probability. The column of labels need not be there. Of plain lines each is a text; an
 * empty one gets an empty line. Records are read as they come, and when no more of them have come,
 * what is there is answered at once. */
#include <string.h>

#include "command/predict.h"
#include "data/formats/plain_text.h"
#include "data/formats/table.h"
#include "data/text/delimited.h"
#include "data/text/lines.h"

enum { MOST_EMPTY = 4096 };

typedef struct class_writer {
    const rondo_prediction *prediction;
    rondo_predictor predictor;
    rondo_lines lines;
    rondo_text record; /* its lines */
    rondo_delimited fields;
    int64_t text;      /* column, from 0 */
    rondo_text kinds;  /* of each line or record that waits: 't', or 'e' where it is empty */
    int64_t sequences; /* answered before those that wait */
    rondo_answers answers;
} class_writer;

static rondo_status add_symbols(class_writer *writer, rondo_field *field, rondo_error *error)
{
    const rondo_session *session = writer->prediction->session;
    rondo_predictor *predictor = &writer->predictor;
    rondo_plain_cursor cursor = rondo_table_text(&session->experiment->data, field);
    int64_t before = predictor->corpus.steps, length;
    const char *symbol;
    while (rondo_plain_cursor_next(&cursor, &symbol, &length) == RONDO_MARK_SYMBOL) {
        int32_t id =
            rondo_unknowns_find(&predictor->unknowns, session->schema->inputs, symbol, length);
        rondo_status status = rondo_corpus_add(&predictor->corpus, id, error);
        if (status) return status;
    }
    bool is_empty = predictor->corpus.steps == before;
    if (is_empty && !writer->prediction->lines)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: the text is empty",
                               writer->lines.path, (long long)field->line,
                               (long long)field->column);
    rondo_text_add_bytes(&writer->kinds, is_empty ? "e" : "t", 1);
    return rondo_corpus_end_sequence(&predictor->corpus, error);
}

/* --- what comes out --- */

static rondo_status write_class(class_writer *writer, int64_t s, rondo_error *error)
{
    const rondo_predictor *predictor = &writer->predictor;
    FILE *output = writer->prediction->output;
    if (writer->prediction->form != RONDO_FORM_DATA) {
        int64_t width = writer->answers.shape.width;
        const rondo_answer answer = {.sequence = writer->sequences + s + 1,
                                     .class = predictor->classes[s],
                                     .probability = predictor->probabilities[s],
                                     .row = predictor->rows ? predictor->rows + s * width : NULL};
        return rondo_answers_add(&writer->answers, &answer, error);
    }
    fputs(
        rondo_vocabulary_name(writer->prediction->session->schema->targets, predictor->classes[s]),
        output);
    if (predictor->probabilities) fprintf(output, "\t%.6f", predictor->probabilities[s]);
    fputc('\n', output);
    return RONDO_OK;
}

static rondo_status write_classes(class_writer *writer, rondo_error *error)
{
    rondo_status status = rondo_predictor_run(&writer->predictor, error);
    int64_t s = 0;
    if (!status && writer->kinds.failed)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: texts");
    for (size_t i = 0; !status && i < writer->kinds.length; i++) {
        if (writer->kinds.data[i] == 't')
            status = write_class(writer, s++, error);
        else if (writer->prediction->form == RONDO_FORM_DATA)
            fputc('\n', writer->prediction->output);
    }
    writer->sequences += s;
    writer->kinds.length = 0;
    rondo_predictor_clear(&writer->predictor);
    return status;
}

/* After each text. */
static rondo_status write_some(class_writer *writer, rondo_error *error)
{
    bool waits = rondo_lines_wait(&writer->lines);
    bool is_full =
        rondo_predictor_is_full(&writer->predictor) || writer->kinds.length >= MOST_EMPTY;
    rondo_status status = is_full || waits ? write_classes(writer, error) : RONDO_OK;
    if (waits) fflush(writer->prediction->output ? writer->prediction->output : stdout);
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
static rondo_status read_record(class_writer *writer, bool *there, rondo_error *error)
{
    const rondo_table_config *table = &writer->prediction->session->experiment->data.table;
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

static rondo_status find_text(class_writer *writer, rondo_error *error)
{
    const rondo_table_config *table = &writer->prediction->session->experiment->data.table;
    rondo_status status = rondo_delimited_column(&writer->fields, table->header, "data.table.text",
                                                 table->text, &writer->text, error);
    return status ? rondo_error_add(error, status,
                                    "%s: plain texts, one a line, are predicted with --lines",
                                    writer->lines.path)
                  : status;
}

static rondo_status predict_records(class_writer *writer, rondo_error *error)
{
    bool has_header = writer->prediction->session->experiment->data.table.header;
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

static rondo_status predict_lines(class_writer *writer, rondo_error *error)
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

static rondo_status predict_text(class_writer *writer, rondo_error *error)
{
    const rondo_prediction *prediction = writer->prediction;
    rondo_status status = rondo_lines_open(prediction->path, &writer->lines, error);
    if (!status) status = (prediction->lines ? predict_lines : predict_records)(writer, error);
    if (!status) status = write_classes(writer, error);
    if (!status) status = rondo_answers_end(&writer->answers, error);
    rondo_unknowns_warn(&writer->predictor.unknowns, prediction->session->schema->inputs);
    rondo_lines_close(&writer->lines);
    return status;
}

rondo_status rondo_predict_classes(const rondo_prediction *prediction, rondo_error *error)
{
    class_writer writer = {.prediction = prediction};
    rondo_predict_start_classes(prediction, &writer.answers);
    rondo_status status = rondo_predictor_start(prediction->session, prediction->probabilities,
                                                &writer.predictor, error);
    if (!status) status = predict_text(&writer, error);
    rondo_delimited_finish(&writer.fields);
    rondo_text_finish(&writer.record);
    rondo_text_finish(&writer.kinds);
    rondo_answers_finish(&writer.answers);
    rondo_predictor_finish(&writer.predictor);
    return status;
}
