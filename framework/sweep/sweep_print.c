/* sweep.yaml: the sweep file as it was understood. */
#include <string.h>

#include "base/json.h"
#include "sweep/sweep.h"

static void add_string(rondo_text *text, const char *key, const char *value)
{
    if (!value) return;
    rondo_text_add(text, "%s: ", key);
    rondo_json_add_string(text, value);
    rondo_text_add(text, "\n");
}

static void add_real(rondo_text *text, const char *key, double value)
{
    char buffer[32];
    if (value > 0) rondo_text_add(text, "%s: %s\n", key, rondo_text_of_real(value, buffer));
}

/* Keys of configs are words; others stand in quotes. */
static void add_path(rondo_text *text, const char *path)
{
    bool is_plain = path[0] && path[strspn(path, "abcdefghijklmnopqrstuvwxyz"
                                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.")] == '\0';
    if (is_plain)
        rondo_text_add(text, "%s", path);
    else
        rondo_json_add_string(text, path);
}

static void add_settings(rondo_text *text, const rondo_settings *settings)
{
    rondo_text_add(text, "{");
    for (int64_t i = 0; i < settings->count; i++) {
        rondo_text_add(text, "%s", i > 0 ? ", " : "");
        add_path(text, settings->items[i].path);
        rondo_text_add(text, ": %s", settings->items[i].value);
    }
    rondo_text_add(text, "}\n");
}

static void add_values(rondo_text *text, const rondo_settings *values)
{
    for (int64_t i = 0; i < values->count; i++)
        rondo_text_add(text, "%s%s", i > 0 ? ", " : "[", values->items[i].value);
    rondo_text_add(text, "]");
}

static void add_draw(rondo_text *text, const rondo_sweep_draw *draw)
{
    static const char *const names[] = {"uniform",     "log_uniform", "integer",
                                        "log_integer", "choice",      "one_minus_log_uniform"};
    char low[32], high[32];
    rondo_text_add(text, "    ");
    add_path(text, draw->path);
    rondo_text_add(text, ": {%s: ", names[draw->kind]);
    if (draw->kind == RONDO_DRAW_CHOICE)
        add_values(text, &draw->choices);
    else
        rondo_text_add(text, "[%s, %s]", rondo_text_of_real(draw->low, low),
                       rondo_text_of_real(draw->high, high));
    rondo_text_add(text, "}\n");
}

static void add_search(rondo_text *text, const rondo_search_config *search)
{
    if (search->trials == 0) return;
    rondo_text_add(text, "search:\n  trials: %lld\n  seed: %lld\n  draw:\n",
                   (long long)search->trials, (long long)search->seed);
    for (int64_t i = 0; i < search->draw_count; i++)
        add_draw(text, &search->draws[i]);
}

static void add_budget(rondo_text *text, const rondo_budget_config *budget)
{
    if (!(budget->parameters > 0 || budget->tokens > 0 || budget->seconds > 0)) return;
    rondo_text_add(text, "budget:\n");
    if (budget->parameters > 0) {
        rondo_text_add(text, "  parameters: %lld\n  solve: ", (long long)budget->parameters);
        for (int64_t i = 0; i < budget->solve_count; i++) {
            rondo_text_add(text, "%s", i > 0 ? ", " : "[");
            add_path(text, budget->solve[i]);
        }
        rondo_text_add(text, "]\n");
    }
    if (budget->tokens > 0) rondo_text_add(text, "  tokens: %lld\n", (long long)budget->tokens);
    add_real(text, "  seconds", budget->seconds);
}

static void add_seeds(rondo_text *text, const rondo_sweep *sweep)
{
    bool is_first = true;
    rondo_text_add(text, "seeds: ");
    for (int64_t i = 0; i < sweep->seed_count; i++)
        rondo_text_add(text, "%s%lld", i > 0 ? ", " : "[", (long long)sweep->seeds[i]);
    rondo_text_add(text, "]\nvary: [");
    for (int s = 0; s < RONDO_SEEDS; s++) {
        if (!sweep->vary[s]) continue;
        rondo_text_add(text, "%s%s", is_first ? "" : ", ", rondo_seed_name((rondo_seed)s));
        is_first = false;
    }
    rondo_text_add(text, "]\n");
}

static void add_halving(rondo_text *text, const rondo_halving_config *halving)
{
    char part[32], of[32];
    if (halving->rung_count == 0) return;
    rondo_text_add(text, "halving:\n");
    add_string(text, "  metric", halving->metric);
    rondo_text_add(text, "  keep: %s", rondo_text_of_real(halving->keep_part, part));
    if (halving->keep_of != 1)
        rondo_text_add(text, "/%s", rondo_text_of_real(halving->keep_of, of));
    rondo_text_add(text, "\n  rungs: ");
    for (int64_t i = 0; i < halving->rung_count; i++)
        rondo_text_add(text, "%s%lld", i > 0 ? ", " : "[", (long long)halving->rungs[i]);
    rondo_text_add(text, "]\n");
}

void rondo_sweep_print(const rondo_sweep *sweep, rondo_text *text)
{
    add_string(text, "base", sweep->base);
    rondo_text_add(text, "set: ");
    add_settings(text, &sweep->set);
    if (sweep->case_count > 0) rondo_text_add(text, "variants:\n");
    for (int64_t i = 0; i < sweep->case_count; i++) {
        rondo_text_add(text, "  ");
        rondo_json_add_string(text, sweep->cases[i].name);
        rondo_text_add(text, ": ");
        add_settings(text, &sweep->cases[i].settings);
    }
    if (sweep->axis_count > 0) rondo_text_add(text, "axes:\n");
    for (int64_t i = 0; i < sweep->axis_count; i++) {
        rondo_text_add(text, "  ");
        add_path(text, sweep->axes[i].path);
        rondo_text_add(text, ": ");
        add_values(text, &sweep->axes[i].values);
        rondo_text_add(text, "\n");
    }
    add_search(text, &sweep->search);
    add_budget(text, &sweep->budget);
    add_seeds(text, sweep);
    add_halving(text, &sweep->halving);
    if (sweep->compare.metric) {
        rondo_text_add(text, "compare:\n");
        add_string(text, "  metric", sweep->compare.metric);
        add_string(text, "  baseline", sweep->compare.baseline);
        add_real(text, "  margin", sweep->compare.margin);
    }
    rondo_text_add(text, "output:\n");
    add_string(text, "  folder", sweep->output.folder);
}
