/* The adding problem (Hochreiter & Schmidhuber 1997, section 5.4; in this form Le, Jaitly & Hinton
 * 2015 and Bai, Kolter & Koltun 2018): a step is (x, mark), x uniform in [0, 1), mark 1 at two
 * steps drawn without replacement and 0 elsewhere; the target of the sequence is the sum of the two
 * marked x. Who always says 1 has a mean squared error of 1/6. */
#ifndef RONDO_DATA_FORMATS_ADDING_H
#define RONDO_DATA_FORMATS_ADDING_H

#include "data/reading.h"

enum { RONDO_ADDING_WIDTH = 2 };

/* Training sequences that are made when a minibatch is gathered. */
typedef struct rondo_resampling {
    uint64_t seed;
    int64_t count, steps; /* of the split, of a sequence */
} rondo_resampling;

/* Sequence `number` of a split: step t is values[t * stride], values[t * stride + 1]. [any] */
void rondo_adding_fill(uint64_t seed, rondo_split split, int64_t number, int64_t steps,
                       int64_t stride, rondo_real *values, rondo_real *target);

/* Sequence `sequence` of an epoch: all numbers that no other epoch has. [any] */
void rondo_resampling_fill(const rondo_resampling *resampling, int64_t epoch, int64_t sequence,
                           int64_t stride, rondo_real *values, rondo_real *target);

/* Fills a data set that has storage and is otherwise zero, of a config with generator adding. */
rondo_status rondo_adding_load(const rondo_reading *reading, rondo_dataset *dataset,
                               rondo_error *error);

#endif
