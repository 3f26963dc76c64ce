/* Symbols that a user gives to a trained model and that its dictionary does not have: they are read
 * as the unknown symbol, and that is said once. */
#ifndef RONDO_DATA_TEXT_UNKNOWNS_H
#define RONDO_DATA_TEXT_UNKNOWNS_H

#include <stdbool.h>

#include "data/text/vocabulary.h"

enum { RONDO_NAMED_UNKNOWNS = 8, RONDO_UNKNOWN_BYTES = 48 };

/* Start with {0}. */
typedef struct rondo_unknowns {
    int64_t symbols, unknown; /* all that were looked up, and those that were not found */
    int named;                /* different ones among the latter, */
    bool more;                /* and whether there are others beside these */
    char names[RONDO_NAMED_UNKNOWNS][RONDO_UNKNOWN_BYTES]; /* long ones are cut */
} rondo_unknowns;

/* The symbol's id, or RONDO_UNKNOWN_ID, which is counted (`unknowns` may be NULL). A symbol that is
 * spelled as the unknown one is known. */
int32_t rondo_unknowns_find(rondo_unknowns *unknowns, const rondo_vocabulary *vocabulary,
                            const char *symbol, int64_t length);

/* Counts a symbol that was looked up elsewhere. */
void rondo_unknowns_add(rondo_unknowns *unknowns, const char *symbol, int64_t length);

/* A warning in the log, where there were any. [main] */
void rondo_unknowns_warn(const rondo_unknowns *unknowns, const rondo_vocabulary *vocabulary);

#endif
