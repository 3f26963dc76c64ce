/* One predicted class for each text of a table, a line each, in the order of the records; behind a
 * tab its probability. The column of labels need not be there. */
#include "command/predict.h"
#include "data/delimited.h"
#include "data/plain_text.h"
#include "data/table.h"
#include "train/predictor.h"

typedef struct class_writer {
    const rondo_prediction *prediction;
    rondo_predictor predictor;
    rondo_delimited records;
    int64_t text; /* column, from 0 */
} class_writer;

static rondo_status add_text(class_writer *writer, rondo_field *field, rondo_error *error)
{
    const rondo_session *session = writer->prediction->session;
    rondo_corpus *corpus = &writer->predictor.corpus;
    rondo_plain_cursor cursor = rondo_table_text(&session->experiment->data, field);
    int64_t before = corpus->steps, length;
    const char *symbol;
    while (rondo_plain_cursor_next(&cursor, &symbol, &length) == RONDO_MARK_SYMBOL) {
        int32_t id =
            rondo_unknowns_find(&writer->predictor.unknowns, session->inputs, symbol, length);
        rondo_status status = rondo_corpus_add(corpus, id, error);
        if (status) return status;
    }
    if (corpus->steps == before)
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: the text is empty",
                               writer->records.path, (long long)field->line,
                               (long long)field->column);
    return rondo_corpus_end_sequence(corpus, error);
}

static rondo_status write_classes(class_writer *writer, rondo_error *error)
{
    FILE *output = writer->prediction->output;
    const rondo_predictor *predictor = &writer->predictor;
    int64_t count = predictor->corpus.sequences;
    rondo_status status = rondo_predictor_run(&writer->predictor, error);
    for (int64_t s = 0; !status && s < count; s++) {
        fputs(rondo_vocabulary_name(writer->prediction->session->targets, predictor->classes[s]),
              output);
        if (predictor->probabilities) fprintf(output, "\t%.6f", predictor->probabilities[s]);
        fputc('\n', output);
    }
    rondo_predictor_clear(&writer->predictor);
    return status;
}

static rondo_status predict_records(class_writer *writer, rondo_error *error)
{
    const rondo_table_config *table = &writer->prediction->session->experiment->data.table;
    bool found, first = true;
    rondo_status status;
    while (!(status = rondo_delimited_next(&writer->records, &found, error)) && found) {
        if (first)
            status = rondo_delimited_column(&writer->records, table->header, "data.table.text",
                                            table->text, &writer->text, error);
        if (!status && !(first && table->header))
            status = add_text(writer, &writer->records.fields[writer->text], error);
        if (!status && rondo_predictor_is_full(&writer->predictor))
            status = write_classes(writer, error);
        if (status) return status;
        first = false;
    }
    return status ? status : write_classes(writer, error);
}

rondo_status rondo_predict_classes(const rondo_prediction *prediction, rondo_error *error)
{
    const rondo_session *session = prediction->session;
    const rondo_data_config *data = &session->experiment->data;
    class_writer writer = {.prediction = prediction};
    rondo_source source;
    if (data->format != RONDO_FORMAT_TABLE)
        return rondo_error_set(error, RONDO_USAGE,
                               "predict reads tables of texts; the run's data are images or hdf5");
    rondo_status status = rondo_source_read(prediction->path, &source, error);
    if (!status)
        status =
            rondo_predictor_start(session, prediction->probabilities, &writer.predictor, error);
    if (!status) {
        rondo_delimited_start(prediction->path, &source, rondo_table_delimiter(&data->table),
                              &writer.records);
        status = predict_records(&writer, error);
        rondo_delimited_finish(&writer.records);
    }
    rondo_unknowns_warn(&writer.predictor.unknowns, session->inputs);
    rondo_source_finish(&source);
    rondo_predictor_finish(&writer.predictor);
    return status;
}
