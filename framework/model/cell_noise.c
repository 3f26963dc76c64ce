/* Noise that a cell asks for (rondo_cell_plan.noise_count): draws of the standard normal distribution, a
 * function of (seed, update, direction, sequence, time, block, unit). In training only. */
#include "base/parallel.h"
#include "base/random.h"
#include "model/layer.h"

/* Ranges of random numbers: one a direction. */
enum { RANGE_BITS = 54 };

static void draw_row(const rondo_pass *pass, const rondo_direction_buffers *buffers, int64_t t,
                     int64_t row)
{
    const rondo_random random = {pass->network->seed, RONDO_FOR_CELL_NOISE, (uint64_t)pass->step};
    int64_t count = buffers->direction->plan.noise_count * buffers->direction->hidden;
    int64_t sequence = rondo_batch_number(pass->batch, t, row);
    uint64_t range = (uint64_t)(buffers - pass->directions) << RANGE_BITS;
    rondo_real *noise = buffers->noise + (pass->batch->offset[t] + row) * count;
    for (int64_t i = 0; i < count; i++)
        noise[i] =
            (rondo_real)rondo_random_normal(&random, range | (uint64_t)(sequence * count + i));
}

static void draw_task(void *context, int64_t t, int thread)
{
    const rondo_pass *pass = context;
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    double start = rondo_profile_start(pass->profile);
    for (int64_t i = 0; i < layer->direction_count; i++) {
        const rondo_direction_buffers *buffers = &pass->directions[layer->directions[i]];
        for (int64_t row = 0; buffers->noise && row < pass->batch->active[t]; row++)
            draw_row(pass, buffers, t, row);
    }
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_ELEMENT_WISE, start);
}

void rondo_cell_noise_draw(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    bool any = false;
    for (int64_t i = 0; i < layer->direction_count; i++)
        any |= pass->directions[layer->directions[i]].noise != NULL;
    if (any && pass->training)
        rondo_parallel_for(pass->size.threads, pass->batch->steps, draw_task, pass);
}
