/* Zoneout (Krueger et al. 2017, arXiv:1606.01305): with s~_t what the cell makes of a state,
 *
 *     training     s_t = d_t * s_{t-1} + (1 - d_t) * s~_t     d_t = 1 with probability p, else 0
 *     evaluation   s_t = p s_{t-1} + (1 - p) s~_t             its mean
 *
 * and back, when ds_t has arrived:
 *
 *     ds~_t = (1 - d_t) * ds_t        ds_{t-1} += d_t * ds_t
 *
 * p is one number a state. The cell knows nothing of it: it reads the mixed states of the step
 * before, and finds in its backward function the s~_t it has written (`proposed`). In an LSTM the
 * output is so made of the cell state before zoneout, as in the paper. d_t is a function of (seed,
 * step, direction, state, row, time, unit). */
#include "base/random.h"
#include "model/member.h"

/* Ranges of random numbers: four per direction, and for a cell's states from the fifth on four more
 * behind all of these. */
enum { RANGES = 4, FURTHER_RANGES = 512 };

/* One state of a member at step t. */
typedef struct zone {
    const rondo_member *member;
    double rate;
    int32_t state;
    int64_t t;
    int64_t token;               /* packed row of the member's first row */
    int64_t width, first, units; /* of the state; of its units the member's */
} zone;

static uint8_t *zoned_of(const zone *z, int64_t row)
{
    const rondo_direction_buffers *buffers = z->member->buffers;
    return buffers->zoned[z->state] + (z->token + row) * z->width + z->first;
}

/* Choices of one row. A draw serves four units, counted from the layer's first. */
static void draw_row(const zone *z, int64_t row)
{
    const rondo_member *m = z->member;
    const rondo_pass *pass = m->pass;
    const rondo_random random = {pass->network->seed, RONDO_FOR_ZONEOUT, (uint64_t)pass->step};
    int64_t range = (m->buffers - pass->directions) * RANGES + z->state % RANGES +
                    (int64_t)(z->state / RANGES) * FURTHER_RANGES;
    uint64_t place = (uint64_t)range << 54;
    int64_t sequence = rondo_batch_number(pass->batch, z->t, m->first_row + row);
    uint64_t first = place | (uint64_t)(sequence * ((z->width + 3) / 4));
    uint8_t *zoned = zoned_of(z, row);
    rondo_random_choose(&random, first, z->first, z->units, z->rate, zoned);
    for (int64_t u = 0; u < z->units; u++)
        zoned[u] = !zoned[u];
}

/* A row of the mixed state; `proposed` may be `state` itself. */
static void mix_row(const zone *z, int64_t row, const rondo_real *previous,
                    const rondo_real *proposed, rondo_real *state)
{
    int64_t units = z->units;
    rondo_real p = (rondo_real)z->rate;
    if (!z->member->pass->training) {
        for (int64_t u = 0; u < units; u++)
            state[u] = p * previous[u] + (1 - p) * proposed[u];
        return;
    }
    draw_row(z, row);
    const uint8_t *zoned = zoned_of(z, row);
    for (int64_t u = 0; u < units; u++)
        state[u] = zoned[u] ? previous[u] : proposed[u];
}

static zone zone_of(const rondo_member *member, int64_t t, int32_t state)
{
    zone z = {.member = member,
              .rate = member->buffers->direction->zoneout[state],
              .state = state,
              .t = t,
              .token = member->pass->batch->offset[t] + member->first_row,
              .width = rondo_direction_width(member->buffers->direction, state)};
    rondo_member_range(member, state, &z.first, &z.units);
    return z;
}

void rondo_zoneout_forward(const rondo_member *member, int64_t t, rondo_cell_tile *tile)
{
    const rondo_direction_buffers *buffers = member->buffers;
    for (int32_t i = 0; i < buffers->direction->plan.state_count; i++) {
        if (buffers->direction->zoneout[i] <= 0) continue;
        zone z = zone_of(member, t, i);
        int64_t after =
            rondo_direction_row_after(buffers, member->pass->batch, t) + member->first_row;
        const rondo_real *previous = rondo_member_previous(member, t, i);
        rondo_real *state = buffers->state[i] + after * z.width + z.first;
        for (int64_t row = 0; row < tile->rows; row++)
            mix_row(&z, row, previous + row * z.width, tile->state[i] + row * z.width,
                    state + row * z.width);
        tile->state[i] = state;
    }
}

void rondo_zoneout_backward(const rondo_member *member, int64_t t, const rondo_cell_tile *tile)
{
    const rondo_direction *d = member->buffers->direction;
    for (int32_t i = 0; i < d->plan.state_count; i++) {
        if (d->zoneout[i] <= 0) continue;
        zone z = zone_of(member, t, i);
        int64_t place = member->first_row * z.width + z.first;
        for (int64_t row = 0; row < tile->rows; row++) {
            const uint8_t *zoned = zoned_of(&z, row);
            rondo_real *d_state = member->buffers->d_state[i] + place + row * z.width;
            rondo_real *d_previous = member->buffers->d_previous[i] + place + row * z.width;
            for (int64_t u = 0; u < z.units; u++) {
                d_previous[u] += zoned[u] ? d_state[u] : 0;
                d_state[u] = zoned[u] ? 0 : d_state[u];
            }
        }
    }
}
