#include "store/checkpoint_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/checkpoint.h"
#include "store/checkpoint_private.h"

enum { NAME_SIZE = 32 };

static void name_generation(char name[NAME_SIZE], int64_t generation)
{
    if (generation == 0)
        snprintf(name, NAME_SIZE, "latest.h5");
    else
        snprintf(name, NAME_SIZE, "latest-%lld.h5", (long long)generation);
}

static char *path_of(const char *folder, int64_t generation, rondo_error *error)
{
    char name[NAME_SIZE];
    name_generation(name, generation);
    return rondo_checkpoint_path(folder, name, error);
}

/* 0 for latest.h5, n for latest-n.h5, -1 for other names. */
static int64_t generation_of(const char *name)
{
    char again[NAME_SIZE];
    long long number = 0;
    if (strcmp(name, "latest.h5") == 0) return 0;
    if (strncmp(name, "latest-", 7) != 0) return -1;
    number = strtoll(name + 7, NULL, 10);
    if (number < 1) return -1;
    name_generation(again, number);
    return strcmp(again, name) == 0 ? number : -1;
}

bool rondo_checkpoint_is_name(const char *name)
{
    return generation_of(name) >= 0 || strcmp(name, "best.h5") == 0;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Generations found, newest first. A folder that does not exist has none. */
static rondo_status find_generations(const char *folder, int64_t *count, int64_t **numbers,
                                     rondo_error *error)
{
    rondo_status status = RONDO_OK;
    void *found = NULL;
    int64_t capacity = 0;
    *count = 0;
    *numbers = NULL;
    DIR *entries = opendir(folder);
    if (!entries && errno == ENOENT) return RONDO_OK;
    if (!entries)
        return rondo_error_set(error, RONDO_FAILED, "%s: cannot open: %s", folder, strerror(errno));
    for (struct dirent *entry; !status && (entry = readdir(entries));) {
        int64_t generation = generation_of(entry->d_name);
        if (generation < 0) continue;
        status = rondo_memory_grow(&found, &capacity, *count + 1, sizeof **numbers,
                                   "list of checkpoints", error);
        if (!status) ((int64_t *)found)[(*count)++] = generation;
    }
    closedir(entries);
    if (status) {
        free(found);
        *count = 0;
        return status;
    }
    if (*count > 0) qsort(found, (size_t)*count, sizeof **numbers, compare);
    *numbers = found;
    return RONDO_OK;
}

static rondo_status copy_generation(const char *folder, int64_t generation, rondo_error *error)
{
    char *newer = path_of(folder, generation - 1, error);
    char *older = newer ? path_of(folder, generation, error) : NULL;
    rondo_status status = older ? RONDO_OK : error->status;
    if (!status && rondo_file_exists(newer)) status = rondo_file_duplicate(newer, older, error);
    free(newer);
    free(older);
    return status;
}

rondo_status rondo_checkpoint_rotate(const char *folder, int64_t keep, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t generation = keep - 1; generation > 0 && !status; generation--)
        status = copy_generation(folder, generation, error);
    return status;
}

void rondo_checkpoint_prune(const char *folder, int64_t keep)
{
    rondo_error ignored = {0};
    int64_t count, *numbers;
    if (find_generations(folder, &count, &numbers, &ignored)) return;
    for (int64_t i = 0; i < count; i++) {
        char *path =
            numbers[i] > 0 && numbers[i] >= keep ? path_of(folder, numbers[i], &ignored) : NULL;
        if (path) unlink(path);
        free(path);
    }
    free(numbers);
}

rondo_status rondo_checkpoint_mark_best(const char *folder, rondo_error *error)
{
    char *latest = path_of(folder, 0, error);
    char *best = latest ? rondo_checkpoint_path(folder, "best.h5", error) : NULL;
    rondo_status status = best ? rondo_file_duplicate(latest, best, error) : error->status;
    free(latest);
    free(best);
    return status;
}

static rondo_status remove_file(const char *folder, const char *name, rondo_error *error)
{
    char *path = rondo_checkpoint_path(folder, name, error);
    if (!path) return error->status;
    rondo_status status = RONDO_OK;
    if (unlink(path) != 0 && errno != ENOENT)
        status =
            rondo_error_set(error, RONDO_FAILED, "%s: cannot remove: %s", path, strerror(errno));
    free(path);
    return status;
}

/* Final names of temporary files that become checkpoints. */
static bool is_ours(const char *name, size_t length)
{
    char whole[NAME_SIZE];
    if (length >= sizeof whole) return false;
    memcpy(whole, name, length);
    whole[length] = '\0';
    return rondo_checkpoint_is_name(whole);
}

void rondo_checkpoint_remove_stale(const char *folder)
{
    rondo_file_remove_stale(folder, is_ours);
}

rondo_status rondo_checkpoint_clear(const char *folder, rondo_error *error)
{
    int64_t count, *numbers;
    char name[NAME_SIZE];
    rondo_status status = find_generations(folder, &count, &numbers, error);
    if (status) return status;
    rondo_checkpoint_remove_stale(folder);
    for (int64_t i = 0; i < count && !status; i++) {
        name_generation(name, numbers[i]);
        status = remove_file(folder, name, error);
    }
    free(numbers);
    return status ? status : remove_file(folder, "best.h5", error);
}

/* The first unharmed of the generations. A file that cannot even be opened is not taken for
 * damaged: going on from an older one would be a surprise. */
static rondo_status find_unharmed(const char *folder, int64_t count, const int64_t *numbers,
                                  char **found, rondo_error *error)
{
    for (int64_t i = 0; i < count; i++) {
        rondo_error reason = {0};
        char *path = path_of(folder, numbers[i], error);
        if (!path) return error->status;
        rondo_status status = rondo_checkpoint_verify(path, &reason);
        if (status == RONDO_OK) {
            *found = path;
            return RONDO_OK;
        }
        free(path);
        if (status == RONDO_USAGE) return rondo_error_set(error, RONDO_FAILED, "%s", reason.text);
        rondo_log_warning("%s%s", reason.text,
                          i + 1 < count ? "; trying the checkpoint before it" : "");
    }
    return rondo_error_set(error, RONDO_FAILED, "%s: all %lld checkpoints are damaged", folder,
                           (long long)count);
}

rondo_status rondo_checkpoint_newest(const char *folder, char **path, rondo_error *error)
{
    int64_t count, *numbers;
    *path = NULL;
    rondo_status status = find_generations(folder, &count, &numbers, error);
    if (status || count == 0) return status;
    status = find_unharmed(folder, count, numbers, path, error);
    free(numbers);
    return status;
}
