/* plan.yaml, read back. Another program may have damaged it: everything is checked. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/tree.h"
#include "config/yaml.h"
#include "sweep/plan.h"

/* One reading; `damage` says what is wrong first. */
typedef struct plan_reader {
    rondo_plan *plan;
    const char *damage;
} plan_reader;

static void damaged(plan_reader *r, const char *what)
{
    if (!r->damage) r->damage = what;
}

static const rondo_node *get(plan_reader *r, const rondo_node *mapping, const char *key)
{
    const rondo_item *item = rondo_node_find(mapping, key);
    if (!item) damaged(r, key);
    return item ? item->value : NULL;
}

/* NULL: null, which is plain. */
static const char *get_text(plan_reader *r, const rondo_node *mapping, const char *key,
                            bool may_be_null)
{
    const rondo_node *node = get(r, mapping, key);
    if (node && node->kind == RONDO_SCALAR) {
        if (node->quoted) return node->text;
        if (may_be_null && strcmp(node->text, "null") == 0) return NULL;
    }
    damaged(r, key);
    return may_be_null ? NULL : "";
}

static int64_t get_integer(plan_reader *r, const rondo_node *mapping, const char *key)
{
    const rondo_node *node = get(r, mapping, key);
    int64_t value = 0;
    if (!node || node->kind != RONDO_SCALAR || !rondo_text_integer(node->text, &value) || value < 0)
        damaged(r, key);
    return value;
}

static double get_real(plan_reader *r, const rondo_node *mapping, const char *key)
{
    const rondo_node *node = get(r, mapping, key);
    double value = 0;
    if (!node || node->kind != RONDO_SCALAR || !rondo_text_real(node->text, &value))
        damaged(r, key);
    return value;
}

static const rondo_node *get_kind(plan_reader *r, const rondo_node *mapping, const char *key,
                                  rondo_node_kind kind)
{
    const rondo_node *node = get(r, mapping, key);
    if (node && node->kind == kind) return node;
    damaged(r, key);
    return NULL;
}

static void read_settings(plan_reader *r, const rondo_node *mapping, const char *key,
                          rondo_settings *settings)
{
    const rondo_node *node = get_kind(r, mapping, key, RONDO_MAPPING);
    for (int64_t i = 0; node && i < node->count; i++) {
        const rondo_item *item = &node->items[i];
        if (item->value->kind != RONDO_SCALAR)
            damaged(r, key);
        else
            rondo_settings_append(settings, &r->plan->owned,
                                  (rondo_setting){item->key, item->value->text, NULL});
    }
}

static bool is_null(const rondo_node *node)
{
    return node && node->kind == RONDO_SCALAR && strcmp(node->text, "null") == 0;
}

static void read_halving(plan_reader *r, const rondo_node *root)
{
    rondo_halving_config *halving = &r->plan->halving;
    if (is_null(get(r, root, "halving"))) return;
    const rondo_node *node = get_kind(r, root, "halving", RONDO_MAPPING);
    const rondo_node *rungs = node ? get_kind(r, node, "rungs", RONDO_SEQUENCE) : NULL;
    if (!rungs) return;
    halving->metric = get_text(r, node, "metric", false);
    halving->keep_part = get_real(r, node, "keep_part");
    halving->keep_of = get_real(r, node, "keep_of");
    if (rungs->count < 1 || rungs->count > RONDO_MAX_RUNGS || !(halving->keep_part > 0) ||
        !(halving->keep_of > halving->keep_part)) {
        damaged(r, "halving");
        return;
    }
    halving->rung_count = rungs->count;
    for (int64_t i = 0; i < rungs->count; i++) {
        const rondo_node *rung = rungs->items[i].value;
        if (rung->kind != RONDO_SCALAR || !rondo_text_integer(rung->text, &halving->rungs[i]) ||
            halving->rungs[i] <= (i > 0 ? halving->rungs[i - 1] : 0))
            damaged(r, "rungs");
    }
}

static void read_budget(plan_reader *r, const rondo_node *root)
{
    if (is_null(get(r, root, "budget"))) return;
    const rondo_node *node = get_kind(r, root, "budget", RONDO_MAPPING);
    if (!node) return;
    r->plan->budget_parameters = get_integer(r, node, "parameters");
    r->plan->budget_tokens = get_integer(r, node, "tokens");
    r->plan->budget_seconds = get_real(r, node, "seconds");
}

static void read_vary(plan_reader *r, const rondo_node *root)
{
    const rondo_node *node = get_kind(r, root, "vary", RONDO_SEQUENCE);
    for (int64_t i = 0; node && i < node->count; i++) {
        const rondo_node *name = node->items[i].value;
        bool is_known = false;
        for (int s = 0; s < RONDO_SEEDS; s++)
            if (name->text && strcmp(name->text, rondo_seed_name((rondo_seed)s)) == 0)
                r->plan->vary[s] = is_known = true;
        if (!is_known) damaged(r, "vary");
    }
}

static void read_head(plan_reader *r, const rondo_node *root)
{
    rondo_plan *plan = r->plan;
    if (get_integer(r, root, "format") != RONDO_PLAN_FORMAT) damaged(r, "format");
    plan->name = get_text(r, root, "name", false);
    plan->base = get_text(r, root, "base", false);
    plan->metric = get_text(r, root, "metric", true);
    plan->baseline = get_text(r, root, "baseline", true);
    plan->margin = get_real(r, root, "margin");
    const rondo_node *search = get_kind(r, root, "search", RONDO_SCALAR);
    plan->search = search && strcmp(search->text, "true") == 0;
    read_vary(r, root);
    read_halving(r, root);
    read_budget(r, root);
}

static void read_variants(plan_reader *r, const rondo_node *root)
{
    rondo_plan *plan = r->plan;
    const rondo_node *list = get_kind(r, root, "variants", RONDO_SEQUENCE);
    if (!list || list->count == 0) {
        damaged(r, "variants");
        return;
    }
    plan->variants = rondo_owned_take(&plan->owned, (size_t)list->count * sizeof *plan->variants);
    for (int64_t i = 0; plan->variants && i < list->count; i++) {
        const rondo_node *node = list->items[i].value;
        rondo_plan_variant *variant = &plan->variants[plan->variant_count++];
        variant->name = get_text(r, node, "name", false);
        variant->parameters = get_integer(r, node, "parameters");
        read_settings(r, node, "set", &variant->settings);
        read_settings(r, node, "drawn", &variant->drawn);
    }
}

/* Runs name variants in the order of the list, mostly: the search goes on from the last. */
static int64_t find_variant(const rondo_plan *plan, const char *name, int64_t from)
{
    for (int64_t i = 0; i < plan->variant_count; i++) {
        int64_t at = (from + i) % plan->variant_count;
        if (strcmp(plan->variants[at].name, name) == 0) return at;
    }
    return -1;
}

static void read_run(plan_reader *r, const rondo_node *node, int64_t from)
{
    rondo_plan *plan = r->plan;
    rondo_plan_run *run = &plan->runs[plan->run_count++];
    run->number = get_integer(r, node, "number");
    run->seed = get_integer(r, node, "seed");
    run->folder = get_text(r, node, "folder", false);
    run->variant = find_variant(plan, get_text(r, node, "variant", false), from);
    if (run->number != plan->run_count) damaged(r, "number");
    if (run->variant < 0) damaged(r, "variant");
    if (!run->folder[0] || strchr(run->folder, '/') || run->folder[0] == '.') damaged(r, "folder");
    const rondo_node *set = get_kind(r, node, "set", RONDO_SEQUENCE);
    if (!set) return;
    const char **sets = rondo_owned_take(&plan->owned, (size_t)(set->count + 1) * sizeof *sets);
    for (int64_t i = 0; sets && i < set->count; i++) {
        sets[i] = set->items[i].value->text;
        if (!sets[i]) damaged(r, "set");
    }
    run->sets = sets;
    run->set_count = set->count;
}

static void read_runs(plan_reader *r, const rondo_node *root)
{
    rondo_plan *plan = r->plan;
    const rondo_node *list = get_kind(r, root, "runs", RONDO_SEQUENCE);
    if (!list || list->count == 0) {
        damaged(r, "runs");
        return;
    }
    plan->runs = rondo_owned_take(&plan->owned, (size_t)list->count * sizeof *plan->runs);
    for (int64_t i = 0; plan->runs && !r->damage && i < list->count; i++)
        read_run(r, list->items[i].value, i > 0 ? plan->runs[i - 1].variant + 1 : 0);
}

static rondo_status read_text(rondo_plan *plan, const char *path, const char *text,
                              rondo_error *error)
{
    rondo_problems problems = {0};
    plan_reader r = {.plan = plan};
    rondo_origin *source = rondo_owned_take(&plan->owned, sizeof *source);
    rondo_status status = rondo_owned_check(&plan->owned, "plan", error);
    if (status) return status;
    *source = (rondo_origin){.name = path, .is_ledger = true};
    const rondo_node *root = rondo_yaml_parse(source, text, &plan->owned, &problems);
    if (root && root->kind == RONDO_MAPPING && problems.count == 0) {
        read_head(&r, root);
        if (!r.damage) read_variants(&r, root);
        if (!r.damage) read_runs(&r, root);
    } else {
        damaged(&r, "text");
    }
    rondo_problems_finish(&problems);
    status = rondo_owned_check(&plan->owned, "plan", error);
    if (status || !r.damage) return status;
    return rondo_error_set(error, RONDO_FAILED,
                           "%s: not a plan of a sweep written by this version (\"%s\")", path,
                           r.damage);
}

rondo_status rondo_plan_parse(const char *path, const char *text, rondo_plan **out,
                              rondo_error *error)
{
    rondo_plan *plan = calloc(1, sizeof *plan);
    *out = NULL;
    if (!plan) return rondo_error_set(error, RONDO_FAILED, "not enough memory: plan");
    rondo_status status = read_text(plan, path, text, error);
    if (status)
        rondo_plan_destroy(plan);
    else
        *out = plan;
    return status;
}

rondo_status rondo_plan_read(const char *folder, rondo_plan **out, rondo_error *error)
{
    char *text = NULL, *path = rondo_file_join(folder, "plan.yaml");
    size_t size, limit = (size_t)RONDO_YAML_MAX_BYTES * RONDO_YAML_LEDGER;
    *out = NULL;
    if (!path) return rondo_error_set(error, RONDO_FAILED, "not enough memory: plan");
    rondo_status status = rondo_file_read(path, limit, &text, &size, error);
    if (!status) status = rondo_plan_parse(path, text, out, error);
    free(text);
    free(path);
    return status;
}

bool rondo_plan_exists(const char *folder)
{
    char path[PATH_MAX]; /* no memory is taken, without which a sweep would not be noticed */
    int length = snprintf(path, sizeof path, "%s/plan.yaml", folder);
    return length > 0 && (size_t)length < sizeof path && rondo_file_exists(path);
}
