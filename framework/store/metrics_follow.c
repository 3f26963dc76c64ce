#include "store/metrics_follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* NULL with RONDO_OK where there is no journal. O_NONBLOCK, so that a pipe is refused. */
static rondo_status open_journal(const char *path, FILE **file, struct stat *about,
                                 rondo_error *error)
{
    *file = NULL;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) return RONDO_OK;
    if (descriptor >= 0 && fstat(descriptor, about) == 0 && !S_ISREG(about->st_mode)) {
        close(descriptor);
        return rondo_error_set(error, RONDO_USAGE, "%s: is not a regular file", path);
    }
    *file = descriptor < 0 ? NULL : fdopen(descriptor, "r");
    if (*file) return RONDO_OK;
    rondo_error_set(error, RONDO_FAILED, "%s: cannot open: %s", path, strerror(errno));
    if (descriptor >= 0) close(descriptor);
    return error->status;
}

static rondo_status visit_lines(rondo_metrics_follower *follower, FILE *file, const char *path,
                                rondo_metrics_visit visit, void *context, rondo_error *error)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length = 0;
    rondo_status status = RONDO_OK;
    if (fseeko(file, (off_t)follower->offset, SEEK_SET) != 0)
        return rondo_error_set(error, RONDO_FAILED, "%s: cannot read: %s", path, strerror(errno));
    while (!status && (length = getline(&line, &size, file)) > 0 && line[length - 1] == '\n') {
        rondo_journal_line parsed;
        line[length - 1] = '\0';
        follower->offset += length;
        if (strlen(line) == (size_t)length - 1 && rondo_journal_parse(line, &parsed))
            status = visit(context, &parsed, error);
        else
            follower->damaged++;
    }
    if (!status && length < 0 && !feof(file))
        status = rondo_error_set(error, RONDO_FAILED, "%s: cannot read: %s", path, strerror(errno));
    free(line);
    return status;
}

rondo_status rondo_metrics_follow(rondo_metrics_follower *follower, const char *folder, bool *again,
                                  rondo_metrics_visit visit, void *context, rondo_error *error)
{
    struct stat about = {0};
    FILE *file = NULL;
    char *path = rondo_file_join(folder, "metrics.jsonl");
    *again = false;
    if (!path) return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", folder);
    rondo_status status = open_journal(path, &file, &about, error);
    uint64_t number = file ? (uint64_t)about.st_ino : 0;
    if (!status && follower->file &&
        (number != follower->file || (int64_t)about.st_size < follower->offset)) {
        *again = true;
        *follower = (rondo_metrics_follower){0};
    } else if (!status && file) {
        follower->file = number;
        follower->modified = (int64_t)about.st_mtime;
        status = visit_lines(follower, file, path, visit, context, error);
    }
    if (file) fclose(file);
    free(path);
    return status;
}
