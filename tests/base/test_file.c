#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/scratch.h"

#define FOLDER "file_test"

static bool is_disturbed;

ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);

/* Every other call is interrupted, the others take three bytes. */
ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    static int calls;
    if (!is_disturbed) return __real_write(file, bytes, size);
    if (calls++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return __real_write(file, bytes, size < 3 ? size : 3);
}

static void test_write_and_read_back(void)
{
    rondo_error error = {0};
    char *data;
    size_t size;
    scratch_folder(FOLDER);
    CHECK_INTEGER(rondo_file_write(FOLDER "/a", "one\0two", 7, &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_read(FOLDER "/a", 100, &data, &size, &error), RONDO_OK);
    CHECK_INTEGER(size, 7);
    CHECK(memcmp(data, "one\0two", 8) == 0);
    free(data);
    CHECK_INTEGER(rondo_file_write(FOLDER "/a", "", 0, &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_read(FOLDER "/a", 0, &data, &size, &error), RONDO_OK);
    CHECK_TEXT(data, "");
    free(data);
    CHECK_INTEGER(scratch_count(FOLDER, ""), 1);
}

static void test_interrupted_writes(void)
{
    rondo_error error = {0};
    size_t size;
    int file;
    scratch_folder(FOLDER);
    is_disturbed = true;
    CHECK_INTEGER(rondo_file_write(FOLDER "/a", "sixteen letters.", 16, &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_append(FOLDER "/a", &file, &error), RONDO_OK);
    CHECK(rondo_file_write_all(file, " And more", 9));
    is_disturbed = false;
    close(file);
    char *text = scratch_read(FOLDER "/a", &size);
    CHECK_TEXT(text, "sixteen letters. And more");
    free(text);
}

static void test_append_refuses(void)
{
    rondo_error error = {0};
    size_t size;
    int file;
    scratch_folder(FOLDER);
    scratch_write(FOLDER "/a", "text", 4);
    CHECK_INTEGER(symlink("a", FOLDER "/link"), 0);
    CHECK_INTEGER(mkfifo(FOLDER "/pipe", 0600), 0);
    CHECK_INTEGER(rondo_file_append(FOLDER "/link", &file, &error), RONDO_USAGE);
    CHECK_TEXT(error.text, FOLDER "/link: is a symbolic link, and what is written there would go "
                                  "elsewhere: remove the link");
    CHECK_INTEGER(rondo_file_append(FOLDER "/pipe", &file, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FOLDER "/pipe: cannot open: No such device or address");
    CHECK_INTEGER(rondo_file_refuse_link(FOLDER "/a", &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_refuse_link(FOLDER "/none", &error), RONDO_OK);
    char *text = scratch_read(FOLDER "/a", &size);
    CHECK_TEXT(text, "text");
    free(text);
}

/* A pipe without a writer would be waited for until the alarm ends this process. */
static void test_open_ordinary(void)
{
    char text[8] = "";
    scratch_folder(FOLDER);
    scratch_write(FOLDER "/a", "12345", 5);
    CHECK_INTEGER(symlink("a", FOLDER "/link"), 0);
    CHECK_INTEGER(mkfifo(FOLDER "/pipe", 0600), 0);
    alarm(5);
    CHECK(!rondo_file_open_ordinary(FOLDER "/pipe"));
    CHECK(!rondo_file_open_ordinary(FOLDER "/link"));
    CHECK(!rondo_file_open_ordinary(FOLDER "/none"));
    CHECK(!rondo_file_open_ordinary(FOLDER));
    alarm(0);
    FILE *file = rondo_file_open_ordinary(FOLDER "/a");
    CHECK(file && fread(text, 1, sizeof text, file) == 5);
    CHECK_TEXT(text, "12345");
    if (file) fclose(file);
}

static void check_refused(const char *path, size_t limit, const char *why)
{
    rondo_error error = {0};
    char *data = (char *)1;
    size_t size = 1;
    CHECK_INTEGER(rondo_file_read(path, limit, &data, &size, &error), RONDO_USAGE);
    CHECK(data == NULL);
    CHECK_INTEGER(size, 0);
    CHECK_CONTAINS(error.text, path);
    CHECK_CONTAINS(error.text, why);
}

static void test_read_refuses(void)
{
    scratch_folder(FOLDER);
    scratch_write(FOLDER "/a", "12345", 5);
    CHECK_INTEGER(mkfifo(FOLDER "/pipe", 0600), 0);
    check_refused(FOLDER "/a", 4, "has 5 bytes, more than the limit of 4");
    check_refused(FOLDER "/none", 4, "cannot open: No such file or directory");
    check_refused(FOLDER, 4, "is a folder, not a file");
    check_refused(FOLDER "/pipe", 4, "is not a regular file");
    check_refused("/dev/zero", 4, "is not a regular file");
}

static void test_write_says_why_not(void)
{
    rondo_error error = {0};
    scratch_folder(FOLDER);
    CHECK_INTEGER(rondo_file_write(FOLDER "/none/a", "x", 1, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FOLDER "/none/a: cannot write: No such file or directory");
    if (mkdir(FOLDER "/b", 0777) != 0) CHECK(errno == EEXIST);
    CHECK_INTEGER(rondo_file_write(FOLDER "/b", "x", 1, &error), RONDO_FAILED);
    CHECK_CONTAINS(error.text, FOLDER "/b: cannot replace: ");
    CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
    rmdir(FOLDER "/b");
}

/* A link of that name is replaced; what it points to is not written. */
static void test_write_replaces_links(void)
{
    rondo_error error = {0};
    size_t size;
    scratch_folder(FOLDER);
    scratch_write(FOLDER "/victim", "whole", 5);
    CHECK_INTEGER(symlink("victim", FOLDER "/a"), 0);
    CHECK_INTEGER(rondo_file_write(FOLDER "/a", "new", 3, &error), RONDO_OK);
    char *victim = scratch_read(FOLDER "/victim", &size);
    CHECK_TEXT(victim, "whole");
    free(victim);
    char *a = scratch_read(FOLDER "/a", &size);
    CHECK_TEXT(a, "new");
    free(a);
}

static void test_replace(void)
{
    rondo_error error = {0};
    size_t size;
    scratch_folder(FOLDER);
    scratch_write(FOLDER "/a", "old", 3);
    char *temporary = rondo_file_temporary(FOLDER "/a");
    CHECK_CONTAINS(temporary, FOLDER "/a.tmp-");
    CHECK(!rondo_file_exists(temporary));
    CHECK_INTEGER(rondo_file_replace(temporary, FOLDER "/a", &error), RONDO_FAILED);
    CHECK_CONTAINS(error.text, "No such file");
    scratch_write(temporary, "newer", 5);
    CHECK_INTEGER(rondo_file_replace(temporary, FOLDER "/a", &error), RONDO_OK);
    char *a = scratch_read(FOLDER "/a", &size);
    CHECK_TEXT(a, "newer");
    CHECK(!rondo_file_exists(temporary));
    free(a);
    free(temporary);
}

static void test_duplicate(void)
{
    rondo_error error = {0};
    size_t size;
    scratch_folder(FOLDER);
    scratch_write(FOLDER "/a", "first", 5);
    scratch_write(FOLDER "/b", "other", 5);
    CHECK_INTEGER(rondo_file_duplicate(FOLDER "/a", FOLDER "/b", &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_duplicate(FOLDER "/a", FOLDER "/b", &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_write(FOLDER "/a", "second", 6, &error), RONDO_OK);
    char *b = scratch_read(FOLDER "/b", &size);
    CHECK_TEXT(b, "first");
    free(b);
    CHECK_INTEGER(scratch_count(FOLDER, ""), 2);
    CHECK(rondo_file_duplicate(FOLDER "/none", FOLDER "/b", &error) != RONDO_OK);
    CHECK_CONTAINS(error.text, FOLDER "/none");
    CHECK_INTEGER(scratch_count(FOLDER, ""), 2);
}

static void test_make_folder(void)
{
    rondo_error error = {0};
    scratch_folder(FOLDER);
    CHECK_INTEGER(rondo_file_make_folder(FOLDER "/x//y/z/", &error), RONDO_OK);
    CHECK(rondo_file_exists(FOLDER "/x/y/z"));
    CHECK_INTEGER(rondo_file_make_folder(FOLDER "/x/y/z", &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_make_folder("/", &error), RONDO_OK);
    scratch_write(FOLDER "/file", "", 0);
    CHECK_INTEGER(rondo_file_make_folder(FOLDER "/file", &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FOLDER "/file: exists and is not a folder");
    CHECK_INTEGER(rondo_file_make_folder(FOLDER "/file/below", &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FOLDER "/file: exists and is not a folder");
    CHECK_INTEGER(rondo_file_make_folder("", &error), RONDO_FAILED);
    CHECK_INTEGER(rmdir(FOLDER "/x/y/z"), 0);
    CHECK_INTEGER(rmdir(FOLDER "/x/y"), 0);
    CHECK_INTEGER(rmdir(FOLDER "/x"), 0);
}

static void test_paths(void)
{
    static const char *const joins[][3] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"a", "/b", "/b"},
                                           {"", "b", "b"},    {".", "b", "./b"},  {"/", "b", "/b"},
                                           {"a", "", "a/"}};
    static const char *const folders[][2] = {{"a/b", "a"}, {"b", "."},       {"/b", "/"},
                                             {"", "."},    {"a/b/c", "a/b"}, {"a//b", "a"},
                                             {"//b", "/"}};
    for (size_t i = 0; i < sizeof joins / sizeof joins[0]; i++) {
        char *path = rondo_file_join(joins[i][0], joins[i][1]);
        CHECK_TEXT(path, joins[i][2]);
        free(path);
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char *folder = rondo_file_folder(folders[i][0]);
        CHECK_TEXT(folder, folders[i][1]);
        free(folder);
    }
}

static bool is_latest(const char *name, size_t length)
{
    return strncmp(name, "latest.h5.", length + 1) == 0 ||
           strncmp(name, "best.h5.", length + 1) == 0;
}

/* A process that is gone, this one, one that lives, and one that was started after the file was
 * written; names that are not ours. */
static void test_stale_temporaries(void)
{
    char dead[64], own[64], alive[64], other[64];
    scratch_folder(FOLDER);
    pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
    snprintf(dead, sizeof dead, FOLDER "/latest.h5.tmp-%ld", (long)child);
    snprintf(own, sizeof own, FOLDER "/latest.h5.tmp-%ld", (long)getpid());
    snprintf(alive, sizeof alive, FOLDER "/latest.h5.tmp-%ld", (long)getppid());
    scratch_write(dead, "x", 1);
    scratch_write(own, "x", 1);
    scratch_write(alive, "x", 1);
    scratch_write(FOLDER "/notes.tmp-x", "x", 1);
    snprintf(other, sizeof other, FOLDER "/notes.tmp-%ld", (long)child);
    scratch_write(other, "x", 1);
    scratch_write(FOLDER "/notes.tmp-", "x", 1);
    scratch_write(FOLDER "/notes", "x", 1);
    char reused[64];
    const struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    snprintf(reused, sizeof reused, FOLDER "/best.h5.tmp-%ld", (long)getppid());
    scratch_write(reused, "x", 1);
    CHECK_INTEGER(utimensat(AT_FDCWD, reused, long_ago, 0), 0);
    rondo_file_remove_stale(FOLDER, is_latest);
    CHECK(!rondo_file_exists(reused));
    CHECK(!rondo_file_exists(dead));
    CHECK(!rondo_file_exists(own));
    CHECK(rondo_file_exists(alive));
    CHECK_INTEGER(scratch_count(FOLDER, "notes"), 4);
    rondo_file_remove_stale(FOLDER "/none", is_latest);
}

/* Known answers of Fowler, Noll & Vo. */
static void test_checksum(void)
{
    CHECK(rondo_file_checksum(0, "", 0) == UINT64_C(0xcbf29ce484222325));
    CHECK(rondo_file_checksum(0, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    CHECK(rondo_file_checksum(0, "foobar", 6) == UINT64_C(0x85944171f73967e8));
    CHECK(rondo_file_checksum(rondo_file_checksum(0, "foo", 3), "bar", 3) ==
          rondo_file_checksum(0, "foobar", 6));
}

int main(void)
{
    RUN(test_write_and_read_back);
    RUN(test_interrupted_writes);
    RUN(test_append_refuses);
    RUN(test_open_ordinary);
    RUN(test_read_refuses);
    RUN(test_write_says_why_not);
    RUN(test_write_replaces_links);
    RUN(test_replace);
    RUN(test_duplicate);
    RUN(test_make_folder);
    RUN(test_paths);
    RUN(test_stale_temporaries);
    RUN(test_checksum);
    return check_end();
}
