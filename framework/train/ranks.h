/* The processes that train one model together, its ranks, and what they tell each other besides
 * gradients (train/tree_sum.h).
 *
 * Everything here but start is collective: all ranks call the same functions in the same order. A
 * failure of one rank becomes that of all by rondo_ranks_agree, so that none waits for another that
 * has gone, and rank 0 alone has the message to print.
 *
 * With `ranks` NULL, or of one process, every function does at once what is left to do.
 */
#ifndef RONDO_TRAIN_RANKS_H
#define RONDO_TRAIN_RANKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "plugin/registry.h"

typedef struct rondo_ranks {
    const rondo_communicator *communicator; /* NULL: one process */
    rondo_group group;
    int64_t *numbers; /* [2 size], for what ranks tell each other */
} rondo_ranks;

/* `name`: a communicator, "none", or "auto": none where the process was started alone, else the one
 * that fits how it was started (plugin/launch.h). RONDO_USAGE: there is none that fits, or it sees
 * other processes than were started; then ranks above 0 have a message of no letters. [main] */
rondo_status rondo_ranks_start(rondo_registry *registry, const char *name, rondo_ranks *ranks,
                               rondo_error *error);
void rondo_ranks_finish(rondo_ranks *ranks);

int32_t rondo_ranks_size(const rondo_ranks *ranks);
int32_t rondo_ranks_rank(const rondo_ranks *ranks);
/* Of them all the one that writes. */
bool rondo_ranks_is_first(const rondo_ranks *ranks);

/* Sends and receives at the same time, whatever the size; 0 bytes: not at all. [any thread, one at
 * a time] */
void rondo_ranks_exchange(const rondo_ranks *ranks, int32_t to, const void *send, size_t send_bytes,
                          int32_t from, void *receive, size_t receive_bytes);

/* `bytes` bytes of rank 0 for all. [main] */
void rondo_ranks_broadcast(const rondo_ranks *ranks, void *data, size_t bytes);

/* `all` is [size][bytes], in which each rank has filled its own part; afterwards all are. In
 * ceil(log2(size)) exchanges (Bruck et al. 1997). `room` is as large as `all`. [main] */
void rondo_ranks_gather(const rondo_ranks *ranks, void *all, size_t bytes, void *room);

/* Whether something failed on any rank: status and message of the lowest such rank become those of
 * all, "rank 2: ..." where it is not 0. Other ranks than 0 get the status with no letters. [main]
 */
rondo_status rondo_ranks_agree(const rondo_ranks *ranks, rondo_status status, rondo_error *error);

/* Whether `bytes` bytes are the same on all ranks; else RONDO_USAGE on all, "rank 2 has another
 * `what` than rank 0". [main] */
rondo_status rondo_ranks_compare(const rondo_ranks *ranks, const void *data, size_t bytes,
                                 const char *what, rondo_error *error);

#endif
