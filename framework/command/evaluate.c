#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "command/command.h"
#include "train/evaluate.h"
#include "train/exact_match.h"
#include "train/forecast.h"
#include "train/report.h"
#include "train/session.h"

typedef struct evaluate_arguments {
    const char *run, *split;
    bool json, latest;
    int64_t threads;
    rondo_argument_list plugins;
} evaluate_arguments;

typedef struct result {
    const rondo_loss *loss;
    const char *split;
    rondo_evaluation evaluation;
    const rondo_tags *tags;   /* NULL where they spell no entities */
    rondo_entities *entities; /* owned */
    bool pooled;              /* the score's weight counts sequences */
    int64_t tokens;
    rondo_judge judge;
    double seconds;
    rondo_forecast forecast; /* of a time series; no series: there is none */
} result;

static rondo_status find_split(const char *name, const rondo_dataset *dataset, rondo_split *split,
                               rondo_error *error)
{
    for (int i = 0; i < RONDO_SPLITS; i++) {
        if (strcmp(name, rondo_split_name((rondo_split)i)) != 0) continue;
        *split = (rondo_split)i;
        if (dataset->splits[i].count > 0) return RONDO_OK;
        return rondo_error_set(error, RONDO_USAGE,
                               "--split %s: the run's data has no such split (data.split.%s)", name,
                               name);
    }
    return rondo_error_set(error, RONDO_USAGE, "--split: \"%s\" is not one of train, valid, test",
                           name);
}

static rondo_status count_matches(const rondo_session *session, rondo_batches *batches,
                                  const rondo_pass_size *size, result *r, rondo_error *error)
{
    const rondo_beam_config greedy = rondo_exact_match_config(size);
    rondo_beam_search *search;
    if (!session->network->encoder) return RONDO_OK;
    rondo_status status = rondo_beam_search_create(session->network, &greedy, &search, error);
    if (status) return status;
    rondo_beam_search_load(search, session->parameters);
    r->evaluation.match = rondo_exact_match_count(search, batches, 0, r->split);
    rondo_beam_search_destroy(search);
    return RONDO_OK;
}

static rondo_status evaluate_split(const rondo_session *session, rondo_split split, result *r,
                                   rondo_error *error)
{
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_pass_size size = {.threads = session->threads};
    rondo_status status = rondo_session_batches(session, split, false, &batches, error);
    if (status) return status;
    rondo_judge_start(&session->experiment->data, session->dataset->inputs, &r->judge);
    size.predictions = r->judge.generator >= 0 || session->dataset->series != NULL;
    r->pooled = session->network->pooling != RONDO_POOLING_NONE;
    r->tokens = rondo_batches_tokens(batches);
    rondo_pass_size_cover(&size, batches);
    status = rondo_pass_create(session->network, &size, &pass, error);
    if (!status) status = rondo_entities_create(session->dataset, size.tokens, &r->entities, error);
    if (!status) {
        double started = rondo_clock_seconds();
        rondo_pass_load(pass, session->parameters);
        rondo_evaluate_batches(pass, batches, split, r->entities, &r->judge, &r->evaluation);
        status = count_matches(session, batches, &size, r, error);
        r->seconds = rondo_clock_seconds() - started;
    }
    if (!status && session->dataset->series)
        status = rondo_forecast_run(pass, batches, session->network, session->dataset, split,
                                    &r->forecast, error);
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    return status;
}

static void print_number(double value)
{
    if (isfinite(value))
        printf("%.17g", value);
    else
        printf("null");
}

static void print_string(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            printf("\\%c", byte);
        else if (byte < ' ' || byte == 127)
            printf("\\u%04x", byte);
        else
            putchar(byte);
    }
    putchar('"');
}

static bool is_there(const rondo_entity_count *count)
{
    return count->gold > 0 || count->predicted > 0;
}

static void print_json_entities(const result *r)
{
    const rondo_entity_count *counts = rondo_entities_by_type(r->entities);
    const char *separator = "";
    printf(", \"entities\": {");
    for (int32_t i = 0; i < r->tags->type_count; i++) {
        const rondo_entity_count *c = &counts[i];
        if (!is_there(c)) continue;
        printf("%s", separator);
        separator = ", ";
        print_string(r->tags->types[i]);
        printf(": {\"precision\": ");
        print_number(rondo_entity_precision(c));
        printf(", \"recall\": ");
        print_number(rondo_entity_recall(c));
        printf(", \"f1\": ");
        print_number(rondo_entity_f1(c));
        printf(", \"gold\": %lld, \"predicted\": %lld, \"correct\": %lld}", (long long)c->gold,
               (long long)c->predicted, (long long)c->correct);
    }
    putchar('}');
}

static void print_forecast(const rondo_forecast *forecast, const char *before,
                           void (*add)(const rondo_forecast *forecast, rondo_text *text))
{
    rondo_text text = {0};
    add(forecast, &text);
    printf("%s%s", before, rondo_text_get(&text));
    rondo_text_finish(&text);
}

static void print_json(const result *r)
{
    rondo_figure figures[RONDO_MAX_FIGURES];
    int32_t count = rondo_report_figures(r->loss, &r->evaluation, figures);
    printf("{\"split\": \"%s\", \"loss\": ", r->split);
    print_number(figures[0].value);
    printf(", \"metrics\": {");
    for (int32_t i = 1; i < count; i++) {
        printf("%s\"%s\": ", i > 1 ? ", " : "", figures[i].name);
        print_number(figures[i].value);
    }
    for (int64_t i = 0; i < r->judge.count; i++) {
        printf(", \"%s\": ", r->judge.verdicts[i].name);
        print_number(rondo_verdict_share(&r->judge.verdicts[i]));
    }
    putchar('}');
    if (r->entities) print_json_entities(r);
    if (r->pooled) printf(", \"sequences\": %.0f", r->evaluation.score.weight);
    if (r->forecast.series) print_forecast(&r->forecast, ", \"forecast\": ", rondo_forecast_json);
    printf(", \"tokens\": %lld, \"seconds\": %.6g}\n", (long long)r->tokens, r->seconds);
}

static void print_entity_row(const char *name, const rondo_entity_count *c)
{
    printf("%-24s %9.4f %9.4f %9.4f %9lld %9lld %9lld\n", name, rondo_entity_precision(c),
           rondo_entity_recall(c), rondo_entity_f1(c), (long long)c->gold, (long long)c->predicted,
           (long long)c->correct);
}

static void print_entities(const result *r)
{
    const rondo_entity_count *counts = rondo_entities_by_type(r->entities);
    printf("\n%-24s %9s %9s %9s %9s %9s %9s\n", "entities", "precision", "recall", "f1", "gold",
           "predicted", "correct");
    for (int32_t i = 0; i < r->tags->type_count; i++)
        if (is_there(&counts[i])) print_entity_row(r->tags->types[i], &counts[i]);
    print_entity_row("(all)", &r->evaluation.entities);
}

static void print_text(const result *r)
{
    rondo_figure figures[RONDO_MAX_FIGURES];
    int32_t count = rondo_report_figures(r->loss, &r->evaluation, figures);
    printf("%-24s %s\n", "split", r->split);
    printf("%-24s %.6f\n", figures[0].name, figures[0].value);
    for (int32_t i = 1; i < count; i++)
        printf("%-24s %.6g\n", figures[i].name, figures[i].value);
    for (int64_t i = 0; i < r->judge.count; i++)
        printf("%-24s %.6g\n", r->judge.verdicts[i].name,
               rondo_verdict_share(&r->judge.verdicts[i]));
    if (r->pooled) printf("%-24s %.0f\n", "sequences", r->evaluation.score.weight);
    printf("%-24s %lld\n", "tokens", (long long)r->tokens);
    printf("%-24s %.3f\n", "seconds", r->seconds);
    if (r->entities) print_entities(r);
    if (r->forecast.series) print_forecast(&r->forecast, "\n", rondo_forecast_describe);
}

static rondo_status run(const evaluate_arguments *arguments, rondo_registry *registry,
                        rondo_error *error)
{
    rondo_session session;
    rondo_split split = RONDO_VALID;
    rondo_status status = rondo_session_restore(arguments->run, arguments->latest, true,
                                                (int)arguments->threads, registry, &session, error);
    if (status) return status;
    result r = {
        .loss = session.network->loss, .split = arguments->split, .tags = session.dataset->tags};
    status = find_split(arguments->split, session.dataset, &split, error);
    if (!status) status = evaluate_split(&session, split, &r, error);
    if (!status) (arguments->json ? print_json : print_text)(&r);
    rondo_entities_destroy(r.entities);
    rondo_forecast_finish(&r.forecast);
    rondo_session_finish(&session);
    return status;
}

rondo_status rondo_command_evaluate(int argc, char **argv, rondo_error *error)
{
    evaluate_arguments arguments = {.split = "valid"};
    const rondo_argument table[] = {{RONDO_ARGUMENT_WORD, "RUN", NULL, true, 0, 0, &arguments.run,
                                     "the run folder that train wrote"},
                                    {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0,
                                     &arguments.split, "train, valid (default) or test"},
                                    {RONDO_ARGUMENT_FLAG, "--json", NULL, false, 0, 0,
                                     &arguments.json, "one JSON object on stdout"},
                                    {RONDO_ARGUMENT_FLAG, "--latest", NULL, false, 0, 0,
                                     &arguments.latest,
                                     "the latest checkpoint instead of the best"},
                                    RONDO_ARGUMENT_THREADS(arguments.threads),
                                    RONDO_ARGUMENT_PLUGINS(arguments.plugins),
                                    RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    bool help;
    rondo_status status =
        rondo_command_parse(table, "evaluate", "Loss and metrics of a trained model on a split.",
                            argc, argv, &help, error);
    if (status || help) return status;
    status =
        rondo_registry_create(arguments.plugins.items, arguments.plugins.count, &registry, error);
    if (status) return status;
    status = run(&arguments, registry, error);
    rondo_registry_destroy(registry);
    return status;
}
