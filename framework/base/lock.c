#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/background_ticker.h"
#include "base/file.h"
#include "base/text.h"

enum {
    ATTEMPTS = 100, /* a lock that comes and goes faster than we look */
    PAUSE_MS = 20
};

struct rondo_lock {
    char *path;
    char *temporary; /* its first name */
    char *aside;     /* the last one of a lock that is taken over */
    int descriptor;
    rondo_ticker *ticker;
};

/* A lock file that was there. */
typedef struct found_lock {
    int descriptor; /* -1: there is none */
    struct stat about;
    rondo_lock_holder holder;
    rondo_lock_signs signs;
} found_lock;

static rondo_status fail(const char *path, const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: cannot %s: %s", path, what, strerror(errno));
}

static rondo_status refuse(const char *path, const char *what, rondo_error *error)
{
    return rondo_error_set(error, RONDO_USAGE, "%s: is %s, not a lock of rondo: move it away", path,
                           what);
}

bool rondo_lock_counts(const rondo_lock_signs *signs)
{
    if (signs->unlocked && (signs->local || signs->same_boot)) return false;
    if (signs->same_boot && signs->same_host) return signs->alive;
    return signs->age < RONDO_LOCK_PATIENCE;
}

static bool is_same_file(const char *path, const struct stat *about)
{
    struct stat now;
    return lstat(path, &now) == 0 && now.st_dev == about->st_dev && now.st_ino == about->st_ino;
}

/* --- what is there --- */

static bool read_holder(int descriptor, rondo_lock_holder *holder)
{
    char text[RONDO_LOCK_TEXT_SIZE];
    ssize_t count = pread(descriptor, text, sizeof text - 1, 0);
    text[count > 0 ? count : 0] = '\0';
    return rondo_lock_holder_parse(text, holder);
}

/* Files of others' can be looked at, at least. */
static int open_existing(const char *path)
{
    const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int descriptor = open(path, O_RDWR | flags);
    if (descriptor < 0 && (errno == EACCES || errno == EROFS))
        descriptor = open(path, O_RDONLY | flags);
    return descriptor;
}

bool rondo_lock_is_one(const char *path)
{
    rondo_lock_holder holder;
    int descriptor = open_existing(path);
    if (descriptor < 0) return false;
    bool is_one = read_holder(descriptor, &holder);
    close(descriptor);
    return is_one;
}

bool rondo_lock_peek(const char *path, rondo_lock_holder *holder)
{
    struct stat about = {0};
    rondo_lock_holder self;
    *holder = (rondo_lock_holder){0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) return false;
    bool is_one = fstat(descriptor, &about) == 0 && read_holder(descriptor, holder);
    close(descriptor);
    if (!is_one) return false;
    rondo_lock_holder_self(&self);
    int64_t age = (int64_t)time(NULL) - (int64_t)about.st_mtime;
    const rondo_lock_signs signs = {.same_boot =
                                        self.boot[0] && strcmp(holder->boot, self.boot) == 0,
                                    .same_host = strcmp(holder->host, self.host) == 0,
                                    .alive = rondo_lock_holder_lives(holder),
                                    .age = age};
    holder->silent_for = age > 0 ? age : 0;
    return rondo_lock_counts(&signs);
}

static rondo_status open_found(const char *path, found_lock *found, rondo_error *error)
{
    found->descriptor = open_existing(path);
    if (found->descriptor < 0 && errno == ENOENT) return RONDO_OK;
    if (found->descriptor < 0 && errno == ELOOP) return refuse(path, "a symbolic link", error);
    if (found->descriptor < 0) return fail(path, "open", error);
    if (fstat(found->descriptor, &found->about) != 0) return fail(path, "read", error);
    if (!S_ISREG(found->about.st_mode)) return refuse(path, "no ordinary file", error);
    return RONDO_OK;
}

/* Opens what is there; *held where the kernel knows that its holder lives. Where that leaves it
 * open, the signs are filled but for the age. */
static rondo_status inspect_found(const char *path, const rondo_lock_holder *self,
                                  found_lock *found, bool *held, rondo_error *error)
{
    *held = false;
    rondo_status status = open_found(path, found, error);
    if (status || found->descriptor < 0) return status;
    bool unlocked = flock(found->descriptor, LOCK_EX | LOCK_NB) == 0;
    *held = !unlocked && errno == EWOULDBLOCK;
    bool is_one = read_holder(found->descriptor, &found->holder);
    if (!is_one && found->about.st_size > 0) return refuse(path, "another program's file", error);
    const rondo_lock_holder *holder = &found->holder;
    bool same_boot = is_one && self->boot[0] && strcmp(holder->boot, self->boot) == 0;
    bool same_host = is_one && strcmp(holder->host, self->host) == 0;
    found->signs =
        (rondo_lock_signs){.unlocked = unlocked,
                           .local = is_one && rondo_lock_is_local(found->descriptor),
                           .same_boot = same_boot,
                           .same_host = same_host,
                           .alive = same_boot && same_host && rondo_lock_holder_lives(holder)};
    return RONDO_OK;
}

static void close_found(found_lock *found)
{
    if (found->descriptor >= 0) close(found->descriptor);
    found->descriptor = -1;
}

/* Takes away what nobody holds. Where the kernel's lock works, we have it, and nobody else comes
 * here; elsewhere the rename tells whose file it was: one that a faster process has just put there
 * goes back. */
static rondo_status take_away(const rondo_lock *lock, const found_lock *found, rondo_error *error)
{
    if (!is_same_file(lock->path, &found->about)) return RONDO_OK;
    if (rename(lock->path, lock->aside) != 0)
        return errno == ENOENT ? RONDO_OK : fail(lock->path, "move aside", error);
    /* Where a third process has the name already, the one that lost it sees so by itself. */
    if (!is_same_file(lock->aside, &found->about) && link(lock->aside, lock->path) != 0) errno = 0;
    unlink(lock->aside);
    return RONDO_OK;
}

/* --- ours --- */

static bool write_holder(int descriptor, const rondo_lock_holder *self)
{
    char text[RONDO_LOCK_TEXT_SIZE];
    size_t length = rondo_lock_holder_print(self, text);
    if (!rondo_file_write_all(descriptor, text, length)) return false;
    /* Processes of this machine see it without the disk, and a restart makes it void. */
    return rondo_lock_is_local(descriptor) || rondo_file_sync_now(descriptor);
}

/* Whole, and with the kernel's lock, before it has the name that counts. */
static rondo_status make_file(rondo_lock *lock, const char *name, const rondo_lock_holder *self,
                              rondo_error *error)
{
    lock->descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (lock->descriptor < 0) return fail(lock->path, "write", error);
    flock(lock->descriptor, LOCK_EX | LOCK_NB); /* not everywhere */
    if (write_holder(lock->descriptor, self)) return RONDO_OK;
    rondo_status status = fail(lock->path, "write", error);
    unlink(name);
    return status;
}

static void close_file(rondo_lock *lock)
{
    if (lock->descriptor >= 0) close(lock->descriptor);
    lock->descriptor = -1;
}

/* The name that counts, if nobody has it. What it leads to tells, not what link() says: the answer
 * of a file server may be lost, and the question be asked again. Without hard links it is made in
 * place: a process that finds the file empty takes it for held. */
static rondo_status claim(rondo_lock *lock, const rondo_lock_holder *self, bool *got,
                          rondo_error *error)
{
    struct stat about;
    *got = false;
    if (link(lock->temporary, lock->path) == 0 || errno == EEXIST) {
        *got = fstat(lock->descriptor, &about) == 0 && is_same_file(lock->path, &about);
        return RONDO_OK;
    }
    if (errno == ENOENT) return RONDO_OK;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
        return fail(lock->path, "write", error);
    if (access(lock->path, F_OK) == 0) return RONDO_OK;
    close_file(lock);
    rondo_status status = make_file(lock, lock->path, self, error);
    *got = !status;
    return status;
}

/* Seconds between the last renewal of what was found and now, by the clock of the file system. */
static rondo_status find_age(const rondo_lock *lock, found_lock *found, rondo_error *error)
{
    struct stat now;
    if (fstat(lock->descriptor, &now) != 0) return fail(lock->path, "read", error);
    found->signs.age = (int64_t)now.st_mtime - (int64_t)found->about.st_mtime;
    found->holder.silent_for = found->signs.age > 0 ? found->signs.age : 0;
    return RONDO_OK;
}

/* One attempt: *got, or *held by somebody, or neither: look again. */
static rondo_status attempt(rondo_lock *lock, const rondo_lock_holder *self, found_lock *found,
                            bool *got, bool *held, rondo_error *error)
{
    *got = false;
    rondo_status status = inspect_found(lock->path, self, found, held, error);
    if (status || *held) return status;
    close_file(lock); /* of an attempt before: its time is no longer now */
    unlink(lock->temporary);
    if ((status = make_file(lock, lock->temporary, self, error))) return status;
    if (found->descriptor >= 0) {
        if ((status = find_age(lock, found, error))) return status;
        *held = rondo_lock_counts(&found->signs);
        if (*held) return RONDO_OK;
        if ((status = take_away(lock, found, error))) return status;
    }
    status = claim(lock, self, got, error);
    unlink(lock->temporary);
    return status;
}

/* Held, but its holder is dead: a process that it had started for a moment has not ended yet. */
static bool is_orphan(const found_lock *found)
{
    return found->signs.same_boot && found->signs.same_host && !found->signs.alive;
}

static rondo_status take(rondo_lock *lock, bool *got, rondo_lock_holder *holder, rondo_error *error)
{
    rondo_lock_holder self;
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    rondo_status status = RONDO_OK;
    bool held = false;
    rondo_lock_holder_self(&self);
    *got = false;
    for (int i = 0; i < ATTEMPTS && !status && !*got && !held; i++) {
        found_lock found = {.descriptor = -1};
        status = attempt(lock, &self, &found, got, &held, error);
        if (held && i + 1 < ATTEMPTS && is_orphan(&found)) {
            nanosleep(&pause, NULL);
            held = false;
        }
        *holder = found.holder;
        close_found(&found);
    }
    if (!*got && lock->descriptor >= 0) unlink(lock->temporary);
    if (status || *got || held) return status;
    return rondo_error_set(error, RONDO_FAILED, "%s: cannot be taken: others come and go",
                           lock->path);
}

/* --- what others call --- */

static void renew(void *context)
{
    const rondo_lock *lock = context;
    futimens(lock->descriptor, NULL);
}

static void destroy(rondo_lock *lock)
{
    rondo_ticker_destroy(lock->ticker);
    close_file(lock);
    free(lock->path);
    free(lock->temporary);
    free(lock->aside);
    free(lock);
}

static rondo_lock *create(const char *path)
{
    rondo_text aside = {0};
    rondo_lock *lock = calloc(1, sizeof *lock);
    if (!lock) return NULL;
    rondo_text_add(&aside, "%s.old", path);
    lock->descriptor = -1;
    lock->path = rondo_text_copy(path);
    lock->temporary = rondo_file_temporary(path);
    lock->aside = rondo_file_temporary(rondo_text_get(&aside));
    bool is_whole = lock->path && lock->temporary && lock->aside && !aside.failed;
    rondo_text_finish(&aside);
    if (is_whole) return lock;
    destroy(lock);
    return NULL;
}

rondo_status rondo_lock_try(const char *path, rondo_lock **out, rondo_lock_holder *holder,
                            rondo_error *error)
{
    bool got = false;
    rondo_lock *lock = create(path);
    rondo_status status = lock
                              ? take(lock, &got, holder, error)
                              : rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", path);
    *out = NULL;
    if (!lock) return status;
    if (got) status = rondo_ticker_create(RONDO_LOCK_RENEWAL, renew, lock, &lock->ticker, error);
    if (got && !status) {
        *out = lock;
        return RONDO_OK;
    }
    if (got) unlink(path);
    destroy(lock);
    return status;
}

bool rondo_lock_is_held(const rondo_lock *lock)
{
    struct stat about;
    return fstat(lock->descriptor, &about) == 0 && is_same_file(lock->path, &about);
}

void rondo_lock_release(rondo_lock *lock)
{
    if (!lock) return;
    if (rondo_lock_is_held(lock)) unlink(lock->path);
    destroy(lock);
}
