#include "data/columns.h"

#include <stdbool.h>
#include <string.h>

#include "data/features.h"
#include "data/source.h"

typedef struct columns_reader {
    const char *path;
    const rondo_data_config *config;
    rondo_symbols *inputs, *targets;
    rondo_symbols *const *features;
    rondo_corpus *corpus;
    rondo_text scratch;
    int64_t line; /* from 1 */
    bool within;  /* a sequence has begun */
} columns_reader;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

int64_t rondo_columns_field(const char *at, const char *end, int64_t number,
                            rondo_column_field *found)
{
    int64_t count = 0;
    bool tabs = memchr(at, '\t', (size_t)(end - at)) != NULL;
    *found = (rondo_column_field){0};
    while (count < number) {
        if (!tabs)
            while (at < end && *at == ' ')
                at++;
        if (at > end || (!tabs && at == end)) break;
        found->text = at;
        while (at < end && *at != (tabs ? '\t' : ' '))
            at++;
        found->length = at - found->text;
        count++;
        at++;
    }
    return count;
}

rondo_status rondo_columns_get(const char *path, int64_t line_number, const char *line,
                               const char *end, int64_t number, rondo_column_field *found,
                               rondo_error *error)
{
    int64_t count = rondo_columns_field(line, end, number, found);
    if (count < number)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: no column %lld; the line has %lld",
                               path, (long long)line_number, (long long)number, (long long)count);
    if (found->length == 0)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: column %lld is empty", path,
                               (long long)line_number, (long long)number);
    return RONDO_OK;
}

static bool starts_with(const char *line, const char *end, const char *prefix)
{
    size_t length = strlen(prefix);
    return (size_t)(end - line) >= length && memcmp(line, prefix, length) == 0;
}

rondo_column_line rondo_columns_line(const char *line, const char *end, bool within)
{
    const char *at = line;
    while (at < end && is_blank(*at))
        at++;
    if (at == end) return RONDO_LINE_EMPTY;
    if (starts_with(line, end, "-DOCSTART-")) return RONDO_LINE_DOCUMENT;
    bool tabs = memchr(line, '\t', (size_t)(end - line)) != NULL;
    return line[0] == '#' && !tabs && !within ? RONDO_LINE_COMMENT : RONDO_LINE_STEP;
}

static rondo_status get_field(const columns_reader *reader, const char *line, const char *end,
                              int64_t number, rondo_column_field *found, rondo_error *error)
{
    return rondo_columns_get(reader->path, reader->line, line, end, number, found, error);
}

static rondo_status read_step(columns_reader *reader, char *line, const char *end,
                              rondo_error *error)
{
    rondo_status status;
    rondo_column_field input, target;
    int32_t input_index, target_index;
    const rondo_data_config *config = reader->config;
    if ((status = get_field(reader, line, end, config->input_column, &input, error))) return status;
    if ((status = get_field(reader, line, end, config->target_column, &target, error)))
        return status;
    status = rondo_symbols_add(reader->targets, target.text, target.length, &target_index, error);
    if (status) return status;
    const rondo_token token = {input.text, input.length, line, end, reader->path, reader->line};
    status = rondo_features_read(config, &token, reader->features, &reader->scratch, reader->corpus,
                                 error);
    if (status) return status;
    char room[RONDO_LETTERS_ROOM];
    int64_t length = input.length;
    const char *word =
        rondo_source_lowercase(&config->vocabulary, line + (input.text - line), &length, room);
    status = rondo_symbols_add(reader->inputs, word, length, &input_index, error);
    if (status) return status;
    reader->within = true;
    return rondo_corpus_add_pair(reader->corpus, input_index, target_index, error);
}

static rondo_status read_line(columns_reader *reader, char *line, const char *end,
                              rondo_error *error)
{
    switch (rondo_columns_line(line, end, reader->within)) {
    case RONDO_LINE_EMPTY:
        reader->within = false;
        return rondo_corpus_end_sequence(reader->corpus, error);
    case RONDO_LINE_STEP:
        return read_step(reader, line, end, error);
    default:
        return RONDO_OK;
    }
}

static rondo_status read_lines(columns_reader *reader, const rondo_source *source,
                               rondo_error *error)
{
    char *at = source->text, *end = source->text + source->size;
    while (at < end) {
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) line_end = end;
        reader->line++;
        rondo_status status = read_line(reader, at, line_end, error);
        if (status) return status;
        at = line_end + 1;
    }
    return rondo_corpus_end_sequence(reader->corpus, error);
}

rondo_status rondo_columns_read(const char *path, const rondo_data_config *config,
                                rondo_symbols *inputs, rondo_symbols *targets,
                                rondo_symbols *const *features, rondo_corpus *corpus,
                                rondo_error *error)
{
    rondo_source source;
    columns_reader reader = {.path = path,
                             .config = config,
                             .inputs = inputs,
                             .targets = targets,
                             .features = features,
                             .corpus = corpus};
    rondo_status status = rondo_source_read(path, &source, error);
    if (!status) status = read_lines(&reader, &source, error);
    if (!status && corpus->sequences == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: no lines with columns", path);
    rondo_source_finish(&source);
    rondo_text_finish(&reader.scratch);
    return status;
}
