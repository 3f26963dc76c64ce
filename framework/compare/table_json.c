/* A comparison as one JSON object. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "compare/table.h"

static void add_text(rondo_json *json, const char *key, const char *value)
{
    rondo_text plain = {0};
    if (!value) {
        rondo_json_null(json, key);
        return;
    }
    rondo_face_add(RONDO_FACE_TERMINAL, value, &plain);
    rondo_json_string(json, key, rondo_text_get(&plain));
    json->text->failed |= plain.failed;
    rondo_text_finish(&plain);
}

static void add_reals(rondo_json *json, const char *key, const double *values, int64_t count)
{
    rondo_json_begin(json, key, '[');
    for (int64_t i = 0; i < count; i++)
        rondo_json_real(json, NULL, values[i]);
    rondo_json_end(json, ']');
}

static void add_estimate(rondo_json *json, const char *key, const rondo_seed_estimate *estimate)
{
    rondo_json_begin(json, key, '{');
    rondo_json_integer(json, "runs", estimate->count);
    rondo_json_real(json, "mean", estimate->count > 0 ? estimate->mean : NAN);
    rondo_json_real(json, "sd", estimate->count > 1 ? estimate->deviation : NAN);
    rondo_json_real(json, "low", estimate->count > 1 ? estimate->low : NAN);
    rondo_json_real(json, "high", estimate->count > 1 ? estimate->high : NAN);
    rondo_json_end(json, '}');
}

static void add_settings(rondo_json *json, const char *key, const rondo_compared_setting *settings,
                         int64_t count)
{
    rondo_json_begin(json, key, '[');
    for (int64_t i = 0; i < count; i++) {
        rondo_json_begin(json, NULL, '{');
        add_text(json, "key", settings[i].key);
        add_text(json, "value", settings[i].value);
        rondo_json_end(json, '}');
    }
    rondo_json_end(json, ']');
}

static void add_variant(rondo_json *json, const rondo_comparison *comparison, int64_t v)
{
    const rondo_compared_variant *variant = &comparison->variants[v];
    add_text(json, "name", variant->name);
    add_text(json, "search", comparison->groups[variant->group].name);
    add_settings(json, "settings", variant->settings, variant->setting_count);
    add_settings(json, "drawn", variant->drawn, variant->drawn_count);
    add_text(json, "config", variant->config_hash);
    rondo_json_integer(json, "parameters", variant->parameters);
    rondo_json_real(json, "training_flops", variant->training_flops);
    add_text(json, "hidden", variant->hidden_text);
    add_estimate(json, "value", &variant->value);
    add_estimate(json, "best_valid", &variant->best_valid);
    add_estimate(json, "test", &variant->test);
}

static void add_unpaired(rondo_json *json, const rondo_compared_unpaired *unpaired)
{
    if (unpaired->first_runs == 0) {
        rondo_json_null(json, "unpaired");
        return;
    }
    rondo_json_begin(json, "unpaired", '{');
    rondo_json_integer(json, "runs", unpaired->first_runs);
    rondo_json_integer(json, "compared_with_runs", unpaired->second_runs);
    rondo_json_real(json, "difference", unpaired->difference);
    rondo_json_real(json, "low", unpaired->low);
    rondo_json_real(json, "high", unpaired->high);
    rondo_json_real(json, "p_welch", unpaired->p);
    rondo_json_end(json, '}');
}

static void add_pair(rondo_json *json, const rondo_comparison *comparison, int64_t p)
{
    const rondo_compared_pair *pair = &comparison->pairs[p];
    add_text(json, "variant", comparison->variants[pair->first].name);
    add_text(json, "compared_with", comparison->variants[pair->second].name);
    rondo_json_integer(json, "seeds", pair->count);
    add_estimate(json, "difference", &pair->difference);
    rondo_json_real(json, "p_t", pair->t_p);
    rondo_json_real(json, "p_exact", pair->exact_p);
    rondo_json_real(json, "p_holm", pair->adjusted_p);
    rondo_json_real(json, "g_z", pair->effect);
    rondo_json_real(json, "p_better", pair->better);
    rondo_json_real(json, "p_tost", pair->equivalent_p);
    add_text(json, "verdict", rondo_compared_verdict_text(pair->verdict));
    rondo_json_bool(json, "within_margin", pair->within_margin);
    rondo_json_integer(json, "more_seeds", pair->more_seeds);
    add_unpaired(json, &pair->unpaired);
}

static void add_run(rondo_json *json, const rondo_comparison *comparison, int64_t i)
{
    const rondo_compared_run *run = &comparison->runs[i];
    rondo_json_integer(json, "number", run->number);
    add_text(json, "variant", comparison->variants[run->variant].name);
    rondo_json_integer(json, "seed", run->seed);
    add_text(json, "state", rondo_run_state_name(run->state));
    rondo_json_integer(json, "rung", run->rung);
    rondo_json_integer(json, "epochs", run->epochs);
    rondo_json_integer(json, "best_epoch", run->best_epoch);
    rondo_json_real(json, "best_valid", run->best_valid);
    rondo_json_real(json, "test", run->test);
    rondo_json_real(json, "value", run->value);
    add_text(json, "config", run->config_hash);
    add_text(json, "folder", run->name);
    add_text(json, "repeat", run->repeat);
    add_text(json, "reason", run->reason);
}

static void add_group(rondo_json *json, const rondo_comparison *comparison, int64_t g)
{
    const rondo_compared_group *group = &comparison->groups[g];
    add_text(json, "name", group->name);
    rondo_json_integer(json, "variants", group->variant_count);
    add_text(json, "best", group->best >= 0 ? comparison->variants[group->best].name : NULL);
    add_reals(json, "expected_best", group->expected, group->expected_count);
    add_reals(json, "expected_best_low", group->expected_low, group->expected_count);
    add_reals(json, "expected_best_high", group->expected_high, group->expected_count);
    rondo_json_begin(json, "effects", '[');
    for (int64_t e = 0; e < group->effect_count; e++) {
        rondo_json_begin(json, NULL, '{');
        add_text(json, "key", group->effects[e].key);
        rondo_json_real(json, "share", group->effects[e].share);
        rondo_json_real(json, "low", group->effects[e].low);
        rondo_json_real(json, "high", group->effects[e].high);
        rondo_json_real(json, "rank_share", group->effects[e].rank_share);
        rondo_json_real(json, "p", group->effects[e].p);
        rondo_json_end(json, '}');
    }
    rondo_json_end(json, ']');
}

static void add_rung(rondo_json *json, const rondo_comparison *comparison, int64_t r)
{
    const rondo_compared_rung *rung = &comparison->rungs[r];
    rondo_json_integer(json, "epochs", rung->epochs);
    rondo_json_integer(json, "reached", rung->reached);
    rondo_json_integer(json, "ended", rung->ended);
    rondo_json_integer(json, "failed", rung->failed);
}

static void add_list(rondo_json *json, const rondo_comparison *comparison, const char *key,
                     int64_t count, void (*add)(rondo_json *, const rondo_comparison *, int64_t))
{
    rondo_json_begin(json, key, '[');
    for (int64_t i = 0; i < count; i++) {
        rondo_json_break(json, 2);
        rondo_json_begin(json, NULL, '{');
        add(json, comparison, i);
        rondo_json_end(json, '}');
    }
    rondo_json_end(json, ']');
}

static void add_notes(rondo_json *json, const rondo_comparison *comparison)
{
    rondo_text notes = {0};
    rondo_comparison_notes(comparison, &notes);
    add_text(json, "notes", rondo_text_get(&notes));
    json->text->failed |= notes.failed;
    rondo_text_finish(&notes);
}

void rondo_comparison_json(const rondo_comparison *comparison, rondo_text *text)
{
    rondo_json writer = {.text = text}, *json = &writer;
    rondo_json_begin(json, NULL, '{');
    add_text(json, "name", comparison->name);
    add_text(json, "metric", comparison->metric.name);
    add_text(json, "unit", comparison->metric.unit);
    rondo_json_bool(json, "higher_is_better", comparison->metric.higher_is_better);
    rondo_json_bool(json, "declared", comparison->is_declared);
    add_text(json, "baseline", comparison->baseline);
    rondo_json_real(json, "margin", comparison->margin);
    rondo_json_integer(json, "family", comparison->family);
    add_list(json, comparison, "variants", comparison->variant_count, add_variant);
    add_list(json, comparison, "pairs", comparison->pair_count, add_pair);
    add_list(json, comparison, "searches", comparison->group_count, add_group);
    add_list(json, comparison, "rungs", comparison->rung_count, add_rung);
    add_list(json, comparison, "runs", comparison->run_count, add_run);
    add_notes(json, comparison);
    rondo_json_end(json, '}');
    rondo_text_add(text, "\n");
}
