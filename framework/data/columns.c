#include "data/columns.h"

#include <stdbool.h>
#include <string.h>

#include "data/source.h"

typedef struct columns_reader {
    const char *path;
    const rondo_data_config *config;
    rondo_symbols *inputs, *targets;
    rondo_corpus *corpus;
    int64_t line; /* from 1 */
    bool within;  /* a sequence has begun */
} columns_reader;

typedef struct field {
    char *text;
    int64_t length;
} field;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* The field of that number (from 1); returns how many fields there are up to it. */
static int64_t find_field(char *at, const char *end, int64_t number, field *found)
{
    int64_t count = 0;
    bool tabs = memchr(at, '\t', (size_t)(end - at)) != NULL;
    *found = (field){0};
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

static rondo_status get_field(const columns_reader *reader, char *line, const char *end,
                              int64_t number, field *found, rondo_error *error)
{
    int64_t count = find_field(line, end, number, found);
    if (count < number)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: no column %lld; the line has %lld",
                               reader->path, (long long)reader->line, (long long)number,
                               (long long)count);
    if (found->length == 0)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: column %lld is empty", reader->path,
                               (long long)reader->line, (long long)number);
    return RONDO_OK;
}

static rondo_status read_step(columns_reader *reader, char *line, const char *end,
                              rondo_error *error)
{
    rondo_status status;
    field input, target;
    int32_t input_index, target_index;
    const rondo_data_config *config = reader->config;
    if ((status = get_field(reader, line, end, config->input_column, &input, error))) return status;
    if ((status = get_field(reader, line, end, config->target_column, &target, error)))
        return status;
    status = rondo_symbols_add(reader->targets, target.text, target.length, &target_index, error);
    if (status) return status;
    rondo_source_lowercase(&config->vocabulary, input.text, input.length);
    status = rondo_symbols_add(reader->inputs, input.text, input.length, &input_index, error);
    if (status) return status;
    reader->within = true;
    return rondo_corpus_add_pair(reader->corpus, input_index, target_index, error);
}

static bool starts_with(const char *line, const char *end, const char *prefix)
{
    size_t length = strlen(prefix);
    return (size_t)(end - line) >= length && memcmp(line, prefix, length) == 0;
}

static rondo_status read_line(columns_reader *reader, char *line, const char *end,
                              rondo_error *error)
{
    const char *at = line;
    while (at < end && is_blank(*at))
        at++;
    if (at == end) {
        reader->within = false;
        return rondo_corpus_end_sequence(reader->corpus, error);
    }
    if (starts_with(line, end, "-DOCSTART-")) return RONDO_OK;
    bool tabs = memchr(line, '\t', (size_t)(end - line)) != NULL;
    if (line[0] == '#' && !tabs && !reader->within) return RONDO_OK;
    return read_step(reader, line, end, error);
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
                                rondo_symbols *inputs, rondo_symbols *targets, rondo_corpus *corpus,
                                rondo_error *error)
{
    rondo_source source;
    columns_reader reader = {
        .path = path, .config = config, .inputs = inputs, .targets = targets, .corpus = corpus};
    rondo_status status = rondo_source_read(path, &source, error);
    if (!status) status = read_lines(&reader, &source, error);
    if (!status && corpus->sequences == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: no lines with columns", path);
    rondo_source_finish(&source);
    return status;
}
