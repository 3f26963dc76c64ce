#include "bench/benchmark_steps.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "bench/time_samples.h"
#include "model/pass.h"

enum { STEPS_BEFORE = 50 }; /* that are not timed */

/* A sequence at work: what it reads next. */
typedef struct stream {
    const rondo_network *network;
    rondo_pass *pass;
    int64_t step;
    int32_t symbol;
    int32_t features[RONDO_MAX_FEATURES];
    rondo_real *values; /* [input_width], where the input is values */
} stream;

static rondo_status check(const rondo_network *network, rondo_error *error)
{
    static const char refusal[] = "--step: a model %s has no single steps";
    if (network->encoder) return rondo_error_set(error, RONDO_USAGE, refusal, "with an encoder");
    if (network->pooling != RONDO_POOLING_NONE)
        return rondo_error_set(error, RONDO_USAGE, refusal, "with pooling");
    for (int64_t i = 0; i < network->direction_count; i++)
        if (network->directions[i].reverse)
            return rondo_error_set(error, RONDO_USAGE, refusal, "that reads from the end");
    return RONDO_OK;
}

static rondo_status start(stream *s, const rondo_session *session, rondo_error *error)
{
    const rondo_pass_size size = {
        .rows = 1, .steps = 1, .tokens = 1, .threads = session->threads, .predictions = true};
    size_t width = (size_t)session->network->input_width;
    *s = (stream){.network = session->network};
    s->values = rondo_memory_create(width * sizeof *s->values, "an input", error);
    if (!s->values) return error->status;
    for (size_t i = 0; i < width; i++)
        s->values[i] = (rondo_real)((double)(i % 17) / 17 - 0.5);
    rondo_status status = rondo_pass_create(s->network, &size, &s->pass, error);
    if (!status) rondo_pass_load(s->pass, session->parameters);
    return status;
}

static void finish(stream *s)
{
    rondo_pass_destroy(s->pass);
    rondo_memory_destroy(s->values);
}

/* All symbols in turn, in an order that does not follow that of the weights. */
static int32_t next_symbol(int64_t step, int64_t count)
{
    enum { STRIDE = 7919 };
    return (int32_t)(step * STRIDE % count);
}

static void choose_input(stream *s)
{
    const rondo_network *network = s->network;
    s->symbol = next_symbol(s->step, network->input_width);
    for (int64_t f = 0; f < network->feature_count; f++)
        s->features[f] =
            next_symbol(s->step, network->layout.parameters[network->features[f]].rows);
}

/* Seconds of the next step. */
static double step(stream *s)
{
    const int64_t active = 1, offset[2] = {0, 1}, sequence = 0;
    bool symbols = s->network->input_kind != RONDO_INPUT_VALUES;
    rondo_batch batch = {.rows = 1,
                         .steps = 1,
                         .tokens = 1,
                         .active = &active,
                         .offset = offset,
                         .inputs = symbols ? &s->symbol : NULL,
                         .input_values = symbols ? NULL : s->values,
                         .sequence = &sequence,
                         .carry = s->step > 0};
    rondo_score unused = {0};
    choose_input(s);
    for (int64_t f = 0; f < s->network->feature_count; f++)
        batch.features[f] = &s->features[f];
    double started = rondo_clock_seconds();
    rondo_pass_evaluate(s->pass, &batch, &unused);
    s->step++;
    return rondo_clock_seconds() - started;
}

static rondo_status measure(stream *s, const rondo_step_plan *plan, rondo_samples *seconds,
                            rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int i = 0; i < STEPS_BEFORE; i++)
        step(s);
    double started = rondo_clock_seconds();
    while (!status && !*plan->stop &&
           (plan->steps > 0 ? seconds->count < plan->steps
                            : rondo_clock_seconds() - started < plan->seconds))
        status = rondo_samples_add(seconds, step(s), error);
    if (!status && *plan->stop)
        status = rondo_error_set(error, RONDO_STOPPED, "stopped by a signal");
    return status;
}

static void take_result(const stream *s, rondo_samples *seconds, rondo_step_result *result)
{
    enum { OPERATIONS_OF_A_WEIGHT = 2 };
    result->steps = seconds->count;
    result->steps_per_second = (double)seconds->count / rondo_samples_sum(seconds);
    result->median = rondo_samples_median(seconds);
    result->percentile_99 = rondo_samples_quantile(seconds, 0.99);
    result->weight_bytes = rondo_network_forward_flops(s->network) / OPERATIONS_OF_A_WEIGHT *
                           (double)sizeof(rondo_real);
}

rondo_status rondo_benchmark_steps(const rondo_session *session, const rondo_step_plan *plan,
                                   rondo_step_result *result, rondo_error *error)
{
    rondo_samples seconds = {0};
    stream s = {0};
    *result = (rondo_step_result){0};
    rondo_status status = check(session->network, error);
    if (!status) status = start(&s, session, error);
    if (!status) status = measure(&s, plan, &seconds, error);
    if (!status) take_result(&s, &seconds, result);
    finish(&s);
    rondo_samples_finish(&seconds);
    return status;
}
