/* Inverted dropout (Srivastava et al. 2014) between layers (Zaremba et al. 2014): a number is kept
 * with probability 1 - rate and divided by it. The choice is a function of (seed, step, place, row,
 * time, unit), so it does not depend on threads and needs no state in a checkpoint. By sequence
 * (Gal & Ghahramani 2016, arXiv:1512.05287, section 4) the time is left out: a unit that is dropped
 * stays so in all steps that the sequence has in the minibatch. */
#include "model/dropout.h"

#include "base/parallel.h"
#include "base/random.h"
#include "model/input.h"
#include "rondo/pointwise.h"

typedef struct dropout {
    const rondo_pass *pass;
    uint64_t place;
    double rate;
    int kind;
    int64_t width;
    uint8_t *kept;
    const uint8_t *kept_before;
    rondo_real *data;
} dropout;

RONDO_VECTORISED static void keep(rondo_real *restrict data, int64_t count,
                                  const uint8_t *restrict kept, double rate)
{
    rondo_real scale = (rondo_real)(1.0 / (1.0 - rate));
#pragma omp simd
    for (int64_t i = 0; i < count; i++)
        data[i] = kept[i] ? data[i] * scale : 0;
}

/* Four choices a draw; index packs place (8 bits), time, row and unit. */
static void drop_row(const dropout *d, int64_t n, uint64_t first_index)
{
    const rondo_random random = {d->pass->network->seed, RONDO_FOR_DROPOUT,
                                 (uint64_t)d->pass->step};
    uint8_t *kept = d->kept + n * d->width;
    rondo_random_choose(&random, d->place << 56 | first_index, 0, d->width, d->rate, kept);
    keep(d->data + n * d->width, d->width, kept, d->rate);
}

/* Of row b at step t, or of its sequence. */
static uint64_t number_of(const dropout *d, int64_t t, int64_t b)
{
    const rondo_batch *batch = d->pass->batch;
    return (uint64_t)(d->kind == RONDO_DROP_SEQUENCES ? rondo_batch_place(batch, b)
                                                      : rondo_batch_number(batch, t, b));
}

static void drop_task(void *context, int64_t t, int thread)
{
    const dropout *d = context;
    const rondo_batch *batch = d->pass->batch;
    uint64_t draws = (uint64_t)(d->width + 3) / 4;
    double start = rondo_profile_start(d->pass->profile);
    for (int64_t b = 0; b < batch->active[t]; b++)
        drop_row(d, batch->offset[t] + b, number_of(d, t, b) * draws);
    rondo_profile_add(d->pass->profile, thread, RONDO_PHASE_GATHER, start);
}

static void symbols_task(void *context, int64_t t, int thread)
{
    const dropout *d = context;
    const rondo_batch *batch = d->pass->batch;
    const rondo_random random = {d->pass->network->seed, RONDO_FOR_DROPOUT,
                                 (uint64_t)d->pass->step};
    uint64_t draws = (uint64_t)(d->width + 3) / 4;
    double start = rondo_profile_start(d->pass->profile);
    for (int64_t b = 0; b < batch->active[t]; b++) {
        int64_t n = batch->offset[t] + b;
        rondo_random_choose(&random, d->place << 56 | number_of(d, t, b) * draws,
                            d->pass->input->symbols[n], 1, d->rate, d->kept + n);
    }
    rondo_profile_add(d->pass->profile, thread, RONDO_PHASE_GATHER, start);
}

void rondo_dropout_symbols(rondo_pass *pass, double rate, int kind, int64_t width, uint8_t *kept)
{
    if (!pass->training || rate <= 0) return;
    dropout d = {.pass = pass, .rate = rate, .kind = kind, .width = width, .kept = kept};
    rondo_parallel_for(pass->size.threads, pass->batch->steps, symbols_task, &d);
}

void rondo_dropout_forward(rondo_pass *pass, int64_t layer, double rate, int kind, int64_t width,
                           uint8_t *kept, rondo_real *data)
{
    if (!pass->training || rate <= 0) return;
    dropout d = {.pass = pass,
                 .place = (uint64_t)(layer + 1),
                 .rate = rate,
                 .kind = kind,
                 .width = width,
                 .kept = kept,
                 .data = data};
    rondo_parallel_for(pass->size.threads, pass->batch->steps, drop_task, &d);
}

static void undrop_task(void *context, int64_t t, int thread)
{
    const dropout *d = context;
    const rondo_batch *batch = d->pass->batch;
    double start = rondo_profile_start(d->pass->profile);
    int64_t first = batch->offset[t] * d->width;
    keep(d->data + first, batch->active[t] * d->width, d->kept_before + first, d->rate);
    rondo_profile_add(d->pass->profile, thread, RONDO_PHASE_GATHER, start);
}

void rondo_dropout_backward(const rondo_pass *pass, double rate, int64_t width, const uint8_t *kept,
                            rondo_real *d_data)
{
    if (rate <= 0) return;
    dropout d = {.pass = pass, .rate = rate, .width = width, .kept_before = kept, .data = d_data};
    rondo_parallel_for(pass->size.threads, pass->batch->steps, undrop_task, &d);
}
