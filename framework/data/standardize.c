#include "data/standardize.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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
    scaled_side side = {(rondo_real *)sequences->input_values, rows, dataset->schema->input_width,
                        0};
    if (is_target)
        side = (scaled_side){(rondo_real *)sequences->target_values,
                             dataset->schema->sequence_targets ? sequences->count : rows,
                             dataset->schema->target_width, inputs};
    if (!side.values) side.rows = 0; /* of a split that is not there, or a file without targets */
    return side;
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
    for (int64_t r = 0; r < s->rows; r++)
        for (int64_t c = 0; c < s->width; c++) {
            rondo_real *value = &s->values[r * s->width + c];
            *value = (rondo_real)(((double)*value - scales->mean[s->first + c]) /
                                  scales->deviation[s->first + c]);
        }
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
            return rondo_error_set(
                error, RONDO_USAGE,
                "data.standardize: must be none (the inputs are symbols, not values)");
        if (sequences->count > 0 && with_targets && sequences->targets.data)
            return rondo_error_set(
                error, RONDO_USAGE,
                "data.standardize: must be none or inputs (the targets are classes, not values)");
    }
    return RONDO_OK;
}

rondo_status rondo_dataset_standardize(const rondo_experiment *experiment,
                                       const rondo_schema *saved, rondo_dataset *dataset,
                                       rondo_error *error)
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
