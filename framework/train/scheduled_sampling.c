#include "train/scheduled_sampling.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/random.h"
#include "infer/incremental_decoder.h"

struct rondo_scheduled_sampling {
    const rondo_network *network;
    rondo_scheduled_sampling_config config;
    int threads;
    rondo_incremental_decoder *decoder;
    int32_t *inputs; /* [tokens] */
    /* the step at hand */
    const rondo_batch *batch;
    const rondo_real *prediction; /* of the step before */
    double rate;
    int64_t step, t;
};

static double clamp(double value, double low)
{
    double high = value < 1 ? value : 1;
    return high > low ? high : low;
}

double rondo_scheduled_sampling_rate(const rondo_scheduled_sampling_config *config, int64_t step)
{
    double i = (double)step, k = config->k;
    switch (config->decay) {
    case RONDO_DECAY_LINEAR:
        return clamp(k - config->slope * i, config->minimum);
    case RONDO_DECAY_EXPONENTIAL:
        return clamp(pow(k, i), config->minimum);
    case RONDO_DECAY_INVERSE_SIGMOID:
        return clamp(k / (k + exp(i / k)), config->minimum);
    default:
        return 1;
    }
}

static rondo_incremental_decoder_size decoder_size(const rondo_pass_size *size)
{
    return (rondo_incremental_decoder_size){.rows = size->rows,
                                            .source_rows = size->source_rows,
                                            .source_steps = size->source_steps,
                                            .source_tokens = size->source_tokens,
                                            .threads = size->threads};
}

rondo_status rondo_scheduled_sampling_bytes(const rondo_network *network,
                                            const rondo_pass_size *size, size_t *bytes,
                                            rondo_error *error)
{
    const rondo_incremental_decoder_size decoder = decoder_size(size);
    rondo_status status = rondo_incremental_decoder_bytes(network, &decoder, bytes, error);
    *bytes += (size_t)size->tokens * sizeof(int32_t);
    return status;
}

rondo_status rondo_scheduled_sampling_create(const rondo_network *network,
                                             const rondo_scheduled_sampling_config *config,
                                             const rondo_pass_size *size,
                                             rondo_scheduled_sampling **out, rondo_error *error)
{
    const rondo_incremental_decoder_size decoder = decoder_size(size);
    rondo_status status = RONDO_FAILED;
    *out = NULL;
    rondo_scheduled_sampling *made = rondo_memory_create(sizeof *made, "scheduled sampling", error);
    if (!made) return error->status;
    made->network = network;
    made->config = *config;
    made->threads = size->threads;
    made->inputs = rondo_memory_create((size_t)size->tokens * sizeof *made->inputs,
                                       "scheduled sampling", error);
    if (made->inputs)
        status = rondo_incremental_decoder_create(network, &decoder, &made->decoder, error);
    if (status)
        rondo_scheduled_sampling_destroy(made);
    else
        *out = made;
    return status;
}

void rondo_scheduled_sampling_destroy(rondo_scheduled_sampling *sampling)
{
    if (!sampling) return;
    rondo_incremental_decoder_destroy(sampling->decoder);
    rondo_memory_destroy(sampling->inputs);
    rondo_memory_destroy(sampling);
}

static int32_t most_probable(const rondo_real *logits, int64_t width)
{
    int32_t best = 0;
    for (int32_t i = 1; i < width; i++)
        if (logits[i] > logits[best]) best = i;
    return best;
}

/* From the softmax of the logits, by a number in [0, 1). */
static int32_t draw(const rondo_real *logits, int64_t width, double number)
{
    double highest = (double)logits[most_probable(logits, width)], total = 0;
    for (int64_t i = 0; i < width; i++)
        total += exp((double)logits[i] - highest);
    double left = number * total;
    for (int32_t i = 0; i < width; i++) {
        left -= exp((double)logits[i] - highest);
        if (left < 0) return i;
    }
    return (int32_t)width - 1;
}

/* The input of row b at step t. */
static void choose_task(void *context, int64_t b, int thread)
{
    const rondo_scheduled_sampling *s = context;
    const rondo_random random = {s->network->seed, RONDO_FOR_SCHEDULED_SAMPLING, (uint64_t)s->step};
    int64_t place = s->batch->offset[s->t] + b, width = s->network->output_width;
    (void)thread;
    const uint64_t index = 2 * (uint64_t)rondo_batch_token(s->batch, s->t, b);
    s->inputs[place] = s->batch->inputs[place];
    if (s->t == 0 || rondo_random_uniform(&random, index) < s->rate) return;
    const rondo_real *logits = s->prediction + b * width;
    s->inputs[place] = s->config.choice == RONDO_CHOOSE_ARGMAX
                           ? most_probable(logits, width)
                           : draw(logits, width, rondo_random_uniform(&random, index + 1));
}

void rondo_scheduled_sampling_apply(rondo_scheduled_sampling *sampling,
                                    const rondo_real *parameters, int64_t step, rondo_batch *batch)
{
    rondo_scheduled_sampling *s = sampling;
    s->rate = rondo_scheduled_sampling_rate(&s->config, step);
    if (s->rate >= 1) return;
    s->batch = batch;
    s->step = step;
    rondo_incremental_decoder_load(s->decoder, parameters);
    for (s->t = 0; s->t < batch->steps; s->t++) {
        const int32_t *inputs = s->inputs + batch->offset[s->t];
        rondo_parallel_for(s->threads, batch->active[s->t], choose_task, s);
        if (s->t == batch->steps - 1) break;
        s->prediction =
            s->t == 0 ? rondo_incremental_decoder_start(s->decoder, batch->source, batch->rows,
                                                        batch->source_row, inputs)
                      : rondo_incremental_decoder_next(s->decoder, batch->active[s->t], inputs);
    }
    batch->inputs = s->inputs;
}
