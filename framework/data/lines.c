#include "data/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/utf8.h"

rondo_status rondo_lines_open(const char *path, rondo_lines *lines, rondo_error *error)
{
    struct stat about;
    bool standard = strcmp(path, "-") == 0;
    *lines = (rondo_lines){.path = standard ? "standard input" : path};
    lines->file = standard ? stdin : fopen(path, "rb");
    if (!lines->file)
        return rondo_error_set(error, RONDO_USAGE, "%s: cannot open: %s", path, strerror(errno));
    if (fstat(fileno(lines->file), &about) == 0 && S_ISDIR(about.st_mode))
        return rondo_error_set(error, RONDO_USAGE, "%s: is a folder, not a file", path);
    return RONDO_OK;
}

static void drop_line_end(rondo_lines *lines)
{
    char *line = lines->line;
    size_t length = lines->length;
    if (length > 0 && line[length - 1] == '\n') {
        length--;
        if (length > 0 && line[length - 1] == '\r') length--;
    }
    if (lines->number == 1 && length >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
        length -= 3;
        memmove(line, line + 3, length);
    }
    line[length] = '\0';
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
    errno = 0;
    ssize_t length = getline(&lines->line, &lines->capacity, lines->file);
    *there = length >= 0;
    if (length < 0 && !feof(lines->file))
        return rondo_error_set(error, RONDO_FAILED, "%s: cannot read: %s", lines->path,
                               strerror(errno));
    if (length < 0) return RONDO_OK;
    lines->length = (size_t)length;
    lines->number++;
    drop_line_end(lines);
    return check_line(lines, error);
}

void rondo_lines_close(rondo_lines *lines)
{
    if (lines->file && lines->file != stdin) fclose(lines->file);
    free(lines->line);
    *lines = (rondo_lines){0};
}
