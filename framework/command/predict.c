#include "command/predict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/command.h"

typedef struct predict_arguments {
    rondo_run_arguments run;
    const char *file, *split, *output;
    bool probabilities;
} predict_arguments;

/* By rondo_task_kind: the writer, or what to do instead. */
typedef struct task_writer {
    rondo_status (*write)(const rondo_prediction *prediction, rondo_error *error);
    const char *refusal;
} task_writer;

static const task_writer writers[] = {
    [RONDO_LANGUAGE_MODEL] = {NULL, "a language_model has no labels to predict for a file; rondo "
                                    "sample writes text with it"},
    [RONDO_TAGGING] = {rondo_predict_tags, NULL},
    [RONDO_CLASSIFICATION] = {rondo_predict_classes, NULL},
};

static rondo_status find_writer(const rondo_session *session, const char *run,
                                const task_writer **writer, rondo_error *error)
{
    size_t task = (size_t)session->experiment->task;
    *writer = task < sizeof writers / sizeof *writers ? &writers[task] : NULL;
    if (*writer && (*writer)->write) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "%s: %s", run,
                           *writer && (*writer)->refusal ? (*writer)->refusal
                                                         : "predict cannot do the run's task");
}

/* The file given, or that of one of the run's splits. */
static rondo_status find_file(const predict_arguments *arguments, const rondo_session *session,
                              const char **path, rondo_error *error)
{
    const rondo_split_config *split = &session->experiment->data.split;
    const char *name = arguments->split;
    *path = arguments->file;
    if (*path && !name) return RONDO_OK;
    if (*path || !name)
        return rondo_error_set(error, RONDO_USAGE,
                               "give either FILE, which is to be predicted, or --split");
    rondo_split which = RONDO_TRAIN;
    rondo_status status = rondo_command_split(name, &which, error);
    if (status) return status;
    const rondo_split_part *parts[RONDO_SPLITS] = {&split->train, &split->valid, &split->test};
    *path = parts[which]->path;
    if (*path) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "--split %s: the run's split is not a file of its own; give FILE", name);
}

/* Through a temporary file, so that what is there under the name is whole. */
static rondo_status write_file(rondo_prediction *prediction, const task_writer *writer,
                               const char *path, rondo_error *error)
{
    rondo_status status;
    char *temporary = rondo_file_temporary(path);
    if (!temporary) return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path);
    prediction->output = fopen(temporary, "wb");
    if (!prediction->output) {
        status = rondo_error_set(error, RONDO_USAGE, "%s: cannot write: %s", path, strerror(errno));
        goto cleanup;
    }
    status = writer->write(prediction, error);
    bool failed = ferror(prediction->output) != 0;
    if ((fclose(prediction->output) != 0 || failed) && !status)
        status =
            rondo_error_set(error, RONDO_FAILED, "%s: cannot write: %s", path, strerror(errno));
    if (!status) status = rondo_file_replace(temporary, path, error);
    if (status) remove(temporary);
cleanup:
    free(temporary);
    return status;
}

static rondo_status run(void *context, rondo_session *session, rondo_error *error)
{
    const predict_arguments *arguments = context;
    const task_writer *writer;
    rondo_prediction prediction = {
        .session = session, .probabilities = arguments->probabilities, .output = stdout};
    rondo_status status = find_writer(session, arguments->run.folder, &writer, error);
    if (!status) status = find_file(arguments, session, &prediction.path, error);
    if (status) return status;
    return arguments->output ? write_file(&prediction, writer, arguments->output, error)
                             : writer->write(&prediction, error);
}

rondo_status rondo_command_predict(int argc, char **argv, rondo_error *error)
{
    predict_arguments arguments = {0};
    const rondo_argument table[] = {
        RONDO_ARGUMENT_RUN(arguments.run.folder),
        {RONDO_ARGUMENT_WORD, "FILE", NULL, false, 0, 0, &arguments.file,
         "what is to be labelled, in the form of the run's data; -: standard input"},
        {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0, &arguments.split,
         "instead of FILE the run's own train, valid or test file"},
        {RONDO_ARGUMENT_TEXT, "--output", "FILE", false, 0, 0, &arguments.output,
         "write there, whole or not at all, instead of to stdout"},
        {RONDO_ARGUMENT_FLAG, "--probabilities", NULL, false, 0, 0, &arguments.probabilities,
         "behind each label its probability"},
        RONDO_ARGUMENT_LATEST(arguments.run.latest),
        RONDO_ARGUMENT_THREADS(arguments.run.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.run.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(
        table, "predict", "A file with the labels that a trained model gives it.", argc, argv,
        &help, error);
    if (status || help) return status;
    return rondo_command_use_run(&arguments.run, false, run, &arguments, error);
}
