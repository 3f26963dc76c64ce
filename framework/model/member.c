#include "model/member.h"

#include <math.h>

#include "base/clock.h"
#include "base/prefetch.h"
#include "model/gates.h"

rondo_status rondo_teams_start(rondo_pass *pass, rondo_error *error)
{
    rondo_team_buffers *teams = pass->teams;
    size_t threads = (size_t)pass->size.threads;
    teams->left = rondo_memory_create(2 * threads * sizeof *teams->left, "pass", error);
    teams->barriers = rondo_memory_create(threads * sizeof *teams->barriers, "pass", error);
    teams->thread_speeds =
        rondo_memory_create(threads * sizeof *teams->thread_speeds, "pass", error);
    teams->speeds = rondo_memory_create(threads * sizeof *teams->speeds, "pass", error);
    if (!teams->left || !teams->barriers || !teams->thread_speeds || !teams->speeds)
        return error->status;
    for (size_t i = 0; i < threads; i++)
        teams->speeds[i] = 1;
    return RONDO_OK;
}

void rondo_teams_plan(rondo_pass *pass)
{
    int64_t left = rondo_member_left_size(pass->network, &pass->size);
    for (int i = 0; i < 2 * pass->size.threads; i++)
        pass->teams->left[i] = rondo_arena_reals(&pass->arena, left);
}

void rondo_teams_finish(rondo_pass *pass)
{
    rondo_memory_destroy(pass->teams->left);
    rondo_memory_destroy(pass->teams->barriers);
    rondo_memory_destroy(pass->teams->thread_speeds);
    rondo_memory_destroy(pass->teams->speeds);
}

int64_t rondo_member_left_size(const rondo_network *network, const rondo_pass_size *size)
{
    int64_t largest = 0;
    for (int64_t i = 0; i < network->direction_count; i++) {
        const rondo_direction *d = &network->directions[i];
        for (int32_t s = 0; s < d->plan.stage_count; s++) {
            if (d->plan.stages[s].source == RONDO_SOURCE_NONE) continue;
            int64_t separate = d->plan.stages[s].separate_count * d->hidden;
            int64_t added = d->plan.stages[s].gate_count * d->hidden - separate;
            int64_t back = rondo_product_depths_size(size->rows, added) +
                           rondo_product_depths_size(size->rows, separate);
            int64_t needed = rondo_product_depths_size(size->rows, d->output);
            if (size->training && back > needed) needed = back;
            if (needed > largest) largest = needed;
        }
        int64_t projected =
            rondo_product_depths_size(size->rows, d->hidden > d->output ? d->hidden : d->output);
        if (d->plan.projection > 0 && projected > largest) largest = projected;
    }
    return largest;
}

/* Members divide units and outputs alike, by whole panels. */
static rondo_row_work work_of(const rondo_direction *d)
{
    int64_t panel = rondo_product_block_sizes().columns;
    bool is_divided = d->hidden % panel == 0 && d->output % panel == 0;
    return (rondo_row_work){.units = d->output < d->hidden ? d->output : d->hidden,
                            .gates = fmax(1, (double)d->recurrent_count) / d->plan.stage_count,
                            .is_whole = d->plan.whole_rows || !is_divided};
}

/* Of a direction among `workers` from that thread on. Nobody may meet where directions are taken in
 * turn. */
static rondo_partition divide(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                              int64_t first_thread, int64_t workers)
{
    const rondo_row_work work = work_of(buffers->direction);
    const rondo_row_lengths ragged = rondo_batch_ragged(pass->batch);
    double latency =
        pass->layers[pass->layer].in_turn ? HUGE_VAL : pass->teams->core_to_core_latency;
    return rondo_partition_choose(&work, &ragged, workers, pass->teams->speeds + first_thread,
                                  latency);
}

/* Worker `local` of the `workers` of one direction; leaders' buffers and barriers serve their
 * teams. */
static bool join_direction(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                           int first_thread, int64_t local, int64_t workers, int64_t turn,
                           rondo_member *member)
{
    const rondo_row_lengths ragged = rondo_batch_ragged(pass->batch);
    rondo_partition plan = buffers->partition;
    rondo_assignment a, of_output;
    if (plan.workers != workers) plan = divide(pass, buffers, first_thread, workers);
    if (!rondo_team_assign(&plan, &ragged, buffers->direction->hidden, first_thread, local, turn,
                           &a) ||
        !rondo_team_assign(&plan, &ragged, buffers->direction->output, first_thread, local, turn,
                           &of_output))
        return false;
    rondo_real *const *left = &pass->teams->left[2 * (size_t)a.leader];
    *member = (rondo_member){.pass = pass,
                             .buffers = buffers,
                             .first_row = a.first_row,
                             .end_row = a.end_row,
                             .first_unit = a.first_unit,
                             .units = a.units,
                             .first_output = of_output.first_unit,
                             .outputs = of_output.units,
                             .members = a.members,
                             .barrier = &pass->teams->barriers[a.leader],
                             .left = {left[0], left[1]},
                             .thread = first_thread + (int)local,
                             .load = a.load};
    if (turn > 0) rondo_barrier_wait(member->barrier, member->members);
    return true;
}

void rondo_member_divide(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    int64_t directions = layer->direction_count, threads = pass->size.threads;
    int64_t workers = rondo_team_workers(directions, threads);
    bool in_turn = directions > 1 && threads >= directions &&
                   rondo_team_is_uneven(pass->teams->speeds, directions, workers);
    pass->layers[pass->layer].in_turn = in_turn;
    for (int64_t i = 0; i < directions; i++) {
        rondo_direction_buffers *buffers = &pass->directions[layer->directions[i]];
        buffers->partition = in_turn ? divide(pass, buffers, 0, threads)
                                     : divide(pass, buffers, i * workers, workers);
    }
}

bool rondo_member_join(const rondo_pass *pass, int thread, int count, int64_t turn,
                       rondo_member *member)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    int64_t directions = layer->direction_count, workers = rondo_team_workers(directions, count);
    int64_t direction = thread / workers;
    if (pass->layers[pass->layer].in_turn) {
        if (turn >= directions) return false;
        return join_direction(pass, &pass->directions[layer->directions[turn]], 0, thread, count, 0,
                              member);
    }
    if (count < directions) {
        direction = thread + turn * count;
        if (direction >= directions) return false;
        return join_direction(pass, &pass->directions[layer->directions[direction]], thread, 0, 1,
                              0, member);
    }
    if (direction >= directions) return false;
    return join_direction(pass, &pass->directions[layer->directions[direction]],
                          (int)(direction * workers), thread % workers, workers, turn, member);
}

int64_t rondo_member_rows(const rondo_member *member, int64_t t)
{
    const rondo_batch *batch = member->pass->batch;
    if (t < 0 || t >= batch->steps) return 0;
    int64_t end = batch->active[t] < member->end_row ? batch->active[t] : member->end_row;
    return end > member->first_row ? end - member->first_row : 0;
}

rondo_real *rondo_member_left(rondo_member *member)
{
    return member->left[member->round & 1];
}

void rondo_member_meet(rondo_member *member, const rondo_real *left, int64_t size)
{
    member->round++;
    if (member->members == 1) return;
    rondo_barrier_wait(member->barrier, member->members);
    rondo_prefetch(left, (size_t)size * sizeof *left);
}

void rondo_member_range(const rondo_member *member, int32_t state, int64_t *first, int64_t *units)
{
    *first = state == 0 ? member->first_output : member->first_unit;
    *units = state == 0 ? member->outputs : member->units;
}

const rondo_real *rondo_member_previous(const rondo_member *member, int64_t t, int32_t state)
{
    int64_t width = rondo_direction_width(member->buffers->direction, state), first, units;
    int64_t row = rondo_direction_row_before(member->buffers, member->pass->batch, t);
    rondo_member_range(member, state, &first, &units);
    return member->buffers->state[state] + (row + member->first_row) * width + first;
}

void rondo_member_ask_for_gates(const rondo_member *member, int64_t t)
{
    const rondo_direction_buffers *buffers = member->buffers;
    int64_t rows = rondo_member_rows(member, t);
    int64_t width = buffers->direction->gate_count * buffers->direction->hidden;
    if (rows == 0 || member->members > 1 || !rondo_pass_is_cut(member->pass)) return;
    int64_t first = member->pass->batch->offset[t] + member->first_row;
    rondo_prefetch(buffers->gates + first * width, (size_t)(rows * width) * sizeof(rondo_real));
}

void rondo_member_ask_for_weights(const rondo_member *member, rondo_real *const *added,
                                  rondo_real *const *separate)
{
    const rondo_direction *d = member->buffers->direction;
    size_t unit = (size_t)rondo_product_packed_size(d->output, d->hidden) * sizeof(rondo_real);
    if (member->pass->size.threads == 1 || unit * (size_t)d->recurrent_count > RONDO_NEAR_BYTES)
        return;
    for (int32_t s = 0; s < d->plan.stage_count; s++) {
        if (d->plan.stages[s].source == RONDO_SOURCE_NONE) continue;
        size_t blocks = (size_t)d->plan.stages[s].separate_count;
        size_t others = (size_t)d->plan.stages[s].gate_count - blocks;
        rondo_prefetch(added[s], others * unit);
        rondo_prefetch(separate[s], blocks * unit);
    }
}

/* Layers and directions weigh by their products. */
void rondo_member_tell_pace(const rondo_member *member, double share, double started)
{
    const rondo_direction *d = member->buffers->direction;
    double weight =
        (double)d->hidden *
        (double)(d->recurrent_count * d->output + (d->plan.projection > 0 ? d->output : 0) +
                 rondo_gates_all(&d->with_input) * d->input + d->gate_count);
    rondo_thread_speed *speed = &member->pass->teams->thread_speeds[member->thread];
    if (member->load > 0)
        rondo_thread_speed_add(speed, share * (double)member->load * weight,
                               rondo_clock_seconds() - started);
}
