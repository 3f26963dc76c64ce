#include "command/sweep.h"
#include "base/clock.h"
#include "command/sweep_check.h"

static rondo_status run(const rondo_sweep_arguments *arguments, rondo_sweep *sweep,
                        rondo_registry *registry, rondo_error *error)
{
    if (arguments->check) return rondo_sweep_check_run(sweep, registry, error);
    if (arguments->list) return rondo_sweep_list(arguments, sweep, registry, error);
    if (arguments->slurm) return rondo_sweep_slurm(arguments, sweep, registry, error);
    return rondo_sweep_work(arguments, sweep, registry, error);
}

rondo_status rondo_command_sweep(int argc, char **argv, rondo_error *error)
{
    rondo_sweep_arguments arguments = {.started = rondo_clock_seconds()};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "FILE", NULL, true, 0, 0, &arguments.file,
         "the sweep: a YAML file (rondo describe sweep)"},
        {RONDO_ARGUMENT_FLAG, "--check", NULL, false, 0, 0, &arguments.check,
         "report what the sweep will need, without writing or training"},
        {RONDO_ARGUMENT_TEXT, "--output", "FOLDER", false, 0, 0, &arguments.output,
         "the sweep's folder, instead of output.folder"},
        {RONDO_ARGUMENT_FLAG, "--list", NULL, false, 0, 0, &arguments.list,
         "runs with their states and metrics; nothing is trained"},
        {RONDO_ARGUMENT_FLAG, "--json", NULL, false, 0, 0, &arguments.json, "with --list: as JSON"},
        {RONDO_ARGUMENT_FLAG, "--pending", NULL, false, 0, 0, &arguments.pending,
         "with --list: only the numbers of runs still to be done, one per line"},
        {RONDO_ARGUMENT_INTEGER, "--run", "K", false, 1, RONDO_MAX_SWEEP_RUNS, &arguments.number,
         "train only run number K, for GNU parallel and batch systems"},
        {RONDO_ARGUMENT_FLAG, "--worker", NULL, false, 0, 0, &arguments.worker,
         "train run after run until none is free; any number of workers can share a sweep"},
        {RONDO_ARGUMENT_INTEGER, "--threads", "N", false, 0, 1024, &arguments.threads,
         "threads in total; with --run and --worker: per run. 0: the number of processors, or the "
         "config's value. Never changes a result"},
        {RONDO_ARGUMENT_FLAG, "--slurm", NULL, false, 0, 0, &arguments.slurm,
         "write sweep.sbatch into the sweep's folder and submit it: an array of workers; returns "
         "at "
         "once"},
        {RONDO_ARGUMENT_INTEGER, "--array", "N", false, 1, 100000, &arguments.array,
         "with --slurm: number of workers (default: 4, or the number of runs if there are fewer)"},
        RONDO_ARGUMENT_PLUGINS(arguments.plugins),
        {RONDO_ARGUMENT_WORDS, "OPTION", NULL, false, 0, 0, &arguments.options,
         "with --slurm, after --: options for sbatch, such as -- --time 8:00:00 --mem 2G"},
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    rondo_sweep *sweep;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "sweep", "Train everything a sweep file describes: variants, seeds, searches.", argc,
        argv, &help, error);
    if (status || help) return status;
    if ((status = rondo_sweep_check_arguments(&arguments, error))) return status;
    status = rondo_sweep_load(arguments.file, &sweep, error);
    if (status) return status;
    if (arguments.output) rondo_sweep_move(sweep, arguments.output);
    status = rondo_sweep_check_folder(sweep, error);
    if (!status) status = rondo_command_registry(&arguments.plugins, &registry, error);
    if (!status) {
        status = run(&arguments, sweep, registry, error);
        rondo_registry_destroy(registry);
    }
    rondo_sweep_destroy(sweep);
    return status;
}
