/* Predicted tags in the form of the data.
 *
 *   parallel_tags   a line of words becomes a line of tags, apart by blanks (tag/probability); so
 *                   do plain lines, whatever the data
 *   columns         every line as it is; a step's line gets one field more, its tag (and one for
 *                   the probability), apart by a tab where the line has tabs, else by a blank
 *
 * Lines are kept until their sequences are predicted, a minibatch at a time; but when no more of
 * them have come, what is there is answered at once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "command/predict.h"
#include "data/features.h"
#include "data/formats/columns.h"
#include "data/formats/parallel_tags.h"
#include "data/text/lines.h"
#include "data/text/text_source.h"
#include "infer/predictor.h"

/* Lines that no sequence follows are let go, too, when there are many. */
enum { MOST_KEPT_BYTES = 4 * 1024 * 1024 };

typedef struct tag_writer {
    const rondo_prediction *prediction;
    rondo_predictor predictor;
    rondo_lines lines;
    rondo_text kept;    /* lines read, with their ends */
    rondo_text scratch; /* symbols of features */
    rondo_text copy;    /* a line whose word is changed */
    rondo_text kinds;   /* of each kept line, one byte: rondo_column_line */
    size_t begin;       /* in `kept`: the sequence at hand */
    rondo_columns_rules rules;
    const char *outside; /* "O", where the model has that tag */
    rondo_answers answers;
    int64_t sequences; /* answered before those that wait */
} tag_writer;

/* One step, whose word may be changed. */
static rondo_status add_word(tag_writer *writer, char *word, const rondo_token *token,
                             rondo_error *error)
{
    const rondo_session *session = writer->prediction->session;
    const rondo_data_config *data = &session->experiment->data;
    int64_t length = token->length;
    rondo_status status = rondo_features_encode(data, token, session->schema->features,
                                                &writer->scratch, &writer->predictor.corpus, error);
    if (status) return status;
    char room[RONDO_LETTERS_ROOM];
    const char *lowered = rondo_source_lowercase(&data->vocabulary, word, &length, room);
    return rondo_corpus_add(
        &writer->predictor.corpus,
        rondo_unknowns_find(&writer->predictor.unknowns, session->schema->inputs, lowered, length),
        error);
}

static const char *name_of(const tag_writer *writer, int64_t step)
{
    return rondo_vocabulary_name(writer->prediction->session->schema->targets,
                                 writer->predictor.classes[step]);
}

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
    FILE *output = writer->prediction->output;
    const char *between = rondo_columns_between(&writer->rules, line, line + length);
    bool is_document = kind == RONDO_LINE_DOCUMENT && writer->outside;
    if (kind != RONDO_LINE_STEP && !is_document) {
        fwrite(line, 1, length, output);
        fputc('\n', output);
        return;
    }
    while (strcmp(between, " ") == 0 && length > 0 && line[length - 1] == ' ')
        length--;
    fwrite(line, 1, length, output);
    fprintf(output, "%s%s", between, is_document ? "O" : name_of(writer, step));
    if (writer->predictor.probabilities)
        fprintf(output, "%s%.6f", between, is_document ? 1 : writer->predictor.probabilities[step]);
    fputc('\n', output);
}

/* What waits is predicted, and told of as records. */
static rondo_status write_answers(tag_writer *writer, rondo_error *error)
{
    const rondo_predictor *predictor = &writer->predictor;
    const rondo_corpus *corpus = &predictor->corpus;
    int64_t width = writer->answers.shape.width;
    rondo_status status = rondo_predictor_run(&writer->predictor, error);
    for (int64_t s = 0; s < corpus->sequences; s++)
        for (int64_t i = corpus->offset[s]; !status && i < corpus->offset[s + 1]; i++) {
            const rondo_answer answer = {.sequence = writer->sequences + s + 1,
                                         .step = i - corpus->offset[s] + 1,
                                         .class = predictor->classes[i],
                                         .probability = predictor->probabilities[i],
                                         .row =
                                             predictor->rows ? predictor->rows + i * width : NULL};
            status = rondo_answers_add(&writer->answers, &answer, error);
        }
    writer->sequences += corpus->sequences;
    writer->kept.length = writer->kinds.length = writer->begin = 0;
    rondo_predictor_clear(&writer->predictor);
    return status;
}

static rondo_status write_kept(tag_writer *writer, rondo_error *error)
{
    rondo_status status = check_memory(writer, error);
    if (!status && writer->prediction->form != RONDO_FORM_DATA) return write_answers(writer, error);
    if (!status) status = rondo_predictor_run(&writer->predictor, error);
    if (status) return status;
    const char *line = rondo_text_get(&writer->kept);
    int64_t step = 0;
    for (size_t i = 0; i < writer->kinds.length; i++) {
        const char *end = strchr(line, '\n');
        rondo_column_line kind = (rondo_column_line)writer->kinds.data[i];
        write_line(writer, line, (size_t)(end - line), kind, step);
        step += kind == RONDO_LINE_STEP;
        line = end + 1;
    }
    writer->kept.length = writer->kinds.length = writer->begin = 0;
    rondo_predictor_clear(&writer->predictor);
    return RONDO_OK;
}

/* A step of a kept line; its word is changed in a copy. */
static rondo_status add_step(tag_writer *writer, const char *line, size_t length, int64_t number,
                             rondo_error *error)
{
    const char *path = writer->lines.path;
    const rondo_data_config *data = &writer->prediction->session->experiment->data;
    rondo_column_field word;
    writer->copy.length = 0;
    rondo_text_add_bytes(&writer->copy, line, length);
    if (writer->copy.failed)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path);
    char *copy = writer->copy.data, *end = copy + length;
    rondo_status status = rondo_columns_get(&writer->rules, path, number, copy, end,
                                            data->input_column, &word, error);
    if (status) return status;
    const rondo_token token = {word.text, word.length, copy, end, path, number, &writer->rules};
    return add_word(writer, copy + (word.text - copy), &token, error);
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
    rondo_status status = rondo_columns_judge(&writer->rules, at, end, writer->lines.path, number,
                                              &writer->kinds, error);
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
    rondo_status status = rondo_corpus_end_sequence(&writer->predictor.corpus, error);
    bool waits = rondo_lines_wait(&writer->lines);
    bool is_full =
        rondo_predictor_is_full(&writer->predictor) || writer->kept.length > MOST_KEPT_BYTES;
    if (!status && (is_full || waits)) status = write_kept(writer, error);
    if (waits) fflush(writer->prediction->output);
    return status;
}

static rondo_status predict_columns(tag_writer *writer, rondo_error *error)
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
    if (!status) status = rondo_corpus_end_sequence(&writer->predictor.corpus, error);
    return status ? status : write_kept(writer, error);
}

static rondo_status add_words(tag_writer *writer, rondo_error *error)
{
    char *at = writer->lines.line, *word;
    const char *end = at + writer->lines.length;
    int64_t length;
    while ((word = rondo_parallel_token(&at, end, &length))) {
        const rondo_token token = {
            word, length, NULL, NULL, writer->lines.path, writer->lines.number, NULL};
        rondo_status status = add_word(writer, word, &token, error);
        if (status) return status;
    }
    return RONDO_OK;
}

/* Lines without words are no sequences: their lines stay empty. */
static rondo_status write_tags(tag_writer *writer, rondo_error *error)
{
    FILE *output = writer->prediction->output;
    const rondo_corpus *corpus = &writer->predictor.corpus;
    rondo_status status = check_memory(writer, error);
    if (!status && writer->prediction->form != RONDO_FORM_DATA) return write_answers(writer, error);
    if (!status) status = rondo_predictor_run(&writer->predictor, error);
    if (status) return status;
    for (size_t i = 0, sequence = 0; i < writer->kinds.length; i++) {
        bool is_sequence = writer->kinds.data[i] == RONDO_LINE_STEP;
        int64_t first = is_sequence ? corpus->offset[sequence] : 0;
        int64_t end = is_sequence ? corpus->offset[++sequence] : 0;
        for (int64_t step = first; step < end; step++) {
            fprintf(output, "%s%s", step > first ? " " : "", name_of(writer, step));
            if (writer->predictor.probabilities)
                fprintf(output, "/%.6f", writer->predictor.probabilities[step]);
        }
        fputc('\n', output);
    }
    writer->kinds.length = 0;
    rondo_predictor_clear(&writer->predictor);
    return RONDO_OK;
}

static rondo_status predict_lines(tag_writer *writer, rondo_error *error)
{
    rondo_status status;
    bool there;
    while (!(status = rondo_lines_next(&writer->lines, &there, error)) && there) {
        int64_t before = writer->predictor.corpus.steps;
        status = add_words(writer, error);
        if (!status) status = rondo_corpus_end_sequence(&writer->predictor.corpus, error);
        if (status) return status;
        bool is_sequence = writer->predictor.corpus.steps > before;
        char kind = (char)(is_sequence ? RONDO_LINE_STEP : RONDO_LINE_EMPTY);
        rondo_text_add_bytes(&writer->kinds, &kind, 1);
        bool waits = rondo_lines_wait(&writer->lines);
        bool is_full =
            rondo_predictor_is_full(&writer->predictor) || writer->kinds.length >= MOST_KEPT_BYTES;
        if (is_full || waits) status = write_tags(writer, error);
        if (waits) fflush(writer->prediction->output);
        if (status) return status;
    }
    return status ? status : write_tags(writer, error);
}

/* Of a folder of parallel files, as a split may be, the words; NULL: the path is the file. */
static char *file_in_folder(const rondo_prediction *prediction)
{
    const rondo_data_config *data = &prediction->session->experiment->data;
    if (data->format != RONDO_FORMAT_PARALLEL_TAGS) return NULL;
    char *path = rondo_file_join(prediction->path, data->input_file);
    if (path && rondo_file_exists(path)) return path;
    free(path);
    return NULL;
}

static rondo_status predict_text(tag_writer *writer, rondo_error *error)
{
    const rondo_prediction *prediction = writer->prediction;
    bool lines = prediction->lines ||
                 prediction->session->experiment->data.format == RONDO_FORMAT_PARALLEL_TAGS;
    char *words = file_in_folder(prediction);
    rondo_status status = rondo_lines_open(words ? words : prediction->path, &writer->lines, error);
    if (!status) status = (lines ? predict_lines : predict_columns)(writer, error);
    if (!status) status = rondo_answers_end(&writer->answers, error);
    rondo_unknowns_warn(&writer->predictor.unknowns, prediction->session->schema->inputs);
    rondo_lines_close(&writer->lines);
    free(words);
    return status;
}

rondo_status rondo_predict_tags(const rondo_prediction *prediction, rondo_error *error)
{
    const rondo_session *session = prediction->session;
    tag_writer writer = {.prediction = prediction,
                         .rules = rondo_columns_rules_of(&session->experiment->data)};
    if (rondo_vocabulary_find(session->schema->targets, "O", 1) != RONDO_UNKNOWN_ID)
        writer.outside = "O";
    rondo_predict_start_classes(prediction, &writer.answers);
    rondo_status status =
        rondo_predictor_start(session, prediction->probabilities, &writer.predictor, error);
    if (!status) status = predict_text(&writer, error);
    rondo_text_finish(&writer.kept);
    rondo_text_finish(&writer.kinds);
    rondo_text_finish(&writer.copy);
    rondo_text_finish(&writer.scratch);
    rondo_answers_finish(&writer.answers);
    rondo_predictor_finish(&writer.predictor);
    return status;
}
