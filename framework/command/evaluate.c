#include "evaluate/evaluate.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "command/class_report.h"
#include "command/command.h"
#include "evaluate/exact_match.h"
#include "evaluate/forecast.h"
#include "evaluate/report.h"
#include "evaluate/unanswered.h"
#include "session/session.h"

typedef struct evaluate_arguments {
    rondo_run_arguments run;
    rondo_run_data data;
    rondo_argument_list files, sets;
    const char *split;
    bool json;
} evaluate_arguments;

typedef struct result {
    const rondo_loss *loss;
    const char *file;  /* NULL: a split of the run's own data */
    int64_t files;     /* whose total it is; 0: it is none */
    const char *split; /* NULL: the file has none */
    bool other_data;   /* the split is not that of training */
    rondo_evaluation evaluation;
    const rondo_tags *tags;      /* NULL where they spell no entities */
    rondo_class_counts *classes; /* owned; NULL where no classes are predicted */
    rondo_entities *entities;    /* owned; NULL where tags spell no entities */
    bool pooled;                 /* the score's weight counts sequences */
    int64_t tokens;
    rondo_judge judge;
    double seconds;
    rondo_forecast forecast; /* of a time series; no series: there is none */
} result;

static rondo_status check_split(const char *name, rondo_split split, const rondo_dataset *dataset,
                                rondo_error *error)
{
    if (dataset->splits[split].count > 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "--split %s: the run's data has no such split (data.split.%s); rondo "
                           "evaluate RUN FILE takes a file",
                           name, name);
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
    r->evaluation.match = rondo_exact_match_count(search, batches, 0, "decoding");
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
    rondo_judge_start(&session->experiment->data, session->dataset->schema->inputs, &r->judge);
    size.predictions = r->judge.generator >= 0 || session->dataset->series != NULL;
    r->pooled = session->network->pooling != RONDO_POOLING_NONE;
    r->tokens = rondo_batches_tokens(batches);
    rondo_pass_size_cover(&size, batches);
    status = rondo_pass_create(session->network, &size, &pass, error);
    if (!status)
        status = rondo_class_counts_create(session->experiment, session->dataset, size.tokens,
                                           &r->classes, error);
    if (!status) status = rondo_entities_create(session->dataset, &r->entities, error);
    if (!status) {
        double started = rondo_clock_seconds();
        rondo_pass_load(pass, session->parameters);
        rondo_evaluate_batches(pass, batches, split, r->classes, r->entities, &r->judge,
                               &r->evaluation);
        r->evaluation.of_text = rondo_experiment_predicts_text(session->experiment);
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

static bool is_there(const rondo_label_count *count)
{
    return count->gold > 0 || count->predicted > 0;
}

static void add_entities(rondo_text *json, const result *r)
{
    const rondo_label_count *counts = rondo_entities_by_type(r->entities);
    const char *separator = "";
    rondo_text_add(json, ", \"entities\": {");
    for (int32_t i = 0; i < r->tags->type_count; i++) {
        const rondo_label_count *c = &counts[i];
        if (!is_there(c)) continue;
        rondo_text_add(json, "%s", separator);
        separator = ", ";
        rondo_json_add_string(json, r->tags->types[i]);
        rondo_text_add(json, ": {\"precision\": ");
        rondo_json_add_number(json, rondo_label_precision(c));
        rondo_text_add(json, ", \"recall\": ");
        rondo_json_add_number(json, rondo_label_recall(c));
        rondo_text_add(json, ", \"f1\": ");
        rondo_json_add_number(json, rondo_label_f1(c));
        rondo_text_add(json, ", \"gold\": %lld, \"predicted\": %lld, \"correct\": %lld}",
                       (long long)c->gold, (long long)c->predicted, (long long)c->correct);
    }
    rondo_text_add(json, "}");
}

static void add_figures(rondo_text *json, const result *r)
{
    rondo_figure figures[RONDO_MAX_FIGURES];
    int32_t count = rondo_report_figures(r->loss, &r->evaluation, figures);
    rondo_text_add(json, "\"loss\": ");
    rondo_json_add_number(json, figures[0].value);
    rondo_text_add(json, ", \"metrics\": {");
    for (int32_t i = 1; i < count; i++) {
        rondo_text_add(json, "%s\"%s\": ", i > 1 ? ", " : "", figures[i].name);
        rondo_json_add_number(json, figures[i].value);
    }
    for (int64_t i = 0; i < r->judge.count; i++) {
        rondo_text_add(json, ", \"%s\": ", r->judge.verdicts[i].name);
        rondo_json_add_number(json, rondo_verdict_share(&r->judge.verdicts[i]));
    }
    rondo_text_add(json, "}");
}

static void add_json(rondo_text *json, const result *r)
{
    rondo_text_add(json, "{");
    if (r->files > 0) rondo_text_add(json, "\"files\": %lld, ", (long long)r->files);
    if (r->file) {
        rondo_text_add(json, "\"file\": ");
        rondo_json_add_string(json, r->file);
        rondo_text_add(json, ", ");
    }
    if (r->split) rondo_text_add(json, "\"split\": \"%s\", ", r->split);
    if (r->other_data) rondo_text_add(json, "\"other_data\": true, ");
    add_figures(json, r);
    if (r->entities) add_entities(json, r);
    if (r->classes) {
        rondo_text_add(json, ", ");
        rondo_class_report_json(r->classes, json);
    }
    if (r->pooled) rondo_text_add(json, ", \"sequences\": %.0f", r->evaluation.score.weight);
    if (r->forecast.series) {
        rondo_text_add(json, ", \"forecast\": ");
        rondo_forecast_json(&r->forecast, json);
    }
    rondo_text_add(json, ", \"tokens\": %lld, \"seconds\": %.6g}\n", (long long)r->tokens,
                   r->seconds);
}

static void add_entity_row(rondo_text *text, const char *name, const rondo_label_count *c)
{
    rondo_text_add(text, "%-24s %9.4f %9.4f %9.4f %9lld %9lld %9lld\n", name,
                   rondo_label_precision(c), rondo_label_recall(c), rondo_label_f1(c),
                   (long long)c->gold, (long long)c->predicted, (long long)c->correct);
}

static void add_entity_table(rondo_text *text, const result *r)
{
    const rondo_label_count *counts = rondo_entities_by_type(r->entities);
    rondo_text_add(text, "\n%-24s %9s %9s %9s %9s %9s %9s\n", "entities", "precision", "recall",
                   "f1", "gold", "predicted", "correct");
    for (int32_t i = 0; i < r->tags->type_count; i++)
        if (is_there(&counts[i])) add_entity_row(text, r->tags->types[i], &counts[i]);
    add_entity_row(text, "(all)", &r->evaluation.entities);
}

static void add_table(rondo_text *text, const result *r)
{
    rondo_figure figures[RONDO_MAX_FIGURES];
    int32_t count = rondo_report_figures(r->loss, &r->evaluation, figures);
    if (r->files > 0) rondo_text_add(text, "%-24s %lld\n", "files", (long long)r->files);
    if (r->file) rondo_text_add(text, "%-24s %s\n", "file", r->file);
    if (r->split) rondo_text_add(text, "%-24s %s\n", "split", r->split);
    rondo_text_add(text, "%-24s %.6f\n", figures[0].name, figures[0].value);
    for (int32_t i = 1; i < count; i++)
        rondo_text_add(text, "%-24s %.6g\n", figures[i].name, figures[i].value);
    for (int64_t i = 0; i < r->judge.count; i++)
        rondo_text_add(text, "%-24s %.6g\n", r->judge.verdicts[i].name,
                       rondo_verdict_share(&r->judge.verdicts[i]));
    if (r->pooled) rondo_text_add(text, "%-24s %.0f\n", "sequences", r->evaluation.score.weight);
    rondo_text_add(text, "%-24s %lld\n", "tokens", (long long)r->tokens);
    rondo_text_add(text, "%-24s %.3f\n", "seconds", r->seconds);
    if (r->classes) rondo_class_report_table(r->classes, text);
    if (r->entities) add_entity_table(text, r);
    if (!r->forecast.series) return;
    rondo_text_add(text, "\n");
    rondo_forecast_describe(&r->forecast, text);
}

/* The counts of `r` become the total's: names are those of the data read last. */
static void add_classes(result *total, result *r)
{
    if (!r->classes) return;
    if (total->classes) rondo_class_counts_add(r->classes, total->classes);
    rondo_class_counts_destroy(total->classes);
    total->classes = r->classes;
    r->classes = NULL;
    total->evaluation.has_classes = true;
    total->evaluation.macro_f1 = rondo_class_counts_macro(total->classes).f1;
}

/* Sums of several files, and what they count. */
static void add_to_total(result *total, result *r)
{
    rondo_evaluation *sum = &total->evaluation;
    const rondo_evaluation *one = &r->evaluation;
    rondo_score_add(&sum->score, &one->score);
    sum->of_text = one->of_text;
    sum->has_entities = one->has_entities;
    sum->entities.gold += one->entities.gold;
    sum->entities.predicted += one->entities.predicted;
    sum->entities.correct += one->entities.correct;
    sum->match.decoded += one->match.decoded;
    sum->match.exact += one->match.exact;
    add_classes(total, r);
    total->pooled = r->pooled;
    total->tokens += r->tokens;
    total->seconds += r->seconds;
}

static rondo_status print_result(const evaluate_arguments *arguments, const result *r,
                                 rondo_error *error)
{
    rondo_text text = {0};
    (arguments->json ? add_json : add_table)(&text, r);
    return (arguments->json ? rondo_command_print : rondo_command_print_report)(&text, error);
}

/* The session's data, and the total so far. */
static rondo_status evaluate(const evaluate_arguments *arguments, const rondo_session *session,
                             const char *file, result *total, rondo_error *error)
{
    rondo_split split = file ? RONDO_TEST : arguments->data.wanted.split;
    result r = {.loss = session->network->loss,
                .file = file,
                .split = arguments->split,
                .other_data = session->other_data,
                .tags = session->dataset->tags};
    rondo_status status = check_split(rondo_split_name(split), split, session->dataset, error);
    if (!status) status = evaluate_split(session, split, &r, error);
    if (!status) status = print_result(arguments, &r, error);
    add_to_total(total, &r);
    rondo_entities_destroy(r.entities);
    rondo_forecast_finish(&r.forecast);
    return status;
}

/* A file is a whole; only ragged arrays hold several splits. */
static rondo_status check_file_split(const evaluate_arguments *arguments,
                                     const rondo_session *session, rondo_error *error)
{
    if (!arguments->split || session->experiment->data.format == RONDO_FORMAT_HDF5) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "--split %s: a file is evaluated as a whole; only hdf5 holds splits",
                           arguments->split);
}

static rondo_status run(void *context, rondo_session *session, rondo_error *error)
{
    evaluate_arguments *arguments = context;
    const rondo_argument_list *files = &arguments->files;
    result total = {.loss = session->network->loss, .files = files->count};
    rondo_status status = files->count > 0 ? check_file_split(arguments, session, error)
                                           : evaluate(arguments, session, NULL, &total, error);
    for (int64_t i = 0; i < files->count && !status; i++) {
        arguments->data.wanted.file = files->items[i];
        if (i > 0) status = rondo_session_read_file(session, &arguments->data.wanted, error);
        if (i > 0 && !arguments->json) printf("\n");
        if (!status) status = evaluate(arguments, session, files->items[i], &total, error);
    }
    if (!status && files->count > 1) {
        if (!arguments->json) printf("\n");
        status = print_result(arguments, &total, error);
    }
    if (!status)
        rondo_unanswered_tell(total.classes, session->network->first_class, "what was evaluated");
    rondo_class_counts_destroy(total.classes);
    return status;
}

/* A file that is named for a split is meant to be another, and to be evaluated. */
static void take_set(evaluate_arguments *arguments, const char *set)
{
    static const char key[] = "data.split.";
    const char *equals = strchr(set, '=');
    double number;
    if (strncmp(set, key, sizeof key - 1) != 0 || rondo_text_real(equals + 1, &number)) return;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const char *name = rondo_split_name((rondo_split)s);
        size_t length = (size_t)(equals - set) - (sizeof key - 1);
        if (strlen(name) != length || strncmp(set + sizeof key - 1, name, length) != 0) continue;
        if (!arguments->split) arguments->split = name;
        if (strcmp(arguments->split, name) == 0) arguments->data.other = true;
    }
}

/* Where data lie is all that can be set: the rest is what was trained. */
static rondo_status check_sets(const rondo_argument_list *sets, rondo_error *error)
{
    static const char *const keys[] = {"data.path=", "data.split.train=", "data.split.valid=",
                                       "data.split.test=", "data.evaluation_batch_size="};
    for (int64_t i = 0; i < sets->count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
            known |= strncmp(sets->items[i], keys[k], strlen(keys[k])) == 0;
        if (!known)
            return rondo_error_set(error, RONDO_USAGE,
                                   "--set %s: of a trained model can be set where its data lie "
                                   "(data.path, data.split.train, valid, test) and "
                                   "data.evaluation_batch_size",
                                   sets->items[i]);
    }
    return RONDO_OK;
}

/* What is evaluated: files, or a split, the validation split where nothing is said. */
static rondo_status choose_data(evaluate_arguments *arguments, rondo_error *error)
{
    rondo_run_data *data = &arguments->data;
    rondo_status status = check_sets(&arguments->sets, error);
    if (status) return status;
    arguments->run.data = data;
    data->sets = arguments->sets.items;
    data->set_count = arguments->sets.count;
    for (int64_t i = 0; i < arguments->sets.count; i++)
        take_set(arguments, arguments->sets.items[i]);
    if (arguments->files.count > 0 && data->folder)
        return rondo_error_set(error, RONDO_USAGE, "give either FILE or --data");
    if (arguments->files.count > 0)
        data->wanted.file = arguments->files.items[0];
    else if (!arguments->split)
        arguments->split = "valid";
    return arguments->split ? rondo_command_split(arguments->split, &data->wanted.split, error)
                            : RONDO_OK;
}

rondo_status rondo_command_evaluate(int argc, char **argv, rondo_error *error)
{
    evaluate_arguments arguments = {.data.wanted.split = RONDO_SPLITS};
    const rondo_argument table[] = {
        RONDO_ARGUMENT_RUN(arguments.run.folder),
        {RONDO_ARGUMENT_WORDS, "FILE", NULL, false, 0, 0, &arguments.files,
         "files with their targets, in the form of the run's data, instead of a split of these; -: "
         "standard input"},
        {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0, &arguments.split,
         "train, valid (default) or test; which one of FILE, where that is hdf5"},
        RONDO_ARGUMENT_DATA(arguments.data.folder),
        {RONDO_ARGUMENT_LIST, "--set", "KEY=VALUE", false, 0, 0, &arguments.sets,
         "override where the data lie: --set data.split.test=new.txt"},
        RONDO_ARGUMENT_OTHER_DATA(arguments.data.other),
        {RONDO_ARGUMENT_FLAG, "--json", NULL, false, 0, 0, &arguments.json,
         "one JSON object on stdout, or one a line: for each FILE, and for all"},
        RONDO_ARGUMENT_LATEST(arguments.run.latest),
        RONDO_ARGUMENT_THREADS(arguments.run.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.run.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(
        table, "evaluate", "Loss and metrics of a trained model on a split, or on files.", argc,
        argv, &help, error);
    if (status || help) return status;
    if ((status = choose_data(&arguments, error))) return status;
    return rondo_command_use_run(&arguments.run, true, run, &arguments, error);
}
