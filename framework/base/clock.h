/* Time for reports: never part of a result. */
#ifndef RONDO_BASE_CLOCK_H
#define RONDO_BASE_CLOCK_H

/* Seconds of a clock that only goes forward. [any] */
double rondo_clock_seconds(void);

#endif
