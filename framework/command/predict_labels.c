/* Label sequences of a data set, a split or a file. In the form of the data they are a line for each
 * sequence: labels apart by blanks, or, where each is a character of a text, one behind the other. A
 * sequence without labels is an empty line. */
#include "base/hdf5.h"
#include "base/json.h"
#include "command/predict.h"
#include "infer/split_labels.h"

typedef struct label_writer {
    const rondo_prediction *prediction;
    const rondo_vocabulary *names;
    const char *between; /* labels of a line */
    rondo_split_labels labels;
} label_writer;

static const char *name_of(const label_writer *writer, int64_t label)
{
    return rondo_vocabulary_name(writer->names, writer->labels.labels[label]);
}

static rondo_status write_text(const label_writer *writer, rondo_error *error)
{
    FILE *output = writer->prediction->output;
    const rondo_split_labels *labels = &writer->labels;
    (void)error;
    for (int64_t s = 0; s < labels->count; s++) {
        for (int64_t i = labels->offset[s]; i < labels->offset[s + 1]; i++)
            fprintf(output, "%s%s", i > labels->offset[s] ? writer->between : "",
                    name_of(writer, i));
        fputc('\n', output);
    }
    return RONDO_OK;
}

/* A line for each label: sequences without labels have none. */
static rondo_status write_csv(const label_writer *writer, rondo_error *error)
{
    FILE *output = writer->prediction->output;
    const rondo_split_labels *labels = &writer->labels;
    (void)error;
    fputs("sequence,position,label\n", output);
    for (int64_t s = 0; s < labels->count; s++)
        for (int64_t i = labels->offset[s]; i < labels->offset[s + 1]; i++) {
            fprintf(output, "%lld,%lld,", (long long)s + 1, (long long)(i - labels->offset[s]) + 1);
            rondo_text_write_csv(output, name_of(writer, i));
            fputc('\n', output);
        }
    return RONDO_OK;
}

static rondo_status write_json(const label_writer *writer, rondo_error *error)
{
    const rondo_split_labels *labels = &writer->labels;
    rondo_status status = RONDO_OK;
    for (int64_t s = 0; !status && s < labels->count; s++) {
        rondo_text text = {0};
        rondo_json json = {.text = &text};
        rondo_json_begin(&json, NULL, '{');
        rondo_json_integer(&json, "sequence", s + 1);
        rondo_json_begin(&json, "labels", '[');
        for (int64_t i = labels->offset[s]; i < labels->offset[s + 1]; i++)
            rondo_json_string(&json, NULL, name_of(writer, i));
        rondo_json_end(&json, ']');
        rondo_json_end(&json, '}');
        if (text.failed) status = rondo_error_set(error, RONDO_FAILED, "not enough memory: a line");
        if (!status) fprintf(writer->prediction->output, "%s\n", rondo_text_get(&text));
        rondo_text_finish(&text);
    }
    return status;
}

static rondo_status write_arrays(rondo_hdf5 *file, const void *context, rondo_error *error)
{
    const label_writer *writer = context;
    const rondo_split_labels *labels = &writer->labels;
    const int64_t offsets[1] = {labels->count + 1}, all[1] = {labels->offset[labels->count]};
    rondo_status status = rondo_hdf5_set_text(file, "/", "rondo_format", "predictions", error);
    if (!status) status = rondo_hdf5_set_integer(file, "/", "version", 1, error);
    if (!status)
        status = rondo_hdf5_write_texts(file, "/names", rondo_vocabulary_size(writer->names),
                                        rondo_vocabulary_names(writer->names), error);
    if (!status)
        status =
            rondo_hdf5_write(file, "/offsets", RONDO_HDF5_INT64, 1, offsets, labels->offset, error);
    if (!status)
        status = rondo_hdf5_write(file, "/labels", RONDO_HDF5_INT32, 1, all, labels->labels, error);
    return status;
}

static rondo_status write_hdf5(const label_writer *writer, rondo_error *error)
{
    return rondo_hdf5_replace(writer->prediction->output_path, write_arrays, writer, error);
}

rondo_status rondo_predict_labels(const rondo_prediction *prediction, rondo_error *error)
{
    static rondo_status (*const writers[])(const label_writer *,
                                           rondo_error *) = {[RONDO_FORM_DATA] = write_text,
                                                             [RONDO_FORM_CSV] = write_csv,
                                                             [RONDO_FORM_JSON] = write_json,
                                                             [RONDO_FORM_HDF5] = write_hdf5};
    const rondo_session *session = prediction->session;
    const rondo_data_config *data = &session->experiment->data;
    bool is_text =
        rondo_format_has(data, RONDO_PROVIDES_PAIRS) && data->target_unit == RONDO_CHARACTER;
    label_writer writer = {.prediction = prediction,
                           .names = session->dataset->schema->targets,
                           .between = is_text ? "" : " "};
    rondo_status status =
        rondo_split_labels_make(session, prediction->split, &writer.labels, error);
    if (!status) status = writers[prediction->form](&writer, error);
    rondo_split_labels_finish(&writer.labels);
    return status;
}
