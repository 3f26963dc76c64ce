/* A data set: floats and symbols enter the house here, checked once, held in memory.
 *
 * A split is a list of sequences. Canonical form, in memory as in ragged HDF5
 * (data/formats/ragged.h): values of all sequences one after another, and the offset at which each
 * starts.
 *
 * Language model, stream: one sequence, the whole split; line ends are the end symbol. A split of n
 * symbols is n - 1 steps: every symbol but the split's very first is predicted once, from the one
 * before it. Language model, line: a sequence is one line that is not empty, input <EOS> c1 .. cn,
 * target c1 .. cn <EOS>; of a table the label of the line stands in place of the first <EOS>.
 * Tagging: input token i, target tag i. Classification, and regression with
 * pooling: all inputs of a sequence, one target of the whole. Transcription: all inputs, and a list of
 * labels of its own length. Translation: a sequence is the target
 * of a pair, as a line of a language model (<EOS> is the start symbol as well: as an input it
 * stands nowhere else); beside it stands its source x1 .. xm.
 *
 * Symbols: in plain text, characters are Unicode code points, words are what stands between blanks;
 * in columns a whole field is one symbol. Fractions of data.split are cut from the file in order
 * (train, valid, test) by symbols of a stream, else by sequences; a part is rounded up. Symbols
 * that the training split does not have, tags too, are the unknown symbol in valid and test; labels
 * still tell such tags apart, because entities are counted as the file has them.
 */
#ifndef RONDO_DATA_DATASET_H
#define RONDO_DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/experiment.h"
#include "data/batches/ids.h"
#include "data/schema.h"
#include "data/text/tags.h"
#include "data/text/unknowns.h"
#include "rondo/real.h"

typedef enum rondo_split {
    RONDO_TRAIN = 0,
    RONDO_VALID = 1,
    RONDO_TEST = 2,
    RONDO_SPLITS = 3
} rondo_split;

const char *rondo_split_name(rondo_split split); /* "train", "valid", "test" */

/* What a data set of time series knows beside its sequences (data/forecasting.h). */
typedef struct rondo_forecasting rondo_forecasting;

/* Sequence s has offset[s+1] - offset[s] steps. They are those from offset[s] on of each array, or,
 * where sequences share steps (windows) or leave some out, those from start[s] on. Where targets
 * are per sequence, its target is number s. */
typedef struct rondo_sequences {
    int64_t count;
    const int64_t *offset;          /* [count + 1] */
    const int64_t *start;           /* [count], never falling, or NULL */
    rondo_ids inputs;               /* [steps]: symbol ids; none for values */
    const rondo_real *input_values; /* [steps, input_width]; NULL for symbols */
    const uint8_t
        *input_bytes;  /* [steps, input_width]: values times 255, in their place; or NULL */
    rondo_ids targets; /* [steps or count]: class ids; none for values */
    const rondo_real *target_values; /* [steps or count, target_width] */
    const int64_t *label_offset;     /* [count + 1]: of label sequences; NULL: there are none */
    const int32_t *label_ids;        /* class ids: labels of sequence s from label_offset[s] on */
    const int32_t *features[RONDO_MAX_FEATURES]; /* [steps] each: symbol ids */
    const int32_t *labels; /* [steps]: tags as the file has them, numbers of dataset->labels */
    const struct rondo_resampling
        *resampling; /* of a training split whose sequences are new in each epoch
                                        and not held here (data/formats/adding.h); otherwise NULL */
} rondo_sequences;

/* The first step of sequence s in the arrays. */
static inline int64_t rondo_sequence_start(const rondo_sequences *sequences, int64_t s)
{
    return sequences->start ? sequences->start[s] : sequences->offset[s];
}

typedef struct rondo_dataset {
    bool stream;               /* one long sequence a split, for parallel streams */
    rondo_schema *schema;      /* what a model of these data reads and writes; never NULL */
    int64_t label_count;       /* tagging: classes, then the tags that training never saw */
    const char *const *labels; /* [label_count]: their names; NULL for other tasks */
    rondo_tags *tags;          /* what labels mean; NULL where they spell no entities */
    rondo_sequences splits[RONDO_SPLITS];  /* count 0 where there is none */
    rondo_sequences sources[RONDO_SPLITS]; /* translation: inputs alone, as many as in splits; ids
                                              are of `inputs`, those in splits of `targets` */
    rondo_forecasting *forecasting;        /* NULL: these are no time series */
    uint64_t fingerprint;                  /* of the contents of all splits and vocabularies */
    struct rondo_dataset_storage *storage; /* owns the arrays; private */
} rondo_dataset;

/* Some of the data: with a saved schema only, since dictionaries come from the training split. */
typedef struct rondo_data_wanted {
    rondo_split split; /* this one has to be there; RONDO_SPLITS: all */
    const char *file;  /* NULL, or read instead of what config.data names, in its form */
    /* Formats that are not answered row by row: of a file only the inputs are read; every step is
     * one, also the last of a sequence whose next step is predicted. */
    bool without_targets;
    /* Of a file of time series, the last window of each: one sequence for each, as test split,
     * without targets. */
    bool last_windows;
    bool first_epoch; /* sequences that are new in each epoch are those of the first, held */
} rondo_data_wanted;

/* Reads what config.data says. Dictionaries and scales are made from the training split; or,
 * given the schema of a trained model (`saved`, not NULL), copied from there, so that it reads new
 * data as it read the old. Bad files give one line: file, line, column where there is one, and what
 * is wrong (missing, empty, binary, invalid UTF-8 byte, NaN, a line without its column). Tags of
 * valid and test that the training split does not have are warned of in the log. With format hdf5
 * splits are those of the file, and data.split is not looked at. [main] */
rondo_status rondo_dataset_load(const rondo_experiment *experiment, const rondo_schema *saved,
                                rondo_dataset **out, rondo_error *error);
void rondo_dataset_destroy(rondo_dataset *dataset);

/* Whether it is known what is to be predicted. [any] */
static inline bool rondo_sequences_have_targets(const rondo_sequences *sequences)
{
    return sequences->targets.data || sequences->target_values || sequences->label_offset;
}

/* Whether any split has targets: a file that is predicted need not. */
bool rondo_dataset_has_targets(const rondo_dataset *dataset);

/* The same of a part of it. A split with a file of its own, or of an hdf5 file, is read alone; with
 * one that is cut from the common file come the others that are, too. A `file` becomes the test
 * split, whole: a text, a table, images (labels beside), a folder of parallel tags, the common part
 * of the names of pairs;
 * "-" is standard input where a form is one file of text. Of an hdf5 file it is `split`, or, where
 * that is RONDO_SPLITS, its only one, or its test split. Generated data have no file: RONDO_USAGE.
 * Without targets (and with `without_targets`) the split's are NULL, and target_width is 0 where
 * targets are values. [main] */
rondo_status rondo_dataset_read(const rondo_experiment *experiment, const rondo_schema *saved,
                                const rondo_data_wanted *wanted, rondo_dataset **out,
                                rondo_error *error);

/* Symbols of a text typed by a user (a prime for sampling), by the data's unit; malloc'd ids, not
 * NULL even where the text is empty. Unknown symbols are RONDO_UNKNOWN_ID and counted (`unknowns`
 * may be NULL), line ends RONDO_END_ID; none is added at the end. */
rondo_status rondo_dataset_encode(const rondo_data_config *config, const rondo_vocabulary *inputs,
                                  const char *text, rondo_unknowns *unknowns, int32_t **ids,
                                  int64_t *count, rondo_error *error);

#endif
