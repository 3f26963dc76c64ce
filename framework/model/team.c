#include "model/team.h"

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

/* Time of one product of a step, in register blocks of all gates: what a member computes, and what
 * the team costs it. A member reads from other cores what they put into the left operand, hidden
 * deep going forward and hidden x gates back, at about 1.7 nanoseconds a number; a register block
 * takes about 2 nanoseconds a gate and hidden. Both scale alike with the width of a number. */
static double product_cost(const rondo_direction *d, int64_t rows, int64_t teams, int64_t members)
{
    rondo_product_blocks block = rondo_product_block_sizes();
    double gates = (double)d->gate_count / d->plan.stage_count;
    int64_t shard = parts(rows, teams), panels = parts(d->hidden, block.columns);
    double computed = (double)(parts(shard, block.rows) * parts(panels, members));
    if (members == 1) return computed;
    double meeting = 256.0 / ((double)d->hidden * gates);
    double foreign = (double)(members - 1) / (double)members;
    return computed + meeting + 0.44 * foreign * (double)shard * (1 + gates) / gates;
}

/* How many members a team of `workers` workers of one direction should have. Units can be divided
 * only where gate blocks are whole panels, and the cell does not need whole rows. */
static int64_t choose_members(const rondo_direction *d, int64_t rows, int64_t workers)
{
    int64_t panel = rondo_product_block_sizes().columns, panels = parts(d->hidden, panel);
    int64_t best = 1;
    double best_cost = product_cost(d, rows, workers, 1);
    if (d->plan.whole_rows || d->hidden % panel != 0) return 1;
    for (int64_t members = 2; members <= workers && members <= panels; members++) {
        double cost = product_cost(d, rows, workers / members, members);
        if (cost < best_cost) {
            best = members;
            best_cost = cost;
        }
    }
    return best;
}

/* Rows are sorted by falling length; teams get ranges of about equal numbers of tokens. */
static void divide_rows(const rondo_batch *batch, int64_t teams, int64_t team, int64_t *first,
                        int64_t *end)
{
    int64_t row = 0, tokens = 0, length = batch->steps;
    *first = 0;
    for (int64_t i = 0; i <= team; i++) {
        *first = row;
        while (row < batch->rows && tokens * teams < (i + 1) * batch->tokens) {
            while (length > 0 && batch->active[length - 1] <= row)
                length--;
            tokens += length;
            row++;
        }
    }
    *end = team == teams - 1 ? batch->rows : row;
}

static void divide_units(rondo_member *member, int64_t number)
{
    int64_t hidden = member->track->direction->hidden;
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

/* Worker `local` of the `workers` of one direction; leaders' buffers and barriers serve their
 * teams. */
static bool join_direction(const rondo_pass *pass, const rondo_track *track, int first_thread,
                           int64_t local, int64_t workers, rondo_member *member)
{
    int64_t members = choose_members(track->direction, pass->batch->rows, workers);
    int64_t teams = workers / members, team = local / members;
    if (teams > pass->batch->rows) teams = pass->batch->rows;
    if (team >= teams) return false;
    int64_t leader = first_thread + team * members;
    *member = (rondo_member){.pass = pass,
                             .track = track,
                             .members = (int)members,
                             .barrier = &pass->barriers[leader],
                             .left = {pass->team_left[2 * leader], pass->team_left[2 * leader + 1]},
                             .thread = first_thread + (int)local};
    divide_rows(pass->batch, teams, team, &member->first_row, &member->end_row);
    divide_units(member, local % members);
    return true;
}

bool rondo_team_join(const rondo_pass *pass, int thread, int count, int64_t turn,
                     rondo_member *member)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    int64_t directions = layer->direction_count;
    if (count < directions) {
        int64_t direction = thread + turn * count;
        if (direction >= directions) return false;
        return join_direction(pass, &pass->tracks[layer->directions[direction]], thread, 0, 1,
                              member);
    }
    int64_t workers = count / directions, direction = thread / workers;
    if (turn > 0 || direction >= directions) return false;
    return join_direction(pass, &pass->tracks[layer->directions[direction]],
                          (int)(direction * workers), thread % workers, workers, member);
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

void rondo_member_meet(rondo_member *member)
{
    member->round++;
    rondo_barrier_wait(member->barrier, member->members);
}
