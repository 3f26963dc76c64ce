#include "base/gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"

enum {
    GZIP_WINDOW = 16 + MAX_WBITS, /* zlib: a gzip header, no other */
    FIRST_ROOM = 65536
};

/* What may be expanded without being asked for. */
enum { LEAST_LIMIT = 64 * 1024 * 1024, USUAL_RATIO = 100 };
static const size_t usual_limit = (size_t)4 << 30;

/* zlib counts in unsigned int. */
static const size_t most_at_once = (size_t)1 << 30;

typedef struct expansion {
    const char *path;
    z_stream stream;
    const char *from; /* not yet given to zlib */
    size_t left;
    size_t limit;
    bool limit_is_given;
    char *data;
    size_t used, room;
} expansion;

static rondo_status fail_memory(const expansion *e, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory to expand it", e->path);
}

static rondo_status fail_limit(const expansion *e, rondo_error *error)
{
    if (e->limit_is_given)
        return rondo_error_set(error, RONDO_USAGE,
                               "%s: expands to more than the %zu bytes that data.max_bytes allows",
                               e->path, e->limit);
    return rondo_error_set(error, RONDO_USAGE,
                           "%s: expands to more than %zu bytes, which is suspicious for a file of "
                           "its size; if that is right, write its expanded size as data.max_bytes",
                           e->path, e->limit);
}

/* Room for more than there is, up to one byte beyond the limit, and for a NUL. */
static rondo_status make_room(expansion *e, rondo_error *error)
{
    if (e->used > e->limit) return fail_limit(e, error);
    if (e->used < e->room) return RONDO_OK;
    size_t room = e->room > 0 ? 2 * e->room : FIRST_ROOM;
    if (room > e->limit + 1) room = e->limit + 1;
    char *data = realloc(e->data, room + 1);
    if (!data) return fail_memory(e, error);
    e->data = data;
    e->room = room;
    return RONDO_OK;
}

static void feed(expansion *e)
{
    if (e->stream.avail_in > 0) return;
    size_t more = e->left < most_at_once ? e->left : most_at_once;
    e->stream.next_in = (z_const Bytef *)e->from;
    e->stream.avail_in = (uInt)more;
    e->from += more;
    e->left -= more;
}

/* One call of zlib; *ended: a gzip file in the file is through. */
static rondo_status expand_piece(expansion *e, bool *ended, rondo_error *error)
{
    size_t room = e->room - e->used < most_at_once ? e->room - e->used : most_at_once;
    feed(e);
    e->stream.next_out = (Bytef *)e->data + e->used;
    e->stream.avail_out = (uInt)room;
    int answer = inflate(&e->stream, Z_NO_FLUSH);
    e->used += room - e->stream.avail_out;
    *ended = answer == Z_STREAM_END;
    if (answer == Z_MEM_ERROR) return fail_memory(e, error);
    if (answer == Z_BUF_ERROR)
        return rondo_error_set(error, RONDO_FAILED, "%s: gzip data is cut short", e->path);
    if (answer != Z_OK && answer != Z_STREAM_END)
        return rondo_error_set(error, RONDO_FAILED, "%s: damaged gzip data: %s", e->path,
                               e->stream.msg ? e->stream.msg : "not what a gzip file holds");
    return RONDO_OK;
}

static rondo_status expand_all(expansion *e, rondo_error *error)
{
    rondo_status status;
    bool ended = false;
    while (!ended || e->left > 0 || e->stream.avail_in > 0) {
        if (ended && inflateReset(&e->stream) != Z_OK) return fail_memory(e, error);
        if ((status = make_room(e, error))) return status;
        if ((status = expand_piece(e, &ended, error))) return status;
    }
    return e->used > e->limit ? make_room(e, error) : RONDO_OK;
}

static rondo_status expand(expansion *e, char **data, size_t *size, rondo_error *error)
{
    rondo_status status;
    if (inflateInit2(&e->stream, GZIP_WINDOW) != Z_OK) return fail_memory(e, error);
    status = expand_all(e, error);
    inflateEnd(&e->stream);
    if (status) {
        free(e->data);
        return status;
    }
    e->data[e->used] = '\0';
    char *exact = realloc(e->data, e->used + 1);
    *data = exact ? exact : e->data;
    *size = e->used;
    return RONDO_OK;
}

static bool is_gzip(const char *data, size_t size)
{
    return size >= 2 && memcmp(data, "\x1F\x8B", 2) == 0;
}

uint64_t rondo_gzip_most(uint64_t size, uint64_t max_bytes)
{
    if (max_bytes > 0) return max_bytes;
    return size > LEAST_LIMIT / USUAL_RATIO ? size * USUAL_RATIO : LEAST_LIMIT;
}

static rondo_status check_size(const char *path, int64_t max_bytes, rondo_error *error)
{
    struct stat about;
    bool known = stat(path, &about) == 0 && S_ISREG(about.st_mode);
    if (!known || max_bytes <= 0 || about.st_size <= max_bytes) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "%s: has %lld bytes, more than data.max_bytes allows", path,
                           (long long)about.st_size);
}

rondo_status rondo_gzip_read(const char *path, int64_t max_bytes, char **data, size_t *size,
                             rondo_error *error)
{
    *data = NULL;
    *size = 0;
    rondo_status status = check_size(path, max_bytes, error);
    const size_t limit = max_bytes > 0 ? (size_t)max_bytes : usual_limit;
    if (!status) status = rondo_file_read(path, limit, data, size, error);
    if (status || !is_gzip(*data, *size)) return status;
    char *packed = *data;
    expansion e = {.path = path,
                   .from = packed,
                   .left = *size,
                   .limit = rondo_gzip_most(*size, (uint64_t)max_bytes),
                   .limit_is_given = max_bytes > 0};
    if (e.limit > limit) e.limit = limit;
    *data = NULL;
    *size = 0;
    status = expand(&e, data, size, error);
    free(packed);
    return status;
}

/* A new file with these contents; its name is in `name`. */
static bool write_temporary(char *name, const char *data, size_t size)
{
    int descriptor = mkstemp(name);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    if (!file) {
        if (descriptor >= 0) close(descriptor);
        return false;
    }
    bool written = fwrite(data, 1, size, file) == size;
    bool closed = fclose(file) == 0;
    if (!written || !closed) unlink(name);
    return written && closed;
}

static bool begins_as_gzip(const char *path)
{
    char start[2];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = descriptor < 0 ? 0 : read(descriptor, start, sizeof start);
    if (descriptor >= 0) close(descriptor);
    return count > 0 && is_gzip(start, (size_t)count);
}

rondo_status rondo_gzip_unpack(const char *path, int64_t max_bytes, char **plain,
                               rondo_error *error)
{
    const char *folder = getenv("TMPDIR");
    char *data, *name;
    size_t size;
    *plain = NULL;
    if (!begins_as_gzip(path)) return RONDO_OK;
    rondo_status status = rondo_gzip_read(path, max_bytes, &data, &size, error);
    if (status) return status;
    name = rondo_file_join(folder && *folder ? folder : "/tmp", "rondo-XXXXXX");
    if (!name)
        status = rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for a name", path);
    else if (!write_temporary(name, data, size))
        status = rondo_error_set(error, RONDO_FAILED, "%s: cannot unpack it to %s: %s", path, name,
                                 strerror(errno));
    free(data);
    if (status) {
        free(name);
        return status;
    }
    *plain = name;
    return RONDO_OK;
}

uint32_t rondo_gzip_crc32(uint32_t sum, const void *data, size_t size)
{
    return (uint32_t)crc32_z(sum, data, size);
}
