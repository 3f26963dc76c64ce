#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/command.h"
#include "command/inspect_report.h"

enum { DEFAULT_SEQUENCES = 64 };

typedef struct inspect_arguments {
    const char *subject, *output, *split;
    rondo_argument_list runs, targets, plugins;
    int64_t sequences, steps, threads;
    double position;
    rondo_run_data data;
} inspect_arguments;

static rondo_status check(const inspect_arguments *arguments, rondo_inspect_options *options,
                          rondo_error *error)
{
    *options = (rondo_inspect_options){.split = RONDO_SPLITS,
                                       .data = arguments->data,
                                       .sequences = arguments->sequences,
                                       .steps = arguments->steps,
                                       .position = arguments->position,
                                       .target_count = arguments->targets.count,
                                       .targets = arguments->targets.items};
    if (strcmp(arguments->subject, "gradients") != 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: only gradients can be inspected: rondo "
                               "inspect gradients RUN...",
                               arguments->subject);
    rondo_status status = RONDO_OK;
    if (arguments->split) status = rondo_command_split(arguments->split, &options->split, error);
    options->data.wanted.split = options->split;
    return status;
}

/* <folder>/gradients.h5 and .svg; the folder is made where it is not there. */
static rondo_status write_files(const char *folder, const rondo_inspection_run *runs, int64_t count,
                                rondo_error *error)
{
    rondo_status status = rondo_file_make_folder(folder, error);
    char *arrays = rondo_file_join(folder, "gradients.h5");
    char *picture = rondo_file_join(folder, "gradients.svg");
    if (!status && (!arrays || !picture))
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: inspection");
    if (!status) status = rondo_inspection_runs_write(arrays, runs, count, error);
    if (!status) status = rondo_inspect_picture(picture, runs, count, error);
    if (!status) printf("\n%s\n%s\n", arrays, picture);
    free(arrays);
    free(picture);
    return status;
}

static rondo_status inspect(const inspect_arguments *arguments,
                            const rondo_inspect_options *options, rondo_registry *registry,
                            rondo_inspection_run *runs, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    char *folder = arguments->output ? rondo_text_copy(arguments->output)
                                     : rondo_file_join(arguments->runs.items[0], "inspect");
    if (!folder)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: inspection");
    else if (!arguments->output)
        status = rondo_file_refuse_link(folder, error);
    for (int64_t i = 0; i < arguments->runs.count && !status; i++)
        status = rondo_inspection_run_start(arguments->runs.items[i], options,
                                            (int)arguments->threads, registry, &runs[i], error);
    if (!status) {
        rondo_inspect_print(runs, arguments->runs.count);
        status = write_files(folder, runs, arguments->runs.count, error);
    }
    free(folder);
    return status;
}

static rondo_status run(const inspect_arguments *arguments, rondo_error *error)
{
    rondo_registry *registry;
    rondo_inspect_options options;
    rondo_status status = check(arguments, &options, error);
    if (status) return status;
    rondo_inspection_run *runs = calloc((size_t)arguments->runs.count, sizeof *runs);
    if (!runs) return rondo_error_set(error, RONDO_FAILED, "not enough memory: inspection");
    status = rondo_command_registry(&arguments->plugins, &registry, error);
    if (!status) status = inspect(arguments, &options, registry, runs, error);
    for (int64_t i = 0; i < arguments->runs.count; i++)
        rondo_inspection_run_finish(&runs[i]);
    rondo_registry_destroy(registry);
    free(runs);
    return status;
}

rondo_status rondo_command_inspect(int argc, char **argv, rondo_error *error)
{
    inspect_arguments arguments = {.sequences = DEFAULT_SEQUENCES, .position = -1};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "gradients", NULL, true, 0, 0, &arguments.subject,
         "what to inspect: the gradient of one step's loss with respect to earlier states"},
        {RONDO_ARGUMENT_WORDS, "RUN", NULL, true, 0, 0, &arguments.runs, "run folders to compare"},
        {RONDO_ARGUMENT_TEXT, "--output", "FOLDER", false, 0, 0, &arguments.output,
         "where gradients.h5 and gradients.svg go; default: inspect in the first run"},
        {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0, &arguments.split,
         "train, valid (default) or test"},
        {RONDO_ARGUMENT_INTEGER, "--sequences", "N", false, 1, 4096, &arguments.sequences,
         "the largest number of sequences to average over (default 64)"},
        {RONDO_ARGUMENT_INTEGER, "--steps", "N", false, 1, 1000000, &arguments.steps,
         "steps of a stream, or the most steps of a sequence (default: data.truncated_bptt)"},
        {RONDO_ARGUMENT_REAL, "--position", "X", false, 0, 1, &arguments.position,
         "position of the step whose loss is used: 0 is the first step of a sequence, 1 the last "
         "(default; 0.5 if a layer is bidirectional)"},
        {RONDO_ARGUMENT_LIST, "--target", "SYMBOL", false, 0, 0, &arguments.targets,
         "instead of --position: the first step whose target is this symbol, or one of these"},
        RONDO_ARGUMENT_DATA(arguments.data.folder),
        RONDO_ARGUMENT_OTHER_DATA(arguments.data.other),
        RONDO_ARGUMENT_THREADS(arguments.threads),
        RONDO_ARGUMENT_PLUGINS(arguments.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(
        table, "inspect",
        "How far gradients reach back in time: the norm of the gradient against the distance from "
        "the loss,\nat the start and at every checkpoint of the run, and how open gates are; as a "
        "table, HDF5 and SVG.",
        argc, argv, &help, error);
    if (status || help) return status;
    return run(&arguments, error);
}
