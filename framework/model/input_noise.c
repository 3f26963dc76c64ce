/* Gaussian noise on what the first layer reads, in training only (Bishop 1995, Training with noise
 * is equivalent to Tikhonov regularization; Graves 2011): x + deviation * z, z standard normal for
 * each number of each step. z is a function of (seed, step, row in the whole minibatch, time,
 * number), so that threads and shards do not change it. It is a constant to the gradient, which
 * goes through unchanged: there is no backward part. */
#include "base/parallel.h"
#include "base/random.h"
#include "model/input.h"

/* Numbers are drawn in pairs. */
static void add_to_row(const rondo_random *random, double deviation, uint64_t first_index,
                       int64_t width, rondo_real *row)
{
    for (int64_t j = 0; j < width; j += 2) {
        double pair[2];
        rondo_random_normal_pair(random, first_index + (uint64_t)j / 2, pair);
        row[j] += (rondo_real)(deviation * pair[0]);
        if (j + 1 < width) row[j + 1] += (rondo_real)(deviation * pair[1]);
    }
}

static void noise_task(void *context, int64_t t, int thread)
{
    const rondo_pass *pass = context;
    const rondo_batch *batch = pass->batch;
    const rondo_random random = {pass->network->seed, RONDO_FOR_INPUT_NOISE, (uint64_t)pass->step};
    int64_t width = pass->network->first_width;
    uint64_t draws = (uint64_t)(width + 1) / 2;
    double start = rondo_profile_start(pass->profile);
    for (int64_t b = 0; b < batch->active[t]; b++)
        add_to_row(&random, pass->network->input_noise,
                   (uint64_t)rondo_batch_number(batch, t, b) * draws, width,
                   pass->input->values + (batch->offset[t] + b) * width);
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_GATHER, start);
}

void rondo_input_noise(rondo_pass *pass)
{
    if (!pass->training || pass->network->input_noise <= 0) return;
    rondo_parallel_for(pass->size.threads, pass->batch->steps, noise_task, pass);
}
