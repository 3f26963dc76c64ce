#include "threads/partition.h"

#include <math.h>
#include <stddef.h>

#include "base/product.h"

/* Loads at a step: what a row costs by itself, element-wise work and its share of the hoisted input
 * product; and its recurrent products (LSTM of 128 to 256 units and as many inputs), which all rows
 * of a block of the kernel cost, however many of them are alive. Where any number of rows has a kernel,
 * the first costs twice as much: a single row waits for the weights. */
enum { ROW_LOAD = 6, PRODUCT_LOAD = 8 };

/* The rows that time_of counts in. */
enum { BLOCK_ROWS = 6 };

/* Load of each row, and what the first of a block and the first of all cost besides. */
typedef struct row_loads {
    int64_t each, block, block_rows, first;
} row_loads;

/* Of the kernel in use. */
static row_loads loads_of_kernel(void)
{
    int64_t rows = rondo_product_block_sizes().rows;
    return (row_loads){ROW_LOAD, PRODUCT_LOAD * rows, rows, rows == 1 ? PRODUCT_LOAD : 0};
}

/* Seconds that a written line takes to another core, where the constants below were measured. */
static const double latency_within_cache = 30e-9;

static int64_t parts(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

/* Rows in their order, with their lengths. */
typedef struct length_walk {
    const rondo_row_lengths *ragged;
    int64_t row, length; /* the next one, and the length of the one before it */
} length_walk;

static length_walk walk_from(const rondo_row_lengths *ragged, int64_t row)
{
    return (length_walk){.ragged = ragged, .row = row, .length = ragged->steps};
}

static int64_t length_of_next(length_walk *walk)
{
    while (walk->length > 0 && walk->ragged->active[walk->length - 1] <= walk->row)
        walk->length--;
    return walk->length;
}

/* Takes rows before `end` while their load is at most `bound`, and gives that load. A block lives as
 * long as its first row. */
static int64_t take_rows(length_walk *walk, const row_loads *loads, int64_t end, int64_t bound)
{
    int64_t load = 0;
    for (int64_t count = 0; walk->row < end; count++) {
        int64_t row = loads->each + (count == 0 ? loads->first : 0);
        if (count % loads->block_rows == 0) row += loads->block;
        int64_t more = length_of_next(walk) * row;
        if (load + more > bound) break;
        load += more;
        walk->row++;
    }
    return load;
}

static int64_t load_of(const rondo_row_lengths *ragged, const row_loads *loads, int64_t first,
                       int64_t end)
{
    length_walk walk = walk_from(ragged, first);
    return take_rows(&walk, loads, end, INT64_MAX);
}

/* A team is as fast as its slowest member. */
static double speed_of(const double *speeds, int64_t members, int64_t team)
{
    double least = 1;
    for (int64_t i = team * members; speeds && i < (team + 1) * members; i++)
        least = fmin(least, speeds[i]);
    return least;
}

/* Load of a team when one of speed 1 has `bound`. */
static int64_t load_within(int64_t bound, double speed)
{
    return speed < 1 ? (int64_t)((double)bound * speed) : bound;
}

/* Teams, and how fast their members are (NULL: alike). */
typedef struct team_list {
    int64_t teams, members;
    const double *speeds;
    row_loads loads;
} team_list;

static bool fits(const rondo_row_lengths *ragged, int64_t end, const team_list *list, int64_t bound)
{
    length_walk walk = walk_from(ragged, 0);
    for (int64_t team = 0; team < list->teams; team++)
        take_rows(&walk, &list->loads, end,
                  load_within(bound, speed_of(list->speeds, list->members, team)));
    return walk.row == end;
}

/* The least bound, within a percent, with which teams that share rows [0, end) take all of them. */
static int64_t least_bound(const rondo_row_lengths *ragged, int64_t end, const team_list *list)
{
    int64_t all = load_of(ragged, &list->loads, 0, end), failing = all / list->teams - 1,
            fitting = all;
    if (list->teams == 1)
        return (int64_t)ceil((double)all / speed_of(list->speeds, list->members, 0));
    while (!fits(ragged, end, list, fitting))
        fitting *= 2;
    while (fitting - failing > 1 + failing / 128) {
        int64_t middle = failing + (fitting - failing) / 2;
        if (fits(ragged, end, list, middle))
            fitting = middle;
        else
            failing = middle;
    }
    return fitting;
}

static int64_t tokens_of(const rondo_row_lengths *ragged, int64_t first, int64_t end)
{
    length_walk walk = walk_from(ragged, first);
    int64_t tokens = 0;
    for (; walk.row < end; walk.row++)
        tokens += length_of_next(&walk);
    return tokens;
}

/* Who wants to know. */
typedef struct partition_request {
    const rondo_row_work *work;
    const rondo_row_lengths *ragged;
    int64_t workers;
    const double *speeds; /* of each worker; NULL: alike */
    double distance;      /* of the workers, in times of that within a cache */
} partition_request;

/* Time that a team of `members` needs for a load, in products of BLOCK_ROWS rows and a panel of one
 * gate. A member reads from other cores what they put into the left operand, hidden deep going
 * forward and hidden x gates back, at about 1.7 nanoseconds a number within a cache; a block
 * takes about 2 nanoseconds a gate and hidden. Both scale alike with the width of a number.
 */
static double time_of(const partition_request *request, double load, int64_t members,
                      int64_t tokens, int64_t steps)
{
    const rondo_row_work *work = request->work;
    double gates = work->gates;
    int64_t panels = parts(work->units, rondo_product_block_sizes().columns);
    double computed = load * (double)parts(panels, members) / (PRODUCT_LOAD * BLOCK_ROWS);
    if (members == 1) return computed;
    double meeting = 256.0 / ((double)work->units * gates);
    double foreign = (double)(members - 1) / (double)members;
    return computed + request->distance * ((double)steps * meeting +
                                           0.44 * foreign * (double)tokens * (1 + gates) / gates);
}

/* All rows by teams. */
static double choose_teams(const partition_request *request, int64_t members, rondo_partition *plan)
{
    const rondo_row_lengths *ragged = request->ragged;
    int64_t teams = request->workers / members;
    const team_list list = {teams, members, request->speeds, loads_of_kernel()};
    *plan = (rondo_partition){.workers = request->workers,
                              .members = members,
                              .shared_first = ragged->rows,
                              .bound = least_bound(ragged, ragged->rows, &list),
                              .speeds = request->speeds};
    return time_of(request, (double)plan->bound, members, ragged->tokens / teams, ragged->steps);
}

/* The first rows by each worker alone, and the last ones, from `shared_first` on, together. */
static double choose_shared(const partition_request *request, int64_t shared_first,
                            rondo_partition *plan)
{
    const rondo_row_lengths *ragged = request->ragged;
    const row_loads loads = loads_of_kernel();
    length_walk rest = walk_from(ragged, shared_first);
    const team_list list = {request->workers, 1, request->speeds, loads};
    double load = (double)load_of(ragged, &loads, shared_first, ragged->rows);
    *plan = (rondo_partition){.workers = request->workers,
                              .members = 1,
                              .shared_first = shared_first,
                              .bound = least_bound(ragged, shared_first, &list),
                              .speeds = request->speeds};
    return time_of(request, (double)plan->bound, 1, 0, 0) +
           time_of(request, load / speed_of(request->speeds, request->workers, 0), request->workers,
                   tokens_of(ragged, shared_first, ragged->rows), length_of_next(&rest));
}

/* The best plan so far. */
typedef struct choice {
    rondo_partition plan;
    double time;
} choice;

static void take_faster(choice *best, const rondo_partition *plan, double time)
{
    if (time < best->time) *best = (choice){*plan, time};
}

static void try_members(const partition_request *request, int64_t most, choice *best)
{
    rondo_partition plan;
    for (int64_t members = 2; members < most; members = members < 4 ? members + 1 : 2 * members)
        take_faster(best, &plan, choose_teams(request, members, &plan));
    if (most > 1) take_faster(best, &plan, choose_teams(request, most, &plan));
}

/* Few blocks left for all, or as many as leave the others equal numbers. */
static void try_shared(const partition_request *request, choice *best)
{
    int64_t block = rondo_product_block_sizes().rows, blocks = parts(request->ragged->rows, block);
    int64_t uneven = blocks % request->workers;
    const int64_t rests[] = {1, 2, 3, 4, uneven, uneven + request->workers};
    rondo_partition plan;
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++)
        if (rests[i] > 0 && rests[i] < blocks)
            take_faster(best, &plan, choose_shared(request, (blocks - rests[i]) * block, &plan));
}

/* Units can be divided only where gate blocks are whole panels, and the cell does not need whole
 * rows. */
rondo_partition rondo_partition_choose(const rondo_row_work *work, const rondo_row_lengths *ragged,
                                       int64_t workers, const double *speeds,
                                       double core_to_core_latency)
{
    const partition_request request = {.work = work,
                                       .ragged = ragged,
                                       .workers = workers,
                                       .speeds = workers > 1 ? speeds : NULL,
                                       .distance =
                                           fmax(1, core_to_core_latency / latency_within_cache)};
    int64_t panel = rondo_product_block_sizes().columns, panels = parts(work->units, panel);
    choice best;
    best.time = choose_teams(&request, 1, &best.plan);
    if (workers == 1 || work->is_whole || work->units % panel != 0) return best.plan;
    try_members(&request, workers < panels ? workers : panels, &best);
    if (workers <= panels) try_shared(&request, &best);
    return best.plan;
}

int64_t rondo_partition_rows(const rondo_partition *partition, const rondo_row_lengths *ragged,
                             int64_t team, int64_t *first, int64_t *end)
{
    length_walk walk = walk_from(ragged, 0);
    const row_loads loads = loads_of_kernel();
    int64_t teams = partition->workers / partition->members, load = 0;
    *first = *end = partition->shared_first;
    if (team >= teams) return 0;
    for (int64_t i = 0; i <= team; i++) {
        double speed = speed_of(partition->speeds, partition->members, i);
        *first = walk.row;
        load =
            take_rows(&walk, &loads, partition->shared_first, load_within(partition->bound, speed));
    }
    *end = walk.row;
    return load;
}

/* By loads of its own: sums of weight gradients depend on where the halves meet, so that other
 * numbers here are other bits of every result. */
int64_t rondo_partition_middle(const rondo_row_lengths *ragged)
{
    const team_list halves = {
        .teams = 2, .members = 1, .loads = {.each = 1, .block = 8, .block_rows = 6}};
    length_walk walk = walk_from(ragged, 0);
    take_rows(&walk, &halves.loads, ragged->rows, least_bound(ragged, ragged->rows, &halves));
    return walk.row;
}
