#include <string.h>

#include "base/file.h"
#include "command/command.h"
#include "command/export_data.h"
#include "command/export_run.h"

typedef struct export_arguments {
    const char *from, *split, *output, *tensorboard;
    bool csv;
    rondo_argument_list sets, plugins;
} export_arguments;

/* What is exported depends on what is named: a config has data, a run has metrics. */
static rondo_status check(const export_arguments *arguments, bool is_run, rondo_error *error)
{
    bool metrics = arguments->csv || arguments->tensorboard;
    const char *of_data = arguments->split           ? "--split"
                          : arguments->sets.count    ? "--set"
                          : arguments->plugins.count ? "--plugins"
                                                     : NULL;
    if (metrics && !is_run)
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: %s exports the metrics of a run, and this is no run folder",
                               arguments->from, arguments->csv ? "--csv" : "--tensorboard");
    if (!metrics && is_run)
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: is a folder; --csv or --tensorboard DIR export the metrics of "
                               "a run; for its data give %s/config.yaml",
                               arguments->from, arguments->from);
    if (metrics && of_data)
        return rondo_error_set(error, RONDO_USAGE, "%s: is for the data of a config, not for a run",
                               of_data);
    if (metrics && arguments->output && !arguments->csv)
        return rondo_error_set(error, RONDO_USAGE, "--output: is for --csv, or for a config");
    return RONDO_OK;
}

static rondo_status export(const export_arguments *arguments, rondo_error *error)
{
    rondo_status status = check(arguments, rondo_file_is_folder(arguments->from), error);
    if (status) return status;
    if (!arguments->csv && !arguments->tensorboard) {
        const rondo_export_data data = {arguments->from, arguments->split, arguments->output,
                                        &arguments->sets, &arguments->plugins};
        return rondo_export_data_run(&data, error);
    }
    if (arguments->tensorboard)
        status = rondo_export_tensorboard(arguments->from, arguments->tensorboard, error);
    if (!status && arguments->csv)
        status = rondo_export_csv(arguments->from, arguments->output, error);
    return status;
}

rondo_status rondo_command_export(int argc, char **argv, rondo_error *error)
{
    export_arguments arguments = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "CONFIG|RUN", NULL, true, 0, 0, &arguments.from,
         "a config, to export its data, or a run folder, to export its metrics"},
        {RONDO_ARGUMENT_TEXT, "--split", "SPLIT", false, 0, 0, &arguments.split,
         "of a config: the split to print: train (default), valid or test"},
        {RONDO_ARGUMENT_TEXT, "--output", "FILE", false, 0, 0, &arguments.output,
         "of a config: write all splits to this file, as ragged HDF5 (data.format hdf5); of a run: "
         "write the CSV to this file instead of stdout"},
        {RONDO_ARGUMENT_FLAG, "--csv", NULL, false, 0, 0, &arguments.csv,
         "of a run: all records as CSV, one per line, one column per name"},
        {RONDO_ARGUMENT_TEXT, "--tensorboard", "DIR", false, 0, 0, &arguments.tensorboard,
         "of a run: write an event file to this folder, for tensorboard --logdir"},
        RONDO_ARGUMENT_SETS(arguments.sets),
        RONDO_ARGUMENT_PLUGINS(arguments.plugins),
        RONDO_ARGUMENTS_END};
    bool help;
    rondo_status status = rondo_command_parse(
        table, "export",
        "Export for other programs: the data of a config as the model sees them (one split as "
        "text, or all of them as HDF5), or the metrics of a run.",
        argc, argv, &help, error);
    return status || help ? status : export(&arguments, error);
}
