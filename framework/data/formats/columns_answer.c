/* Predicted tags in the form of columns: every line as it is; a step's line gets one field more, its
 * tag (and one for the probability), apart as the line's own fields are.
 *
 * Lines are kept until their sequences are predicted, a minibatch at a time; but when no more of
 * them have come, what is there is answered at once. */
#include <string.h>

#include "data/formats/columns.h"
#include "data/formats/tag_lines.h"
#include "data/text/lines.h"

typedef struct tag_writer {
    rondo_answering *answering;
    const rondo_columns_config *columns;
    rondo_lines lines;
    rondo_text kept;    /* lines read, with their ends */
    rondo_text scratch; /* symbols of features */
    rondo_text copy;    /* a line whose word is changed */
    rondo_text kinds;   /* of each kept line, one byte: rondo_column_line */
    size_t begin;       /* in `kept`: the sequence at hand */
    rondo_columns_rules rules;
    bool has_outside; /* the model has the tag "O" */
} tag_writer;

static void keep_line(tag_writer *writer)
{
    rondo_text_add_bytes(&writer->kept, writer->lines.line, writer->lines.length);
    rondo_text_add_bytes(&writer->kept, "\n", 1);
}

static rondo_status check_memory(const tag_writer *writer, rondo_error *error)
{
    if (!writer->kept.failed && !writer->kinds.failed) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: lines of %s",
                           writer->lines.path);
}

/* A line and its new fields. -DOCSTART- is O, so that all lines have as many fields. */
static void write_line(const tag_writer *writer, const char *line, size_t length,
                       rondo_column_line kind, int64_t step)
{
    const rondo_answering *answering = writer->answering;
    FILE *output = answering->output;
    const char *between = rondo_columns_between(&writer->rules, line, line + length);
    bool is_document = kind == RONDO_LINE_DOCUMENT && writer->has_outside;
    if (kind != RONDO_LINE_STEP && !is_document) {
        fwrite(line, 1, length, output);
        fputc('\n', output);
        return;
    }
    while (strcmp(between, " ") == 0 && length > 0 && line[length - 1] == ' ')
        length--;
    fwrite(line, 1, length, output);
    fprintf(output, "%s%s", between, is_document ? "O" : rondo_answering_tag(answering, step));
    if (answering->probabilities)
        fprintf(output, "%s%.6f", between, is_document ? 1 : answering->probabilities[step]);
    fputc('\n', output);
}

static void write_lines(const tag_writer *writer)
{
    const char *line = rondo_text_get(&writer->kept);
    int64_t step = 0;
    for (size_t i = 0; i < writer->kinds.length; i++) {
        const char *end = strchr(line, '\n');
        rondo_column_line kind = (rondo_column_line)writer->kinds.data[i];
        write_line(writer, line, (size_t)(end - line), kind, step);
        step += kind == RONDO_LINE_STEP;
        line = end + 1;
    }
}

static rondo_status write_kept(tag_writer *writer, rondo_error *error)
{
    rondo_answering *answering = writer->answering;
    rondo_status status = check_memory(writer, error);
    if (!status) status = answering->run(answering, error);
    if (status) return status;
    if (!answering->is_record) write_lines(writer);
    writer->kept.length = writer->kinds.length = writer->begin = 0;
    answering->clear(answering);
    return RONDO_OK;
}

/* A step of a kept line; its word is changed in a copy. */
static rondo_status add_step(tag_writer *writer, const char *line, size_t length, int64_t number,
                             rondo_error *error)
{
    const char *path = writer->lines.path;
    rondo_column_field word;
    writer->copy.length = 0;
    rondo_text_add_bytes(&writer->copy, line, length);
    if (writer->copy.failed)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path);
    char *copy = writer->copy.data, *end = copy + length;
    rondo_status status = rondo_columns_get(&writer->rules, path, number, copy, end,
                                            writer->columns->input_column, &word, error);
    if (status) return status;
    const rondo_token token = {word.text, word.length, copy, end, path, number, &writer->rules};
    return rondo_answering_add_word(writer->answering, copy + (word.text - copy), &token,
                                    &writer->scratch, error);
}

/* The kept lines from writer->begin on, which are a sequence; the last one read has this number. */
static rondo_status add_sequence(tag_writer *writer, int64_t last, rondo_error *error)
{
    const char *at = rondo_text_get(&writer->kept) + writer->begin;
    const char *end = rondo_text_get(&writer->kept) + writer->kept.length;
    size_t first = writer->kinds.length;
    int64_t number = last + 1;
    if (writer->kept.failed || at == end) return check_memory(writer, error);
    for (const char *line = at; line < end; line = strchr(line, '\n') + 1)
        number--;
    rondo_status status = rondo_columns_classify(&writer->rules, at, end, writer->lines.path,
                                                 number, &writer->kinds, error);
    for (size_t i = first; !status && at < end; i++, number++) {
        const char *stop = strchr(at, '\n');
        if (writer->kinds.data[i] == RONDO_LINE_STEP)
            status = add_step(writer, at, (size_t)(stop - at), number, error);
        at = stop + 1;
    }
    writer->begin = writer->kept.length;
    return status;
}

static rondo_status end_sequence(tag_writer *writer, rondo_error *error)
{
    rondo_answering *answering = writer->answering;
    rondo_status status = rondo_corpus_end_sequence(answering->corpus, error);
    bool waits = rondo_lines_wait(&writer->lines);
    bool is_full = answering->is_full(answering) || writer->kept.length > RONDO_MOST_KEPT_BYTES;
    if (!status && (is_full || waits)) status = write_kept(writer, error);
    if (waits) fflush(answering->output);
    return status;
}

static rondo_status answer_lines(tag_writer *writer, rondo_error *error)
{
    static const char empty = RONDO_LINE_EMPTY;
    rondo_lines *lines = &writer->lines;
    rondo_status status;
    bool there;
    while (!(status = rondo_lines_next(lines, &there, error)) && there) {
        if (!rondo_columns_is_empty(&writer->rules, lines->line, lines->line + lines->length)) {
            keep_line(writer);
            continue;
        }
        if ((status = add_sequence(writer, lines->number - 1, error))) return status;
        keep_line(writer);
        rondo_text_add_bytes(&writer->kinds, &empty, 1);
        writer->begin = writer->kept.length;
        if ((status = end_sequence(writer, error))) return status;
    }
    if (!status) status = add_sequence(writer, lines->number, error);
    if (!status) status = rondo_corpus_end_sequence(writer->answering->corpus, error);
    return status ? status : write_kept(writer, error);
}

rondo_status rondo_columns_answer(rondo_answering *answering, rondo_error *error)
{
    const rondo_data_config *data = &answering->experiment->data;
    tag_writer writer = {
        .answering = answering, .columns = data->options, .rules = rondo_columns_rules_of(data)};
    if (answering->lines) return rondo_answer_lines_of_words(answering, answering->path, error);
    writer.has_outside = rondo_vocabulary_find(answering->targets, "O", 1) != RONDO_UNKNOWN_ID;
    rondo_status status = rondo_lines_open(answering->path, &writer.lines, error);
    if (!status) status = answer_lines(&writer, error);
    rondo_lines_close(&writer.lines);
    rondo_text_finish(&writer.kept);
    rondo_text_finish(&writer.kinds);
    rondo_text_finish(&writer.copy);
    rondo_text_finish(&writer.scratch);
    return status;
}
