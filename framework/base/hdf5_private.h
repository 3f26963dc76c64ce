/* Shared by base/hdf5*.c, together the wrapper of the HDF5 library. Nobody else includes this. */
#ifndef RONDO_BASE_HDF5_PRIVATE_H
#define RONDO_BASE_HDF5_PRIVATE_H

#define H5_USE_110_API
#include <hdf5.h>
#include <sys/types.h>

#include "base/hdf5.h"

struct rondo_hdf5 {
    char *name;          /* of the file, for messages */
    rondo_status damage; /* what it is that the file is damaged: RONDO_FAILED, or RONDO_USAGE */
    uint64_t size;       /* of a file that is read: bytes */
    uint64_t most_bytes; /* an array of it may take in memory */
    bool limit_is_given; /* by data.max_bytes */
    bool writes;         /* made by rondo_hdf5_create */
    bool sealed;         /* read, and its seal is right */
    hid_t file;          /* from here on: where the library has the file open */
    hid_t access;        /* to arrays and along links: never out of this file */
    hid_t links;         /* link creation: groups on the path are made, names are UTF-8 */
    int descriptor;      /* to open; -1: by name */
    int failure;         /* errno of the first write that failed, or of a failed open; 0 */
    bool remote;         /* the library has the file open in another process, on `socket`'s end */
    int socket;          /* -1 once that process is lost */
    pid_t reader;        /* that process */
};

/* File access list for opening or creating this file (base/hdf5_driver.c). */
hid_t rondo_hdf5_access(rondo_hdf5 *file);

/* Whether there is memory for what the library takes in one call besides the arrays: where a small
 * block is missing, it crashes. */
bool rondo_hdf5_has_room(void);

/* The library opens file->descriptor in this process. */
rondo_status rondo_hdf5_open_here(rondo_hdf5 *file, rondo_error *error);

/* Groups nest no deeper, so that a made-up file cannot exhaust the stack. */
bool rondo_hdf5_too_deep(const char *path);

/* Why a call that writes failed. */
const char *rondo_hdf5_reason(const rondo_hdf5 *file);

/* What to say when a block could not be had; then it is not the file's fault. */
extern const char rondo_hdf5_no_memory[];

/* file->damage, or RONDO_FAILED for rondo_hdf5_no_memory. */
rondo_status rondo_hdf5_status(const rondo_hdf5 *file, const char *what);

/* "<file>: <path>: <what>", with that status. */
rondo_status rondo_hdf5_fail(const rondo_hdf5 *file, const char *path, rondo_error *error,
                             const char *what);

/* "<file>: is not an HDF5 file, or a damaged one", with file->damage. */
rondo_status rondo_hdf5_fail_damaged(const rondo_hdf5 *file, rondo_error *error);

/* The array at `path`, whose claims about its size were checked, or a negative number. */
hid_t rondo_hdf5_open_array(rondo_hdf5 *file, const char *path, rondo_hdf5_shape *shape,
                            rondo_error *error);

int64_t rondo_hdf5_count(const rondo_hdf5_shape *shape);

/* How an array of the library lies in its file: rows of a piece of it, which is read whole (0: not
 * in pieces), and the bytes of a piece. */
int64_t rondo_hdf5_chunk_rows(rondo_hdf5 *file, const char *path, uint64_t *bytes);

/* What an array or attribute holds; false where it is neither numbers nor text. */
bool rondo_hdf5_type_of(hid_t stored, rondo_hdf5_type *type);

/* Closes whichever of these it is; negative numbers are fine. */
void rondo_hdf5_release(hid_t id);

/* A string type of variable length with the character set of `like` (a string type), or UTF-8 where
 * `like` is negative. */
hid_t rondo_hdf5_text_type(hid_t like);

#endif
