/* The lock file: one holder among processes, also where the file system has no locks of the
 * kernel's or no hard links; what killed processes leave; what stands in its place. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/lock_holder.h"
#include "base/scratch.h"

#define FOLDER "lock_folder"
#define PATH   FOLDER "/lock"

enum { PROCESSES = 6, TURNS = 15 };

/* The system as it is on other file systems. */
static bool no_locks, no_links, is_shared, answers_are_lost;

int __real_flock(int file, int operation);
int __wrap_flock(int file, int operation);
int __wrap_flock(int file, int operation)
{
    if (!no_locks) return __real_flock(file, operation);
    errno = ENOLCK;
    return -1;
}

int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to)
{
    if (!no_links) {
        int result = __real_link(from, to);
        if (!answers_are_lost) return result;
        errno = EEXIST;
        return -1;
    }
    errno = EPERM;
    return -1;
}

int __real_fstatfs(int file, struct statfs *about);
int __wrap_fstatfs(int file, struct statfs *about);
int __wrap_fstatfs(int file, struct statfs *about)
{
    int result = __real_fstatfs(file, about);
    if (is_shared) about->f_type = 0x6969; /* NFS */
    return result;
}

static rondo_lock *take(rondo_lock_holder *holder)
{
    rondo_error error = {0};
    rondo_lock *lock;
    CHECK_INTEGER(rondo_lock_try(PATH, &lock, holder, &error), RONDO_OK);
    CHECK_TEXT(error.text, "");
    return lock;
}

static bool can_be_taken(void)
{
    rondo_lock_holder holder;
    rondo_lock *lock = take(&holder);
    bool taken = lock != NULL;
    rondo_lock_release(lock);
    return taken;
}

/* Looking at it disturbs nobody: the process that takes it in the same moment gets it. */
static void test_looked_at(void)
{
    rondo_lock_holder holder;
    scratch_folder(FOLDER);
    CHECK(!rondo_lock_peek(PATH, &holder));
    rondo_lock *lock = take(&holder);
    CHECK(rondo_lock_peek(PATH, &holder));
    CHECK_INTEGER(holder.process, getpid());
    rondo_lock_release(lock);
    CHECK(!rondo_lock_peek(PATH, &holder));
    scratch_write(PATH, "", 0);
    CHECK(!rondo_lock_peek(PATH, &holder));
    scratch_write(PATH, "another program's\n", 18);
    CHECK(!rondo_lock_peek(PATH, &holder));
    unlink(PATH);
    CHECK_INTEGER(symlink("elsewhere", PATH), 0);
    CHECK(!rondo_lock_peek(PATH, &holder));
    unlink(PATH);
    CHECK_INTEGER(mkfifo(PATH, 0666), 0);
    CHECK(!rondo_lock_peek(PATH, &holder));
    unlink(PATH);
}

static void test_taken_and_released(void)
{
    char host[128];
    rondo_lock_holder holder;
    scratch_folder(FOLDER);
    gethostname(host, sizeof host);
    rondo_lock *lock = take(&holder);
    CHECK(lock && rondo_lock_is_held(lock));
    CHECK(rondo_lock_is_one(PATH));
    CHECK(take(&holder) == NULL);
    CHECK_INTEGER(holder.process, getpid());
    CHECK_TEXT(holder.host, host);
    CHECK_INTEGER(holder.silent_for, -1);
    CHECK(strlen(holder.since) == strlen("2026-11-28 07:52:30"));
    CHECK_INTEGER(scratch_count(FOLDER, ""), 1);
    rondo_lock_release(lock);
    CHECK_INTEGER(scratch_count(FOLDER, ""), 0);
    CHECK(can_be_taken());
    rondo_lock_release(NULL);
}

/* A child that holds the lock until it is killed. */
static pid_t hold_in_child(void)
{
    int pipe_ends[2];
    char byte;
    if (pipe(pipe_ends) != 0) exit(2);
    pid_t child = fork();
    if (child == 0) {
        rondo_lock_holder holder;
        if (!take(&holder)) _exit(1);
        if (write(pipe_ends[1], "x", 1) != 1) _exit(1);
        for (;;)
            pause();
    }
    CHECK_INTEGER(read(pipe_ends[0], &byte, 1), 1);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    return child;
}

static void check_killed(void)
{
    rondo_lock_holder holder;
    scratch_folder(FOLDER);
    pid_t child = hold_in_child();
    CHECK(take(&holder) == NULL);
    CHECK_INTEGER(holder.process, child);
    CHECK(rondo_lock_peek(PATH, &holder));
    CHECK_INTEGER(holder.process, child);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK(rondo_lock_is_one(PATH));
    CHECK(!rondo_lock_peek(PATH, &holder));
    CHECK(can_be_taken());
    CHECK_INTEGER(scratch_count(FOLDER, ""), 0);
}

/* The killed process had started another one, which has its files for a moment more. */
static void test_child_of_a_killed_process(void)
{
    int pipe_ends[2];
    char byte;
    scratch_folder(FOLDER);
    CHECK_INTEGER(pipe(pipe_ends), 0);
    pid_t child = fork();
    if (child == 0) {
        rondo_lock_holder holder;
        if (!take(&holder)) _exit(1);
        if (fork() == 0) {
            if (write(pipe_ends[1], "x", 1) != 1) _exit(1);
            nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
            _exit(0);
        }
        for (;;)
            pause();
    }
    CHECK_INTEGER(read(pipe_ends[0], &byte, 1), 1);
    CHECK(!can_be_taken());
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK(can_be_taken());
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

static void test_killed(void)
{
    check_killed();
    no_locks = true;
    check_killed();
    is_shared = true;
    check_killed();
    no_locks = false;
    check_killed();
    is_shared = false;
}

/* A lock file as another machine would have left it `age` seconds ago. */
static void plant(const char *host, const char *boot, long age)
{
    char text[RONDO_LOCK_TEXT_SIZE];
    rondo_lock_holder other = {.process = 4711, .start = 5, .since = "2026-01-02 03:04:05"};
    scratch_folder(FOLDER);
    snprintf(other.host, sizeof other.host, "%s", host);
    snprintf(other.boot, sizeof other.boot, "%s", boot);
    size_t length = rondo_lock_holder_print(&other, text);
    scratch_write(PATH, text, length);
    struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
    CHECK_INTEGER(utimensat(AT_FDCWD, PATH, times, 0), 0);
}

/* On a shared file system the file's time counts, whatever the kernel's lock says; on a local one a
 * free lock is enough. */
static void test_other_machine(void)
{
    rondo_lock_holder holder;
    is_shared = true;
    for (int i = 0; i < 2; i++, no_locks = true) {
        plant("elsewhere", "another-boot", 40);
        CHECK(take(&holder) == NULL);
        CHECK_TEXT(holder.host, "elsewhere");
        CHECK_INTEGER(holder.process, 4711);
        CHECK_TEXT(holder.since, "2026-01-02 03:04:05");
        CHECK(holder.silent_for >= 39 && holder.silent_for < 60);
        CHECK_INTEGER(scratch_count(FOLDER, ""), 1);
        CHECK(rondo_lock_peek(PATH, &holder));
        CHECK(holder.silent_for >= 39 && holder.silent_for < 60);
        plant("elsewhere", "another-boot", RONDO_LOCK_PATIENCE + 5);
        CHECK(!rondo_lock_peek(PATH, &holder));
        CHECK(can_be_taken());
        CHECK_INTEGER(scratch_count(FOLDER, ""), 0);
    }
    is_shared = no_locks = false;
    plant("elsewhere", "another-boot", 40);
    CHECK(can_be_taken());
}

/* The table of what counts as held. */
static void test_signs(void)
{
    static const struct {
        rondo_lock_signs signs; /* unlocked, local, same_boot, same_host, alive, age */
        bool counts;
    } cases[] = {
        {{true, true, false, false, false, 1}, false},    /* a local disk, after a restart */
        {{true, false, true, true, true, 1}, false},      /* the number is another process's now */
        {{true, false, false, false, false, 1}, true},    /* locks may be of one machine only */
        {{true, false, false, true, false, 1}, true},     /* two machines of one name */
        {{true, false, false, false, false, 300}, false}, /* silent for too long */
        {{false, true, true, true, true, 9999}, true},    /* no locks, but it lives */
        {{false, true, true, true, false, 1}, false},     /* no locks, and it is gone */
        {{false, false, true, false, false, 1}, true},    /* another container of this machine */
        {{false, false, true, false, false, 300}, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_INTEGER(rondo_lock_counts(&cases[i].signs), cases[i].counts);
}

static void check_refused(const char *message)
{
    rondo_error error = {0};
    rondo_lock *lock;
    rondo_lock_holder holder;
    CHECK_INTEGER(rondo_lock_try(PATH, &lock, &holder, &error), RONDO_USAGE);
    CHECK_TEXT(error.text, message);
    CHECK(lock == NULL && !rondo_lock_is_one(PATH));
}

static void test_something_else(void)
{
    size_t size;
    scratch_folder(FOLDER);
    scratch_write(FOLDER "/precious", "text", 4);
    CHECK_INTEGER(symlink("precious", PATH), 0);
    check_refused(PATH ": is a symbolic link, not a lock of rondo: move it away");
    unlink(PATH);
    CHECK_INTEGER(symlink("nowhere", PATH), 0);
    check_refused(PATH ": is a symbolic link, not a lock of rondo: move it away");
    CHECK_INTEGER(scratch_count(FOLDER, "nowhere"), 0);
    unlink(PATH);
    scratch_write(PATH, "4711\n", 5);
    check_refused(PATH ": is another program's file, not a lock of rondo: move it away");
    char *text = scratch_read(PATH, &size);
    CHECK_TEXT(text, "4711\n");
    free(text);
    text = scratch_read(FOLDER "/precious", &size);
    CHECK_TEXT(text, "text");
    free(text);
}

/* An empty file is one that is being made, or was when the power went. */
static void test_empty(void)
{
    rondo_lock_holder holder;
    struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    scratch_folder(FOLDER);
    scratch_write(PATH, "", 0);
    CHECK(take(&holder) == NULL);
    CHECK_INTEGER(utimensat(AT_FDCWD, PATH, times, 0), 0);
    CHECK(can_be_taken());
}

/* Without hard links it is made in place. */
static void test_no_links(void)
{
    rondo_lock_holder holder;
    scratch_folder(FOLDER);
    no_links = true;
    rondo_lock *lock = take(&holder);
    CHECK(lock && rondo_lock_is_held(lock));
    CHECK(take(&holder) == NULL);
    CHECK_INTEGER(scratch_count(FOLDER, ""), 1);
    rondo_lock_release(lock);
    check_killed();
    no_links = false;
}

/* A file server did it, but says that it was there already. */
static void test_lost_answer(void)
{
    scratch_folder(FOLDER);
    answers_are_lost = true;
    CHECK(can_be_taken());
    answers_are_lost = false;
    CHECK_INTEGER(scratch_count(FOLDER, ""), 0);
}

/* One that another process took over notices, and leaves that one's alone. */
static void test_taken_over(void)
{
    rondo_lock_holder holder;
    scratch_folder(FOLDER);
    rondo_lock *lock = take(&holder);
    CHECK_INTEGER(rename(PATH, FOLDER "/away"), 0);
    CHECK(!rondo_lock_is_held(lock));
    scratch_write(PATH, "another's", 9);
    CHECK(!rondo_lock_is_held(lock));
    rondo_lock_release(lock);
    CHECK_INTEGER(scratch_count(FOLDER, "lock"), 1);
}

/* Reads, waits, writes one more: without a lock, turns are lost. Every third one leaves by a kill.
 */
static void count_in_child(void)
{
    for (int turn = 0; turn < TURNS;) {
        rondo_lock_holder holder;
        rondo_lock *lock = take(&holder);
        size_t size;
        char number[16];
        if (!lock) {
            nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);
            continue;
        }
        char *text = scratch_read(FOLDER "/count", &size);
        snprintf(number, sizeof number, "%d", atoi(text) + 1);
        free(text);
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
        scratch_write(FOLDER "/count", number, strlen(number));
        if (++turn == TURNS) kill(getpid(), SIGKILL);
        rondo_lock_release(lock);
    }
}

static void check_race(void)
{
    size_t size;
    scratch_folder(FOLDER);
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            count_in_child();
            _exit(1);
        }
    for (int i = 0; i < PROCESSES; i++)
        wait(NULL);
    char *text = scratch_read(FOLDER "/count", &size);
    CHECK_INTEGER(atoi(text), PROCESSES * TURNS);
    free(text);
    CHECK(can_be_taken());
}

static void test_race(void)
{
    check_race();
    is_shared = true;
    check_race();
    is_shared = false;
}

int main(void)
{
    RUN(test_looked_at);
    RUN(test_taken_and_released);
    RUN(test_killed);
    RUN(test_child_of_a_killed_process);
    RUN(test_other_machine);
    RUN(test_signs);
    RUN(test_something_else);
    RUN(test_empty);
    RUN(test_no_links);
    RUN(test_lost_answer);
    RUN(test_taken_over);
    RUN(test_race);
    return check_end();
}
