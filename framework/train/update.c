#include "train/update.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "train/mean_gradient.h"

enum { PARAMETER, GRADIENT, DIRECTION, NORMS };

typedef struct update_job {
    rondo_updater *updater;
    rondo_real *parameters, *gradient;
    const rondo_used_rows *used; /* or NULL */
    double divisor;
    double learning_rate;
    int64_t step;
    rondo_real *weights; /* to evaluate with */
} update_job;

static rondo_mean_scale mean_of(const update_job *job)
{
    double limit = job->updater->clip.value;
    return (rondo_mean_scale){.scale = (rondo_real)(1.0 / job->divisor),
                              .limit = limit > 0 ? (rondo_real)limit : (rondo_real)INFINITY};
}

static void measure_task(void *context, int64_t number, int thread)
{
    const update_job *job = context;
    const rondo_mean_scale mean = mean_of(job);
    rondo_update_slice *slice = &job->updater->slices[number];
    rondo_gradient_squares squares = {0};
    int64_t end = slice->first + slice->count;
    rondo_parameter_span span = rondo_used_rows_span(job->used, slice->first, end);
    (void)thread;
    for (; span.count > 0; span = rondo_used_rows_span(job->used, span.first + span.count, end))
        rondo_gradient_squares_add(job->gradient + span.first, span.first - slice->first,
                                   span.count, &mean, &squares);
    slice->sum = rondo_gradient_squares_total(&squares);
    slice->clipped = squares.clipped;
}

/* Where a slice stands in the parameter block. */
static rondo_parameter_span span_of(const rondo_updater *updater, const rondo_tensor_slice *s)
{
    return (rondo_parameter_span){updater->tensors[s->tensor].offset + s->first, s->count};
}

/* Where a slot has its numbers of a tensor from element `first` on. */
static rondo_real *slot_at(const rondo_updater *updater, int32_t slot, int64_t tensor,
                           int64_t first)
{
    bool by_element = updater->plan.slots[slot].shape == RONDO_SLOT_ELEMENTS;
    return rondo_slot_part_of(updater, slot, tensor) + (by_element ? first : 0);
}

/* What the plugin sees of a part of a tensor, but gradient and norms. */
static rondo_update part_of(const update_job *job, int64_t tensor, const rondo_parameter_span *span)
{
    const rondo_updater *updater = job->updater;
    const rondo_tensor_place *place = &updater->tensors[tensor];
    int64_t at = span->first;
    rondo_update update = {.count = span->count,
                           .step = job->step,
                           .learning_rate = job->learning_rate,
                           .parameter = job->parameters + at,
                           .numbers = updater->numbers,
                           .tensor = &place->tensor,
                           .first = at - place->offset};
    for (int32_t i = 0; i < updater->plan.slot_count; i++)
        update.slot[i] = slot_at(updater, i, tensor, update.first);
    if (updater->direction) update.direction = updater->direction + at;
    return update;
}

/* What the plugin takes for the gradient of a part of a tensor, written to `to`. */
static void finish_gradient(const update_job *job, int64_t tensor, const rondo_parameter_span *span,
                            rondo_real *to)
{
    const rondo_mean_scale mean = mean_of(job);
    double factor = job->updater->groups[job->updater->tensors[tensor].group].factor;
    rondo_mean_gradient_finish(job->gradient + span->first, span->count, &mean, (rondo_real)factor,
                               to);
}

/* Before `update`, of optimizers that look at norms: the direction and sums of squares. */
static void direction_task(void *context, int64_t number, int thread)
{
    update_job *job = context;
    const rondo_updater *updater = job->updater;
    rondo_tensor_slice *s = &updater->tensor_slices[number];
    const rondo_parameter_span span = span_of(updater, s);
    rondo_update update = part_of(job, s->tensor, &span);
    (void)thread;
    finish_gradient(job, s->tensor, &span, job->gradient + span.first);
    update.gradient = job->gradient + span.first;
    if (updater->optimizer->direction) updater->optimizer->direction(updater->options, &update);
    const rondo_real *const values[NORMS] = {update.parameter, update.gradient, update.direction};
    for (int n = 0; n < NORMS; n++)
        if (updater->plan.norms & (1U << n))
            s->squares[n] = rondo_sum_of_squares(values[n], s->count);
}

static void add_norms(rondo_updater *updater)
{
    for (int64_t i = 0, t = 0; t < updater->tensor_count; t++) {
        double sums[NORMS] = {0};
        for (; i < updater->tensor_slice_count && updater->tensor_slices[i].tensor == t; i++)
            for (int n = 0; n < NORMS; n++)
                sums[n] += updater->tensor_slices[i].squares[n];
        for (int n = 0; n < NORMS; n++)
            updater->tensors[t].norms[n] = sqrt(sums[n]);
    }
}

static bool looks_first(const rondo_updater *updater)
{
    return updater->optimizer->direction || updater->plan.norms;
}

bool rondo_updater_takes_used_rows(const rondo_updater *updater)
{
    return !updater->plan.whole_tensors && !looks_first(updater);
}

static void update_part(const update_job *job, int64_t tensor, const rondo_parameter_span *span,
                        const rondo_real *gradient)
{
    const rondo_updater *updater = job->updater;
    const rondo_tensor_place *place = &updater->tensors[tensor];
    rondo_update update = part_of(job, tensor, span);
    update.gradient = gradient;
    update.parameter_norm = place->norms[PARAMETER];
    update.gradient_norm = place->norms[GRADIENT];
    update.direction_norm = place->norms[DIRECTION];
    updater->optimizer->update(updater->options, &update);
}

/* A gradient that nothing else will read stays in a cache. */
static void update_span(const update_job *job, int64_t tensor, const rondo_parameter_span *span)
{
    rondo_real near[RONDO_UPDATE_SLICE] __attribute__((aligned(RONDO_ALIGNMENT)));
    bool is_finished = looks_first(job->updater), fits = span->count <= RONDO_UPDATE_SLICE;
    rondo_real *gradient = is_finished || !fits ? job->gradient + span->first : near;
    if (!is_finished) finish_gradient(job, tensor, span, gradient);
    update_part(job, tensor, span, gradient);
}

/* Where the gradient is 0, an optimizer may still move parameters. */
static void update_unused(const update_job *job, int64_t tensor, const rondo_parameter_span *span)
{
    static const rondo_real zeros[RONDO_UPDATE_SLICE];
    bool is_no_op = job->updater->plan.flags & RONDO_OPTIMIZER_ZERO_IS_NO_OP;
    if (span->count > 0 && !is_no_op) update_part(job, tensor, span, zeros);
}

static void update_task(void *context, int64_t number, int thread)
{
    const update_job *job = context;
    const rondo_tensor_slice *s = &job->updater->tensor_slices[number];
    const rondo_parameter_span slice = span_of(job->updater, s);
    int64_t at = slice.first, end = at + slice.count;
    (void)thread;
    while (at < end) {
        const rondo_parameter_span span = rondo_used_rows_span(job->used, at, end);
        const rondo_parameter_span before = {at, span.first - at};
        update_unused(job, s->tensor, &before);
        if (span.count > 0) update_span(job, s->tensor, &span);
        at = span.first + span.count;
    }
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

/* Exponential moving average: a_1 = p_1, a_t = a_{t-1} + (1 - decay) (p_t - a_{t-1}). */
static void average_task(void *context, int64_t number, int thread)
{
    const update_job *job = context;
    const rondo_update_slice *slice = &job->updater->slices[number];
    const rondo_real *p = job->parameters + slice->first;
    rondo_real *a = job->updater->average + slice->first;
    rondo_real newest = (rondo_real)(1 - job->updater->decay);
    (void)thread;
    if (job->step == 1)
        memcpy(a, p, (size_t)slice->count * sizeof *a);
    else
        for (int64_t i = 0; i < slice->count; i++)
            a[i] += newest * (p[i] - a[i]);
}

static void advance(rondo_updater *updater, double learning_rate, int64_t step)
{
    const rondo_optimizer_advance now = {
        .step = step, .learning_rate = learning_rate, .numbers = updater->numbers};
    if (updater->optimizer->advance) updater->optimizer->advance(updater->options, &now);
}

rondo_update_report rondo_updater_apply(rondo_updater *updater, rondo_real *parameters,
                                        rondo_real *gradient, const rondo_used_rows *used,
                                        double divisor, double learning_rate, int64_t step)
{
    update_job job = {updater, parameters, gradient, used, divisor, learning_rate, step, NULL};
    int64_t slices = updater->tensor_slice_count;
    rondo_parallel_for(updater->threads, updater->slice_count, measure_task, &job);
    rondo_update_report report = measure(updater);
    if (!isfinite(report.gradient_norm)) return (rondo_update_report){report.gradient_norm, false};
    advance(updater, learning_rate, step);
    if (looks_first(updater)) {
        rondo_parallel_for(updater->threads, slices, direction_task, &job);
        add_norms(updater);
    }
    rondo_parallel_for(updater->threads, slices, update_task, &job);
    clamp_parameters(updater, parameters);
    if (updater->average)
        rondo_parallel_for(updater->threads, updater->slice_count, average_task, &job);
    return report;
}

void rondo_updater_judge(rondo_updater *updater, int64_t step, const rondo_validation *validation)
{
    if (updater->optimizer->judge)
        updater->optimizer->judge(updater->options, step, updater->numbers, validation);
}

bool rondo_updater_has_evaluation_weights(const rondo_updater *updater)
{
    return updater->average || updater->optimizer->evaluation_weights;
}

void rondo_updater_restore_average(rondo_updater *updater, const rondo_real *weights)
{
    const rondo_update_slice *last = &updater->slices[updater->slice_count - 1];
    if (updater->average)
        memcpy(updater->average, weights, (size_t)(last->first + last->count) * sizeof *weights);
}

static void evaluation_task(void *context, int64_t number, int thread)
{
    update_job *job = context;
    const rondo_updater *updater = job->updater;
    const rondo_tensor_slice *s = &updater->tensor_slices[number];
    const rondo_parameter_span span = span_of(updater, s);
    const rondo_update update = part_of(job, s->tensor, &span);
    int64_t at = span.first;
    (void)thread;
    if (updater->average)
        memcpy(job->weights + at, updater->average + at, (size_t)s->count * sizeof *job->weights);
    else
        updater->optimizer->evaluation_weights(updater->options, &update, job->weights + at);
}

/* Before the first update nothing is averaged. Weights that are more than an average can leave a
 * parameter's own range. */
void rondo_updater_evaluation_weights(rondo_updater *updater, rondo_real *parameters, int64_t step,
                                      rondo_real *weights)
{
    update_job job = {
        .updater = updater, .parameters = parameters, .step = step, .weights = weights};
    for (int64_t t = 0; step == 0 && t < updater->tensor_count; t++) {
        const rondo_tensor_place *place = &updater->tensors[t];
        memcpy(weights + place->offset, parameters + place->offset,
               (size_t)(place->tensor.rows * place->tensor.columns) * sizeof *weights);
    }
    if (step > 0)
        rondo_parallel_for(updater->threads, updater->tensor_slice_count, evaluation_task, &job);
    clamp_parameters(updater, weights);
}
