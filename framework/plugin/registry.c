#include "plugin/registry.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "plugin/kinds.h"
#include "plugin/library.h"
#include "plugin/names.h"

typedef struct found {
    char *name;
    char *path;
    const rondo_plugin *plugin; /* NULL until first asked for */
} found;

typedef struct found_list {
    found *items; /* sorted by name */
    int64_t count;
    int64_t capacity;
} found_list;

struct rondo_registry {
    found_list lists[RONDO_KINDS];
};

static const char built_in[] = "built in"; /* stands for a path */

static const found_list *list_of(const rondo_registry *registry, rondo_plugin_kind kind)
{
    return &registry->lists[kind - RONDO_KIND_CELL];
}

static rondo_status no_memory(rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "no memory for the list of plugins");
}

static bool is_folder(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static found *find_found(const found_list *list, const char *name)
{
    for (int64_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].name, name) == 0) return &list->items[i];
    }
    return NULL;
}

/* Takes over `name` and `path`, whatever happens. A name found before stays as it is. */
static rondo_status add_found(found_list *list, char *name, char *path, const rondo_plugin *plugin,
                              rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (!name || !path) {
        status = no_memory(error);
    } else if (!find_found(list, name)) {
        status = rondo_memory_grow((void **)&list->items, &list->capacity, list->count + 1,
                                   sizeof *list->items, "the list of plugins", error);
        if (!status) {
            int64_t at = list->count++;
            for (; at > 0 && strcmp(list->items[at - 1].name, name) > 0; at--)
                list->items[at] = list->items[at - 1];
            list->items[at] = (found){name, path, plugin};
            return RONDO_OK;
        }
    }
    free(name);
    free(path);
    return status;
}

/* A file's name without .so, malloc'd, or NULL where it is not a plugin's. */
static char *plugin_name(const char *file)
{
    size_t length = strlen(file);
    if (length < 4 || strcmp(file + length - 3, ".so") != 0) return NULL;
    char *name = rondo_text_copy(file);
    if (!name) return NULL;
    name[length - 3] = '\0';
    if (rondo_name_valid(name)) return name;
    free(name);
    return NULL;
}

static rondo_status scan_kind(found_list *list, const char *folder, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    DIR *stream = opendir(folder);
    if (!stream) return RONDO_OK; /* a folder need not have plugins of every kind */
    for (struct dirent *entry = readdir(stream); entry && !status; entry = readdir(stream)) {
        char *name = plugin_name(entry->d_name);
        if (name)
            status = add_found(list, name, rondo_file_join(folder, entry->d_name), NULL, error);
    }
    closedir(stream);
    return status;
}

static rondo_status scan_folder(rondo_registry *registry, const char *folder, rondo_error *error)
{
    for (int k = 0; k < RONDO_KINDS; k++) {
        const rondo_kind_facts *kind = rondo_kind_find((uint32_t)(k + RONDO_KIND_CELL));
        if (kind->is_built_in) continue;
        char *path = rondo_file_join(folder, kind->plural);
        if (!path) return no_memory(error);
        rondo_status status = scan_kind(&registry->lists[k], path, error);
        free(path);
        if (status) return status;
    }
    return RONDO_OK;
}

/* In double precision FOLDER-double where there is one. A missing folder is an error where a user
 * asked for it: `origin` then says how. */
static rondo_status scan_for_precision(rondo_registry *registry, const char *folder,
                                       const char *origin, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    rondo_text twin = {0};
    const char *used = folder;
    if (sizeof(rondo_real) == sizeof(double)) {
        rondo_text_add(&twin, "%s-double", folder);
        if (twin.failed) status = no_memory(error);
        if (is_folder(rondo_text_get(&twin))) used = rondo_text_get(&twin);
    }
    if (!status && is_folder(used))
        status = scan_folder(registry, used, error);
    else if (!status && origin)
        status =
            rondo_error_set(error, RONDO_USAGE, "%s: no such folder of plugins%s", folder, origin);
    rondo_text_finish(&twin);
    return status;
}

static rondo_status scan_environment(rondo_registry *registry, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    const char *variable = getenv("RONDO_PLUGINS");
    char *folders = rondo_text_copy(variable ? variable : "");
    if (!folders) return no_memory(error);
    for (char *folder = folders, *end = NULL; folder && !status; folder = end ? end + 1 : NULL) {
        end = strchr(folder, ':');
        if (end) *end = '\0';
        if (*folder) status = scan_for_precision(registry, folder, " (from RONDO_PLUGINS)", error);
    }
    free(folders);
    return status;
}

static rondo_status scan_below(rondo_registry *registry, const char *folder, const char *below,
                               rondo_error *error)
{
    char *plugins = rondo_file_join(folder, below);
    rondo_status status =
        plugins ? scan_for_precision(registry, plugins, NULL, error) : no_memory(error);
    free(plugins);
    return status;
}

/* Of the program, the path of which the kernel knows. */
static rondo_status scan_beside_program(rondo_registry *registry, rondo_error *error)
{
    char program[PATH_MAX];
    if (!rondo_file_program(program, sizeof program)) return RONDO_OK;
    char *folder = rondo_file_folder(program);
    if (!folder) return no_memory(error);
    rondo_status status = scan_below(registry, folder, "plugins", error);
    if (!status) status = scan_below(registry, folder, RONDO_PLUGINS_FROM_PROGRAM, error);
    free(folder);
    return status;
}

/* Of the shared library that this is, or of the program. */
static rondo_status scan_beside(rondo_registry *registry, rondo_error *error)
{
    char *folder = rondo_library_own_folder();
    if (!folder) return scan_beside_program(registry, error);
    rondo_status status = scan_below(registry, folder, "plugins", error);
    if (!status) status = scan_below(registry, folder, "rondo/plugins", error);
    free(folder);
    return status;
}

rondo_status rondo_registry_create(const char *const *folders, int64_t folder_count,
                                   rondo_registry **out, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    *out = NULL;
    rondo_registry *registry = rondo_memory_create(sizeof *registry, "the plugin list", error);
    if (!registry) return RONDO_FAILED;
    for (int64_t i = 0; i < folder_count; i++) {
        if ((status = scan_for_precision(registry, folders[i], "", error))) goto cleanup;
    }
    if ((status = scan_environment(registry, error))) goto cleanup;
    if ((status = scan_beside(registry, error))) goto cleanup;
    if ((status = scan_for_precision(registry, RONDO_INSTALLED_PLUGINS, NULL, error))) goto cleanup;
    *out = registry;
    registry = NULL;
cleanup:
    rondo_registry_destroy(registry);
    return status;
}

void rondo_registry_destroy(rondo_registry *registry)
{
    if (!registry) return;
    for (int k = 0; k < RONDO_KINDS; k++) {
        found_list *list = &registry->lists[k];
        for (int64_t i = 0; i < list->count; i++) {
            free(list->items[i].name);
            free(list->items[i].path);
        }
        free(list->items);
    }
    rondo_memory_destroy(registry);
}

static rondo_status add_built_in(rondo_registry *registry, const rondo_plugin *plugin,
                                 rondo_error *error)
{
    rondo_status status = rondo_plugin_check_built_in(plugin, error);
    if (status) return status;
    found_list *list = &registry->lists[plugin->kind - RONDO_KIND_CELL];
    const found *before = find_found(list, plugin->name);
    if (before && strcmp(before->path, built_in) == 0)
        return rondo_error_set(error, RONDO_FAILED, "two have this name");
    return add_found(list, rondo_text_copy(plugin->name), rondo_text_copy(built_in), plugin, error);
}

rondo_status rondo_registry_add(rondo_registry *registry, const rondo_plugin *const *table,
                                rondo_error *error)
{
    for (; *table; table++) {
        const rondo_plugin *plugin = *table;
        if (!add_built_in(registry, plugin, error)) continue;
        rondo_error_prefix(
            error, "built-in %s %.*s: ", rondo_registry_kind_name((rondo_plugin_kind)plugin->kind),
            RONDO_NAME_LIMIT, plugin->name ? plugin->name : "");
        return RONDO_FAILED;
    }
    return RONDO_OK;
}

/* More names than that say nothing in an error. */
enum { MOST_NAMES = 24 };

void rondo_registry_add_names(const rondo_registry *registry, rondo_plugin_kind kind,
                              rondo_text *text)
{
    const found_list *list = list_of(registry, kind);
    if (list->count > MOST_NAMES) {
        rondo_text_add(text, "the %lld that `rondo list %s` shows", (long long)list->count,
                       rondo_registry_kind_name(kind));
        return;
    }
    for (int64_t i = 0; i < list->count; i++)
        rondo_text_add(text, "%s%s", i ? ", " : "", list->items[i].name);
}

static rondo_status unknown_name(const rondo_registry *registry, rondo_plugin_kind kind,
                                 const char *name, rondo_error *error)
{
    rondo_text names = {0};
    const found_list *list = list_of(registry, kind);
    const char **candidates = calloc((size_t)list->count + 1, sizeof *candidates);
    for (int64_t i = 0; candidates && i < list->count; i++)
        candidates[i] = list->items[i].name;
    rondo_registry_add_names(registry, kind, &names);
    const char *nearest = candidates ? rondo_text_nearest(name, candidates, list->count) : NULL;
    rondo_error_set(error, RONDO_USAGE, "no %s '%.*s'%s%s%s; %s%s", rondo_registry_kind_name(kind),
                    RONDO_NAME_LIMIT, name, nearest ? " (did you mean '" : "",
                    nearest ? nearest : "", nearest ? "'?)" : "",
                    list->count ? "there are: " : "none was found", rondo_text_get(&names));
    free(candidates);
    rondo_text_finish(&names);
    return RONDO_USAGE;
}

rondo_status rondo_registry_find(rondo_registry *registry, rondo_plugin_kind kind, const char *name,
                                 const rondo_plugin **out, rondo_error *error)
{
    const found_list *list = list_of(registry, kind);
    *out = NULL;
    found *entry = find_found(list, name);
    if (!entry) return unknown_name(registry, kind, name, error);
    if (!entry->plugin) {
        rondo_status status = rondo_plugin_load(entry->path, kind, &entry->plugin, error);
        if (status) return status;
    }
    *out = entry->plugin;
    return RONDO_OK;
}

int64_t rondo_registry_count(const rondo_registry *registry, rondo_plugin_kind kind)
{
    return list_of(registry, kind)->count;
}

const char *rondo_registry_name(const rondo_registry *registry, rondo_plugin_kind kind,
                                int64_t index)
{
    return list_of(registry, kind)->items[index].name;
}

const char *rondo_registry_path(const rondo_registry *registry, rondo_plugin_kind kind,
                                int64_t index)
{
    return list_of(registry, kind)->items[index].path;
}
