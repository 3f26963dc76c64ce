/* Folders and files that a test works in. Test programs run side by side in one folder, so names
 * begin with the test's name. What cannot be made ends the program: such a test has failed. */
#ifndef RONDO_TESTS_SCRATCH_H
#define RONDO_TESTS_SCRATCH_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Removes the files of a folder (not folders inside it) and makes it anew. */
static inline void scratch_folder(const char *path)
{
    DIR *entries = opendir(path);
    for (struct dirent *entry; entries && (entry = readdir(entries));)
        unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries) closedir(entries);
    if (!entries && mkdir(path, 0777) != 0) {
        perror(path);
        exit(2);
    }
}

/* How many entries a folder has whose name contains `part`. */
static inline int scratch_count(const char *path, const char *part)
{
    int count = 0;
    DIR *entries = opendir(path);
    for (struct dirent *entry; entries && (entry = readdir(entries));)
        if (entry->d_name[0] != '.' && strstr(entry->d_name, part)) count++;
    if (entries) closedir(entries);
    return count;
}

static inline void scratch_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

/* The whole file, NUL-terminated; the caller frees it. */
static inline char *scratch_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    *size = 0;
    if (file && fseek(file, 0, SEEK_END) == 0) {
        *size = (size_t)ftell(file);
        bytes = calloc(*size + 1, 1);
        rewind(file);
        if (bytes && fread(bytes, 1, *size, file) != *size) *size = 0;
    }
    if (file) fclose(file);
    return bytes ? bytes : calloc(1, 1);
}

enum { SCRATCH_SEAL_SIZE = 57 }; /* bytes, of base/seal.h */

/* Cuts the seal off: the file is as builds before seals wrote it, or as h5py would. */
static inline void scratch_unseal(const char *path)
{
    size_t size;
    char *bytes = scratch_read(path, &size);
    if (size >= SCRATCH_SEAL_SIZE) scratch_write(path, bytes, size - SCRATCH_SEAL_SIZE);
    free(bytes);
}

#endif
