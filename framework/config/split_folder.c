#include "config/split_folder.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "config/tree.h"

enum { WORDS = 4, SPLITS = 3 };

typedef struct split_words {
    const char *key; /* what names a file outright */
    const char *words[WORDS + 1];
} split_words;

static const split_words splits[SPLITS] = {{"train", {"train", "training"}},
                                           {"valid", {"valid", "validation", "val", "dev"}},
                                           {"test", {"test"}}};

typedef struct folder {
    const rondo_reader *reader;
    const rondo_node *root;
    const char *path;
    int64_t count;
    char **names;
} folder;

/* Whether one of the words is a whole run of letters of the name. */
static bool has_word(const char *name, const char *const *words)
{
    while (*name) {
        size_t length = 0;
        while (isalpha((unsigned char)name[length]))
            length++;
        for (int i = 0; length > 0 && words[i]; i++)
            if (strlen(words[i]) == length && strncasecmp(name, words[i], length) == 0) return true;
        name += length > 0 ? length : 1;
    }
    return false;
}

static void report(const folder *f, const char *text)
{
    rondo_problems_add(f->reader->problems, rondo_tree_place(f->root, "data.path"), "data.path",
                       "%s", text);
}

static void report_several(const folder *f, const split_words *split, int64_t first)
{
    rondo_text text = {0};
    rondo_text_add(&text, "the folder holds more than one file for %s (", split->key);
    for (int64_t i = first, listed = 0; i < f->count; i++)
        if (has_word(f->names[i], split->words))
            rondo_text_add(&text, "%s%s", listed++ > 0 ? ", " : "", f->names[i]);
    rondo_text_add(&text, "): name the files in data.split");
    report(f, rondo_text_get(&text));
    rondo_owned_release(f->reader->owned, &text);
}

/* The path of the only file for a split; NULL where there is none, or several. */
static const char *find_file(const folder *f, const split_words *split)
{
    int64_t found = 0, first = 0;
    for (int64_t i = f->count - 1; i >= 0; i--) {
        if (!has_word(f->names[i], split->words)) continue;
        first = i;
        found++;
    }
    if (found > 1) report_several(f, split, first);
    if (found != 1) return NULL;
    char *path = rondo_file_join(f->path, f->names[first]);
    const char *kept = path ? rondo_owned_copy(f->reader->owned, path, strlen(path)) : NULL;
    free(path);
    return kept;
}

static void take_files(const folder *f, rondo_data_config *data)
{
    int64_t before = f->reader->problems->count;
    const char *train = find_file(f, &splits[0]);
    rondo_split_part *const parts[SPLITS] = {NULL, &data->split.valid, &data->split.test};
    for (int i = 1; i < SPLITS; i++) {
        char key[RONDO_PATH_SIZE];
        if (rondo_tree_find(f->root, rondo_path_join("data.split", splits[i].key, key))) continue;
        const char *path = find_file(f, &splits[i]);
        if (path) *parts[i] = (rondo_split_part){.path = path};
    }
    if (train)
        data->path = train;
    else if (f->reader->problems->count == before)
        report(f, "is a folder without a training file: add one with train in its name, such as "
                  "train.txt, or name the files in data.split");
}

void rondo_split_folder_resolve(const rondo_reader *reader, const rondo_node *root,
                                rondo_data_config *data)
{
    folder f = {.reader = reader, .root = root, .path = data->path};
    rondo_error error = {0};
    bool takes_folders = rondo_format_has(data, RONDO_PROVIDES_FOLDERS);
    if (!data->path || !takes_folders || !rondo_file_is_folder(data->path)) return;
    if (rondo_file_list(data->path, &f.count, &f.names, &error))
        report(&f, error.text);
    else
        take_files(&f, data);
    rondo_file_free_names(f.count, f.names);
}
