/* What files are made of survives a loss of power: contents are flushed before they get their name,
 * and the name with its folder, whatever function of base/file.h wrote them. The fault injection
 * asserts that a failing fsync is told of; here it is asserted that there is one. */
#include "check.h"

#include <unistd.h>

#include "base/durable.h"
#include "base/file.h"
#include "base/hdf5.h"
#include "base/scratch.h"

#define FOLDER "base_durable_test"

static rondo_error error;

static void check_durable(const recording *r)
{
    const char *fault = durable_fault(r);
    CHECK_TEXT(fault ? fault : "", "");
    CHECK(r->count < FAULT_EVENTS);
}

static void check_named_once(const char *name)
{
    const recording r = durable_take();
    CHECK_INTEGER(durable_count(&r, FILE_RENAME, name), 1);
    check_durable(&r);
}

static void written(void)
{
    scratch_folder(FOLDER);
    fault_record();
    CHECK_INTEGER(rondo_file_write(FOLDER "/a", "text", 4, &error), RONDO_OK);
    check_named_once("a");
}

/* By another hand, which does not flush. */
static void replaced(void)
{
    scratch_folder(FOLDER);
    fault_record();
    FILE *file = fopen(FOLDER "/a.tmp", "w");
    CHECK(file && write(fileno(file), "text", 4) == 4 && fclose(file) == 0);
    CHECK_INTEGER(rondo_file_replace(FOLDER "/a.tmp", FOLDER "/a", &error), RONDO_OK);
    check_named_once("a");
}

static void duplicated(void)
{
    scratch_folder(FOLDER);
    CHECK_INTEGER(rondo_file_write(FOLDER "/from", "text", 4, &error), RONDO_OK);
    for (int links = 0; links <= 1; links++) {
        fault_record();
        if (!links) fault_arm(FAULT_LINKS, 1, true);
        CHECK_INTEGER(rondo_file_duplicate(FOLDER "/from", FOLDER "/a", &error), RONDO_OK);
        CHECK(fault_disarm() || links);
        const recording r = durable_take();
        bool linked = false;
        for (int i = 0; i < r.count; i++)
            linked |= r.events[i].call == FILE_LINK;
        CHECK(linked == links);
        CHECK_INTEGER(durable_count(&r, FILE_RENAME, "a"), 1);
        check_durable(&r);
    }
}

static void folders(void)
{
    scratch_folder(FOLDER);
    rmdir(FOLDER "/x/y");
    rmdir(FOLDER "/x");
    fault_record();
    CHECK_INTEGER(rondo_file_make_folder(FOLDER "/x/y", &error), RONDO_OK);
    const recording r = durable_take();
    CHECK_INTEGER(durable_count(&r, FILE_MAKE_FOLDER, "x"), 1);
    CHECK_INTEGER(durable_count(&r, FILE_MAKE_FOLDER, "y"), 1);
    check_durable(&r);
    rmdir(FOLDER "/x/y");
    rmdir(FOLDER "/x");
}

static void flushed(void)
{
    scratch_folder(FOLDER);
    scratch_write(FOLDER "/a", "text", 4);
    fault_record();
    CHECK_INTEGER(rondo_file_flush(FOLDER "/a", &error), RONDO_OK);
    const recording r = durable_take();
    CHECK_INTEGER(durable_count(&r, FILE_SYNC, "a"), 1);
}

/* Only what asks for it waits for no disk, and only until its moment. */
static void young(void)
{
    scratch_folder(FOLDER);
    rondo_file_sync_from(HUGE_VAL);
    fault_record();
    CHECK_INTEGER(rondo_file_write(FOLDER "/a", "text", 4, &error), RONDO_OK);
    const recording before = durable_take();
    CHECK_INTEGER(durable_count(&before, FILE_SYNC, FOLDER), 0);
    CHECK(durable_fault(&before) != NULL);
    rondo_file_sync_from(0);
    fault_record();
    CHECK_INTEGER(rondo_file_write(FOLDER "/a", "text", 4, &error), RONDO_OK);
    check_named_once("a");
}

/* The checks themselves, on recordings that are wrong. */
static void wrong_recordings(void)
{
    static const file_event no_contents[] = {
        {FILE_WRITE, "/f/t", ""}, {FILE_RENAME, "/f/t", "/f/a"}, {FILE_SYNC, "/f", ""}};
    static const file_event too_early[] = {{FILE_SYNC, "/f/t", ""},
                                           {FILE_WRITE, "/f/t", ""},
                                           {FILE_RENAME, "/f/t", "/f/a"},
                                           {FILE_SYNC, "/f", ""}};
    static const file_event no_folder[] = {{FILE_WRITE, "/f/t", ""},
                                           {FILE_SYNC, "/f/t", ""},
                                           {FILE_RENAME, "/f/t", "/f/a"},
                                           {FILE_SYNC, "/g", ""}};
    static const file_event by_link[] = {{FILE_WRITE, "/f/t", ""},
                                         {FILE_LINK, "/f/t", "/f/u"},
                                         {FILE_RENAME, "/f/u", "/f/a"},
                                         {FILE_SYNC, "/f", ""}};
    static const file_event right[] = {{FILE_WRITE, "/f/t", ""},
                                       {FILE_SYNC, "/f/t", ""},
                                       {FILE_LINK, "/f/t", "/f/u"},
                                       {FILE_RENAME, "/f/u", "/f/a"},
                                       {FILE_SYNC, "/f", ""}};
    CHECK_CONTAINS(durable_fault(&(recording){no_contents, 3}), "contents");
    CHECK_CONTAINS(durable_fault(&(recording){too_early, 4}), "contents");
    CHECK_CONTAINS(durable_fault(&(recording){no_folder, 4}), "folder");
    CHECK_CONTAINS(durable_fault(&(recording){by_link, 4}), "contents");
    CHECK(durable_fault(&(recording){right, 5}) == NULL);
    CHECK(!durable_flushed(&(recording){too_early, 4}, 4, "t"));
    CHECK(durable_flushed(&(recording){right, 5}, 5, "t"));
}

int main(void)
{
    RUN(wrong_recordings);
    RUN(written);
    RUN(replaced);
    RUN(duplicated);
    RUN(folders);
    RUN(flushed);
    RUN(young);
    return check_end();
}
