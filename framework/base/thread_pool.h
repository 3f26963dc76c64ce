/* The threads of base/parallel.c, which is for everyone else. They are started when first needed
 * and stay until the program ends. A thread that waits for work looks for some tens of microseconds
 * and then sleeps, so that it takes nothing from other programs; while the pool is held it gives its
 * processor away, but does not sleep. They take no signals, which are the main thread's.
 *
 * The pool serves one thread at a time; any other one, and work that asks for more work, runs
 * alone. A process that is forked off has a pool without threads. */
#ifndef RONDO_BASE_THREAD_POOL_H
#define RONDO_BASE_THREAD_POOL_H

#include <stdbool.h>

typedef void (*rondo_thread_pool_work)(void *context, int thread, int count);

/* Runs work(context, 0 .. count-1, count), all at once, number 0 on the calling thread, and returns
 * when all are done. `count` is `threads`; less where the system starts no more or fewer are held;
 * 1 where the pool is not free. [any] */
void rondo_thread_pool_run(int threads, rondo_thread_pool_work work, void *context);

/* Holds `threads` threads, or as many as the system starts, for what this thread runs until it
 * releases them. False where the pool is not free, or held already. [any] */
bool rondo_thread_pool_hold(int threads);
void rondo_thread_pool_release(void);

#endif
