/* Command lines: positional words and --options, from one table a verb, which is also its help. */
#ifndef RONDO_COMMAND_ARGUMENTS_H
#define RONDO_COMMAND_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { RONDO_MAX_LIST = 256 };

/* Values of an option that may be given several times. */
typedef struct rondo_argument_list {
    int64_t count;
    const char *items[RONDO_MAX_LIST];
} rondo_argument_list;

typedef enum rondo_argument_kind {
    RONDO_ARGUMENT_END = 0,
    RONDO_ARGUMENT_WORD,   /* const char *: positional, in table order */
    RONDO_ARGUMENT_WORDS,  /* rondo_argument_list: all further words, one at least if required */
    RONDO_ARGUMENT_FLAG,   /* bool */
    RONDO_ARGUMENT_CHOICE, /* const char *: the value, or "" without one; value_name is the one that
                              it may have, "[all]" */
    RONDO_ARGUMENT_TEXT,   /* const char * */
    RONDO_ARGUMENT_INTEGER, /* int64_t */
    RONDO_ARGUMENT_REAL,    /* double */
    RONDO_ARGUMENT_LIST     /* rondo_argument_list */
} rondo_argument_kind;

typedef struct rondo_argument {
    rondo_argument_kind kind;
    const char *name;       /* "--threads", or "CONFIG" for a word */
    const char *value_name; /* "N" in the help; NULL for flags and words */
    bool required;          /* words only */
    double low, high;       /* range of numbers */
    void *target;
    const char *help;
} rondo_argument;

/* Fills targets from argv[0 .. argc). `--name value` and `--name=value` are the same; `--` ends the
 * options. Unknown, incomplete or out-of-range arguments: RONDO_USAGE with the nearest name. *help
 * is set when --help is among them, and nothing else matters then. [main] */
rondo_status rondo_arguments_parse(const rondo_argument *table, int argc, char **argv, bool *help,
                                   rondo_error *error);

/* "usage: rondo VERB ..." and a line an option, on stdout. */
void rondo_arguments_help(const rondo_argument *table, const char *verb, const char *summary);

#endif
