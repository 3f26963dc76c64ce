/* Shared by base/hdf5*.c, together the door to the HDF5 library. Nobody else includes this. */
#ifndef RONDO_BASE_HDF5_PRIVATE_H
#define RONDO_BASE_HDF5_PRIVATE_H

#define H5_USE_110_API
#include <hdf5.h>

#include "base/hdf5.h"

struct rondo_hdf5 {
    hid_t file;
    hid_t access; /* to arrays and along links: never out of this file */
    hid_t links;  /* link creation: groups on the path are made, names are UTF-8 */
    char *name;   /* of the file, for messages */
    int failure;  /* errno of the first write that failed, or of a failed open; 0 */
};

/* File access list for opening or creating this file (base/hdf5_driver.c). */
hid_t rondo_hdf5_access(rondo_hdf5 *file);

/* False when going through the file crashes the library (base/hdf5_probe.c). Where no process can
 * be started, true: the check is a net, not a lock. */
bool rondo_hdf5_probe(const char *path);

/* rondo_hdf5_open without that check, of a plain file; `name` stands in messages. */
rondo_status rondo_hdf5_open_unprobed(const char *path, const char *name, rondo_hdf5 **out,
                                      rondo_error *error);

/* Groups nest no deeper, so that a made-up file cannot exhaust the stack. */
bool rondo_hdf5_too_deep(const char *path);

/* Why a call that writes failed. */
const char *rondo_hdf5_reason(const rondo_hdf5 *file);

/* "<file>: <path>: <what>", RONDO_FAILED. */
rondo_status rondo_hdf5_fail(const rondo_hdf5 *file, const char *path, rondo_error *error,
                             const char *what);

/* The array at `path`, whose claims about its size were checked, or a negative number. */
hid_t rondo_hdf5_open_array(rondo_hdf5 *file, const char *path, rondo_hdf5_shape *shape,
                            rondo_error *error);

int64_t rondo_hdf5_count(const rondo_hdf5_shape *shape);

/* What an array or attribute holds; false where it is neither numbers nor text. */
bool rondo_hdf5_type_of(hid_t stored, rondo_hdf5_type *type);

/* Closes whichever of these it is; negative numbers are fine. */
void rondo_hdf5_release(hid_t id);

/* A string type of variable length with the character set of `like` (a string type), or UTF-8 where
 * `like` is negative. */
hid_t rondo_hdf5_text_type(hid_t like);

#endif
