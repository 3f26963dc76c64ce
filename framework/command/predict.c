#include "command/predict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/command.h"

typedef struct predict_arguments {
    rondo_run_arguments run;
    rondo_run_data data; /* of a split */
    const char *file, *split, *output;
    bool probabilities;
} predict_arguments;

typedef rondo_status (*writer)(const rondo_prediction *prediction, rondo_error *error);

/* By rondo_task_kind: the writer for a file, or what to do instead. */
typedef struct task_writer {
    writer write;
    const char *refusal;
} task_writer;

static const task_writer writers[] = {
    [RONDO_LANGUAGE_MODEL] = {NULL, "a language_model has no labels to predict for a file; rondo "
                                    "sample writes text with it"},
    [RONDO_TAGGING] = {rondo_predict_tags, NULL},
    [RONDO_CLASSIFICATION] = {rondo_predict_classes, NULL},
    [RONDO_REGRESSION] = {rondo_predict_forecast, NULL},
    [RONDO_FORECASTING] = {rondo_predict_forecast, NULL},
    [RONDO_TRANSLATION] = {NULL, "of an encoder-decoder rondo translate gives the targets"},
};

/* Text of these forms is given back as it is, with the predictions beside it. */
static bool is_written_beside(const rondo_data_config *data)
{
    return data->format == RONDO_FORMAT_COLUMNS || data->format == RONDO_FORMAT_PARALLEL_TAGS ||
           data->format == RONDO_FORMAT_TABLE;
}

/* A split that is a text file of its own is read as one. */
static rondo_status choose_split(const char *name, rondo_prediction *prediction, writer *write,
                                 rondo_error *error)
{
    const rondo_session *session = prediction->session;
    const rondo_data_config *data = &session->experiment->data;
    const rondo_split_part *parts[RONDO_SPLITS] = {&data->split.train, &data->split.valid,
                                                   &data->split.test};
    rondo_status status = rondo_command_split(name, &prediction->split, error);
    if (status) return status;
    if (is_written_beside(data)) prediction->path = parts[prediction->split]->path;
    if (prediction->path) return RONDO_OK;
    if (session->dataset->splits[prediction->split].count == 0)
        return rondo_error_set(error, RONDO_USAGE, "--split %s: the run's data has no such split",
                               name);
    *write = rondo_predict_split;
    return RONDO_OK;
}

/* Through a temporary file, so that what is there under the name is whole. */
static rondo_status write_file(rondo_prediction *prediction, writer write, const char *path,
                               rondo_error *error)
{
    rondo_status status;
    char *temporary = rondo_file_temporary(path);
    if (!temporary) return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path);
    prediction->output = fopen(temporary, "wb");
    if (!prediction->output) {
        status = rondo_error_set(error, RONDO_USAGE, "%s: cannot write: %s", path, strerror(errno));
        goto cleanup;
    }
    status = write(prediction, error);
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
    const task_writer *task = &writers[session->experiment->task];
    writer write = task->write;
    rondo_prediction prediction = {.session = session,
                                   .path = arguments->file,
                                   .probabilities = arguments->probabilities,
                                   .output = stdout};
    if (!write)
        return rondo_error_set(error, RONDO_USAGE, "%s: %s", arguments->run.folder, task->refusal);
    if (!arguments->file) {
        rondo_status status = choose_split(arguments->split, &prediction, &write, error);
        if (status) return status;
    }
    return arguments->output ? write_file(&prediction, write, arguments->output, error)
                             : write(&prediction, error);
}

rondo_status rondo_command_predict(int argc, char **argv, rondo_error *error)
{
    predict_arguments arguments = {.data.wanted.split = RONDO_SPLITS};
    const rondo_argument table[] = {
        RONDO_ARGUMENT_RUN(arguments.run.folder),
        {RONDO_ARGUMENT_WORD, "FILE", NULL, false, 0, 0, &arguments.file,
         "what is to be labelled, or forecast from, in the form of the run's data; -: standard "
         "input"},
        {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0, &arguments.split,
         "instead of FILE the train, valid or test split of the run's own data"},
        {RONDO_ARGUMENT_TEXT, "--output", "FILE", false, 0, 0, &arguments.output,
         "write there, whole or not at all, instead of to stdout"},
        {RONDO_ARGUMENT_FLAG, "--probabilities", NULL, false, 0, 0, &arguments.probabilities,
         "behind each label its probability"},
        RONDO_ARGUMENT_DATA(arguments.data.folder),
        RONDO_ARGUMENT_OTHER_DATA(arguments.data.other),
        RONDO_ARGUMENT_LATEST(arguments.run.latest),
        RONDO_ARGUMENT_THREADS(arguments.run.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.run.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(
        table, "predict",
        "A file with the labels that a trained model gives it; or what follows a time series; or a "
        "model's outputs for a split.",
        argc, argv, &help, error);
    if (status || help) return status;
    if (!arguments.file == !arguments.split)
        return rondo_error_set(error, RONDO_USAGE,
                               "give either FILE, which is to be predicted, or --split");
    arguments.run.data = &arguments.data;
    if (arguments.split)
        status = rondo_command_split(arguments.split, &arguments.data.wanted.split, error);
    if (status) return status;
    return rondo_command_use_run(&arguments.run, arguments.split != NULL, run, &arguments, error);
}
