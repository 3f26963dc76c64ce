/* Metrics: an append-only journal (metrics.jsonl) that can be read while the run goes on, and the
 * same records as columns in metrics.h5, rewritten whole (atomically) at safe points. A kill never
 * destroys history: the journal is cut back to the checkpoint's step when a run resumes.
 *
 * A journal line is one JSON object: {"kind": "model"|"data"|"train"|"epoch"|"valid"|"test"|
 * "forecast", "step": .., "epoch": .., <name>: <number>, ...}. In metrics.h5 every kind is a group,
 * every name a column (float64; step and epoch int64), equally long; a value that a record does not
 * have is NaN. Attribute `unit` on each column; in the journal units stand before the first record
 * with these names:
 * {"kind": "units", "of": "train", <name>: <unit>, ...}. Records of kind "test" and "forecast" are
 * made after the last step, which they have as their step, from the checkpoint of checkpoint_step
 * and checkpoint_epoch. "model" and "data" stand at step 0: parameters, operations, tokens an
 * epoch; sequences, tokens and the low 53 bits of the fingerprint of each split (data/identity.h).
 * All functions are [main].
 */
#ifndef RONDO_STORE_METRICS_H
#define RONDO_STORE_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "store/metrics_record.h"

/* The split whose whole evaluation a kind of records tells: "train" of "epoch", "valid", and "test"
 * of "test" and of each kind that a metric has for itself (config/metric.h). NULL: none, as of
 * "train", which is a part of an epoch. [any] */
const char *rondo_record_split(const char *kind);

typedef struct rondo_metrics rondo_metrics;

/* Opens <folder>/metrics.jsonl for appending; first drops records with step > keep_until_step (0:
 * all) and a torn last line. */
rondo_status rondo_metrics_open(const char *folder, int64_t keep_until_step, rondo_metrics **out,
                                rondo_error *error);
/* One line, written at once. */
rondo_status rondo_metrics_add(rondo_metrics *metrics, const rondo_record *record,
                               rondo_error *error);
/* Whether the newest record of that kind is of that step. */
bool rondo_metrics_has(const rondo_metrics *metrics, const char *kind, int64_t step);
/* All values of a name in the records of a kind, also of those before the run was resumed, in their
 * order (NaN where a record has none); returns how many. They are there until the next record. */
int64_t rondo_metrics_column(const rondo_metrics *metrics, const char *kind, const char *name,
                             const double **values);
/* metrics.h5 from all records of the journal, atomically. */
rondo_status rondo_metrics_save(rondo_metrics *metrics, rondo_error *error);
void rondo_metrics_close(rondo_metrics *metrics);

#endif
