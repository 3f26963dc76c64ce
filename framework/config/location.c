#include "config/location.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "config/owned.h"

enum { PATHS = 4 };

static void list_paths(rondo_data_config *data, const char **paths[PATHS])
{
    paths[0] = &data->path;
    paths[1] = &data->split.train.path;
    paths[2] = &data->split.valid.path;
    paths[3] = &data->split.test.path;
}

/* A path may be what the names of two files begin with. */
static bool is_there(const rondo_data_config *data, const char *path)
{
    rondo_text name = {0};
    rondo_text_add(&name, "%s%s", path, rondo_format_suffix(data));
    bool found = !name.failed && rondo_file_exists(rondo_text_get(&name));
    rondo_text_finish(&name);
    return found;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* folder/name as text of the experiment; NULL without memory. */
static const char *join(rondo_experiment *experiment, const char *folder, const char *name)
{
    char *path = rondo_file_join(folder, name);
    const char *kept = path ? rondo_owned_copy(experiment->owned, path, strlen(path)) : NULL;
    free(path);
    return kept;
}

static rondo_status no_memory(rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: paths of the data");
}

/* How many bytes of all paths, up to a slash and with it, are the same. */
static size_t common_length(const char **paths[PATHS])
{
    const char *first = NULL;
    size_t length = 0;
    for (int i = 0; i < PATHS; i++) {
        const char *path = *paths[i];
        if (!path) continue;
        if (!first) {
            first = path;
            length = (size_t)(base_name(path) - path);
        }
        size_t same = 0, end = 0;
        for (; same < length && path[same] == first[same]; same++)
            if (path[same] == '/') end = same + 1;
        length = end;
    }
    return length;
}

static rondo_status check_folder(const char *folder, char **absolute, rondo_error *error)
{
    *absolute = realpath(folder, NULL);
    if (!*absolute)
        return rondo_error_set(error, RONDO_USAGE, "--data %s: %s", folder, strerror(errno));
    if (rondo_file_is_folder(*absolute)) return RONDO_OK;
    free(*absolute);
    *absolute = NULL;
    return rondo_error_set(error, RONDO_USAGE,
                           "--data %s: is a file; give the folder that the data files are in",
                           folder);
}

rondo_status rondo_experiment_move_data(rondo_experiment *experiment, const char *folder,
                                        rondo_error *error)
{
    const char **paths[PATHS];
    char *absolute;
    int moved = 0;
    rondo_status status = check_folder(folder, &absolute, error);
    if (status) return status;
    list_paths(&experiment->data, paths);
    size_t length = common_length(paths);
    for (int i = 0; i < PATHS && !status; i++) {
        if (!*paths[i]) continue;
        const char *below = join(experiment, absolute, *paths[i] + length);
        const char *bare = join(experiment, absolute, base_name(*paths[i]));
        if (!below || !bare) {
            status = no_memory(error);
            break;
        }
        bool is_below = is_there(&experiment->data, below) || !is_there(&experiment->data, bare);
        *paths[i] = is_below ? below : bare;
        moved++;
    }
    free(absolute);
    if (!status && moved == 0)
        status = rondo_error_set(error, RONDO_USAGE,
                                 "--data %s: this model's data are generated, not read from files",
                                 folder);
    return status;
}

/* folder/b/c.txt, folder/c.txt: the longest end of the path that is there. NULL: none. */
static const char *find_below(rondo_experiment *experiment, const char *folder, const char *path)
{
    for (const char *at = path; at; at = strchr(at, '/')) {
        while (*at == '/')
            at++;
        if (*at == '\0') break;
        const char *tried = join(experiment, folder, at);
        if (tried && is_there(&experiment->data, tried)) return tried;
    }
    return NULL;
}

static const char *find_around(rondo_experiment *experiment, char *folder, const char *path)
{
    while (folder[0] != '\0') {
        const char *found = find_below(experiment, folder, path);
        if (found) return found;
        *strrchr(folder, '/') = '\0';
    }
    return NULL;
}

rondo_status rondo_experiment_find_data(rondo_experiment *experiment, const char *run_folder,
                                        rondo_error *error)
{
    const char **paths[PATHS];
    list_paths(&experiment->data, paths);
    for (int i = 0; i < PATHS; i++) {
        if (!*paths[i] || is_there(&experiment->data, *paths[i])) continue;
        char *folder = realpath(run_folder, NULL);
        const char *found = folder ? find_around(experiment, folder, *paths[i]) : NULL;
        free(folder);
        if (experiment->owned->failed) return no_memory(error);
        if (found) rondo_log_info("%s is not there; reading %s", *paths[i], found);
        if (found) *paths[i] = found;
    }
    return RONDO_OK;
}

rondo_status rondo_experiment_find_run(rondo_experiment *experiment, const char *config,
                                       rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (strcmp(base_name(config), "config.yaml") != 0) return RONDO_OK;
    char *folder = rondo_file_folder(config);
    char *checkpoints = folder ? rondo_file_join(folder, "checkpoints") : NULL;
    if (!checkpoints)
        status = no_memory(error);
    else if (rondo_file_is_folder(checkpoints))
        experiment->output.folder = rondo_owned_copy(experiment->owned, folder, strlen(folder));
    if (!status && !experiment->output.folder) status = no_memory(error);
    free(checkpoints);
    free(folder);
    return status;
}
