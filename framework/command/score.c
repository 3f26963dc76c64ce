#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "command/command.h"
#include "infer/scorer.h"

typedef struct score_arguments {
    rondo_run_arguments run;
    const char *class_name, *text, *file;
    bool tokens, json;
} score_arguments;

/* A text with its probabilities, and how much of it is shown. */
typedef struct scored {
    const rondo_session *session;
    const rondo_scored_text *text;
    bool tokens;
} scored;

static double nats_a_symbol(double log_probability, int64_t symbols)
{
    return -log_probability / (double)symbols;
}

static double bits_a_symbol(double log_probability, int64_t symbols)
{
    static const double ln2 = 0.69314718055994530942;
    return nats_a_symbol(log_probability, symbols) / ln2;
}

static bool is_of_lines(const scored *s)
{
    return s->session->experiment->data.sequences == RONDO_LINE;
}

/* --- for people --- */

static void print_tokens(const scored *s, const rondo_scored_line *line)
{
    printf("%-16s %15s\n", "symbol", "log-probability");
    for (int64_t i = line->first; i < line->first + line->symbols; i++)
        printf("%-16s %15.6f\n", rondo_vocabulary_name(s->session->schema->inputs, s->text->ids[i]),
               s->text->log_probabilities[i]);
}

static void print_sum(const char *name, int64_t symbols, int64_t unknown, double log_probability)
{
    printf("%-8s %8lld %8lld %16.6f %12.6g %12.6f\n", name, (long long)symbols, (long long)unknown,
           log_probability, exp(nats_a_symbol(log_probability, symbols)),
           bits_a_symbol(log_probability, symbols));
}

static void print_heads(void)
{
    printf("%-8s %8s %8s %16s %12s %12s\n", "line", "symbols", "unknown", "log-probability",
           "perplexity", "bits/symbol");
}

static void print_notes(const scored *s)
{
    const char *end = rondo_vocabulary_name(s->session->schema->inputs, RONDO_END_ID);
    if (is_of_lines(s))
        printf("# log-probabilities in nats; a line starts from zero state, and %s is its last "
               "symbol\n",
               end);
    else
        printf("# log-probabilities in nats; a stream: the text starts from zero state and %s, a "
               "line from where\n# the line before ended; %s is a line's last symbol\n",
               end, end);
    if (s->text->unknown > 0)
        printf("# symbols that the dictionary does not have count with the probability of %s\n",
               rondo_vocabulary_name(s->session->schema->inputs, RONDO_UNKNOWN_ID));
}

static void print_text(const scored *s)
{
    const rondo_scored_text *text = s->text;
    if (!s->tokens) print_heads();
    for (int64_t i = 0; i < text->line_count; i++) {
        const rondo_scored_line *line = &text->lines[i];
        char name[32];
        snprintf(name, sizeof name, "%lld", (long long)line->number);
        if (s->tokens) {
            print_tokens(s, line);
            print_heads();
        }
        print_sum(name, line->symbols, line->unknown, line->log_probability);
        if (s->tokens) printf("\n");
    }
    print_sum("total", text->symbols, text->unknown, text->log_probability);
    print_notes(s);
}

/* --- for programs --- */

static void add_sum(rondo_json *json, int64_t symbols, int64_t unknown, double log_probability)
{
    rondo_json_integer(json, "symbols", symbols);
    rondo_json_integer(json, "unknown", unknown);
    rondo_json_real(json, "log_probability", log_probability);
    rondo_json_real(json, "perplexity", exp(nats_a_symbol(log_probability, symbols)));
    rondo_json_real(json, "bits_per_symbol", bits_a_symbol(log_probability, symbols));
}

static void add_tokens(rondo_json *json, const scored *s, const rondo_scored_line *line)
{
    rondo_json_begin(json, "tokens", '[');
    for (int64_t i = line->first; i < line->first + line->symbols; i++) {
        rondo_json_begin(json, NULL, '{');
        rondo_json_string(json, "symbol",
                          rondo_vocabulary_name(s->session->schema->inputs, s->text->ids[i]));
        rondo_json_real(json, "log_probability", s->text->log_probabilities[i]);
        rondo_json_end(json, '}');
    }
    rondo_json_end(json, ']');
}

static void add_line(rondo_json *json, const scored *s, const rondo_scored_line *line)
{
    rondo_json_break(json, 0);
    rondo_json_begin(json, NULL, '{');
    rondo_json_integer(json, "line", line->number);
    add_sum(json, line->symbols, line->unknown, line->log_probability);
    if (s->tokens) add_tokens(json, s, line);
    rondo_json_end(json, '}');
}

static rondo_status print_json(const scored *s, rondo_error *error)
{
    const rondo_scored_text *scored_text = s->text;
    rondo_text text = {0};
    rondo_json json = {.text = &text};
    rondo_json_begin(&json, NULL, '{');
    rondo_json_string(&json, "sequences", is_of_lines(s) ? "line" : "stream");
    add_sum(&json, scored_text->symbols, scored_text->unknown, scored_text->log_probability);
    rondo_json_begin(&json, "lines", '[');
    for (int64_t i = 0; i < scored_text->line_count; i++)
        add_line(&json, s, &scored_text->lines[i]);
    rondo_json_end(&json, ']');
    rondo_json_end(&json, '}');
    rondo_text_add(&text, "\n");
    return rondo_command_print(&text, error);
}

/* --- */

static rondo_status read_text(const score_arguments *arguments, rondo_source *source,
                              rondo_error *error)
{
    if (arguments->text) return rondo_source_copy("--text", arguments->text, source, error);
    return strcmp(arguments->file, "-") == 0 ? rondo_source_read_input(source, error)
                                             : rondo_source_read(arguments->file, source, error);
}

static rondo_status run(void *context, rondo_session *session, rondo_error *error)
{
    const score_arguments *arguments = context;
    rondo_source source = {0};
    rondo_scored_text text = {0};
    rondo_status status = read_text(arguments, &source, error);
    if (!status) status = rondo_scorer_run(session, arguments->class_name, &source, &text, error);
    const scored s = {session, &text, arguments->tokens || arguments->text};
    if (!status && arguments->json)
        status = print_json(&s, error);
    else if (!status)
        print_text(&s);
    rondo_scored_text_finish(&text);
    rondo_source_finish(&source);
    return status;
}

rondo_status rondo_command_score(int argc, char **argv, rondo_error *error)
{
    score_arguments arguments = {0};
    const rondo_argument table[] = {
        RONDO_ARGUMENT_RUN(arguments.run.folder),
        {RONDO_ARGUMENT_TEXT, "--text", "TEXT", false, 0, 0, &arguments.text,
         "the text, symbol by symbol"},
        {RONDO_ARGUMENT_TEXT, "--file", "FILE", false, 0, 0, &arguments.file,
         "a file, line by line; -: standard input"},
        {RONDO_ARGUMENT_TEXT, "--class", "NAME", false, 0, 0, &arguments.class_name,
         "for a model with classes: the class to condition on"},
        {RONDO_ARGUMENT_FLAG, "--tokens", NULL, false, 0, 0, &arguments.tokens,
         "with --file: also print each symbol's log-probability"},
        {RONDO_ARGUMENT_FLAG, "--json", NULL, false, 0, 0, &arguments.json,
         "one JSON object on stdout"},
        RONDO_ARGUMENT_LATEST(arguments.run.latest),
        RONDO_ARGUMENT_THREADS(arguments.run.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.run.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status =
        rondo_command_parse(table, "score", "The probability of a text under a language model.",
                            argc, argv, &help, error);
    if (status || help) return status;
    if (!arguments.text == !arguments.file)
        return rondo_error_set(error, RONDO_USAGE, "give either --text or --file");
    return rondo_command_use_run(&arguments.run, false, run, &arguments, error);
}
