/* Classes that a model never answers: accuracy may be high without them. */
#ifndef RONDO_EVALUATE_UNANSWERED_H
#define RONDO_EVALUATE_UNANSWERED_H

#include "evaluate/class_counts.h"

/* One warning line where classes from `first` on occur in what was evaluated ("the test split"),
 * but were never predicted; counts may be NULL. [main] */
void rondo_unanswered_warn(const rondo_class_counts *counts, int64_t first, const char *where);

#endif
