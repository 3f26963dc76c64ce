/* What comes behind the last rows of a time series: CSV, a line for each step of the horizon. Where
 * the data have ids or times, each line begins with its own. Or the same as records. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "command/predict.h"
#include "data/forecasting.h"
#include "infer/split_outputs.h"

typedef struct forecast_writer {
    const rondo_prediction *prediction;
    rondo_dataset *dataset; /* last windows: a sequence each, as test split */
    const rondo_forecasting *forecasting;
    rondo_split_outputs outputs;
    int64_t parts;            /* numbers for each value: the parts of the loss's predictions */
    int64_t columns;          /* of a step: target columns times parts */
    rondo_text text;          /* of the names */
    const char **names;       /* [columns] */
    double *outputs_in_units; /* [outputs.width]: of one forecast, part by part */
    double *values;           /* [horizon, columns]: the same, step by step */
    rondo_answers answers;
} forecast_writer;

static void write_header(const forecast_writer *writer)
{
    FILE *output = writer->prediction->output;
    const char *const names[] = {writer->forecasting->id, writer->forecasting->time};
    for (int i = 0; i < 2; i++) {
        if (!names[i]) continue;
        rondo_text_write_csv(output, names[i]);
        fputc(',', output);
    }
    fputs("step", output);
    for (int64_t t = 0; t < writer->columns; t++) {
        fputc(',', output);
        rondo_text_write_csv(output, writer->names[t]);
    }
    fputc('\n', output);
}

static void write_line(const forecast_writer *writer, const rondo_answer *answer)
{
    FILE *output = writer->prediction->output;
    if (answer->id) {
        rondo_text_write_csv(output, answer->id);
        fputc(',', output);
    }
    if (answer->time) fprintf(output, "%s,", answer->time);
    fprintf(output, "%lld", (long long)answer->step);
    for (int64_t t = 0; t < writer->columns; t++)
        fprintf(output, ",%.9g", answer->values[t]);
    fputc('\n', output);
}

/* The forecast behind the last row of sequence s. */
static rondo_status write_forecast(forecast_writer *writer, int64_t s, rondo_error *error)
{
    const rondo_forecasting *of = writer->forecasting;
    const rondo_sequences *windows = &writer->dataset->splits[RONDO_TEST];
    int64_t width = writer->outputs.width, each = writer->outputs.count / windows->count;
    int64_t row =
        rondo_sequence_start(windows, s) + windows->offset[s + 1] - windows->offset[s] - 1;
    rondo_status status = RONDO_OK;
    rondo_predict_values(writer->prediction->session->network, writer->dataset, RONDO_TEST, row,
                         writer->outputs.values + ((s + 1) * each - 1) * width,
                         writer->outputs_in_units);
    for (int64_t i = 0; i < width; i++)
        writer->values[i % (width / writer->parts) * writer->parts + i / (width / writer->parts)] =
            writer->outputs_in_units[i];
    for (int64_t k = 1; !status && k <= of->horizon; k++) {
        char time[RONDO_MOMENT_SIZE];
        if (of->time) of->time_of(of, RONDO_TEST, row, k, time);
        const rondo_answer answer = {.sequence = s + 1,
                                     .step = k,
                                     .id = of->id ? of->id_of(of, RONDO_TEST, row) : NULL,
                                     .time = of->time ? time : NULL,
                                     .values = writer->values + (k - 1) * writer->columns};
        if (writer->prediction->form == RONDO_FORM_DATA ||
            writer->prediction->form == RONDO_FORM_CSV)
            write_line(writer, &answer);
        else
            status = rondo_answers_add(&writer->answers, &answer, error);
    }
    return status;
}

static rondo_status make_names(forecast_writer *writer, rondo_error *error)
{
    const rondo_scales *scales = writer->dataset->schema->scales;
    const rondo_network *network = writer->prediction->session->network;
    writer->parts = network->output_width / network->target_width;
    writer->columns = scales->target_count * writer->parts;
    writer->names = rondo_memory_create((size_t)writer->columns * sizeof *writer->names,
                                        "names of columns", error);
    if (!writer->names) return error->status;
    for (int64_t c = 0; c < writer->columns; c++) {
        char part[RONDO_OUTPUT_PART_NAME];
        rondo_network_output_part(network, c % writer->parts * network->target_width, part);
        rondo_text_add(&writer->text, "%s%s%s", scales->names[scales->targets[c / writer->parts]],
                       part[0] ? "_" : "", part);
        rondo_text_add_bytes(&writer->text, "", 1);
    }
    if (writer->text.failed)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: names of columns");
    const char *at = rondo_text_get(&writer->text);
    for (int64_t c = 0; c < writer->columns; c++, at += strlen(at) + 1)
        writer->names[c] = at;
    return RONDO_OK;
}

/* The windows of the file, and what the model makes of them. */
static rondo_status predict(forecast_writer *writer, rondo_error *error)
{
    rondo_session session = *writer->prediction->session;
    const rondo_data_wanted wanted = {
        .split = RONDO_TEST, .file = writer->prediction->path, .last_windows = true};
    rondo_status status =
        rondo_dataset_read(session.experiment, session.schema, &wanted, &writer->dataset, error);
    if (status) return status;
    writer->forecasting = writer->dataset->forecasting;
    session.dataset = writer->dataset;
    if ((status = make_names(writer, error))) return status;
    if ((status = rondo_split_outputs_make(&session, RONDO_TEST, &writer->outputs, error)))
        return status;
    size_t bytes = (size_t)writer->outputs.width * sizeof *writer->values;
    writer->values = rondo_memory_create(bytes, "a forecast", error);
    if (writer->values) writer->outputs_in_units = rondo_memory_create(bytes, "a forecast", error);
    return writer->outputs_in_units ? RONDO_OK : error->status;
}

static rondo_status write_all(forecast_writer *writer, rondo_error *error)
{
    const rondo_prediction *prediction = writer->prediction;
    const rondo_answer_shape shape = {.form = prediction->form,
                                      .output = prediction->output,
                                      .path = prediction->output_path,
                                      .steps = true,
                                      .width = writer->columns,
                                      .names = writer->names};
    bool is_csv = prediction->form == RONDO_FORM_DATA || prediction->form == RONDO_FORM_CSV;
    rondo_status status = RONDO_OK;
    if (is_csv)
        write_header(writer);
    else
        rondo_answers_start(&shape, &writer->answers);
    for (int64_t s = 0; !status && s < writer->dataset->splits[RONDO_TEST].count; s++)
        status = write_forecast(writer, s, error);
    if (!status && !is_csv) status = rondo_answers_end(&writer->answers, error);
    return status;
}

rondo_status rondo_predict_forecast(const rondo_prediction *prediction, rondo_error *error)
{
    forecast_writer writer = {.prediction = prediction};
    rondo_status status = predict(&writer, error);
    if (!status) status = write_all(&writer, error);
    rondo_answers_finish(&writer.answers);
    rondo_split_outputs_finish(&writer.outputs);
    rondo_memory_destroy(writer.values);
    rondo_memory_destroy(writer.outputs_in_units);
    rondo_text_finish(&writer.text);
    rondo_memory_destroy(writer.names);
    rondo_dataset_destroy(writer.dataset);
    return status;
}
