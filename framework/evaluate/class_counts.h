/* Precision, recall and F1 of each class, their means, and the confusion matrix of a split: of
 * tagging and classification. Every prediction counts once.
 *
 * Means are those of scikit-learn's classification_report: over the classes that occur, or are
 * predicted, in the split; "macro" weighs them alike, "weighted" by how often they occur.
 */
#ifndef RONDO_EVALUATE_CLASS_COUNTS_H
#define RONDO_EVALUATE_CLASS_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/batches/batch.h"
#include "evaluate/label_count.h"
#include "model/pass.h"

/* Above so many classes no confusion matrix is kept: it would take more than 32 MiB. */
enum { RONDO_MAX_CONFUSION = 2048 };

typedef struct rondo_class_counts rondo_class_counts;

typedef struct rondo_class_means {
    double precision, recall, f1;
} rondo_class_means;

/* For splits of `dataset`, which has classes and must outlive it, and minibatches of at most so
 * many predictions. [main] */
rondo_status rondo_class_counts_create(const rondo_dataset *dataset, int64_t batch_predictions,
                                       rondo_class_counts **out, rondo_error *error);
void rondo_class_counts_destroy(rondo_class_counts *counts);

/* Bytes that create takes. */
size_t rondo_class_counts_bytes(const rondo_dataset *dataset, int64_t batch_predictions);

/* All counts are 0, and evaluations of the pass write the classes it predicts, until `finish`.
 * [main] */
void rondo_class_counts_start(rondo_class_counts *counts, rondo_pass *pass);

/* After each evaluated minibatch. [main] */
void rondo_class_counts_take(rondo_class_counts *counts, const rondo_batch *batch);

/* Lets the pass go. [main] */
void rondo_class_counts_finish(rondo_class_counts *counts);

/* Adds the counts of another split, or file, that the same dictionary was read with. [main] */
void rondo_class_counts_add(rondo_class_counts *counts, const rondo_class_counts *more);

/* Class predicted for each packed row (with pooling: for each row) of the minibatch evaluated last.
 */
const int32_t *rondo_class_counts_predicted(const rondo_class_counts *counts);

/* Classes, [classes] counts by id, and the dictionary's names. */
int64_t rondo_class_counts_size(const rondo_class_counts *counts);
const rondo_label_count *rondo_class_counts_by_class(const rondo_class_counts *counts);
const char *rondo_class_counts_name(const rondo_class_counts *counts, int64_t class_id);

/* Whether the class occurs, or is predicted, in the split. */
bool rondo_class_counts_has(const rondo_class_counts *counts, int64_t class_id);

/* How often class `gold` was taken for class `predicted`; false where no matrix is kept. */
bool rondo_class_counts_confusion(const rondo_class_counts *counts, int64_t gold, int64_t predicted,
                                  int64_t *count);

rondo_class_means rondo_class_counts_macro(const rondo_class_counts *counts);
rondo_class_means rondo_class_counts_weighted(const rondo_class_counts *counts);

#endif
