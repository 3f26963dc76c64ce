/* config.yaml of a run: settings that its result depends on, and those that name it. No plugin of
 * the run is needed for that, and no data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "compare/collect_private.h"
#include "config/renames.h"
#include "config/tree.h"

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);
    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* Settings that change no result: where files lie (which data they are, fingerprints say), what is
 * written when, how many threads work. Seeds are kept apart. */
static bool is_passed_over(const char *key)
{
    static const char *const keys[] = {"seed", "train.threads", "train.max_minutes",
                                       "train.log_every", NULL};
    for (int i = 0; keys[i]; i++)
        if (strcmp(key, keys[i]) == 0) return true;
    return starts_with(key, "seeds.") || starts_with(key, "output.") ||
           (starts_with(key, "data.") && ends_with(key, "path"));
}

static void flatten(const rondo_node *node, const char *path, rondo_setting_list *list,
                    rondo_owned *owned)
{
    if (node->kind == RONDO_SCALAR) {
        if (!is_passed_over(path)) rondo_setting_list_add(list, owned, path, node->text);
        return;
    }
    if (node->kind == RONDO_SEQUENCE && !is_passed_over(path))
        rondo_setting_list_add(list, owned, path,
                               rondo_compared_text(owned, "%lld", (long long)node->count));
    for (int64_t i = 0; i < node->count && !owned->failed; i++) {
        const rondo_item *item = &node->items[i];
        const char *inner = !item->key ? rondo_compared_text(owned, "%s.%lld", path, (long long)i)
                            : *path    ? rondo_compared_text(owned, "%s.%s", path, item->key)
                                       : item->key;
        if (inner) flatten(item->value, inner, list, owned);
    }
}

static const char *text_at(const rondo_node *root, const char *path)
{
    const rondo_node *node = rondo_tree_find(root, path);
    return node && node->kind == RONDO_SCALAR ? node->text : NULL;
}

static int64_t integer_at(const rondo_node *root, const char *path)
{
    const char *text = text_at(root, path);
    int64_t value = 0;
    return text && rondo_text_integer(text, &value) ? value : 0;
}

static void read_layers(rondo_found_run *found, const rondo_node *root)
{
    const rondo_node *layers = rondo_tree_find(root, "model.layers");
    if (!layers || layers->kind != RONDO_SEQUENCE) return;
    for (int64_t i = 0; i < layers->count && i < RONDO_MAX_LAYERS; i++)
        found->hidden[found->layer_count++] = integer_at(layers->items[i].value, "hidden");
}

static void read_seeds(rondo_found_run *found, const rondo_node *root)
{
    char path[64];
    int64_t seed = integer_at(root, "seed");
    found->run.seed = seed;
    for (int i = 0; i < RONDO_SEEDS; i++) {
        snprintf(path, sizeof path, "seeds.%s", rondo_seed_name((rondo_seed)i));
        const char *text = text_at(root, path);
        if (!text || !rondo_text_integer(text, &found->seeds[i]) || found->seeds[i] < 0)
            found->seeds[i] = seed;
    }
}

/* With the seeds, of the settings and what they start from. */
static void hash_run(rondo_found_run *found, rondo_owned *owned)
{
    rondo_setting_list all = {0};
    for (int64_t i = 0; i < found->settings.count; i++)
        rondo_setting_list_add(&all, owned, found->settings.items[i].key,
                               found->settings.items[i].value);
    for (int i = 0; i < RONDO_SEEDS; i++)
        rondo_setting_list_add(&all, owned, rondo_seed_name((rondo_seed)i),
                               rondo_compared_text(owned, "%lld", (long long)found->seeds[i]));
    if (!owned->failed) rondo_setting_list_hash(&all, found->run.config_hash);
}

/* Runs of older builds have the same settings under other keys. */
static rondo_status rename_keys(rondo_node *root, rondo_registry *registry, rondo_owned *owned,
                                rondo_error *error)
{
    rondo_problems problems = {0};
    if (registry) rondo_renames_apply(rondo_renames, root, registry, owned, &problems);
    rondo_status status = rondo_problems_report(&problems, error);
    rondo_problems_finish(&problems);
    return status;
}

rondo_status rondo_found_run_read_config(rondo_found_run *found, rondo_registry *registry,
                                         rondo_owned *owned, rondo_error *error)
{
    rondo_node *root = NULL;
    char *path = rondo_file_join(found->run.folder, "config.yaml");
    if (!path) return rondo_error_set(error, RONDO_FAILED, "not enough memory: config of a run");
    found->has_config = rondo_file_exists(path);
    rondo_status status =
        found->has_config ? rondo_compared_read_yaml(path, owned, &root, error) : RONDO_OK;
    free(path);
    if (!status && root) status = rename_keys(root, registry, owned, error);
    if (status || !root) return status;
    flatten(root, "", &found->settings, owned);
    rondo_setting_list_sort(&found->settings);
    rondo_setting_list_hash(&found->settings, found->hash);
    read_layers(found, root);
    read_seeds(found, root);
    hash_run(found, owned);
    const char *monitor = text_at(root, "train.monitor");
    found->monitor = monitor ? monitor : "loss";
    found->loss = text_at(root, "loss.name");
    found->epochs_planned = integer_at(root, "train.epochs");
    found->steps_planned = integer_at(root, "train.max_steps");
    found->patience = integer_at(root, "train.early_stopping.patience");
    return rondo_owned_check(owned, "settings of a run", error);
}
