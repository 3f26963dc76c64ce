/* Text: a growing string, the nearest name for "did you mean", numbers read whole. */
#ifndef RONDO_BASE_TEXT_H
#define RONDO_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A growing NUL-terminated string; start with {0}; free with rondo_text_finish. When memory runs
 * out it stops growing and `failed` is set: check once, at the end. [any] */
typedef struct rondo_text {
    char *data; /* "" is represented by NULL until the first add; use rondo_text_get */
    size_t length;
    size_t capacity;
    bool failed;
} rondo_text;

void rondo_text_add(rondo_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void rondo_text_add_bytes(rondo_text *text, const char *bytes, size_t count);
/* Back to its first `length` bytes. */
void rondo_text_cut(rondo_text *text, size_t length);
/* "0:48", "2:03:09"; of seconds not negative. */
void rondo_text_add_duration(rondo_text *text, double seconds);
/* A field of comma-separated values (RFC 4180): in quotes where it has a comma, a quote or a line
 * end. */
void rondo_text_add_csv(rondo_text *text, const char *field);
void rondo_text_write_csv(FILE *output, const char *field);
const char *rondo_text_get(const rondo_text *text);
void rondo_text_finish(rondo_text *text);

/* Lists of names as they stand in tables, "a, b, c": whether a name is in one; and one in a sentence,
 * "a, b or c". [any] */
bool rondo_text_lists(const char *list, const char *name);
void rondo_text_add_choices(rondo_text *text, const char *list);

/* The name among names[0..count) (entries may be NULL) nearest to `wrong` in edit distance
 * (insert, delete, replace, swap neighbours), or NULL when none is near enough to be meant. [any]
 */
const char *rondo_text_nearest(const char *wrong, const char *const *names, int64_t count);

/* The whole token as a number: false when anything is left over, or it overflows. Decimal and
 * exponent forms; no hex, no "inf" or "nan". rondo_text_integer also takes 1e6. [any] */
bool rondo_text_real(const char *token, double *value);
bool rondo_text_integer(const char *token, int64_t *value);

/* The shortest decimal form that reads back as the same double ("0.002", "1e-08"). [any] */
const char *rondo_text_of_real(double value, char buffer[32]);

/* malloc'd copy or NULL. [any] */
char *rondo_text_copy(const char *text);

#endif
