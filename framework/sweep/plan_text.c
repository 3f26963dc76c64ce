/* plan.yaml, written: YAML that is JSON, too, with one line per variant and one line per run. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "sweep/plan.h"

static void add_key(rondo_text *text, const char *key)
{
    rondo_json_add_string(text, key);
    rondo_text_add(text, ": ");
}

static void add_string(rondo_text *text, const char *key, const char *value)
{
    add_key(text, key);
    if (value)
        rondo_json_add_string(text, value);
    else
        rondo_text_add(text, "null");
}

static void add_integer(rondo_text *text, const char *key, int64_t value)
{
    add_key(text, key);
    rondo_text_add(text, "%lld", (long long)value);
}

/* A number that JSON writes alike stands bare, everything else is a string. */
static bool is_bare(const char *value)
{
    double number;
    if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0) return true;
    const char *digits = value[0] == '-' ? value + 1 : value;
    size_t whole = strspn(digits, "0123456789");
    if (whole == 0 || (digits[0] == '0' && whole > 1)) return false;
    if (digits[whole] == '.' && strspn(digits + whole + 1, "0123456789") == 0) return false;
    return rondo_text_real(value, &number) && isfinite(number);
}

static void add_settings(rondo_text *text, const char *key, const rondo_settings *settings)
{
    add_key(text, key);
    rondo_text_add(text, "{");
    for (int64_t i = 0; i < settings->count; i++) {
        const rondo_setting *setting = &settings->items[i];
        if (i > 0) rondo_text_add(text, ", ");
        add_key(text, setting->path);
        if (is_bare(setting->value))
            rondo_text_add(text, "%s", setting->value);
        else
            rondo_json_add_string(text, setting->value);
    }
    rondo_text_add(text, "}");
}

static void add_halving(rondo_text *text, const rondo_halving_config *halving)
{
    add_key(text, "halving");
    if (halving->rung_count == 0) {
        rondo_text_add(text, "null");
        return;
    }
    rondo_text_add(text, "{");
    add_string(text, "metric", halving->metric);
    rondo_text_add(text, ", ");
    add_key(text, "keep_part");
    rondo_json_add_number(text, halving->keep_part);
    rondo_text_add(text, ", ");
    add_key(text, "keep_of");
    rondo_json_add_number(text, halving->keep_of);
    rondo_text_add(text, ", ");
    add_key(text, "rungs");
    for (int64_t i = 0; i < halving->rung_count; i++)
        rondo_text_add(text, "%s%lld", i > 0 ? ", " : "[", (long long)halving->rungs[i]);
    rondo_text_add(text, "]}");
}

static void add_budget(rondo_text *text, const rondo_plan *plan)
{
    add_key(text, "budget");
    if (plan->budget_parameters == 0 && plan->budget_tokens == 0 && plan->budget_seconds <= 0) {
        rondo_text_add(text, "null");
        return;
    }
    rondo_text_add(text, "{");
    add_integer(text, "parameters", plan->budget_parameters);
    rondo_text_add(text, ", ");
    add_integer(text, "tokens", plan->budget_tokens);
    rondo_text_add(text, ", ");
    add_key(text, "seconds");
    rondo_json_add_number(text, plan->budget_seconds);
    rondo_text_add(text, "}");
}

static void add_head(rondo_text *text, const rondo_plan *plan)
{
    bool is_first = true;
    add_integer(text, "format", RONDO_PLAN_FORMAT);
    rondo_text_add(text, ",\n");
    add_string(text, "name", plan->name);
    rondo_text_add(text, ",\n");
    add_string(text, "base", plan->base);
    rondo_text_add(text, ",\n");
    add_string(text, "metric", plan->metric);
    rondo_text_add(text, ",\n");
    add_string(text, "baseline", plan->baseline);
    rondo_text_add(text, ",\n");
    add_key(text, "margin");
    rondo_json_add_number(text, plan->margin);
    rondo_text_add(text, ",\n");
    add_key(text, "vary");
    rondo_text_add(text, "[");
    for (int s = 0; s < RONDO_SEEDS; s++) {
        if (!plan->vary[s]) continue;
        rondo_text_add(text, "%s", is_first ? "" : ", ");
        rondo_json_add_string(text, rondo_seed_name((rondo_seed)s));
        is_first = false;
    }
    rondo_text_add(text, "],\n");
    add_halving(text, &plan->halving);
    rondo_text_add(text, ",\n");
    add_budget(text, plan);
    rondo_text_add(text, ",\n");
    add_key(text, "search");
    rondo_text_add(text, "%s,\n", plan->search ? "true" : "false");
}

static void add_run(rondo_text *text, const rondo_plan *plan, const rondo_plan_run *run)
{
    rondo_text_add(text, "{");
    add_integer(text, "number", run->number);
    rondo_text_add(text, ", ");
    add_string(text, "variant", plan->variants[run->variant].name);
    rondo_text_add(text, ", ");
    add_integer(text, "seed", run->seed);
    rondo_text_add(text, ", ");
    add_string(text, "folder", run->folder);
    rondo_text_add(text, ", ");
    add_key(text, "set");
    rondo_text_add(text, "[");
    for (int64_t i = 0; i < run->set_count; i++) {
        rondo_text_add(text, "%s", i > 0 ? ", " : "");
        rondo_json_add_string(text, run->sets[i]);
    }
    rondo_text_add(text, "]}");
}

void rondo_plan_print(const rondo_plan *plan, rondo_text *text)
{
    rondo_text_add(text, "{");
    add_head(text, plan);
    add_key(text, "variants");
    rondo_text_add(text, "[\n");
    for (int64_t v = 0; v < plan->variant_count; v++) {
        const rondo_plan_variant *variant = &plan->variants[v];
        rondo_text_add(text, "{");
        add_string(text, "name", variant->name);
        rondo_text_add(text, ", ");
        add_integer(text, "parameters", variant->parameters);
        rondo_text_add(text, ", ");
        add_settings(text, "set", &variant->settings);
        rondo_text_add(text, ", ");
        add_settings(text, "drawn", &variant->drawn);
        rondo_text_add(text, v + 1 < plan->variant_count ? "},\n" : "}],\n");
    }
    add_key(text, "runs");
    rondo_text_add(text, "[\n");
    for (int64_t i = 0; i < plan->run_count; i++) {
        add_run(text, plan, &plan->runs[i]);
        rondo_text_add(text, i + 1 < plan->run_count ? ",\n" : "]}\n");
    }
}
