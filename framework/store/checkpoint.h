/* Checkpoints: everything that training needs to go on bit for bit, in one HDF5 file.
 *
 *   /parameters/<name>          the model: named arrays ("layers/0/forward/recurrent_weights")
 *   /optimizer/<slot>/<name>    the optimizer's slots, same names
 *   /state/<name>               carried states of streams
 *   /progress                   attributes: step, epoch, position, ... (integers and reals by name)
 *   /config                     the resolved config, text
 *   /schema                     what the model reads and writes (store/checkpoint_schema.c)
 *   root attributes             rondo_format "checkpoint", version, rondo_version, kernel, rounding,
 *                               real_size, dataset_fingerprint, checksum;
 *                               dictionaries_fingerprint, and for each split test_fingerprint,
 *                               test_sequences, test_tokens (0: there is none)
 *
 * Version 1 had no /schema (store/checkpoint_old.c).
 *
 * Written to a temporary name, flushed, fsynced, renamed, folder fsynced. latest.h5 always exists
 * once one was written; older generations are latest-1.h5, latest-2.h5 ... The file ends with a
 * seal (base/seal.h). The checksum covers every array with its name and shape, every progress value
 * and the attributes of the root and the schema; it is looked at where there is no seal. All
 * functions are [main].
 */
#ifndef RONDO_STORE_CHECKPOINT_H
#define RONDO_STORE_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/experiment.h"
#include "data/identity.h"
#include "data/schema.h"
#include "rondo/real.h"

/* A named array: borrowed memory to be written from or read into. */
typedef struct rondo_array {
    const char *name;
    int32_t rank; /* 1 or 2 */
    int64_t extent[2];
    rondo_real *data;
} rondo_array;

/* A named number of the trainer's progress. Exactly one of integer, real is not NULL. */
typedef struct rondo_progress_value {
    const char *name;
    int64_t *integer;
    double *real;
    const char *former; /* name in older checkpoints; NULL: the same */
} rondo_progress_value;

/* What goes in and comes out. The same tables serve writing and reading. */
typedef struct rondo_checkpoint {
    int64_t parameter_count;
    const rondo_array *parameters;
    int64_t slot_count; /* optimizer slots: names "<slot>/<parameter>" */
    const rondo_array *slots;
    int64_t state_count;
    const rondo_array *states;
    int64_t value_count;
    const rondo_progress_value *values;
    const char *config;         /* resolved config */
    uint64_t fingerprint;       /* of the dataset */
    rondo_identity identity;    /* of its splits; not known: nothing is written of the data */
    const rondo_schema *schema; /* what the model reads and writes */
} rondo_checkpoint;

/* Writes <folder>/latest.h5, keeping `keep` generations in all (1: only the latest). */
rondo_status rondo_checkpoint_write(const char *folder, int64_t keep,
                                    const rondo_checkpoint *checkpoint, rondo_error *error);

/* Makes <folder>/best.h5 what latest.h5 now is. */
rondo_status rondo_checkpoint_mark_best(const char *folder, rondo_error *error);

/* Removes every checkpoint of a folder: another run starts there. */
rondo_status rondo_checkpoint_clear(const char *folder, rondo_error *error);

/* Whether a file of a checkpoint folder has the name of a checkpoint. */
bool rondo_checkpoint_is_name(const char *name);

/* Removes what processes that were killed left half-written. Call it while nothing is written. */
void rondo_checkpoint_remove_stale(const char *folder);

/* What stands in a file apart from the arrays, to build the model from. */
typedef struct rondo_checkpoint_header {
    char *config;
    rondo_schema *schema; /* owned; of version 1 not before rondo_checkpoint_complete */
    int64_t version;
    uint64_t fingerprint;
    bool has_old_fingerprint; /* of an earlier build, by another sum (data/fingerprint.h) */
    rondo_identity identity;
    char *kernel;
    char *rounding; /* NULL: of an earlier build */
    int64_t real_size;
    int64_t step; /* of the progress values; 0 where there is none of that name */
} rondo_checkpoint_header;

rondo_status rondo_checkpoint_read_header(const char *path, rondo_checkpoint_header *header,
                                          rondo_error *error);
/* What a checkpoint of version 1 says of its schema only in the config, which is parsed by now. */
void rondo_checkpoint_complete(rondo_checkpoint_header *header, const rondo_experiment *experiment);
void rondo_checkpoint_header_finish(rondo_checkpoint_header *header);

/* Whether the data set is the one it was written with, to the bit. */
bool rondo_checkpoint_has_data(const rondo_checkpoint_header *header, const rondo_dataset *dataset);

/* Fills the tables' memory. Names and shapes must match exactly; the seal or checksum must be
 * right. `parameters_only`: slots, states and values are left alone (evaluation). config,
 * fingerprint and names in the struct are not touched. */
rondo_status rondo_checkpoint_read(const char *path, const rondo_checkpoint *checkpoint,
                                   bool parameters_only, rondo_error *error);

/* Does the file hold parameters of these names and shapes, and no others? Reads none: `data` of the
 * arrays may be NULL. */
rondo_status rondo_checkpoint_check(const char *path, const rondo_checkpoint *checkpoint,
                                    rondo_error *error);

/* Whole and unharmed? (Its seal, or without one its checksum.) */
rondo_status rondo_checkpoint_verify(const char *path, rondo_error *error);

/* The newest unharmed generation in a folder: latest.h5, else latest-1.h5 with a warning in the
 * log, ... *path NULL when there is none at all; RONDO_FAILED when all there are are damaged.
 * malloc'd. */
rondo_status rondo_checkpoint_newest(const char *folder, char **path, rondo_error *error);

#endif
