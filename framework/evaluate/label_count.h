/* How often something was there, was predicted, and was both: entities of a type, or a class.
 */
#ifndef RONDO_EVALUATE_LABEL_COUNT_H
#define RONDO_EVALUATE_LABEL_COUNT_H

#include <stdint.h>

typedef struct rondo_label_count {
    int64_t gold, predicted, correct;
} rondo_label_count;

/* In [0, 1]; 0 where nothing is divided by. [any] */
double rondo_label_precision(const rondo_label_count *count); /* correct / predicted */
double rondo_label_recall(const rondo_label_count *count);    /* correct / gold */
double rondo_label_f1(const rondo_label_count *count);        /* 2 p r / (p + r) */

#endif
