#include "command/predict_answers.h"

#include <stdlib.h>
#include <string.h>

#include "base/hdf5.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

/* --- CSV (RFC 4180) --- */

static const char *name_of(const rondo_answer_shape *shape, int64_t column)
{
    return shape->classes ? rondo_vocabulary_name(shape->classes, (int32_t)column)
                          : shape->names[column];
}

/* Columns of numbers: values, or probabilities. */
static bool has_columns(const rondo_answer_shape *shape)
{
    return !shape->classes || shape->all;
}

static double number_of(const rondo_answer *answer, int64_t column)
{
    return answer->values ? answer->values[column] : (double)answer->row[column];
}

static void write_head(const rondo_answer_shape *shape)
{
    fputs(shape->steps ? "sequence,step" : "sequence", shape->output);
    if (shape->classes) fputs(",class,probability", shape->output);
    for (int64_t i = shape->first_class; has_columns(shape) && i < shape->width; i++) {
        fputc(',', shape->output);
        rondo_text_write_csv(shape->output, name_of(shape, i));
    }
    fputc('\n', shape->output);
}

static void write_record(const rondo_answer_shape *shape, const rondo_answer *answer)
{
    fprintf(shape->output, "%lld", (long long)answer->sequence);
    if (shape->steps) fprintf(shape->output, ",%lld", (long long)answer->step);
    if (shape->classes) {
        fputc(',', shape->output);
        rondo_text_write_csv(shape->output, name_of(shape, answer->class));
        fprintf(shape->output, ",%.9g", answer->probability);
    }
    for (int64_t i = shape->first_class; has_columns(shape) && i < shape->width; i++)
        fprintf(shape->output, ",%.9g", number_of(answer, i));
    fputc('\n', shape->output);
}

/* --- JSON --- */

enum { DIGITS = 9 };

static void add_object(const rondo_answer_shape *shape, const rondo_answer *answer,
                       rondo_json *json)
{
    rondo_json_begin(json, NULL, '{');
    rondo_json_integer(json, "sequence", answer->sequence);
    if (shape->steps) rondo_json_integer(json, "step", answer->step);
    if (answer->id) rondo_json_string(json, "id", answer->id);
    if (answer->time) rondo_json_string(json, "time", answer->time);
    if (shape->classes) {
        rondo_json_string(json, "class", name_of(shape, answer->class));
        rondo_json_rounded(json, "probability", answer->probability, DIGITS);
    }
    if (has_columns(shape)) {
        rondo_json_begin(json, shape->classes ? "probabilities" : "values", '{');
        for (int64_t i = shape->first_class; i < shape->width; i++)
            rondo_json_rounded(json, name_of(shape, i), number_of(answer, i), DIGITS);
        rondo_json_end(json, '}');
    }
    rondo_json_end(json, '}');
}

static rondo_status write_object(const rondo_answer_shape *shape, const rondo_answer *answer,
                                 rondo_error *error)
{
    rondo_text text = {0};
    rondo_json json = {.text = &text};
    add_object(shape, answer, &json);
    rondo_text_add(&text, "\n");
    rondo_status status = RONDO_OK;
    if (text.failed) status = rondo_error_set(error, RONDO_FAILED, "not enough memory: a line");
    if (!status) fputs(rondo_text_get(&text), shape->output);
    rondo_text_finish(&text);
    return status;
}

/* --- HDF5 --- */

static rondo_status grow(void **block, int64_t *capacity, int64_t count, size_t size,
                         rondo_error *error)
{
    return rondo_memory_grow(block, capacity, count, size, "predictions", error);
}

static rondo_status keep_offset(rondo_answers *answers, const rondo_answer *answer,
                                rondo_error *error)
{
    void *offsets = answers->offsets;
    rondo_status status = grow(&offsets, &answers->offset_capacity, answer->sequence + 1,
                               sizeof *answers->offsets, error);
    answers->offsets = offsets;
    if (status) return status;
    if (answers->sequences == 0) answers->offsets[0] = 0;
    answers->sequences = answer->sequence;
    answers->offsets[answer->sequence] = answers->count + 1;
    return RONDO_OK;
}

static rondo_status keep_class(rondo_answers *answers, const rondo_answer *answer,
                               rondo_error *error)
{
    void *ids = answers->ids, *probabilities = answers->probabilities;
    int64_t count = answers->count + 1;
    rondo_status status = grow(&ids, &answers->id_capacity, count, sizeof *answers->ids, error);
    answers->ids = ids;
    if (status) return status;
    status = grow(&probabilities, &answers->probability_capacity, count,
                  sizeof *answers->probabilities, error);
    answers->probabilities = probabilities;
    if (status) return status;
    answers->ids[count - 1] = answer->class;
    answers->probabilities[count - 1] = answer->probability;
    return RONDO_OK;
}

/* The id where a sequence begins. */
static void keep_texts(rondo_answers *answers, const rondo_answer *answer)
{
    if (answer->id && answer->step == 1)
        rondo_text_add_bytes(&answers->names, answer->id, strlen(answer->id) + 1);
    if (answer->time) rondo_text_add_bytes(&answers->times, answer->time, strlen(answer->time) + 1);
}

static rondo_status keep(rondo_answers *answers, const rondo_answer *answer, rondo_error *error)
{
    const rondo_answer_shape *shape = &answers->shape;
    rondo_status status = keep_offset(answers, answer, error);
    if (!status && shape->classes) status = keep_class(answers, answer, error);
    if (!status && has_columns(shape)) {
        void *values = answers->values;
        status = grow(&values, &answers->value_capacity, answers->count + 1,
                      (size_t)shape->width * sizeof *answers->values, error);
        answers->values = values;
        for (int64_t i = 0; !status && i < shape->width; i++)
            answers->values[answers->count * shape->width + i] = number_of(answer, i);
    }
    keep_texts(answers, answer);
    if (!status && (answers->names.failed || answers->times.failed))
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: predictions");
    if (!status) answers->count++;
    return status;
}

static rondo_status write_texts(rondo_hdf5 *file, const char *path, const rondo_text *texts,
                                int64_t count, rondo_error *error)
{
    if (texts->length == 0) return RONDO_OK;
    const char **list = rondo_memory_create((size_t)count * sizeof *list, "texts", error);
    if (!list) return error->status;
    const char *at = texts->data;
    for (int64_t i = 0; i < count; i++) {
        list[i] = at;
        at += strlen(at) + 1;
    }
    rondo_status status = rondo_hdf5_write_texts(file, path, count, list, error);
    rondo_memory_destroy(list);
    return status;
}

static rondo_status write_names(rondo_hdf5 *file, const rondo_answer_shape *shape,
                                rondo_error *error)
{
    return shape->classes
               ? rondo_hdf5_write_texts(file, "/names", rondo_vocabulary_size(shape->classes),
                                        rondo_vocabulary_names(shape->classes), error)
               : rondo_hdf5_write_texts(file, "/names", shape->width, shape->names, error);
}

static rondo_status write_arrays(rondo_hdf5 *file, const rondo_answers *answers, rondo_error *error)
{
    const rondo_answer_shape *shape = &answers->shape;
    const int64_t extent[2] = {answers->count, shape->width}, offsets[1] = {answers->sequences + 1};
    rondo_status status = RONDO_OK;
    if (shape->steps)
        status = rondo_hdf5_write(file, "/offsets", RONDO_HDF5_INT64, 1, offsets, answers->offsets,
                                  error);
    if (!status && shape->classes)
        status =
            rondo_hdf5_write(file, "/classes", RONDO_HDF5_INT32, 1, extent, answers->ids, error);
    if (!status && shape->classes)
        status = rondo_hdf5_write(file, "/probability", RONDO_HDF5_FLOAT64, 1, extent,
                                  answers->probabilities, error);
    if (!status && has_columns(shape))
        status = rondo_hdf5_write(file, shape->classes ? "/probabilities" : "/values",
                                  RONDO_HDF5_FLOAT64, 2, extent, answers->values, error);
    if (!status) status = write_texts(file, "/ids", &answers->names, answers->sequences, error);
    if (!status) status = write_texts(file, "/times", &answers->times, answers->count, error);
    return status;
}

static rondo_status write_hdf5(rondo_hdf5 *file, const void *context, rondo_error *error)
{
    const rondo_answers *answers = context;
    rondo_status status = rondo_hdf5_set_text(file, "/", "rondo_format", "predictions", error);
    if (!status) status = rondo_hdf5_set_integer(file, "/", "version", 1, error);
    if (!status) status = write_names(file, &answers->shape, error);
    return status ? status : write_arrays(file, answers, error);
}

/* --- */

void rondo_answers_start(const rondo_answer_shape *shape, rondo_answers *answers)
{
    *answers = (rondo_answers){.shape = *shape};
    if (shape->form == RONDO_FORM_CSV) write_head(shape);
}

rondo_status rondo_answers_add(rondo_answers *answers, const rondo_answer *answer,
                               rondo_error *error)
{
    switch (answers->shape.form) {
    case RONDO_FORM_CSV:
        write_record(&answers->shape, answer);
        return RONDO_OK;
    case RONDO_FORM_JSON:
        return write_object(&answers->shape, answer, error);
    default:
        return keep(answers, answer, error);
    }
}

rondo_status rondo_answers_end(rondo_answers *answers, rondo_error *error)
{
    if (answers->shape.form != RONDO_FORM_HDF5) return RONDO_OK;
    if (answers->count == 0)
        return rondo_error_set(error, RONDO_FAILED, "%s: there is nothing to predict",
                               answers->shape.path);
    return rondo_hdf5_replace(answers->shape.path, write_hdf5, answers, error);
}

void rondo_answers_finish(rondo_answers *answers)
{
    free(answers->offsets);
    free(answers->ids);
    free(answers->probabilities);
    free(answers->values);
    rondo_text_finish(&answers->names);
    rondo_text_finish(&answers->times);
    *answers = (rondo_answers){0};
}
