/* Rows of minibatches of one step, each of which goes on from the state that the one before left. */
#include <string.h>

#include "api/private.h"
#include "base/memory.h"
#include "model/pass.h"

struct rondo_stream {
    const rondo_model *model;
    rondo_pass *pass;
    rondo_api_inputs inputs;
    int64_t rows;
    int64_t *sequence; /* [rows]: 0, 1, .. */
    int32_t *classes;  /* [rows] */
    rondo_real *row;   /* [rows, width]: what the loss makes of predictions */
    double *outputs;   /* [rows, width] */
};

static rondo_status check_model(const rondo_model *model, rondo_error *error)
{
    const rondo_network *network = model->session.network;
    bool pools_otherwise =
        network->pooling != RONDO_POOLING_NONE && network->pooling != RONDO_POOLING_LAST;
    rondo_status status = rondo_api_check_steps(model, error);
    if (status) return status;
    for (int64_t d = 0; d < network->direction_count; d++)
        if (network->directions[d].reverse)
            return rondo_error_set(error, RONDO_USAGE,
                                   "a stream has no end, and layer %lld of this model reads "
                                   "sequences from there: rondo_runner_predict does that",
                                   (long long)network->directions[d].layer);
    if (pools_otherwise)
        return rondo_error_set(error, RONDO_USAGE,
                               "a stream keeps the last step, and model.pooling of this model is "
                               "over all: rondo_runner_predict does that");
    if (network->loss->sequence)
        return rondo_error_set(error, RONDO_USAGE,
                               "a stream answers each step, and loss %s answers whole sequences: "
                               "rondo_runner_predict does that",
                               network->loss->head.name);
    return RONDO_OK;
}

static void destroy(rondo_stream *stream)
{
    rondo_pass_destroy(stream->pass);
    rondo_api_finish_inputs(&stream->inputs);
    rondo_memory_destroy(stream->sequence);
    rondo_memory_destroy(stream->classes);
    rondo_memory_destroy(stream->row);
    rondo_memory_destroy(stream->outputs);
    rondo_memory_destroy(stream);
}

static rondo_status make(rondo_stream *stream, rondo_error *error)
{
    const rondo_session *session = &stream->model->session;
    size_t rows = (size_t)stream->rows, width = (size_t)session->network->output_width;
    const rondo_pass_size size = {.rows = stream->rows,
                                  .steps = 1,
                                  .tokens = stream->rows,
                                  .threads = session->threads,
                                  .predictions = true};
    stream->sequence = rondo_memory_create(rows * sizeof *stream->sequence, "a stream", error);
    stream->classes = rondo_memory_create(rows * sizeof *stream->classes, "a stream", error);
    stream->row = rondo_memory_create(rows * width * sizeof *stream->row, "a stream", error);
    stream->outputs =
        rondo_memory_create(rows * width * sizeof *stream->outputs, "a stream", error);
    if (!stream->sequence || !stream->classes || !stream->row || !stream->outputs)
        return rondo_error_status(error);
    for (int64_t r = 0; r < stream->rows; r++)
        stream->sequence[r] = r;
    rondo_status status = rondo_pass_create(session->network, &size, &stream->pass, error);
    if (status) return status;
    rondo_pass_load(stream->pass, session->parameters);
    if (rondo_model_predicts_classes(stream->model))
        rondo_pass_set_classes(stream->pass, stream->classes);
    for (int64_t r = 0; r < stream->rows; r++)
        rondo_stream_reset(stream, r);
    return RONDO_OK;
}

rondo_status rondo_stream_open(const rondo_model *model, int64_t rows, rondo_stream **stream,
                               rondo_error *error)
{
    enum { MOST_ROWS = 1 << 24 };
    rondo_error own;
    *stream = NULL;
    error = rondo_api_error(error, &own);
    rondo_status status = check_model(model, error);
    if (status) return status;
    if (rows < 1 || rows > MOST_ROWS)
        return rondo_error_set(error, RONDO_USAGE, "rows: must be in 1 .. %d, is %lld", MOST_ROWS,
                               (long long)rows);
    rondo_stream *made = rondo_memory_create(sizeof *made, "a stream", error);
    if (!made) return rondo_error_status(error);
    made->model = model;
    made->rows = rows;
    status = make(made, error);
    if (status)
        destroy(made);
    else
        *stream = made;
    return status;
}

void rondo_stream_close(rondo_stream *stream)
{
    if (stream) destroy(stream);
}

rondo_status rondo_stream_step(rondo_stream *stream, const rondo_steps *steps, rondo_error *error)
{
    const rondo_network *network = stream->model->session.network;
    int64_t rows = stream->rows, offset[2] = {0, rows}, width = network->output_width;
    rondo_score unused = {0};
    rondo_error own;
    error = rondo_api_error(error, &own);
    rondo_status status = rondo_api_take_steps(stream->model, steps, rows, &stream->inputs, error);
    if (status) return status;
    rondo_batch batch = {.rows = rows,
                         .steps = 1,
                         .tokens = rows,
                         .active = &rows,
                         .offset = offset,
                         .inputs = stream->inputs.symbols.data,
                         .input_values = stream->inputs.symbols.data ? NULL : stream->inputs.values,
                         .sequence = stream->sequence,
                         .carry = true};
    for (int64_t f = 0; f < network->feature_count; f++)
        batch.features[f] = stream->inputs.features[f];
    rondo_pass_evaluate(stream->pass, &batch, &unused);
    network->loss->activate(network->loss_options, rows, width, rondo_pass_prediction(stream->pass),
                            width, stream->row, width);
    rondo_api_give_outputs(stream->model, stream->row, rows, stream->outputs);
    return RONDO_OK;
}

const double *rondo_stream_outputs(const rondo_stream *stream)
{
    return stream->outputs;
}

const int32_t *rondo_stream_classes(const rondo_stream *stream)
{
    return rondo_model_predicts_classes(stream->model) ? stream->classes : NULL;
}

/* --- states: of all layers, one after another --- */

static rondo_real *state_of(const rondo_carried *carried, int64_t row)
{
    return carried->data + row * carried->hidden;
}

static bool has_row(const rondo_stream *stream, int64_t row)
{
    return row >= 0 && row < stream->rows;
}

void rondo_stream_reset(rondo_stream *stream, int64_t row)
{
    int64_t count = has_row(stream, row) ? rondo_pass_carried_count(stream->pass) : 0;
    for (int64_t i = 0; i < count; i++) {
        const rondo_carried carried = rondo_pass_carried(stream->pass, i);
        memset(state_of(&carried, row), 0, (size_t)carried.hidden * sizeof *carried.data);
    }
}

int64_t rondo_stream_state_size(const rondo_stream *stream)
{
    int64_t size = 0, count = rondo_pass_carried_count(stream->pass);
    for (int64_t i = 0; i < count; i++)
        size += rondo_pass_carried(stream->pass, i).hidden;
    return size;
}

void rondo_stream_get_state(const rondo_stream *stream, int64_t row, float *state)
{
    int64_t count = has_row(stream, row) ? rondo_pass_carried_count(stream->pass) : 0;
    for (int64_t i = 0; i < count; i++) {
        const rondo_carried carried = rondo_pass_carried(stream->pass, i);
        for (int64_t u = 0; u < carried.hidden; u++)
            *state++ = (float)state_of(&carried, row)[u];
    }
}

void rondo_stream_set_state(rondo_stream *stream, int64_t row, const float *state)
{
    int64_t count = has_row(stream, row) ? rondo_pass_carried_count(stream->pass) : 0;
    for (int64_t i = 0; i < count; i++) {
        const rondo_carried carried = rondo_pass_carried(stream->pass, i);
        for (int64_t u = 0; u < carried.hidden; u++)
            state_of(&carried, row)[u] = (rondo_real)*state++;
    }
}
