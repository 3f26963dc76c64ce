/* rondo sweep, on a cluster: --slurm. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/file.h"
#include "command/sweep.h"
#include "sweep/ledger.h"
#include "sweep/slurm.h"

enum { USUAL_ARRAY = 4 };

static rondo_status submit(const rondo_sweep_arguments *arguments, const rondo_plan *plan,
                           const char *folder, rondo_error *error)
{
    char program[PATH_MAX];
    const char *words[RONDO_WORKER_WORDS];
    rondo_text id = {0}, said = {0};
    if (!rondo_file_program(program, sizeof program))
        return rondo_error_set(error, RONDO_FAILED, "/proc/self/exe: %s", strerror(errno));
    int64_t usual = plan->run_count < USUAL_ARRAY ? plan->run_count : USUAL_ARRAY;
    const rondo_slurm_job job = {.folder = folder,
                                 .name = plan->name,
                                 .program = program,
                                 .worker_count = rondo_sweep_worker_words(arguments, words),
                                 .worker = words,
                                 .array = arguments->array > 0 ? arguments->array : usual,
                                 .option_count = arguments->options.count,
                                 .options = arguments->options.items};
    rondo_status status = rondo_slurm_write(&job, error);
    if (!status) status = rondo_slurm_submit(&job, &id, error);
    if (!status) {
        rondo_text_add(&said, "job %s: %lld workers; rondo watch %s\n", rondo_text_get(&id),
                       (long long)job.array, folder);
        status = rondo_command_print_report(&said, error);
    }
    rondo_text_finish(&id);
    return status;
}

rondo_status rondo_sweep_slurm(const rondo_sweep_arguments *arguments, const rondo_sweep *sweep,
                               rondo_registry *registry, rondo_error *error)
{
    rondo_plan *plan;
    rondo_status status = rondo_sweep_open_plan(sweep, registry, true, &plan, error);
    if (status) return status;
    status = rondo_ledger_retry(sweep->output.folder, plan, error);
    if (!status) status = submit(arguments, plan, sweep->output.folder, error);
    rondo_plan_destroy(plan);
    return status;
}
