/* Threads: the door to OpenMP. Threads change who computes, never how. */
#ifndef RONDO_BASE_PARALLEL_H
#define RONDO_BASE_PARALLEL_H

#include <stdint.h>

/* One piece of work; `thread` in 0 .. threads-1 chooses scratch memory. [worker] */
typedef void (*rondo_task)(void *context, int64_t task, int thread);

/* Processors this process may run on. [any] */
int rondo_parallel_processors(void);

/* Runs task(context, 0 .. tasks-1, thread), each once, in any order, on up to `threads` threads,
 * and returns when all are done. Denormals are flushed to zero inside, on every thread: vanishing
 * gradients are full of them, and they cost a hundred times an ordinary number. [main] */
void rondo_parallel_for(int threads, int64_t tasks, rondo_task task, void *context);

#endif
