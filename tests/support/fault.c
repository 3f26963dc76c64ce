#include "support/fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static fault_kind armed;
static int calls_left;
static bool forever_after, given, paused;

/* A process that is forked off has no faults: they would not be counted. */
static void disarm_child(void)
{
    armed = 0;
}

void fault_arm(fault_kind kind, int n, bool forever)
{
    static bool prepared;
    if (!prepared) pthread_atfork(NULL, NULL, disarm_child);
    prepared = true;
    armed = kind;
    calls_left = n;
    forever_after = forever;
    given = false;
}

bool fault_disarm(void)
{
    armed = 0;
    return given;
}

void fault_pause(void)
{
    paused = true;
}

void fault_resume(void)
{
    paused = false;
}

static bool fails(fault_kind kind, int reason)
{
    if (armed != kind || paused || calls_left == 0) return false;
    if (calls_left > 1) {
        calls_left--;
        return false;
    }
    if (!forever_after) calls_left = 0;
    given = true;
    errno = reason;
    return true;
}

/* --- what was asked --- */

static file_event recorded[FAULT_EVENTS];
static int recorded_count;
static bool recording;

void fault_record(void)
{
    recorded_count = 0;
    recording = true;
}

int fault_recorded(const file_event **events)
{
    recording = false;
    *events = recorded;
    return recorded_count;
}

static void take_path(char to[PATH_MAX], const char *path)
{
    char here[PATH_MAX] = "";
    if (*path != '/' && getcwd(here, sizeof here)) strcat(here, "/");
    if (snprintf(to, PATH_MAX, "%s%s", here, path) >= PATH_MAX) abort();
}

static void record(file_call call, const char *path, const char *to)
{
    if (!recording || recorded_count == FAULT_EVENTS) return;
    file_event *event = &recorded[recorded_count];
    *event = (file_event){.call = call};
    take_path(event->path, path);
    if (to) take_path(event->to, to);
    const file_event *last = recorded_count > 0 ? event - 1 : NULL;
    bool again =
        last && call == FILE_WRITE && last->call == call && strcmp(last->path, event->path) == 0;
    recorded_count += !again;
}

static void record_descriptor(file_call call, int descriptor)
{
    char link[64], path[PATH_MAX] = "";
    if (!recording) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (readlink(link, path, sizeof path - 1) > 0 && *path == '/') record(call, path, NULL);
}

/* --- calls --- */

/* The C library's own function of that name. */
static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

#define EXPORT __attribute__((visibility("default")))
#define NEXT(type, name)                                                                           \
    static type real;                                                                              \
    if (!real) {                                                                                   \
        void *found = next(name);                                                                  \
        memcpy(&real, &found, sizeof real);                                                        \
    }

typedef ssize_t (*write_function)(int, const void *, size_t);
typedef ssize_t (*pwrite_function)(int, const void *, size_t, off_t);
typedef int (*open_function)(const char *, int, ...);
typedef int (*descriptor_function)(int);
typedef int (*truncate_function)(int, off_t);
typedef int (*two_paths_function)(const char *, const char *);
typedef int (*linkat_function)(int, const char *, int, const char *, int);
typedef int (*mkdir_function)(const char *, mode_t);

EXPORT ssize_t write(int descriptor, const void *data, size_t size)
{
    NEXT(write_function, "write")
    ssize_t count = fails(FAULT_FILES, ENOSPC) ? -1 : real(descriptor, data, size);
    if (count > 0) record_descriptor(FILE_WRITE, descriptor);
    return count;
}

EXPORT ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset)
{
    NEXT(pwrite_function, "pwrite")
    ssize_t count = fails(FAULT_FILES, ENOSPC) ? -1 : real(descriptor, data, size, offset);
    if (count > 0) record_descriptor(FILE_WRITE, descriptor);
    return count;
}

EXPORT ssize_t pwrite64(int descriptor, const void *data, size_t size, off_t offset);
EXPORT ssize_t pwrite64(int descriptor, const void *data, size_t size, off_t offset)
{
    return pwrite(descriptor, data, size, offset);
}

static int open_checked(const char *path, int flags, mode_t mode)
{
    NEXT(open_function, "open")
    return fails(FAULT_FILES, EACCES) ? -1 : real(path, flags, mode);
}

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & O_CREAT ? (mode_t)va_arg(arguments, unsigned) : 0;
}

EXPORT int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    int opened = open_checked(path, flags, mode_of(flags, arguments));
    va_end(arguments);
    return opened;
}

EXPORT int open64(const char *path, int flags, ...);
EXPORT int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    int opened = open_checked(path, flags, mode_of(flags, arguments));
    va_end(arguments);
    return opened;
}

EXPORT int fsync(int descriptor)
{
    NEXT(descriptor_function, "fsync")
    int status = fails(FAULT_FILES, EIO) ? -1 : real(descriptor);
    if (status == 0) record_descriptor(FILE_SYNC, descriptor);
    return status;
}

EXPORT int ftruncate(int descriptor, off_t size)
{
    NEXT(truncate_function, "ftruncate")
    int status = fails(FAULT_FILES, EIO) ? -1 : real(descriptor, size);
    if (status == 0) record_descriptor(FILE_WRITE, descriptor);
    return status;
}

EXPORT int ftruncate64(int descriptor, off_t size);
EXPORT int ftruncate64(int descriptor, off_t size)
{
    return ftruncate(descriptor, size);
}

EXPORT int rename(const char *from, const char *to)
{
    NEXT(two_paths_function, "rename")
    int status = fails(FAULT_FILES, EIO) ? -1 : real(from, to);
    if (status == 0) record(FILE_RENAME, from, to);
    return status;
}

EXPORT int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    NEXT(linkat_function, "linkat")
    bool refused = fails(FAULT_FILES, EPERM) || fails(FAULT_LINKS, EPERM);
    int status = refused ? -1 : real(from_folder, from, to_folder, to, flags);
    if (status == 0) record(FILE_LINK, from, to);
    return status;
}

EXPORT int mkdir(const char *path, mode_t mode)
{
    NEXT(mkdir_function, "mkdir")
    int status = fails(FAULT_FILES, ENOSPC) ? -1 : real(path, mode);
    if (status == 0) record(FILE_MAKE_FOLDER, path, NULL);
    return status;
}

/* --wrap: the linker sends rondo's calls of malloc here, and __real_malloc to the C library. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails(FAULT_MEMORY, ENOMEM) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(FAULT_MEMORY, ENOMEM) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return fails(FAULT_MEMORY, ENOMEM) ? NULL : __real_realloc(block, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails(FAULT_MEMORY, ENOMEM) ? NULL : __real_aligned_alloc(alignment, size);
}
