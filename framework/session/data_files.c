#include "session/data_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

static void add_file(const char *path, rondo_text *text)
{
    struct stat about;
    if (stat(path, &about) != 0) return;
    rondo_text_add(text, "\n%s %llu %lld %lld.%09ld %lld.%09ld", path,
                   (unsigned long long)about.st_ino, (long long)about.st_size,
                   (long long)about.st_mtim.tv_sec, about.st_mtim.tv_nsec,
                   (long long)about.st_ctim.tv_sec, about.st_ctim.tv_nsec);
}

/* Files of the folder whose names begin so. */
static void add_files(const char *folder, const char *start, size_t length, rondo_text *text)
{
    int64_t count;
    char **names;
    rondo_error ignored = {0};
    if (rondo_file_list(folder, &count, &names, &ignored)) return;
    for (int64_t i = 0; i < count; i++) {
        char *path =
            strncmp(names[i], start, length) == 0 ? rondo_file_join(folder, names[i]) : NULL;
        if (path) add_file(path, text);
        free(path);
    }
    rondo_file_free_names(count, names);
}

static void add_path(const char *path, rondo_text *text)
{
    if (!path) return;
    if (rondo_file_is_folder(path)) {
        add_files(path, "", 0, text);
        return;
    }
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char *folder = rondo_file_folder(path);
    if (folder) add_files(folder, name, strcspn(name, ".-_"), text);
    free(folder);
}

void rondo_data_files_describe(const rondo_data_config *data, rondo_text *text)
{
    add_path(data->path, text);
    add_path(data->split.train.path, text);
    add_path(data->split.valid.path, text);
    add_path(data->split.test.path, text);
}
