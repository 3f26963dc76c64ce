/* A communicator: what passes bytes between the processes that train one model together.
 *
 * The processes are its ranks, 0 .. size-1, all started at the same time by somebody else (mpirun,
 * srun). A communicator only moves bytes; in which order numbers are added is the framework's
 * business (train/tree_sum.h), so that every communicator gives the same results.
 *
 * rondo loads it only where a run has several processes. It may link what it needs and keep memory
 * of its own, which no other plugin may.
 *
 * All functions are called by one thread at a time, `start` and `finish` by the main thread. After
 * a failure inside `exchange` no rank can go on: the communicator says why on the standard error
 * output and ends all processes, with exit status 1.
 */
#ifndef RONDO_COMMUNICATOR_H
#define RONDO_COMMUNICATOR_H

#include "rondo/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What one rank sends and receives at the same time; messages between the same two ranks arrive in
 * the order in which they were sent. Both sides know the sizes. */
typedef struct rondo_exchange {
    const void *send;
    size_t send_bytes; /* 0: nothing is sent */
    int32_t to;
    void *receive;        /* does not overlap `send` */
    size_t receive_bytes; /* 0: nothing is received */
    int32_t from;
} rondo_exchange;

typedef struct rondo_group {
    int32_t rank, size;
    bool any_thread;  /* `exchange` may be called by another thread than `start` was */
    char library[96]; /* what passes the bytes, with its version: "Open MPI 4.1.4" */
} rondo_group;

typedef struct rondo_communicator {
    rondo_plugin head;

    /* Joins the other processes. 0; otherwise a reason, one line, in `message`. [main] */
    int (*start)(rondo_group *group, char *message, size_t message_size);

    /* Returns when `send` may be written to again and `receive` is filled. A rank that only sends
     * may have to wait for the other. Cannot fail (see above). */
    void (*exchange)(const rondo_exchange *exchange);

    /* After the last exchange of all ranks. [main] */
    void (*finish)(void);
} rondo_communicator;

#ifdef __cplusplus
}
#endif
#endif
