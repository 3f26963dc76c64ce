#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "command/command.h"
#include "train/evaluate.h"
#include "train/report.h"
#include "train/session.h"

typedef struct evaluate_arguments {
    const char *run, *split;
    bool json, latest;
    int64_t threads;
    rondo_argument_list plugins;
} evaluate_arguments;

typedef struct evaluation {
    const rondo_loss *loss;
    const char *split;
    rondo_score score;
    bool pooled; /* the score's weight counts sequences */
    int64_t tokens;
    double seconds;
} evaluation;

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

static rondo_status evaluate_split(const rondo_session *session, rondo_split split,
                                   evaluation *result, rondo_error *error)
{
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_pass_size size = {.threads = session->threads};
    rondo_status status = rondo_session_batches(session, split, false, &batches, error);
    if (status) return status;
    rondo_batches_largest(batches, &size.rows, &size.steps, &size.tokens);
    result->pooled = session->network->pooling != RONDO_POOLING_NONE;
    result->tokens = rondo_batches_tokens(batches);
    status = rondo_pass_create(session->network, &size, &pass, error);
    if (!status) {
        double started = rondo_clock_seconds();
        rondo_pass_load(pass, session->parameters);
        rondo_evaluate_batches(pass, batches, rondo_split_name(split), &result->score);
        result->seconds = rondo_clock_seconds() - started;
    }
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

static void print_json(const evaluation *e)
{
    printf("{\"split\": \"%s\", \"loss\": ", e->split);
    print_number(rondo_report_loss(&e->score));
    printf(", \"metrics\": {");
    for (int32_t i = 0; i < e->loss->metric_count; i++) {
        if (e->loss->metrics[i].rule == RONDO_METRIC_WHOLE) continue;
        printf("%s\"%s\": ", i > 0 ? ", " : "", e->loss->metrics[i].name);
        print_number(rondo_report_metric(e->loss, &e->score, i));
    }
    printf("}");
    if (e->pooled) printf(", \"sequences\": %.0f", e->score.weight);
    printf(", \"tokens\": %lld, \"seconds\": %.6g}\n", (long long)e->tokens, e->seconds);
}

static void print_text(const evaluation *e)
{
    printf("%-24s %s\n", "split", e->split);
    printf("%-24s %.6f\n", "loss", rondo_report_loss(&e->score));
    for (int32_t i = 0; i < e->loss->metric_count; i++)
        if (e->loss->metrics[i].rule != RONDO_METRIC_WHOLE)
            printf("%-24s %.6g\n", e->loss->metrics[i].name,
                   rondo_report_metric(e->loss, &e->score, i));
    if (e->pooled) printf("%-24s %.0f\n", "sequences", e->score.weight);
    printf("%-24s %lld\n", "tokens", (long long)e->tokens);
    printf("%-24s %.3f\n", "seconds", e->seconds);
}

static rondo_status run(const evaluate_arguments *arguments, rondo_registry *registry,
                        rondo_error *error)
{
    rondo_session session;
    rondo_split split = RONDO_VALID;
    rondo_status status = rondo_session_restore(arguments->run, arguments->latest, true,
                                                (int)arguments->threads, registry, &session, error);
    if (status) return status;
    evaluation result = {.loss = session.network->loss, .split = arguments->split};
    status = find_split(arguments->split, session.dataset, &split, error);
    if (!status) status = evaluate_split(&session, split, &result, error);
    if (!status) (arguments->json ? print_json : print_text)(&result);
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
