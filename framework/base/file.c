#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "base/text.h"

enum { FIRST_INPUT = 65536 }; /* bytes of standard input read at first */

/* Follows the final name, before the process id: "latest.h5.tmp-4711". */
static const char temporary_mark[] = ".tmp-";

static rondo_status fail(rondo_error *error, const char *path, const char *what)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: cannot %s: %s", path, what, strerror(errno));
}

static rondo_status fail_memory(rondo_error *error, const char *path)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path);
}

/* O_NONBLOCK, so that a pipe of that name is refused instead of waited for. */
static rondo_status open_regular(const char *path, int *descriptor, size_t *size,
                                 rondo_error *error)
{
    struct stat about;
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*descriptor < 0)
        return rondo_error_set(error, RONDO_USAGE, "%s: cannot open: %s", path, strerror(errno));
    if (fstat(*descriptor, &about) != 0) return fail(error, path, "read");
    if (S_ISDIR(about.st_mode))
        return rondo_error_set(error, RONDO_USAGE, "%s: is a folder, not a file", path);
    if (!S_ISREG(about.st_mode))
        return rondo_error_set(error, RONDO_USAGE, "%s: is not a regular file", path);
    *size = (size_t)about.st_size;
    return RONDO_OK;
}

FILE *rondo_file_open_ordinary(const char *path)
{
    struct stat about;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    bool is_ordinary = descriptor >= 0 && fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
    FILE *file = is_ordinary ? fdopen(descriptor, "r") : NULL;
    if (!file && descriptor >= 0) close(descriptor);
    return file;
}

/* Reads up to `size` bytes; fewer when the file is shorter by now. Returns the count or -1. */
static ssize_t read_up_to(int descriptor, char *data, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t count = read(descriptor, data + done, size - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) break;
        done += (size_t)count;
    }
    return (ssize_t)done;
}

rondo_status rondo_file_read(const char *path, size_t limit, char **data, size_t *size,
                             rondo_error *error)
{
    int descriptor = -1;
    size_t wanted = 0;
    char *bytes = NULL;
    *data = NULL;
    *size = 0;
    rondo_status status = open_regular(path, &descriptor, &wanted, error);
    if (status) goto cleanup;
    if (wanted > limit) {
        status =
            rondo_error_set(error, RONDO_USAGE, "%s: has %zu bytes, more than the limit of %zu",
                            path, wanted, limit);
        goto cleanup;
    }
    bytes = malloc(wanted + 1);
    if (!bytes) {
        status = fail_memory(error, path);
        goto cleanup;
    }
    ssize_t count = read_up_to(descriptor, bytes, wanted);
    if (count < 0) {
        status = fail(error, path, "read");
        goto cleanup;
    }
    bytes[count] = '\0';
    *data = bytes;
    *size = (size_t)count;
    bytes = NULL;
cleanup:
    free(bytes);
    if (descriptor >= 0) close(descriptor);
    return status;
}

rondo_status rondo_file_read_input(size_t limit, char **data, size_t *size, rondo_error *error)
{
    static const char name[] = "standard input";
    size_t used = 0, capacity = 0;
    ssize_t count = 1;
    char *bytes = NULL;
    *data = NULL;
    *size = 0;
    while (count > 0 && used <= limit) {
        capacity = capacity > 0 ? 2 * capacity : FIRST_INPUT;
        char *grown = realloc(bytes, capacity + 1);
        if (!grown) {
            free(bytes);
            return fail_memory(error, name);
        }
        bytes = grown;
        count = read_up_to(STDIN_FILENO, bytes + used, capacity - used);
        if (count > 0) used += (size_t)count;
    }
    if (count < 0 || used > limit) {
        rondo_status status = count < 0 ? fail(error, name, "read")
                                        : rondo_error_set(error, RONDO_USAGE,
                                                          "%s: has more than the limit of %zu "
                                                          "bytes",
                                                          name, limit);
        free(bytes);
        return status;
    }
    bytes[used] = '\0';
    *data = bytes;
    *size = used;
    return RONDO_OK;
}

bool rondo_file_write_all(int descriptor, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t count = write(descriptor, data, size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        data += count;
        size -= (size_t)count;
    }
    return true;
}

/* O_NONBLOCK, so that a pipe of that name is refused instead of waited for. */
rondo_status rondo_file_append(const char *path, int *descriptor, rondo_error *error)
{
    struct stat about;
    const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW;
    *descriptor = open(path, flags, 0666);
    if (*descriptor < 0 && errno == ELOOP) return rondo_file_refuse_link(path, error);
    if (*descriptor < 0 || fstat(*descriptor, &about) != 0) return fail(error, path, "open");
    if (S_ISREG(about.st_mode)) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "%s: is not a regular file", path);
}

rondo_status rondo_file_refuse_link(const char *path, rondo_error *error)
{
    struct stat about;
    if (lstat(path, &about) != 0 || !S_ISLNK(about.st_mode)) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "%s: is a symbolic link, and what is written there would go elsewhere: "
                           "remove the link",
                           path);
}

static double sync_from; /* seconds of the clock */

void rondo_file_sync_from(double when)
{
    sync_from = when;
}

bool rondo_file_sync(int descriptor)
{
    return (sync_from > 0 && rondo_clock_seconds() < sync_from) || rondo_file_sync_now(descriptor);
}

bool rondo_file_sync_now(int descriptor)
{
    while (fsync(descriptor) != 0)
        if (errno != EINTR) return false;
    return true;
}

/* Closes also after a failure; errno is that of the first. */
static bool flush_and_close(int descriptor, bool whole)
{
    if (whole) whole = rondo_file_sync(descriptor);
    int first = errno;
    bool closed = close(descriptor) == 0;
    if (!whole) errno = first;
    return whole && closed;
}

char *rondo_file_temporary(const char *path)
{
    rondo_text name = {0};
    rondo_text_add(&name, "%s%s%ld", path, temporary_mark, (long)getpid());
    if (name.failed) {
        rondo_text_finish(&name);
        return NULL;
    }
    unlink(name.data); /* of an earlier process with this number */
    return name.data;
}

rondo_status rondo_file_write(const char *path, const void *data, size_t size, rondo_error *error)
{
    char *temporary = rondo_file_temporary(path);
    if (!temporary) return fail_memory(error, path);
    rondo_status status = RONDO_OK;
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        status = fail(error, path, "write");
    } else if (!flush_and_close(descriptor, rondo_file_write_all(descriptor, data, size))) {
        status = fail(error, path, "write");
        unlink(temporary);
    } else {
        status = rondo_file_replace(temporary, path, error);
    }
    free(temporary);
    return status;
}

rondo_status rondo_file_flush(const char *path, rondo_error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || !flush_and_close(descriptor, true))
        return fail(error, path, "write to disk");
    return RONDO_OK;
}

/* File systems that cannot flush a folder say EINVAL; there is nothing else to try. */
static rondo_status flush_folder_of(const char *path, rondo_error *error)
{
    char *folder = rondo_file_folder(path);
    if (!folder) return fail_memory(error, path);
    rondo_status status = RONDO_OK;
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 || (!flush_and_close(descriptor, true) && errno != EINVAL))
        status = fail(error, folder, "write to disk");
    free(folder);
    return status;
}

/* The move alone; the temporary name is gone afterwards in any case. rename() does nothing when
 * both names are links to one file, hence the unlink. */
static rondo_status move(const char *temporary, const char *path, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (rename(temporary, path) != 0) status = fail(error, path, "replace");
    unlink(temporary);
    return status ? status : flush_folder_of(path, error);
}

rondo_status rondo_file_replace(const char *temporary, const char *path, rondo_error *error)
{
    rondo_status status = rondo_file_flush(temporary, error);
    if (!status) return move(temporary, path, error);
    unlink(temporary);
    return status;
}

static bool copy_contents(int from, int to)
{
    char block[65536];
    for (;;) {
        ssize_t count = read_up_to(from, block, sizeof block);
        if (count <= 0) return count == 0;
        if (!rondo_file_write_all(to, block, (size_t)count)) return false;
    }
}

static rondo_status copy(const char *from, const char *path, rondo_error *error)
{
    size_t size;
    int source = -1;
    rondo_status status = open_regular(from, &source, &size, error);
    if (!status) {
        int target = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (target < 0 || !flush_and_close(target, copy_contents(source, target)))
            status = fail(error, path, "write");
    }
    if (source >= 0) close(source);
    if (status) unlink(path);
    return status;
}

rondo_status rondo_file_duplicate(const char *from, const char *path, rondo_error *error)
{
    char *temporary = rondo_file_temporary(path);
    if (!temporary) return fail_memory(error, path);
    rondo_status status = RONDO_OK;
    if (linkat(AT_FDCWD, from, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) != 0)
        status = copy(from, temporary, error);
    if (!status) status = move(temporary, path, error);
    free(temporary);
    return status;
}

/* A new folder is durable once its parent is on disk. */
static rondo_status make_one(const char *path, rondo_error *error)
{
    if (rondo_file_is_folder(path)) return RONDO_OK;
    if (mkdir(path, 0777) == 0) return flush_folder_of(path, error);
    if (errno == EEXIST && rondo_file_is_folder(path)) return RONDO_OK; /* just made by another */
    if (errno == EEXIST)
        return rondo_error_set(error, RONDO_FAILED, "%s: exists and is not a folder", path);
    return fail(error, path, "make this folder");
}

rondo_status rondo_file_make_folder(const char *path, rondo_error *error)
{
    char *prefix = rondo_text_copy(path);
    if (!prefix) return fail_memory(error, path);
    rondo_status status = RONDO_OK;
    for (char *slash = strchr(prefix + (*prefix != '\0'), '/'); slash && !status;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        status = make_one(prefix, error);
        *slash = '/';
    }
    if (!status) status = make_one(prefix, error);
    free(prefix);
    return status;
}

bool rondo_file_exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

char *rondo_file_join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    size_t size = length + strlen(name) + 2;
    bool separate = length > 0 && folder[length - 1] != '/';
    if (name[0] == '/') return rondo_text_copy(name);
    char *path = malloc(size);
    if (path) snprintf(path, size, "%s%s%s", folder, separate ? "/" : "", name);
    return path;
}

char *rondo_file_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return rondo_text_copy(".");
    while (slash > path && slash[-1] == '/')
        slash--;
    size_t length = slash > path ? (size_t)(slash - path) : 1;
    char *folder = rondo_text_copy(path);
    if (folder) folder[length] = '\0';
    return folder;
}

/* The process id at the end of a temporary name, or 0; *length is of the final name before it. */
static long owner_of(const char *name, size_t *length)
{
    const char *mark = NULL;
    int64_t process;
    for (const char *at = name; (at = strstr(at, temporary_mark)); at++)
        mark = at;
    if (!mark) return 0;
    const char *digits = mark + strlen(temporary_mark);
    if (digits[strspn(digits, "0123456789")] != '\0') return 0;
    if (!rondo_text_integer(digits, &process)) return 0;
    *length = (size_t)(mark - name);
    return process > 0 && process <= INT32_MAX ? (long)process : 0;
}

void rondo_file_remove_stale(const char *folder, bool (*is_ours)(const char *name, size_t length))
{
    size_t length;
    DIR *entries = opendir(folder);
    if (!entries) return;
    for (struct dirent *entry; (entry = readdir(entries));) {
        pid_t owner = (pid_t)owner_of(entry->d_name, &length);
        if (owner == 0 || !is_ours(entry->d_name, length)) continue;
        struct stat about;
        bool dead = owner == getpid() ||
                    (fstatat(dirfd(entries), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
                     !rondo_process_lived(owner, about.st_mtime));
        if (dead) unlinkat(dirfd(entries), entry->d_name, 0);
    }
    closedir(entries);
}

bool rondo_file_program(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    path[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/* FNV-1a (Fowler, Noll & Vo): hash = (hash ^ byte) * prime. */
uint64_t rondo_file_checksum(uint64_t seed, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint64_t hash = seed ? seed : UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}
