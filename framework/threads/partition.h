/* How workers share ragged rows that are computed step by step: which rows and units are whose.
 *
 * Teams of `members` workers divide the rows before `shared_first`; the members of a team divide
 * the units of its rows, and meet once a product. Then all workers together, as one team, take the
 * rows from `shared_first` on. Row shards alone waste register blocks when rows are few, and make
 * every core read all weights at every step; teams of several do neither, but meet. Rows are sorted
 * by falling length, so what is shared at the end is short. Results do not depend on the partition;
 * the one that is expected to take least time is chosen.
 */
#ifndef RONDO_THREADS_PARTITION_H
#define RONDO_THREADS_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

/* Rows of falling length: active[t] of them have a step t. */
typedef struct rondo_row_lengths {
    const int64_t *active; /* [steps] */
    int64_t rows, steps;
    int64_t tokens; /* sum of active */
} rondo_row_lengths;

/* What a row asks at each step: products of `units` with weights [units, gates x units]. */
typedef struct rondo_row_work {
    int64_t units;
    double gates;  /* of one product, on average */
    bool is_whole; /* its units cannot be divided */
} rondo_row_work;

typedef struct rondo_partition {
    int64_t workers, members;
    int64_t shared_first; /* the number of rows: nothing is left for all */
    int64_t bound;        /* largest load of a team of speed 1; see partition.c */
    const double *speeds; /* of each worker; NULL: alike */
} rondo_partition;

/* For workers >= 1; some microseconds. speeds: 0 to 1 of each, which must stay as long as the
 * partition, or NULL (threads/thread_speed.h). core_to_core_latency: until a worker sees what
 * another has written (base/parallel.h); 0 where that is not known. [any] */
rondo_partition rondo_partition_choose(const rondo_row_work *work, const rondo_row_lengths *ragged,
                                       int64_t workers, const double *speeds,
                                       double core_to_core_latency);

/* Rows of team 0, 1, .. of those before shared_first; none for a team too many. Returns
 * their load. [any] */
int64_t rondo_partition_rows(const rondo_partition *partition, const rondo_row_lengths *ragged,
                             int64_t team, int64_t *first, int64_t *end);

/* First row of the second half: two parts of about equal work, whatever the number of workers.
 * The number of rows where they cannot be parted. [any] */
int64_t rondo_partition_middle(const rondo_row_lengths *ragged);

#endif
