#include "config/extends.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/tree.h"

enum { MAX_CHAIN = 16 }; /* files of one config */

typedef struct chain {
    rondo_owned *owned;
    rondo_problems *problems;
    int64_t count;
    const char *names[MAX_CHAIN]; /* as opened, for messages */
    const char *real[MAX_CHAIN];  /* links resolved, to find circles */
} chain;

/* Copies a malloc'd text into `owned`. */
static const char *adopt(rondo_owned *owned, char *text)
{
    const char *copy = text ? rondo_owned_copy(owned, text, strlen(text)) : NULL;
    if (!text) owned->failed = true;
    free(text);
    return copy;
}

static rondo_origin *new_source(rondo_owned *owned, const char *name, const char *folder,
                                int64_t rank)
{
    char buffer[RONDO_QUOTE_SIZE];
    rondo_origin *source = rondo_owned_take(owned, sizeof *source);
    if (!source) return NULL;
    /* Long names are fine in messages, line breaks are not. */
    bool is_clean = true;
    for (const char *c = name; *c; c++)
        is_clean = is_clean && (unsigned char)*c >= 0x20;
    const char *shown = is_clean ? name : rondo_problem_quote(name, buffer);
    source->name = rondo_owned_copy(owned, shown, strlen(shown));
    source->folder = folder ? rondo_owned_copy(owned, folder, strlen(folder)) : NULL;
    source->rank = rank;
    return owned->failed ? NULL : source;
}

static rondo_node *parse(const rondo_origin *source, const char *text, rondo_owned *owned,
                         rondo_problems *problems)
{
    rondo_node *root = source ? rondo_yaml_parse(source, text, owned, problems) : NULL;
    if (root && rondo_node_is_empty(root)) {
        root->kind = RONDO_MAPPING; /* an empty document is an empty config */
        root->text = NULL;
    }
    if (root && root->kind != RONDO_MAPPING) {
        rondo_problems_add(problems, root->place, "", "a config is a mapping: key: value");
        return NULL;
    }
    if (root) rondo_tree_expand(root, owned);
    return root;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text), tail = strlen(ending);
    return length > tail && strcmp(text + length - tail, ending) == 0;
}

/* Whether an untrusted config may name this file: *.yaml beside or near it. */
static bool check_name(const chain *c, const rondo_node *value)
{
    const char *name = value->kind == RONDO_SCALAR ? value->text : "";
    if (name[0] && name[0] != '/' && (ends_with(name, ".yaml") || ends_with(name, ".yml")))
        return true;
    rondo_problems_add(c->problems, value->place, "extends",
                       "must be the relative path of one .yaml file");
    return false;
}

static bool enter(chain *c, const char *path, rondo_place place)
{
    char buffer[RONDO_QUOTE_SIZE];
    char *found = realpath(path, NULL);
    const char *real = adopt(c->owned, found ? found : rondo_text_copy(path));
    if (!real) return false;
    for (int64_t i = 0; i < c->count; i++) {
        if (strcmp(c->real[i], real) != 0) continue;
        rondo_problems_add(c->problems, place, "extends", "leads back to %s",
                           rondo_problem_quote(c->names[i], buffer));
        return false;
    }
    if (c->count == MAX_CHAIN) {
        rondo_problems_add(c->problems, place, "extends", "more than %d files in a row",
                           (int)MAX_CHAIN);
        return false;
    }
    c->names[c->count] = path;
    c->real[c->count++] = real;
    return true;
}

static rondo_status read_file(const chain *c, const char *path, rondo_node **root,
                              const rondo_origin **source, rondo_error *error)
{
    char *text = NULL, *folder = NULL;
    size_t size = 0;
    *root = NULL;
    rondo_status status = rondo_file_read(path, RONDO_YAML_MAX_BYTES, &text, &size, error);
    if (status) return status;
    folder = rondo_file_folder(path);
    if (!folder) c->owned->failed = true;
    *source = folder ? new_source(c->owned, path, folder, c->count) : NULL;
    if (*source && strlen(text) != size)
        rondo_problems_add(c->problems, (rondo_place){*source, 1, 1}, "",
                           "not a text file: it holds a NUL byte");
    else
        *root = parse(*source, text, c->owned, c->problems);
    free(folder);
    free(text);
    return RONDO_OK;
}

static rondo_node *read_base(chain *c, rondo_item extends, const char *folder);

/* Reads what the tree extends and lays the tree on it. */
static rondo_node *extend(chain *c, rondo_node *root, const char *folder)
{
    const rondo_item *found = rondo_node_find(root, "extends");
    if (!found) return root;
    rondo_item extends = *found;
    rondo_node_remove(root, "extends");
    rondo_node *base = check_name(c, extends.value) ? read_base(c, extends, folder) : NULL;
    return base ? rondo_tree_merge(base, root, c->owned) : NULL;
}

static rondo_node *read_base(chain *c, rondo_item extends, const char *folder)
{
    rondo_error error = {0};
    rondo_node *base;
    const rondo_origin *source;
    const char *path = adopt(c->owned, rondo_file_join(folder, extends.value->text));
    if (!path || !enter(c, path, extends.value->place)) return NULL;
    rondo_status status = read_file(c, path, &base, &source, &error);
    if (status) {
        rondo_problems_add(c->problems, extends.value->place, "extends", "%s", error.text);
        return NULL;
    }
    return base ? extend(c, base, source->folder) : NULL;
}

rondo_status rondo_extends_read(const char *path, rondo_owned *owned, rondo_problems *problems,
                                rondo_node **root, rondo_error *error)
{
    chain c = {.owned = owned, .problems = problems};
    const rondo_origin *source;
    *root = NULL;
    if (!enter(&c, path, (rondo_place){0})) return rondo_owned_check(owned, "config", error);
    rondo_status status = read_file(&c, path, root, &source, error);
    if (!status && *root) *root = extend(&c, *root, source->folder);
    return status;
}

rondo_node *rondo_extends_parse(const char *name, const char *folder, const char *text,
                                rondo_owned *owned, rondo_problems *problems)
{
    rondo_origin *source = new_source(owned, name, folder, 0);
    if (source) source->is_record = true;
    rondo_node *root = parse(source, text, owned, problems);
    const rondo_item *extends = root ? rondo_node_find(root, "extends") : NULL;
    if (!extends) return root;
    rondo_problems_add(problems, extends->place, "extends",
                       "can only be written in a config file, not in a resolved config");
    rondo_node_remove(root, "extends");
    return root;
}
