#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/command.h"
#include "data/text/text_source.h"
#include "infer/translate.h"

typedef struct translate_arguments {
    rondo_run_arguments run;
    const char *file, *rule;
    rondo_argument_list texts;
    rondo_translate_config config;
} translate_arguments;

/* Lines borrowed from a file's text, or from the command line. */
typedef struct line_list {
    const char **lines;
    int64_t count, capacity;
} line_list;

typedef struct translated_lines {
    const rondo_translate_config *config;
    line_list list;
} translated_lines;

static rondo_status add_line(line_list *list, const char *line, rondo_error *error)
{
    void *block = list->lines;
    rondo_status status = rondo_memory_grow(&block, &list->capacity, list->count + 1,
                                            sizeof *list->lines, "lines", error);
    list->lines = block;
    if (!status) list->lines[list->count++] = line;
    return status;
}

/* Line ends of the text become ends of strings. */
static rondo_status split_lines(rondo_source *source, line_list *list, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    char *at = source->text, *end = source->text + source->size;
    while (!status && at < end) {
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (line_end) *line_end = '\0';
        status = add_line(list, at, error);
        at = line_end ? line_end + 1 : end;
    }
    return status;
}

static rondo_status print_targets(void *context, rondo_session *session, rondo_error *error)
{
    const translated_lines *t = context;
    const line_list *list = &t->list;
    rondo_text *texts = calloc((size_t)list->count + 1, sizeof *texts);
    if (!texts) return rondo_error_set(error, RONDO_FAILED, "not enough memory: targets");
    rondo_status status =
        rondo_translate_run(session, t->config, list->lines, list->count, texts, error);
    for (int64_t i = 0; i < list->count; i++) {
        if (texts[i].failed && !status)
            status = rondo_error_set(error, RONDO_FAILED, "not enough memory: targets");
        if (!status) printf("%s\n", rondo_text_get(&texts[i]));
        rondo_text_finish(&texts[i]);
    }
    free(texts);
    return status;
}

static rondo_status take_lines(const translate_arguments *arguments, rondo_source *source,
                               line_list *list, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (!arguments->file == (arguments->texts.count == 0))
        return rondo_error_set(error, RONDO_USAGE,
                               "what to translate: a FILE of lines, or --text; one of them");
    for (int64_t i = 0; !status && i < arguments->texts.count; i++)
        status = add_line(list, arguments->texts.items[i], error);
    if (!status && arguments->file) status = rondo_source_read(arguments->file, source, error);
    if (!status && arguments->file) status = split_lines(source, list, error);
    return status;
}

static rondo_status set_rule(translate_arguments *arguments, rondo_error *error)
{
    static const char *const names[] = {"wu", "power"};
    for (int i = 0; i < 2; i++) {
        if (strcmp(arguments->rule, names[i]) != 0) continue;
        arguments->config.rule = (rondo_length_rule)i;
        return RONDO_OK;
    }
    return rondo_error_set(error, RONDO_USAGE, "--penalty: \"%s\" is not one of wu, power",
                           arguments->rule);
}

static rondo_status translate(translate_arguments *arguments, rondo_error *error)
{
    rondo_source source = {0};
    translated_lines t = {.config = &arguments->config};
    rondo_status status = set_rule(arguments, error);
    if (!status) status = take_lines(arguments, &source, &t.list, error);
    if (!status) status = rondo_command_use_run(&arguments->run, false, print_targets, &t, error);
    rondo_source_finish(&source);
    free(t.list.lines);
    return status;
}

rondo_status rondo_command_translate(int argc, char **argv, rondo_error *error)
{
    translate_arguments arguments = {
        .rule = "wu", .config = {.beam = 1, .alpha = 0.6, .longest = 200, .batch_size = 64}};
    rondo_translate_config *config = &arguments.config;
    const rondo_argument table[] = {
        RONDO_ARGUMENT_RUN(arguments.run.folder),
        {RONDO_ARGUMENT_WORD, "FILE", NULL, false, 0, 0, &arguments.file, "sources, one per line"},
        {RONDO_ARGUMENT_LIST, "--text", "TEXT", false, 0, 0, &arguments.texts,
         "a source, instead of FILE; can be given several times"},
        {RONDO_ARGUMENT_INTEGER, "--beam", "N", false, 1, 1000, &config->beam,
         "number of hypotheses per source (default 1: greedy search)"},
        {RONDO_ARGUMENT_REAL, "--alpha", "X", false, 0, 100, &config->alpha,
         "exponent of the length penalty; 0: none, which favours short targets (default 0.6)"},
        {RONDO_ARGUMENT_TEXT, "--penalty", "RULE", false, 0, 0, &arguments.rule,
         "divisor of log p: wu, ((5 + length) / 6)^alpha (default), or power, length^alpha"},
        {RONDO_ARGUMENT_INTEGER, "--length", "N", false, 1, 100000, &config->longest,
         "maximum number of symbols per target (default 200)"},
        {RONDO_ARGUMENT_INTEGER, "--batch", "N", false, 1, 100000, &config->batch_size,
         "sources decoded together (default 64); never changes a result"},
        RONDO_ARGUMENT_LATEST(arguments.run.latest),
        RONDO_ARGUMENT_THREADS(arguments.run.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.run.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(
        table, "translate",
        "Translate sources with an encoder-decoder, one target per line on stdout.", argc, argv,
        &help, error);
    if (status || help) return status;
    return translate(&arguments, error);
}
