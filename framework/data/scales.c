#include "data/scales.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
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
        return (scaled_side){(rondo_real *)sequences->input_values, rows,
                             dataset->schema->input_width, 0};
    return (scaled_side){(rondo_real *)sequences->target_values,
                         dataset->schema->sequence_targets ? sequences->count : rows,
                         dataset->schema->target_width, inputs};
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

rondo_status rondo_scales_create(int64_t count, const char *const *names, int64_t input_count,
                                 int64_t target_count, rondo_scales **out, rondo_error *error)
{
    rondo_text text = {0};
    rondo_scales *scales = *out = calloc(1, sizeof *scales);
    if (!scales) return rondo_error_set(error, RONDO_FAILED, "not enough memory for scales");
    *scales =
        (rondo_scales){.count = count, .input_count = input_count, .target_count = target_count};
    scales->names = calloc((size_t)count + 1, sizeof *scales->names);
    scales->mean = calloc((size_t)count + 1, sizeof *scales->mean);
    scales->deviation = calloc((size_t)count + 1, sizeof *scales->deviation);
    scales->targets = calloc((size_t)target_count + 1, sizeof *scales->targets);
    for (int64_t i = 0; i < count; i++)
        rondo_text_add_bytes(&text, names[i], strlen(names[i]) + 1);
    scales->text = text.data;
    if (text.failed || !scales->names || !scales->mean || !scales->deviation || !scales->targets)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for scales");
    const char *at = scales->text;
    for (int64_t i = 0; i < count; i++) {
        scales->names[i] = at;
        scales->deviation[i] = 1;
        at += strlen(at) + 1;
    }
    for (int64_t t = 0; t < target_count; t++)
        scales->targets[t] = t;
    return RONDO_OK;
}

static int64_t find(const rondo_scales *scales, const char *name)
{
    for (int64_t i = 0; scales && i < scales->count; i++)
        if (strcmp(scales->names[i], name) == 0) return i;
    return -1;
}

rondo_status rondo_scales_take(rondo_scales *scales, const rondo_scales *saved, rondo_error *error)
{
    for (int64_t c = 0; c < scales->count; c++) {
        int64_t i = find(saved, scales->names[c]);
        bool is_usable = i >= 0 && isfinite(saved->mean[i]) && isfinite(saved->deviation[i]) &&
                         saved->deviation[i] > 0;
        if (!is_usable)
            return rondo_error_set(error, RONDO_FAILED,
                                   "the run has no usable mean and deviation of column \"%s\"; was "
                                   "it trained with data of another width?",
                                   scales->names[c]);
        scales->mean[c] = saved->mean[i];
        scales->deviation[c] = saved->deviation[i];
    }
    return RONDO_OK;
}

/* "input 1", ..; and, where targets are no inputs, "target 1", .. */
static rondo_status number_columns(int64_t inputs, int64_t targets, bool are_apart,
                                   rondo_scales **out, rondo_error *error)
{
    int64_t count = inputs + (are_apart ? targets : 0);
    const char **names = calloc((size_t)count + 1, sizeof *names);
    char *text = calloc((size_t)count + 1, NAME_SIZE);
    rondo_status status = RONDO_OK;
    if (!names || !text)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory for scales");
    for (int64_t i = 0; !status && i < count; i++) {
        names[i] = text + i * NAME_SIZE;
        snprintf(text + i * NAME_SIZE, NAME_SIZE, "%s %lld", i < inputs ? "input" : "target",
                 (long long)(i < inputs ? i : i - inputs) + 1);
    }
    if (!status) status = rondo_scales_create(count, names, inputs, targets, out, error);
    for (int64_t t = 0; !status && are_apart && t < targets; t++)
        (*out)->targets[t] = inputs + t;
    free(names);
    free(text);
    return status;
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

rondo_status rondo_scales_apply(const rondo_experiment *experiment, const rondo_schema *saved,
                                rondo_dataset *dataset, rondo_error *error)
{
    int rule = experiment->data.standardize;
    bool with_targets = rule == RONDO_STANDARDIZE_ALL;
    rondo_schema *schema = dataset->schema;
    if (rule == RONDO_STANDARDIZE_NONE) return RONDO_OK;
    rondo_status status = check_values(dataset, with_targets, error);
    if (status) return status;
    int64_t targets = with_targets ? schema->target_width : 0;
    bool are_apart = saved && saved->scales ? saved->scales->count > schema->input_width
                                            : targets > 0 && !dataset->storage->next_step;
    status = number_columns(schema->input_width, targets, are_apart, &schema->scales, error);
    if (!status && saved) status = rondo_scales_take(schema->scales, saved->scales, error);
    for (int is_target = 0; !status && is_target <= are_apart; is_target++) {
        const scaled_side train = side_of(dataset, RONDO_TRAIN, is_target, schema->input_width);
        if (!saved) fit(&train, schema->scales);
        for (int s = 0; s < RONDO_SPLITS; s++) {
            const scaled_side one =
                side_of(dataset, (rondo_split)s, is_target, schema->input_width);
            transform(&one, schema->scales);
        }
    }
    return status;
}

void rondo_scales_destroy(rondo_scales *scales)
{
    if (!scales) return;
    free(scales->names);
    free(scales->targets);
    free(scales->text);
    free(scales->mean);
    free(scales->deviation);
    free(scales);
}

double rondo_scales_restore(const rondo_scales *scales, int64_t column, double value)
{
    if (!scales || scales->target_count == 0) return value;
    int64_t i = scales->targets[column];
    return value * scales->deviation[i] + scales->mean[i];
}
