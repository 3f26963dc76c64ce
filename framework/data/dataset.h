/* A data set: floats and symbols enter the house here, checked once, held in memory.
 *
 * A split is a list of sequences. Canonical form, in memory as in ragged HDF5 (data/ragged.h):
 * values of all sequences one after another, and the offset at which each starts.
 *
 * Language model, stream: one sequence, the whole split; a token is an input and the next token its
 * target. Line ends are the end symbol. Language model, line: a sequence is one line, input
 * <EOS> c1 .. cn, target c1 .. cn <EOS>. Tagging: input token i, target tag i.
 */
#ifndef RONDO_DATA_DATASET_H
#define RONDO_DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/experiment.h"
#include "data/vocabulary.h"
#include "rondo/real.h"

typedef enum rondo_split { RONDO_TRAIN = 0, RONDO_VALID = 1, RONDO_TEST = 2, RONDO_SPLITS = 3 } rondo_split;

const char *rondo_split_name(rondo_split split); /* "train", "valid", "test" */

/* Sequence s: steps offset[s] .. offset[s+1]-1 of each array. */
typedef struct rondo_sequences {
    int64_t count;
    const int64_t *offset;           /* [count + 1] */
    const int32_t *inputs;           /* [steps]: symbol ids; NULL for values */
    const rondo_real *input_values;  /* [steps, input_width]; NULL for symbols */
    const int32_t *targets;          /* [steps]: class ids; NULL for values */
    const rondo_real *target_values; /* [steps, target_width] */
} rondo_sequences;

typedef struct rondo_dataset {
    bool stream;                     /* one long sequence a split, for parallel streams */
    int64_t input_width;             /* vocabulary size, or values a step */
    int64_t target_width;            /* classes, or values a step */
    rondo_target target;             /* what the loss must take: RONDO_TARGET_... */
    rondo_vocabulary *inputs;        /* NULL for values */
    rondo_vocabulary *targets;       /* NULL for values; the same object as inputs for language models */
    rondo_sequences splits[RONDO_SPLITS]; /* count 0 where there is none */
    uint64_t fingerprint;            /* of the contents of all splits and vocabularies */
    struct rondo_dataset_storage *storage; /* owns the arrays; private */
} rondo_dataset;

/* Reads what config.data says. Vocabularies are built from the training split; or, given a saved
 * list of names (not NULL), taken from there, so that a trained model reads new text as it read the
 * old. Bad files give one line: file, line, column where there is one, and what is wrong (missing,
 * empty, binary, invalid UTF-8 byte, NaN, a line without its column, a tag the training split does
 * not have). [main] */
typedef struct rondo_saved_names {
    int64_t input_count, target_count;
    const char *const *inputs;
    const char *const *targets;
} rondo_saved_names;

rondo_status rondo_dataset_load(const rondo_experiment *experiment, const rondo_saved_names *saved,
                                rondo_dataset **out, rondo_error *error);
void rondo_dataset_destroy(rondo_dataset *dataset);

/* Symbols of a text typed by a user (a prime for sampling), by the data's unit; malloc'd ids. */
rondo_status rondo_dataset_encode(const rondo_data_config *config, const rondo_vocabulary *inputs,
                                  const char *text, int32_t **ids, int64_t *count,
                                  rondo_error *error);

#endif
