/* A config file becomes an experiment: extends, --set, old names, defaults, validation. */
#include <stdlib.h>
#include <string.h>

#include "config/defaults.h"
#include "config/extends.h"
#include "config/overrides.h"
#include "config/paths.h"
#include "config/reader.h"
#include "config/renames.h"
#include "config/split_folder.h"
#include "config/tree.h"
#include "config/unused.h"
#include "config/validate.h"

/* One load: the tree and the mistakes live as long as it. */
typedef struct load {
    rondo_owned tree;
    rondo_problems problems;
    rondo_node *root;
    rondo_experiment *experiment;
} load;

static rondo_status start(load *l, rondo_error *error)
{
    l->experiment = calloc(1, sizeof *l->experiment);
    if (l->experiment) l->experiment->owned = calloc(1, sizeof *l->experiment->owned);
    if (l->experiment && l->experiment->owned) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: config");
}

/* "configs/char_lm.yaml" -> "char_lm" */
static void add_stem(const char *name, rondo_text *stem)
{
    const char *slash = strrchr(name, '/');
    const char *file = slash ? slash + 1 : name;
    const char *dot = strrchr(file, '.');
    size_t length = dot && dot > file ? (size_t)(dot - file) : strlen(file);
    rondo_text_add_bytes(stem, file, length);
}

/* After this the tree is whole: no value is missing in it. */
static rondo_status override_tree(load *l, const char *const *sets, const char *const *names,
                                  int64_t set_count, rondo_registry *registry, rondo_error *error)
{
    if (l->root && !l->tree.failed)
        rondo_overrides_apply(l->root, sets, names, set_count, ".", registry, &l->tree,
                              &l->problems);
    return rondo_owned_check(&l->tree, "config", error);
}

/* One way through the tree, with every default filled in. */
static void read_once(load *l, const char *name, rondo_registry *registry)
{
    rondo_text stem = {0};
    rondo_reader reader = {registry, l->experiment->owned, &l->problems};
    add_stem(name, &stem);
    rondo_reader_read(&reader, l->root, l->experiment);
    rondo_defaults_fill(&reader, l->root, rondo_text_get(&stem), l->experiment);
    rondo_paths_resolve(&reader, l->root, l->experiment);
    rondo_split_folder_resolve(&reader, l->root, &l->experiment->data);
    rondo_owned_release(l->experiment->owned, &stem);
}

static rondo_status finish(load *l, rondo_status status, rondo_experiment **out);

/* To see what the config chooses, then without what does not count in it; what was taken may have
 * decided over more. */
static rondo_status read_without_unused(load *l, const char *name, rondo_registry *registry,
                                        rondo_unused *taken, rondo_error *error)
{
    rondo_experiment *with_all = NULL;
    load trial = {.root = l->root};
    rondo_status status = start(&trial, error);
    if (status) return finish(&trial, status, &with_all);
    read_once(&trial, name, registry);
    if (rondo_unused_take(l->root, trial.experiment, &trial.problems, taken, &l->tree)) {
        status = read_without_unused(l, name, registry, taken, error);
    } else {
        read_once(l, name, registry);
        if (!rondo_defaults_are_open(l->experiment, &l->problems)) {
            rondo_validate(&l->problems, l->root, l->experiment, registry);
            rondo_unused_report(taken->next, l->experiment, &l->problems);
        }
    }
    if (!status) status = rondo_owned_check(trial.experiment->owned, "config", error);
    if (!status) status = rondo_owned_check(&l->tree, "config", error);
    finish(&trial, RONDO_OK, &with_all);
    rondo_experiment_destroy(with_all);
    return status;
}

static rondo_status read_tree(load *l, const char *name, rondo_registry *registry,
                              rondo_error *error)
{
    rondo_status status = RONDO_OK;
    rondo_unused taken = {0};
    if (l->root) {
        rondo_renames_apply(rondo_renames, l->root, registry, &l->tree, &l->problems);
        rondo_tree_resolve_inputs(l->root);
        status = read_without_unused(l, name, registry, &taken, error);
    }
    if (!status) status = rondo_owned_check(l->experiment->owned, "config", error);
    return status ? status : rondo_problems_report(&l->problems, error);
}

static rondo_status finish(load *l, rondo_status status, rondo_experiment **out)
{
    rondo_problems_finish(&l->problems);
    rondo_owned_finish(&l->tree);
    if (status)
        rondo_experiment_destroy(l->experiment);
    else
        *out = l->experiment;
    return status;
}

rondo_status rondo_experiment_load_named(const char *path, const char *const *sets,
                                         const char *const *names, int64_t set_count,
                                         rondo_registry *registry, rondo_experiment **out,
                                         rondo_error *error)
{
    load l = {0};
    *out = NULL;
    rondo_status status = start(&l, error);
    if (!status) status = rondo_extends_read(path, &l.tree, &l.problems, &l.root, error);
    if (!status) status = override_tree(&l, sets, names, set_count, registry, error);
    if (!status) status = read_tree(&l, path, registry, error);
    return finish(&l, status, out);
}

rondo_status rondo_experiment_load(const char *path, const char *const *sets, int64_t set_count,
                                   rondo_registry *registry, rondo_experiment **out,
                                   rondo_error *error)
{
    return rondo_experiment_load_named(path, sets, NULL, set_count, registry, out, error);
}

rondo_status rondo_experiment_parse(const char *name, const char *folder, const char *text,
                                    const char *const *sets, int64_t set_count,
                                    rondo_registry *registry, rondo_experiment **out,
                                    rondo_error *error)
{
    load l = {0};
    *out = NULL;
    rondo_status status = start(&l, error);
    if (!status) l.root = rondo_extends_parse(name, folder, text, &l.tree, &l.problems);
    if (!status) status = override_tree(&l, sets, NULL, set_count, registry, error);
    if (!status) status = read_tree(&l, name, registry, error);
    return finish(&l, status, out);
}
