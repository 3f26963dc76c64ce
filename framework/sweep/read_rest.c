/* budget.solve, seeds, vary, halving: lists and other values that no row describes. */
#include <stdlib.h>
#include <string.h>

#include "config/tree.h"
#include "sweep/keys.h"

static const char solve_allowed[] =
    "a key of the config that is an integer, or a list of such keys";

static void add_solve(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    rondo_budget_config *budget = &r->sweep->budget;
    const rondo_node *node = item->value;
    if (node->kind != RONDO_SCALAR || rondo_node_is_empty(node)) {
        rondo_sweep_refuse(r, node, path, solve_allowed);
        return;
    }
    const rondo_item named = {NULL, node->place, item->value};
    if (!rondo_sweep_check_path(r, &named, node->text, path)) return;
    const char *key = rondo_owned_copy(r->reader.owned, node->text, strlen(node->text));
    if (key) budget->solve[budget->solve_count++] = key;
}

void rondo_sweep_read_solve(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    const rondo_node *node = item->value;
    if (node->kind == RONDO_SCALAR)
        add_solve(r, item, path);
    else if (node->kind == RONDO_SEQUENCE && node->count >= 1 && node->count <= RONDO_MAX_SOLVE)
        for (int64_t i = 0; i < node->count; i++)
            add_solve(r, &node->items[i], path);
    else
        rondo_sweep_refuse(r, node, path, solve_allowed);
}

static bool read_integer(const rondo_node *node, int64_t low, int64_t high, int64_t *value)
{
    return node->kind == RONDO_SCALAR && !node->quoted && rondo_text_integer(node->text, value) &&
           *value >= low && *value <= high;
}

enum { MAX_SEEDS = 100000 };
static const int64_t most_seed = INT64_C(9007199254740992);

static void read_seed_list(const rondo_sweep_reader *r, const rondo_node *list, const char *path)
{
    rondo_sweep *sweep = r->sweep;
    for (int64_t i = 0; i < list->count; i++) {
        const rondo_node *node = list->items[i].value;
        int64_t seed;
        if (!read_integer(node, 0, most_seed, &seed)) {
            rondo_sweep_refuse(r, node, path, "a seed, an integer in [0, 9007199254740992]");
            continue;
        }
        for (int64_t j = 0; j < sweep->seed_count; j++)
            if (sweep->seeds[j] == seed)
                rondo_problems_add(r->reader.problems, node->place, path,
                                   "%lld is given twice in this list: two runs would be the same",
                                   (long long)seed);
        sweep->seeds[sweep->seed_count++] = seed;
    }
}

void rondo_sweep_read_seeds(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    const rondo_node *node = item->value;
    rondo_sweep *sweep = r->sweep;
    int64_t count = 0;
    bool is_list = node->kind == RONDO_SEQUENCE && node->count >= 1 && node->count <= MAX_SEEDS;
    if (!is_list && !read_integer(node, 1, MAX_SEEDS, &count)) {
        rondo_sweep_refuse(r, node, path,
                           "a number of seeds from 1 to 100000 (1, 2, ..), or a list of them");
        return;
    }
    if (is_list) count = node->count;
    sweep->seeds = rondo_owned_take(r->reader.owned, (size_t)count * sizeof *sweep->seeds);
    if (!sweep->seeds) return;
    if (is_list)
        read_seed_list(r, node, path);
    else
        for (int64_t i = 0; i < count; i++)
            sweep->seeds[sweep->seed_count++] = i + 1;
}

static void read_varied(const rondo_sweep_reader *r, const rondo_node *node, const char *path)
{
    const char *names[RONDO_SEEDS];
    const char *text = node->kind == RONDO_SCALAR ? node->text : "";
    char quoted[RONDO_QUOTE_SIZE];
    for (int s = 0; s < RONDO_SEEDS; s++) {
        names[s] = rondo_seed_name((rondo_seed)s);
        if (strcmp(names[s], text) != 0) continue;
        r->sweep->vary[s] = true;
        return;
    }
    const char *nearest = rondo_text_nearest(text, names, RONDO_SEEDS);
    rondo_problems_add(r->reader.problems, node->place, path,
                       "\"%s\" is not one of initialization, order, masks, data%s%s%s",
                       rondo_problem_quote(text, quoted), nearest ? "; did you mean " : "",
                       nearest ? nearest : "", nearest ? "?" : "");
}

void rondo_sweep_read_vary(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    const rondo_node *node = item->value;
    memset(r->sweep->vary, 0, sizeof r->sweep->vary);
    if (node->kind != RONDO_SEQUENCE || node->count == 0) {
        rondo_sweep_refuse(r, node, path, "a list of initialization, order, masks, data");
        return;
    }
    for (int64_t i = 0; i < node->count; i++)
        read_varied(r, node->items[i].value, path);
}

/* "1/3", or a real. */
static bool read_fraction(const char *text, double *part, double *of)
{
    char first[32];
    const char *slash = strchr(text, '/');
    int64_t numerator, denominator;
    *of = 1;
    if (!slash) return rondo_text_real(text, part);
    size_t length = (size_t)(slash - text);
    if (length >= sizeof first) return false;
    memcpy(first, text, length);
    first[length] = '\0';
    if (!rondo_text_integer(first, &numerator) || !rondo_text_integer(slash + 1, &denominator))
        return false;
    *part = (double)numerator;
    *of = (double)denominator;
    return true;
}

void rondo_sweep_read_keep(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    const rondo_node *node = item->value;
    rondo_halving_config *halving = &r->sweep->halving;
    double part, of;
    bool is_right = node->kind == RONDO_SCALAR && !node->quoted &&
                    read_fraction(node->text, &part, &of) && part > 0 && part < of;
    if (!is_right) {
        rondo_sweep_refuse(r, node, path, "a fraction such as 1/3, or a real number in (0, 1)");
        return;
    }
    halving->keep_part = part;
    halving->keep_of = of;
}

void rondo_sweep_read_rungs(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    const rondo_node *node = item->value;
    rondo_halving_config *halving = &r->sweep->halving;
    bool is_right =
        node->kind == RONDO_SEQUENCE && node->count >= 2 && node->count <= RONDO_MAX_RUNGS;
    for (int64_t i = 0; is_right && i < node->count; i++) {
        is_right = read_integer(node->items[i].value, 1, 1000000, &halving->rungs[i]) &&
                   (i == 0 || halving->rungs[i] > halving->rungs[i - 1]);
    }
    if (is_right)
        halving->rung_count = node->count;
    else
        rondo_sweep_refuse(r, node, path,
                           "a list of 2 to 16 ascending numbers of epochs, [1, 3, 9]");
}
