#include "train/update.h"

#include <math.h>

#include "base/memory.h"
#include "base/parallel.h"

enum { SLICE = 8192 };

typedef struct update_job {
    rondo_updater *updater;
    rondo_real *parameters, *gradient;
    double divisor;
    double learning_rate;
    int64_t step;
} update_job;

/* End of the group that begins with part *part, which becomes the first of the next group. */
static int64_t group_end(const rondo_layout *layout, int scope, int64_t *part)
{
    int64_t group = layout->parameters[*part].group;
    while (*part < layout->trained_count &&
           (scope == RONDO_CLIP_GLOBAL || layout->parameters[*part].group == group))
        ++*part;
    return *part < layout->trained_count ? layout->parameters[*part].offset : layout->trained_size;
}

/* Groups one after another, each cut into slices; with `slices` NULL only counted. */
static int64_t cut(const rondo_layout *layout, int scope, rondo_update_slice *slices,
                   int64_t *group_count)
{
    int64_t count = 0, first = 0;
    *group_count = 0;
    for (int64_t part = 0; part < layout->trained_count; ++*group_count) {
        int64_t end = group_end(layout, scope, &part);
        for (; first < end; first += SLICE, count++) {
            int64_t size = end - first < SLICE ? end - first : SLICE;
            if (slices)
                slices[count] =
                    (rondo_update_slice){.first = first, .count = size, .group = *group_count};
        }
        first = end;
    }
    return count;
}

size_t rondo_updater_bytes(const rondo_experiment *experiment, const rondo_layout *layout)
{
    const char *names[RONDO_MAX_SLOTS];
    const rondo_optimizer *optimizer = experiment->optimizer.optimizer;
    int32_t slots = optimizer->slots(experiment->optimizer.options, names);
    int64_t groups, slices = cut(layout, experiment->clip.scope, NULL, &groups);
    return (size_t)slots * (size_t)layout->trained_size * sizeof(rondo_real) +
           (size_t)slices * sizeof(rondo_update_slice) +
           (size_t)groups * sizeof(rondo_update_group);
}

static rondo_status create_slices(const rondo_layout *layout, rondo_updater *updater,
                                  rondo_error *error)
{
    int scope = updater->clip.scope;
    updater->slice_count = cut(layout, scope, NULL, &updater->group_count);
    updater->slices = rondo_memory_create((size_t)updater->slice_count * sizeof *updater->slices,
                                          "gradient norm", error);
    updater->groups = rondo_memory_create((size_t)updater->group_count * sizeof *updater->groups,
                                          "gradient norm", error);
    if (!updater->slices || !updater->groups) return error->status;
    cut(layout, scope, updater->slices, &updater->group_count);
    return RONDO_OK;
}

static rondo_status create_clamps(const rondo_layout *layout, rondo_updater *updater,
                                  rondo_error *error)
{
    size_t most = (size_t)layout->trained_count;
    updater->clamps = rondo_memory_create(most * sizeof *updater->clamps, "updates", error);
    if (!updater->clamps) return error->status;
    for (int64_t i = 0; i < layout->trained_count; i++) {
        const rondo_parameter *p = &layout->parameters[i];
        if (p->is_clamped)
            updater->clamps[updater->clamp_count++] = (rondo_update_clamp){
                p->offset, p->rows * p->columns, (rondo_real)p->low, (rondo_real)p->high};
    }
    return RONDO_OK;
}

rondo_status rondo_updater_start(const rondo_experiment *experiment, const rondo_layout *layout,
                                 int threads, rondo_updater *updater, rondo_error *error)
{
    *updater = (rondo_updater){.optimizer = experiment->optimizer.optimizer,
                               .options = experiment->optimizer.options,
                               .clip = experiment->clip,
                               .threads = threads};
    size_t bytes = (size_t)layout->trained_size * sizeof(rondo_real);
    updater->slot_count = updater->optimizer->slots(updater->options, updater->slot_names);
    rondo_status status = create_slices(layout, updater, error);
    if (!status) status = create_clamps(layout, updater, error);
    for (int32_t i = 0; !status && i < updater->slot_count; i++) {
        updater->slots[i] = rondo_memory_create(bytes, "optimizer slots", error);
        if (!updater->slots[i]) status = error->status;
    }
    if (status) rondo_updater_finish(updater);
    return status;
}

void rondo_updater_finish(rondo_updater *updater)
{
    for (int32_t i = 0; i < updater->slot_count; i++)
        rondo_memory_destroy(updater->slots[i]);
    rondo_memory_destroy(updater->slices);
    rondo_memory_destroy(updater->groups);
    rondo_memory_destroy(updater->clamps);
    *updater = (rondo_updater){0};
}

/* Whether an element was beyond the limit. */
static bool clip_by_value(rondo_real *gradient, int64_t count, rondo_real limit)
{
    int beyond = 0;
    for (int64_t i = 0; i < count; i++) {
        beyond |= gradient[i] < -limit || gradient[i] > limit;
        rondo_real low = gradient[i] < -limit ? -limit : gradient[i];
        gradient[i] = low > limit ? limit : low;
    }
    return beyond;
}

/* Mean, clip by value, sum of squares. */
static void scale_task(void *context, int64_t number, int thread)
{
    update_job *job = context;
    rondo_update_slice *slice = &job->updater->slices[number];
    rondo_real *gradient = job->gradient + slice->first;
    rondo_real scale = (rondo_real)(1.0 / job->divisor);
    rondo_real limit = (rondo_real)job->updater->clip.value;
    double sum = 0;
    (void)thread;
    for (int64_t i = 0; i < slice->count; i++)
        gradient[i] *= scale;
    slice->clipped = limit > 0 && clip_by_value(gradient, slice->count, limit);
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < slice->count; i++)
        sum += (double)gradient[i] * (double)gradient[i];
    slice->sum = sum;
}

static void update_task(void *context, int64_t number, int thread)
{
    update_job *job = context;
    rondo_updater *updater = job->updater;
    const rondo_update_slice *slice = &updater->slices[number];
    double factor = updater->groups[slice->group].factor;
    rondo_update update = {.count = slice->count,
                           .step = job->step,
                           .learning_rate = job->learning_rate,
                           .gradient = job->gradient + slice->first,
                           .parameter = job->parameters + slice->first};
    (void)thread;
    if (factor < 1)
        for (int64_t i = 0; i < slice->count; i++)
            job->gradient[slice->first + i] *= (rondo_real)factor;
    for (int32_t s = 0; s < updater->slot_count; s++)
        update.slot[s] = updater->slots[s] + slice->first;
    updater->optimizer->update(updater->options, &update);
}

/* Norms of the groups, in the order of their slices, and what clipping makes of them. */
static rondo_update_report measure(rondo_updater *updater)
{
    rondo_update_report report = {0};
    double sum = 0, limit = updater->clip.norm;
    for (int64_t g = 0, i = 0; g < updater->group_count; g++) {
        rondo_update_group *group = &updater->groups[g];
        double squares = 0;
        for (; i < updater->slice_count && updater->slices[i].group == g; i++) {
            squares += updater->slices[i].sum;
            report.clipped |= updater->slices[i].clipped;
        }
        sum += squares;
        group->norm = sqrt(squares);
        bool clipped = limit > 0 && group->norm > limit;
        group->factor = clipped ? limit / group->norm : 1;
        report.clipped |= clipped;
    }
    report.gradient_norm = sqrt(sum);
    return report;
}

static void clamp_parameters(const rondo_updater *updater, rondo_real *parameters)
{
    for (int64_t i = 0; i < updater->clamp_count; i++) {
        const rondo_update_clamp *clamp = &updater->clamps[i];
        rondo_real *values = parameters + clamp->first;
        for (int64_t k = 0; k < clamp->count; k++) {
            rondo_real low = values[k] < clamp->low ? clamp->low : values[k];
            values[k] = low > clamp->high ? clamp->high : low;
        }
    }
}

rondo_update_report rondo_updater_apply(rondo_updater *updater, rondo_real *parameters,
                                        rondo_real *gradient, double divisor, double learning_rate,
                                        int64_t step)
{
    update_job job = {updater, parameters, gradient, divisor, learning_rate, step};
    rondo_parallel_for(updater->threads, updater->slice_count, scale_task, &job);
    rondo_update_report report = measure(updater);
    if (!isfinite(report.gradient_norm)) return (rondo_update_report){report.gradient_norm, false};
    rondo_parallel_for(updater->threads, updater->slice_count, update_task, &job);
    clamp_parameters(updater, parameters);
    return report;
}
