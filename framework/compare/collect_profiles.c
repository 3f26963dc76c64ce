/* What `rondo inspect gradients` left in a run folder (analyze/inspection_run.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "compare/collect_private.h"

enum { MOST_PROFILES = 2 * RONDO_MAX_LAYERS, MOST_DISTANCES = 1 << 20, GROUP_SIZE = 128 };

/* An array of norms in the file: of which moment, layer and direction. */
typedef struct norms {
    char group[GROUP_SIZE]; /* its group, without a slash at the end */
    long long step, layer;
    char direction[16];
    bool best;
} norms;

static bool parse(const char *path, norms *found)
{
    char rest[16];
    if (sscanf(path, "/runs/0/step_%lld/layers/%lld/%15[a-z]/%15[a-z]", &found->step, &found->layer,
               found->direction, rest) != 4 ||
        strcmp(rest, "norm") != 0 || strlen(path) >= sizeof found->group)
        return false;
    snprintf(found->group, sizeof found->group, "%s", path);
    *strrchr(found->group, '/') = '\0';
    return true;
}

static rondo_status read_one(rondo_hdf5 *file, const norms *from, rondo_owned *owned,
                             rondo_gradient_profile *profile, rondo_error *error)
{
    char path[GROUP_SIZE + 8];
    rondo_hdf5_shape shape;
    snprintf(path, sizeof path, "%s/norm", from->group);
    rondo_status status = rondo_hdf5_shape_of(file, path, &shape, error);
    if (status) return status;
    if (shape.rank != 1 || shape.extent[0] > MOST_DISTANCES)
        return rondo_error_set(error, RONDO_USAGE, "%s: is not a list of norms", path);
    *profile = (rondo_gradient_profile){
        .layer = from->layer,
        .direction = rondo_owned_copy(owned, from->direction, strlen(from->direction)),
        .count = shape.extent[0],
        .norm = rondo_owned_take(owned, (size_t)shape.extent[0] * sizeof(double))};
    if ((status = rondo_owned_check(owned, "gradients of a run", error))) return status;
    status = rondo_hdf5_read(file, path, RONDO_HDF5_FLOAT64, profile->norm, error);
    if (!status)
        status =
            rondo_hdf5_get_real(file, from->group, "memory_length", &profile->memory_length, error);
    if (status) return status;
    return rondo_hdf5_get_real(file, from->group, "factor_per_step", &profile->factor_per_step,
                               error);
}

/* The best moment, or the last where none is the best. */
static long long choose_step(rondo_hdf5 *file, int64_t count, char **paths)
{
    rondo_error ignored = {0};
    long long last = -1;
    for (int64_t i = 0; i < count; i++) {
        norms found;
        char group[64];
        int64_t best = 0;
        if (!parse(paths[i], &found)) continue;
        snprintf(group, sizeof group, "/runs/0/step_%lld", found.step);
        rondo_hdf5_get_integer(file, group, "best", &best, &ignored);
        if (best) return found.step;
        if (found.step > last) last = found.step;
    }
    return last;
}

static rondo_status read_all(rondo_hdf5 *file, rondo_found_run *found, rondo_owned *owned,
                             rondo_error *error)
{
    int64_t count = 0;
    char **paths = NULL;
    rondo_status status = rondo_hdf5_list(file, "/runs/0", &count, &paths, error);
    if (status) return status;
    long long step = choose_step(file, count, paths);
    found->run.profiles = rondo_owned_take(owned, MOST_PROFILES * sizeof *found->run.profiles);
    for (int64_t i = 0; i < count && !status && found->run.profiles; i++) {
        norms from;
        if (!parse(paths[i], &from) || from.step != step) continue;
        if (found->run.profile_count == MOST_PROFILES) break;
        status =
            read_one(file, &from, owned, &found->run.profiles[found->run.profile_count], error);
        if (!status) found->run.profile_count++;
    }
    for (int64_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
    return status ? status : rondo_owned_check(owned, "gradients of a run", error);
}

rondo_status rondo_found_run_read_profiles(rondo_found_run *found, rondo_owned *owned,
                                           rondo_error *error)
{
    rondo_hdf5 *file = NULL;
    rondo_status status = RONDO_OK;
    char *path = rondo_file_join(found->run.folder, "inspect/gradients.h5");
    if (!path) return rondo_error_set(error, RONDO_FAILED, "not enough memory: gradients of a run");
    if (rondo_file_exists(path)) {
        rondo_error ignored = {0};
        status = rondo_hdf5_open(path, &file, error);
        if (!status) status = read_all(file, found, owned, error);
        rondo_hdf5_close(file, &ignored);
        if (status) rondo_error_prefix(error, "%s: ", path);
    }
    free(path);
    return status;
}
