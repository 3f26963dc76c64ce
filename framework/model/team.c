#include "model/team.h"

#include <math.h>

#include "base/prefetch.h"

static int64_t parts(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

int64_t rondo_team_left_size(const rondo_network *network, const rondo_pass_size *size)
{
    int64_t largest = 0;
    for (int64_t i = 0; i < network->direction_count; i++) {
        const rondo_direction *d = &network->directions[i];
        for (int32_t s = 0; s < d->plan.stage_count; s++) {
            int64_t beside = d->plan.stages[s].beside_count * d->hidden;
            int64_t added = d->plan.stages[s].gate_count * d->hidden - beside;
            int64_t back = rondo_product_left_size(size->rows, added) +
                           rondo_product_left_size(size->rows, beside);
            int64_t needed = rondo_product_left_size(size->rows, d->hidden);
            if (size->training && back > needed) needed = back;
            if (needed > largest) largest = needed;
        }
    }
    return largest;
}

static void divide_units(rondo_member *member, int64_t number)
{
    int64_t hidden = member->buffers->direction->hidden;
    int64_t panel = rondo_product_block_sizes().columns, panels = parts(hidden, panel);
    if (member->members == 1) {
        member->first_unit = 0;
        member->units = hidden;
        return;
    }
    int64_t first = panels * number / member->members;
    int64_t end = panels * (number + 1) / member->members;
    member->first_unit = first * panel;
    member->units = (end - first) * panel;
}

/* Whose buffers and barrier serve the member's team. */
static void follow(rondo_member *member, int64_t leader)
{
    const rondo_pass *pass = member->pass;
    member->barrier = &pass->barriers[leader];
    member->left[0] = pass->team_left[2 * leader];
    member->left[1] = pass->team_left[2 * leader + 1];
}

/* Of a direction among `workers` from that thread on. Nobody may meet where directions are taken in
 * turn. */
static rondo_partition divide(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                              int64_t first_thread, int64_t workers)
{
    double latency = pass->layers[pass->layer].in_turn ? HUGE_VAL : pass->core_to_core_latency;
    return rondo_partition_choose(buffers->direction, pass->batch, workers,
                                  pass->speeds + first_thread, latency);
}

/* Worker `local` of the `workers` of one direction; leaders' buffers and barriers serve their
 * teams. What is left for all comes second, with the first worker's buffers, which it must have
 * done with. */
static bool join_direction(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                           int first_thread, int64_t local, int64_t workers, int64_t turn,
                           rondo_member *member)
{
    rondo_partition plan = buffers->partition;
    if (plan.workers != workers) plan = divide(pass, buffers, first_thread, workers);
    bool all = turn > 0;
    if (turn > (plan.shared_first < pass->batch->rows ? 1 : 0)) return false;
    int64_t team = all ? 0 : local / plan.members;
    *member = (rondo_member){.pass = pass, .buffers = buffers, .thread = first_thread + (int)local};
    member->members = (int)(all ? workers : plan.members);
    follow(member, first_thread + team * plan.members);
    divide_units(member, local % member->members);
    if (!all) {
        int64_t load =
            rondo_partition_rows(&plan, pass->batch, team, &member->first_row, &member->end_row);
        if (member->members == 1) member->load = load;
        return true;
    }
    member->first_row = plan.shared_first;
    member->end_row = pass->batch->rows;
    rondo_barrier_wait(member->barrier, member->members);
    return true;
}

/* Workers of one direction, of `count` in all. */
static int64_t workers_of(const rondo_layer *layer, int64_t count)
{
    return count < layer->direction_count ? 1 : count / layer->direction_count;
}

/* From which ratio on the workers of two directions count as equally fast. */
static const double even = 0.9;

/* Whether the workers of some direction are clearly slower than those of another. */
static bool groups_are_uneven(const rondo_pass *pass, int64_t groups, int64_t workers)
{
    double least = HUGE_VAL, most = 0;
    for (int64_t i = 0; i < groups; i++) {
        double sum = 0;
        for (int64_t j = 0; j < workers; j++)
            sum += pass->speeds[i * workers + j];
        least = fmin(least, sum);
        most = fmax(most, sum);
    }
    return least < even * most;
}

void rondo_team_divide(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    int64_t directions = layer->direction_count, threads = pass->size.threads;
    int64_t workers = workers_of(layer, threads);
    bool in_turn =
        directions > 1 && threads >= directions && groups_are_uneven(pass, directions, workers);
    pass->layers[pass->layer].in_turn = in_turn;
    for (int64_t i = 0; i < directions; i++) {
        rondo_direction_buffers *buffers = &pass->directions[layer->directions[i]];
        buffers->partition = in_turn ? divide(pass, buffers, 0, threads)
                                     : divide(pass, buffers, i * workers, workers);
    }
}

bool rondo_team_join(const rondo_pass *pass, int thread, int count, int64_t turn,
                     rondo_member *member)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    int64_t directions = layer->direction_count, workers = workers_of(layer, count);
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
