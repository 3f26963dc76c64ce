#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "command/command.h"
#include "command/data_hint.h"
#include "command/stop.h"
#include "config/location.h"
#include "config/output_folder.h"
#include "train/run_folder.h"
#include "train/trainer.h"

typedef struct train_arguments {
    const char *config, *output, *data;
    rondo_argument_list sets, plugins;
    int64_t threads;
    bool resume, overwrite, quiet;
} train_arguments;

static bool sets_folder(const rondo_argument_list *sets)
{
    for (int64_t i = 0; i < sets->count; i++)
        if (strncmp(sets->items[i], "output.folder=", 14) == 0 ||
            strncmp(sets->items[i], "output=", 7) == 0)
            return true;
    return false;
}

static rondo_status use_output(const char *folder, rondo_experiment *experiment, rondo_error *error)
{
    if (!rondo_path_is_printable(folder))
        return rondo_error_set(error, RONDO_USAGE,
                               "--output: \"%s\" is not a name of one or more printable characters",
                               folder);
    experiment->output.folder = folder;
    return RONDO_OK;
}

/* The config's word counts only where it may; where the config of a run lies is no word of it. */
static rondo_status find_folder(const train_arguments *arguments, rondo_experiment *experiment,
                                rondo_error *error)
{
    const char *said = experiment->output.folder;
    if (arguments->resume && !sets_folder(&arguments->sets)) {
        rondo_status status = rondo_experiment_find_run(experiment, arguments->config, error);
        if (status || experiment->output.folder != said) return status;
    }
    return rondo_command_check_folder(experiment, error);
}

/* Runs and data move: what goes on is in the folder of its config, and its data near it. */
static rondo_status find_places(const train_arguments *arguments, rondo_experiment *experiment,
                                rondo_error *error)
{
    rondo_status status = arguments->output ? use_output(arguments->output, experiment, error)
                                            : find_folder(arguments, experiment, error);
    if (status) return status;
    if (arguments->data) return rondo_experiment_move_data(experiment, arguments->data, error);
    if (!arguments->resume) return RONDO_OK;
    return rondo_experiment_find_data(experiment, experiment->output.folder, error);
}

static rondo_status load(const train_arguments *arguments, rondo_registry *registry,
                         rondo_experiment **experiment, rondo_error *error)
{
    rondo_status status = rondo_experiment_load(arguments->config, arguments->sets.items,
                                                arguments->sets.count, registry, experiment, error);
    if (!status && (status = find_places(arguments, *experiment, error)))
        rondo_experiment_destroy(*experiment);
    return status;
}

/* A folder that is there is taken before the data are read, which may take long. */
static rondo_status train(rondo_experiment *experiment, const train_arguments *arguments,
                          rondo_trainer_options *options, rondo_error *error)
{
    rondo_session session;
    rondo_status status = rondo_data_hint_start(arguments->config, experiment,
                                                (int)arguments->threads, &session, error);
    if (status) return status;
    status = *options->stop ? rondo_error_set(error, RONDO_STOPPED,
                                              "stopped by a signal before the first step")
                            : rondo_trainer_run(&session, options, error);
    rondo_session_finish(&session);
    return status;
}

static rondo_status run(const train_arguments *arguments, rondo_registry *registry,
                        rondo_error *error)
{
    rondo_experiment *experiment;
    rondo_lock *lock;
    rondo_trainer_options options = {.resume = arguments->resume,
                                     .overwrite = arguments->overwrite,
                                     .stop = rondo_stop_catch(),
                                     .started = rondo_clock_seconds(),
                                     .registry = registry};
    rondo_status status = load(arguments, registry, &experiment, error);
    if (status) return status;
    status = rondo_run_folder_take(experiment->output.folder, false, &lock, error);
    if (status) {
        rondo_experiment_destroy(experiment);
        return status;
    }
    options.lock = lock;
    status = train(experiment, arguments, &options, error);
    rondo_lock_release(lock);
    return status;
}

rondo_status rondo_command_train(int argc, char **argv, rondo_error *error)
{
    train_arguments arguments = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "CONFIG", NULL, true, 0, 0, &arguments.config,
         "the experiment: a YAML file"},
        RONDO_ARGUMENT_SETS(arguments.sets),
        {RONDO_ARGUMENT_TEXT, "--output", "FOLDER", false, 0, 0, &arguments.output,
         "the run folder, instead of output.folder"},
        RONDO_ARGUMENT_DATA(arguments.data),
        RONDO_ARGUMENT_THREADS(arguments.threads),
        {RONDO_ARGUMENT_FLAG, "--resume", NULL, false, 0, 0, &arguments.resume,
         "go on from the run folder's newest checkpoint, bit for bit"},
        {RONDO_ARGUMENT_FLAG, "--overwrite", NULL, false, 0, 0, &arguments.overwrite,
         "replace a run that is in the run folder"},
        {RONDO_ARGUMENT_FLAG, "--quiet", NULL, false, 0, 0, &arguments.quiet,
         "print errors only; messages and warnings still go to log.txt"},
        RONDO_ARGUMENT_PLUGINS(arguments.plugins),
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "train", "Train the model that a config describes.", argc, argv, &help, error);
    if (status || help) return status;
    if (arguments.resume && arguments.overwrite)
        return rondo_error_set(error, RONDO_USAGE, "--resume and --overwrite exclude each other");
    rondo_log_set_quiet(arguments.quiet);
    status =
        rondo_registry_create(arguments.plugins.items, arguments.plugins.count, &registry, error);
    if (status) return status;
    status = run(&arguments, registry, error);
    rondo_registry_destroy(registry);
    return status;
}
