#include "data/formats/tag_lines.h"

#include "data/text/lines.h"
#include "data/text/text_source.h"

typedef struct line_writer {
    rondo_answering *answering;
    rondo_lines lines;
    rondo_text scratch; /* symbols of features */
    rondo_text kinds;   /* of each line that waits: 's' of a sequence, or 'e' where it is empty */
} line_writer;

char *rondo_next_word(char **at, const char *end, int64_t *length)
{
    char *start = *at;
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    char *behind = start;
    while (behind < end && *behind != ' ' && *behind != '\t')
        behind++;
    *at = behind;
    *length = behind - start;
    return *length > 0 ? start : NULL;
}

rondo_status rondo_answering_add_word(rondo_answering *answering, char *word,
                                      const rondo_token *token, rondo_text *scratch,
                                      rondo_error *error)
{
    const rondo_data_config *data = &answering->experiment->data;
    int64_t length = token->length;
    rondo_status status =
        rondo_features_encode(data, token, answering->features, scratch, answering->corpus, error);
    if (status) return status;
    char room[RONDO_LETTERS_ROOM];
    const char *lowered = rondo_source_lowercase(&data->vocabulary, word, &length, room);
    return rondo_corpus_add(
        answering->corpus,
        rondo_unknowns_find(answering->unknowns, answering->inputs, lowered, length), error);
}

const char *rondo_answering_tag(const rondo_answering *answering, int64_t step)
{
    return rondo_vocabulary_name(answering->targets, answering->classes[step]);
}

static rondo_status add_words(line_writer *writer, rondo_error *error)
{
    char *at = writer->lines.line, *word;
    const char *end = at + writer->lines.length;
    int64_t length;
    while ((word = rondo_next_word(&at, end, &length))) {
        const rondo_token token = {
            word, length, NULL, NULL, writer->lines.path, writer->lines.number, NULL};
        rondo_status status =
            rondo_answering_add_word(writer->answering, word, &token, &writer->scratch, error);
        if (status) return status;
    }
    return RONDO_OK;
}

static void write_line(const rondo_answering *answering, int64_t first, int64_t end)
{
    for (int64_t step = first; step < end; step++) {
        fprintf(answering->output, "%s%s", step > first ? " " : "",
                rondo_answering_tag(answering, step));
        if (answering->probabilities)
            fprintf(answering->output, "/%.6f", answering->probabilities[step]);
    }
    fputc('\n', answering->output);
}

/* Lines without words are no sequences: their lines stay empty. */
static rondo_status write_tags(line_writer *writer, rondo_error *error)
{
    rondo_answering *answering = writer->answering;
    if (writer->kinds.failed)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: lines of %s",
                               writer->lines.path);
    rondo_status status = answering->run(answering, error);
    if (status) return status;
    for (size_t i = 0, s = 0; !answering->is_record && i < writer->kinds.length; i++) {
        bool is_sequence = writer->kinds.data[i] == 's';
        int64_t first = is_sequence ? answering->corpus->offset[s] : 0;
        int64_t end = is_sequence ? answering->corpus->offset[++s] : 0;
        write_line(answering, first, end);
    }
    writer->kinds.length = 0;
    answering->clear(answering);
    return RONDO_OK;
}

static rondo_status answer_lines(line_writer *writer, rondo_error *error)
{
    rondo_answering *answering = writer->answering;
    rondo_status status;
    bool there;
    while (!(status = rondo_lines_next(&writer->lines, &there, error)) && there) {
        int64_t before = answering->corpus->steps;
        status = add_words(writer, error);
        if (!status) status = rondo_corpus_end_sequence(answering->corpus, error);
        if (status) return status;
        rondo_text_add_bytes(&writer->kinds, answering->corpus->steps > before ? "s" : "e", 1);
        bool waits = rondo_lines_wait(&writer->lines);
        bool is_full =
            answering->is_full(answering) || writer->kinds.length >= RONDO_MOST_KEPT_BYTES;
        if (is_full || waits) status = write_tags(writer, error);
        if (waits) fflush(answering->output);
        if (status) return status;
    }
    return status ? status : write_tags(writer, error);
}

rondo_status rondo_answer_lines_of_words(rondo_answering *answering, const char *path,
                                         rondo_error *error)
{
    line_writer writer = {.answering = answering};
    rondo_status status = rondo_lines_open(path, &writer.lines, error);
    if (!status) status = answer_lines(&writer, error);
    rondo_lines_close(&writer.lines);
    rondo_text_finish(&writer.kinds);
    rondo_text_finish(&writer.scratch);
    return status;
}
