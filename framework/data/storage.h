/* What a data set owns, and how its arrays are made. Private to data/. */
#ifndef RONDO_DATA_STORAGE_H
#define RONDO_DATA_STORAGE_H

#include <stddef.h>

#include "data/dataset.h"
#include "data/text/symbols.h"

/* Of a split: offsets, starts, inputs, targets or label sequences, labels or their offsets; offsets and
 * inputs of its sources. */
enum { RONDO_BLOCKS_OF_SPLIT = 7 + RONDO_MAX_FEATURES };

struct rondo_dataset_storage {
    void *blocks[RONDO_SPLITS * RONDO_BLOCKS_OF_SPLIT + 1]; /* and the names of labels */
    int block_count;
    rondo_symbols *label_symbols; /* holds the names of tags that are no classes */
    bool next_step; /* a language model: the target of a step is the input of the next */
};

/* An empty data set with storage; rondo_dataset_destroy frees it. */
rondo_status rondo_storage_create(bool stream, rondo_dataset **out, rondo_error *error);

/* Zeroed memory that lives as long as the data set, or NULL with a message. */
void *rondo_storage_take(rondo_dataset *dataset, size_t bytes, const char *what,
                         rondo_error *error);

/* Inputs or targets of a split, symbols, values or bytes, and the bytes of one step (of one
 * sequence for targets per sequence), symbols being int32_t. */
typedef struct rondo_side {
    rondo_ids ids;    /* or none, then: */
    const void *data; /* values or bytes */
    size_t step_bytes;
} rondo_side;

rondo_side rondo_storage_inputs(const rondo_dataset *dataset, rondo_split split);
rondo_side rondo_storage_targets(const rondo_dataset *dataset, rondo_split split);

/* Steps first .. first + steps - 1 of a side to `to`, symbols as int32_t. */
void rondo_side_copy(rondo_side side, int64_t first, int64_t steps, void *to);

/* How many targets a split has: its steps or its sequences. */
int64_t rondo_storage_target_count(const rondo_dataset *dataset, rondo_split split);

#endif
