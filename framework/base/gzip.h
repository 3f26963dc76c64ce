/* gzip (RFC 1952): the wrapper of zlib. A gzipped file is read as if it were plain; it is known by its
 * first bytes, not by its name. All functions are [main]. */
#ifndef RONDO_BASE_GZIP_H
#define RONDO_BASE_GZIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What a file of `size` bytes may expand to: max_bytes where that is above 0; otherwise 64 MiB or,
 * where that is more, a hundred times its size. */
uint64_t rondo_gzip_most(uint64_t size, uint64_t max_bytes);

/* rondo_file_read (base/file.h), and what it read expanded where it is gzip; several gzip files one
 * after another are one, as for gunzip. `max_bytes` (data.max_bytes, which messages name) limits
 * the file and what becomes of it; 0: 4 GiB and rondo_gzip_most. No more than that is allocated for
 * a small file that claims to be a huge one. RONDO_FAILED: damaged or cut short. */
rondo_status rondo_gzip_read(const char *path, int64_t max_bytes, char **data, size_t *size,
                             rondo_error *error);

/* For libraries that open files themselves: a gzip file's contents as a temporary file in TMPDIR or
 * /tmp, whose name is malloc'd and which the caller removes. *plain is NULL, with RONDO_OK, where
 * the file is not gzip or cannot be read: its reader says why. */
rondo_status rondo_gzip_unpack(const char *path, int64_t max_bytes, char **plain,
                               rondo_error *error);

/* CRC-32 as gzip has it, of what `sum` is of and the bytes after it; 0 is the sum of nothing. [any]
 */
uint32_t rondo_gzip_crc32(uint32_t sum, const void *data, size_t size);

#endif
