#include "threads/team.h"

#include <math.h>

#include "base/product.h"

/* From which ratio on the workers of two groups count as equally fast. */
static const double even = 0.9;

int64_t rondo_team_workers(int64_t groups, int64_t count)
{
    return count < groups ? 1 : count / groups;
}

bool rondo_team_is_uneven(const double *speeds, int64_t groups, int64_t workers)
{
    double least = HUGE_VAL, most = 0;
    for (int64_t i = 0; i < groups; i++) {
        double sum = 0;
        for (int64_t j = 0; j < workers; j++)
            sum += speeds[i * workers + j];
        least = fmin(least, sum);
        most = fmax(most, sum);
    }
    return least < even * most;
}

/* Whole panels each, of `number` among the members. */
static void divide_units(rondo_assignment *assignment, int64_t units, int64_t number)
{
    int64_t panel = rondo_product_block_sizes().columns, panels = (units + panel - 1) / panel;
    if (assignment->members == 1) {
        assignment->first_unit = 0;
        assignment->units = units;
        return;
    }
    int64_t first = panels * number / assignment->members;
    int64_t end = panels * (number + 1) / assignment->members;
    assignment->first_unit = first * panel;
    assignment->units = (end - first) * panel;
}

bool rondo_team_assign(const rondo_partition *partition, const rondo_row_lengths *ragged,
                       int64_t units, int first_thread, int64_t local, int64_t turn,
                       rondo_assignment *assignment)
{
    bool all = turn > 0;
    if (turn > (partition->shared_first < ragged->rows ? 1 : 0)) return false;
    int64_t team = all ? 0 : local / partition->members;
    *assignment =
        (rondo_assignment){.leader = first_thread + (int)(team * partition->members),
                           .members = (int)(all ? partition->workers : partition->members),
                           .first_row = partition->shared_first,
                           .end_row = ragged->rows};
    divide_units(assignment, units, local % assignment->members);
    if (all) return true;
    int64_t load =
        rondo_partition_rows(partition, ragged, team, &assignment->first_row, &assignment->end_row);
    if (assignment->members == 1) assignment->load = load;
    return true;
}
