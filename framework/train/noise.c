#include "train/noise.h"

#include <string.h>

#include "base/parallel.h"
#include "base/random.h"

enum { SLICE = 8192 };

typedef struct noise_job {
    const rondo_noise *noise;
    const rondo_layout *layout;
    const rondo_real *parameters;
    rondo_real *noisy;
} noise_job;

static void noise_task(void *context, int64_t slice, int thread)
{
    const noise_job *job = context;
    const rondo_random random = {job->noise->seed, RONDO_FOR_WEIGHT_NOISE,
                                 (uint64_t)job->noise->step};
    int64_t first = slice * SLICE, end = first + SLICE;
    (void)thread;
    if (end > job->layout->trained_size) end = job->layout->trained_size;
    for (int64_t i = first; i < end; i++)
        job->noisy[i] =
            job->parameters[i] +
            (rondo_real)(job->noise->deviation * rondo_random_normal(&random, (uint64_t)i));
}

void rondo_noise_add(const rondo_noise *noise, const rondo_layout *layout, int threads,
                     const rondo_real *parameters, rondo_real *noisy)
{
    noise_job job = {noise, layout, parameters, noisy};
    int64_t trained = layout->trained_size;
    rondo_parallel_for(threads, (trained + SLICE - 1) / SLICE, noise_task, &job);
    memcpy(noisy + trained, parameters + trained, (size_t)(layout->size - trained) * sizeof *noisy);
}
