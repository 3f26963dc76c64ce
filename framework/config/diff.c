/* Two resolved configs compared key by key, as trees of what is printed. */
#include <stdio.h>
#include <string.h>

#include "config/experiment.h"
#include "config/tree.h"

/* What may change between a run and its resumption: none of it alters a step's result. */
static const char *const harmless[] = {
    "train.epochs",     "train.max_steps", "train.max_minutes",
    "train.threads",    "train.log_every", "train.early_stopping",
    "train.start_from", "data.max_bytes",  "output"};

static bool is_harmless(const char *path)
{
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        if (strcmp(harmless[i], path) == 0) return true;
    }
    return false;
}

/* Where files lie is no result: their contents are compared by fingerprints. */
static const char *const paths[] = {
    "data.path",       "data.split.train",       "data.split.valid",
    "data.split.test", "model.input.pretrained", "model.decoder.input.pretrained"};

static bool are_paths(const char *key, const rondo_node *before, const rondo_node *now)
{
    if (!before->text || !now->text || before->text[0] != '/' || now->text[0] != '/') return false;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (strcmp(paths[i], key) == 0) return true;
    return false;
}

static const char *describe(const rondo_node *node)
{
    if (!node) return "absent";
    return node->text ? node->text : "there";
}

/* A seed of its own, or where it is left out, `seed`. */
static const rondo_node *find_seed(const rondo_node *root, const char *key, bool *is_own)
{
    const rondo_node *seeds = rondo_tree_find(root, "seeds");
    const rondo_item *item = seeds ? rondo_node_find(seeds, key) : NULL;
    *is_own = item != NULL;
    return item ? item->value : rondo_tree_find(root, "seed");
}

/* By what counts, given or not. Where neither has it, the line of `seed` says it. */
static void compare_seeds(const rondo_node *before, const rondo_node *now, rondo_text *text)
{
    for (int s = 0; s < RONDO_SEEDS; s++) {
        const char *key = rondo_seed_name((rondo_seed)s);
        bool was_own, is_own;
        const rondo_node *left = find_seed(before, key, &was_own);
        const rondo_node *right = find_seed(now, key, &is_own);
        if (!left || !right || !(was_own || is_own) || strcmp(left->text, right->text) == 0)
            continue;
        rondo_text_add(text, "%sseeds.%s: %s before, %s now", text->length > 0 ? "\n" : "", key,
                       left->text, right->text);
    }
}

static const rondo_node *entry(const rondo_node *node, int64_t index, const char *key)
{
    if (key) {
        const rondo_item *item = rondo_node_find(node, key);
        return item ? item->value : NULL;
    }
    return index < node->count ? node->items[index].value : NULL;
}

static void compare(const rondo_node *before, const rondo_node *now, const char *path,
                    rondo_text *text);

static void compare_entry(const rondo_node *before, const rondo_node *now, int64_t index,
                          const char *key, const char *path, rondo_text *text)
{
    char number[32], entry_path[RONDO_PATH_SIZE];
    snprintf(number, sizeof number, "%lld", (long long)index);
    compare(entry(before, index, key), entry(now, index, key),
            rondo_path_join(path, key ? key : number, entry_path), text);
}

static void compare(const rondo_node *before, const rondo_node *now, const char *path,
                    rondo_text *text)
{
    if (is_harmless(path) || strcmp(path, "seeds") == 0) return;
    if (!before || !now || before->kind != now->kind || before->kind == RONDO_SCALAR) {
        bool is_same = before && now && before->text && now->text &&
                       (strcmp(before->text, now->text) == 0 || are_paths(path, before, now));
        if (!is_same)
            rondo_text_add(text, "%s%s: %s before, %s now", text->length > 0 ? "\n" : "", path,
                           describe(before), describe(now));
        return;
    }
    for (int64_t i = 0; i < before->count; i++)
        compare_entry(before, now, i, before->items[i].key, path, text);
    for (int64_t i = 0; i < now->count; i++) {
        const char *key = now->items[i].key;
        if (key ? !rondo_node_find(before, key) : i >= before->count)
            compare_entry(before, now, i, key, path, text);
    }
}

static rondo_node *tree_of(const rondo_experiment *experiment, const rondo_origin *source,
                           rondo_owned *owned, rondo_problems *problems)
{
    rondo_text text = {0};
    rondo_experiment_print(experiment, &text);
    rondo_node *root = rondo_yaml_parse(source, rondo_text_get(&text), owned, problems);
    if (text.failed) root = NULL;
    rondo_text_finish(&text);
    return root;
}

void rondo_experiment_diff(const rondo_experiment *before, const rondo_experiment *now,
                           rondo_text *text)
{
    const rondo_origin source = {.name = "resolved config"};
    rondo_owned owned = {0};
    rondo_problems problems = {0};
    const rondo_node *left = tree_of(before, &source, &owned, &problems);
    const rondo_node *right = tree_of(now, &source, &owned, &problems);
    if (left && right) {
        compare(left, right, "", text);
        compare_seeds(left, right, text);
    } else {
        text->failed = true; /* only memory can be missing: what is printed can be read */
    }
    rondo_problems_finish(&problems);
    rondo_owned_finish(&owned);
}
