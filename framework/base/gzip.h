/* gzip (RFC 1952): the door to zlib. A gzipped file is read as if it were plain; it is known by its
 * first bytes, not by its name. All functions are [main]. */
#ifndef RONDO_BASE_GZIP_H
#define RONDO_BASE_GZIP_H

#include <stddef.h>

#include "base/error.h"

/* rondo_file_read (base/file.h), and what it read expanded where it is gzip; several gzip files one
 * after another are one, as for gunzip. `limit` is of the file and of what becomes of it, so no
 * more is allocated for a small file that claims to be a huge one. RONDO_FAILED: damaged or cut
 * short. */
rondo_status rondo_gzip_read(const char *path, size_t limit, char **data, size_t *size,
                             rondo_error *error);

/* For libraries that open files themselves: a gzip file's contents as a temporary file in TMPDIR or
 * /tmp, whose name is malloc'd and which the caller removes. *plain is NULL, with RONDO_OK, where
 * the file is not gzip or cannot be read: its reader says why. */
rondo_status rondo_gzip_unpack(const char *path, size_t limit, char **plain, rondo_error *error);

#endif
