/* Mistakes in a config, collected so that one does not hide another, and reported by position. */
#ifndef RONDO_CONFIG_PROBLEMS_H
#define RONDO_CONFIG_PROBLEMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "config/owned.h"

/* Where a text came from: a file, or one --set. Rank orders messages: files as they were opened,
 * then --set texts. */
typedef struct rondo_origin {
    const char *name;   /* stands in messages */
    const char *folder; /* where its relative paths start; NULL: they are left relative */
    int64_t rank;
    bool lineless;  /* a --set text: there are no lines to point at */
    bool is_ledger; /* a plan of runs, which rondo wrote: it may be larger than a config */
    bool is_record; /* a resolved config: keys that do not count are passed over, because older
                       builds took them */
} rondo_origin;

/* Which of two texts was said later: --set 0, the config 2, what it extends more and more. */
int64_t rondo_source_age(const rondo_origin *source);

/* Line and column count from 1; line 0: the source as a whole is the place (--set). */
typedef struct rondo_place {
    const rondo_origin *source;
    int64_t line, column;
} rondo_place;

enum { RONDO_MAX_PROBLEMS = 100 }; /* kept; the rest are counted */

typedef struct rondo_problem {
    rondo_place place;
    const char *path; /* of the key: "model.layers.0.hidden"; "" for the text as a whole */
    const char *text;
} rondo_problem;

/* Start with {0}; free with rondo_problems_finish. */
typedef struct rondo_problems {
    rondo_owned owned;
    int64_t count; /* found; the first RONDO_MAX_PROBLEMS are kept */
    bool failed;   /* one of them is no mistake of the config's: a broken plugin */
    rondo_problem kept[RONDO_MAX_PROBLEMS];
} rondo_problems;

/* Adds "place: path: text". The format's arguments must have been cut and cleaned by
 * rondo_problem_quote where they come from the config. */
void rondo_problems_add(rondo_problems *problems, rondo_place place, const char *path,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Whether the key or anything within it has a problem. */
bool rondo_problems_has(const rondo_problems *problems, const char *path);

/* All lines, in order of position; RONDO_OK when there are none. */
rondo_status rondo_problems_report(rondo_problems *problems, rondo_error *error);
void rondo_problems_finish(rondo_problems *problems);

/* --- dotted paths of keys ("model.layers.0.cell") --- */

enum { RONDO_PATH_SIZE = 256 }; /* deeper than any path of the tables, with a quoted key behind */

/* "parent.key", or "key" below the root; cut where it would be longer than a path can be. */
const char *rondo_path_join(const char *parent, const char *key, char path[RONDO_PATH_SIZE]);

/* --- quoted texts --- */

enum { RONDO_QUOTE_SIZE = 96 };

/* An untrusted text made fit for one line of a message: control characters as \xNN, cut with "...". */
const char *rondo_problem_quote(const char *text, char buffer[RONDO_QUOTE_SIZE]);

#endif
