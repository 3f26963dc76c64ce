#include "train/noise.h"

#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/random.h"

enum { SLICE = 8192 }; /* even: numbers are drawn in pairs */

typedef struct noise_job {
    const rondo_noise *noise;
    const rondo_real *parameters;
    int64_t count;
    rondo_random random;
} noise_job;

rondo_status rondo_noise_start(const rondo_experiment *experiment, const rondo_layout *layout,
                               rondo_noise *noise, rondo_error *error)
{
    *noise = (rondo_noise){.deviation = experiment->train.weight_noise,
                           .seed = rondo_experiment_seed(experiment, RONDO_SEED_MASKS)};
    if (noise->deviation <= 0) return RONDO_OK;
    noise->weights =
        rondo_memory_create((size_t)layout->size * sizeof *noise->weights, "noisy weights", error);
    return noise->weights ? RONDO_OK : error->status;
}

void rondo_noise_finish(rondo_noise *noise)
{
    rondo_memory_destroy(noise->weights);
    *noise = (rondo_noise){0};
}

static void noise_task(void *context, int64_t slice, int thread)
{
    const noise_job *job = context;
    int64_t first = slice * SLICE, end = first + SLICE;
    (void)thread;
    if (end > job->count) end = job->count;
    for (int64_t i = first; i < end; i += 2) {
        double pair[2];
        rondo_random_normal_pair(&job->random, (uint64_t)(i / 2), pair);
        for (int64_t j = i; j < i + 2 && j < end; j++)
            job->noise->weights[j] =
                job->parameters[j] + (rondo_real)(job->noise->deviation * pair[j - i]);
    }
}

void rondo_noise_add(const rondo_noise *noise, const rondo_layout *layout, int64_t step,
                     int threads, const rondo_real *parameters)
{
    int64_t trained = layout->trained_size;
    noise_job job = {
        noise, parameters, trained, {noise->seed, RONDO_FOR_WEIGHT_NOISE, (uint64_t)step}};
    rondo_parallel_for(threads, (trained + SLICE - 1) / SLICE, noise_task, &job);
    memcpy(noise->weights + trained, parameters + trained,
           (size_t)(layout->size - trained) * sizeof *parameters);
}

void rondo_noise_load(const rondo_noise *noise, const rondo_session *session, int64_t step,
                      rondo_pass *pass)
{
    if (!noise->weights) return;
    rondo_noise_add(noise, &session->network->layout, step, session->threads, session->parameters);
    rondo_pass_load(pass, noise->weights);
}
