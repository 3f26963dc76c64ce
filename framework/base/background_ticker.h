/* A thread that does one small thing every few seconds, whatever the program is busy with. It takes
 * no signals, and sleeps in between. */
#ifndef RONDO_BASE_BACKGROUND_TICKER_H
#define RONDO_BASE_BACKGROUND_TICKER_H

#include "base/error.h"

typedef struct rondo_ticker rondo_ticker;

/* Calls function(context) on a thread of its own, the first time after `seconds`. The thread has begun: a
 * process forked off now does not inherit a lock of its birth. [main] */
rondo_status rondo_ticker_create(double seconds, void (*function)(void *context), void *context,
                                 rondo_ticker **out, rondo_error *error);

/* Waits for a call that is under way, then ends the thread. NULL is fine. [main] */
void rondo_ticker_destroy(rondo_ticker *ticker);

#endif
