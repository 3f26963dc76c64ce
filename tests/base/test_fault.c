/* The n-th file operation or allocation fails, n = 1, 2, 3 .. until the action succeeds: a status,
 * one line, nothing handed out, nothing left behind, and what was on disk is still whole. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/scratch.h"
#include "base/text.h"
#include "support/fault.h"

#define FOLDER "base_fault_test"

static rondo_error error;

/* One attempt with a fault; says whether it succeeded. */
typedef bool (*attempt)(void);

/* Repeats with later and later faults until one is not reached. */
static void repeat(attempt action, fault_kind kind, bool forever, int least)
{
    int n = 0;
    bool given = true;
    while (given && n < 1000) {
        error = (rondo_error){0};
        fault_arm(kind, ++n, forever);
        bool done = action();
        given = fault_disarm();
        CHECK(done || given);
        if (!done) CHECK(error.text[0] != '\0' && strchr(error.text, '\n') == NULL);
        if (!given) CHECK_TEXT(error.text, "");
        CHECK_INTEGER(scratch_count(FOLDER, ".tmp-"), 0);
    }
    CHECK(!given && n > least);
}

static void repeat_all(attempt action, int least_files, int least_memory)
{
    for (int forever = 0; forever <= 1; forever++) {
        repeat(action, FAULT_FILES, forever, least_files);
        repeat(action, FAULT_MEMORY, forever, least_memory);
    }
}

/* A file is one of two texts, whole. */
static void check_either(const char *path, const char *one, const char *other)
{
    size_t size;
    fault_pause();
    char *text = scratch_read(path, &size);
    CHECK_TEXT(text, strcmp(text, one) == 0 ? one : other);
    free(text);
    fault_resume();
}

static bool write_file(void)
{
    bool done = rondo_file_write(FOLDER "/a", "the new text", 12, &error) == RONDO_OK;
    check_either(FOLDER "/a", "the new text", done ? "the new text" : "old");
    fault_pause();
    scratch_write(FOLDER "/a", "old", 3);
    fault_resume();
    return done;
}

static bool duplicate_file(void)
{
    bool done = rondo_file_duplicate(FOLDER "/from", FOLDER "/a", &error) == RONDO_OK;
    check_either(FOLDER "/a", "contents", done ? "contents" : "old");
    check_either(FOLDER "/from", "contents", "contents");
    fault_pause();
    unlink(FOLDER "/a");
    scratch_write(FOLDER "/a", "old", 3);
    fault_resume();
    return done;
}

static bool read_file(void)
{
    char *data = (char *)1;
    size_t size = 1;
    bool done = rondo_file_read(FOLDER "/from", 100, &data, &size, &error) == RONDO_OK;
    if (done) CHECK_TEXT(data, "contents");
    if (!done) CHECK(data == NULL && size == 0);
    free(data);
    return done;
}

static bool make_folder(void)
{
    bool done = rondo_file_make_folder(FOLDER "/x/y", &error) == RONDO_OK;
    if (done) CHECK(rondo_file_exists(FOLDER "/x/y"));
    rmdir(FOLDER "/x/y");
    rmdir(FOLDER "/x");
    return done;
}

static void test_files(void)
{
    scratch_folder(FOLDER);
    scratch_write(FOLDER "/a", "old", 3);
    scratch_write(FOLDER "/from", "contents", 8);
    repeat_all(write_file, 6, 1);
    repeat_all(duplicate_file, 4, 1);
    repeat_all(read_file, 1, 1);
    repeat_all(make_folder, 4, 2);
}

static bool get_paths(void)
{
    char *joined = rondo_file_join("a", "b"), *folder = rondo_file_folder("a/b");
    char *temporary = rondo_file_temporary("a"), *copy = rondo_text_copy("c");
    bool done = joined && folder && temporary && copy;
    if (!done) rondo_error_set(&error, RONDO_FAILED, "no memory");
    free(joined);
    free(folder);
    free(temporary);
    free(copy);
    return done;
}

/* A text that could not grow says so, whatever is added later. */
static bool grow_text(void)
{
    rondo_text text = {0};
    for (int i = 0; i < 1000; i++)
        rondo_text_add(&text, "%d ", i);
    bool done = !text.failed;
    if (done) CHECK_INTEGER(text.length, 10 * 2 + 90 * 3 + 900 * 4);
    if (!done) rondo_error_set(&error, RONDO_FAILED, "no memory");
    rondo_text_finish(&text);
    return done;
}

static bool grow_block(void)
{
    void *block = NULL;
    int64_t capacity = 0, count = 0;
    while (count < 1000 && !rondo_memory_grow(&block, &capacity, count + 1, 8, "list", &error))
        ((int64_t *)block)[count] = count, count++;
    for (int64_t i = 0; i < count; i++)
        CHECK_INTEGER(((int64_t *)block)[i], i);
    free(block);
    return count == 1000;
}

static bool create_block(void)
{
    rondo_arena arena = {.used = 1000};
    bool done = rondo_arena_start(&arena, "arena", &error) == RONDO_OK;
    CHECK(done == (arena.base != NULL));
    rondo_arena_finish(&arena);
    return done;
}

static bool log_line(void)
{
    rondo_log_info("a line that is lost when there is no memory");
    rondo_progress_start("epoch", 10, "steps");
    rondo_progress_set(1, "");
    rondo_progress_finish();
    return true;
}

static void test_memory(void)
{
    scratch_folder(FOLDER);
    repeat(get_paths, FAULT_MEMORY, false, 4);
    repeat(grow_text, FAULT_MEMORY, false, 5);
    repeat(grow_text, FAULT_MEMORY, true, 5);
    repeat(grow_block, FAULT_MEMORY, false, 5);
    repeat(create_block, FAULT_MEMORY, false, 1);
    CHECK_INTEGER(rondo_log_open(FOLDER "/log.txt", &error), RONDO_OK);
    repeat(log_line, FAULT_MEMORY, false, 1);
    repeat(log_line, FAULT_FILES, true, 1);
    rondo_log_close();
}

static const float numbers[3] = {1, 2, 3};
static const char *const texts[] = {"one", "", "three"};

static rondo_status write_contents(rondo_hdf5 *file)
{
    rondo_status status;
    const int64_t extent[] = {3};
    if ((status = rondo_hdf5_write(file, "/a/x", RONDO_HDF5_FLOAT32, 1, extent, numbers, &error)))
        return status;
    if ((status = rondo_hdf5_write_texts(file, "/a/t", 3, texts, &error))) return status;
    if ((status = rondo_hdf5_set_text(file, "/", "name", "value", &error))) return status;
    return rondo_hdf5_set_real(file, "/p", "real", 0.1, &error);
}

static bool write_hdf5(void)
{
    rondo_hdf5 *file = (rondo_hdf5 *)1;
    rondo_error ignored = {0};
    rondo_status status = rondo_hdf5_create(FOLDER "/x.h5", &file, &error);
    CHECK((status == RONDO_OK) == (file != NULL));
    if (!status) status = write_contents(file);
    rondo_status closed = rondo_hdf5_close(file, status ? &ignored : &error);
    return status == RONDO_OK && closed == RONDO_OK;
}

static bool take_texts(rondo_status status, int64_t count, char **list, int64_t expected)
{
    CHECK(status == RONDO_OK ? count == expected : list == NULL && count == 0);
    for (int64_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
    return status == RONDO_OK;
}

static bool read_contents(rondo_hdf5 *file)
{
    float x[3];
    char **list, *text;
    int64_t count;
    if (rondo_hdf5_read(file, "/a/x", RONDO_HDF5_FLOAT32, x, &error)) return false;
    CHECK(memcmp(x, numbers, sizeof x) == 0);
    rondo_status status = rondo_hdf5_read_texts(file, "/a/t", &count, &list, &error);
    if (!take_texts(status, count, list, 3)) return false;
    status = rondo_hdf5_list(file, "/", &count, &list, &error);
    if (!take_texts(status, count, list, 2)) return false;
    status = rondo_hdf5_list_attributes(file, "/p", &count, &list, &error);
    if (!take_texts(status, count, list, 1)) return false;
    status = rondo_hdf5_get_text(file, "/", "name", &text, &error);
    CHECK((status == RONDO_OK) == (text != NULL));
    free(text);
    return status == RONDO_OK;
}

static bool read_hdf5(void)
{
    rondo_hdf5 *file = (rondo_hdf5 *)1;
    rondo_status status = rondo_hdf5_open(FOLDER "/x.h5", &file, &error);
    CHECK((status == RONDO_OK) == (file != NULL));
    bool done = file && read_contents(file);
    rondo_hdf5_close(file, &error);
    return done;
}

static void test_hdf5(void)
{
    scratch_folder(FOLDER);
    CHECK(write_hdf5());
    repeat_all(write_hdf5, 8, 4);
    CHECK(write_hdf5());
    repeat_all(read_hdf5, 1, 10);
    rondo_hdf5_read_in_process(true);
    repeat_all(read_hdf5, 1, 10);
    rondo_hdf5_read_in_process(false);
}

int main(void)
{
    RUN(test_files);
    RUN(test_memory);
    RUN(test_hdf5);
    return check_end();
}
