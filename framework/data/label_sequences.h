/* Label sequences (rondo_sequences.label_offset): what must be true of them. */
#ifndef RONDO_DATA_LABEL_SEQUENCES_H
#define RONDO_DATA_LABEL_SEQUENCES_H

#include "data/dataset.h"

/* The class that stands for no label: the end symbol's, which no label is. */
enum { RONDO_BLANK_ID = RONDO_END_ID };

/* Steps that labels need at least: one each, and a blank between equal neighbours. [any] */
int64_t rondo_labels_steps(const int32_t *labels, int64_t count);

/* Refuses label sequences that are longer than their inputs allow, and ones with the blank in them.
 * What is no label sequence passes. [main] */
rondo_status rondo_label_sequences_check(const rondo_dataset *dataset, rondo_error *error);

#endif
