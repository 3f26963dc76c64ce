#include "train/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "store/checkpoint.h"

static const char checkpoints_name[] = "checkpoints";

/* What a run writes into its folder, besides checkpoints; ends with NULL. */
static const char *const file_names[] = {"config.yaml",  "metrics.jsonl", "metrics.h5",
                                         "log.txt",      "lock",          "lock.old",
                                         "outcome.yaml", "deaths",        NULL};

static rondo_status fail_memory(const char *folder, rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", folder);
}

/* The length of the final name in "latest.h5.tmp-4711"; of any other name its own. */
static size_t final_length(const char *name)
{
    const char *mark = strstr(name, ".tmp-");
    return mark ? (size_t)(mark - name) : strlen(name);
}

static bool is_file_name(const char *name, size_t length)
{
    for (int i = 0; file_names[i]; i++)
        if (strlen(file_names[i]) == length && strncmp(file_names[i], name, length) == 0)
            return true;
    return false;
}

static bool is_checkpoint_name(const char *name)
{
    char whole[NAME_MAX + 1];
    snprintf(whole, sizeof whole, "%.*s", (int)final_length(name), name);
    return rondo_checkpoint_is_name(whole);
}

/* --- is it a run? --- */

/* What a folder holds. */
typedef struct contents {
    char first[NAME_MAX + 1];   /* an entry */
    char foreign[NAME_MAX + 1]; /* an entry that rondo does not write; "" where there is none */
    bool has_checkpoints;       /* the folder of them */
    char generation[32];        /* a checkpoint in it, but the best; "" where there is none */
    bool has_journal, has_config;
    bool is_claimed; /* by a lock, or by what a sweep writes with one before a run begins */
    int64_t count;
} contents;

/* Where the output of this very process goes: `rondo train .. >folder/out.txt`. */
static bool is_own_output(int folder, const char *name)
{
    struct stat entry, output;
    if (fstatat(folder, name, &entry, 0) != 0) return false;
    for (int file = STDOUT_FILENO; file <= STDERR_FILENO; file++)
        if (fstat(file, &output) == 0 && output.st_dev == entry.st_dev &&
            output.st_ino == entry.st_ino)
            return true;
    return false;
}

static void note_foreign(contents *found, const char *prefix, const char *name)
{
    if (!found->foreign[0])
        snprintf(found->foreign, sizeof found->foreign, "%s%.200s", prefix, name);
}

/* Calls note(found, folder, name) for each entry but those that start with a point, which rondo
 * never writes. */
static rondo_status list_entries(const char *path, void (*note)(contents *, int, const char *),
                                 contents *found, rondo_error *error)
{
    DIR *entries = opendir(path);
    if (!entries)
        return rondo_error_set(error, RONDO_FAILED, "%s: cannot open: %s", path, strerror(errno));
    for (struct dirent *entry; (entry = readdir(entries));)
        if (entry->d_name[0] != '.') note(found, dirfd(entries), entry->d_name);
    closedir(entries);
    return RONDO_OK;
}

static void note_entry(contents *found, int folder, const char *name)
{
    bool is_ours = is_file_name(name, final_length(name));
    bool is_temporary = is_ours && name[final_length(name)] != '\0';
    if (is_temporary || is_own_output(folder, name)) return;
    if (found->count++ == 0) snprintf(found->first, sizeof found->first, "%s", name);
    if (strcmp(name, checkpoints_name) == 0)
        found->has_checkpoints = true;
    else if (!is_ours)
        note_foreign(found, "", name);
}

static void note_checkpoint(contents *found, int folder, const char *name)
{
    (void)folder;
    if (rondo_checkpoint_is_name(name) && strcmp(name, "best.h5") != 0)
        snprintf(found->generation, sizeof found->generation, "%.31s", name);
    else if (!is_checkpoint_name(name))
        note_foreign(found, "checkpoints/", name);
}

/* Whether one of the file's first lines starts so. */
static bool has_line(const char *folder, const char *name, const char *start)
{
    char text[4096];
    ssize_t count = -1;
    struct stat about;
    char *path = rondo_file_join(folder, name);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (file >= 0 && fstat(file, &about) == 0 && S_ISREG(about.st_mode))
        count = read(file, text, sizeof text - 1);
    if (file >= 0) close(file);
    free(path);
    text[count > 0 ? count : 0] = '\0';
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, start, strlen(start)) == 0) return true;
    }
    return false;
}

static rondo_status read_folder(const char *folder, contents *found, rondo_error *error)
{
    *found = (contents){0};
    char *checkpoints = rondo_file_join(folder, checkpoints_name);
    char *lock = rondo_file_join(folder, "lock");
    rondo_status status = checkpoints && lock ? list_entries(folder, note_entry, found, error)
                                              : fail_memory(folder, error);
    if (!status && found->has_checkpoints)
        status = list_entries(checkpoints, note_checkpoint, found, error);
    if (!status) {
        found->is_claimed = rondo_lock_is_one(lock) || has_line(folder, "deaths", "deaths: ") ||
                            (has_line(folder, "outcome.yaml", "state: ") &&
                             has_line(folder, "outcome.yaml", "rung: "));
        found->has_journal = has_line(folder, "metrics.jsonl", "{\"kind\": \"");
        found->has_config = has_line(folder, "config.yaml", "behavior_version:");
    }
    free(checkpoints);
    free(lock);
    return status;
}

/* Whether it is rondo's: other programs write latest.h5, too. */
static bool is_checkpoint(const char *folder, const char *name)
{
    rondo_error ignored = {0};
    rondo_checkpoint_header header = {0};
    char *checkpoints = rondo_file_join(folder, checkpoints_name);
    char *path = checkpoints ? rondo_file_join(checkpoints, name) : NULL;
    bool is_one = path && rondo_checkpoint_read_header(path, &header, &ignored) == RONDO_OK;
    if (is_one) rondo_checkpoint_header_finish(&header);
    free(checkpoints);
    free(path);
    return is_one;
}

/* A run has checkpoints, and the other files that were there before the first of them. One that
 * ended before has nothing but them. */
static bool is_run(const char *folder, const contents *found)
{
    if (found->count == 0 || found->is_claimed) return true;
    if (found->generation[0] && (found->has_journal || found->has_config)) return true;
    if (found->has_journal && found->has_config) return true;
    if (found->has_checkpoints && !found->foreign[0]) return true;
    return found->generation[0] && is_checkpoint(folder, found->generation);
}

static rondo_status recognise(const char *folder, rondo_error *error)
{
    contents found;
    rondo_status status = read_folder(folder, &found, error);
    if (status || is_run(folder, &found)) return status;
    return rondo_error_set(error, RONDO_USAGE,
                           "%s holds files that do not belong to a run (such as %s): choose "
                           "another folder with --output",
                           folder, found.foreign[0] ? found.foreign : found.first);
}

/* --- links --- */

/* A checkpoint folder's entries are looked at by name: there may be any number. */
static rondo_status refuse_links_in(const char *folder, bool (*is_ours)(const char *name),
                                    rondo_error *error)
{
    rondo_status status = RONDO_OK;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && !status && (entry = readdir(entries));) {
        if (!is_ours(entry->d_name)) continue;
        char *path = rondo_file_join(folder, entry->d_name);
        status = path ? rondo_file_refuse_link(path, error) : fail_memory(folder, error);
        free(path);
    }
    if (entries) closedir(entries);
    return status;
}

static bool is_own_name(const char *name)
{
    return strcmp(name, checkpoints_name) == 0 || is_file_name(name, final_length(name));
}

static rondo_status refuse_links(const char *folder, const char *checkpoints, rondo_error *error)
{
    rondo_status status = refuse_links_in(folder, is_own_name, error);
    return status ? status : refuse_links_in(checkpoints, is_checkpoint_name, error);
}

/* --- the lock --- */

static rondo_status refuse_held(const char *folder, const rondo_lock_holder *holder,
                                rondo_error *error)
{
    static const char remedy[] = "wait until it has ended, or choose another folder with --output";
    if (holder->silent_for < 0)
        return rondo_error_set(
            error, RONDO_USAGE,
            "%s is in use: process %lld on host %s has been training there since "
            "%s; %s",
            folder, (long long)holder->process, holder->host, holder->since, remedy);
    return rondo_error_set(
        error, RONDO_USAGE,
        "%s is in use: process %lld on host %s has been training there since %s "
        "(last sign of life %lld seconds ago; after %d it counts as dead); %s, or "
        "remove %s/lock if you know that it is dead",
        folder, (long long)holder->process, holder->host, holder->since,
        (long long)holder->silent_for, (int)RONDO_LOCK_PATIENCE, remedy, folder);
}

static rondo_status take_lock(const char *folder, rondo_lock **lock, bool may_be_held,
                              rondo_error *error)
{
    rondo_lock_holder holder;
    char *path = rondo_file_join(folder, "lock");
    if (!path) return fail_memory(folder, error);
    rondo_status status = rondo_lock_try(path, lock, &holder, error);
    free(path);
    if (status || *lock || may_be_held) return status;
    return refuse_held(folder, &holder, error);
}

static rondo_status take(const char *folder, bool make, bool may_be_held, rondo_lock **lock,
                         rondo_error *error)
{
    rondo_status status = RONDO_OK;
    *lock = NULL;
    if (!rondo_file_exists(folder)) {
        if (!make) return RONDO_OK;
        if ((status = rondo_file_make_folder(folder, error))) return status;
    }
    if (!rondo_file_is_folder(folder))
        return rondo_error_set(error, RONDO_USAGE, "%s: exists and is not a folder", folder);
    char *checkpoints = rondo_file_join(folder, checkpoints_name);
    status = checkpoints ? refuse_links(folder, checkpoints, error) : fail_memory(folder, error);
    if (!status) status = recognise(folder, error);
    if (!status) status = take_lock(folder, lock, may_be_held, error);
    if (!status && *lock) {
        rondo_file_remove_stale(folder, is_file_name);
        rondo_checkpoint_remove_stale(checkpoints);
    }
    free(checkpoints);
    return status;
}

rondo_status rondo_run_folder_take(const char *folder, bool make, rondo_lock **lock,
                                   rondo_error *error)
{
    return take(folder, make, false, lock, error);
}

rondo_status rondo_run_folder_try(const char *folder, rondo_lock **lock, rondo_error *error)
{
    return take(folder, true, true, lock, error);
}

rondo_status rondo_run_folder_check(const char *folder, const rondo_lock *lock, rondo_error *error)
{
    if (rondo_lock_is_held(lock)) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED,
                           "%s/lock is no longer this process's: another one took the folder over, "
                           "or it was removed; nothing more is written",
                           folder);
}
