/* How long a run stands still while a checkpoint is written. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/sort.h"
#include "bench/benchmark.h"

enum { WRITES = 3 };

/* Arrays of a checkpoint besides the parameters. */
typedef struct tables {
    rondo_array *slots, *states;
    int64_t slot_count, state_count;
} tables;

static void tables_finish(tables *t)
{
    rondo_arrays_destroy(t->slots, t->slot_count);
    free(t->states);
}

static rondo_status add_slots(tables *t, const rondo_layout *layout, const rondo_updater *updater,
                              rondo_error *error)
{
    for (int32_t s = 0; s < updater->plan.slot_count; s++) {
        rondo_array *arrays;
        rondo_status status = rondo_updater_slot_arrays(updater, layout, s, &arrays, error);
        if (status) return status;
        memcpy(t->slots + t->slot_count, arrays, (size_t)layout->trained_count * sizeof *arrays);
        t->slot_count += layout->trained_count;
        free(arrays); /* the names live on in the table */
    }
    return RONDO_OK;
}

static rondo_status tables_start(tables *t, const rondo_layout *layout,
                                 const rondo_updater *updater, const rondo_pass *pass,
                                 rondo_error *error)
{
    int64_t states = rondo_pass_carried_count(pass);
    t->slots =
        calloc((size_t)(updater->plan.slot_count * layout->trained_count) + 1, sizeof *t->slots);
    t->states = calloc((size_t)states + 1, sizeof *t->states);
    if (!t->slots || !t->states)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: checkpoint tables");
    for (; t->state_count < states; t->state_count++) {
        rondo_carried carried = rondo_pass_carried(pass, t->state_count);
        t->states[t->state_count] = (rondo_array){.name = carried.name,
                                                  .rank = 2,
                                                  .extent = {carried.rows, carried.hidden},
                                                  .data = carried.data};
    }
    return add_slots(t, layout, updater, error);
}

/* The nearest folder above `path` that exists; malloc'd. */
static char *folder_above(const char *path)
{
    char *folder = rondo_file_folder(path);
    while (folder && !rondo_file_exists(folder)) {
        char *above = rondo_file_folder(folder);
        free(folder);
        folder = above;
    }
    return folder;
}

/* A folder of our own on the file system where the run's would be; malloc'd. */
static rondo_status make_folder(const char *output, char **folder, rondo_error *error)
{
    char *above = folder_above(output);
    *folder = above ? rondo_file_join(above, ".rondo-bench-XXXXXX") : NULL;
    free(above);
    if (!*folder) return rondo_error_set(error, RONDO_FAILED, "not enough memory: folder name");
    if (mkdtemp(*folder)) return RONDO_OK;
    rondo_error_set(error, RONDO_FAILED, "%s: cannot make a folder: %s", *folder, strerror(errno));
    free(*folder);
    *folder = NULL;
    return rondo_error_status(error);
}

static rondo_status write_all(const char *folder, const rondo_checkpoint *checkpoint,
                              double *seconds, rondo_error *error)
{
    double times[WRITES];
    for (int i = 0; i < WRITES; i++) {
        double started = rondo_clock_seconds();
        rondo_status status = rondo_checkpoint_write(folder, 1, checkpoint, error);
        if (status) return status;
        times[i] = rondo_clock_seconds() - started;
    }
    *seconds = rondo_median(times, WRITES);
    return RONDO_OK;
}

rondo_status rondo_benchmark_checkpoint(const rondo_session *session, const rondo_updater *updater,
                                        const rondo_pass *pass, double *seconds, rondo_error *error)
{
    const rondo_layout *layout = &session->network->layout;
    tables t = {0};
    rondo_text config = {0};
    char *folder = NULL;
    rondo_error ignored = {0};
    rondo_experiment_print(session->experiment, &config);
    rondo_status status = tables_start(&t, layout, updater, pass, error);
    if (!status) status = make_folder(session->experiment->output.folder, &folder, error);
    if (!status) {
        rondo_checkpoint checkpoint = {.parameter_count = layout->count,
                                       .parameters = session->parameter_arrays,
                                       .slot_count = t.slot_count,
                                       .slots = t.slots,
                                       .state_count = t.state_count,
                                       .states = t.states,
                                       .config = rondo_text_get(&config),
                                       .fingerprint = session->dataset->fingerprint,
                                       .schema = session->schema};
        status = write_all(folder, &checkpoint, seconds, error);
        rondo_checkpoint_clear(folder, &ignored);
        rmdir(folder);
    }
    free(folder);
    rondo_text_finish(&config);
    tables_finish(&t);
    return status;
}
