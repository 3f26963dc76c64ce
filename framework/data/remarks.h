/* What a data set lacks that training and evaluation should have: told once, before training, a
 * warning line each. */
#ifndef RONDO_DATA_REMARKS_H
#define RONDO_DATA_REMARKS_H

#include "base/text.h"
#include "data/dataset.h"

/* Of taggers and classifiers: classes that never occur in the training split, and those that occur
 * there, but never in the validation split. Of inputs that are values: columns that have one value
 * in the whole training split. RONDO_FAILED: no memory. [main] */
rondo_status rondo_dataset_remark(const rondo_experiment *experiment, const rondo_dataset *dataset,
                                  rondo_error *error);

/* A list for one line: the first few names, or numbers where there are no names, and how many there
 * are in all. */
typedef struct rondo_remark {
    rondo_text names;
    int64_t count;
} rondo_remark;

void rondo_remark_add(rondo_remark *remark, const char *name, int64_t number);
const char *rondo_remark_names(rondo_remark *remark); /* to be asked once, at the end */
void rondo_remark_finish(rondo_remark *remark);

#endif
