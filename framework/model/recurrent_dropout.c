/* Recurrent dropout (Gal & Ghahramani 2016, arXiv:1512.05287, section 4): what a recurrent product
 * reads is h_{t-1} * m, one m for all steps of a sequence and for all gates; the element-wise paths
 * of a cell see h_{t-1} itself. A stage whose source is a intermediate (the r * h of a GRU) reads it
 * times the same m. m is 0 with probability p, otherwise 1 / (1 - p); in evaluation there is none.
 *
 * m lives for one minibatch: with truncated back-propagation and carried states the next minibatch
 * draws another. It is a function of (seed, step, direction, row, unit). */
#include <string.h>

#include "base/parallel.h"
#include "base/random.h"
#include "model/member.h"

static void draw_row(const rondo_pass *pass, int64_t direction, int64_t row)
{
    const rondo_direction_buffers *buffers = &pass->directions[direction];
    const rondo_random random = {pass->network->seed, RONDO_FOR_RECURRENT_DROPOUT,
                                 (uint64_t)pass->step};
    enum { SOME = 256 };
    int64_t width = buffers->direction->output;
    double rate = buffers->direction->recurrent_dropout;
    rondo_real scale = (rondo_real)(1.0 / (1.0 - rate));
    uint64_t first = (uint64_t)direction << 56 |
                     (uint64_t)(rondo_batch_place(pass->batch, row) * ((width + 3) / 4));
    rondo_real *factors = buffers->recurrent_scale + row * width;
    for (int64_t j = 0; j < width; j += SOME) {
        uint8_t kept[SOME];
        int64_t count = width - j < SOME ? width - j : SOME;
        rondo_random_choose(&random, first, j, count, rate, kept);
        for (int64_t u = 0; u < count; u++)
            factors[j + u] = kept[u] ? scale : 0;
    }
}

static void draw_task(void *context, int64_t row, int thread)
{
    const rondo_pass *pass = context;
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    double start = rondo_profile_start(pass->profile);
    for (int64_t i = 0; i < layer->direction_count; i++)
        draw_row(pass, layer->directions[i], row);
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_ELEMENT_WISE, start);
}

void rondo_recurrent_dropout_draw(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    if (!pass->training || !pass->directions[layer->directions[0]].recurrent_scale) return;
    rondo_parallel_for(pass->size.threads, pass->batch->rows, draw_task, pass);
}

/* The factors of the member's first row and unit of the output. */
static const rondo_real *factors_of(const rondo_member *m)
{
    return m->buffers->recurrent_scale + m->first_row * m->buffers->direction->output +
           m->first_output;
}

const rondo_real *rondo_recurrent_dropout_forward(const rondo_member *member, int32_t stage,
                                                  int64_t t, const rondo_real *source, int64_t rows)
{
    int64_t width = member->buffers->direction->output, units = member->outputs;
    int64_t first = member->pass->batch->offset[t] + member->first_row;
    const rondo_real *factors = factors_of(member);
    rondo_real *dropped = member->buffers->dropped[stage] + first * width + member->first_output;
    for (int64_t i = 0; i < rows * width; i += width)
        for (int64_t u = i; u < i + units; u++)
            dropped[u] = source[u] * factors[u];
    return dropped;
}

rondo_real *rondo_recurrent_dropout_clear(const rondo_member *member, int64_t rows)
{
    int64_t width = member->buffers->direction->output;
    rondo_real *d_dropped =
        member->buffers->d_dropped + member->first_row * width + member->first_output;
    for (int64_t row = 0; row < rows; row++)
        memset(d_dropped + row * width, 0, (size_t)member->outputs * sizeof(rondo_real));
    return d_dropped;
}

void rondo_recurrent_dropout_backward(const rondo_member *member, int64_t rows,
                                      rondo_real *d_source)
{
    int64_t width = member->buffers->direction->output, units = member->outputs;
    const rondo_real *factors = factors_of(member);
    const rondo_real *d_dropped =
        member->buffers->d_dropped + member->first_row * width + member->first_output;
    for (int64_t i = 0; i < rows * width; i += width)
        for (int64_t u = i; u < i + units; u++)
            d_source[u] += d_dropped[u] * factors[u];
}
