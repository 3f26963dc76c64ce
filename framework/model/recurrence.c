/* The recurrence: one thread takes one shard of rows, in one direction, through all steps. No lock,
 * barrier, allocation or system call in here. */
#include <string.h>

#include "model/workspace.h"

/* A shard at work. */
typedef struct shard {
    const rondo_pass *pass;
    const rondo_track *track;
    int64_t first_row, end_row;
    rondo_real *scratch;
    rondo_profile *profile;
    int thread;
} shard;

static shard shard_of_task(const rondo_pass *pass, int64_t task, int thread)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    int64_t range = task % pass->shard_count;
    return (shard){pass,
                   &pass->tracks[layer->directions[task / pass->shard_count]],
                   pass->first_shard_row[range],
                   pass->first_shard_row[range + 1],
                   pass->scratch[thread],
                   pass->profile,
                   thread};
}

/* The shard's rows alive at step t; 0 for t outside the minibatch. */
static int64_t rows_at(const shard *s, int64_t t)
{
    const rondo_batch *batch = s->pass->batch;
    if (t < 0 || t >= batch->steps) return 0;
    int64_t end = batch->active[t] < s->end_row ? batch->active[t] : s->end_row;
    return end > s->first_row ? end - s->first_row : 0;
}

static void copy_rows(rondo_real *to, int64_t to_row, const rondo_real *from, int64_t from_row,
                      int64_t rows, int64_t width)
{
    if (rows > 0)
        memcpy(to + to_row * width, from + from_row * width,
               (size_t)(rows * width) * sizeof(rondo_real));
}

/* --- forward --- */

/* Rows that take their first step at t get the initial state as their previous one: all at t = 0 of
 * the forward direction; those whose own end is t in the reverse direction. */
static void start_rows(const shard *s, int64_t t, int64_t rows)
{
    const rondo_direction *d = s->track->direction;
    int64_t going = d->reverse ? rows_at(s, t + 1) : t > 0 ? rows : 0;
    int64_t first = s->first_row + going;
    int64_t before = rondo_track_before(s->track, s->pass->batch, t);
    for (int32_t i = 0; i < d->plan.state_count; i++)
        copy_rows(s->track->state[i], before + first, s->track->carried[i], first, rows - going,
                  d->hidden);
}

/* Rows whose last step is t leave their states for the next minibatch. */
static void finish_rows(const shard *s, int64_t t, int64_t rows)
{
    const rondo_direction *d = s->track->direction;
    int64_t going = d->reverse ? (t > 0 ? rows : 0) : rows_at(s, t + 1);
    int64_t first = s->first_row + going;
    int64_t after = rondo_track_after(s->track, s->pass->batch, t);
    for (int32_t i = 0; i < d->plan.state_count; i++)
        copy_rows(s->track->carried[i], first, s->track->state[i], after + first, rows - going,
                  d->hidden);
}

static rondo_matrix source_matrix(const shard *s, int32_t source, const rondo_cell_tile *tile)
{
    const rondo_real *data =
        source < RONDO_MAX_STATES ? tile->previous[source] : tile->made[source - RONDO_MAX_STATES];
    return (rondo_matrix){data, s->track->direction->hidden, 1};
}

static void add_recurrent_products(const shard *s, int32_t number, const rondo_cell_tile *tile)
{
    const rondo_direction *d = s->track->direction;
    const rondo_cell_stage *stage = &d->plan.stages[number];
    rondo_matrix source = source_matrix(s, stage->source, tile);
    int64_t hidden = d->hidden, beside = stage->beside_count * hidden;
    int64_t added = stage->gate_count * hidden - beside;
    if (added > 0)
        rondo_product_packed(tile->rows, hidden, added, source, s->track->recurrent_panels[number],
                             0, added, 1, tile->gates + d->first_gate[number] * hidden,
                             tile->gate_stride, s->scratch);
    if (beside == 0) return;
    rondo_real *start = tile->beside + d->first_beside[number] * hidden;
    const rondo_real *biases =
        rondo_pass_weights(s->pass, d->recurrent_biases) + d->first_beside[number] * hidden;
    for (int64_t row = 0; row < tile->rows; row++)
        memcpy(start + row * tile->beside_stride, biases, (size_t)beside * sizeof *biases);
    rondo_product_packed(tile->rows, hidden, beside, source, s->track->beside_panels[number], 0,
                         beside, 1, start, tile->beside_stride, s->scratch);
}

/* The layer's output where it is not the states themselves: directions side by side. */
static void copy_output(const shard *s, int64_t t, const rondo_cell_tile *tile)
{
    const rondo_direction *d = s->track->direction;
    const rondo_layer *layer = &s->pass->network->layers[d->layer];
    rondo_real *output = s->pass->layers[d->layer].output;
    if (!output) return;
    output += (s->pass->batch->offset[t] + s->first_row) * layer->output;
    if (d->reverse) output += d->hidden;
    for (int64_t row = 0; row < tile->rows; row++)
        memcpy(output + row * layer->output, tile->state[0] + row * d->hidden,
               (size_t)d->hidden * sizeof(rondo_real));
}

static void step_forward(const shard *s, int64_t t)
{
    const rondo_direction *d = s->track->direction;
    int64_t rows = rows_at(s, t);
    rondo_cell_tile tile;
    if (rows == 0) return;
    double start = rondo_profile_start(s->profile);
    start_rows(s, t, rows);
    rondo_track_tile(s->pass, s->track, t, s->first_row, rows, 0, d->hidden, &tile);
    for (int32_t number = 0; number < d->plan.stage_count; number++) {
        start = rondo_profile_add(s->profile, s->thread, RONDO_PHASE_ELEMENT_WISE, start);
        add_recurrent_products(s, number, &tile);
        start = rondo_profile_add(s->profile, s->thread, RONDO_PHASE_RECURRENT_PRODUCT, start);
        d->plan.stages[number].forward(d->options, &tile);
    }
    copy_output(s, t, &tile);
    finish_rows(s, t, rows);
    rondo_profile_add(s->profile, s->thread, RONDO_PHASE_ELEMENT_WISE, start);
}

void rondo_recurrence_forward(void *context, int64_t task, int thread)
{
    shard s = shard_of_task(context, task, thread);
    int64_t steps = s.pass->batch->steps;
    for (int64_t i = 0; i < steps; i++)
        step_forward(&s, s.track->direction->reverse ? steps - 1 - i : i);
}

/* --- backward through time --- */

static void clear_rows(rondo_real *const *arrays, int32_t count, const shard *s, int64_t rows)
{
    int64_t hidden = s->track->direction->hidden;
    for (int32_t i = 0; i < count; i++)
        memset(arrays[i] + s->first_row * hidden, 0, (size_t)(rows * hidden) * sizeof(rondo_real));
}

/* The layer's output gradient joins what came back from the step after. */
static void add_output_gradient(const shard *s, int64_t t, int64_t rows, rondo_real *d_state)
{
    const rondo_direction *d = s->track->direction;
    int64_t width = s->pass->network->layers[d->layer].output;
    const rondo_real *d_output =
        s->pass->d_output + (s->pass->batch->offset[t] + s->first_row) * width;
    if (d->reverse) d_output += d->hidden;
    for (int64_t row = 0; row < rows; row++) {
        rondo_real *restrict sum = d_state + (s->first_row + row) * d->hidden;
        const rondo_real *restrict more = d_output + row * width;
        for (int64_t u = 0; u < d->hidden; u++)
            sum[u] += more[u];
    }
}

static void point_at_gradients(const shard *s, rondo_cell_tile *tile)
{
    const rondo_track *track = s->track;
    int64_t first = s->first_row * track->direction->hidden;
    for (int32_t i = 0; i < track->direction->plan.state_count; i++) {
        tile->d_state[i] = track->d_state[i] + first;
        tile->d_previous[i] = track->d_previous[i] + first;
    }
    for (int32_t i = 0; i < track->direction->plan.made_count; i++)
        tile->d_made[i] = track->d_made[i] + first;
}

/* d_source += d_gates U' for one stage. */
static void add_source_gradient(const shard *s, int32_t number, const rondo_cell_tile *tile)
{
    const rondo_direction *d = s->track->direction;
    const rondo_cell_stage *stage = &d->plan.stages[number];
    int64_t hidden = d->hidden, beside = stage->beside_count * hidden;
    int64_t added = stage->gate_count * hidden - beside;
    rondo_real *d_source = stage->source < RONDO_MAX_STATES
                               ? tile->d_previous[stage->source]
                               : tile->d_made[stage->source - RONDO_MAX_STATES];
    if (added > 0) {
        rondo_matrix d_gates = {tile->gates + d->first_gate[number] * hidden, tile->gate_stride, 1};
        rondo_product_packed(tile->rows, added, hidden, d_gates,
                             s->track->recurrent_back_panels[number], 0, hidden, 1, d_source,
                             hidden, s->scratch);
    }
    if (beside > 0) {
        rondo_matrix d_beside = {tile->beside + d->first_beside[number] * hidden,
                                 tile->beside_stride, 1};
        rondo_product_packed(tile->rows, beside, hidden, d_beside,
                             s->track->beside_back_panels[number], 0, hidden, 1, d_source, hidden,
                             s->scratch);
    }
}

/* Rows that took their first step at t: what leaves it is the gradient of their initial states. */
static void keep_initial_gradient(const shard *s, int64_t t, int64_t rows)
{
    const rondo_direction *d = s->track->direction;
    int64_t going = d->reverse ? rows_at(s, t + 1) : t > 0 ? rows : 0;
    int64_t first = s->first_row + going;
    for (int32_t i = 0; i < d->plan.state_count; i++)
        copy_rows(s->track->d_initial[i], first, s->track->d_previous[i], first, rows - going,
                  d->hidden);
}

/* The shard's rows of d_state and d_previous change roles: copied, because other shards work on
 * other rows of the same arrays. */
static void step_back(const shard *s, int64_t t)
{
    const rondo_direction *d = s->track->direction;
    const rondo_track *track = s->track;
    int64_t rows = rows_at(s, t);
    rondo_cell_tile tile;
    if (rows == 0) return;
    double start = rondo_profile_start(s->profile);
    rondo_track_tile(s->pass, track, t, s->first_row, rows, 0, d->hidden, &tile);
    point_at_gradients(s, &tile);
    add_output_gradient(s, t, rows, track->d_state[0]);
    clear_rows(track->d_previous, d->plan.state_count, s, rows);
    clear_rows(track->d_made, d->plan.made_count, s, rows);
    for (int32_t number = d->plan.stage_count - 1; number >= 0; number--) {
        d->plan.stages[number].backward(d->options, &tile);
        start = rondo_profile_add(s->profile, s->thread, RONDO_PHASE_ELEMENT_WISE, start);
        add_source_gradient(s, number, &tile);
        start = rondo_profile_add(s->profile, s->thread, RONDO_PHASE_RECURRENT_PRODUCT, start);
    }
    keep_initial_gradient(s, t, rows);
    for (int32_t i = 0; i < d->plan.state_count; i++)
        copy_rows(track->d_state[i], s->first_row, track->d_previous[i], s->first_row, rows,
                  d->hidden);
    rondo_profile_add(s->profile, s->thread, RONDO_PHASE_ELEMENT_WISE, start);
}

void rondo_recurrence_backward(void *context, int64_t task, int thread)
{
    shard s = shard_of_task(context, task, thread);
    int64_t steps = s.pass->batch->steps;
    clear_rows(s.track->d_state, s.track->direction->plan.state_count, &s, s.end_row - s.first_row);
    for (int64_t i = 0; i < steps; i++)
        step_back(&s, s.track->direction->reverse ? i : steps - 1 - i);
}
