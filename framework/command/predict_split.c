/* Predictions for a split of the run's own data, whatever its form: a line for each sequence where
 * the model makes one prediction a sequence, else a line for each step and an empty line between
 * sequences. A line is a class (and, behind a tab, its probability), or values apart by tabs.
 * Forecasts of a time series are in its own units, the steps of the horizon one after another. */
#include "command/predict.h"
#include "data/series.h"
#include "train/split_outputs.h"

typedef struct split_writer {
    const rondo_prediction *prediction;
    const rondo_dataset *dataset;
    rondo_split_outputs outputs;
} split_writer;

static void write_class(const split_writer *writer, const rondo_real *output)
{
    int64_t best = writer->prediction->session->network->first_class;
    for (int64_t i = best + 1; i < writer->outputs.width; i++)
        if (output[i] > output[best]) best = i;
    fputs(rondo_vocabulary_name(writer->dataset->targets, (int32_t)best),
          writer->prediction->output);
    if (writer->prediction->probabilities)
        fprintf(writer->prediction->output, "\t%.6f", (double)output[best]);
}

/* `row` is where a time series stands when the prediction is made. */
static void write_values(const split_writer *writer, const rondo_real *output, int64_t row)
{
    const rondo_series *series = writer->dataset->series;
    for (int64_t i = 0; i < writer->outputs.width; i++) {
        double value = (double)output[i];
        if (series) {
            int64_t column = series->targets[i % series->target_count];
            value = value * series->deviation[column] +
                    rondo_series_level(series, series->file[writer->prediction->split], row,
                                       i / series->target_count + 1, column);
        }
        fprintf(writer->prediction->output, "%s%.9g", i > 0 ? "\t" : "", value);
    }
}

static void write_line(const split_writer *writer, int64_t number, int64_t row)
{
    const rondo_real *output = writer->outputs.values + number * writer->outputs.width;
    if (writer->dataset->targets)
        write_class(writer, output);
    else
        write_values(writer, output, row);
    fputc('\n', writer->prediction->output);
}

static void write_sequence(const split_writer *writer, int64_t s, bool pooled)
{
    const rondo_sequences *sequences = &writer->dataset->splits[writer->prediction->split];
    int64_t start = rondo_sequence_start(sequences, s);
    int64_t steps = sequences->offset[s + 1] - sequences->offset[s];
    if (pooled) {
        write_line(writer, s, start + steps - 1);
        return;
    }
    if (s > 0) fputc('\n', writer->prediction->output);
    for (int64_t i = 0; i < steps; i++)
        write_line(writer, start + i, start + i);
}

rondo_status rondo_predict_split(const rondo_prediction *prediction, rondo_error *error)
{
    const rondo_session *session = prediction->session;
    split_writer writer = {.prediction = prediction, .dataset = session->dataset};
    int64_t count = session->dataset->splits[prediction->split].count;
    bool pooled = session->network->pooling != RONDO_POOLING_NONE;
    rondo_status status =
        rondo_split_outputs_make(session, prediction->split, &writer.outputs, error);
    for (int64_t s = 0; !status && s < count; s++)
        write_sequence(&writer, s, pooled);
    rondo_split_outputs_finish(&writer.outputs);
    return status;
}
