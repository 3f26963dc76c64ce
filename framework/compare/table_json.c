/* A comparison as one JSON object. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "compare/table.h"

static void add_key(rondo_text *text, const char *key)
{
    char last = text->length > 0 ? text->data[text->length - 1] : '{';
    rondo_text_add(text, "%s\"%s\": ", last == '{' || last == '[' ? "" : ", ", key);
}

static void add_text(rondo_text *text, const char *key, const char *value)
{
    rondo_text plain = {0};
    add_key(text, key);
    if (!value) {
        rondo_text_add(text, "null");
        return;
    }
    rondo_face_add(RONDO_FACE_TERMINAL, value, &plain);
    rondo_json_add_string(text, rondo_text_get(&plain));
    text->failed |= plain.failed;
    rondo_text_finish(&plain);
}

static void add_real(rondo_text *text, const char *key, double value)
{
    add_key(text, key);
    rondo_json_add_number(text, value);
}

static void add_reals(rondo_text *text, const char *key, const double *values, int64_t count)
{
    add_key(text, key);
    rondo_text_add(text, "[");
    for (int64_t i = 0; i < count; i++) {
        if (i > 0) rondo_text_add(text, ", ");
        rondo_json_add_number(text, values[i]);
    }
    rondo_text_add(text, "]");
}

static void add_integer(rondo_text *text, const char *key, int64_t value)
{
    add_key(text, key);
    rondo_text_add(text, "%lld", (long long)value);
}

static void add_bool(rondo_text *text, const char *key, bool value)
{
    add_key(text, key);
    rondo_text_add(text, value ? "true" : "false");
}

static void add_estimate(rondo_text *text, const char *key, const rondo_seed_estimate *estimate)
{
    add_key(text, key);
    rondo_text_add(text, "{");
    add_integer(text, "runs", estimate->count);
    add_real(text, "mean", estimate->count > 0 ? estimate->mean : NAN);
    add_real(text, "sd", estimate->count > 1 ? estimate->deviation : NAN);
    add_real(text, "low", estimate->count > 1 ? estimate->low : NAN);
    add_real(text, "high", estimate->count > 1 ? estimate->high : NAN);
    rondo_text_add(text, "}");
}

static void add_settings(rondo_text *text, const char *key, const rondo_compared_setting *settings,
                         int64_t count)
{
    add_key(text, key);
    rondo_text_add(text, "[");
    for (int64_t i = 0; i < count; i++) {
        rondo_text_add(text, "%s{", i > 0 ? ", " : "");
        add_text(text, "key", settings[i].key);
        add_text(text, "value", settings[i].value);
        rondo_text_add(text, "}");
    }
    rondo_text_add(text, "]");
}

static void add_variant(rondo_text *text, const rondo_comparison *comparison, int64_t v)
{
    const rondo_compared_variant *variant = &comparison->variants[v];
    add_text(text, "name", variant->name);
    add_text(text, "search", comparison->groups[variant->group].name);
    add_settings(text, "settings", variant->settings, variant->setting_count);
    add_settings(text, "drawn", variant->drawn, variant->drawn_count);
    add_text(text, "config", variant->config_hash);
    add_integer(text, "parameters", variant->parameters);
    add_real(text, "training_flops", variant->training_flops);
    add_text(text, "hidden", variant->hidden_text);
    add_estimate(text, "value", &variant->value);
    add_estimate(text, "best_valid", &variant->best_valid);
    add_estimate(text, "test", &variant->test);
}

static void add_unpaired(rondo_text *text, const rondo_compared_unpaired *unpaired)
{
    add_key(text, "unpaired");
    if (unpaired->first_runs == 0) {
        rondo_text_add(text, "null");
        return;
    }
    rondo_text_add(text, "{");
    add_integer(text, "runs", unpaired->first_runs);
    add_integer(text, "compared_with_runs", unpaired->second_runs);
    add_real(text, "difference", unpaired->difference);
    add_real(text, "low", unpaired->low);
    add_real(text, "high", unpaired->high);
    add_real(text, "p_welch", unpaired->p);
    rondo_text_add(text, "}");
}

static void add_pair(rondo_text *text, const rondo_comparison *comparison, int64_t p)
{
    const rondo_compared_pair *pair = &comparison->pairs[p];
    add_text(text, "variant", comparison->variants[pair->first].name);
    add_text(text, "compared_with", comparison->variants[pair->second].name);
    add_integer(text, "seeds", pair->count);
    add_estimate(text, "difference", &pair->difference);
    add_real(text, "p_t", pair->t_p);
    add_real(text, "p_exact", pair->exact_p);
    add_real(text, "p_holm", pair->adjusted_p);
    add_real(text, "g_z", pair->effect);
    add_real(text, "p_better", pair->better);
    add_real(text, "p_tost", pair->equivalent_p);
    add_text(text, "verdict", rondo_compared_verdict_text(pair->verdict));
    add_bool(text, "within_margin", pair->within_margin);
    add_integer(text, "more_seeds", pair->more_seeds);
    add_unpaired(text, &pair->unpaired);
}

static void add_run(rondo_text *text, const rondo_comparison *comparison, int64_t i)
{
    const rondo_compared_run *run = &comparison->runs[i];
    add_integer(text, "number", run->number);
    add_text(text, "variant", comparison->variants[run->variant].name);
    add_integer(text, "seed", run->seed);
    add_text(text, "state", rondo_run_state_name(run->state));
    add_integer(text, "rung", run->rung);
    add_integer(text, "epochs", run->epochs);
    add_integer(text, "best_epoch", run->best_epoch);
    add_real(text, "best_valid", run->best_valid);
    add_real(text, "test", run->test);
    add_real(text, "value", run->value);
    add_text(text, "config", run->config_hash);
    add_text(text, "folder", run->name);
    add_text(text, "repeat", run->repeat);
    add_text(text, "reason", run->reason);
}

static void add_group(rondo_text *text, const rondo_comparison *comparison, int64_t g)
{
    const rondo_compared_group *group = &comparison->groups[g];
    add_text(text, "name", group->name);
    add_integer(text, "variants", group->variant_count);
    add_text(text, "best", group->best >= 0 ? comparison->variants[group->best].name : NULL);
    add_reals(text, "expected_best", group->expected, group->expected_count);
    add_reals(text, "expected_best_low", group->expected_low, group->expected_count);
    add_reals(text, "expected_best_high", group->expected_high, group->expected_count);
    add_key(text, "effects");
    rondo_text_add(text, "[");
    for (int64_t e = 0; e < group->effect_count; e++) {
        rondo_text_add(text, "%s{", e > 0 ? ", " : "");
        add_text(text, "key", group->effects[e].key);
        add_real(text, "share", group->effects[e].share);
        add_real(text, "low", group->effects[e].low);
        add_real(text, "high", group->effects[e].high);
        add_real(text, "rank_share", group->effects[e].rank_share);
        add_real(text, "p", group->effects[e].p);
        rondo_text_add(text, "}");
    }
    rondo_text_add(text, "]");
}

static void add_rung(rondo_text *text, const rondo_comparison *comparison, int64_t r)
{
    const rondo_compared_rung *rung = &comparison->rungs[r];
    add_integer(text, "epochs", rung->epochs);
    add_integer(text, "reached", rung->reached);
    add_integer(text, "ended", rung->ended);
    add_integer(text, "failed", rung->failed);
}

static void add_list(rondo_text *text, const rondo_comparison *comparison, const char *key,
                     int64_t count, void (*add)(rondo_text *, const rondo_comparison *, int64_t))
{
    add_key(text, key);
    rondo_text_add(text, "[");
    for (int64_t i = 0; i < count; i++) {
        rondo_text_add(text, "%s\n  {", i > 0 ? "," : "");
        add(text, comparison, i);
        rondo_text_add(text, "}");
    }
    rondo_text_add(text, "]");
}

static void add_notes(rondo_text *text, const rondo_comparison *comparison)
{
    rondo_text notes = {0};
    rondo_comparison_notes(comparison, &notes);
    add_text(text, "notes", rondo_text_get(&notes));
    text->failed |= notes.failed;
    rondo_text_finish(&notes);
}

void rondo_comparison_json(const rondo_comparison *comparison, rondo_text *text)
{
    rondo_text_add(text, "{");
    add_text(text, "name", comparison->name);
    add_text(text, "metric", comparison->metric.name);
    add_text(text, "unit", comparison->metric.unit);
    add_bool(text, "higher_is_better", comparison->metric.higher_is_better);
    add_bool(text, "declared", comparison->is_declared);
    add_text(text, "baseline", comparison->baseline);
    add_real(text, "margin", comparison->margin);
    add_integer(text, "family", comparison->family);
    add_list(text, comparison, "variants", comparison->variant_count, add_variant);
    add_list(text, comparison, "pairs", comparison->pair_count, add_pair);
    add_list(text, comparison, "searches", comparison->group_count, add_group);
    add_list(text, comparison, "rungs", comparison->rung_count, add_rung);
    add_list(text, comparison, "runs", comparison->run_count, add_run);
    add_notes(text, comparison);
    rondo_text_add(text, "}\n");
}
