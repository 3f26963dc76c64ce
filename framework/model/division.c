#include "model/division.h"

#include <math.h>

#include "base/product.h"

/* Loads are counted in what a row costs at a step by itself: element-wise work, and its share of
 * the hoisted input product. The recurrent products cost as much as 8 such rows a register block
 * (LSTM of 128 to 256 units and as many inputs), however many of the block's rows are alive. */
enum { BLOCK_LOAD = 8 };

/* Seconds that a written line takes to another core, where the constants below were measured. */
static const double exchange_within_cache = 30e-9;

static int64_t parts(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

/* Rows in their order, with their lengths. */
typedef struct row_walk {
    const rondo_batch *batch;
    int64_t row, length; /* the next one, and the length of the one before it */
} row_walk;

static row_walk walk_from(const rondo_batch *batch, int64_t row)
{
    return (row_walk){.batch = batch, .row = row, .length = batch->steps};
}

static int64_t length_of_next(row_walk *walk)
{
    while (walk->length > 0 && walk->batch->active[walk->length - 1] <= walk->row)
        walk->length--;
    return walk->length;
}

/* Takes rows before `end` while their load is at most `bound`, and gives that load. A register
 * block lives as long as its first row. */
static int64_t take_rows(row_walk *walk, int64_t end, int64_t bound)
{
    int64_t block = rondo_product_block_sizes().rows, load = 0;
    for (int64_t count = 0; walk->row < end; count++) {
        int64_t more = length_of_next(walk) * (count % block == 0 ? BLOCK_LOAD + 1 : 1);
        if (load + more > bound) break;
        load += more;
        walk->row++;
    }
    return load;
}

static int64_t load_of(const rondo_batch *batch, int64_t first, int64_t end)
{
    row_walk walk = walk_from(batch, first);
    return take_rows(&walk, end, INT64_MAX);
}

static bool fits(const rondo_batch *batch, int64_t end, int64_t teams, int64_t bound)
{
    row_walk walk = walk_from(batch, 0);
    for (int64_t team = 0; team < teams; team++)
        take_rows(&walk, end, bound);
    return walk.row == end;
}

/* The least load, within a percent, that no team exceeds when `teams` share rows [0, end). */
static int64_t least_bound(const rondo_batch *batch, int64_t end, int64_t teams)
{
    int64_t fitting = load_of(batch, 0, end), failing = fitting / teams - 1;
    if (teams == 1) return fitting;
    while (fitting - failing > 1 + failing / 128) {
        int64_t middle = failing + (fitting - failing) / 2;
        if (fits(batch, end, teams, middle))
            fitting = middle;
        else
            failing = middle;
    }
    return fitting;
}

static int64_t tokens_of(const rondo_batch *batch, int64_t first, int64_t end)
{
    row_walk walk = walk_from(batch, first);
    int64_t tokens = 0;
    for (; walk.row < end; walk.row++)
        tokens += length_of_next(&walk);
    return tokens;
}

/* Who wants to know. */
typedef struct question {
    const rondo_direction *direction;
    const rondo_batch *batch;
    int64_t workers;
    double distance; /* of the workers, in times of that within a cache */
} question;

/* Time that a team of `members` needs for a load, in products of a register block and a panel of
 * one gate. A member reads from other cores what they put into the left operand, hidden deep going
 * forward and hidden x gates back, at about 1.7 nanoseconds a number within a cache; a register
 * block takes about 2 nanoseconds a gate and hidden. Both scale alike with the width of a number.
 */
static double time_of(const question *q, int64_t load, int64_t members, int64_t tokens,
                      int64_t steps)
{
    const rondo_direction *d = q->direction;
    double gates = (double)d->gate_count / d->plan.stage_count;
    int64_t panels = parts(d->hidden, rondo_product_block_sizes().columns);
    double computed = (double)(load * parts(panels, members)) / BLOCK_LOAD;
    if (members == 1) return computed;
    double meeting = 256.0 / ((double)d->hidden * gates);
    double foreign = (double)(members - 1) / (double)members;
    return computed + q->distance * ((double)steps * meeting +
                                     0.44 * foreign * (double)tokens * (1 + gates) / gates);
}

/* All rows by teams. */
static double choose_teams(const question *q, int64_t members, rondo_division *way)
{
    const rondo_batch *batch = q->batch;
    int64_t teams = q->workers / members;
    *way = (rondo_division){.workers = q->workers,
                            .members = members,
                            .shared_first = batch->rows,
                            .bound = least_bound(batch, batch->rows, teams)};
    return time_of(q, way->bound, members, batch->tokens / teams, batch->steps);
}

/* The first rows by each worker alone, and the last ones, from `shared_first` on, together. */
static double choose_shared(const question *q, int64_t shared_first, rondo_division *way)
{
    const rondo_batch *batch = q->batch;
    row_walk rest = walk_from(batch, shared_first);
    *way = (rondo_division){.workers = q->workers,
                            .members = 1,
                            .shared_first = shared_first,
                            .bound = least_bound(batch, shared_first, q->workers)};
    return time_of(q, way->bound, 1, 0, 0) +
           time_of(q, load_of(batch, shared_first, batch->rows), q->workers,
                   tokens_of(batch, shared_first, batch->rows), length_of_next(&rest));
}

/* The best way so far. */
typedef struct choice {
    rondo_division way;
    double time;
} choice;

static void take_faster(choice *best, const rondo_division *way, double time)
{
    if (time < best->time) *best = (choice){*way, time};
}

static void try_members(const question *q, int64_t most, choice *best)
{
    rondo_division way;
    for (int64_t members = 2; members < most; members = members < 4 ? members + 1 : 2 * members)
        take_faster(best, &way, choose_teams(q, members, &way));
    if (most > 1) take_faster(best, &way, choose_teams(q, most, &way));
}

/* Few blocks left for all, or as many as leave the others equal numbers. */
static void try_shared(const question *q, choice *best)
{
    int64_t block = rondo_product_block_sizes().rows, blocks = parts(q->batch->rows, block);
    int64_t uneven = blocks % q->workers;
    const int64_t rests[] = {1, 2, 3, 4, uneven, uneven + q->workers};
    rondo_division way;
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++)
        if (rests[i] > 0 && rests[i] < blocks)
            take_faster(best, &way, choose_shared(q, (blocks - rests[i]) * block, &way));
}

/* Units can be divided only where gate blocks are whole panels, and the cell does not need whole
 * rows. */
rondo_division rondo_division_choose(const rondo_direction *d, const rondo_batch *batch,
                                     int64_t workers, double exchange_seconds)
{
    const question q = {d, batch, workers, fmax(1, exchange_seconds / exchange_within_cache)};
    int64_t panel = rondo_product_block_sizes().columns, panels = parts(d->hidden, panel);
    choice best;
    best.time = choose_teams(&q, 1, &best.way);
    if (workers == 1 || d->plan.whole_rows || d->hidden % panel != 0) return best.way;
    try_members(&q, workers < panels ? workers : panels, &best);
    if (workers <= panels) try_shared(&q, &best);
    return best.way;
}

void rondo_division_rows(const rondo_division *division, const rondo_batch *batch, int64_t team,
                         int64_t *first, int64_t *end)
{
    row_walk walk = walk_from(batch, 0);
    *first = 0;
    for (int64_t i = 0; i <= team; i++) {
        *first = walk.row;
        take_rows(&walk, division->shared_first, division->bound);
    }
    *end = walk.row;
}

int64_t rondo_division_middle(const rondo_batch *batch)
{
    row_walk walk = walk_from(batch, 0);
    take_rows(&walk, batch->rows, least_bound(batch, batch->rows, 2));
    return walk.row;
}
