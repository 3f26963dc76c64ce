#include <stdio.h>
#include <stdlib.h>

#include "command/command.h"
#include "infer/sampler.h"

typedef struct sample_arguments {
    rondo_run_arguments run;
    rondo_sampler_config sampler;
    int64_t seed;
} sample_arguments;

/* Where samples go: a single one to stdout at once, several into texts until all are drawn, because
 * they are drawn side by side. */
typedef struct listener {
    rondo_text *texts; /* [count]; NULL: a single one */
} listener;

static void hear(void *context, int64_t sample, const char *text)
{
    const listener *l = context;
    if (l->texts) {
        rondo_text_add(&l->texts[sample], "%s", text);
        return;
    }
    fputs(text, stdout);
    fflush(stdout);
}

/* Lines stand one under another; texts of several lines are kept apart by an empty line. */
static void print_samples(const rondo_text *texts, int64_t count, bool apart)
{
    for (int64_t i = 0; i < count; i++)
        printf("%s%s\n", i > 0 && apart ? "\n" : "", rondo_text_get(&texts[i]));
}

static rondo_status draw_many(const rondo_session *session, rondo_sampler_config *config,
                              bool apart, rondo_error *error)
{
    listener l = {.texts = calloc((size_t)config->count, sizeof *l.texts)};
    if (!l.texts) return rondo_error_set(error, RONDO_FAILED, "not enough memory: samples");
    config->context = &l;
    rondo_status status = rondo_sampler_run(session, config, error);
    for (int64_t i = 0; i < config->count && !status; i++)
        if (l.texts[i].failed)
            status = rondo_error_set(error, RONDO_FAILED, "not enough memory: samples");
    if (!status) print_samples(l.texts, config->count, apart);
    for (int64_t i = 0; i < config->count; i++)
        rondo_text_finish(&l.texts[i]);
    free(l.texts);
    return status;
}

static rondo_status draw_one(const rondo_session *session, rondo_sampler_config *config,
                             rondo_error *error)
{
    listener l = {.texts = NULL};
    config->context = &l;
    rondo_status status = rondo_sampler_run(session, config, error);
    if (!status) putchar('\n');
    return status;
}

static rondo_status draw(const rondo_session *session, rondo_sampler_config *config,
                         rondo_error *error)
{
    bool lines = session->experiment->data.sequences == RONDO_LINE;
    config->hear = hear;
    return config->count == 1 ? draw_one(session, config, error)
                              : draw_many(session, config, !lines && !config->until_end, error);
}

static rondo_status run(void *context, rondo_session *session, rondo_error *error)
{
    sample_arguments *arguments = context;
    arguments->sampler.seed = (uint64_t)arguments->seed;
    return draw(session, &arguments->sampler, error);
}

rondo_status rondo_command_sample(int argc, char **argv, rondo_error *error)
{
    sample_arguments arguments = {
        .sampler = {.prime = "", .draw = {.temperature = 1, .top_p = 1}, .count = 1}, .seed = 1};
    const rondo_argument table[] = {
        RONDO_ARGUMENT_RUN(arguments.run.folder),
        {RONDO_ARGUMENT_TEXT, "--class", "NAME", false, 0, 0, &arguments.sampler.class_name,
         "for a model with classes: the class of the text"},
        {RONDO_ARGUMENT_TEXT, "--prime", "TEXT", false, 0, 0, &arguments.sampler.prime,
         "text the model reads first"},
        {RONDO_ARGUMENT_REAL, "--temperature", "X", false, 0, 100,
         &arguments.sampler.draw.temperature,
         "softmax temperature; 0: always the most probable symbol (default 1)"},
        {RONDO_ARGUMENT_INTEGER, "--top-k", "N", false, 0, 2147483647.0,
         &arguments.sampler.draw.top_k,
         "sample from the N most probable symbols; 0: all (default)"},
        {RONDO_ARGUMENT_REAL, "--top-p", "X", false, 0, 1, &arguments.sampler.draw.top_p,
         "sample from the smallest set of symbols with total probability X; 1: all (default)"},
        {RONDO_ARGUMENT_FLAG, "--allow-unknown", NULL, false, 0, 0,
         &arguments.sampler.draw.allow_unknown, "allow the unknown symbol"},
        {RONDO_ARGUMENT_INTEGER, "--length", "N", false, 0, 10000000, &arguments.sampler.length,
         "maximum number of symbols (default 500, or to the end of a line)"},
        {RONDO_ARGUMENT_FLAG, "--until-end", NULL, false, 0, 0, &arguments.sampler.until_end,
         "stop at the end symbol (models of lines always do)"},
        {RONDO_ARGUMENT_INTEGER, "--count", "N", false, 1, 100000, &arguments.sampler.count,
         "number of samples (default 1)"},
        {RONDO_ARGUMENT_INTEGER, "--seed", "N", false, 0, 9007199254740992.0, &arguments.seed,
         "random seed (default 1)"},
        RONDO_ARGUMENT_LATEST(arguments.run.latest),
        RONDO_ARGUMENT_THREADS(arguments.run.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.run.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(
        table, "sample", "Generate text with a trained language model, on stdout.", argc, argv,
        &help, error);
    if (status || help) return status;
    return rondo_command_use_run(&arguments.run, false, run, &arguments, error);
}
