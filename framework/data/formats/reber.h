/* The embedded Reber grammar (Cleeremans et al. 1989; Hochreiter & Schmidhuber 1997, section 5.1).
 *
 *     B (T reber T | P reber P) E      reber: B .. E, a walk through six states
 *
 * The last but one symbol is the second one again, however long the string between. */
#ifndef RONDO_DATA_FORMATS_REBER_H
#define RONDO_DATA_FORMATS_REBER_H

#include <stdbool.h>

/* Symbols are bits of a set. */
enum {
    RONDO_REBER_B = 1,
    RONDO_REBER_T = 2,
    RONDO_REBER_P = 4,
    RONDO_REBER_S = 8,
    RONDO_REBER_X = 16,
    RONDO_REBER_V = 32,
    RONDO_REBER_E = 64,
    RONDO_REBER_SYMBOLS = 7
};

extern const char *const rondo_reber_names[RONDO_REBER_SYMBOLS]; /* "B", "T", .. in bit order */

/* Where in a string one is. */
typedef struct rondo_reber {
    int place;  /* 0, 1: before the inner string; 2 .. 8: within; 9, 10: behind; 11: at the end */
    int second; /* RONDO_REBER_T or _P, once it is known */
} rondo_reber;

/* The symbols that may come next; 0 at the end. [any] */
int rondo_reber_allowed(const rondo_reber *reber);

/* Goes on by one symbol; false where it may not come. [any] */
bool rondo_reber_step(rondo_reber *reber, int symbol);

#endif
