#include "data/scales.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/storage.h"

enum { NAME_SIZE = 32 };

/* Values of one side of a split: [rows, width]. */
typedef struct scaled_side {
    rondo_real *values;
    int64_t rows, width, first; /* `first`: which of the scales is its first column */
} scaled_side;

/* The side's array holds nothing but this split's values, so all of it may be changed. */
static scaled_side side_of(const rondo_dataset *dataset, rondo_split split, bool is_target,
                           int64_t inputs)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    int64_t rows = 0, more = dataset->storage->next_step;
    for (int64_t s = 0; s < sequences->count; s++) {
        int64_t end = rondo_sequence_start(sequences, s) + sequences->offset[s + 1] -
                      sequences->offset[s] + more;
        if (end > rows) rows = end;
    }
    if (!is_target)
        return (scaled_side){(rondo_real *)sequences->input_values, rows, dataset->input_width, 0};
    return (scaled_side){(rondo_real *)sequences->target_values,
                         dataset->sequence_targets ? sequences->count : rows, dataset->target_width,
                         inputs};
}

static void fit(const scaled_side *s, rondo_scales *scales)
{
    for (int64_t c = 0; c < s->width; c++) {
        double sum = 0, squares = 0, count = (double)(s->rows > 0 ? s->rows : 1);
        for (int64_t r = 0; r < s->rows; r++)
            sum += (double)s->values[r * s->width + c];
        double mean = scales->mean[s->first + c] = sum / count;
        for (int64_t r = 0; r < s->rows; r++) {
            double difference = (double)s->values[r * s->width + c] - mean;
            squares += difference * difference;
        }
        double deviation = sqrt(squares / count);
        scales->deviation[s->first + c] = deviation > 1e-6 * fabs(mean) ? deviation : 1;
    }
}

static void transform(const scaled_side *s, const rondo_scales *scales)
{
    for (int64_t r = 0; s->values && r < s->rows; r++)
        for (int64_t c = 0; c < s->width; c++) {
            rondo_real *value = &s->values[r * s->width + c];
            *value = (rondo_real)(((double)*value - scales->mean[s->first + c]) /
                                  scales->deviation[s->first + c]);
        }
}

static rondo_status create(int64_t inputs, int64_t targets, int64_t own, rondo_scales **out,
                           rondo_error *error)
{
    rondo_scales *scales = *out = calloc(1, sizeof *scales);
    size_t count = (size_t)(inputs + own);
    if (!scales) return rondo_error_set(error, RONDO_FAILED, "not enough memory for scales");
    *scales = (rondo_scales){.count = inputs + own, .input_count = inputs, .target_count = targets};
    scales->names = calloc(count, sizeof *scales->names);
    scales->text = calloc(count, NAME_SIZE);
    scales->mean = calloc(count, sizeof *scales->mean);
    scales->deviation = calloc(count, sizeof *scales->deviation);
    if (!scales->names || !scales->text || !scales->mean || !scales->deviation)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for scales");
    for (int64_t i = 0; i < scales->count; i++) {
        char *name = scales->text + i * NAME_SIZE;
        bool is_input = i < inputs;
        snprintf(name, NAME_SIZE, "%s %lld", is_input ? "input" : "target",
                 (long long)(is_input ? i : i - inputs) + 1);
        scales->names[i] = name;
    }
    return RONDO_OK;
}

static rondo_status take_saved(rondo_scales *scales, const rondo_saved_names *saved,
                               rondo_error *error)
{
    for (int64_t i = 0; i < scales->count; i++) {
        bool is_same = i < saved->column_count && strcmp(saved->columns[i], scales->names[i]) == 0;
        bool is_usable = is_same && isfinite(saved->mean[i]) && isfinite(saved->deviation[i]) &&
                         saved->deviation[i] > 0;
        if (!is_usable)
            return rondo_error_set(error, RONDO_FAILED,
                                   "the run has no usable mean and deviation of %s; was it trained "
                                   "with data of another width?",
                                   scales->names[i]);
        scales->mean[i] = saved->mean[i];
        scales->deviation[i] = saved->deviation[i];
    }
    return RONDO_OK;
}

rondo_status rondo_scales_restore_saved(const rondo_saved_names *saved, rondo_scales **out,
                                        rondo_error *error)
{
    int64_t inputs = 0;
    while (inputs < saved->column_count && strncmp(saved->columns[inputs], "input ", 6) == 0)
        inputs++;
    rondo_status status = create(inputs, 0, saved->column_count - inputs, out, error);
    return status ? status : take_saved(*out, saved, error);
}

static rondo_status check_values(const rondo_dataset *dataset, bool with_targets,
                                 rondo_error *error)
{
    for (int s = 0; s < RONDO_SPLITS; s++) {
        const rondo_sequences *sequences = &dataset->splits[s];
        if (sequences->count > 0 && !sequences->input_values)
            return rondo_error_set(error, RONDO_USAGE,
                                   "data.standardize: the inputs are symbols, not values: none");
        if (sequences->count > 0 && with_targets && sequences->targets.data)
            return rondo_error_set(error, RONDO_USAGE,
                                   "data.standardize: the targets are classes, not values: inputs");
    }
    return RONDO_OK;
}

rondo_status rondo_scales_apply(const rondo_experiment *experiment, const rondo_saved_names *saved,
                                rondo_dataset *dataset, rondo_error *error)
{
    int rule = experiment->data.standardize;
    bool next_step = dataset->storage->next_step, with_targets = rule == RONDO_STANDARDIZE_ALL;
    if (rule == RONDO_STANDARDIZE_NONE) return RONDO_OK;
    rondo_status status = check_values(dataset, with_targets, error);
    if (status) return status;
    int64_t targets = with_targets ? dataset->target_width : 0, own = next_step ? 0 : targets;
    status = create(dataset->input_width, targets, own, &dataset->scales, error);
    if (!status && saved) status = take_saved(dataset->scales, saved, error);
    for (int is_target = 0; !status && is_target < (own > 0 ? 2 : 1); is_target++) {
        const scaled_side train = side_of(dataset, RONDO_TRAIN, is_target, dataset->input_width);
        if (!saved) fit(&train, dataset->scales);
        for (int s = 0; s < RONDO_SPLITS; s++) {
            const scaled_side one =
                side_of(dataset, (rondo_split)s, is_target, dataset->input_width);
            transform(&one, dataset->scales);
        }
    }
    return status;
}

void rondo_scales_destroy(rondo_scales *scales)
{
    if (!scales) return;
    free(scales->names);
    free(scales->text);
    free(scales->mean);
    free(scales->deviation);
    free(scales);
}

double rondo_scales_restore(const rondo_scales *scales, int64_t column, double value)
{
    if (!scales || scales->target_count == 0) return value;
    int64_t i = scales->count > scales->input_count ? scales->input_count + column : column;
    return value * scales->deviation[i] + scales->mean[i];
}
