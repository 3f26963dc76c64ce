/* Predictions for a data set, whatever its form: a split of the run's own, or a file. In the form
 * of the data that is a line for each sequence where the model makes one prediction per sequence,
 * else a line for each step and an empty line between sequences. A line is a class (and, behind a
 * tab, its probability), or values apart by tabs. Forecasts of a time series are in its own units,
 * the steps of the horizon one after another. A file whose format writes steps of its own becomes
 * one line per sequence, of what follows each step. */
#include "base/memory.h"
#include "command/predict.h"
#include "infer/split_outputs.h"
#include "infer/value_names.h"

typedef struct split_writer {
    const rondo_prediction *prediction;
    const rondo_dataset *dataset;
    const rondo_network *network;
    rondo_split_outputs outputs;
    rondo_value_names names;
    double *values; /* [width] */
    rondo_answers answers;
} split_writer;

static int32_t class_of(const split_writer *writer, const rondo_real *output)
{
    int32_t best = writer->network->first_class;
    for (int32_t i = best + 1; i < (int32_t)writer->outputs.width; i++)
        if (output[i] > output[best]) best = i;
    return best;
}

static bool has_classes(const split_writer *writer)
{
    return writer->dataset->schema->target == RONDO_TARGET_CLASS;
}

static void write_line(const split_writer *writer, const rondo_real *output)
{
    FILE *to = writer->prediction->output;
    if (has_classes(writer)) {
        int32_t class = class_of(writer, output);
        fputs(rondo_vocabulary_name(writer->dataset->schema->targets, class), to);
        if (writer->prediction->probabilities != RONDO_PROBABILITY_NONE)
            fprintf(to, "\t%.6f", (double)output[class]);
    }
    for (int64_t i = 0; !has_classes(writer) && i < writer->outputs.width; i++)
        fprintf(to, "%s%.9g", i > 0 ? "\t" : "", writer->values[i]);
    fputc('\n', to);
}

/* A file of values is answered in its own form, where it has one. */
static bool writes_steps(const split_writer *writer)
{
    const rondo_format *format = writer->prediction->session->experiment->data.format;
    return writer->prediction->is_file && format->write_step;
}

static void write_step(const split_writer *writer, bool first, const rondo_real *output)
{
    const rondo_data_config *data = &writer->prediction->session->experiment->data;
    if (!first) fputc(' ', writer->prediction->output);
    data->format->write_step(data, output, writer->prediction->output);
}

/* `number` of the outputs; `row` is where a time series stands. */
static rondo_status write_answer(split_writer *writer, int64_t number, int64_t row, int64_t s,
                                 int64_t step, rondo_error *error)
{
    const rondo_prediction *prediction = writer->prediction;
    const rondo_real *output = writer->outputs.values + number * writer->outputs.width;
    rondo_answer answer = {.sequence = s + 1, .step = step + 1};
    if (has_classes(writer)) {
        answer.class = class_of(writer, output);
        answer.probability = (double)output[answer.class];
        answer.row = output;
    } else {
        rondo_predict_values(writer->network, writer->dataset, prediction->split, row, output,
                             writer->values);
        answer.values = writer->values;
    }
    if (prediction->form != RONDO_FORM_DATA)
        return rondo_answers_add(&writer->answers, &answer, error);
    if (writes_steps(writer))
        write_step(writer, step == 0, output);
    else
        write_line(writer, output);
    return RONDO_OK;
}

static rondo_status write_sequence(split_writer *writer, int64_t s, rondo_error *error)
{
    const rondo_sequences *sequences = &writer->dataset->splits[writer->prediction->split];
    bool is_text = writer->prediction->form == RONDO_FORM_DATA;
    int64_t start = rondo_sequence_start(sequences, s);
    int64_t steps = sequences->offset[s + 1] - sequences->offset[s];
    if (writer->network->pooling != RONDO_POOLING_NONE)
        return write_answer(writer, s, start + steps - 1, s, 0, error);
    if (is_text && s > 0 && !writes_steps(writer)) fputc('\n', writer->prediction->output);
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < steps && !status; i++)
        status = write_answer(writer, start + i, start + i, s, i, error);
    if (is_text && writes_steps(writer)) fputc('\n', writer->prediction->output);
    return status;
}

static rondo_status start(split_writer *writer, rondo_error *error)
{
    const rondo_prediction *prediction = writer->prediction;
    const rondo_network *network = writer->network;
    rondo_answer_shape shape = {.form = prediction->form,
                                .output = prediction->output,
                                .path = prediction->output_path,
                                .steps = network->pooling == RONDO_POOLING_NONE,
                                .width = network->output_width};
    if (has_classes(writer)) {
        rondo_predict_start_classes(prediction, &writer->answers);
        return RONDO_OK;
    }
    rondo_status status = rondo_value_names_make(prediction->session, &writer->names, error);
    if (status) return status;
    size_t bytes = (size_t)network->output_width * sizeof *writer->values;
    writer->values = rondo_memory_create(bytes, "values", error);
    if (!writer->values) return error->status;
    shape.names = writer->names.names;
    rondo_answers_start(&shape, &writer->answers);
    return RONDO_OK;
}

rondo_status rondo_predict_split(const rondo_prediction *prediction, rondo_error *error)
{
    const rondo_session *session = prediction->session;
    split_writer writer = {
        .prediction = prediction, .dataset = session->dataset, .network = session->network};
    int64_t count = session->dataset->splits[prediction->split].count;
    rondo_status status = start(&writer, error);
    if (!status)
        status = rondo_split_outputs_make(session, prediction->split, &writer.outputs, error);
    for (int64_t s = 0; !status && s < count; s++)
        status = write_sequence(&writer, s, error);
    if (!status) status = rondo_answers_end(&writer.answers, error);
    rondo_answers_finish(&writer.answers);
    rondo_split_outputs_finish(&writer.outputs);
    rondo_value_names_finish(&writer.names);
    rondo_memory_destroy(writer.values);
    return status;
}
