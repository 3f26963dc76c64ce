#include "data/text/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gzip.h"
#include "base/utf8.h"

enum { PIECE = 65536 };

static const size_t largest_expanded = (size_t)4 << 30;

static rondo_status refuse(const rondo_lines *lines, const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_USAGE, "%s: cannot open: %s", lines->path, what);
}

/* The whole of a gzipped file; other files are left as they are. */
static rondo_status expand(rondo_lines *lines, rondo_error *error)
{
    unsigned char magic[2];
    struct stat about;
    bool is_gzip = fstat(lines->file, &about) == 0 && S_ISREG(about.st_mode) &&
                   pread(lines->file, magic, sizeof magic, 0) == (ssize_t)sizeof magic &&
                   magic[0] == 0x1F && magic[1] == 0x8B;
    if (!is_gzip) return RONDO_OK;
    lines->ended = true;
    return rondo_gzip_read(lines->path, (int64_t)largest_expanded, &lines->buffer, &lines->end,
                           error);
}

rondo_status rondo_lines_open(const char *path, rondo_lines *lines, rondo_error *error)
{
    struct stat about;
    *lines = (rondo_lines){.path = path, .file = STDIN_FILENO};
    if (strcmp(path, "-") == 0) {
        lines->path = "standard input";
        return RONDO_OK;
    }
    lines->file = open(path, O_RDONLY | O_CLOEXEC);
    if (lines->file < 0) return refuse(lines, strerror(errno), error);
    lines->is_open = true;
    if (fstat(lines->file, &about) == 0 && S_ISDIR(about.st_mode))
        return rondo_error_set(error, RONDO_USAGE, "%s: is a folder, not a file", path);
    return expand(lines, error);
}

/* Room for a piece more and a NUL, at the end of what has not been given. */
static rondo_status make_room(rondo_lines *lines, rondo_error *error)
{
    size_t kept = lines->end - lines->start;
    if (lines->start > 0) memmove(lines->buffer, lines->buffer + lines->start, kept);
    lines->start = 0;
    lines->end = kept;
    if (kept + PIECE + 1 <= lines->capacity) return RONDO_OK;
    size_t capacity = 2 * (kept + PIECE) + 1;
    char *larger = realloc(lines->buffer, capacity);
    if (!larger)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for a line",
                               lines->path);
    lines->buffer = larger;
    lines->capacity = capacity;
    return RONDO_OK;
}

static rondo_status read_piece(rondo_lines *lines, rondo_error *error)
{
    rondo_status status = make_room(lines, error);
    if (status) return status;
    ssize_t count;
    do
        count = read(lines->file, lines->buffer + lines->end, PIECE);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return rondo_error_set(error, RONDO_FAILED, "%s: cannot read: %s", lines->path,
                               strerror(errno));
    lines->ended = count == 0;
    lines->end += (size_t)count;
    return RONDO_OK;
}

static char *find_end(const rondo_lines *lines, size_t from)
{
    return lines->end > from ? memchr(lines->buffer + from, '\n', lines->end - from) : NULL;
}

bool rondo_lines_wait(const rondo_lines *lines)
{
    struct pollfd waiting = {.fd = lines->file, .events = POLLIN};
    return !lines->ended && !find_end(lines, lines->start) && poll(&waiting, 1, 0) == 0;
}

/* The line is in the buffer; its end becomes a NUL. */
static void take_line(rondo_lines *lines, size_t length, bool has_end)
{
    char *line = lines->buffer + lines->start;
    lines->start += length + has_end;
    lines->number++;
    if (has_end && length > 0 && line[length - 1] == '\r') length--;
    if (lines->number == 1 && length >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
        line += 3;
        length -= 3;
    }
    line[length] = '\0';
    lines->line = line;
    lines->length = length;
}

static rondo_status check_line(const rondo_lines *lines, rondo_error *error)
{
    int64_t line, column;
    if (memchr(lines->line, '\0', lines->length))
        return rondo_error_set(error, RONDO_FAILED, "%s:%lld: binary, not text: it has a NUL byte",
                               lines->path, (long long)lines->number);
    size_t place = rondo_utf8_find_invalid(lines->line, lines->length);
    if (place == lines->length) return RONDO_OK;
    rondo_utf8_position(lines->line, place, &line, &column);
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld:%lld: byte 0x%02X is not valid UTF-8",
                           lines->path, (long long)lines->number, (long long)column,
                           (unsigned)(unsigned char)lines->line[place]);
}

rondo_status rondo_lines_next(rondo_lines *lines, bool *there, rondo_error *error)
{
    size_t looked_at = 0; /* behind start, without a line end */
    char *found;
    while (!(found = find_end(lines, lines->start + looked_at)) && !lines->ended) {
        looked_at = lines->end - lines->start;
        rondo_status status = read_piece(lines, error);
        if (status) return status;
    }
    *there = found || lines->end > lines->start;
    if (!*there) return RONDO_OK;
    size_t end = found ? (size_t)(found - lines->buffer) : lines->end;
    take_line(lines, end - lines->start, found != NULL);
    return check_line(lines, error);
}

void rondo_lines_close(rondo_lines *lines)
{
    if (lines->is_open) close(lines->file);
    free(lines->buffer);
    *lines = (rondo_lines){0};
}
