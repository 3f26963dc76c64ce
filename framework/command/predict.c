#include "command/predict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/command.h"

typedef struct predict_arguments {
    rondo_run_arguments run;
    rondo_run_data data;
    const char *file, *split, *output, *probabilities, *form;
    bool lines;
} predict_arguments;

typedef rondo_status (*writer)(const rondo_prediction *prediction, rondo_error *error);

static const writer writers[RONDO_ANSWERS] = {[RONDO_ANSWER_TAGS] = rondo_predict_rows,
                                              [RONDO_ANSWER_LABELS] = rondo_predict_rows,
                                              [RONDO_ANSWER_VALUES] = rondo_predict_split,
                                              [RONDO_ANSWER_FORECAST] = rondo_predict_forecast,
                                              [RONDO_ANSWER_TARGETS] = rondo_predict_targets,
                                              [RONDO_ANSWER_LABEL_SEQUENCES] =
                                                  rondo_predict_labels};

void rondo_predict_start_classes(const rondo_prediction *prediction, rondo_answers *answers)
{
    const rondo_session *session = prediction->session;
    const rondo_answer_shape shape = {.form = prediction->form,
                                      .output = prediction->output,
                                      .path = prediction->output_path,
                                      .steps = session->network->pooling == RONDO_POOLING_NONE,
                                      .width = session->network->output_width,
                                      .classes = session->schema->targets,
                                      .first_class = session->network->first_class,
                                      .all = prediction->probabilities == RONDO_PROBABILITY_ALL};
    rondo_answers_start(&shape, answers);
}

/* Of what is a data set, whatever the task answers to a text. */
static writer data_set_writer(const rondo_session *session)
{
    return session->experiment->task->predicts_labels ? rondo_predict_labels : rondo_predict_split;
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
    if (session->experiment->task->has_decoder)
        return rondo_error_set(error, RONDO_USAGE,
                               "--split: with an encoder-decoder, give predict a FILE of sources; "
                               "rondo evaluate decodes a split");
    if (data->format->answer) prediction->path = parts[prediction->split]->path;
    if (prediction->path) return RONDO_OK;
    if (session->dataset->splits[prediction->split].count == 0)
        return rondo_error_set(error, RONDO_USAGE, "--split %s: the run's data have no such split",
                               name);
    *write = data_set_writer(session);
    return RONDO_OK;
}

/* Text is read as it comes; other files are a data set by now. */
static rondo_status choose_file(const predict_arguments *arguments, rondo_prediction *prediction,
                                writer *write, rondo_error *error)
{
    prediction->path = arguments->file;
    const rondo_data_config *data = &prediction->session->experiment->data;
    if (arguments->split && !rondo_format_has(data, RONDO_PROVIDES_SPLITS))
        return rondo_error_set(error, RONDO_USAGE,
                               "--split %s: a file of data.format %s holds no splits; without "
                               "--split it is predicted as a whole",
                               arguments->split, data->format->head.name);
    if (!prediction->session->dataset) return RONDO_OK;
    prediction->is_file = true;
    prediction->split = RONDO_TEST;
    *write = data_set_writer(prediction->session);
    return RONDO_OK;
}

/* --- what is asked for --- */

static rondo_status choose_form(const predict_arguments *arguments, rondo_prediction *prediction,
                                rondo_error *error)
{
    static const char *const names[] = {"csv", "json", "hdf5"};
    static const rondo_answer_form forms[] = {RONDO_FORM_CSV, RONDO_FORM_JSON, RONDO_FORM_HDF5};
    bool all = prediction->probabilities == RONDO_PROBABILITY_ALL;
    if (!arguments->form) {
        prediction->form = all ? RONDO_FORM_CSV : RONDO_FORM_DATA;
        return RONDO_OK;
    }
    for (int i = 0; i < 3; i++)
        if (strcmp(arguments->form, names[i]) == 0) prediction->form = forms[i];
    if (prediction->form == RONDO_FORM_DATA)
        return rondo_error_set(error, RONDO_USAGE, "--format: \"%s\" is not one of csv, json, hdf5",
                               arguments->form);
    if (prediction->form == RONDO_FORM_HDF5 && !arguments->output)
        return rondo_error_set(error, RONDO_USAGE, "--format hdf5: needs --output FILE");
    if (!all) prediction->probabilities = RONDO_PROBABILITY_BEST;
    return RONDO_OK;
}

/* Classes have probabilities beside them; a step that is written in words stands for those of its
 * values. */
static rondo_status check_probabilities(const predict_arguments *arguments,
                                        const rondo_experiment *experiment, rondo_error *error)
{
    bool has_classes = experiment->task->predicts_classes;
    const rondo_format *format = experiment->data.format;
    if (!arguments->probabilities || has_classes) return RONDO_OK;
    if (format->write_step && arguments->probabilities[0] != '\0') return RONDO_OK;
    if (format->write_step)
        return rondo_error_set(error, RONDO_USAGE,
                               "--probabilities: %s has none of its own; --probabilities all gives "
                               "that of each %s",
                               format->step_word, format->value_word);
    if (experiment->loss.loss->target == RONDO_TARGET_BINARY)
        return rondo_error_set(error, RONDO_USAGE,
                               "--probabilities: this model predicts values in [0, 1], which are "
                               "probabilities already");
    if (experiment->task->has_decoder || experiment->task->predicts_labels)
        return rondo_error_set(error, RONDO_USAGE,
                               "--probabilities: only for classes and tags, not for %s",
                               experiment->task->has_decoder ? "targets" : "label sequences");
    return rondo_error_set(error, RONDO_USAGE,
                           "--probabilities: this model predicts values, which have none; only "
                           "classes and tags have");
}

static rondo_status check_lines(const predict_arguments *arguments, const rondo_data_config *data,
                                rondo_error *error)
{
    for (int64_t f = 0; arguments->lines && f < data->feature_count; f++)
        if (data->features[f].kind == RONDO_FEATURE_COLUMN)
            return rondo_error_set(error, RONDO_USAGE,
                                   "--lines: the model reads column %lld of each step "
                                   "(data.features), which plain text does not have",
                                   (long long)data->features[f].column);
    if (!arguments->lines || (arguments->file && data->format->answer)) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           arguments->file
                               ? "--lines: the run's data are not text with labels"
                               : "--lines: only for FILE; a split is in the format of the data");
}

/* --- where it goes --- */

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
    const rondo_task *task = session->experiment->task;
    const char *probabilities = arguments->probabilities;
    writer write = writers[task->answer];
    rondo_prediction prediction = {.session = session,
                                   .lines = arguments->lines,
                                   .probabilities = !probabilities     ? RONDO_PROBABILITY_NONE
                                                    : probabilities[0] ? RONDO_PROBABILITY_ALL
                                                                       : RONDO_PROBABILITY_BEST,
                                   .output = stdout,
                                   .output_path = arguments->output};
    rondo_status status = RONDO_OK;
    if (!write)
        return rondo_error_set(error, RONDO_USAGE, "%s: %s", arguments->run.folder,
                               task->predict_refusal);
    if ((status = check_lines(arguments, &session->experiment->data, error))) return status;
    if ((status = check_probabilities(arguments, session->experiment, error))) return status;
    if ((status = choose_form(arguments, &prediction, error))) return status;
    status = arguments->file ? choose_file(arguments, &prediction, &write, error)
                             : choose_split(arguments->split, &prediction, &write, error);
    if (status) return status;
    bool is_hdf5 = prediction.form == RONDO_FORM_HDF5;
    return arguments->output && !is_hdf5 ? write_file(&prediction, write, arguments->output, error)
                                         : write(&prediction, error);
}

rondo_status rondo_command_predict(int argc, char **argv, rondo_error *error)
{
    predict_arguments arguments = {.data.wanted.split = RONDO_SPLITS};
    const rondo_argument table[] = {
        RONDO_ARGUMENT_RUN(arguments.run.folder),
        {RONDO_ARGUMENT_WORD, "FILE", NULL, false, 0, 0, &arguments.file,
         "input file in the format of the training data, labels optional; -: standard input, "
         "answered as it arrives"},
        {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0, &arguments.split,
         "without FILE: the train, valid or test split of the run's own data; with an HDF5 FILE: "
         "that split of the file"},
        {RONDO_ARGUMENT_FLAG, "--lines", NULL, false, 0, 0, &arguments.lines,
         "FILE is plain text, one sequence per line: words separated by blanks for a tagger, a "
         "text for a model of data.format table"},
        {RONDO_ARGUMENT_TEXT, "--output", "FILE", false, 0, 0, &arguments.output,
         "write to this file instead of stdout; it appears only when complete"},
        {RONDO_ARGUMENT_CHOICE, "--probabilities", "[all]", false, 0, 0, &arguments.probabilities,
         "also print each label's probability; all: the probabilities of all labels, as CSV unless "
         "--format says otherwise"},
        {RONDO_ARGUMENT_TEXT, "--format", "FORM", false, 0, 0, &arguments.form,
         "csv, json (one object per line) or hdf5, instead of the format of the data"},
        RONDO_ARGUMENT_DATA(arguments.data.folder),
        RONDO_ARGUMENT_OTHER_DATA(arguments.data.other),
        RONDO_ARGUMENT_LATEST(arguments.run.latest),
        RONDO_ARGUMENT_THREADS(arguments.run.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.run.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(table, "predict",
                                              "Predict labels or values for a file, a forecast for "
                                              "a time series, or a model's outputs for a split.",
                                              argc, argv, &help, error);
    if (status || help) return status;
    if (!arguments.file && !arguments.split)
        return rondo_error_set(error, RONDO_USAGE, "give either a FILE to predict or --split");
    if (arguments.file && arguments.data.folder)
        return rondo_error_set(error, RONDO_USAGE, "give either FILE or --data");
    arguments.run.data = &arguments.data;
    arguments.data.wanted.file = arguments.file;
    arguments.data.wanted.without_targets = arguments.file != NULL;
    arguments.data.text_comes_later = arguments.file != NULL;
    if (arguments.split)
        status = rondo_command_split(arguments.split, &arguments.data.wanted.split, error);
    if (status) return status;
    return rondo_command_use_run(&arguments.run, true, run, &arguments, error);
}
