#include "config/paths.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/tree.h"
#include "plugin/options.h"

bool rondo_path_leads_out(const char *path)
{
    if (path[0] == '/') return true;
    while (*path) {
        size_t length = strcspn(path, "/");
        if (length == 2 && strncmp(path, "..", 2) == 0) return true;
        path += length;
        path += *path == '/';
    }
    return false;
}

static bool is_same_folder(const char *left, const char *right)
{
    struct stat a, b;
    return stat(left, &a) == 0 && stat(right, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

bool rondo_path_is_printable(const char *path)
{
    const rondo_option row = {.type = RONDO_OPTION_TEXT};
    const char *field;
    rondo_text reason = {0};
    bool is_right = rondo_options_set(&row, &field, path, &reason);
    rondo_text_finish(&reason);
    return is_right;
}

/* A file, not the command line, may not name a folder that is absolute or leads upwards: a config
 * from elsewhere does not choose where on a machine it writes. It may name the folder it lies in,
 * as config.yaml of a run whose folder was given so. */
static void check_output(const rondo_reader *reader, const rondo_node *root,
                         rondo_output_config *output)
{
    char quoted[RONDO_QUOTE_SIZE];
    const rondo_node *node = rondo_tree_find(root, "output.folder");
    const rondo_place place = node ? node->place : root->place;
    const rondo_origin *source = place.source;
    rondo_text text = {0};
    output->refusal = NULL;
    if (!output->folder || source->lineless || !rondo_path_leads_out(output->folder)) return;
    if (source->folder && is_same_folder(source->folder, output->folder)) return;
    rondo_text_add(&text,
                   "%s:%lld:%lld: output.folder: \"%s\" is absolute or leads upwards, so it must "
                   "be given on the command line: --output FOLDER, or --set output.folder=FOLDER",
                   source->name, (long long)place.line, (long long)place.column,
                   rondo_problem_quote(output->folder, quoted));
    output->refusal = rondo_owned_copy(reader->owned, rondo_text_get(&text), text.length);
    rondo_owned_release(reader->owned, &text);
}

/* Adds the parts of a path, without empty ones and ".". */
static void add_parts(rondo_text *text, const char *path)
{
    while (*path) {
        size_t length = strcspn(path, "/");
        if (length > 0 && !(length == 1 && path[0] == '.')) {
            rondo_text_add_bytes(text, "/", 1);
            rondo_text_add_bytes(text, path, length);
        }
        path += length;
        path += *path == '/';
    }
}

/* ".." is left alone: behind a link it is not what it seems. */
static bool add_absolute(rondo_text *text, const char *folder, const char *path)
{
    char current[PATH_MAX];
    if (path[0] != '/' && folder[0] != '/') {
        if (!getcwd(current, sizeof current)) return false;
        add_parts(text, current);
    }
    if (path[0] != '/') add_parts(text, folder);
    add_parts(text, path);
    return true;
}

static void resolve_path(const rondo_reader *r, const rondo_node *root, const char *key,
                         const char **path)
{
    const rondo_node *node = rondo_tree_find(root, key);
    rondo_text text = {0};
    if (!*path || !node || !node->place.source->folder) return;
    bool is_found = add_absolute(&text, node->place.source->folder, *path);
    if (!is_found)
        rondo_problems_add(r->problems, node->place, key, "the current folder cannot be found");
    else if (!rondo_path_is_printable(rondo_text_get(&text)))
        rondo_problems_add(r->problems, node->place, key,
                           "its folder's name is not printable UTF-8 text");
    else
        *path = rondo_owned_copy(r->owned, rondo_text_get(&text), text.length);
    rondo_owned_release(r->owned, &text);
}

void rondo_paths_resolve(const rondo_reader *reader, const rondo_node *root,
                         rondo_experiment *experiment)
{
    rondo_data_config *data = &experiment->data;
    check_output(reader, root, &experiment->output);
    resolve_path(reader, root, "train.start_from", &experiment->train.start_from);
    resolve_path(reader, root, "model.input.pretrained", &experiment->model.input.pretrained);
    resolve_path(reader, root, "data.path", &data->path);
    resolve_path(reader, root, "data.split.train", &data->split.train.path);
    resolve_path(reader, root, "data.split.valid", &data->split.valid.path);
    resolve_path(reader, root, "data.split.test", &data->split.test.path);
}
