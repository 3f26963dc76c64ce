#include "evaluate/evaluate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "command/command.h"
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
    const char *file;           /* NULL: a split of the run's own data */
    int64_t files;              /* whose total it is; 0: it is none */
    const char *split;          /* NULL: the file has none */
    bool other_data;            /* the split is not that of training */
    rondo_evaluator *evaluator; /* owned */
    rondo_evaluation evaluation;
    bool pooled; /* the score's weight counts sequences */
    int64_t tokens;
    double seconds;
} result;

static rondo_status check_split(const char *name, rondo_split split, const rondo_dataset *dataset,
                                rondo_error *error)
{
    if (dataset->splits[split].count > 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "--split %s: the run's data have no such split (data.split.%s); rondo "
                           "evaluate RUN FILE takes a file",
                           name, name);
}

static rondo_status evaluate_split(const rondo_session *session, rondo_split split, result *r,
                                   rondo_error *error)
{
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_pass_size size = {
        .threads = session->threads,
        .predictions = rondo_evaluator_keeps_predictions(session->experiment, session->dataset)};
    rondo_status status = rondo_session_batches(session, split, false, &batches, error);
    if (status) return status;
    r->pooled = session->network->pooling != RONDO_POOLING_NONE ||
                session->network->loss->target == RONDO_TARGET_LABELS;
    r->tokens = rondo_batches_tokens(batches);
    rondo_pass_size_cover(&size, batches);
    status = rondo_pass_create(session->network, &size, &pass, error);
    if (!status) status = rondo_evaluator_create(session, &size, &r->evaluator, error);
    if (!status) {
        double started = rondo_clock_seconds();
        rondo_pass_load(pass, session->parameters);
        rondo_evaluator_run(r->evaluator, pass, batches, split, RONDO_EVALUATE_ALL, &r->evaluation);
        r->seconds = rondo_clock_seconds() - started;
    }
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    return status;
}

static void add_json(rondo_text *text, const result *r)
{
    rondo_json json = {.text = text};
    rondo_json_begin(&json, NULL, '{');
    if (r->files > 0) rondo_json_integer(&json, "files", r->files);
    if (r->file) rondo_json_string(&json, "file", r->file);
    if (r->split) rondo_json_string(&json, "split", r->split);
    if (r->other_data) rondo_json_bool(&json, "other_data", true);
    rondo_report_json(r->evaluator, &r->evaluation, &json);
    rondo_report_counts_json(r->evaluator, &json);
    if (r->pooled) rondo_json_integer(&json, "sequences", llround(r->evaluation.score.weight));
    rondo_json_integer(&json, "tokens", r->tokens);
    rondo_json_rounded(&json, "seconds", r->seconds, 6);
    rondo_json_end(&json, '}');
    rondo_text_add(text, "\n");
}

static void add_table(rondo_text *text, const result *r)
{
    if (r->files > 0) rondo_text_add(text, "%-24s %lld\n", "files", (long long)r->files);
    if (r->file) rondo_text_add(text, "%-24s %s\n", "file", r->file);
    if (r->split) rondo_text_add(text, "%-24s %s\n", "split", r->split);
    rondo_report_table(r->evaluator, &r->evaluation, text);
    if (r->pooled) rondo_text_add(text, "%-24s %.0f\n", "sequences", r->evaluation.score.weight);
    rondo_text_add(text, "%-24s %lld\n", "tokens", (long long)r->tokens);
    rondo_text_add(text, "%-24s %.3f\n", "seconds", r->seconds);
    rondo_report_counts_table(r->evaluator, text);
}

/* What is counted of several files. Names are those of the data read last, whose evaluator goes on
 * as the total's. */
static void add_to_total(result *total, result *r)
{
    if (total->evaluator)
        rondo_evaluator_add(r->evaluator, &r->evaluation, total->evaluator, &total->evaluation);
    rondo_evaluator_destroy(total->evaluator);
    total->evaluator = r->evaluator;
    total->evaluation = r->evaluation;
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
    result r = {.file = file, .split = arguments->split, .other_data = session->other_data};
    rondo_status status = check_split(rondo_split_name(split), split, session->dataset, error);
    if (!status) status = evaluate_split(session, split, &r, error);
    if (!status) status = print_result(arguments, &r, error);
    if (!status)
        add_to_total(total, &r);
    else
        rondo_evaluator_destroy(r.evaluator);
    return status;
}

/* A file is a whole; only ragged arrays hold several splits. */
static rondo_status check_file_split(const evaluate_arguments *arguments,
                                     const rondo_session *session, rondo_error *error)
{
    bool has_splits = rondo_format_has(&session->experiment->data, RONDO_PROVIDES_SPLITS);
    if (!arguments->split || has_splits) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "--split %s: a file of data.format %s holds no splits; without --split "
                           "it is evaluated as a whole",
                           arguments->split, session->experiment->data.format->head.name);
}

static rondo_status run(void *context, rondo_session *session, rondo_error *error)
{
    evaluate_arguments *arguments = context;
    const rondo_argument_list *files = &arguments->files;
    result total = {.files = files->count};
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
        rondo_unanswered_warn(rondo_evaluator_classes(total.evaluator),
                              session->network->first_class, "what was evaluated");
    rondo_evaluator_destroy(total.evaluator);
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
                                   "--set %s: a trained model's keys are fixed, except data.path, "
                                   "data.split.train, valid, test and data.evaluation_batch_size",
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
         "files with targets, in the format of the training data, instead of a split of it; -: "
         "standard input"},
        {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0, &arguments.split,
         "train, valid (default) or test; with HDF5 files: that split of each file"},
        RONDO_ARGUMENT_DATA(arguments.data.folder),
        {RONDO_ARGUMENT_LIST, "--set", "KEY=VALUE", false, 0, 0, &arguments.sets,
         "override where the data are: --set data.split.test=new.txt"},
        RONDO_ARGUMENT_OTHER_DATA(arguments.data.other),
        {RONDO_ARGUMENT_FLAG, "--json", NULL, false, 0, 0, &arguments.json,
         "print JSON: one object, or with several files one per line, for each FILE and for all"},
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
