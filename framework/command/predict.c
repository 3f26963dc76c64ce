#include "command/predict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/command.h"

typedef struct predict_arguments {
    const char *run, *file, *split, *output;
    bool probabilities, latest;
    int64_t threads;
    rondo_argument_list plugins;
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
    const rondo_split_part *part = strcmp(name, "train") == 0   ? &split->train
                                   : strcmp(name, "valid") == 0 ? &split->valid
                                   : strcmp(name, "test") == 0  ? &split->test
                                                                : NULL;
    if (!part)
        return rondo_error_set(error, RONDO_USAGE,
                               "--split: \"%s\" is not one of train, valid, test", name);
    *path = part->path;
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

static rondo_status run(const predict_arguments *arguments, rondo_registry *registry,
                        rondo_error *error)
{
    rondo_session session;
    const task_writer *writer;
    rondo_prediction prediction = {
        .session = &session, .probabilities = arguments->probabilities, .output = stdout};
    rondo_status status = rondo_session_restore(arguments->run, arguments->latest, false,
                                                (int)arguments->threads, registry, &session, error);
    if (status) return status;
    status = find_writer(&session, arguments->run, &writer, error);
    if (!status) status = find_file(arguments, &session, &prediction.path, error);
    if (!status)
        status = arguments->output ? write_file(&prediction, writer, arguments->output, error)
                                   : writer->write(&prediction, error);
    rondo_session_finish(&session);
    return status;
}

rondo_status rondo_command_predict(int argc, char **argv, rondo_error *error)
{
    predict_arguments arguments = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "RUN", NULL, true, 0, 0, &arguments.run,
         "the run folder that train wrote"},
        {RONDO_ARGUMENT_WORD, "FILE", NULL, false, 0, 0, &arguments.file,
         "what is to be labelled, in the form of the run's data; -: standard input"},
        {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0, &arguments.split,
         "instead of FILE the run's own train, valid or test file"},
        {RONDO_ARGUMENT_TEXT, "--output", "FILE", false, 0, 0, &arguments.output,
         "write there, whole or not at all, instead of to stdout"},
        {RONDO_ARGUMENT_FLAG, "--probabilities", NULL, false, 0, 0, &arguments.probabilities,
         "behind each label its probability"},
        {RONDO_ARGUMENT_FLAG, "--latest", NULL, false, 0, 0, &arguments.latest,
         "the latest checkpoint instead of the best"},
        RONDO_ARGUMENT_THREADS(arguments.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.plugins),
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "predict", "A file with the labels that a trained model gives it.", argc, argv,
        &help, error);
    if (status || help) return status;
    status =
        rondo_registry_create(arguments.plugins.items, arguments.plugins.count, &registry, error);
    if (status) return status;
    status = run(&arguments, registry, error);
    rondo_registry_destroy(registry);
    return status;
}
