/* What a checkpoint says of the data it was trained with: attributes of the root, which the
 * checksum covers. Checkpoints from before there were any lack them all. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/checkpoint_private.h"

enum { NAME_SIZE = 48 };

/* "test_fingerprint" */
static const char *name_of(rondo_split split, const char *what, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "%s_%s", rondo_split_name(split), what);
    return name;
}

static rondo_status set_hex(rondo_hdf5 *file, const char *name, uint64_t value, rondo_error *error)
{
    char digits[RONDO_CHECKPOINT_HEX_SIZE];
    rondo_checkpoint_hex(value, digits);
    return rondo_hdf5_set_text(file, "/", name, digits, error);
}

static rondo_status write_split(rondo_hdf5 *file, rondo_split split,
                                const rondo_split_identity *identity, rondo_error *error)
{
    char name[NAME_SIZE];
    rondo_status status =
        set_hex(file, name_of(split, "fingerprint", name), identity->fingerprint, error);
    if (!status)
        status = rondo_hdf5_set_integer(file, "/", name_of(split, "sequences", name),
                                        identity->sequences, error);
    if (!status)
        status = rondo_hdf5_set_integer(file, "/", name_of(split, "tokens", name), identity->tokens,
                                        error);
    return status;
}

rondo_status rondo_checkpoint_write_identity(rondo_hdf5 *file, const rondo_identity *identity,
                                             rondo_error *error)
{
    if (!identity->known) return RONDO_OK;
    rondo_status status = set_hex(file, "dictionaries_fingerprint", identity->dictionaries, error);
    for (int s = 0; s < RONDO_SPLITS && !status; s++)
        status = write_split(file, (rondo_split)s, &identity->splits[s], error);
    return status;
}

static rondo_status get_hex(rondo_hdf5 *file, const char *path, const char *name, uint64_t *value,
                            rondo_error *error)
{
    char *digits = NULL;
    rondo_status status = rondo_hdf5_get_text(file, "/", name, &digits, error);
    if (status) return status;
    status = rondo_checkpoint_read_hex(digits, path, name, value, error);
    free(digits);
    return status;
}

static rondo_status read_split(rondo_hdf5 *file, const char *path, rondo_split split,
                               rondo_split_identity *identity, rondo_error *error)
{
    char name[NAME_SIZE];
    rondo_status status =
        get_hex(file, path, name_of(split, "fingerprint", name), &identity->fingerprint, error);
    if (!status)
        status = rondo_hdf5_get_integer(file, "/", name_of(split, "sequences", name),
                                        &identity->sequences, error);
    if (!status)
        status = rondo_hdf5_get_integer(file, "/", name_of(split, "tokens", name),
                                        &identity->tokens, error);
    return status;
}

static rondo_status has_attribute(rondo_hdf5 *file, const char *wanted, bool *has,
                                  rondo_error *error)
{
    int64_t count;
    char **names;
    *has = false;
    rondo_status status = rondo_hdf5_list_attributes(file, "/", &count, &names, error);
    if (status) return status;
    for (int64_t i = 0; i < count; i++)
        *has |= strcmp(names[i], wanted) == 0;
    rondo_hdf5_free_texts(count, names);
    return RONDO_OK;
}

rondo_status rondo_checkpoint_read_identity(const rondo_checkpoint_file *from,
                                            rondo_identity *identity, rondo_error *error)
{
    rondo_status status =
        has_attribute(from->file, "dictionaries_fingerprint", &identity->known, error);
    if (status || !identity->known) return status;
    status =
        get_hex(from->file, from->path, "dictionaries_fingerprint", &identity->dictionaries, error);
    for (int s = 0; s < RONDO_SPLITS && !status; s++)
        status = read_split(from->file, from->path, (rondo_split)s, &identity->splits[s], error);
    return status;
}
