#include "data/formats/parallel_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "data/assemble.h"
#include "data/features.h"
#include "data/formats/tag_lines.h"
#include "data/text/text_source.h"

/* One of the two files while it is read. */
typedef struct tag_file {
    char *path;
    rondo_source source;
    char *at, *end; /* the line at hand */
    char *next;     /* where the line after it begins; NULL: none */
    int64_t tokens; /* of the line so far */
} tag_file;

typedef struct parallel_reader {
    const rondo_data_config *config;
    tag_file words, tags;
    rondo_symbols *inputs, *targets;
    rondo_symbols *const *features;
    rondo_corpus *corpus;
    rondo_text scratch;
    int64_t line; /* from 1 */
} parallel_reader;

static rondo_status open_side(const char *folder, const char *name, tag_file *s, rondo_error *error)
{
    s->path = rondo_file_join(folder, name);
    if (!s->path) return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", folder);
    rondo_status status = rondo_source_read(s->path, &s->source, error);
    s->next = status ? NULL : s->source.text;
    return status;
}

static void close_side(tag_file *s)
{
    rondo_source_finish(&s->source);
    free(s->path);
}

static bool next_line(tag_file *s)
{
    const char *text_end = s->source.text + s->source.size;
    if (!s->next || s->next == text_end) return false;
    s->at = s->next;
    s->end = memchr(s->at, '\n', (size_t)(text_end - s->at));
    s->next = s->end ? s->end + 1 : NULL;
    if (!s->end) s->end = s->source.text + s->source.size;
    s->tokens = 0;
    return true;
}

static char *next_token(tag_file *s, int64_t *length)
{
    char *token = rondo_next_word(&s->at, s->end, length);
    s->tokens += token != NULL;
    return token;
}

static rondo_status refuse_line(parallel_reader *reader, rondo_error *error)
{
    int64_t length;
    while (next_token(&reader->words, &length))
        continue;
    while (next_token(&reader->tags, &length))
        continue;
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld: %lld tags, but %lld words in %s:%lld",
                           reader->tags.path, (long long)reader->line,
                           (long long)reader->tags.tokens, (long long)reader->words.tokens,
                           reader->words.path, (long long)reader->line);
}

static rondo_status add_step(parallel_reader *reader, char *word, int64_t word_length,
                             const char *tag, int64_t tag_length, rondo_error *error)
{
    const rondo_data_config *config = reader->config;
    const rondo_token token = {
        .word = word, .length = word_length, .path = reader->words.path, .number = reader->line};
    int32_t input, target;
    rondo_status status = rondo_symbols_add(reader->targets, tag, tag_length, &target, error);
    if (status) return status;
    status = rondo_features_read(config, &token, reader->features, &reader->scratch, reader->corpus,
                                 error);
    if (status) return status;
    char room[RONDO_LETTERS_ROOM];
    const char *lowered = rondo_source_lowercase(&config->vocabulary, word, &word_length, room);
    status = rondo_symbols_add(reader->inputs, lowered, word_length, &input, error);
    return status ? status : rondo_corpus_add_pair(reader->corpus, input, target, error);
}

static rondo_status read_line(parallel_reader *reader, rondo_error *error)
{
    for (;;) {
        int64_t word_length, tag_length;
        char *word = next_token(&reader->words, &word_length);
        const char *tag = next_token(&reader->tags, &tag_length);
        if (!word && !tag) return rondo_corpus_end_sequence(reader->corpus, error);
        if (!word || !tag) return refuse_line(reader, error);
        rondo_status status = add_step(reader, word, word_length, tag, tag_length, error);
        if (status) return status;
    }
}

/* The longer file has lines that belong to nothing. */
static rondo_status refuse_end(const tag_file *longer, const tag_file *shorter, int64_t line,
                               rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld: no such line in %s, which ends before it",
                           longer->path, (long long)line, shorter->path);
}

static rondo_status read_lines(parallel_reader *reader, rondo_error *error)
{
    for (reader->line = 1;; reader->line++) {
        bool words = next_line(&reader->words), tags = next_line(&reader->tags);
        if (!words && !tags) return RONDO_OK;
        if (!tags) return refuse_end(&reader->words, &reader->tags, reader->line, error);
        if (!words) return refuse_end(&reader->tags, &reader->words, reader->line, error);
        rondo_status status = read_line(reader, error);
        if (status) return status;
    }
}

static rondo_status read_folder(const char *folder, const rondo_corpus_request *request,
                                rondo_error *error)
{
    const rondo_data_config *config = &request->experiment->data;
    const rondo_parallel_tags_config *options = config->options;
    parallel_reader reader = {.config = config,
                              .inputs = request->inputs,
                              .targets = request->targets,
                              .features = request->features,
                              .corpus = request->corpus};
    rondo_status status = open_side(folder, options->input_file, &reader.words, error);
    if (!status) status = open_side(folder, options->target_file, &reader.tags, error);
    if (!status) status = read_lines(&reader, error);
    if (!status && request->corpus->sequences == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: no words", reader.words.path);
    close_side(&reader.words);
    close_side(&reader.tags);
    rondo_text_finish(&reader.scratch);
    return status;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    static const rondo_corpus_source source = {.read = read_folder};
    return rondo_assemble(reading, &source, dataset, error);
}

/* Of a folder, as a split may be, the words; otherwise the path is their file. */
static rondo_status answer(rondo_answering *answering, rondo_error *error)
{
    const rondo_parallel_tags_config *options = answering->experiment->data.options;
    char *words = rondo_file_join(answering->path, options->input_file);
    if (!words)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", answering->path);
    bool is_folder = rondo_file_exists(words);
    rondo_status status =
        rondo_answer_lines_of_words(answering, is_folder ? words : answering->path, error);
    free(words);
    return status;
}

static const rondo_option rows[] = {RONDO_TEXT(rondo_parallel_tags_config, input_file, 0, "seq.in",
                                               "the file of words in a folder"),
                                    RONDO_TEXT(rondo_parallel_tags_config, target_file, 0,
                                               "seq.out", "the file of tags in a folder"),
                                    RONDO_OPTIONS_END};

const rondo_format rondo_format_parallel_tags = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "parallel_tags",
             .summary = "a folder with one file of words and one of tags, aligned line by line and "
                        "token by token",
             .config_size = sizeof(rondo_parallel_tags_config), .options = rows},
    .provides = RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_TAGS | RONDO_PROVIDES_FILES |
                RONDO_PROVIDES_FOLDERS | RONDO_PROVIDES_ROWS | RONDO_PROVIDES_VOCABULARY |
                RONDO_PROVIDES_LOWERCASE | RONDO_PROVIDES_FEATURES,
    .unit = RONDO_WORD,
    .sequences = RONDO_LINE,
    .targets_key = "data.options.target_file",
    .read = read,
    .answer = answer};
