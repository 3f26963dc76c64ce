/* Which worker takes which rows and units: the workers of a parallel run are dealt to groups of work
 * that are independent of each other, those of a group form teams (threads/partition.h).
 */
#ifndef RONDO_THREADS_TEAM_H
#define RONDO_THREADS_TEAM_H

#include "threads/partition.h"

/* Workers of one group, of `count` in all. */
int64_t rondo_team_workers(int64_t groups, int64_t count);

/* Whether the workers of some group, so many each, are clearly slower than those of another. */
bool rondo_team_is_uneven(const double *speeds, int64_t groups, int64_t workers);

/* What one worker has to do. A team's leader is the thread whose buffers and barrier serve it. */
typedef struct rondo_assignment {
    int leader, members;
    int64_t first_row, end_row; /* of the team's shard */
    int64_t first_unit, units;  /* of this worker */
    int64_t load;               /* of rows that it has for itself; 0: it meets others */
} rondo_assignment;

/* Assignment number `turn` (0, 1, ..) of worker `local` of a group, whose workers are the threads
 * from first_thread on; false where there is none. What is left for all comes second, with the
 * first worker's buffers, which it must have done with. */
bool rondo_team_assign(const rondo_partition *partition, const rondo_row_lengths *ragged,
                       int64_t units, int first_thread, int64_t local, int64_t turn,
                       rondo_assignment *assignment);

#endif
