/* What ragged_read.c (arrays, checked), ragged_names.c (dictionaries and ids) and ragged_splits.c
 * (which of them, and what they are together) share. */
#ifndef RONDO_DATA_FORMATS_RAGGED_PRIVATE_H
#define RONDO_DATA_FORMATS_RAGGED_PRIVATE_H

#include "base/hdf5.h"
#include "data/formats/ragged.h"
#include "data/text/text_source.h"

enum { RONDO_RAGGED_INPUTS = 0, RONDO_RAGGED_TARGETS = 1, RONDO_RAGGED_SIDES = 2 };
enum { RONDO_RAGGED_NAME_SIZE = 64, RONDO_RAGGED_PLACE_SIZE = 64 };

extern const char *const rondo_ragged_sides[RONDO_RAGGED_SIDES]; /* "inputs", "targets" */

/* What all splits have in common, on one side. */
typedef struct rondo_ragged_side {
    bool present, values;
    bool numbered;                /* classes without names: their ids are the names */
    int64_t width;                /* values per step, or names in the file's own vocabulary */
    int32_t id_size;              /* of inputs that are symbols: bytes of an id as it is held */
    rondo_vocabulary *own;        /* the file's own, where another one is saved; NULL: the same */
    rondo_vocabulary *vocabulary; /* the one the data set gets */
    int32_t *ids;                 /* file's id -> data set's, -1: there is none; NULL: the same */
    bool within_one;              /* no value so far is outside [0, 1] */
} rondo_ragged_side;

/* The rows of one array: its steps, or its sequences. */
typedef struct rondo_ragged_rows {
    const int64_t *offset; /* of steps; NULL: a row is a sequence */
    int64_t count;         /* rows */
    int64_t sequences;
} rondo_ragged_rows;

/* Classes of a split, by the ids in the file until all splits are read. */
typedef struct rondo_ragged_numbers {
    rondo_ragged_rows rows;
    int32_t *ids; /* NULL: no such split */
} rondo_ragged_numbers;

typedef struct rondo_ragged_reader {
    const char *path;
    rondo_hdf5 *file;
    const rondo_schema *saved;
    const rondo_vocabulary_config *spelling; /* of the unknown and the end symbol; NULL: default */
    const rondo_ragged_part *part;           /* NULL: all */
    rondo_split first; /* which is read first, and decides what the sides are */
    rondo_dataset *dataset;
    bool of_labels; /* targets are label sequences */
    rondo_ragged_side sides[RONDO_RAGGED_SIDES];
    rondo_ragged_numbers numbers[RONDO_SPLITS]; /* of targets that are numbered */
    rondo_unknowns unknowns;                    /* among the inputs of a part */
} rondo_ragged_reader;

/* "/train/inputs" */
void rondo_ragged_name(char name[RONDO_RAGGED_NAME_SIZE], rondo_split split, const char *array);

rondo_status rondo_ragged_check_format(const rondo_ragged_reader *reader, rondo_error *error);

/* Whether there is a target for each sequence, or a label sequence, as the file says. */
rondo_status rondo_ragged_read_target_kind(rondo_ragged_reader *reader, bool *sequence_targets,
                                           rondo_error *error);

/* "sequence 3, step 2", or "sequence 3" */
void rondo_ragged_place(const rondo_ragged_rows *rows, int64_t row,
                        char place[RONDO_RAGGED_PLACE_SIZE]);

/* Refuses an array that claims more than any data set may have. */
rondo_status rondo_ragged_shape(const rondo_ragged_reader *reader, const char *name,
                                rondo_hdf5_shape *shape, rondo_error *error);

/* The dictionary of a side of ids; targets without one are numbered. */
rondo_status rondo_ragged_read_names(rondo_ragged_reader *reader, int which, rondo_error *error);

/* The file's ids become the data set's, in place: `count` of them, of rows from number `first` on.
 */
rondo_status rondo_ragged_take_ids(rondo_ragged_reader *reader, int which, rondo_split split,
                                   const char *name, const rondo_ragged_rows *rows, int64_t first,
                                   int64_t count, int32_t *ids, rondo_error *error);

/* After the last split: a class for each id that numbered targets have. */
rondo_status rondo_ragged_number_classes(rondo_ragged_reader *reader, rondo_error *error);

/* Refuses a file to train a language model on whose own symbols take the ids of the unknown and the
 * end symbol: a symbol that is never sampled would be one of the text's. */
rondo_status rondo_ragged_check_text(const rondo_ragged_reader *reader, rondo_error *error);

/* A split into its place in the data set. */
rondo_status rondo_ragged_read_split(rondo_ragged_reader *reader, rondo_split split,
                                     rondo_error *error);

#endif
