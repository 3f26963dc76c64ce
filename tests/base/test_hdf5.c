/* What is written is read back, bit for bit; what does not fit says so in one line. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "base/scratch.h"

#define FILE_NAME "hdf5_test.h5"

static rondo_error error;

/* A failed call must leave one line that contains `part`. */
#define CHECK_FAILS(call, part)                                                                    \
    do {                                                                                           \
        error = (rondo_error){0};                                                                  \
        CHECK_INTEGER(call, RONDO_FAILED);                                                         \
        CHECK_TEXT(error.text, FILE_NAME ": " part);                                               \
    } while (0)

static rondo_hdf5 *create(void)
{
    rondo_hdf5 *file;
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_hdf5_create(FILE_NAME, &file, &error), RONDO_OK);
    return file;
}

static rondo_hdf5 *reopen(rondo_hdf5 *file)
{
    CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_OK);
    CHECK_INTEGER(rondo_hdf5_open(FILE_NAME, &file, &error), RONDO_OK);
    return file;
}

static void free_texts(int64_t count, char **texts)
{
    for (int64_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

static void check_shape(rondo_hdf5 *file, const char *path, rondo_hdf5_type type, int32_t rank,
                        const int64_t *extent)
{
    rondo_hdf5_shape shape;
    CHECK_INTEGER(rondo_hdf5_shape_of(file, path, &shape, &error), RONDO_OK);
    CHECK_INTEGER(shape.type, type);
    CHECK_INTEGER(shape.rank, rank);
    for (int32_t i = 0; i < rank; i++)
        CHECK_INTEGER(shape.extent[i], extent[i]);
}

static void test_numbers(void)
{
    const double real64[2][3] = {{1.0 / 3, -INFINITY, 5e-324}, {-0.0, 2.385, 1e308}};
    const float real32[4] = {1.0f / 3, -0.0f, 1e-45f, 3e38f};
    const int64_t integer64[2] = {INT64_MIN, INT64_MAX};
    const int32_t integer32[1][1][2][1] = {{{{INT32_MIN}, {INT32_MAX}}}};
    const uint8_t byte = 255;
    const int64_t e64[] = {2, 3}, e32[] = {4}, i64[] = {2}, i32[] = {1, 1, 2, 1};
    double real64_back[2][3];
    float real32_back[4];
    int64_t integer64_back[2];
    int32_t integer32_back[2];
    uint8_t byte_back = 0;
    rondo_hdf5 *file = create();
    CHECK(!rondo_hdf5_write(file, "/a/b/real64", RONDO_HDF5_FLOAT64, 2, e64, real64, &error));
    CHECK(!rondo_hdf5_write(file, "/a/real32", RONDO_HDF5_FLOAT32, 1, e32, real32, &error));
    CHECK(!rondo_hdf5_write(file, "/integer64", RONDO_HDF5_INT64, 1, i64, integer64, &error));
    CHECK(!rondo_hdf5_write(file, "/integer32", RONDO_HDF5_INT32, 4, i32, integer32, &error));
    CHECK(!rondo_hdf5_write(file, "/byte", RONDO_HDF5_UINT8, 0, NULL, &byte, &error));
    file = reopen(file);
    check_shape(file, "/a/b/real64", RONDO_HDF5_FLOAT64, 2, e64);
    check_shape(file, "a/real32", RONDO_HDF5_FLOAT32, 1, e32);
    check_shape(file, "/integer64", RONDO_HDF5_INT64, 1, i64);
    check_shape(file, "/integer32", RONDO_HDF5_INT32, 4, i32);
    check_shape(file, "/byte", RONDO_HDF5_UINT8, 0, NULL);
    CHECK(!rondo_hdf5_read(file, "/a/b/real64", RONDO_HDF5_FLOAT64, real64_back, &error));
    CHECK(!rondo_hdf5_read(file, "/a/real32", RONDO_HDF5_FLOAT32, real32_back, &error));
    CHECK(!rondo_hdf5_read(file, "/integer64", RONDO_HDF5_INT64, integer64_back, &error));
    CHECK(!rondo_hdf5_read(file, "/integer32", RONDO_HDF5_INT32, integer32_back, &error));
    CHECK(!rondo_hdf5_read(file, "/byte", RONDO_HDF5_UINT8, &byte_back, &error));
    CHECK(memcmp(real64, real64_back, sizeof real64) == 0);
    CHECK(memcmp(real32, real32_back, sizeof real32) == 0);
    CHECK(memcmp(integer64, integer64_back, sizeof integer64) == 0);
    CHECK(memcmp(integer32, integer32_back, sizeof integer32) == 0);
    CHECK_INTEGER(byte_back, 255);
    rondo_hdf5_close(file, &error);
}

static void test_conversion_between_numbers(void)
{
    const float real[3] = {1.5f, -2, 0.1f};
    const int64_t extent[] = {3};
    double back[3];
    rondo_hdf5 *file = create();
    CHECK(!rondo_hdf5_write(file, "/x", RONDO_HDF5_FLOAT32, 1, extent, real, &error));
    file = reopen(file);
    CHECK(!rondo_hdf5_read(file, "/x", RONDO_HDF5_FLOAT64, back, &error));
    for (int i = 0; i < 3; i++)
        CHECK(back[i] == (double)real[i]);
    rondo_hdf5_close(file, &error);
}

static void test_rows(void)
{
    static const int64_t extent[] = {3, 2};
    static const double numbers[] = {1, 2, 3, 4, 5, 6};
    double read[4] = {0};
    rondo_hdf5 *file = create();
    CHECK(!rondo_hdf5_write(file, "/a", RONDO_HDF5_FLOAT64, 2, extent, numbers, &error));
    CHECK(!rondo_hdf5_read_rows(file, "/a", RONDO_HDF5_FLOAT64, 1, 2, read, &error));
    for (int i = 0; i < 4; i++)
        CHECK(read[i] == numbers[2 + i]);
    CHECK(!rondo_hdf5_read_rows(file, "/a", RONDO_HDF5_FLOAT64, 3, 0, read, &error));
    CHECK(rondo_hdf5_read_rows(file, "/a", RONDO_HDF5_FLOAT64, 2, 2, read, &error));
    CHECK(rondo_hdf5_read_rows(file, "/a", RONDO_HDF5_FLOAT64, 0, -1, read, &error));
    rondo_hdf5_close(file, &error);
}

static void test_empty_array(void)
{
    const int64_t extent[] = {0, 7};
    int32_t untouched = 5;
    rondo_hdf5 *file = create();
    CHECK(!rondo_hdf5_write(file, "/x", RONDO_HDF5_INT32, 2, extent, NULL, &error));
    file = reopen(file);
    check_shape(file, "/x", RONDO_HDF5_INT32, 2, extent);
    CHECK(!rondo_hdf5_read(file, "/x", RONDO_HDF5_INT32, &untouched, &error));
    CHECK_INTEGER(untouched, 5);
    rondo_hdf5_close(file, &error);
}

static void test_texts(void)
{
    const char *const texts[] = {"", "a", "\xC3\xBC\xE4\xB8\xAD", "two\nlines"};
    char **back, *one;
    int64_t count;
    rondo_hdf5 *file = create();
    CHECK(!rondo_hdf5_write_texts(file, "/names", 4, texts, &error));
    CHECK(!rondo_hdf5_write_texts(file, "/none", 0, NULL, &error));
    CHECK(!rondo_hdf5_write_text(file, "/one", "seed: 1\n", &error));
    CHECK(!rondo_hdf5_write_text(file, "/empty", "", &error));
    file = reopen(file);
    check_shape(file, "/names", RONDO_HDF5_TEXT, 1, (int64_t[]){4});
    CHECK(!rondo_hdf5_read_texts(file, "/names", &count, &back, &error));
    CHECK_INTEGER(count, 4);
    for (int i = 0; i < 4; i++)
        CHECK_TEXT(back[i], texts[i]);
    free_texts(count, back);
    CHECK(!rondo_hdf5_read_texts(file, "/none", &count, &back, &error));
    CHECK_INTEGER(count, 0);
    free_texts(count, back);
    CHECK(!rondo_hdf5_read_text(file, "/one", &one, &error));
    CHECK_TEXT(one, "seed: 1\n");
    free(one);
    CHECK(!rondo_hdf5_read_text(file, "/empty", &one, &error));
    CHECK_TEXT(one, "");
    free(one);
    CHECK_FAILS(rondo_hdf5_read_text(file, "/names", &one, &error), "/names: is not a single text");
    CHECK(one == NULL);
    rondo_hdf5_close(file, &error);
}

static void test_attributes(void)
{
    int64_t integer;
    double real;
    char *text;
    rondo_hdf5_type type;
    rondo_hdf5 *file = create();
    const float x = 1;
    CHECK(!rondo_hdf5_write(file, "/x", RONDO_HDF5_FLOAT32, 0, NULL, &x, &error));
    CHECK(!rondo_hdf5_set_text(file, "/", "rondo_format", "old", &error));
    CHECK(!rondo_hdf5_set_text(file, "/", "rondo_format", "\xE4\xB8\xAD", &error));
    CHECK(!rondo_hdf5_set_text(file, "/x", "unit", "", &error));
    CHECK(!rondo_hdf5_set_integer(file, "/progress", "step", INT64_MIN + 1, &error));
    CHECK(!rondo_hdf5_set_real(file, "/progress", "loss", 1.0 / 3, &error));
    CHECK(!rondo_hdf5_set_real(file, "/progress", "best", INFINITY, &error));
    file = reopen(file);
    CHECK(!rondo_hdf5_get_text(file, "/", "rondo_format", &text, &error));
    CHECK_TEXT(text, "\xE4\xB8\xAD");
    free(text);
    CHECK(!rondo_hdf5_get_text(file, "/x", "unit", &text, &error));
    CHECK_TEXT(text, "");
    free(text);
    CHECK(!rondo_hdf5_get_integer(file, "/progress", "step", &integer, &error));
    CHECK_INTEGER(integer, INT64_MIN + 1);
    CHECK(!rondo_hdf5_get_real(file, "/progress", "loss", &real, &error));
    CHECK(real == 1.0 / 3);
    CHECK(!rondo_hdf5_get_real(file, "/progress", "best", &real, &error));
    CHECK(real == INFINITY);
    CHECK(!rondo_hdf5_attribute_type(file, "/progress", "step", &type, &error));
    CHECK_INTEGER(type, RONDO_HDF5_INT64);
    CHECK_FAILS(rondo_hdf5_get_integer(file, "/progress", "loss", &integer, &error),
                "/progress: attribute loss is not an integer");
    CHECK_FAILS(rondo_hdf5_get_real(file, "/", "rondo_format", &real, &error),
                "/: attribute rondo_format is not a number");
    CHECK_FAILS(rondo_hdf5_get_text(file, "/progress", "step", &text, &error),
                "/progress: attribute step is not a text");
    CHECK_FAILS(rondo_hdf5_get_integer(file, "/progress", "epoch", &integer, &error),
                "/progress: attribute epoch is missing");
    rondo_hdf5_close(file, &error);
}

static void check_list(char **names, int64_t count, const char *const *expected)
{
    int64_t i = 0;
    for (; expected[i]; i++)
        CHECK_TEXT(i < count ? names[i] : NULL, expected[i]);
    CHECK_INTEGER(count, i);
    free_texts(count, names);
}

static void test_has_and_lists(void)
{
    static const char *const all[] = {"/a/b/c", "/a/d", "/e", NULL};
    static const char *const below[] = {"/a/b/c", "/a/d", NULL};
    static const char *const attributes[] = {"first", "second", NULL};
    int64_t count;
    char **names;
    const int32_t x = 1;
    rondo_hdf5 *file = create();
    CHECK(!rondo_hdf5_write(file, "/e", RONDO_HDF5_INT32, 0, NULL, &x, &error));
    CHECK(!rondo_hdf5_write(file, "/a/d", RONDO_HDF5_INT32, 0, NULL, &x, &error));
    CHECK(!rondo_hdf5_write(file, "/a/b/c", RONDO_HDF5_INT32, 0, NULL, &x, &error));
    CHECK(!rondo_hdf5_set_integer(file, "/a", "second", 2, &error));
    CHECK(!rondo_hdf5_set_integer(file, "/a", "first", 1, &error));
    file = reopen(file);
    CHECK(rondo_hdf5_has(file, "/") && rondo_hdf5_has(file, "/a") &&
          rondo_hdf5_has(file, "/a/b/c"));
    CHECK(!rondo_hdf5_has(file, "/f") && !rondo_hdf5_has(file, "/f/g/h") &&
          !rondo_hdf5_has(file, "/e/f"));
    CHECK(!rondo_hdf5_list(file, "/", &count, &names, &error));
    check_list(names, count, all);
    CHECK(!rondo_hdf5_list(file, "/a", &count, &names, &error));
    check_list(names, count, below);
    CHECK(!rondo_hdf5_list_attributes(file, "/a", &count, &names, &error));
    check_list(names, count, attributes);
    CHECK_FAILS(rondo_hdf5_list(file, "/f", &count, &names, &error), "/f: is missing");
    rondo_hdf5_close(file, &error);
}

static void test_misfits(void)
{
    rondo_hdf5_shape shape;
    const float x = 1;
    char **names;
    int64_t count;
    float back;
    rondo_hdf5 *file = create();
    CHECK(!rondo_hdf5_write(file, "/a/x", RONDO_HDF5_FLOAT32, 0, NULL, &x, &error));
    CHECK(!rondo_hdf5_write_text(file, "/t", "text", &error));
    CHECK_FAILS(rondo_hdf5_write(file, "/a/x/y", RONDO_HDF5_FLOAT32, 0, NULL, &x, &error),
                "/a/x/y: cannot be written: the HDF5 library failed");
    CHECK_FAILS(rondo_hdf5_write(file, "/a/x", RONDO_HDF5_FLOAT32, 0, NULL, &x, &error),
                "/a/x: cannot be written: the HDF5 library failed");
    CHECK_FAILS(rondo_hdf5_write(file, "/r", RONDO_HDF5_FLOAT32, 5, NULL, &x, &error),
                "/r: has more than 4 dimensions");
    file = reopen(file);
    CHECK_FAILS(rondo_hdf5_write(file, "/z", RONDO_HDF5_FLOAT32, 0, NULL, &x, &error),
                "/z: cannot be written: the HDF5 library failed");
    CHECK_FAILS(rondo_hdf5_shape_of(file, "/a", &shape, &error), "/a: is not a readable array");
    CHECK_FAILS(rondo_hdf5_shape_of(file, "/b/c", &shape, &error), "/b/c: is missing");
    CHECK_FAILS(rondo_hdf5_read(file, "/t", RONDO_HDF5_FLOAT32, &back, &error),
                "/t: is text where numbers are wanted");
    CHECK_FAILS(rondo_hdf5_read_texts(file, "/a/x", &count, &names, &error),
                "/a/x: is not a list of texts");
    CHECK(names == NULL);
    rondo_hdf5_close(file, &error);
}

static void test_open_refuses(void)
{
    static const struct {
        const char *path, *message;
        rondo_status status;
    } cases[] = {
        {"hdf5_none.h5", "hdf5_none.h5: cannot open: No such file or directory", RONDO_USAGE},
        {".", ".: is not a regular file", RONDO_USAGE},
        {"hdf5_text.h5", "hdf5_text.h5: is not an HDF5 file, or a damaged one", RONDO_FAILED},
        {"hdf5_empty.h5", "hdf5_empty.h5: is not an HDF5 file, or a damaged one", RONDO_FAILED}};
    scratch_write("hdf5_text.h5", "plain text\n", 11);
    scratch_write("hdf5_empty.h5", "", 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rondo_hdf5 *file = (rondo_hdf5 *)1;
        CHECK_INTEGER(rondo_hdf5_open(cases[i].path, &file, &error), cases[i].status);
        CHECK_TEXT(error.text, cases[i].message);
        CHECK(file == NULL);
    }
    rondo_hdf5 *file = (rondo_hdf5 *)1;
    CHECK_INTEGER(rondo_hdf5_create("hdf5_none/x.h5", &file, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, "hdf5_none/x.h5: cannot create: No such file or directory");
    CHECK(file == NULL);
    CHECK_INTEGER(rondo_hdf5_close(NULL, &error), RONDO_OK);
}

/* No times of writing, no addresses of memory: the same contents are the same bytes. */
static void test_equal_contents_are_equal_files(void)
{
    char *bytes[2];
    size_t sizes[2];
    for (int i = 0; i < 2; i++) {
        const float x[3] = {1, 2, 3};
        rondo_hdf5 *file = create();
        CHECK(!rondo_hdf5_write(file, "/a/x", RONDO_HDF5_FLOAT32, 1, (int64_t[]){3}, x, &error));
        CHECK(!rondo_hdf5_write_text(file, "/t", "text", &error));
        CHECK(!rondo_hdf5_set_text(file, "/", "name", "value", &error));
        CHECK(!rondo_hdf5_close(file, &error));
        bytes[i] = scratch_read(FILE_NAME, &sizes[i]);
        if (i == 0) sleep(1);
    }
    CHECK(sizes[0] > 0 && sizes[0] == sizes[1]);
    CHECK(sizes[0] == sizes[1] && memcmp(bytes[0], bytes[1], sizes[0]) == 0);
    free(bytes[0]);
    free(bytes[1]);
}

int main(void)
{
    RUN(test_numbers);
    RUN(test_conversion_between_numbers);
    RUN(test_rows);
    RUN(test_empty_array);
    RUN(test_texts);
    RUN(test_attributes);
    RUN(test_has_and_lists);
    RUN(test_misfits);
    RUN(test_open_refuses);
    RUN(test_equal_contents_are_equal_files);
    return check_end();
}
