#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gzip.h"

static const char seal_format[] = "rondo seal: crc32 %08" PRIx32 " of %020" PRId64 " bytes\n";

enum { SEAL_SIZE = 57, MARK_SIZE = 18 /* "rondo seal: crc32 " */, PIECE = 65536 };

static void write_seal(char seal[SEAL_SIZE + 1], uint32_t sum, int64_t size)
{
    snprintf(seal, SEAL_SIZE + 1, seal_format, sum, size);
}

static rondo_status fail(const char *name, const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: cannot be %s: %s", name, what,
                           strerror(errno));
}

/* As many bytes as there are up to `size`, or -1. */
static ssize_t read_at(int descriptor, char *to, size_t size, int64_t at)
{
    size_t done = 0;
    while (done < size) {
        ssize_t count = pread(descriptor, to + done, size - done, (off_t)at + (off_t)done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) break;
        done += (size_t)count;
    }
    return (ssize_t)done;
}

/* Of the first `size` bytes. */
static rondo_status sum_bytes(int descriptor, const char *name, int64_t size, uint32_t *sum,
                              rondo_error *error)
{
    rondo_status status = RONDO_OK;
    char piece[PIECE];
    *sum = 0;
    for (int64_t at = 0; at < size && !status; at += PIECE) {
        size_t wanted = size - at < PIECE ? (size_t)(size - at) : PIECE;
        ssize_t count = read_at(descriptor, piece, wanted, at);
        if (count < 0) status = fail(name, "read", error);
        if (count > 0) *sum = rondo_gzip_crc32(*sum, piece, (size_t)count);
    }
    return status;
}

static bool append(int descriptor, const char *text, size_t size, int64_t at)
{
    while (size > 0) {
        ssize_t count = pwrite(descriptor, text, size, (off_t)at);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text += count;
        at += count;
        size -= (size_t)count;
    }
    return true;
}

rondo_status rondo_seal_add(const char *path, rondo_error *error)
{
    struct stat about;
    char seal[SEAL_SIZE + 1];
    uint32_t sum;
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return fail(path, "written", error);
    rondo_status status = fstat(descriptor, &about) == 0 ? RONDO_OK : fail(path, "read", error);
    if (!status) status = sum_bytes(descriptor, path, about.st_size, &sum, error);
    if (!status) {
        write_seal(seal, sum, about.st_size);
        if (!append(descriptor, seal, SEAL_SIZE, about.st_size))
            status = fail(path, "written", error);
    }
    if (close(descriptor) != 0 && !status) status = fail(path, "written", error);
    return status;
}

rondo_status rondo_seal_check(int descriptor, const char *name, rondo_seal *seal,
                              rondo_error *error)
{
    struct stat about;
    char right[SEAL_SIZE + 1], found[SEAL_SIZE];
    uint32_t sum;
    *seal = RONDO_SEAL_NONE;
    if (fstat(descriptor, &about) != 0) return fail(name, "read", error);
    int64_t size = (int64_t)about.st_size - SEAL_SIZE;
    if (size < 0) return RONDO_OK;
    ssize_t count = read_at(descriptor, found, SEAL_SIZE, size);
    if (count < 0) return fail(name, "read", error);
    if (count < SEAL_SIZE || memcmp(found, seal_format, MARK_SIZE) != 0) return RONDO_OK;
    rondo_status status = sum_bytes(descriptor, name, size, &sum, error);
    if (status) return status;
    write_seal(right, sum, size);
    *seal = memcmp(found, right, SEAL_SIZE) == 0 ? RONDO_SEAL_RIGHT : RONDO_SEAL_WRONG;
    return RONDO_OK;
}
