/* What ragged_read.c (arrays, checked) and ragged_splits.c (which of them, and what they are
 * together) share. */
#ifndef RONDO_DATA_RAGGED_PRIVATE_H
#define RONDO_DATA_RAGGED_PRIVATE_H

#include "base/hdf5.h"
#include "data/ragged.h"

enum { RONDO_RAGGED_INPUTS = 0, RONDO_RAGGED_TARGETS = 1, RONDO_RAGGED_SIDES = 2 };
enum { RONDO_RAGGED_NAME_SIZE = 64 };

/* What all splits have in common, on one side. */
typedef struct rondo_ragged_side {
    bool present, values;
    int64_t width;                /* values a step, or names in the file's own vocabulary */
    rondo_vocabulary *vocabulary; /* the one the data set gets */
    int32_t *ids;                 /* file's id -> data set's id; NULL: the same */
    bool within_one;              /* no value so far is outside [0, 1] */
} rondo_ragged_side;

typedef struct rondo_ragged_reader {
    const char *path;
    rondo_hdf5 *file;
    const rondo_saved_names *saved;
    const rondo_ragged_part *part; /* NULL: all */
    rondo_split first;             /* which is read first, and decides what the sides are */
    rondo_dataset *dataset;
    rondo_ragged_side sides[RONDO_RAGGED_SIDES];
} rondo_ragged_reader;

/* "/train/inputs" */
void rondo_ragged_name(char name[RONDO_RAGGED_NAME_SIZE], rondo_split split, const char *array);

rondo_status rondo_ragged_check_format(const rondo_ragged_reader *reader, rondo_error *error);

/* Whether there is a target for each sequence, as the file says. */
rondo_status rondo_ragged_read_target_kind(const rondo_ragged_reader *reader,
                                           bool *sequence_targets, rondo_error *error);

/* A split into its place in the data set. */
rondo_status rondo_ragged_read_split(rondo_ragged_reader *reader, rondo_split split,
                                     rondo_error *error);

#endif
