#include "train/update.h"

#include <math.h>

#include "base/memory.h"
#include "base/parallel.h"

enum { SLICE = 8192 };

typedef struct update_job {
    rondo_updater *updater;
    rondo_real *parameters, *gradient;
    double scale; /* first loop: 1 / divisor; second: the norm's clip factor */
    double learning_rate;
    int64_t step;
} update_job;

static int64_t slice_count(int64_t size)
{
    return (size + SLICE - 1) / SLICE;
}

static int64_t slice_size(const rondo_updater *updater, int64_t slice)
{
    int64_t left = updater->size - slice * SLICE;
    return left < SLICE ? left : SLICE;
}

size_t rondo_updater_bytes(const rondo_experiment *experiment, int64_t size)
{
    const char *names[RONDO_MAX_SLOTS];
    const rondo_optimizer *optimizer = experiment->optimizer.optimizer;
    int32_t slots = optimizer->slots(experiment->optimizer.options, names);
    return (size_t)slots * (size_t)size * sizeof(rondo_real) +
           (size_t)slice_count(size) * sizeof(double);
}

rondo_status rondo_updater_start(const rondo_experiment *experiment, int64_t size, int threads,
                                 rondo_updater *updater, rondo_error *error)
{
    *updater = (rondo_updater){.optimizer = experiment->optimizer.optimizer,
                               .options = experiment->optimizer.options,
                               .clip = experiment->clip,
                               .size = size,
                               .threads = threads};
    updater->slot_count = updater->optimizer->slots(updater->options, updater->slot_names);
    updater->slice_sums =
        rondo_memory_create((size_t)slice_count(size) * sizeof(double), "gradient norm", error);
    if (!updater->slice_sums) return error->status;
    for (int32_t i = 0; i < updater->slot_count; i++) {
        updater->slots[i] =
            rondo_memory_create((size_t)size * sizeof(rondo_real), "optimizer slots", error);
        if (!updater->slots[i]) {
            rondo_updater_finish(updater);
            return error->status;
        }
    }
    return RONDO_OK;
}

void rondo_updater_finish(rondo_updater *updater)
{
    for (int32_t i = 0; i < updater->slot_count; i++)
        rondo_memory_destroy(updater->slots[i]);
    rondo_memory_destroy(updater->slice_sums);
    *updater = (rondo_updater){0};
}

/* Mean, clip by value, sum of squares. */
static void scale_task(void *context, int64_t slice, int thread)
{
    update_job *job = context;
    rondo_real *gradient = job->gradient + slice * SLICE;
    int64_t count = slice_size(job->updater, slice);
    rondo_real scale = (rondo_real)job->scale, limit = (rondo_real)job->updater->clip.value;
    double sum = 0;
    (void)thread;
    for (int64_t i = 0; i < count; i++)
        gradient[i] *= scale;
    if (limit > 0)
        for (int64_t i = 0; i < count; i++) {
            rondo_real low = gradient[i] < -limit ? -limit : gradient[i];
            gradient[i] = low > limit ? limit : low;
        }
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; i++)
        sum += (double)gradient[i] * (double)gradient[i];
    job->updater->slice_sums[slice] = sum;
}

static void update_task(void *context, int64_t slice, int thread)
{
    update_job *job = context;
    rondo_updater *updater = job->updater;
    int64_t first = slice * SLICE;
    rondo_update update = {.count = slice_size(updater, slice),
                           .step = job->step,
                           .learning_rate = job->learning_rate,
                           .gradient = job->gradient + first,
                           .parameter = job->parameters + first};
    (void)thread;
    if (job->scale < 1)
        for (int64_t i = 0; i < update.count; i++)
            job->gradient[first + i] *= (rondo_real)job->scale;
    for (int32_t s = 0; s < updater->slot_count; s++)
        update.slot[s] = updater->slots[s] + first;
    updater->optimizer->update(updater->options, &update);
}

rondo_update_report rondo_updater_apply(rondo_updater *updater, rondo_real *parameters,
                                        rondo_real *gradient, double divisor, double learning_rate,
                                        int64_t step)
{
    int64_t slices = slice_count(updater->size);
    rondo_update_report report = {0};
    update_job job = {updater, parameters, gradient, 1.0 / divisor, learning_rate, step};
    rondo_parallel_for(updater->threads, slices, scale_task, &job);
    for (int64_t i = 0; i < slices; i++)
        report.gradient_norm += updater->slice_sums[i];
    report.gradient_norm = sqrt(report.gradient_norm);
    if (!isfinite(report.gradient_norm)) return report;
    report.clipped = updater->clip.norm > 0 && report.gradient_norm > updater->clip.norm;
    job.scale = report.clipped ? updater->clip.norm / report.gradient_norm : 1;
    rondo_parallel_for(updater->threads, slices, update_task, &job);
    return report;
}
