/* Ragged HDF5, the canonical form of a data set (documented for users in datasets/README.md).
 *
 *   /<split>/offsets   int64 [sequences + 1]    sequence s is steps offsets[s] .. offsets[s+1]-1
 *   /<split>/inputs    int32 [steps]            symbol ids, or
 *                      float32 or float64 [steps, width]
 *   /<split>/targets   int32 [steps], or float [steps, width]; absent for language models.
 *                      With the root attribute targets = "sequence" (default "step"): int32
 *                      [sequences], or float [sequences, width]. With "labels": int32 [labels] of label
 *                      sequences, whose
 *   /<split>/target_offsets  int64 [sequences + 1]  are the offsets; names are needed, and begin with
 *                      the unknown and the end symbol (the end symbol's id is the blank)
 *   /vocabulary/inputs, /vocabulary/targets     UTF-8 text [size], names in id order (symbols only)
 *
 * <split> is train, valid, test. Root attribute rondo_format = "ragged sequences", version = 1.
 * Without targets the file is for a language model: a sequence of n symbols (or values) is n - 1
 * steps, each with the next symbol as target; end symbols stand where the writer wants them.
 *
 * Classes are numbered from 0, or from 2 where their names begin with the unknown and the end
 * symbol (data/classes.h); without names the ids that occur are the classes.
 */
#ifndef RONDO_DATA_FORMATS_RAGGED_H
#define RONDO_DATA_FORMATS_RAGGED_H

#include "data/dataset.h"

/* Reads a whole file; checks offsets, ids against vocabularies, and that all values are finite.
 * `stream`: the sequences of a split are put one after another as one (not where there are
 * targets). `saved` (may be NULL): a trained model's schema, to whose ids the file's own are
 * translated, by name. The fingerprint is left 0. */
rondo_status rondo_ragged_read(const char *path, bool stream, const rondo_schema *saved,
                               rondo_dataset **out, rondo_error *error);

/* One split of a file: `split`, or, where that is RONDO_SPLITS, the only one that the file has, or
 * its test split. `as_test`: it becomes the test split. `without_targets`: it gets none, whether
 * the file has them or not, and every step is an input. */
typedef struct rondo_ragged_part {
    rondo_split split;
    bool as_test, without_targets;
} rondo_ragged_part;

/* Into a data set that has storage and is otherwise zero, but for `stream`; part NULL: all.
 * `spelling` (may be NULL: the default one) of a trained model's unknown and end symbol. */
rondo_status rondo_ragged_read_part(const char *path, const rondo_ragged_part *part,
                                    const rondo_schema *saved,
                                    const rondo_vocabulary_config *spelling, rondo_dataset *dataset,
                                    rondo_error *error);

/* Writes a data set in this form (atomically); not one whose windows share steps. */
rondo_status rondo_ragged_write(const char *path, const rondo_dataset *dataset, rondo_error *error);

#endif
