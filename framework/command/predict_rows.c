/* A text that is answered as it comes: the format reads sequences and writes lines in its form
 * (rondo_format.answer); the network, and records in other forms, are here. */
#include "command/predict.h"
#include "data/answering.h"

typedef struct row_writer {
    rondo_predictor predictor;
    rondo_answers answers;
    int64_t sequences; /* answered before those that wait */
} row_writer;

static bool is_full(const rondo_answering *answering)
{
    const row_writer *writer = answering->context;
    return rondo_predictor_is_full(&writer->predictor);
}

/* Step i of sequence s, or the whole sequence where it has one class. */
static rondo_status add_record(row_writer *writer, int64_t s, int64_t i, int64_t step,
                               rondo_error *error)
{
    const rondo_predictor *predictor = &writer->predictor;
    int64_t width = writer->answers.shape.width;
    const rondo_answer answer = {.sequence = writer->sequences + s + 1,
                                 .step = step,
                                 .class = predictor->classes[i],
                                 .probability = predictor->probabilities[i],
                                 .row = predictor->rows ? predictor->rows + i * width : NULL};
    return rondo_answers_add(&writer->answers, &answer, error);
}

static rondo_status add_records(row_writer *writer, rondo_error *error)
{
    const rondo_corpus *corpus = &writer->predictor.corpus;
    rondo_status status = RONDO_OK;
    for (int64_t s = 0; !status && s < corpus->sequences; s++) {
        if (!writer->answers.shape.steps) status = add_record(writer, s, s, 0, error);
        int64_t end = writer->answers.shape.steps ? corpus->offset[s + 1] : 0;
        for (int64_t i = corpus->offset[s]; !status && i < end; i++)
            status = add_record(writer, s, i, i - corpus->offset[s] + 1, error);
    }
    return status;
}

static rondo_status predict(rondo_answering *answering, rondo_error *error)
{
    row_writer *writer = answering->context;
    rondo_status status = rondo_predictor_run(&writer->predictor, error);
    answering->classes = writer->predictor.classes;
    answering->probabilities = writer->predictor.probabilities;
    if (!status && answering->is_record) status = add_records(writer, error);
    writer->sequences += writer->predictor.corpus.sequences;
    return status;
}

static void clear(rondo_answering *answering)
{
    row_writer *writer = answering->context;
    rondo_predictor_clear(&writer->predictor);
}

rondo_status rondo_predict_rows(const rondo_prediction *prediction, rondo_error *error)
{
    const rondo_session *session = prediction->session;
    const rondo_format *format = session->experiment->data.format;
    row_writer writer = {0};
    rondo_answering answering = {.experiment = session->experiment,
                                 .inputs = session->schema->inputs,
                                 .targets = session->schema->targets,
                                 .features = session->schema->features,
                                 .path = prediction->path,
                                 .lines = prediction->lines,
                                 .is_record = prediction->form != RONDO_FORM_DATA,
                                 .output = prediction->output ? prediction->output : stdout,
                                 .corpus = &writer.predictor.corpus,
                                 .unknowns = &writer.predictor.unknowns,
                                 .is_full = is_full,
                                 .run = predict,
                                 .clear = clear,
                                 .context = &writer};
    rondo_predict_start_classes(prediction, &writer.answers);
    rondo_status status =
        rondo_predictor_start(session, prediction->probabilities, &writer.predictor, error);
    if (!status) status = format->answer(&answering, error);
    if (!status) status = rondo_answers_end(&writer.answers, error);
    rondo_unknowns_warn(&writer.predictor.unknowns, session->schema->inputs);
    rondo_answers_finish(&writer.answers);
    rondo_predictor_finish(&writer.predictor);
    return status;
}
