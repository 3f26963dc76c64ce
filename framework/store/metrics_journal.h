/* Lines of metrics.jsonl: flat JSON objects. What others read of them comes through
 * store/metrics_follow.h.
 *
 *     {"kind": "units", "of": "train", "loss": "nats", "seconds": "s"}
 *     {"kind": "train", "step": 10, "epoch": 1, "loss": 2.5, "seconds": 0.25}
 *
 * A units line stands right before the first record with those names. */
#ifndef RONDO_STORE_METRICS_JOURNAL_H
#define RONDO_STORE_METRICS_JOURNAL_H

#include "base/text.h"
#include "store/metrics_table.h"

/* A line understood. Texts point into the line that was parsed. */
typedef struct rondo_journal_line {
    bool is_units;       /* then the values have units only, and record.kind is what they are of */
    rondo_record record; /* units NULL unless is_units */
} rondo_journal_line;

/* May this be the name of a kind of records? Refuses what JSON or an HDF5 path would trip over. */
bool rondo_journal_kind_ok(const char *name);

/* May this be the name of a value? Refuses also what every record has: kind, step, epoch. */
bool rondo_journal_name_ok(const char *name);

/* The record as a line, before it the units of names that the table does not have yet. */
void rondo_journal_format(const rondo_record *record, const rondo_metric_table *table,
                          rondo_text *text);

/* Takes a line without its newline apart, in place; false when it is not one of ours. */
bool rondo_journal_parse(char *line, rondo_journal_line *parsed);

#endif
