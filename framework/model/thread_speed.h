/* How fast each thread is. Private to model/.
 *
 * A virtual processor is half as fast while another machine's work runs beside it on the same core,
 * for some tenths of a second or for minutes; and some processors have fast and slow cores. What is
 * divided beforehand, the rows of a recurrence, is divided by what the threads were seen to do.
 * Results do not depend on it.
 */
#ifndef RONDO_MODEL_THREAD_SPEED_H
#define RONDO_MODEL_THREAD_SPEED_H

/* Of one thread. */
typedef struct rondo_pace {
    double load, seconds; /* since it was last looked at: its own work, without waiting */
    double smoothed;      /* seconds a load; 0: never seen */
    char apart[40];       /* a cache line of its own */
} rondo_pace;

/* [worker], of its own pace. */
void rondo_pace_add(rondo_pace *pace, double load, double seconds);

/* What was added counts from now on. speeds[i], 0 to 1: in times of the fastest thread; 1 for what
 * is hardly slower, or has not been seen. [main] */
void rondo_pace_settle(rondo_pace *paces, int threads, double *speeds);

#endif
