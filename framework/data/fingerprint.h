/* Whether a run that goes on has the very data it began with: one number of all that a data set
 * holds, in the sizes of this build. Which data they are, by split and whatever the build, is
 * data/identity.h. */
#ifndef RONDO_DATA_FINGERPRINT_H
#define RONDO_DATA_FINGERPRINT_H

#include "data/dataset.h"

/* Of dictionaries and all splits: their CRC-32 in the low half, the number of bytes it is of, modulo
 * 2^32, in the high one. [main] */
uint64_t rondo_dataset_fingerprint(const rondo_dataset *dataset);

/* The same by 64-bit FNV-1a, which checkpoints of earlier builds have; several times as slow.
 * [main] */
uint64_t rondo_dataset_old_fingerprint(const rondo_dataset *dataset);

#endif
