/* How cold functions fail: a status, and a message in a buffer of the caller's.
 *
 * The first to fail writes the message (rondo_error_set); callers may prefix context
 * (rondo_error_prefix). A message is one clear line; several config errors are several lines. Texts
 * that are filled in (%s) may be untrusted: their control characters are escaped, line breaks
 * too (base/message.h). Functions on the hot path return void: everything that can fail was checked
 * before step 1.
 */
#ifndef RONDO_BASE_ERROR_H
#define RONDO_BASE_ERROR_H

#include <stdbool.h>

#include "rondo/error.h" /* rondo_status; rondo_error: started by `rondo_error error = {0};` */

/* A status that is a failure: where none was set, RONDO_FAILED. What is returned by way of it cannot be
 * RONDO_OK, which static analysis would otherwise assume of a function in another file. [any] */
static inline rondo_status rondo_error_failure(rondo_status status)
{
    return status == RONDO_OK ? RONDO_FAILED : status;
}

/* Why a function that has no status of its own, such as one that returned NULL, failed. [any] */
static inline rondo_status rondo_error_status(const rondo_error *error)
{
    return rondo_error_failure(error->status);
}

/* rondo_error_set(error, status, format, ...) sets status and text; returns status, so that
 * `return rondo_error_set(...)` reads well. [any] */
#define rondo_error_set(...) rondo_error_failure(rondo_error_write(__VA_ARGS__))
rondo_status rondo_error_write(rondo_error *error, rondo_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds one more line to a list of errors found together. Returns status. [any] */
rondo_status rondo_error_add(rondo_error *error, rondo_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a text that has several lines. [any] */
rondo_status rondo_error_add_lines(rondo_error *error, rondo_status status, const char *lines);

/* Whether a message begins with "file:line:column: ", as compilers write it, so that editors find
 * the place. [any] */
bool rondo_error_has_place(const char *text);

/* Puts context before the message ("data/x.txt: "). Returns error->status. [any] */
rondo_status rondo_error_prefix(rondo_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
