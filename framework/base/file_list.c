#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

bool rondo_file_is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool is_ordinary(const char *folder, const char *name)
{
    struct stat about;
    char *path = rondo_file_join(folder, name);
    bool is_right = path && stat(path, &about) == 0 && S_ISREG(about.st_mode);
    free(path);
    return is_right;
}

void rondo_file_free_names(int64_t count, char **names)
{
    for (int64_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static rondo_status add_name(char ***names, int64_t *capacity, int64_t *count, const char *name,
                             rondo_error *error)
{
    void *block = *names;
    rondo_status status =
        rondo_memory_grow(&block, capacity, *count + 1, sizeof **names, "names of files", error);
    *names = block;
    if (status) return status;
    (*names)[*count] = rondo_text_copy(name);
    if (!(*names)[*count]) return rondo_error_set(error, RONDO_FAILED, "not enough memory: names");
    ++*count;
    return RONDO_OK;
}

rondo_status rondo_file_list(const char *folder, int64_t *count, char ***names, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    int64_t capacity = 0;
    *count = 0;
    *names = NULL;
    DIR *entries = opendir(folder);
    if (!entries)
        return rondo_error_set(error, RONDO_USAGE, "%s: cannot open: %s", folder, strerror(errno));
    for (struct dirent *entry; !status && (entry = readdir(entries));)
        if (entry->d_name[0] != '.' && is_ordinary(folder, entry->d_name))
            status = add_name(names, &capacity, count, entry->d_name, error);
    closedir(entries);
    if (status) {
        rondo_file_free_names(*count, *names);
        *count = 0;
        *names = NULL;
    } else if (*count > 0) {
        qsort(*names, (size_t)*count, sizeof **names, compare_names);
    }
    return status;
}
