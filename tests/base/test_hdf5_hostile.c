/* Files that others made: strange but honest ones are read, lying ones are refused with one line
 * before anything is allocated for them. The files are made with the HDF5 library itself; where it
 * would not write a lie, bytes are changed afterwards. */
#include "check.h"

#define H5_USE_110_API
#include <hdf5.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/hdf5.h"
#include "base/scratch.h"

#define FILE_NAME "hdf5_hostile.h5"

static rondo_error error;

static hid_t begin(void)
{
    return H5Fcreate(FILE_NAME, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
}

static rondo_hdf5 *finish(hid_t made)
{
    rondo_hdf5 *file = NULL;
    H5Fclose(made);
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_hdf5_open(FILE_NAME, &file, &error), RONDO_OK);
    return file;
}

static hid_t make_array(hid_t file, const char *name, hid_t type, int rank, const hsize_t *extent,
                        const hsize_t *most, hid_t layout, const void *data)
{
    hid_t space = rank > 0 ? H5Screate_simple(rank, extent, most) : H5Screate(H5S_SCALAR);
    hid_t array = H5Dcreate2(file, name, type, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    CHECK(array >= 0);
    if (data) CHECK(H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    H5Sclose(space);
    return array;
}

static void put_array(hid_t file, const char *name, hid_t type, int rank, const hsize_t *extent,
                      hid_t layout, const void *data)
{
    H5Dclose(make_array(file, name, type, rank, extent, NULL, layout, data));
}

/* The one array of the file is refused in these words, whichever way it is asked for. */
static void check_refused(hid_t made, const char *name, const char *why)
{
    rondo_hdf5 *file = finish(made);
    rondo_hdf5_shape shape;
    char expected[200], **texts;
    double number;
    int64_t count;
    snprintf(expected, sizeof expected, FILE_NAME ": %s: %s", name, why);
    CHECK_INTEGER(rondo_hdf5_shape_of(file, name, &shape, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, expected);
    CHECK_INTEGER(rondo_hdf5_read(file, name, RONDO_HDF5_FLOAT64, &number, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, expected);
    CHECK_INTEGER(rondo_hdf5_read_texts(file, name, &count, &texts, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, expected);
    rondo_hdf5_close(file, &error);
}

static const hsize_t huge[] = {UINT64_C(1) << 60};
static const hsize_t thousand[] = {1000};

static void test_claims_of_size(void)
{
    hid_t made = begin();
    put_array(made, "/x", H5T_NATIVE_UINT8, 1, huge, H5P_DEFAULT, NULL);
    check_refused(made, "/x", "claims more numbers than are stored for it");
    made = begin();
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 1 << 30);
    put_array(made, "/x", type, 1, thousand, H5P_DEFAULT, NULL);
    H5Tclose(type);
    check_refused(made, "/x", "claims more numbers than are stored for it");
    made = begin();
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(layout, 4, (hsize_t[]){1, 1, 1, 8});
    put_array(made, "/x", H5T_NATIVE_DOUBLE, 4, (hsize_t[]){1 << 20, 1 << 20, 1 << 20, 8}, layout,
              NULL);
    H5Pclose(layout);
    check_refused(made, "/x", "claims more numbers than any memory holds");
}

static void test_rank_and_types(void)
{
    static const hsize_t ones[] = {1, 1, 1, 1, 1};
    static const double x[1] = {1};
    hid_t made = begin();
    put_array(made, "/x", H5T_NATIVE_DOUBLE, 5, ones, H5P_DEFAULT, x);
    check_refused(made, "/x", "is not an array of 0 to 4 dimensions");
    made = begin();
    hid_t pair = H5Tcreate(H5T_COMPOUND, 16);
    H5Tinsert(pair, "real", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(pair, "imaginary", 8, H5T_NATIVE_DOUBLE);
    put_array(made, "/x", pair, 1, (hsize_t[]){1}, H5P_DEFAULT, (double[]){1, 2});
    H5Tclose(pair);
    check_refused(made, "/x", "holds neither numbers nor text");
    made = begin();
    hid_t space = H5Screate(H5S_NULL);
    H5Dclose(H5Dcreate2(made, "/x", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    check_refused(made, "/x", "is not an array of 0 to 4 dimensions");
}

/* /etc/passwd as an array of bytes: external storage, an external link, a virtual array. */
static void test_nothing_outside_the_file(void)
{
    static const uint8_t secret[1000] = {42};
    hid_t other = H5Fcreate("hdf5_other.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    put_array(other, "/secret", H5T_NATIVE_UINT8, 1, thousand, H5P_DEFAULT, secret);
    H5Fclose(other);

    hid_t made = begin();
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(layout, "hdf5_other.h5", 0, 1000);
    put_array(made, "/x", H5T_NATIVE_UINT8, 1, thousand, layout, NULL);
    H5Pclose(layout);
    check_refused(made, "/x", "is kept outside this file, which is not allowed");

    made = begin();
    hid_t space = H5Screate_simple(1, thousand, NULL);
    layout = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_virtual(layout, space, "hdf5_other.h5", "/secret", space);
    put_array(made, "/x", H5T_NATIVE_UINT8, 1, thousand, layout, NULL);
    H5Pclose(layout);
    H5Sclose(space);
    check_refused(made, "/x", "is kept outside this file, which is not allowed");

    made = begin();
    H5Lcreate_external("hdf5_other.h5", "/secret", made, "/x", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("hdf5_other.h5", "/", made, "/group", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/group/secret", made, "/y", H5P_DEFAULT, H5P_DEFAULT);
    rondo_hdf5 *file = finish(made);
    rondo_hdf5_shape shape;
    int64_t count, integer;
    char **names;
    static const char *const paths[] = {"/x", "/y", "/group/secret", "/group"};
    for (int i = 0; i < 4; i++) {
        CHECK(!rondo_hdf5_has(file, paths[i]));
        CHECK_INTEGER(rondo_hdf5_shape_of(file, paths[i], &shape, &error), RONDO_FAILED);
        CHECK_CONTAINS(error.text, "is missing");
        CHECK_INTEGER(rondo_hdf5_get_integer(file, paths[i], "n", &integer, &error), RONDO_FAILED);
        CHECK_INTEGER(rondo_hdf5_list(file, paths[i], &count, &names, &error), RONDO_FAILED);
    }
    CHECK_INTEGER(rondo_hdf5_list(file, "/", &count, &names, &error), RONDO_OK);
    CHECK_INTEGER(count, 0);
    free(names);
    rondo_hdf5_close(file, &error);
}

static hid_t compressed(hsize_t chunk)
{
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(layout, 1, &chunk);
    H5Pset_deflate(layout, 9);
    return layout;
}

static void test_compressed_arrays(void)
{
    enum { COUNT = 1000000 };
    static const hsize_t extent[] = {COUNT}, any[] = {H5S_UNLIMITED};
    int32_t *zeros = calloc(COUNT, sizeof *zeros), *back = malloc(COUNT * sizeof *back);
    zeros[COUNT - 1] = 7;
    hid_t made = begin(), layout = compressed(65536);
    put_array(made, "/x", H5T_NATIVE_INT32, 1, extent, layout, zeros);
    rondo_hdf5 *file = finish(made);
    CHECK_INTEGER(rondo_hdf5_read(file, "/x", RONDO_HDF5_INT32, back, &error), RONDO_OK);
    CHECK(memcmp(zeros, back, COUNT * sizeof *back) == 0);
    rondo_hdf5_close(file, &error);
    made = begin();
    hid_t array = make_array(made, "/x", H5T_NATIVE_INT32, 1, extent, any, layout, zeros);
    H5Dset_extent(array, (hsize_t[]){UINT64_C(1) << 40});
    H5Dclose(array);
    H5Pclose(layout);
    check_refused(made, "/x", "claims more numbers than are stored for it");
    made = begin();
    layout = compressed(UINT64_C(1) << 28);
    hid_t small = make_array(made, "/x", H5T_NATIVE_INT32, 1, (hsize_t[]){0}, any, layout, NULL);
    H5Dclose(small);
    H5Pclose(layout);
    check_refused(made, "/x", "is stored in pieces larger than itself");
    free(zeros);
    free(back);
}

/* Replaces `from` by `to` wherever it stands; returns how often. */
static int patch(uint64_t from, uint64_t to)
{
    size_t size;
    int count = 0;
    char *bytes = scratch_read(FILE_NAME, &size);
    for (size_t i = 0; i + sizeof from <= size; i++)
        if (memcmp(bytes + i, &from, sizeof from) == 0) {
            memcpy(bytes + i, &to, sizeof to);
            count++;
        }
    scratch_write(FILE_NAME, bytes, size);
    free(bytes);
    return count;
}

/* Both the extent and the stored size lie. */
static void test_patched_sizes(void)
{
    enum { COUNT = 123457 };
    static const hsize_t extent[] = {COUNT};
    uint8_t *data = calloc(COUNT, 1);
    hid_t made = begin();
    put_array(made, "/x", H5T_NATIVE_UINT8, 1, extent, H5P_DEFAULT, data);
    H5Fclose(made);
    CHECK(patch(COUNT, UINT64_C(1) << 50) >= 2);
    rondo_hdf5 *file;
    rondo_hdf5_shape shape;
    CHECK_INTEGER(rondo_hdf5_open(FILE_NAME, &file, &error), RONDO_OK);
    CHECK_INTEGER(rondo_hdf5_shape_of(file, "/x", &shape, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FILE_NAME ": /x: claims more bytes than the file has");
    CHECK_INTEGER(shape.rank, 0);
    rondo_hdf5_close(file, &error);
    free(data);
}

/* One long text, and a thousand elements that all point to it. */
static void test_texts_that_multiply(void)
{
    enum { LENGTH = 100000, ITEM = 16 };
    static char text[LENGTH + 1];
    const char *texts[1000];
    size_t size;
    memset(text, 'x', LENGTH);
    texts[0] = text;
    for (int i = 1; i < 1000; i++)
        texts[i] = "";
    hid_t made = begin(), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    put_array(made, "/x", type, 1, thousand, H5P_DEFAULT, texts);
    H5Tclose(type);
    H5Fclose(made);
    char *bytes = scratch_read(FILE_NAME, &size);
    const uint32_t length = LENGTH;
    size_t at = 0, found = 0;
    for (; at + 1000 * ITEM <= size && !found; at++)
        if (memcmp(bytes + at, &length, sizeof length) == 0 && bytes[at + ITEM] == 0) found = at;
    CHECK(found > 0);
    for (int i = 1; i < 1000 && found; i++)
        memcpy(bytes + found + i * ITEM, bytes + found, ITEM);
    scratch_write(FILE_NAME, bytes, size);
    free(bytes);
    rondo_hdf5 *file;
    int64_t count;
    char **back = (char **)1;
    CHECK_INTEGER(rondo_hdf5_open(FILE_NAME, &file, &error), RONDO_OK);
    CHECK_INTEGER(rondo_hdf5_read_texts(file, "/x", &count, &back, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FILE_NAME ": /x: cannot be read: damaged");
    CHECK(back == NULL);
    rondo_hdf5_close(file, &error);
}

/* As numpy ("S4") and MATLAB write them. */
static void test_texts_of_fixed_length(void)
{
    static const char *const expected[] = {"ab", "abcd", ""};
    static const struct {
        H5T_str_t padding;
        const char *data;
    } cases[] = {{H5T_STR_NULLPAD, "ab\0\0abcd\0\0\0\0"},
                 {H5T_STR_SPACEPAD, "ab  abcd    "},
                 {H5T_STR_NULLTERM, "ab\0\0abcd\0\0\0\0"}};
    for (int i = 0; i < 3; i++) {
        int64_t count;
        char **texts;
        hid_t made = begin(), type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, 4);
        H5Tset_strpad(type, cases[i].padding);
        put_array(made, "/x", type, 1, (hsize_t[]){3}, H5P_DEFAULT, cases[i].data);
        hid_t space = H5Screate(H5S_SCALAR);
        hid_t attribute = H5Acreate2(made, "name", type, space, H5P_DEFAULT, H5P_DEFAULT);
        H5Awrite(attribute, type, "xyz");
        H5Aclose(attribute);
        H5Sclose(space);
        H5Tclose(type);
        rondo_hdf5 *file = finish(made);
        CHECK_INTEGER(rondo_hdf5_read_texts(file, "/x", &count, &texts, &error), RONDO_OK);
        CHECK_INTEGER(count, 3);
        for (int64_t j = 0; j < count; j++) {
            CHECK_TEXT(texts[j], expected[j]);
            free(texts[j]);
        }
        free(texts);
        char *name;
        CHECK_INTEGER(rondo_hdf5_get_text(file, "/", "name", &name, &error), RONDO_OK);
        CHECK_TEXT(name, "xyz");
        free(name);
        rondo_hdf5_close(file, &error);
    }
}

static void test_groups_without_end(void)
{
    int64_t count;
    char **names;
    hid_t made = begin();
    hid_t group = H5Gcreate2(made, "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(made, "/", group, "back", H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(group);
    rondo_hdf5 *file = finish(made);
    CHECK_INTEGER(rondo_hdf5_list(file, "/", &count, &names, &error), RONDO_OK);
    CHECK_INTEGER(count, 0);
    free(names);
    rondo_hdf5_close(file, &error);
    made = begin();
    hid_t at = H5Gopen2(made, "/", H5P_DEFAULT);
    for (int i = 0; i < 1000; i++) {
        hid_t below = H5Gcreate2(at, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Gclose(at);
        at = below;
    }
    H5Gclose(at);
    file = finish(made);
    CHECK_INTEGER(rondo_hdf5_list(file, "/", &count, &names, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FILE_NAME ": /: cannot be listed: damaged, or nested too deep");
    CHECK(names == NULL);
    rondo_hdf5_close(file, &error);
}

static void test_attributes_that_do_not_fit(void)
{
    int64_t integer;
    hid_t made = begin();
    hid_t space = H5Screate_simple(1, (hsize_t[]){2}, NULL);
    H5Aclose(H5Acreate2(made, "pair", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    rondo_hdf5 *file = finish(made);
    CHECK_INTEGER(rondo_hdf5_get_integer(file, "/", "pair", &integer, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, FILE_NAME ": /: attribute pair is not one number or text");
    rondo_hdf5_close(file, &error);
}

/* Whatever is cut off, the file is not opened. */
static void test_cut_short(void)
{
    static const float x[500] = {1, 2, 3};
    size_t size;
    rondo_hdf5 *file;
    CHECK(!rondo_hdf5_create(FILE_NAME, &file, &error));
    CHECK(!rondo_hdf5_write(file, "/a/x", RONDO_HDF5_FLOAT32, 1, (int64_t[]){500}, x, &error));
    CHECK(!rondo_hdf5_close(file, &error));
    scratch_unseal(FILE_NAME);
    char *bytes = scratch_read(FILE_NAME, &size);
    CHECK(size > 2000);
    for (size_t length = 0; length < size; length += length < 200 ? 1 : 37) {
        scratch_write(FILE_NAME, bytes, length);
        error = (rondo_error){0};
        CHECK_INTEGER(rondo_hdf5_open(FILE_NAME, &file, &error), RONDO_FAILED);
        CHECK_TEXT(error.text, FILE_NAME ": is not an HDF5 file, or a damaged one");
        CHECK(file == NULL);
    }
    free(bytes);
}

/* The library itself forgets some memory when a file is damaged. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

/* One wrong byte, also where the library itself crashes: the worst is a line that says no. */
static void test_wrong_bytes(void)
{
    static const float x[3] = {1, 2, 3};
    size_t size;
    rondo_hdf5 *file;
    int refused = 0;
    CHECK(!rondo_hdf5_create(FILE_NAME, &file, &error));
    CHECK(!rondo_hdf5_write(file, "/a/x", RONDO_HDF5_FLOAT32, 1, (int64_t[]){3}, x, &error));
    CHECK(!rondo_hdf5_write_text(file, "/t", "text", &error));
    CHECK(!rondo_hdf5_set_text(file, "/", "name", "value", &error));
    CHECK(!rondo_hdf5_close(file, &error));
    scratch_unseal(FILE_NAME);
    char *bytes = scratch_read(FILE_NAME, &size);
    for (size_t at = 0; at < size; at += 13) {
        char right = bytes[at], **paths, *text;
        float back[3];
        int64_t count;
        bytes[at] = (char)(right ^ 0xFF);
        scratch_write(FILE_NAME, bytes, size);
        bytes[at] = right;
        error = (rondo_error){0};
        if (rondo_hdf5_open(FILE_NAME, &file, &error) == RONDO_OK) {
            if (!rondo_hdf5_list(file, "/", &count, &paths, &error)) {
                for (int64_t i = 0; i < count; i++)
                    free(paths[i]);
                free(paths);
            }
            rondo_hdf5_read(file, "/a/x", RONDO_HDF5_FLOAT32, back, &error);
            if (!rondo_hdf5_read_text(file, "/t", &text, &error)) free(text);
            if (!rondo_hdf5_get_text(file, "/", "name", &text, &error)) free(text);
            rondo_hdf5_close(file, &error);
        }
        refused += error.text[0] != '\0';
        CHECK(strchr(error.text, '\n') == NULL);
    }
    CHECK(refused > 20);
    free(bytes);
}

/* The process that has the file open, or 0 where the system does not tell. */
static pid_t reader(void)
{
    char path[64];
    long child = 0;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    FILE *children = fopen(path, "r");
    if (children && fscanf(children, "%ld", &child) != 1) child = 0;
    if (children) fclose(children);
    return (pid_t)child;
}

/* The library crashed, or ran out of time, while it was asked: nothing is believed any more, not
 * even that something is missing. */
static void test_lost_reader(void)
{
    static const float x[3] = {1, 2, 3};
    float back[3];
    int64_t count;
    char **names;
    rondo_hdf5 *file;
    CHECK_INTEGER(reader(), 0);
    CHECK(!rondo_hdf5_create(FILE_NAME, &file, &error));
    CHECK(!rondo_hdf5_write(file, "/a/x", RONDO_HDF5_FLOAT32, 1, (int64_t[]){3}, x, &error));
    CHECK(!rondo_hdf5_close(file, &error));
    scratch_unseal(FILE_NAME);
    CHECK_INTEGER(rondo_hdf5_open_data(FILE_NAME, 0, &file, &error), RONDO_OK);
    CHECK(rondo_hdf5_has(file, "/a/x"));
    pid_t child = reader();
    if (child > 0) {
        kill(child, SIGSEGV);
        CHECK(!rondo_hdf5_has(file, "/a/x"));
        CHECK_INTEGER(rondo_hdf5_read(file, "/a/x", RONDO_HDF5_FLOAT32, back, &error), RONDO_USAGE);
        CHECK_TEXT(error.text, FILE_NAME ": /a/x: cannot be read: damaged");
        CHECK_INTEGER(rondo_hdf5_list(file, "/", &count, &names, &error), RONDO_USAGE);
        CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_USAGE);
        CHECK_TEXT(error.text, FILE_NAME ": is not an HDF5 file, or a damaged one");
    } else {
        CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_OK);
    }
    CHECK_INTEGER(reader(), 0);
}

/* Whether another process reads what is opened. */
static bool is_apart(rondo_status (*opens)(const char *path, rondo_hdf5 **out, rondo_error *error))
{
    rondo_hdf5 *file;
    float x[3];
    error = (rondo_error){0};
    CHECK_INTEGER(opens(FILE_NAME, &file, &error), RONDO_OK);
    bool apart = waitpid(-1, NULL, WNOHANG) == 0; /* a child that runs */
    CHECK_INTEGER(rondo_hdf5_read(file, "/x", RONDO_HDF5_FLOAT32, x, &error), RONDO_OK);
    CHECK(x[0] == 1 && x[2] == 3);
    CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_OK);
    return apart;
}

static rondo_status open_data(const char *path, rondo_hdf5 **out, rondo_error *status)
{
    return rondo_hdf5_open_data(path, 0, out, status);
}

/* What the program wrote, whose seal is right, needs no other process; unless it is the user's data,
 * or the user wants one. */
static void test_who_reads(void)
{
    static const float x[3] = {1, 2, 3};
    rondo_hdf5 *file;
    CHECK(!rondo_hdf5_create(FILE_NAME, &file, &error));
    CHECK(!rondo_hdf5_write(file, "/x", RONDO_HDF5_FLOAT32, 1, (int64_t[]){3}, x, &error));
    CHECK(!rondo_hdf5_close(file, &error));
    CHECK(!is_apart(rondo_hdf5_open));
    CHECK(is_apart(open_data));
    setenv("RONDO_READ_APART", "1", 1);
    CHECK(is_apart(rondo_hdf5_open));
    setenv("RONDO_READ_APART", "", 1);
    CHECK(!is_apart(rondo_hdf5_open));
    unsetenv("RONDO_READ_APART");
    scratch_unseal(FILE_NAME);
    CHECK(is_apart(rondo_hdf5_open));
}

int main(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    RUN(test_claims_of_size);
    RUN(test_rank_and_types);
    RUN(test_nothing_outside_the_file);
    RUN(test_compressed_arrays);
    RUN(test_patched_sizes);
    RUN(test_texts_that_multiply);
    RUN(test_texts_of_fixed_length);
    RUN(test_groups_without_end);
    RUN(test_attributes_that_do_not_fit);
    RUN(test_cut_short);
    RUN(test_wrong_bytes);
    RUN(test_lost_reader);
    RUN(test_who_reads);
    return check_end();
}
