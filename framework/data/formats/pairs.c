#include "data/formats/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/conditions.h"
#include "config/validate.h"
#include "data/assemble.h"
#include "data/formats/text.h"
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
    const rondo_pairs_config *options; /* its options */
    bool of_labels;                    /* a target may be empty */
    bool without_targets; /* .. and all are taken for it; a line may be a source alone */
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
    if (at == end && reader->of_labels && s == &reader->target)
        return rondo_corpus_end_any(s->corpus, error);
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
    const char *name = reader->options->separator, *path = reader->source.path;
    const char *separator = strcmp(name, "tab") == 0 ? "\t" : name;
    char *found = find_separator(separator, line, end);
    if (reader->without_targets) {
        rondo_status status =
            read_side(reader, &reader->source, line, found ? found : end, number, error);
        return status ? status : read_side(reader, &reader->target, end, end, number, error);
    }
    if (!found)
        return rondo_error_set(
            error, RONDO_FAILED,
            "%s:%lld: no separator (data.options.separator: %s) between source and "
            "target",
            path, (long long)number, name);
    char *target = found + strlen(separator);
    if (find_separator(separator, target, end))
        return rondo_error_set(
            error, RONDO_FAILED,
            "%s:%lld: more than one separator (data.options.separator: %s): a line is a "
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

static rondo_status add_empty_targets(const pairs_reader *reader, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; !status && i < reader->source.corpus->sequences; i++)
        status = rondo_corpus_end_any(reader->target.corpus, error);
    return status;
}

static rondo_status read_two_files(const pairs_reader *reader, rondo_error *error)
{
    const side *source = &reader->source, *target = &reader->target;
    rondo_status status = read_side_file(reader, source, error);
    if (!status && reader->without_targets) return add_empty_targets(reader, error);
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

static rondo_status read_path(const char *path, const rondo_corpus_request *request,
                              rondo_error *error)
{
    const rondo_data_config *config = &request->experiment->data;
    const rondo_pairs_config *options = config->options;
    bool two = options->source_suffix != NULL;
    char *source_path = join(path, two ? options->source_suffix : "");
    char *target_path = join(path, two ? options->target_suffix : "");
    rondo_symbols *target_symbols = request->targets ? request->targets : request->inputs;
    const pairs_reader reader = {.config = config,
                                 .options = options,
                                 .of_labels = request->experiment->task->predicts_labels,
                                 .without_targets = request->without_targets,
                                 .source = {source_path, "source", config->unit,
                                            config->reverse_source, request->inputs,
                                            request->sources},
                                 .target = {target_path, "target", config->target_unit, false,
                                            target_symbols, request->corpus}};
    rondo_status status;
    if (!source_path || !target_path)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: path of %s", path);
    else
        status = two ? read_two_files(&reader, error) : read_one_file(&reader, error);
    free(source_path);
    free(target_path);
    return status;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    const rondo_corpus_source source = {
        .read = read_path, .has_one_dictionary = reading->experiment->data.shared_vocabulary};
    return rondo_assemble(reading, &source, dataset, error);
}

/* Two files cannot be standard input. */
static uint32_t narrow(const rondo_data_config *data)
{
    const rondo_pairs_config *options = data->options;
    return rondo_format_pairs.provides &
           ~(uint32_t)(options->source_suffix ? RONDO_PROVIDES_STREAM : 0);
}

/* What stands before the separator, where one file holds both sides. */
static void keep_source(const rondo_data_config *data, char *line)
{
    const rondo_pairs_config *options = data->options;
    const char *separator = strcmp(options->separator, "tab") == 0 ? "\t" : options->separator;
    char *found = options->source_suffix ? NULL : strstr(line, separator);
    if (found) *found = '\0';
}

static const char *suffix(const rondo_data_config *data)
{
    const rondo_pairs_config *options = data->options;
    return options->source_suffix;
}

static void check(const rondo_validator *validator)
{
    const rondo_pairs_config *options = validator->experiment->data.options;
    const char *source = options->source_suffix, *target = options->target_suffix;
    if (!source != !target)
        rondo_validator_refuse(
            validator, source ? "data.options.source_suffix" : "data.options.target_suffix", NULL,
            "two files need two names: source_suffix and target_suffix together");
    else if (source && strcmp(source, target) == 0)
        rondo_validator_refuse(validator, "data.options.target_suffix",
                               "data.options.source_suffix",
                               "must differ from data.options.source_suffix");
    if (validator->experiment->data.truncated_bptt > 0)
        rondo_validator_refuse(validator, "data.truncated_bptt", "data.format",
                               "must be 0 for data.format pairs (pairs are read whole)");
}

static const rondo_condition conditions[] = {
    {.path = "data.options.separator",
     .any = {{.key = ".source_suffix", .with = "not given"}},
     .why = "two files need no separator"},
    {.path = NULL}};

static const rondo_option rows[] = {
    RONDO_TEXT(rondo_pairs_config, separator, 0, "tab",
               "separator of source and target on a line; tab stands for a tab character; "
               "surrounding blanks are dropped"),
    RONDO_TEXT(rondo_pairs_config, source_suffix, 0, NULL,
               "for pairs in two files: suffix added to each data path for the sources, such as "
               ".de; needs target_suffix"),
    RONDO_TEXT(rondo_pairs_config, target_suffix, 0, NULL,
               "for pairs in two files: suffix for the targets"),
    RONDO_OPTIONS_END};

const rondo_format rondo_format_pairs = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "pairs",
         .summary =
             "parallel text: source and target on one line, or in two files aligned line by line",
         .config_size = sizeof(rondo_pairs_config), .options = rows},
    .provides = RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_PAIRS | RONDO_PROVIDES_LABEL_SEQUENCES |
                RONDO_PROVIDES_FILES | RONDO_PROVIDES_FOLDERS | RONDO_PROVIDES_STREAM |
                RONDO_PROVIDES_ROWS | RONDO_PROVIDES_UNIT | RONDO_PROVIDES_VOCABULARY |
                RONDO_PROVIDES_LOWERCASE,
    .unit = RONDO_CHARACTER,
    .sequences = RONDO_LINE,
    .conditions = conditions,
    .narrow = narrow,
    .suffix = suffix,
    .check = check,
    .read = read,
    .keep_source = keep_source};
