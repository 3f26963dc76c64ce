/* Seals: the sum is the CRC-32 that everybody knows, any wrong byte shows, and HDF5's own library
 * reads a sealed file and, when it changes one, takes the seal off. */
#include "check.h"

#define H5_USE_110_API
#include <fcntl.h>
#include <hdf5.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hdf5.h"
#include "base/scratch.h"
#include "base/seal.h"

#define FILE_NAME "seal_test"

static rondo_error error;

static rondo_seal sealed(void)
{
    rondo_seal found = RONDO_SEAL_WRONG;
    int descriptor = open(FILE_NAME, O_RDONLY);
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_seal_check(descriptor, FILE_NAME, &found, &error), RONDO_OK);
    close(descriptor);
    return found;
}

/* "123456789" has the sum cbf43926 in every description of this CRC. */
static void the_line(void)
{
    size_t size;
    scratch_write(FILE_NAME, "123456789", 9);
    CHECK_INTEGER(sealed(), RONDO_SEAL_NONE);
    CHECK_INTEGER(rondo_seal_add(FILE_NAME, &error), RONDO_OK);
    char *text = scratch_read(FILE_NAME, &size);
    CHECK_TEXT(text, "123456789rondo seal: crc32 cbf43926 of 00000000000000000009 bytes\n");
    CHECK_INTEGER(size, 9 + SCRATCH_SEAL_SIZE);
    CHECK_INTEGER(sealed(), RONDO_SEAL_RIGHT);
    free(text);
    scratch_write(FILE_NAME, "", 0);
    CHECK_INTEGER(sealed(), RONDO_SEAL_NONE);
    CHECK_INTEGER(rondo_seal_add(FILE_NAME, &error), RONDO_OK);
    CHECK_INTEGER(sealed(), RONDO_SEAL_RIGHT);
    CHECK_INTEGER(rondo_seal_add("seal_none", &error), RONDO_FAILED);
    CHECK_TEXT(error.text, "seal_none: cannot be written: No such file or directory");
}

/* Every bit of a file larger than the pieces it is summed up in has its say; what hides the mark is
 * a file without a seal. */
static void every_bit(void)
{
    enum { SIZE = 2500000, MARK = 18 };
    size_t size;
    char *bytes = malloc(SIZE);
    for (int i = 0; i < SIZE; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    scratch_write(FILE_NAME, bytes, SIZE);
    free(bytes);
    CHECK_INTEGER(rondo_seal_add(FILE_NAME, &error), RONDO_OK);
    bytes = scratch_read(FILE_NAME, &size);
    for (size_t at = 0; at < size; at += at < SIZE - 10 ? 99991 : 1) {
        bool in_mark = at >= SIZE && at < SIZE + MARK;
        bytes[at] ^= (char)(1 << at % 8);
        scratch_write(FILE_NAME, bytes, size);
        CHECK_INTEGER(sealed(), in_mark ? RONDO_SEAL_NONE : RONDO_SEAL_WRONG);
        bytes[at] ^= (char)(1 << at % 8);
    }
    for (size_t less = 1; less < SCRATCH_SEAL_SIZE; less += 7) {
        scratch_write(FILE_NAME, bytes, size - less);
        CHECK_INTEGER(sealed(), RONDO_SEAL_NONE);
    }
    memmove(bytes + 1000, bytes + 2000, size - 2000); /* a piece is lost, the seal is not */
    scratch_write(FILE_NAME, bytes, size - 1000);
    CHECK_INTEGER(sealed(), RONDO_SEAL_WRONG);
    free(bytes);
}

static void make_hdf5(void)
{
    static const int64_t extent[] = {3}, numbers[] = {5, 6, 7};
    rondo_hdf5 *file;
    CHECK(!rondo_hdf5_create(FILE_NAME, &file, &error));
    CHECK(!rondo_hdf5_write(file, "/x", RONDO_HDF5_INT64, 1, extent, numbers, &error));
    CHECK(!rondo_hdf5_close(file, &error));
    CHECK_INTEGER(sealed(), RONDO_SEAL_RIGHT);
}

/* As h5py and HDFView open files: with the library's own driver. */
static void other_readers(void)
{
    int64_t back[3] = {0};
    make_hdf5();
    hid_t file = H5Fopen(FILE_NAME, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t array = H5Dopen2(file, "/x", H5P_DEFAULT);
    CHECK(H5Dread(array, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, back) >= 0);
    CHECK(back[0] == 5 && back[1] == 6 && back[2] == 7);
    H5Dclose(array);
    H5Fclose(file);
    CHECK_INTEGER(sealed(), RONDO_SEAL_RIGHT);
}

static void other_writers(void)
{
    static const int64_t changed[] = {8, 9, 10};
    int64_t back[3] = {0};
    rondo_hdf5 *read;
    make_hdf5();
    hid_t file = H5Fopen(FILE_NAME, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t array = H5Dopen2(file, "/x", H5P_DEFAULT);
    CHECK(H5Dwrite(array, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, changed) >= 0);
    H5Dclose(array);
    H5Fclose(file);
    CHECK_INTEGER(sealed(), RONDO_SEAL_NONE);
    CHECK_INTEGER(rondo_hdf5_open(FILE_NAME, &read, &error), RONDO_OK);
    CHECK(!rondo_hdf5_is_sealed(read));
    CHECK_INTEGER(rondo_hdf5_read(read, "/x", RONDO_HDF5_INT64, back, &error), RONDO_OK);
    CHECK(memcmp(back, changed, sizeof back) == 0);
    CHECK_INTEGER(rondo_hdf5_close(read, &error), RONDO_OK);
}

int main(void)
{
    RUN(the_line);
    RUN(every_bit);
    RUN(other_readers);
    RUN(other_writers);
    return check_end();
}
