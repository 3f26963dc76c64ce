/* What the keys of a sweep file say about each other. */
#include <string.h>

#include "base/text.h"
#include "config/renames.h"
#include "config/tree.h"
#include "sweep/keys.h"

static void refuse(const rondo_sweep_reader *r, const rondo_node *root, const char *path,
                   const char *text)
{
    rondo_problems_add(r->reader.problems, rondo_tree_place(root, path), path, "%s", text);
}

static bool is_given(const rondo_node *root, const char *path)
{
    return rondo_tree_find(root, path) != NULL;
}

static const char *at(const rondo_sweep_reader *r, const rondo_node *root, const char *path)
{
    return rondo_sweep_at(r, rondo_tree_place(root, path));
}

static void note_places(const rondo_sweep_reader *r, const rondo_node *root)
{
    rondo_sweep *sweep = r->sweep;
    sweep->base_at = at(r, root, "base");
    sweep->budget.at = at(r, root, "budget");
    sweep->halving.at = at(r, root, "halving.metric");
    sweep->compare.at = at(r, root, "compare");
    sweep->compare.metric_at = at(r, root, "compare.metric");
    sweep->compare.baseline_at = at(r, root, "compare.baseline");
    sweep->compare.margin_at = at(r, root, "compare.margin");
    sweep->folder_at = is_given(root, "output.folder") ? at(r, root, "output.folder") : NULL;
}

static void check_metric(const rondo_sweep_reader *r, const rondo_node *root, const char *path,
                         const char *metric, bool is_ranked)
{
    char split[8], quoted[RONDO_QUOTE_SIZE];
    const char *figure;
    rondo_text text = {0};
    if (!metric || rondo_problems_has(r->reader.problems, path)) return;
    if (!rondo_metric_parts(metric, split, &figure)) {
        rondo_text_add(&text,
                       "\"%s\" is not a split and a metric, such as valid loss or test accuracy; "
                       "splits are train, valid, test",
                       rondo_problem_quote(metric, quoted));
        refuse(r, root, path, rondo_text_get(&text));
    } else if (is_ranked && strcmp(split, "test") == 0) {
        refuse(
            r, root, path,
            "the test split is evaluated once, at the end of a run: rank runs by valid or train");
    }
    rondo_owned_release(r->reader.owned, &text);
}

static void check_search(const rondo_sweep_reader *r, const rondo_node *root)
{
    if (!is_given(root, "search")) return;
    if (!is_given(root, "search.trials"))
        refuse(r, root, "search", "trials is missing: the number of random draws");
    if (!is_given(root, "search.draw"))
        refuse(r, root, "search",
               "draw is missing: the keys to draw, such as {optimizer.learning_rate: {log_uniform: "
               "[1.0e-4, 1.0e-1]}}");
}

static void check_budget(const rondo_sweep_reader *r, const rondo_node *root)
{
    if (!is_given(root, "budget")) return;
    bool parameters = is_given(root, "budget.parameters"), solve = is_given(root, "budget.solve");
    if (parameters && !solve)
        refuse(r, root, "budget.parameters",
               "solve is missing: the key to make as large as the parameters allow, such as "
               "model.layers.0.hidden");
    if (solve && !parameters)
        refuse(r, root, "budget.solve", "parameters is missing: the maximum number of parameters");
    if (!parameters && !solve && !is_given(root, "budget.tokens") &&
        !is_given(root, "budget.seconds"))
        refuse(r, root, "budget", "one of parameters, tokens, seconds is missing");
}

static void check_halving(const rondo_sweep_reader *r, const rondo_node *root)
{
    rondo_halving_config *halving = &r->sweep->halving;
    if (!is_given(root, "halving")) {
        halving->metric = NULL;
        return;
    }
    if (!is_given(root, "halving.keep"))
        refuse(r, root, "halving", "keep is missing: the share of runs that go on, such as 1/3");
    if (!is_given(root, "halving.rungs"))
        refuse(r, root, "halving", "rungs is missing: epochs, such as [1, 3, 9]");
    check_metric(r, root, "halving.metric", halving->metric, true);
}

static void check_compare(const rondo_sweep_reader *r, const rondo_node *root)
{
    if (!is_given(root, "compare")) r->sweep->compare.metric = NULL;
    check_metric(r, root, "compare.metric", r->sweep->compare.metric, false);
}

/* Who says a key of the config. Within one of them a key stands once, or, of `set`, may be said
 * again more exactly by a variant. */
typedef struct claim {
    const char *path, *at, *who;
} claim;

typedef struct claims {
    const rondo_sweep_reader *r;
    int64_t count;
    claim *items;
} claims;

static void report_claim(const claims *c, const char *at, const char *path, const char *text)
{
    rondo_origin *source = rondo_owned_take(&c->r->reader.problems->owned, sizeof *source);
    if (!source) return;
    *source = (rondo_origin){.name = at, .lineless = true};
    rondo_problems_add(c->r->reader.problems, (rondo_place){.source = source}, path, "%s", text);
}

/* `who` says the key too: refused where somebody else did. */
static void claim_key(claims *c, const char *path, const char *at, const char *who)
{
    for (int64_t i = 0; i < c->count; i++) {
        if (strcmp(c->items[i].who, who) == 0) continue;
        if (!rondo_renames_same(rondo_renames, c->items[i].path, path)) continue;
        rondo_text text = {0};
        rondo_text_add(&text, "is set by %s, and by %s as well (%s)", who, c->items[i].who,
                       c->items[i].at);
        report_claim(c, at, path, rondo_text_get(&text));
        rondo_owned_release(c->r->reader.owned, &text);
        return;
    }
    c->items[c->count++] = (claim){path, at, who};
}

static void claim_all(claims *c, const rondo_settings *settings, const char *who)
{
    for (int64_t i = 0; i < settings->count; i++)
        claim_key(c, settings->items[i].path, settings->items[i].at, who);
}

static void claim_by_sweep(claims *c)
{
    static const char *const seeds[RONDO_SEEDS] = {"seeds.initialization", "seeds.order",
                                                   "seeds.masks", "seeds.data"};
    const rondo_sweep *sweep = c->r->sweep;
    if (sweep->budget.tokens > 0) {
        claim_key(c, "train.max_steps", sweep->budget.at, "budget.tokens");
        claim_key(c, "train.epochs", sweep->budget.at, "budget.tokens");
    }
    if (sweep->budget.seconds > 0)
        claim_key(c, "train.max_seconds", sweep->budget.at, "budget.seconds");
    if (sweep->halving.rung_count > 0)
        claim_key(c, "train.epochs", sweep->halving.at, "halving.rungs");
    for (int s = 0; s < RONDO_SEEDS; s++)
        if (sweep->vary[s]) claim_key(c, seeds[s], sweep->path, "vary");
}

/* From here on those keys may be said again. */
static void drop_solved(claims *c)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < c->count; i++)
        if (strcmp(c->items[i].who, "budget.solve") != 0) c->items[kept++] = c->items[i];
    c->count = kept;
}

static int64_t count_claims(const rondo_sweep *sweep)
{
    int64_t count = sweep->set.count + sweep->axis_count + sweep->search.draw_count +
                    sweep->budget.solve_count + RONDO_SEEDS + 4;
    for (int64_t i = 0; i < sweep->case_count; i++)
        count += sweep->cases[i].settings.count;
    return count;
}

/* A key is said by one of variants, axes, search.draw, or what the sweep decides itself; `set` is
 * what variants, axes and draws depart from. */
static void check_claims(const rondo_sweep_reader *r)
{
    const rondo_sweep *sweep = r->sweep;
    size_t count = (size_t)count_claims(sweep);
    claims c = {.r = r, .items = rondo_owned_take(r->reader.owned, count * sizeof *c.items)};
    if (!c.items) return;
    claim_by_sweep(&c);
    for (int64_t i = 0; i < sweep->budget.solve_count; i++)
        claim_key(&c, sweep->budget.solve[i], sweep->budget.at, "budget.solve");
    for (int64_t i = 0; i < sweep->axis_count; i++)
        claim_key(&c, sweep->axes[i].path, sweep->axes[i].at, "axes");
    for (int64_t i = 0; i < sweep->search.draw_count; i++)
        claim_key(&c, sweep->search.draws[i].path, sweep->search.draws[i].at, "search.draw");
    /* Variants and `set` may give a solved key: a layer needs a width before one is found. */
    drop_solved(&c);
    for (int64_t i = 0; i < sweep->case_count; i++)
        claim_all(&c, &sweep->cases[i].settings, "variants");
    c.count = 0;
    claim_by_sweep(&c);
    claim_all(&c, &sweep->set, "set");
}

void rondo_sweep_check(const rondo_sweep_reader *r, const rondo_node *root)
{
    note_places(r, root);
    if (!rondo_tree_find(root, "base") && root->kind == RONDO_MAPPING)
        refuse(r, root, "base",
               "missing key; allowed: the config that all runs share, relative to "
               "this file");
    check_search(r, root);
    check_budget(r, root);
    check_halving(r, root);
    check_compare(r, root);
    check_claims(r);
}
