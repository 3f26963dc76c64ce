#include "config/output_folder.h"

#include <string.h>
#include <sys/stat.h>

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

void rondo_output_folder_judge(const rondo_reader *reader, const rondo_node *root,
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
                   "%s:%lld:%lld: output.folder: \"%s\" is absolute or leads upwards, and only the "
                   "command line may name such a folder: --output FOLDER, or --set "
                   "output.folder=FOLDER",
                   source->name, (long long)place.line, (long long)place.column,
                   rondo_problem_quote(output->folder, quoted));
    output->refusal = rondo_owned_copy(reader->owned, rondo_text_get(&text), text.length);
    rondo_owned_release(reader->owned, &text);
}
