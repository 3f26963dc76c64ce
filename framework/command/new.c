#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "command/command.h"
#include "command/new_files.h"
#include "plugin/names.h"

/* A new plugin: its names, and the folder that is written. */
typedef struct new_plugin {
    rondo_plugin_kind kind;
    const char *kind_name; /* "cell" */
    const char *name;
    const char *folder;
    bool with_autodiff;
} new_plugin;

/* --- what may be written --- */

static rondo_status check_kind(const char *word, new_plugin *plugin, rondo_error *error)
{
    rondo_status status = rondo_command_kind(word, &plugin->kind, error);
    if (status) return status;
    plugin->kind_name = rondo_registry_kind_name(plugin->kind);
    for (const rondo_new_file *file = rondo_new_files; file->path; file++)
        if (file->kind == plugin->kind) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "\"%s\": write cell, loss, optimizer or schedule; docs/CONTRIBUTING.md "
                           "says how the others are added",
                           word);
}

static rondo_status check_autodiff(const new_plugin *plugin, rondo_error *error)
{
    if (!plugin->with_autodiff) return RONDO_OK;
    for (const rondo_new_file *file = rondo_new_files; file->path; file++)
        if (file->kind == plugin->kind && file->autodiff_lines) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "--with-autodiff is for cells: a %s has few derivatives or none",
                           plugin->kind_name);
}

static rondo_status check_name(const new_plugin *plugin, rondo_error *error)
{
    rondo_registry *registry;
    rondo_argument_list none = {0};
    if (!rondo_name_valid(plugin->name))
        return rondo_error_set(error, RONDO_USAGE,
                               "\"%s\": a name has small letters, digits and underscores, at "
                               "most %d of them, and begins with a letter",
                               plugin->name, RONDO_NAME_LIMIT);
    rondo_status status = rondo_command_registry(&none, &registry, error);
    if (status) return status;
    for (int64_t i = 0; !status && i < rondo_registry_count(registry, plugin->kind); i++)
        if (strcmp(rondo_registry_name(registry, plugin->kind, i), plugin->name) == 0)
            status = rondo_error_set(error, RONDO_USAGE,
                                     "there is a %s \"%s\" already: choose another name",
                                     plugin->kind_name, plugin->name);
    rondo_registry_destroy(registry);
    return status;
}

/* --- the files --- */

static void add_replaced(rondo_text *text, const char *line, const char *old, const char *new)
{
    const char *at;
    while ((at = strstr(line, old))) {
        rondo_text_add_bytes(text, line, (size_t)(at - line));
        rondo_text_add(text, "%s", new);
        line = at + strlen(old);
    }
    rondo_text_add(text, "%s", line);
}

/* The text with "@NAME@", "@KIND@" and the templates' own name, "mycell", replaced. */
static void add_line(rondo_text *text, const new_plugin *plugin, const char *line)
{
    rondo_text named = {0}, kind = {0}, own = {0};
    rondo_text_add(&own, "my%s", plugin->kind_name);
    add_replaced(&named, line, "@NAME@", plugin->name);
    add_replaced(&kind, rondo_text_get(&named), "@KIND@", plugin->kind_name);
    add_replaced(text, rondo_text_get(&kind), rondo_text_get(&own), plugin->name);
    text->failed = text->failed || named.failed || kind.failed || own.failed;
    rondo_text_finish(&named);
    rondo_text_finish(&kind);
    rondo_text_finish(&own);
}

static char *path_of(const new_plugin *plugin, const rondo_new_file *file)
{
    rondo_text name = {0};
    add_line(&name, plugin, file->path);
    char *path = name.failed ? NULL : rondo_file_join(plugin->folder, rondo_text_get(&name));
    rondo_text_finish(&name);
    return path;
}

static rondo_status write_file(const new_plugin *plugin, const rondo_new_file *file,
                               rondo_error *error)
{
    rondo_text text = {0};
    rondo_status status;
    char *path = path_of(plugin, file);
    bool is_other = plugin->with_autodiff && file->autodiff_lines;
    for (const char *const *line = is_other ? file->autodiff_lines : file->lines; *line; line++)
        add_line(&text, plugin, *line);
    if (!path || text.failed)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: a new plugin");
    else
        status = rondo_file_write(path, rondo_text_get(&text), text.length, error);
    if (!status) printf("%s\n", path);
    rondo_text_finish(&text);
    free(path);
    return status;
}

/* A folder that could not be filled is not left behind. */
static void take_back(const new_plugin *plugin)
{
    for (const rondo_new_file *file = rondo_new_files; file->path; file++) {
        char *path = file->kind == plugin->kind ? path_of(plugin, file) : NULL;
        if (path) unlink(path);
        free(path);
    }
    rmdir(plugin->folder);
}

static rondo_status write_files(const new_plugin *plugin, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    if (mkdir(plugin->folder, 0777) != 0)
        return rondo_error_set(error, errno == EEXIST ? RONDO_USAGE : RONDO_FAILED,
                               errno == EEXIST ? "%s: is there already; --folder names another"
                                               : "%s: cannot make the folder: %s",
                               plugin->folder, strerror(errno));
    for (const rondo_new_file *file = rondo_new_files; !status && file->path; file++)
        if (file->kind == plugin->kind) status = write_file(plugin, file, error);
    if (status) take_back(plugin);
    return status;
}

/* --- what comes next --- */

/* A build folder is a CMake package, too; an installation is found by itself, or by its prefix. */
static void print_next(const new_plugin *plugin)
{
    char program[PATH_MAX];
    char *folder = rondo_file_program(program, sizeof program) ? rondo_file_folder(program) : NULL;
    char *package = folder ? rondo_file_join(folder, "rondoConfig.cmake") : NULL;
    bool is_build = package && rondo_file_exists(package);
    printf("\nnext:\n    cd %s\n    cmake -B build%s%s && cmake --build build\n"
           "    rondo check build/plugins/%s/%s.so\n"
           "    rondo train train.yaml --plugins build/plugins\n"
           "    rondo sweep sweep.yaml --plugins build/plugins && \\\n"
           "        rondo compare sweeps/%s --plugins build/plugins\n",
           plugin->folder, is_build ? " -Drondo_DIR=" : "", is_build ? folder : "",
           rondo_kind_find(plugin->kind)->plural, plugin->name, plugin->name);
    free(package);
    free(folder);
}

rondo_status rondo_command_new(int argc, char **argv, rondo_error *error)
{
    const char *kind = NULL;
    new_plugin plugin = {0};
    bool help;
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "KIND", NULL, true, 0, 0, &kind, "cell, loss, optimizer or schedule"},
        {RONDO_ARGUMENT_WORD, "NAME", NULL, true, 0, 0, &plugin.name,
         "its name: small letters, digits and underscores"},
        {RONDO_ARGUMENT_TEXT, "--folder", "FOLDER", false, 0, 0, &plugin.folder,
         "the folder to write, which must not exist (default: NAME)"},
        {RONDO_ARGUMENT_FLAG, "--with-autodiff", NULL, false, 0, 0, &plugin.with_autodiff,
         "a cell whose derivatives are computed: only its equations are written "
         "(rondo/autodiff.h)"},
        RONDO_ARGUMENTS_END};
    rondo_status status = rondo_command_parse(table, "new",
                                              "Write the source of a new plugin that works as it "
                                              "stands, with what builds, checks, trains "
                                              "and compares it.",
                                              argc, argv, &help, error);
    if (status || help) return status;
    if (!plugin.folder) plugin.folder = plugin.name;
    status = check_kind(kind, &plugin, error);
    if (!status) status = check_autodiff(&plugin, error);
    if (!status) status = check_name(&plugin, error);
    if (!status) status = write_files(&plugin, error);
    if (!status) print_next(&plugin);
    return status;
}
