/* What a checkpoint says of the data it was trained with: attributes of the root, which the
 * checksum covers. Checkpoints from before there were any lack them all. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/text/tags.h"
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
    char digits[RONDO_CHECKPOINT_SUM_SIZE];
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

rondo_status rondo_checkpoint_write_identity(rondo_hdf5 *file, const rondo_checkpoint *checkpoint,
                                             rondo_error *error)
{
    const rondo_identity *identity = &checkpoint->identity;
    if (!identity->known) return RONDO_OK;
    rondo_status status = set_hex(file, "dictionaries_fingerprint", identity->dictionaries, error);
    for (int s = 0; s < RONDO_SPLITS && !status; s++)
        status = write_split(file, (rondo_split)s, &identity->splits[s], error);
    if (!status)
        status = rondo_hdf5_set_integer(file, "/", "input_width", checkpoint->input_width, error);
    if (!status)
        status = rondo_hdf5_set_integer(file, "/", "target_width", checkpoint->target_width, error);
    if (!status)
        status = rondo_hdf5_set_text(file, "/", "tag_scheme",
                                     rondo_tag_scheme_name(checkpoint->tag_scheme), error);
    return status;
}

static rondo_status get_hex(rondo_hdf5 *file, const char *path, const char *name, uint64_t *value,
                            rondo_error *error)
{
    char *digits = NULL, *end;
    rondo_status status = rondo_hdf5_get_text(file, "/", name, &digits, error);
    if (status) return status;
    *value = strtoull(digits, &end, 16);
    if (end != digits + RONDO_CHECKPOINT_SUM_SIZE - 1 || *end != '\0')
        status = rondo_error_set(error, RONDO_FAILED,
                                 "%s: attribute %s is not 16 hexadecimal digits", path, name);
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

static rondo_status read_scheme(rondo_hdf5 *file, int *scheme, rondo_error *error)
{
    char *name = NULL;
    rondo_status status = rondo_hdf5_get_text(file, "/", "tag_scheme", &name, error);
    if (status) return status;
    *scheme = RONDO_TAGS_AUTO;
    for (int i = RONDO_TAGS_AUTO; i <= RONDO_TAGS_IOBES; i++)
        if (strcmp(name, rondo_tag_scheme_name(i)) == 0) *scheme = i;
    free(name);
    return RONDO_OK;
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
    rondo_checkpoint_free_texts(count, names);
    return RONDO_OK;
}

/* Of an old checkpoint the readout tells how many outputs there are. */
static void read_old_width(rondo_hdf5 *file, rondo_checkpoint_header *header)
{
    static const char *const readout = "/parameters/readout/weights";
    rondo_error ignored = {0};
    rondo_hdf5_shape shape;
    if (!rondo_hdf5_has(file, readout)) return;
    if (rondo_hdf5_shape_of(file, readout, &shape, &ignored) || shape.rank != 2) return;
    header->target_width = shape.extent[1];
}

rondo_status rondo_checkpoint_read_identity(rondo_hdf5 *file, const char *path,
                                            rondo_checkpoint_header *header, rondo_error *error)
{
    rondo_identity *identity = &header->identity;
    rondo_status status = has_attribute(file, "dictionaries_fingerprint", &identity->known, error);
    if (!status && !identity->known) read_old_width(file, header);
    if (status || !identity->known) return status;
    status = get_hex(file, path, "dictionaries_fingerprint", &identity->dictionaries, error);
    for (int s = 0; s < RONDO_SPLITS && !status; s++)
        status = read_split(file, path, (rondo_split)s, &identity->splits[s], error);
    if (!status)
        status = rondo_hdf5_get_integer(file, "/", "input_width", &header->input_width, error);
    if (!status)
        status = rondo_hdf5_get_integer(file, "/", "target_width", &header->target_width, error);
    return status ? status : read_scheme(file, &header->tag_scheme, error);
}
