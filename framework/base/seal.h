/* Seals: what is in a file that rondo wrote is what rondo wrote. The last line of the file says how
 * many bytes stand before it, and their CRC-32 (that of gzip and PNG):
 *
 *     rondo seal: crc32 1c291ca3 of 00000000000000017168 bytes
 *
 * It is compared before a library sees the file. HDF5 finds everything from the start of a file and
 * does not look behind its own end; when it changes a file, it cuts the line off, so that a file
 * edited with h5py has no seal, not a wrong one. A seal tells damage, not malice. [main] */
#ifndef RONDO_BASE_SEAL_H
#define RONDO_BASE_SEAL_H

#include "base/error.h"

/* Adds the line to a file that is complete. */
rondo_status rondo_seal_add(const char *path, rondo_error *error);

typedef enum rondo_seal { RONDO_SEAL_NONE, RONDO_SEAL_RIGHT, RONDO_SEAL_WRONG } rondo_seal;

/* Of an open file; `name` stands in messages. RONDO_FAILED where it cannot be read. */
rondo_status rondo_seal_check(int descriptor, const char *name, rondo_seal *seal,
                              rondo_error *error);

#endif
