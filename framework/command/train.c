#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/product.h"
#include "command/command.h"
#include "command/data_hint.h"
#include "command/stop.h"
#include "config/location.h"
#include "config/paths.h"
#include "train/run_folder.h"
#include "train/trainer.h"

typedef struct train_arguments {
    const char *config, *output, *data, *communicator;
    rondo_argument_list sets, plugins;
    int64_t threads;
    bool resume, overwrite, other_kernel, quiet;
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

/* What all ranks must have alike, so that they take the same steps. */
static rondo_status compare(const rondo_session *session, const rondo_ranks *ranks,
                            rondo_error *error)
{
    rondo_text config = {0};
    rondo_product_use(session->network->precision);
    const char *rounding = rondo_product_rounding();
    uint64_t data = session->dataset->fingerprint;
    rondo_experiment_print(session->experiment, &config);
    rondo_status status = rondo_ranks_compare(ranks, rondo_text_get(&config), config.length,
                                              "config (files, options)", error);
    rondo_text_finish(&config);
    if (!status) status = rondo_ranks_compare(ranks, &data, sizeof data, "data set", error);
    if (status) return status;
    return rondo_ranks_compare(ranks, rounding, strlen(rounding),
                               "rounding of products (BLIS_ARCH_TYPE chooses one kernel for all)",
                               error);
}

/* A folder that is there is taken before the data are read, which may take long. */
static rondo_status train(rondo_experiment *experiment, const train_arguments *arguments,
                          rondo_trainer_options *options, rondo_error *error)
{
    rondo_session session;
    rondo_status status = rondo_data_hint_start(arguments->config, experiment,
                                                (int)arguments->threads, &session, error);
    bool started = !status;
    if (started && *options->stop)
        status = rondo_error_set(error, RONDO_STOPPED, "stopped by a signal before the first step");
    status = rondo_ranks_agree(options->ranks, status, error);
    if (!status) status = compare(&session, options->ranks, error);
    if (!status) status = rondo_trainer_run(&session, options, error);
    if (started) rondo_session_finish(&session);
    return status;
}

static rondo_status take_folder(const rondo_experiment *experiment, const rondo_ranks *ranks,
                                rondo_lock **lock, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    *lock = NULL;
    if (rondo_ranks_is_first(ranks))
        status = rondo_run_folder_take(experiment->output.folder, false, lock, error);
    return rondo_ranks_agree(ranks, status, error);
}

static rondo_status run(const train_arguments *arguments, rondo_registry *registry,
                        const rondo_ranks *ranks, rondo_error *error)
{
    rondo_experiment *experiment = NULL;
    rondo_lock *lock;
    rondo_trainer_options options = {.resume = arguments->resume,
                                     .overwrite = arguments->overwrite,
                                     .other_kernel = arguments->other_kernel,
                                     .stop = rondo_stop_catch(),
                                     .started = rondo_clock_seconds(),
                                     .registry = registry,
                                     .ranks = ranks};
    rondo_status loaded = load(arguments, registry, &experiment, error);
    rondo_status status = rondo_ranks_agree(ranks, loaded, error);
    if (!status) status = take_folder(experiment, ranks, &lock, error);
    if (status && !loaded) {
        rondo_experiment_destroy(experiment);
        return status;
    }
    if (status) return status;
    options.lock = lock;
    status = train(experiment, arguments, &options, error);
    rondo_lock_release(lock);
    return status;
}

rondo_status rondo_command_train(int argc, char **argv, rondo_error *error)
{
    train_arguments arguments = {.communicator = "auto"};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "CONFIG", NULL, true, 0, 0, &arguments.config,
         "the experiment: a YAML file"},
        RONDO_ARGUMENT_SETS(arguments.sets),
        {RONDO_ARGUMENT_TEXT, "--output", "FOLDER", false, 0, 0, &arguments.output,
         "the run folder, instead of output.folder"},
        RONDO_ARGUMENT_DATA(arguments.data),
        RONDO_ARGUMENT_THREADS(arguments.threads),
        {RONDO_ARGUMENT_FLAG, "--resume", NULL, false, 0, 0, &arguments.resume,
         "continue from the run folder's newest checkpoint, bit for bit"},
        {RONDO_ARGUMENT_FLAG, "--other-kernel", NULL, false, 0, 0, &arguments.other_kernel,
         "with --resume: continue though products are computed by other kernels than before; "
         "results then agree to rounding"},
        {RONDO_ARGUMENT_FLAG, "--overwrite", NULL, false, 0, 0, &arguments.overwrite,
         "replace the run in the run folder"},
        {RONDO_ARGUMENT_FLAG, "--quiet", NULL, false, 0, 0, &arguments.quiet,
         "print errors only; messages and warnings still go to log.txt"},
        {RONDO_ARGUMENT_TEXT, "--communicator", "NAME", false, 0, 0, &arguments.communicator,
         "what connects the processes started by mpirun or srun: openmpi, mpich ..; none: each "
         "process trains independently; default: auto, by the way they were started"},
        RONDO_ARGUMENT_PLUGINS(arguments.plugins),
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    rondo_ranks ranks;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "train", "Train the model that a config describes.", argc, argv, &help, error);
    if (status || help) return status;
    if (arguments.resume && arguments.overwrite)
        return rondo_error_set(error, RONDO_USAGE, "--resume and --overwrite cannot be combined");
    if (arguments.other_kernel && !arguments.resume)
        return rondo_error_set(error, RONDO_USAGE, "--other-kernel belongs to --resume");
    rondo_log_set_quiet(arguments.quiet);
    status = rondo_command_registry(&arguments.plugins, &registry, error);
    if (status) return status;
    status = rondo_ranks_start(registry, arguments.communicator, &ranks, error);
    if (!status) {
        if (!rondo_ranks_is_first(&ranks)) rondo_log_set_quiet(true);
        status = run(&arguments, registry, &ranks, error);
        rondo_ranks_finish(&ranks);
    }
    rondo_registry_destroy(registry);
    return status;
}
