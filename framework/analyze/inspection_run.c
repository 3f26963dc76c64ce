#include "analyze/inspection_run.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"

/* A run at work. */
typedef struct inspected_run {
    rondo_session session;
    rondo_inspector *inspector;
    char *checkpoints;
    rondo_inspection_run *run;
} inspected_run;

void rondo_inspection_run_finish(rondo_inspection_run *run)
{
    for (int64_t i = 0; i < run->count; i++)
        rondo_inspection_finish(&run->points[i].inspection);
    free(run->points);
    *run = (rondo_inspection_run){0};
}

const rondo_inspection_point *rondo_inspection_run_trained(const rondo_inspection_run *run)
{
    for (int64_t i = run->count - 1; i > 0; i--)
        if (run->points[i].best) return &run->points[i];
    return &run->points[run->count - 1];
}

/* The point of that step, or NULL. */
static rondo_inspection_point *find_point(const rondo_inspection_run *run, int64_t step)
{
    for (int64_t i = 0; i < run->count; i++)
        if (run->points[i].step == step) return &run->points[i];
    return NULL;
}

/* With the session's parameters as they are. */
static rondo_status add_point(inspected_run *l, int64_t step, bool best, rondo_error *error)
{
    rondo_inspection_run *run = l->run;
    rondo_inspection_point point = {.step = step, .best = best};
    rondo_inspection_point *points =
        realloc(run->points, (size_t)(run->count + 1) * sizeof *run->points);
    if (!points) return rondo_error_set(error, RONDO_FAILED, "not enough memory: inspection");
    run->points = points;
    rondo_status status =
        rondo_inspector_run(l->inspector, l->session.parameters, &point.inspection, error);
    if (status) return status;
    int64_t at = run->count++;
    for (; at > 0 && points[at - 1].step > step; at--)
        points[at] = points[at - 1];
    points[at] = point;
    return RONDO_OK;
}

static rondo_status add_checkpoint(inspected_run *l, const char *path, bool best,
                                   rondo_error *error)
{
    rondo_session *session = &l->session;
    rondo_checkpoint_header header;
    rondo_checkpoint checkpoint = {.parameter_count = session->network->layout.count,
                                   .parameters = session->parameter_arrays};
    rondo_status status = rondo_checkpoint_read_header(path, &header, error);
    int64_t step = header.step;
    rondo_checkpoint_header_finish(&header);
    if (!status) status = rondo_checkpoint_read(path, &checkpoint, true, error);
    if (status) {
        rondo_log_warning("%s is left out: %s", path, error->text);
        *error = (rondo_error){0};
        return RONDO_OK;
    }
    rondo_inspection_point *same = find_point(l->run, step);
    if (!same) return add_point(l, step, best, error);
    same->best |= best;
    return RONDO_OK;
}

static rondo_status add_file(inspected_run *l, const char *name, bool best, bool *found,
                             rondo_error *error)
{
    rondo_status status = RONDO_OK;
    char *path = rondo_file_join(l->checkpoints, name);
    if (!path) return rondo_error_set(error, RONDO_FAILED, "not enough memory: inspection");
    *found = rondo_file_exists(path);
    if (*found) status = add_checkpoint(l, path, best, error);
    free(path);
    return status;
}

static rondo_status add_checkpoints(inspected_run *l, rondo_error *error)
{
    char name[64] = "latest.h5";
    bool found = true;
    rondo_status status = add_file(l, name, false, &found, error);
    for (int64_t age = 1; found && !status; age++) {
        snprintf(name, sizeof name, "latest-%lld.h5", (long long)age);
        status = add_file(l, name, false, &found, error);
    }
    return status ? status : add_file(l, "best.h5", true, &found, error);
}

static rondo_status choose_split(const inspected_run *l, rondo_inspect_options *options,
                                 rondo_error *error)
{
    const rondo_dataset *dataset = l->session.dataset;
    if (options->split == RONDO_SPLITS)
        options->split = dataset->splits[RONDO_VALID].count > 0 ? RONDO_VALID : RONDO_TRAIN;
    if (dataset->splits[options->split].count > 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "%s: its data has no %s split", l->run->folder,
                           rondo_split_name(options->split));
}

/* The parameters before the first update; not where pretrained vectors are gone by now. */
static rondo_status add_start(inspected_run *l, rondo_error *error)
{
    rondo_session *session = &l->session;
    const char *pretrained = session->experiment->model.input.pretrained;
    if (pretrained && !rondo_file_exists(pretrained)) {
        rondo_log_warning("%s is not there: the start is left out", pretrained);
        return RONDO_OK;
    }
    rondo_status status = rondo_session_read_pretrained(session, error);
    return status ? status : add_point(l, 0, false, error);
}

static rondo_status inspect_checkpoints(inspected_run *l, const rondo_inspect_options *given,
                                        rondo_error *error)
{
    rondo_inspect_options options = *given;
    rondo_session *session = &l->session;
    rondo_status status = choose_split(l, &options, error);
    if (status) return status;
    if ((status = rondo_inspector_create(session, &options, &l->inspector, error))) return status;
    l->run->split = options.split;
    l->run->sequences = rondo_inspector_sequences(l->inspector);
    l->run->loss_unit = session->network->loss->target == RONDO_TARGET_VALUES ? "1" : "nats";
    status = rondo_network_initialize(session->network, &session->experiment->model.initialization,
                                      session->threads, session->parameters, error);
    if (status) return status;
    status = add_start(l, error);
    return status ? status : add_checkpoints(l, error);
}

rondo_status rondo_inspection_run_start(const char *folder, const rondo_inspect_options *options,
                                        int threads, rondo_registry *registry,
                                        rondo_inspection_run *run, rondo_error *error)
{
    inspected_run l = {.run = run, .checkpoints = rondo_file_join(folder, "checkpoints")};
    *run = (rondo_inspection_run){.folder = folder};
    rondo_status status =
        l.checkpoints ? rondo_session_restore(folder, true, &options->data, threads, registry,
                                              &l.session, error)
                      : rondo_error_set(error, RONDO_FAILED, "not enough memory: inspection");
    if (!status) status = inspect_checkpoints(&l, options, error);
    rondo_inspector_destroy(l.inspector);
    if (l.session.experiment) rondo_session_finish(&l.session);
    free(l.checkpoints);
    if (status) rondo_inspection_run_finish(run);
    return status;
}
