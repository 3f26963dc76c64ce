/* Precision, recall and F1 of each class, their means and the confusion matrix, as `rondo evaluate`
 * shows them. */
#ifndef RONDO_EVALUATE_CLASS_REPORT_H
#define RONDO_EVALUATE_CLASS_REPORT_H

#include "base/json.h"
#include "base/text.h"
#include "evaluate/class_counts.h"

/* A table with one row for each class that occurs, then the means; up to 12 classes, the confusion
 * matrix below it. */
void rondo_class_report_table(const rondo_class_counts *counts, rondo_text *text);

/* `"classes": {NAME: {"precision": .., "recall": .., "f1": .., "support": .., "predicted": ..,
 * "correct": ..}, ..}, "macro": {..}, "weighted": {..}, "confusion": {"classes": [NAME, ..],
 * "counts": [[..], ..]}`; rows of the matrix are true classes, columns predicted ones. */
void rondo_class_report_json(const rondo_class_counts *counts, rondo_json *json);

#endif
