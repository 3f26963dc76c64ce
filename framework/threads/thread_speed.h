/* How fast each thread is.
 *
 * A virtual processor is half as fast while another machine's work runs beside it on the same core,
 * for some tenths of a second or for minutes; and some processors have fast and slow cores. What is
 * divided beforehand, the rows of a recurrence, is divided by what the threads were seen to do.
 * Results do not depend on it.
 */
#ifndef RONDO_THREADS_THREAD_SPEED_H
#define RONDO_THREADS_THREAD_SPEED_H

#include "base/memory.h"

/* Of one thread. */
typedef struct rondo_thread_speed {
    /* since it was last looked at: its own work, without waiting; a cache line of its own */
    _Alignas(RONDO_ALIGNMENT) double load;
    double seconds;
    double smoothed; /* seconds a load; 0: never seen */
} rondo_thread_speed;

/* [worker], of its own. */
void rondo_thread_speed_add(rondo_thread_speed *speed, double load, double seconds);

/* What was added counts from now on. speeds[i], 0 to 1: in times of the fastest thread; 1 for what
 * is hardly slower, or has not been seen. [main] */
void rondo_thread_speed_settle(rondo_thread_speed *thread_speeds, int threads, double *speeds);

#endif
