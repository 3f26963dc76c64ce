#include "data/formats/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/formats/plain_text.h"
#include "data/text/text_source.h"

/* One side of all pairs. */
typedef struct side {
    const char *path, *name; /* of its file; "source" or "target" */
    int unit;
    bool reverse;
    rondo_symbols *symbols;
    rondo_corpus *corpus;
} side;

typedef struct pairs_reader {
    const rondo_data_config *config;
    side source, target;
} pairs_reader;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Inputs from number `first` on. */
static void turn_around(rondo_corpus *corpus, int64_t first)
{
    const rondo_ids inputs = rondo_corpus_inputs(corpus);
    for (int64_t last = corpus->steps - 1; first < last; first++, last--) {
        int32_t symbol = rondo_ids_get(inputs, first);
        rondo_ids_put(corpus->inputs, inputs.size, first, rondo_ids_get(inputs, last));
        rondo_ids_put(corpus->inputs, inputs.size, last, symbol);
    }
}

/* The symbols of at .. end become a sequence of the side. */
static rondo_status read_side(const pairs_reader *reader, const side *s, char *at, char *end,
                              int64_t line, rondo_error *error)
{
    while (at < end && is_blank(*at))
        at++;
    while (end > at && is_blank(end[-1]))
        end--;
    if (at == end)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: the %s is empty", s->path,
                               (long long)line, s->name);
    rondo_plain_cursor cursor = {.vocabulary = &reader->config->vocabulary,
                                 .words = s->unit == RONDO_WORD,
                                 .at = at,
                                 .end = end};
    int64_t first = s->corpus->steps, length;
    const char *symbol;
    int32_t index;
    while (rondo_plain_cursor_next(&cursor, &symbol, &length) == RONDO_MARK_SYMBOL) {
        rondo_status status = rondo_symbols_add(s->symbols, symbol, length, &index, error);
        if (!status) status = rondo_corpus_add(s->corpus, index, error);
        if (status) return status;
    }
    if (s->reverse) turn_around(s->corpus, first);
    return rondo_corpus_end_sequence(s->corpus, error);
}

/* The next line of a text, without its end; NULL behind the last. *end becomes where it ends. */
static char *next_line(char **at, const rondo_source *source, char **end)
{
    char *line = *at, *text_end = source->text + source->size;
    if (line >= text_end) return NULL;
    *end = memchr(line, '\n', (size_t)(text_end - line));
    if (!*end) *end = text_end;
    *at = *end + 1;
    return line;
}

/* The first separator in line .. end, or NULL. */
static char *find_separator(const char *separator, char *line, const char *end)
{
    size_t length = strlen(separator);
    for (char *at = line; (size_t)(end - at) >= length; at++)
        if (memcmp(at, separator, length) == 0) return at;
    return NULL;
}

/* --- one file --- */

static rondo_status read_pair(const pairs_reader *reader, char *line, char *end, int64_t number,
                              rondo_error *error)
{
    const char *name = reader->config->separator, *path = reader->source.path;
    const char *separator = strcmp(name, "tab") == 0 ? "\t" : name;
    char *found = find_separator(separator, line, end);
    if (!found)
        return rondo_error_set(error, RONDO_FAILED,
                               "%s:%lld: no separator (data.separator: %s) between source and "
                               "target",
                               path, (long long)number, name);
    char *target = found + strlen(separator);
    if (find_separator(separator, target, end))
        return rondo_error_set(error, RONDO_FAILED,
                               "%s:%lld: more than one separator (data.separator: %s): a line is a "
                               "source and a target; leave out further columns (cut -f1,2)",
                               path, (long long)number, name);
    rondo_status status = read_side(reader, &reader->source, line, found, number, error);
    return status ? status : read_side(reader, &reader->target, target, end, number, error);
}

static rondo_status read_one_file(const pairs_reader *reader, rondo_error *error)
{
    rondo_source source;
    rondo_status status = rondo_source_read(reader->source.path, &source, error);
    char *at = source.text, *line, *end;
    for (int64_t number = 1; !status && (line = next_line(&at, &source, &end)); number++)
        status = read_pair(reader, line, end, number, error);
    rondo_source_finish(&source);
    return status;
}

/* --- two files --- */

static rondo_status read_side_file(const pairs_reader *reader, const side *s, rondo_error *error)
{
    rondo_source source;
    rondo_status status = rondo_source_read(s->path, &source, error);
    char *at = source.text, *line, *end;
    for (int64_t number = 1; !status && (line = next_line(&at, &source, &end)); number++)
        status = read_side(reader, s, line, end, number, error);
    rondo_source_finish(&source);
    return status;
}

static rondo_status read_two_files(const pairs_reader *reader, rondo_error *error)
{
    const side *source = &reader->source, *target = &reader->target;
    rondo_status status = read_side_file(reader, source, error);
    if (!status) status = read_side_file(reader, target, error);
    if (status) return status;
    int64_t source_lines = source->corpus->sequences, target_lines = target->corpus->sequences;
    if (source_lines == target_lines) return RONDO_OK;
    bool source_longer = source_lines > target_lines;
    int64_t shorter = source_longer ? target_lines : source_lines;
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld: a line without its pair: %s has %lld",
                           source_longer ? source->path : target->path, (long long)shorter + 1,
                           source_longer ? target->path : source->path, (long long)shorter);
}

static char *join(const char *path, const char *suffix)
{
    rondo_text text = {0};
    rondo_text_add(&text, "%s%s", path, suffix);
    char *copy = text.failed ? NULL : rondo_text_copy(rondo_text_get(&text));
    rondo_text_finish(&text);
    return copy;
}

char *rondo_pairs_file(const rondo_data_config *config, const char *path)
{
    return join(path, config->source_suffix ? config->source_suffix : "");
}

rondo_status rondo_pairs_read(const char *path, const rondo_data_config *config,
                              rondo_symbols *source_symbols, rondo_symbols *target_symbols,
                              rondo_corpus *sources, rondo_corpus *targets, rondo_error *error)
{
    bool two = config->source_suffix != NULL;
    char *source_path = rondo_pairs_file(config, path);
    char *target_path = join(path, two ? config->target_suffix : "");
    const pairs_reader reader = {
        .config = config,
        .source = {source_path, "source", config->unit, config->reverse_source, source_symbols,
                   sources},
        .target = {target_path, "target", config->target_unit, false, target_symbols, targets}};
    rondo_status status;
    if (!source_path || !target_path)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: path of %s", path);
    else
        status = two ? read_two_files(&reader, error) : read_one_file(&reader, error);
    free(source_path);
    free(target_path);
    return status;
}
