/* Moments: where a row of a time series stands. A date with or without a time of day and a zone, or
 * a plain number.
 *
 *     2021-01-31   2021-01-31 13:00   2021-01-31T13:00:05.25Z   2021-01-31 13:00+02:00   2021-01
 *     20210131   20210131T1300   31.01.2021 13:00 (day first)   01/31/2021 (month first)   17.5
 *
 * Dates are of the Gregorian calendar; a date without a zone counts seconds of its own clock.
 */
#ifndef RONDO_DATA_TEXT_MOMENT_H
#define RONDO_DATA_TEXT_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

typedef enum rondo_date_order {
    RONDO_YEAR_FIRST = 0, /* 2021-01-31, as ISO 8601 */
    RONDO_DAY_FIRST = 1,  /* 31.01.2021, 31/01/2021 */
    RONDO_MONTH_FIRST = 2 /* 01/31/2021 */
} rondo_date_order;

typedef enum rondo_moment_kind {
    RONDO_MOMENT_NUMBER = 0,
    RONDO_MOMENT_LOCAL = 1, /* a date without a zone */
    RONDO_MOMENT_ZONED = 2
} rondo_moment_kind;

typedef struct rondo_moment {
    double at;    /* the number, or seconds since 1970 (in UTC where there is a zone) */
    int32_t zone; /* seconds east of UTC */
} rondo_moment;

/* How a moment is written, so that another one can be written alike. */
typedef struct rondo_moment_form {
    int kind;       /* rondo_moment_kind */
    int order;      /* rondo_date_order */
    char separator; /* between the parts of a date; NUL: none, as in 20210131 */
    bool has_day;   /* false: 2021-01 */
    char between;   /* before the time of day, T or a blank; NUL: there is none */
    int clock;      /* 0 none, 1 hours, 2 and minutes, 3 and seconds */
    bool is_packed; /* no colons */
    int digits;     /* behind the point of the seconds, or of the number */
    int zone;       /* 0 none, 1 Z, 2 +02, 3 +0200, 4 +02:00 */
} rondo_moment_form;

enum { RONDO_MOMENT_SIZE = 64 }; /* bytes of a text, with its NUL */

/* The whole text as a date whose parts stand in that order (a year of four digits that is first is
 * known anyway); eight digits alone are a date of the years 1800 to 2199. [any] */
bool rondo_moment_read_date(const char *text, int order, rondo_moment *moment,
                            rondo_moment_form *form);

/* The whole text as a date or, if it is none, as a number. [any] */
bool rondo_moment_read(const char *text, int order, rondo_moment *moment, rondo_moment_form *form);

/* Whether a text has the look of a date in whatever order: 31.01.2021, 1/31/21 13:00. [any] */
bool rondo_moment_resembles(const char *text);

void rondo_moment_write(const rondo_moment *moment, const rondo_moment_form *form,
                        char text[RONDO_MOMENT_SIZE]);

/* Months from one date to another, where both stand at the same place of their months: the same day
 * and time of day, or the last days. 0: they do not. [any] */
int64_t rondo_moment_months(const rondo_moment *from, const rondo_moment *to);

/* The date so many months later, at the same place of its month; `is_last`: on its last day. [any]
 */
rondo_moment rondo_moment_add_months(const rondo_moment *moment, int64_t months, bool is_last);

/* Whether a date is the last day of its month. [any] */
bool rondo_moment_is_last(const rondo_moment *moment);

#endif
