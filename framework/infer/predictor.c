#include "infer/predictor.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { WINDOW_TOKENS = 32768 };

rondo_status rondo_predictor_start(const rondo_session *session, rondo_probability wants,
                                   rondo_predictor *predictor, rondo_error *error)
{
    size_t classes = (size_t)session->network->output_width;
    *predictor = (rondo_predictor){.session = session, .wants = wants};
    predictor->row = rondo_memory_create(classes * sizeof(rondo_real), "probabilities", error);
    return predictor->row ? RONDO_OK : error->status;
}

static void destroy_pass(rondo_predictor *predictor)
{
    rondo_pass_destroy(predictor->pass);
    rondo_memory_destroy(predictor->row_classes);
    predictor->pass = NULL;
    predictor->row_classes = NULL;
}

void rondo_predictor_finish(rondo_predictor *predictor)
{
    destroy_pass(predictor);
    rondo_corpus_finish(&predictor->corpus);
    rondo_memory_destroy(predictor->row);
    free(predictor->classes);
    free(predictor->probabilities);
    free(predictor->rows);
    free(predictor->labels);
    free(predictor->label_counts);
    *predictor = (rondo_predictor){0};
}

static int64_t window_rows(const rondo_predictor *predictor)
{
    const rondo_data_config *data = &predictor->session->experiment->data;
    return data->evaluation_batch_size > 0 ? data->evaluation_batch_size : data->batch_size;
}

bool rondo_predictor_is_full(const rondo_predictor *predictor)
{
    return predictor->corpus.sequences >= window_rows(predictor) ||
           predictor->corpus.steps >= WINDOW_TOKENS;
}

void rondo_predictor_clear(rondo_predictor *predictor)
{
    predictor->corpus.sequences = 0;
    predictor->corpus.steps = 0;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A pass for minibatches as large as these and all before. */
static rondo_status fit_pass(rondo_predictor *predictor, const rondo_batches *batches,
                             rondo_error *error)
{
    int64_t rows, steps, tokens;
    rondo_pass_size *size = &predictor->size;
    rondo_batches_largest(batches, &rows, &steps, &tokens);
    if (predictor->pass && rows <= size->rows && steps <= size->steps && tokens <= size->tokens)
        return RONDO_OK;
    destroy_pass(predictor);
    *size = (rondo_pass_size){.rows = larger(rows, size->rows),
                              .steps = larger(steps, size->steps),
                              .tokens = larger(tokens, size->tokens),
                              .threads = predictor->session->threads,
                              .predictions = predictor->wants != RONDO_PROBABILITY_NONE};
    predictor->row_classes =
        rondo_memory_create((size_t)size->tokens * sizeof(int32_t), "predictions", error);
    if (!predictor->row_classes) return error->status;
    rondo_status status =
        rondo_pass_create(predictor->session->network, size, &predictor->pass, error);
    if (status) return status;
    rondo_pass_load(predictor->pass, predictor->session->parameters);
    rondo_pass_set_classes(predictor->pass, predictor->row_classes);
    return RONDO_OK;
}

static bool is_of_labels(const rondo_predictor *predictor)
{
    return predictor->session->network->loss->target == RONDO_TARGET_LABELS;
}

/* Answers are no longer than their sequences. */
static rondo_status make_label_room(rondo_predictor *predictor, int64_t sequences, int64_t steps,
                                    rondo_error *error)
{
    void *labels = predictor->labels, *counts = predictor->label_counts;
    rondo_status status = rondo_memory_grow(&labels, &predictor->label_capacity, steps,
                                            sizeof *predictor->labels, "labels", error);
    predictor->labels = labels;
    if (status) return status;
    status = rondo_memory_grow(&counts, &predictor->count_capacity, sequences,
                               sizeof *predictor->label_counts, "labels", error);
    predictor->label_counts = counts;
    return status;
}

static rondo_status make_room(rondo_predictor *predictor, int64_t sequences, int64_t steps,
                              rondo_error *error)
{
    void *classes = predictor->classes, *probabilities = predictor->probabilities;
    rondo_status status = rondo_memory_grow(&classes, &predictor->class_capacity, steps,
                                            sizeof(int32_t), "predictions", error);
    predictor->classes = classes;
    if (!status && is_of_labels(predictor))
        status = make_label_room(predictor, sequences, steps, error);
    if (status || predictor->wants == RONDO_PROBABILITY_NONE) return status;
    status = rondo_memory_grow(&probabilities, &predictor->probability_capacity, steps,
                               sizeof(double), "probabilities", error);
    predictor->probabilities = probabilities;
    if (status || predictor->wants != RONDO_PROBABILITY_ALL) return status;
    bool pooled = predictor->session->network->pooling != RONDO_POOLING_NONE;
    int64_t count = pooled ? sequences : steps;
    size_t bytes = (size_t)predictor->session->network->output_width * sizeof(rondo_real);
    void *rows = predictor->rows;
    status =
        rondo_memory_grow(&rows, &predictor->row_capacity, count, bytes, "probabilities", error);
    predictor->rows = rows;
    return status;
}

static double probability_of(const rondo_predictor *predictor, int64_t row, int64_t place,
                             int32_t class)
{
    const rondo_network *network = predictor->session->network;
    int64_t width = network->output_width;
    const rondo_real *prediction = rondo_pass_prediction(predictor->pass) + row * width;
    rondo_real *to = predictor->rows ? predictor->rows + place * width : predictor->row;
    network->loss->activate(network->loss_options, 1, width, prediction, width, to, width);
    return (double)to[class];
}

static void take_row(rondo_predictor *predictor, int64_t row, int64_t place)
{
    int32_t class = predictor->row_classes[row];
    predictor->classes[place] = class;
    if (predictor->wants != RONDO_PROBABILITY_NONE)
        predictor->probabilities[place] = probability_of(predictor, row, place, class);
}

static void take_labels(rondo_predictor *predictor, const rondo_batch *batch)
{
    for (int64_t b = 0; b < batch->rows; b++) {
        int64_t *count = &predictor->label_counts[batch->sequence[b]];
        const int32_t *labels = rondo_pass_labels(predictor->pass, b, count);
        memcpy(predictor->labels + batch->start[b], labels, (size_t)*count * sizeof *labels);
    }
}

static void take_batch(rondo_predictor *predictor, const rondo_batch *batch)
{
    if (is_of_labels(predictor)) take_labels(predictor, batch);
    if (predictor->session->network->pooling != RONDO_POOLING_NONE) {
        for (int64_t b = 0; b < batch->rows; b++)
            take_row(predictor, b, batch->sequence[b]);
        return;
    }
    for (int64_t t = 0; t < batch->steps; t++)
        for (int64_t b = 0; b < batch->active[t]; b++)
            take_row(predictor, batch->offset[t] + b, batch->start[b] + t);
}

rondo_status rondo_predictor_run_sequences(rondo_predictor *predictor,
                                           const rondo_sequences *sequences, rondo_error *error)
{
    const rondo_network *network = predictor->session->network;
    rondo_batches *batches = NULL;
    rondo_schema schema = {.input_width = network->input_width,
                           .target_width = network->output_width};
    rondo_dataset window = {.schema = &schema, .splits[RONDO_TEST] = *sequences};
    rondo_batches_config config = rondo_session_batches_config(predictor->session, false);
    config.carry_state = true; /* sequences are whole, of a model of a stream, too */
    rondo_status status =
        make_room(predictor, sequences->count, sequences->offset[sequences->count], error);
    if (!status) status = rondo_batches_create(&window, RONDO_TEST, &config, &batches, error);
    if (!status) status = fit_pass(predictor, batches, error);
    for (int64_t i = 0; !status && i < rondo_batches_count(batches); i++) {
        rondo_batch batch;
        rondo_score unused = {0};
        rondo_batches_get(batches, 0, i, &batch);
        rondo_pass_evaluate(predictor->pass, &batch, &unused);
        take_batch(predictor, &batch);
    }
    rondo_batches_destroy(batches);
    return status;
}

rondo_status rondo_predictor_run(rondo_predictor *predictor, rondo_error *error)
{
    const rondo_corpus *corpus = &predictor->corpus;
    rondo_sequences sequences = {.count = corpus->sequences,
                                 .offset = corpus->offset,
                                 .inputs = rondo_corpus_inputs(corpus)};
    if (corpus->sequences == 0) return RONDO_OK;
    for (int64_t f = 0; f < predictor->session->network->feature_count; f++)
        sequences.features[f] = corpus->features[f];
    return rondo_predictor_run_sequences(predictor, &sequences, error);
}
