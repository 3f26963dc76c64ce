/* One helper thread that does one thing at a time beside the main thread: the wrapper of pthreads.
 * While it has nothing to do it sleeps; it takes no signals, they are the main thread's. */
#ifndef RONDO_BASE_BACKGROUND_H
#define RONDO_BASE_BACKGROUND_H

#include "base/error.h"

typedef struct rondo_background rondo_background;

/* The thread has begun and sleeps: a process forked off now does not inherit a lock of its birth.
 */
rondo_status rondo_background_create(rondo_background **out, rondo_error *error);

/* Waits for what was started, then ends the thread. NULL is fine. [main] */
void rondo_background_destroy(rondo_background *background);

/* Calls function(context) on the helper thread, after what was started before (which it waits for).
 * What the caller wrote before is visible to the function. [main] */
void rondo_background_start(rondo_background *background, void (*function)(void *context),
                            void *context);

/* Returns when the function started last has returned; what it wrote is then visible. Returns at
 * once when none was started. [main] */
void rondo_background_wait(rondo_background *background);

#endif
