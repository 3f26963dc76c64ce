/* Where a key counts. A key of a format, task, schedule or input that the config has not chosen
 * would do nothing; it is refused like an unknown one, with the word where it would count.
 *
 * Every row of sections*.c has an entry in conditions_table.c, or stands in a section that
 * has one; a test holds that. Conditions of a format's options stand with the format. */
#ifndef RONDO_CONFIG_CONDITIONS_H
#define RONDO_CONFIG_CONDITIONS_H

#include "config/owned.h"
#include "config/problems.h"
#include "config/sections.h"

enum { RONDO_CONDITION_KEYS = 3 };

/* The value of another key:
 *   "a, b"        one of these          "not a, b"   none of these
 *   "above 0"     a number              "given"      a text, a choice: there is one; "not given"
 *   RONDO_CONDITION_DRAWN, RONDO_CONDITION_JUDGES
 *
 * A part of data.split has the value "a fraction", "a number" or "a file"; a list is given where it
 * has entries. */
typedef struct rondo_condition_key {
    const char *key;  /* "data.format"; ".kind": beside the key in question. NULL: no more */
    const char *with; /* its value; NULL: the data must be of a format that */
    uint32_t provides, lacks; /* has one of these bits, and none of those (config/provides.h) */
    size_t
        trait; /* of key "task", instead of all that: where a rondo_task has the bool that must be
                     true; 0: none */
} rondo_condition_key;

#define RONDO_CONDITION_DRAWN  "a fraction, a number"
#define RONDO_CONDITION_JUDGES "one that follows validations" /* of schedule.name */

/* A key may have several conditions, and those of the sections around it: all must hold. */
typedef struct rondo_condition {
    const char *path; /* of the key, or of a section and all in it; "*" for a number in a list */
    rondo_condition_key any[RONDO_CONDITION_KEYS]; /* one of them; none: it always counts */
    const char *why;                               /* in brackets behind the message, or NULL */
} rondo_condition;

/* conditions_table.c; ends with path NULL. */
extern const rondo_condition rondo_conditions[];

/* The first condition of the key at `path` ("data.features.0.length") that the resolved experiment
 * does not meet, or NULL. Where a deciding key has a problem, it is passed over. */
const rondo_condition *rondo_condition_find(const char *path, const rondo_experiment *experiment,
                                            const rondo_problems *problems);

/* The condition of a plugin's option at `path` ("optimizer.options.nesterov"), by its row, or NULL
 * where it is met or the option has none. Lives in `owned`. */
const rondo_condition *rondo_condition_find_option(const char *path,
                                                   const rondo_experiment *experiment,
                                                   const rondo_problems *problems,
                                                   rondo_owned *owned);

/* The path of the i-th deciding key, seen from the key at `path`; NULL: there are no more. */
const char *rondo_condition_key_path(const rondo_condition *condition, int i, const char *path,
                                     char key[RONDO_PATH_SIZE]);

/* "only for data.format series; this config has text" */
void rondo_condition_explain(const rondo_condition *condition, const char *path,
                             const rondo_experiment *experiment, rondo_text *text);

/* "; only for data.format series" for each condition of `list` (NULL: those of the sections) of
 * exactly this path (with "*" for numbers); what belongs to the sections around it is said there. */
void rondo_condition_note(const rondo_condition *list, const char *path, rondo_registry *registry,
                          rondo_text *text);

/* Whether the row at `path` (with "*" for numbers) has an entry, or a section around it has a
 * condition. */
bool rondo_condition_is_declared(const char *path);

/* The value of a row or of a plugin's option as it would be printed, "" where it holds nothing. */
void rondo_condition_value(const rondo_experiment *experiment, const char *path, rondo_text *text);

#endif
