#include "sweep/examine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/metric_rows.h"
#include "sweep/findings.h"

/* The sets of a variant, and the places they are told by. */
typedef struct set_texts {
    rondo_owned owned;
    const char **sets, **places;
} set_texts;

static void make_sets(const rondo_plan_variant *variant, set_texts *texts)
{
    size_t count = (size_t)variant->settings.count + 1;
    texts->sets = rondo_owned_take(&texts->owned, count * sizeof *texts->sets);
    texts->places = rondo_owned_take(&texts->owned, count * sizeof *texts->places);
    for (int64_t i = 0; !texts->owned.failed && i < variant->settings.count; i++) {
        const rondo_setting *setting = &variant->settings.items[i];
        size_t size = strlen(setting->path) + strlen(setting->value) + 2;
        char *text = rondo_owned_take(&texts->owned, size);
        if (text) snprintf(text, size, "%s=%s", setting->path, setting->value);
        texts->sets[i] = text;
        texts->places[i] = setting->at;
    }
}

rondo_status rondo_variant_load(const rondo_sweep *sweep, const rondo_plan_variant *variant,
                                rondo_registry *registry, rondo_experiment **out,
                                rondo_error *error)
{
    set_texts texts = {0};
    *out = NULL;
    make_sets(variant, &texts);
    rondo_status status = rondo_owned_check(&texts.owned, "plan", error);
    if (!status)
        status = rondo_experiment_load_named(sweep->base_path, texts.sets, texts.places,
                                             variant->settings.count, registry, out, error);
    rondo_owned_finish(&texts.owned);
    return status;
}

static void check_figure(const rondo_experiment *experiment, const char *key, const char *metric,
                         const char *at, rondo_text *text)
{
    rondo_metric_row rows[RONDO_MAX_METRIC_ROWS];
    const char *names[RONDO_MAX_METRIC_ROWS], *figure;
    char split[8];
    if (!metric || !rondo_metric_parts(metric, split, &figure)) return;
    int64_t count = rondo_experiment_metrics(experiment, rows);
    int64_t row = rondo_metric_rows_find(rows, count, figure);
    const char *lacks = row >= 0 ? rondo_metric_row_lacks(experiment, &rows[row], split) : NULL;
    if (row >= 0 && !lacks) return;
    rondo_text_add(text, "%s%s: %s: no run has \"%s\": ", text->length > 0 ? "\n" : "", at, key,
                   metric);
    if (lacks) {
        rondo_text_add(text, "%s", lacks);
        return;
    }
    rondo_text_add(text, "figures are");
    for (int64_t i = 0; i < count; i++) {
        names[i] = rows[i].name;
        rondo_text_add(text, "%s %s", i > 0 ? "," : "", names[i]);
    }
    const char *nearest = rondo_text_nearest(figure, names, count);
    if (nearest) rondo_text_add(text, "; did you mean %s %s?", split, nearest);
}

/* A split that is empty has no figures. */
static void check_split(const rondo_experiment *experiment, const char *key, const char *metric,
                        const char *at, rondo_text *text)
{
    const rondo_data_config *data = &experiment->data;
    const char *figure;
    char split[8];
    if (!metric || !rondo_metric_parts(metric, split, &figure)) return;
    bool is_test = strcmp(split, "test") == 0;
    if (strcmp(split, "train") == 0) return;
    const rondo_split_part *part = is_test ? &data->split.test : &data->split.valid;
    bool has_splits = rondo_format_has(data, RONDO_PROVIDES_SPLITS);
    bool has_files = rondo_format_has(data, RONDO_PROVIDES_FILES);
    bool is_empty = has_splits ? data->format->split_count(data, is_test ? 2 : 1) == 0
                               : !part->path && part->count == 0 && part->fraction <= 0;
    /* The files of a folder, a series and others have their splits elsewhere; what is not there is
     * missed by name when runs meet their data. */
    if (has_files && (!data->path || !rondo_file_exists(data->path) ||
                      rondo_file_is_folder(data->path) || has_splits))
        return;
    if (is_empty)
        rondo_text_add(text, "%s%s: %s: no run has \"%s\": there is no %s split (%s.%s)",
                       text->length > 0 ? "\n" : "", at, key, metric, split,
                       has_splits ? "data.options" : "data.split", split);
}

static void check_metrics(const rondo_sweep *sweep, const rondo_experiment *experiment,
                          rondo_text *text)
{
    const rondo_compare_config *compare = &sweep->compare;
    const rondo_halving_config *halving = &sweep->halving;
    check_figure(experiment, "compare.metric", compare->metric, compare->metric_at, text);
    check_split(experiment, "compare.metric", compare->metric, compare->metric_at, text);
    if (halving->rung_count == 0) return;
    check_figure(experiment, "halving.metric", halving->metric, halving->at, text);
    check_split(experiment, "halving.metric", halving->metric, halving->at, text);
}

/* Two variants are the same where their resolved configs are, apart from where they are written. */
typedef struct config_text {
    const char *text;
    int64_t variant;
} config_text;

/* The sections data, model and loss as printed, what of other sections the checks with the data
 * look at, and the optimizer, which has slots. */
static const char *shape_of(const rondo_experiment *experiment, const char *text,
                            rondo_owned *owned)
{
    rondo_text key = {0};
    const char *start = strstr(text, "\ndata:\n");
    const char *end = start ? strstr(start, "\noptimizer:\n") : NULL;
    rondo_text_add(&key, "%s %llu %s %s %d %d", experiment->task->head.name,
                   (unsigned long long)rondo_experiment_seed(experiment, RONDO_SEED_DATA),
                   experiment->train.monitor, experiment->optimizer.optimizer->head.name,
                   experiment->train.weight_noise > 0, experiment->train.precision);
    if (start && end) rondo_text_add_bytes(&key, start, (size_t)(end - start));
    const char *kept = rondo_owned_copy(owned, rondo_text_get(&key), key.length);
    rondo_owned_release(owned, &key);
    return kept ? kept : "";
}

static char *resolved(rondo_experiment *experiment)
{
    rondo_text text = {0};
    experiment->output.folder = "";
    rondo_experiment_print(experiment, &text);
    if (text.failed) rondo_text_finish(&text);
    return text.data;
}

static int compare_texts(const void *a, const void *b)
{
    const config_text *left = a, *right = b;
    int order = strcmp(left->text, right->text);
    return order ? order : (left->variant > right->variant) - (left->variant < right->variant);
}

/* Trials of one search: discrete draws repeat by chance, and drawing with replacement is what the
 * expected best of n trials is computed for. */
static bool are_trials(const rondo_sweep *sweep, int64_t a, int64_t b)
{
    return sweep->search.trials > 0 && a / sweep->search.trials == b / sweep->search.trials;
}

static void find_same(const rondo_sweep *sweep, const rondo_plan *plan, config_text *texts,
                      rondo_findings *findings)
{
    qsort(texts, (size_t)plan->variant_count, sizeof *texts, compare_texts);
    for (int64_t i = 1; i < plan->variant_count; i++) {
        if (!texts[i].text[0] || strcmp(texts[i - 1].text, texts[i].text) != 0) continue;
        if (are_trials(sweep, texts[i - 1].variant, texts[i].variant)) continue;
        const rondo_plan_variant *variant = &plan->variants[texts[i].variant];
        rondo_text line = {0};
        const rondo_plan_variant *other = &plan->variants[texts[i - 1].variant];
        const rondo_settings *settings =
            variant->settings.count > 0 ? &variant->settings : &other->settings;
        const char *at =
            settings->count > 0 ? settings->items[settings->count - 1].at : sweep->path;
        rondo_text_add(&line, "%s: variants \"%s\" and \"%s\" are the same runs: leave one out", at,
                       other->name, variant->name);
        rondo_findings_add(findings, rondo_text_get(&line), variant->name, sweep->seed_count);
        rondo_owned_release(&findings->owned, &line);
    }
}

static rondo_status examine(const rondo_sweep *sweep, const rondo_plan_variant *variant,
                            rondo_registry *registry, rondo_owned *owned, rondo_examined *examined,
                            char **text, rondo_error *error)
{
    rondo_experiment *experiment;
    rondo_text problems = {0};
    rondo_status status = rondo_variant_load(sweep, variant, registry, &experiment, error);
    if (status) return status;
    examined->seed = experiment->seed;
    memcpy(examined->own, &experiment->seeds, sizeof examined->own);
    check_metrics(sweep, experiment, &problems);
    *text = resolved(experiment);
    if (*text)
        examined->shape = shape_of(experiment, *text, owned);
    else
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: plan");
    if (problems.length > 0) {
        error->text[0] = '\0';
        status = rondo_error_add_lines(error, RONDO_USAGE, rondo_text_get(&problems));
    }
    rondo_text_finish(&problems);
    rondo_experiment_destroy(experiment);
    return status;
}

/* A missing base is one mistake, not one of each run. */
static rondo_status check_base(const rondo_sweep *sweep, rondo_error *error)
{
    if (rondo_file_exists(sweep->base_path) && !rondo_file_is_folder(sweep->base_path))
        return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "%s: base: %s: no such file; the path is relative to the sweep file",
                           sweep->base_at, sweep->base_path);
}

rondo_status rondo_examine_variants(const rondo_sweep *sweep, rondo_plan *plan,
                                    rondo_registry *registry, rondo_examined *examined,
                                    rondo_error *error)
{
    rondo_findings findings = {0};
    rondo_status status = check_base(sweep, error);
    if (status) return status;
    config_text *texts = calloc((size_t)plan->variant_count, sizeof *texts);
    if (!texts) return rondo_error_set(error, RONDO_FAILED, "not enough memory: plan");
    for (int64_t i = 0; !status && i < plan->variant_count; i++) {
        const rondo_plan_variant *variant = &plan->variants[i];
        char *text = NULL;
        status = examine(sweep, variant, registry, &plan->owned, &examined[i], &text, error);
        texts[i] = (config_text){text ? text : "", i};
        if (status != RONDO_USAGE) continue;
        rondo_findings_add(&findings, error->text, variant->name, sweep->seed_count);
        status = RONDO_OK;
    }
    if (!status) find_same(sweep, plan, texts, &findings);
    if (!status)
        status = rondo_findings_report(&findings, plan->variant_count * sweep->seed_count, error);
    for (int64_t i = 0; i < plan->variant_count; i++)
        if (texts[i].text && texts[i].text[0]) free((char *)texts[i].text);
    free(texts);
    rondo_findings_finish(&findings);
    return status;
}
