#include "data/formats/columns.h"

#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "config/tree.h"
#include "config/validate.h"
#include "data/assemble.h"
#include "data/features.h"
#include "data/text/text_source.h"

typedef struct columns_reader {
    const char *path;
    const rondo_data_config *config;
    const rondo_columns_config *columns; /* its options */
    rondo_symbols *inputs, *targets;
    rondo_symbols *const *features;
    rondo_corpus *corpus;
    rondo_columns_rules rules;
    rondo_text scratch, kinds;
    int64_t line;  /* from 1 */
    int64_t nodes; /* lines that CoNLL-U has besides words */
} columns_reader;

static const char *delimiter_of(const char *name)
{
    static const char *const names[][2] = {
        {"tab", "\t"}, {"blank", " "}, {"comma", ","}, {"semicolon", ";"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i][0]) == 0) return names[i][1];
    return name;
}

static bool reads_first(const rondo_data_config *config)
{
    const rondo_columns_config *columns = config->options;
    bool reads = columns->input_column == 1 || columns->target_column == 1;
    for (int64_t f = 0; f < config->feature_count; f++)
        reads = reads || (config->features[f].kind == RONDO_FEATURE_COLUMN &&
                          config->features[f].column == 1);
    return reads;
}

rondo_columns_rules rondo_columns_rules_of(const rondo_data_config *config)
{
    const rondo_columns_config *columns = config->options;
    const char *comment = columns->comment ? columns->comment : "#";
    rondo_columns_rules rules = {.comment = strcmp(comment, "none") == 0 ? NULL : comment,
                                 .form = columns->form};
    if (columns->delimiter && strcmp(columns->delimiter, "auto") != 0) {
        rules.delimiter = delimiter_of(columns->delimiter);
        rules.delimiter_length = strlen(rules.delimiter);
        rules.is_blank = strcmp(rules.delimiter, " ") == 0;
        rules.has_quotes = strcmp(rules.delimiter, ",") == 0 || strcmp(rules.delimiter, ";") == 0;
    }
    if (rules.form == RONDO_COLUMNS_AUTO && reads_first(config)) rules.form = RONDO_COLUMNS_PLAIN;
    return rules;
}

/* --- reading --- */

static rondo_status get_field(const columns_reader *reader, const char *line, const char *end,
                              int64_t number, rondo_column_field *found, rondo_error *error)
{
    return rondo_columns_get(&reader->rules, reader->path, reader->line, line, end, number, found,
                             error);
}

static rondo_status read_step(columns_reader *reader, char *line, const char *end,
                              rondo_error *error)
{
    rondo_status status;
    rondo_column_field input, target;
    int32_t input_index, target_index;
    const rondo_data_config *config = reader->config;
    if ((status = get_field(reader, line, end, reader->columns->input_column, &input, error)))
        return status;
    if ((status = get_field(reader, line, end, reader->columns->target_column, &target, error)))
        return status;
    status = rondo_symbols_add(reader->targets, target.text, target.length, &target_index, error);
    if (status) return status;
    const rondo_token token = {input.text,   input.length, line,          end,
                               reader->path, reader->line, &reader->rules};
    status = rondo_features_read(config, &token, reader->features, &reader->scratch, reader->corpus,
                                 error);
    if (status) return status;
    char room[RONDO_LETTERS_ROOM];
    int64_t length = input.length;
    const char *word =
        rondo_source_lowercase(&config->vocabulary, line + (input.text - line), &length, room);
    status = rondo_symbols_add(reader->inputs, word, length, &input_index, error);
    if (status) return status;
    return rondo_corpus_add_pair(reader->corpus, input_index, target_index, error);
}

/* The lines of one sequence, which begins at reader->line. */
static rondo_status read_sequence(columns_reader *reader, char *lines, const char *end,
                                  rondo_error *error)
{
    reader->kinds.length = 0;
    rondo_status status = rondo_columns_classify(&reader->rules, lines, end, reader->path,
                                                 reader->line, &reader->kinds, error);
    for (size_t i = 0; !status && lines < end; i++, reader->line++) {
        const char *stop = rondo_line_end(lines, end);
        if (reader->kinds.data[i] == RONDO_LINE_STEP)
            status = read_step(reader, lines, stop, error);
        reader->nodes += reader->kinds.data[i] == RONDO_LINE_NODE;
        lines += stop - lines + 1;
    }
    return status ? status : rondo_corpus_end_sequence(reader->corpus, error);
}

static rondo_status read_lines(columns_reader *reader, const rondo_source *source,
                               rondo_error *error)
{
    char *at = source->text, *end = source->text + source->size;
    reader->line = 1;
    while (at < end) {
        char *stop = at;
        while (stop < end &&
               !rondo_columns_is_empty(&reader->rules, stop, rondo_line_end(stop, end)))
            stop += rondo_line_end(stop, end) - stop + 1;
        if (stop > end) stop = end;
        rondo_status status = read_sequence(reader, at, stop, error);
        if (status) return status;
        at = stop + (rondo_line_end(stop, end) - stop) + 1;
        reader->line++;
    }
    return RONDO_OK;
}

static rondo_status read_file(const char *path, const rondo_corpus_request *request,
                              rondo_error *error)
{
    rondo_source source;
    rondo_corpus *corpus = request->corpus;
    const rondo_data_config *config = &request->experiment->data;
    columns_reader reader = {.path = rondo_source_name(path),
                             .config = config,
                             .columns = config->options,
                             .rules = rondo_columns_rules_of(config),
                             .inputs = request->inputs,
                             .targets = request->targets,
                             .features = request->features,
                             .corpus = corpus};
    rondo_status status = rondo_source_read(path, &source, error);
    if (!status) status = read_lines(&reader, &source, error);
    if (!status && corpus->sequences == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: no lines with columns", path);
    if (!status && reader.nodes > 0)
        rondo_log_info("%s: CoNLL-U; %lld lines with ranges of words or empty nodes are no steps",
                       path, (long long)reader.nodes);
    if (!status && reader.rules.doubtful > 0)
        rondo_log_warning(
            "%s: %lld lines that begin with \"%s \" are skipped as comments, although they have as "
            "many fields as steps; data.options.comment: none keeps them",
            path, (long long)reader.rules.doubtful, reader.rules.comment);
    if (!status && reader.nodes > 0 && reader.rules.unfit > 0)
        rondo_log_warning(
            "%s: the first fields of %lld sequences do not number them as CoNLL-U does; "
            "all their lines are steps (data.options.form: conllu says where)",
            path, (long long)reader.rules.unfit);
    rondo_source_finish(&source);
    rondo_text_finish(&reader.kinds);
    rondo_text_finish(&reader.scratch);
    return status;
}

/* --- the format --- */

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    static const rondo_corpus_source source = {.read = read_file};
    return rondo_assemble(reading, &source, dataset, error);
}

static void check(const rondo_validator *validator)
{
    const rondo_columns_config *columns = validator->experiment->data.options;
    bool is_given = rondo_tree_find(validator->root, "data.options.target_column") != NULL;
    if (columns->input_column == columns->target_column)
        rondo_validator_refuse(
            validator, is_given ? "data.options.target_column" : "data.options.input_column",
            "data.format",
            "input_column and target_column must differ (the class would be the input)");
}

static const char *const forms[] = {"auto", "conllu", "plain", NULL};

static const rondo_option options[] = {
    RONDO_INTEGER(rondo_columns_config, input_column, 1, 1, 1000,
                  "the field that holds the input symbol, counted from 1"),
    RONDO_INTEGER(rondo_columns_config, target_column, 2, 1, 1000,
                  "the field that holds the class"),
    RONDO_CHOICE(rondo_columns_config, form, RONDO_COLUMNS_AUTO, forms,
                 "conllu: the first field numbers the words of a sequence from 1, and lines with a "
                 "range (2-3) or an empty node (5.1) are skipped; plain: every line is a step; "
                 "auto: conllu where the first field, which nothing else reads, is numbered so"),
    RONDO_TEXT(rondo_columns_config, delimiter, 0, "auto",
               "field separator: tab, blank (one or more), comma or semicolon (fields may be in "
               "double quotes), or another text such as \" ||| \"; auto: tabs in a line that has "
               "one, otherwise blanks"),
    RONDO_TEXT(rondo_columns_config, comment, 0, "#",
               "prefix of comment lines before a sequence; none: no comments; a line such as #word "
               "TAG with as many fields as a step is a step nevertheless"),
    RONDO_OPTIONS_END};

const rondo_format rondo_format_columns = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "columns",
             .summary = "CoNLL: one token per line with its tag in another column, an empty line "
                        "between sequences",
             .config_size = sizeof(rondo_columns_config), .options = options},
    .provides = RONDO_PROVIDES_SYMBOLS | RONDO_PROVIDES_TAGS | RONDO_PROVIDES_FILES |
                RONDO_PROVIDES_FOLDERS | RONDO_PROVIDES_STREAM | RONDO_PROVIDES_ROWS |
                RONDO_PROVIDES_VOCABULARY | RONDO_PROVIDES_LOWERCASE | RONDO_PROVIDES_FEATURES |
                RONDO_PROVIDES_FEATURE_COLUMNS,
    .unit = RONDO_WORD,
    .sequences = RONDO_LINE,
    .targets_key = "data.options.target_column, or data.options.delimiter,",
    .check = check,
    .read = read,
    .answer = rondo_columns_answer};
