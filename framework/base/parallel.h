/* Threads: the wrapper of OpenMP. Threads change who computes, never how. */
#ifndef RONDO_BASE_PARALLEL_H
#define RONDO_BASE_PARALLEL_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/memory.h"

/* One piece of work; `thread` in 0 .. threads-1 chooses scratch memory. [worker] */
typedef void (*rondo_parallel_task)(void *context, int64_t task, int thread);

/* To be called first of all in main. Threads that wait for work should spin for a moment only: with
 * libgomp's default of milliseconds, two programs on one machine slow each other down to a third.
 * libgomp reads its spin count once, when it is loaded; so the program sets it and starts itself
 * again. Does nothing when the user chose a policy (OMP_WAIT_POLICY, GOMP_SPINCOUNT). [main] */
void rondo_parallel_restart(char **argv);

/* Processors this process may run on. [any] */
int rondo_parallel_processors(void);

/* Runs task(context, 0 .. tasks-1, thread), each once, in any order, on up to `threads` threads,
 * and returns when all are done. A thread begins with a share of the tasks that is always the same,
 * because what it worked on before is near, then takes what the others have left. Denormals are
 * flushed to zero inside, on every thread: vanishing gradients are full of them, and they cost a
 * hundred times an ordinary number. [main] */
void rondo_parallel_for(int threads, int64_t tasks, rondo_parallel_task task, void *context);

/* Several kinds of tasks in one loop: what one kind leaves idle the next one fills. A thread begins
 * with its share of each kind, in their order; tasks of all must be independent. [main] */
typedef struct rondo_work {
    rondo_parallel_task task;
    void *context;
    int64_t count;
} rondo_work;

void rondo_parallel_all(int threads, const rondo_work *work, int64_t kinds);

/* Seconds until one thread sees what another has written, of the pair of the first thread and
 * another that takes longest: some 30 nanoseconds within a cache, 200 between processors without a
 * common one. 0 for one thread, or more threads than processors. Takes some tens of microseconds a
 * thread. [main] */
double rondo_parallel_core_to_core_latency(int threads);

/* Runs body(context) on the first thread, and keeps `threads` threads at hand for all loops and
 * runs in it: they begin and end after some tens of nanoseconds, where threads that sleep meanwhile
 * would have to be woken by the system each time. Inside, threads that wait give their processor
 * away to whoever wants it, but do not sleep: long work of one thread has no place there. [main] */
void rondo_parallel_region(int threads, void (*body)(void *context), void *context);

/* One of `count` workers that run at the same time and may wait for each other. [worker] */
typedef void (*rondo_worker)(void *context, int thread, int count);

/* Runs worker(context, 0 .. count-1, count), all at once, and returns when all are done. `count` is
 * `threads`, or less where the system gives less. Denormals as above. [main] */
void rondo_parallel_run(int threads, rondo_worker worker, void *context);

/* A meeting point of a few workers; zeroed before its first use. Spins for a moment, then gives the
 * processor away, so that more threads than processors still make progress. */
typedef struct rondo_barrier {
    _Alignas(RONDO_ALIGNMENT) atomic_int arrived; /* a cache line of its own */
    atomic_int round;
} rondo_barrier;

/* Returns when `members` workers have called it; what they wrote before is then visible. */
void rondo_barrier_wait(rondo_barrier *barrier, int members);

#endif
