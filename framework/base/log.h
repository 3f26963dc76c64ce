/* The log: one line an event, to the terminal and to the run's log.txt; and the progress bar.
 *
 * On a terminal, progress is one line that is redrawn (bar, rate, time left); elsewhere plain lines
 * at a growing interval. Messages to users go to stderr; results (samples, JSON, tables) are
 * printed on stdout by the verb that makes them. All functions are [main].
 */
#ifndef RONDO_BASE_LOG_H
#define RONDO_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Adds `path` as a second receiver (appended to, line by line, with time stamps) until close. */
rondo_status rondo_log_open(const char *path, rondo_error *error);
void rondo_log_close(void);

/* Who hears the warnings of a thread. */
typedef struct rondo_log_listener {
    void (*hear)(void *context, const char *message); /* NULL: nobody does */
    void *context;
} rondo_log_listener;

/* What this thread says from here on goes to the listener, warnings alone, and neither to a
 * terminal nor to a file: what a library does. NULL: as before. Returns who heard it until now.
 * [any] */
const rondo_log_listener *rondo_log_listen(const rondo_log_listener *listener);

/* Messages and warnings to stderr and log.txt; with quiet, to log.txt only: errors are the
 * caller's. Texts that are filled in may be untrusted: see base/message.h. */
void rondo_log_set_quiet(int quiet);
bool rondo_log_is_quiet(void);
void rondo_log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void rondo_log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* To log.txt only: what nobody waits for, and may be asked for later. */
void rondo_log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Progress of one phase, say an epoch. `note` stands at the end of the line ("loss 1.52"). Redraws
 * at most ten times per second; cheap to call every step. `finish` clears the bar. */
void rondo_progress_start(const char *title, int64_t total, const char *unit);
void rondo_progress_set(int64_t done, const char *note);
void rondo_progress_finish(void);

#endif
