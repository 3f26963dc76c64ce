#include <math.h>
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "train/scorer.h"

typedef struct score_arguments {
    const char *run, *class_name, *text, *file;
    bool tokens, json, latest;
    int64_t threads;
    rondo_argument_list plugins;
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
    return s->session->experiment->data.example == RONDO_LINE;
}

/* --- for people --- */

static void print_tokens(const scored *s, const rondo_scored_line *line)
{
    printf("%-16s %15s\n", "symbol", "log-probability");
    for (int64_t i = line->first; i < line->first + line->symbols; i++)
        printf("%-16s %15.6f\n", rondo_vocabulary_name(s->session->inputs, s->text->ids[i]),
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
    const char *end = rondo_vocabulary_name(s->session->inputs, RONDO_END_ID);
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
               rondo_vocabulary_name(s->session->inputs, RONDO_UNKNOWN_ID));
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

/* Names are valid UTF-8: only what JSON keeps for itself is escaped. */
static void print_json_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            printf("\\%c", byte);
        else if (byte < 0x20)
            printf("\\u%04x", byte);
        else
            putchar(byte);
    }
    putchar('"');
}

static void print_json_number(double value)
{
    if (isfinite(value))
        printf("%.17g", value);
    else
        printf("null");
}

static void print_json_sum(int64_t symbols, int64_t unknown, double log_probability)
{
    printf("\"symbols\": %lld, \"unknown\": %lld, \"log_probability\": ", (long long)symbols,
           (long long)unknown);
    print_json_number(log_probability);
    printf(", \"perplexity\": ");
    print_json_number(exp(nats_a_symbol(log_probability, symbols)));
    printf(", \"bits_per_symbol\": ");
    print_json_number(bits_a_symbol(log_probability, symbols));
}

static void print_json_tokens(const scored *s, const rondo_scored_line *line)
{
    printf(", \"tokens\": [");
    for (int64_t i = line->first; i < line->first + line->symbols; i++) {
        printf("%s{\"symbol\": ", i > line->first ? ", " : "");
        print_json_text(rondo_vocabulary_name(s->session->inputs, s->text->ids[i]));
        printf(", \"log_probability\": ");
        print_json_number(s->text->log_probabilities[i]);
        printf("}");
    }
    printf("]");
}

static void print_json(const scored *s)
{
    const rondo_scored_text *text = s->text;
    printf("{\"example\": \"%s\", ", is_of_lines(s) ? "line" : "stream");
    print_json_sum(text->symbols, text->unknown, text->log_probability);
    printf(", \"lines\": [");
    for (int64_t i = 0; i < text->line_count; i++) {
        const rondo_scored_line *line = &text->lines[i];
        printf("%s\n{\"line\": %lld, ", i > 0 ? "," : "", (long long)line->number);
        print_json_sum(line->symbols, line->unknown, line->log_probability);
        if (s->tokens) print_json_tokens(s, line);
        printf("}");
    }
    printf("]}\n");
}

/* --- */

static rondo_status read_text(const score_arguments *arguments, rondo_source *source,
                              rondo_error *error)
{
    if (arguments->text) return rondo_source_copy("--text", arguments->text, source, error);
    return strcmp(arguments->file, "-") == 0 ? rondo_source_read_input(source, error)
                                             : rondo_source_read(arguments->file, source, error);
}

static rondo_status score(const score_arguments *arguments, const rondo_session *session,
                          rondo_error *error)
{
    rondo_source source = {0};
    rondo_scored_text text = {0};
    rondo_status status = read_text(arguments, &source, error);
    if (!status) status = rondo_scorer_run(session, arguments->class_name, &source, &text, error);
    const scored s = {session, &text, arguments->tokens || arguments->text};
    if (!status) (arguments->json ? print_json : print_text)(&s);
    rondo_scored_text_finish(&text);
    rondo_source_finish(&source);
    return status;
}

static rondo_status run(const score_arguments *arguments, rondo_registry *registry,
                        rondo_error *error)
{
    rondo_session session;
    rondo_status status = rondo_session_restore(arguments->run, arguments->latest, false,
                                                (int)arguments->threads, registry, &session, error);
    if (status) return status;
    status = score(arguments, &session, error);
    rondo_session_finish(&session);
    return status;
}

rondo_status rondo_command_score(int argc, char **argv, rondo_error *error)
{
    score_arguments arguments = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "RUN", NULL, true, 0, 0, &arguments.run,
         "the run folder that train wrote"},
        {RONDO_ARGUMENT_TEXT, "--text", "TEXT", false, 0, 0, &arguments.text,
         "the text, symbol by symbol"},
        {RONDO_ARGUMENT_TEXT, "--file", "FILE", false, 0, 0, &arguments.file,
         "or a file, line by line; -: standard input"},
        {RONDO_ARGUMENT_TEXT, "--class", "NAME", false, 0, 0, &arguments.class_name,
         "of a model with classes: given this one"},
        {RONDO_ARGUMENT_FLAG, "--tokens", NULL, false, 0, 0, &arguments.tokens,
         "a file symbol by symbol, too"},
        {RONDO_ARGUMENT_FLAG, "--json", NULL, false, 0, 0, &arguments.json,
         "one JSON object on stdout"},
        {RONDO_ARGUMENT_FLAG, "--latest", NULL, false, 0, 0, &arguments.latest,
         "the latest checkpoint instead of the best"},
        RONDO_ARGUMENT_THREADS(arguments.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.plugins),
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "score", "The probability that a language model gives to a text.", argc, argv, &help,
        error);
    if (status || help) return status;
    if (!arguments.text == !arguments.file)
        return rondo_error_set(error, RONDO_USAGE, "give either --text or --file");
    status =
        rondo_registry_create(arguments.plugins.items, arguments.plugins.count, &registry, error);
    if (status) return status;
    status = run(&arguments, registry, error);
    rondo_registry_destroy(registry);
    return status;
}
