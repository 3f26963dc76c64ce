/* Shared by store/checkpoint*.c. */
#ifndef RONDO_STORE_CHECKPOINT_PRIVATE_H
#define RONDO_STORE_CHECKPOINT_PRIVATE_H

#include "base/hdf5.h"
#include "store/checkpoint.h"

/* Version 1 is read, too (store/checkpoint_old.c). */
enum {
    RONDO_CHECKPOINT_VERSION = 2,
    RONDO_CHECKPOINT_HEX_SIZE = 17,
    RONDO_CHECKPOINT_SUM_SIZE = 6 + RONDO_CHECKPOINT_HEX_SIZE /* "crc32 " and 16 digits at most */
};
#define RONDO_CHECKPOINT_FORMAT "checkpoint"
#define RONDO_CHECKPOINT_SCHEMA "/schema"
#define RONDO_CHECKPOINT_CRC    "crc32 " /* what sums begin with; those of earlier builds do not */

/* A checkpoint that is being read, and its name for messages. */
typedef struct rondo_checkpoint_file {
    rondo_hdf5 *file;
    const char *path;
} rondo_checkpoint_file;

typedef struct rondo_checkpoint_texts {
    int64_t count;
    char **texts;
} rondo_checkpoint_texts;

/* Numbers of 64 bits are kept as 16 hexadecimal digits: no reader takes them for negative. */
void rondo_checkpoint_hex(uint64_t value, char digits[RONDO_CHECKPOINT_HEX_SIZE]);

rondo_status rondo_checkpoint_read_hex(const char *digits, const char *path, const char *name,
                                       uint64_t *value, rondo_error *error);

/* The checksum of everything in the file (store/checkpoint_sum.c), as this build writes it or as
 * earlier ones did. */
rondo_status rondo_checkpoint_sum(rondo_hdf5 *file, bool is_old,
                                  char text[RONDO_CHECKPOINT_SUM_SIZE], rondo_error *error);
bool rondo_checkpoint_is_old_sum(const char *text);

/* "<group>/<name>", malloc'd; NULL with a message. */
char *rondo_checkpoint_path(const char *group, const char *name, rondo_error *error);

/* Which data it was trained with (store/checkpoint_identity.c); an old checkpoint does not say. */
rondo_status rondo_checkpoint_write_identity(rondo_hdf5 *file, const rondo_identity *identity,
                                             rondo_error *error);
rondo_status rondo_checkpoint_read_identity(const rondo_checkpoint_file *from,
                                            rondo_identity *identity, rondo_error *error);

/* What the model reads and writes, into an empty schema (store/checkpoint_schema.c). */
rondo_status rondo_checkpoint_write_schema(rondo_hdf5 *file, const rondo_schema *schema,
                                           rondo_error *error);
rondo_status rondo_checkpoint_read_schema(const rondo_checkpoint_file *from, rondo_schema *schema,
                                          rondo_error *error);

/* The same of version 1, as far as the file says (store/checkpoint_old.c). */
rondo_status rondo_checkpoint_read_old_schema(const rondo_checkpoint_file *from, bool has_widths,
                                              rondo_schema *schema, rondo_error *error);

/* Its pieces, wherever a version has them: attributes of a group, dictionaries below it, columns
 * with their means and deviations (*out NULL where there are none). */
rondo_status rondo_checkpoint_read_widths(const rondo_checkpoint_file *from, const char *group,
                                          rondo_schema *schema, rondo_error *error);
rondo_status rondo_checkpoint_read_tag_scheme(const rondo_checkpoint_file *from, const char *group,
                                              int *scheme, rondo_error *error);
rondo_status rondo_checkpoint_read_dictionaries(const rondo_checkpoint_file *from,
                                                const char *group, rondo_schema *schema,
                                                rondo_error *error);
rondo_status rondo_checkpoint_read_columns(const rondo_checkpoint_file *from, const char *group,
                                           const char *names_path, int64_t target_count,
                                           rondo_scales **out, rondo_error *error);

#endif
