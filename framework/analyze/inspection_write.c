/* Inspected runs as HDF5. */
#include <stdio.h>
#include <stdlib.h>

#include "analyze/inspection_run.h"
#include "base/hdf5.h"
#include "base/text.h"

enum { PATH_SIZE = 256 };

/* Where it goes, and what is written of it. */
typedef struct record_writer {
    rondo_hdf5 *file;
    const char *unit; /* of norms */
    char group[PATH_SIZE];
} record_writer;

static rondo_status write_column(const record_writer *w, const char *name, rondo_hdf5_type type,
                                 int64_t count, const void *data, const char *unit,
                                 const char *axis, rondo_error *error)
{
    char path[2 * PATH_SIZE];
    rondo_status status;
    snprintf(path, sizeof path, "%s/%s", w->group, name);
    if ((status = rondo_hdf5_write(w->file, path, type, 1, &count, data, error))) return status;
    if ((status = rondo_hdf5_set_text(w->file, path, "unit", unit, error))) return status;
    return rondo_hdf5_set_text(w->file, path, "axis", axis, error);
}

static rondo_status write_norms(const record_writer *w, const rondo_gradient_curve *curve,
                                rondo_error *error)
{
    static const char axis[] = "distance";
    char name[PATH_SIZE];
    rondo_status status = write_column(w, "norm", RONDO_HDF5_FLOAT64, curve->count, curve->norm,
                                       w->unit, axis, error);
    for (int32_t s = 0; s < curve->state_count && !status; s++) {
        snprintf(name, sizeof name, "states/%s", curve->states[s]);
        status = write_column(w, name, RONDO_HDF5_FLOAT64, curve->count, curve->state_norm[s],
                              w->unit, axis, error);
    }
    return status;
}

static rondo_status write_distances(const record_writer *w, const rondo_gradient_curve *curve,
                                    rondo_error *error)
{
    int64_t *numbers = malloc((size_t)curve->count * sizeof *numbers);
    if (!numbers) return rondo_error_set(error, RONDO_FAILED, "not enough memory: distances");
    for (int64_t k = 0; k < curve->count; k++)
        numbers[k] = k;
    rondo_status status = write_column(w, "distance", RONDO_HDF5_INT64, curve->count, numbers,
                                       "steps", "distance", error);
    for (int64_t k = 0; k < curve->count; k++)
        numbers[k] = (int64_t)curve->rows[k];
    if (!status)
        status = write_column(w, "sequences", RONDO_HDF5_INT64, curve->count, numbers, "sequences",
                              "distance", error);
    free(numbers);
    return status;
}

static rondo_status write_gates(const record_writer *w, const rondo_gradient_curve *curve,
                                rondo_error *error)
{
    char name[PATH_SIZE];
    rondo_status status = RONDO_OK;
    for (int64_t g = 0; g < curve->gate_count && !status; g++) {
        const double shares[2] = {curve->gates[g].low, curve->gates[g].high};
        snprintf(name, sizeof name, "gates/%s", curve->gates[g].name);
        status = write_column(w, name, RONDO_HDF5_FLOAT64, 2, shares, "1", "below 0.1, above 0.9",
                              error);
    }
    return status;
}

static rondo_status write_curve(const record_writer *w, const rondo_gradient_curve *curve,
                                rondo_error *error)
{
    rondo_status status;
    if ((status = write_distances(w, curve, error))) return status;
    if ((status = write_norms(w, curve, error))) return status;
    if ((status = write_gates(w, curve, error))) return status;
    status = rondo_hdf5_set_real(w->file, w->group, "memory_length", curve->memory_length, error);
    if (status) return status;
    return rondo_hdf5_set_real(w->file, w->group, "factor_per_step", curve->factor_per_step, error);
}

static rondo_status write_point(record_writer *w, int64_t number,
                                const rondo_inspection_point *point, rondo_error *error)
{
    char group[PATH_SIZE / 2];
    rondo_status status = RONDO_OK;
    snprintf(group, sizeof group, "/runs/%lld/step_%lld", (long long)number,
             (long long)point->step);
    for (int64_t i = 0; i < point->inspection.count && !status; i++) {
        const rondo_gradient_curve *curve = &point->inspection.curves[i];
        snprintf(w->group, sizeof w->group, "%s/layers/%lld/%s", group, (long long)curve->layer,
                 curve->reverse ? "backward" : "forward");
        status = write_curve(w, curve, error);
    }
    return status ? status : rondo_hdf5_set_integer(w->file, group, "best", point->best, error);
}

static rondo_status write_run(rondo_hdf5 *file, int64_t number, const rondo_inspection_run *run,
                              rondo_error *error)
{
    record_writer w = {.file = file, .unit = run->loss_unit};
    char group[PATH_SIZE / 2];
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < run->count && !status; i++)
        status = write_point(&w, number, &run->points[i], error);
    if (status) return status;
    snprintf(group, sizeof group, "/runs/%lld", (long long)number);
    if ((status = rondo_hdf5_set_text(file, group, "folder", run->folder, error))) return status;
    status = rondo_hdf5_set_text(file, group, "split", rondo_split_name(run->split), error);
    if (status) return status;
    return rondo_hdf5_set_integer(file, group, "sequences", run->sequences, error);
}

typedef struct run_list {
    const rondo_inspection_run *runs;
    int64_t count;
} run_list;

static rondo_status write_all(rondo_hdf5 *file, const void *context, rondo_error *error)
{
    const run_list *list = context;
    rondo_status status =
        rondo_hdf5_set_text(file, "/", "rondo_format", "gradient inspection", error);
    if (!status) status = rondo_hdf5_set_integer(file, "/", "version", 1, error);
    for (int64_t i = 0; i < list->count && !status; i++)
        status = write_run(file, i, &list->runs[i], error);
    return status;
}

rondo_status rondo_inspection_runs_write(const char *path, const rondo_inspection_run *runs,
                                         int64_t count, rondo_error *error)
{
    const run_list list = {runs, count};
    return rondo_hdf5_replace(path, write_all, &list, error);
}
