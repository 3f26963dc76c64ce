/* Dealing: every unit of every row is somebody's, once. */
#include "threads/team.h"

#include <string.h>

#include "base/product.h"
#include "check.h"

enum { ROWS = 41, STEPS = 9, MOST_UNITS = 96, MOST_WORKERS = 9, FIRST_THREAD = 3 };

static int64_t active[STEPS];

static rondo_row_lengths falling_rows(void)
{
    rondo_row_lengths ragged = {.active = active, .rows = ROWS, .steps = STEPS};
    for (int64_t t = 0; t < STEPS; t++)
        ragged.tokens += active[t] = ROWS - 4 * t;
    return ragged;
}

static void count_taken(const rondo_partition *partition, const rondo_row_lengths *ragged,
                        int64_t units)
{
    static int taken[ROWS][MOST_UNITS];
    memset(taken, 0, sizeof taken);
    for (int64_t local = 0; local < partition->workers; local++) {
        rondo_assignment a;
        for (int64_t turn = 0;
             rondo_team_assign(partition, ragged, units, FIRST_THREAD, local, turn, &a); turn++) {
            CHECK(turn < 2 && a.leader >= FIRST_THREAD &&
                  a.leader < FIRST_THREAD + partition->workers);
            CHECK((a.load > 0) == (a.members == 1 && a.end_row > a.first_row));
            for (int64_t row = a.first_row; row < a.end_row; row++)
                for (int64_t unit = a.first_unit; unit < a.first_unit + a.units; unit++)
                    taken[row][unit]++;
        }
    }
    int wrong = 0;
    for (int64_t row = 0; row < ROWS; row++)
        for (int64_t unit = 0; unit < units; unit++)
            wrong += taken[row][unit] != 1;
    CHECK_INTEGER(wrong, 0);
}

static void every_unit_is_taken_once(void)
{
    const rondo_row_lengths ragged = falling_rows();
    static const int64_t units[] = {17, 32, MOST_UNITS};
    for (size_t u = 0; u < sizeof units / sizeof *units; u++)
        for (int64_t workers = 1; workers <= MOST_WORKERS; workers++) {
            const rondo_row_work work = {.units = units[u], .gates = 4};
            rondo_partition partition = rondo_partition_choose(&work, &ragged, workers, NULL, 0);
            count_taken(&partition, &ragged, units[u]);
        }
}

/* Those that rondo_partition_choose may never choose here. */
static void teams_and_a_shared_rest(void)
{
    const rondo_row_lengths ragged = falling_rows();
    const rondo_row_work work = {.units = MOST_UNITS, .gates = 4, .is_whole = true};
    rondo_partition alone = rondo_partition_choose(&work, &ragged, 2, NULL, 0);
    rondo_partition team = {.workers = 6, .members = 3, .shared_first = ROWS, .bound = alone.bound};
    rondo_partition rest = {.workers = 2, .members = 1, .shared_first = 24, .bound = alone.bound};
    count_taken(&team, &ragged, MOST_UNITS);
    count_taken(&rest, &ragged, MOST_UNITS);
}

static void groups(void)
{
    CHECK_INTEGER(rondo_team_workers(2, 1), 1);
    CHECK_INTEGER(rondo_team_workers(2, 2), 1);
    CHECK_INTEGER(rondo_team_workers(2, 5), 2);
    CHECK(!rondo_team_is_uneven((const double[]){1, 0.5, 0.5, 1}, 2, 2));
    CHECK(rondo_team_is_uneven((const double[]){1, 1, 1, 0.5}, 2, 2));
    CHECK(!rondo_team_is_uneven((const double[]){1, 0.95}, 2, 1));
    CHECK(rondo_team_is_uneven((const double[]){0.85, 1}, 2, 1));
}

int main(void)
{
    RUN(every_unit_is_taken_once);
    RUN(teams_and_a_shared_rest);
    RUN(groups);
    return check_end();
}
