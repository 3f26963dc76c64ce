/* Shared by store/checkpoint*.c. */
#ifndef RONDO_STORE_CHECKPOINT_PRIVATE_H
#define RONDO_STORE_CHECKPOINT_PRIVATE_H

#include "base/hdf5.h"
#include "store/checkpoint.h"

enum { RONDO_CHECKPOINT_VERSION = 1, RONDO_CHECKPOINT_SUM_SIZE = 17 };
#define RONDO_CHECKPOINT_FORMAT "checkpoint"

/* Numbers of 64 bits are kept as 16 hexadecimal digits: no reader takes them for negative. */
void rondo_checkpoint_hex(uint64_t value, char digits[RONDO_CHECKPOINT_SUM_SIZE]);

/* The checksum of everything in the file (store/checkpoint_sum.c). */
rondo_status rondo_checkpoint_sum(rondo_hdf5 *file, char digits[RONDO_CHECKPOINT_SUM_SIZE],
                                  rondo_error *error);

/* "<group>/<name>", malloc'd; NULL with a message. */
char *rondo_checkpoint_path(const char *group, const char *name, rondo_error *error);

/* Where the names of a feature's symbols are. */
enum { RONDO_FEATURE_PATH_SIZE = 48 };
const char *rondo_checkpoint_feature_path(int64_t f, char path[RONDO_FEATURE_PATH_SIZE]);

/* Which data it was trained with (store/checkpoint_identity.c); an old checkpoint does not say. */
rondo_status rondo_checkpoint_write_identity(rondo_hdf5 *file, const rondo_checkpoint *checkpoint,
                                             rondo_error *error);
rondo_status rondo_checkpoint_read_identity(rondo_hdf5 *file, const char *path,
                                            rondo_checkpoint_header *header, rondo_error *error);

void rondo_checkpoint_free_texts(int64_t count, char **texts);

#endif
