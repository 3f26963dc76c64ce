#include <stdlib.h>

#include "api/private.h"
#include "base/memory.h"
#include "infer/predictor.h"

struct rondo_runner {
    const rondo_model *model;
    rondo_predictor predictor;
    rondo_api_inputs inputs;
    int64_t *offset; /* [sequences + 1] */
    double *outputs; /* [count, width] */
    int64_t offset_capacity, output_capacity;
    int64_t count;     /* predictions */
    int64_t sequences; /* that were predicted */
};

static void destroy(rondo_runner *runner)
{
    rondo_predictor_finish(&runner->predictor);
    rondo_api_finish_inputs(&runner->inputs);
    free(runner->offset);
    free(runner->outputs);
    rondo_memory_destroy(runner);
}

rondo_status rondo_runner_open(const rondo_model *model, rondo_runner **runner, rondo_error *error)
{
    rondo_error own;
    *runner = NULL;
    error = rondo_api_error(error, &own);
    rondo_status status = rondo_api_check_steps(model, error);
    if (status) return status;
    rondo_runner *made = rondo_memory_create(sizeof *made, "a runner", error);
    if (!made) return rondo_error_status(error);
    made->model = model;
    status = rondo_predictor_start(&model->session, RONDO_PROBABILITY_ALL, &made->predictor, error);
    if (status)
        destroy(made);
    else
        *runner = made;
    return status;
}

void rondo_runner_close(rondo_runner *runner)
{
    if (runner) destroy(runner);
}

static rondo_status take_lengths(rondo_runner *runner, const int64_t *lengths, int64_t sequences,
                                 rondo_error *error)
{
    void *block = runner->offset;
    if (sequences < 0)
        return rondo_error_set(error, RONDO_USAGE, "sequences: must not be below 0, is %lld",
                               (long long)sequences);
    rondo_status status = rondo_memory_grow(&block, &runner->offset_capacity, sequences + 1,
                                            sizeof *runner->offset, "lengths", error);
    runner->offset = block;
    if (status) return status;
    runner->offset[0] = 0;
    for (int64_t s = 0; s < sequences; s++) {
        if (lengths[s] < 1 || lengths[s] > INT64_MAX / 2 - runner->offset[s])
            return rondo_error_set(error, RONDO_USAGE, "lengths[%lld]: must be 1 or more, is %lld",
                                   (long long)s, (long long)lengths[s]);
        runner->offset[s + 1] = runner->offset[s] + lengths[s];
    }
    return RONDO_OK;
}

static rondo_status predict(rondo_runner *runner, int64_t sequences, rondo_error *error)
{
    const rondo_model *model = runner->model;
    const rondo_api_inputs *inputs = &runner->inputs;
    rondo_sequences window = {.count = sequences, .offset = runner->offset};
    if (inputs->symbols.data)
        window.inputs = inputs->symbols;
    else
        window.input_values = inputs->values;
    for (int64_t f = 0; f < model->session.schema->feature_count; f++)
        window.features[f] = inputs->features[f];
    return rondo_predictor_run_sequences(&runner->predictor, &window, error);
}

static rondo_status give_outputs(rondo_runner *runner, int64_t count, rondo_error *error)
{
    int64_t width = rondo_model_output_width(runner->model);
    void *block = runner->outputs;
    rondo_status status = rondo_memory_grow(&block, &runner->output_capacity, count * width,
                                            sizeof *runner->outputs, "predictions", error);
    runner->outputs = block;
    if (status) return status;
    rondo_api_give_outputs(runner->model, runner->predictor.rows, count, runner->outputs);
    runner->count = count;
    return RONDO_OK;
}

rondo_status rondo_runner_predict(rondo_runner *runner, const rondo_steps *steps,
                                  const int64_t *lengths, int64_t sequences, rondo_error *error)
{
    rondo_error own;
    error = rondo_api_error(error, &own);
    rondo_status status = take_lengths(runner, lengths, sequences, error);
    runner->count = runner->sequences = 0;
    if (status || sequences == 0) return status;
    int64_t all = runner->offset[sequences];
    status = rondo_api_take_steps(runner->model, steps, all, &runner->inputs, error);
    if (!status) status = predict(runner, sequences, error);
    bool by_step = rondo_model_predicts_steps(runner->model);
    if (!status) status = give_outputs(runner, by_step ? all : sequences, error);
    if (!status) runner->sequences = sequences;
    return status;
}

int64_t rondo_runner_count(const rondo_runner *runner)
{
    return runner->count;
}

const double *rondo_runner_outputs(const rondo_runner *runner)
{
    return runner->outputs;
}

const int32_t *rondo_runner_classes(const rondo_runner *runner)
{
    return rondo_model_predicts_classes(runner->model) ? runner->predictor.classes : NULL;
}

const int32_t *rondo_runner_labels(const rondo_runner *runner, int64_t sequence, int64_t *count)
{
    const rondo_predictor *predictor = &runner->predictor;
    *count = 0;
    if (!rondo_model_predicts_labels(runner->model)) return NULL;
    if (sequence < 0 || sequence >= runner->sequences) return NULL;
    *count = predictor->label_counts[sequence];
    return predictor->labels + runner->offset[sequence];
}
