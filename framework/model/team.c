#include "model/team.h"

#include <math.h>

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

/* How the workers of one direction share its rows: in teams of `members`; or, with own_rows above
 * 0, each takes so many rows alone, and then all together, as one team, what is left. */
typedef struct division {
    int64_t members, own_rows;
} division;

/* Whole register blocks alone, and the blocks that do not come out even together: 64 rows are 11
 * blocks of 6, of which each of two workers takes 5 and half the units of one. Only of rows that
 * all live to the end. */
static double own_rows_cost(const rondo_direction *d, const rondo_batch *batch, int64_t workers,
                            int64_t *own_rows)
{
    rondo_product_blocks block = rondo_product_block_sizes();
    int64_t own = parts(batch->rows, block.rows) / workers;
    int64_t rest = batch->rows - workers * own * block.rows;
    *own_rows = own * block.rows;
    if (own == 0 || rest <= 0 || batch->active[batch->steps - 1] < batch->rows) return HUGE_VAL;
    return (double)(own * parts(d->hidden, block.columns)) + product_cost(d, rest, 1, workers);
}

/* Units can be divided only where gate blocks are whole panels, and the cell does not need whole
 * rows. */
static division choose_division(const rondo_direction *d, const rondo_batch *batch, int64_t workers)
{
    int64_t panel = rondo_product_block_sizes().columns, panels = parts(d->hidden, panel), own_rows;
    division best = {.members = 1};
    double best_cost = product_cost(d, batch->rows, workers, 1);
    if (d->plan.whole_rows || d->hidden % panel != 0) return best;
    for (int64_t members = 2; members <= workers && members <= panels; members++) {
        double cost = product_cost(d, batch->rows, workers / members, members);
        if (cost >= best_cost) continue;
        best = (division){.members = members};
        best_cost = cost;
    }
    if (workers > 1 && workers <= panels && own_rows_cost(d, batch, workers, &own_rows) < best_cost)
        best = (division){.members = workers, .own_rows = own_rows};
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

/* Whose buffers and barrier serve the member's team. */
static void follow(rondo_member *member, int64_t leader)
{
    const rondo_pass *pass = member->pass;
    member->barrier = &pass->barriers[leader];
    member->left[0] = pass->team_left[2 * leader];
    member->left[1] = pass->team_left[2 * leader + 1];
}

/* Rows of its own, or what is left for all. They share the first worker's buffers, which it must
 * have done with. */
static bool join_own_then_all(const division *way, int first_thread, int64_t local, int64_t workers,
                              int64_t turn, rondo_member *member)
{
    const rondo_pass *pass = member->pass;
    int64_t leader = turn == 0 ? member->thread : first_thread;
    if (turn > 1) return false;
    member->members = turn == 0 ? 1 : (int)workers;
    follow(member, leader);
    member->first_row = (turn == 0 ? local : workers) * way->own_rows;
    member->end_row = turn == 0 ? member->first_row + way->own_rows : pass->batch->rows;
    divide_units(member, local);
    rondo_barrier_wait(member->barrier, member->members);
    return true;
}

/* Worker `local` of the `workers` of one direction; leaders' buffers and barriers serve their
 * teams. */
static bool join_direction(const rondo_pass *pass, const rondo_track *track, int first_thread,
                           int64_t local, int64_t workers, int64_t turn, rondo_member *member)
{
    division way = choose_division(track->direction, pass->batch, workers);
    int64_t members = way.members, teams = workers / members, team = local / members;
    *member = (rondo_member){.pass = pass, .track = track, .thread = first_thread + (int)local};
    if (way.own_rows > 0)
        return join_own_then_all(&way, first_thread, local, workers, turn, member);
    if (teams > pass->batch->rows) teams = pass->batch->rows;
    if (turn > 0 || team >= teams) return false;
    int64_t leader = first_thread + team * members;
    member->members = (int)members;
    follow(member, leader);
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
        return join_direction(pass, &pass->tracks[layer->directions[direction]], thread, 0, 1, 0,
                              member);
    }
    int64_t workers = count / directions, direction = thread / workers;
    if (direction >= directions) return false;
    return join_direction(pass, &pass->tracks[layer->directions[direction]],
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

void rondo_member_meet(rondo_member *member)
{
    member->round++;
    rondo_barrier_wait(member->barrier, member->members);
}
