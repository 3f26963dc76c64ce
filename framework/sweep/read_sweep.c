/* A sweep file is read, key by key, and its folder and base found. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/paths.h"
#include "config/yaml.h"
#include "sweep/keys.h"

static const char *keep(rondo_sweep *sweep, char *text)
{
    const char *kept = text ? rondo_owned_copy(&sweep->owned, text, strlen(text)) : NULL;
    if (!text) sweep->owned.failed = true;
    free(text);
    return kept;
}

/* "sweeps/cells.yaml" -> "cells" */
static const char *stem_of(rondo_sweep *sweep, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    const char *dot = strrchr(file, '.');
    size_t length = dot && dot > file ? (size_t)(dot - file) : strlen(file);
    return rondo_owned_copy(&sweep->owned, file, length);
}

static void set_defaults(rondo_sweep *sweep, const char *path)
{
    sweep->path = rondo_owned_copy(&sweep->owned, path, strlen(path));
    sweep->name = stem_of(sweep, path);
    sweep->vary[RONDO_SEED_INITIALIZATION] = true;
    sweep->vary[RONDO_SEED_ORDER] = true;
    sweep->vary[RONDO_SEED_MASKS] = true;
    sweep->base_at = sweep->path;
}

/* What depends on other keys, after all are read. */
static void resolve(rondo_sweep *sweep)
{
    if (!sweep->seeds) {
        sweep->seeds = rondo_owned_take(&sweep->owned, sizeof *sweep->seeds);
        if (sweep->seeds) sweep->seeds[sweep->seed_count++] = 1;
    }
    if (sweep->base) {
        char *folder = rondo_file_folder(sweep->path);
        bool is_here = folder && strcmp(folder, ".") == 0 && strncmp(sweep->path, "./", 2) != 0;
        sweep->base_path = is_here
                               ? sweep->base
                               : keep(sweep, folder ? rondo_file_join(folder, sweep->base) : NULL);
        free(folder);
    }
    if (!sweep->output.folder)
        sweep->output.folder = keep(sweep, rondo_file_join("sweeps", sweep->name));
}

static rondo_status read_text(rondo_sweep *sweep, const rondo_origin *source, const char *text,
                              rondo_error *error)
{
    rondo_problems problems = {0};
    rondo_sweep_reader r = {{NULL, &sweep->owned, &problems}, sweep};
    const rondo_node *root = rondo_yaml_parse(source, text, &sweep->owned, &problems);
    if (root) {
        rondo_sweep_keys_read(&r, root);
        if (!sweep->owned.failed) resolve(sweep);
        if (!sweep->owned.failed) rondo_sweep_check(&r, root);
    }
    rondo_status status = rondo_owned_check(&sweep->owned, "sweep", error);
    if (!status) status = rondo_problems_report(&problems, error);
    rondo_problems_finish(&problems);
    return status;
}

rondo_status rondo_sweep_parse(const char *path, const char *text, rondo_sweep **out,
                               rondo_error *error)
{
    rondo_status status;
    const rondo_origin source = {.name = path};
    rondo_sweep *sweep = calloc(1, sizeof *sweep);
    *out = NULL;
    if (!sweep) return rondo_error_set(error, RONDO_FAILED, "not enough memory: sweep");
    set_defaults(sweep, path);
    status = rondo_owned_check(&sweep->owned, "sweep", error);
    if (!status) status = read_text(sweep, &source, text, error);
    if (status)
        rondo_sweep_destroy(sweep);
    else
        *out = sweep;
    return status;
}

rondo_status rondo_sweep_load(const char *path, rondo_sweep **out, rondo_error *error)
{
    char *text = NULL;
    size_t size;
    *out = NULL;
    rondo_status status = rondo_file_read(path, RONDO_YAML_MAX_BYTES, &text, &size, error);
    if (!status) status = rondo_sweep_parse(path, text, out, error);
    free(text);
    return status;
}

void rondo_sweep_destroy(rondo_sweep *sweep)
{
    if (!sweep) return;
    rondo_owned_finish(&sweep->owned);
    free(sweep);
}

void rondo_sweep_move(rondo_sweep *sweep, const char *folder)
{
    sweep->output.folder = folder;
    sweep->folder_at = NULL;
}

rondo_status rondo_sweep_check_folder(const rondo_sweep *sweep, rondo_error *error)
{
    if (!sweep->folder_at || !rondo_path_leads_out(sweep->output.folder)) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "%s: output.folder: \"%s\" is absolute or leads upwards, so it must be "
                           "given on the command line: --output FOLDER",
                           sweep->folder_at, sweep->output.folder);
}

int64_t rondo_halving_keep(const rondo_halving_config *halving, int64_t count)
{
    /* A little more than rounding can take away: 0.3 of 10 is 3. */
    double kept = floor((double)count * halving->keep_part / halving->keep_of + 1e-9);
    return kept < 1 ? 1 : (int64_t)kept;
}

bool rondo_metric_parts(const char *metric, char split[8], const char **figure)
{
    static const char *const splits[] = {"train", "valid", "test"};
    for (int s = 0; s < 3; s++) {
        size_t length = strlen(splits[s]);
        if (strncmp(metric, splits[s], length) != 0 || metric[length] != ' ') continue;
        memcpy(split, splits[s], length + 1);
        *figure = metric + length + 1;
        return (*figure)[0] != '\0';
    }
    return false;
}
