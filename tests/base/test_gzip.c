/* Gzipped files are read as plain ones; damaged, cut and monstrous ones are refused in one line. */
#include "check.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/gzip.h"
#include "base/hdf5.h"
#include "base/scratch.h"

#define FOLDER "gzip_test"

enum { MOST = 1 << 20, LIMIT = 1 << 26 };

static unsigned char packed[MOST];

/* `data` as one gzip member at packed + at; returns the bytes of all. */
static size_t pack(size_t at, const void *data, size_t size)
{
    z_stream stream = {0};
    CHECK_INTEGER(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                  Z_OK);
    stream.next_in = (Bytef *)data;
    stream.avail_in = (uInt)size;
    stream.next_out = packed + at;
    stream.avail_out = (uInt)(MOST - at);
    CHECK_INTEGER(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return MOST - stream.avail_out;
}

static void put(size_t size)
{
    scratch_write(FOLDER "/a.gz", packed, size);
}

static void check_read(const char *expected, size_t expected_size)
{
    rondo_error error = {0};
    char *data = NULL;
    size_t size = 0;
    CHECK_INTEGER(rondo_gzip_read(FOLDER "/a.gz", LIMIT, &data, &size, &error), RONDO_OK);
    CHECK_TEXT(error.text, "");
    CHECK_INTEGER(size, expected_size);
    if (data && size == expected_size) {
        CHECK(memcmp(data, expected, size) == 0);
        CHECK_INTEGER(data[size], '\0');
    }
    free(data);
}

static void check_refused(int64_t limit, rondo_status expected, const char *message)
{
    rondo_error error = {0};
    char *data = (char *)1;
    size_t size = 1;
    CHECK_INTEGER(rondo_gzip_read(FOLDER "/a.gz", limit, &data, &size, &error), expected);
    CHECK(data == NULL);
    CHECK_INTEGER(size, 0);
    CHECK_CONTAINS(error.text, FOLDER "/a.gz: ");
    CHECK_CONTAINS(error.text, message);
    CHECK(strchr(error.text, '\n') == NULL);
}

static void plain_files_stay_as_they_are(void)
{
    scratch_folder(FOLDER);
    memcpy(packed, "\x1F", 1);
    put(0);
    check_read("", 0);
    put(1);
    check_read("\x1F", 1);
    memcpy(packed, "plain", 5);
    put(5);
    check_read("plain", 5);
}

static void one_member_or_several(void)
{
    put(pack(0, "hello", 5));
    check_read("hello", 5);
    put(pack(0, "", 0));
    check_read("", 0);
    put(pack(pack(pack(0, "one", 3), "", 0), "two", 3));
    check_read("onetwo", 6);
}

/* Sizes around those at which the memory grows. */
static void sizes(void)
{
    static const size_t all[] = {65535, 65536, 65537, 131072, 131073, 999999};
    char *text = malloc(1000000);
    for (size_t i = 0; i < 1000000; i++)
        text[i] = (char)('a' + i * i % 23);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        put(pack(0, text, all[i]));
        check_read(text, all[i]);
    }
    free(text);
}

static void cut_short(void)
{
    size_t size = pack(0, "some text that is long enough to be cut", 39);
    for (size_t kept = 2; kept < size; kept++) {
        put(kept);
        check_refused(LIMIT, RONDO_FAILED, "gzip data is cut short");
    }
}

static void damaged(void)
{
    static const char text[] = "some text that is long enough to be damaged in many places";
    size_t size = pack(0, text, sizeof text), refused = 0;
    for (size_t i = 2; i < size; i++) {
        rondo_error error = {0};
        char *data;
        size_t read;
        packed[i] ^= 0x55;
        put(size);
        if (rondo_gzip_read(FOLDER "/a.gz", LIMIT, &data, &read, &error)) {
            refused++;
            CHECK_CONTAINS(error.text, FOLDER "/a.gz: ");
        } else {
            CHECK(memcmp(data, text, sizeof text) == 0);
        }
        free(data);
        packed[i] ^= 0x55;
    }
    CHECK(refused > size / 2);
    packed[size] = 'x';
    put(size + 1);
    check_refused(LIMIT, RONDO_FAILED, "gzip data");
}

/* Half a megabyte that would be 64: refused at the limit, which also holds exactly. */
static void bombs(void)
{
    size_t size = (size_t)1 << 26;
    char *zeros = calloc(1, size);
    put(pack(0, zeros, size));
    check_refused(1 << 20, RONDO_USAGE,
                  "expands to more than the 1048576 bytes that data.max_bytes allows");
    check_refused((int64_t)size - 1, RONDO_USAGE, "expands to more than the 67108863 bytes");
    check_read(zeros, size);
    free(zeros);
}

/* Without a limit of its own, a small file expands to 64 MiB, a large one a hundredfold. */
static void bombs_that_nobody_asked_about(void)
{
    size_t size = ((size_t)1 << 26) + 1;
    char *zeros = calloc(1, size);
    put(pack(0, zeros, size));
    check_refused(
        0, RONDO_USAGE,
        "expands to more than 67108864 bytes, which is suspicious for a file of its size; "
        "if that is right, write its expanded size as data.max_bytes");
    CHECK(rondo_gzip_most(1000, 0) == UINT64_C(1) << 26);
    CHECK(rondo_gzip_most(1000000, 0) == 100000000);
    CHECK(rondo_gzip_most(1000000, 5) == 5);
    free(zeros);
}

static void plain_files_have_the_limit_too(void)
{
    scratch_write(FOLDER "/a.gz", "0123456789", 10);
    check_refused(9, RONDO_USAGE, "has 10 bytes, more than data.max_bytes allows");
    check_read("0123456789", 10);
}

/* HDF5 opens files itself: from a copy that is gone once the file is open, or was refused. */
static void hdf5(void)
{
    static const int64_t extent[] = {3}, numbers[] = {5, 6, 7};
    int64_t read[3] = {0};
    rondo_error error = {0};
    rondo_hdf5 *file = NULL;
    size_t size = 0;
    scratch_folder(FOLDER "/tmp");
    setenv("TMPDIR", FOLDER "/tmp", 1);
    CHECK(!rondo_hdf5_create(FOLDER "/a.h5", &file, &error));
    CHECK(!rondo_hdf5_write(file, "/x", RONDO_HDF5_INT64, 1, extent, numbers, &error));
    CHECK(!rondo_hdf5_close(file, &error));
    char *bytes = scratch_read(FOLDER "/a.h5", &size);
    size_t packed_size = pack(0, bytes, size);
    put(packed_size);
    CHECK(!rondo_hdf5_open(FOLDER "/a.gz", &file, &error));
    CHECK_TEXT(error.text, "");
    CHECK_INTEGER(scratch_count(FOLDER "/tmp", ""), 0);
    if (file) CHECK(!rondo_hdf5_read(file, "/x", RONDO_HDF5_INT64, read, &error));
    CHECK(memcmp(read, numbers, sizeof numbers) == 0);
    CHECK(!rondo_hdf5_close(file, &error));
    put(packed_size / 2);
    CHECK_INTEGER(rondo_hdf5_open(FOLDER "/a.gz", &file, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FOLDER "/a.gz: gzip data is cut short");
    put(pack(0, bytes, size / 2));
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_hdf5_open(FOLDER "/a.gz", &file, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FOLDER "/a.gz: is not an HDF5 file, or a damaged one");
    CHECK_INTEGER(scratch_count(FOLDER "/tmp", ""), 0);
    setenv("TMPDIR", FOLDER "/none", 1);
    put(pack(0, bytes, size));
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_hdf5_open(FOLDER "/a.gz", &file, &error), RONDO_FAILED);
    CHECK_CONTAINS(error.text, FOLDER "/a.gz: cannot unpack it to " FOLDER "/none/rondo-");
    free(bytes);
}

int main(void)
{
    RUN(plain_files_stay_as_they_are);
    RUN(one_member_or_several);
    RUN(sizes);
    RUN(cut_short);
    RUN(damaged);
    RUN(bombs);
    RUN(bombs_that_nobody_asked_about);
    RUN(plain_files_have_the_limit_too);
    RUN(hdf5);
    return check_end();
}
