/* Tables for people. */
#include "compare/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare/collect_private.h"

enum { CELL_SIZE = 64, WIDE_SIZE = 4 * CELL_SIZE, MOST_PAIRS = 60, MOST_TRIALS = 20 };

/* --- numbers --- */

/* Decimals that show two figures of the smallest half width; 4 where there is none. */
static int decimals_of(double half_width)
{
    if (!(half_width > 0) || !isfinite(half_width)) return 4;
    int decimals = 1 - (int)floor(log10(half_width));
    return decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
}

static double smaller(double a, double b)
{
    return isfinite(b) && b > 0 && !(a <= b) ? b : a;
}

static double half_width(const rondo_seed_estimate *estimate)
{
    return (estimate->high - estimate->low) / 2;
}

static const char *fixed(double value, int decimals, char cell[CELL_SIZE])
{
    if (!isfinite(value))
        snprintf(cell, CELL_SIZE, "-");
    else if (value != 0 && fabs(value) >= 1e7)
        snprintf(cell, CELL_SIZE, "%.4g", value);
    else
        snprintf(cell, CELL_SIZE, "%.*f", decimals, value);
    return cell;
}

/* "0.4861 [0.4810, 0.4912]", or the mean alone. */
static const char *interval(const rondo_seed_estimate *estimate, int decimals, char cell[WIDE_SIZE])
{
    char mean[CELL_SIZE], low[CELL_SIZE], high[CELL_SIZE];
    if (estimate->count == 0) return "-";
    fixed(estimate->mean, decimals, mean);
    if (isnan(estimate->low)) {
        snprintf(cell, WIDE_SIZE, "%s", mean);
    } else {
        fixed(estimate->low, decimals, low);
        fixed(estimate->high, decimals, high);
        snprintf(cell, WIDE_SIZE, "%s [%s, %s]", mean, low, high);
    }
    return cell;
}

static const char *short_number(double value, char cell[CELL_SIZE])
{
    if (!isfinite(value)) return "-";
    snprintf(cell, CELL_SIZE, "%.4g", value);
    return cell;
}

static const char *integer(int64_t value, char cell[CELL_SIZE])
{
    if (value == 0) return "-";
    snprintf(cell, CELL_SIZE, "%lld", (long long)value);
    return cell;
}

static double mean_of(const rondo_seed_estimate *estimate)
{
    return estimate->count > 0 ? estimate->mean : NAN;
}

/* --- variants --- */

static bool has_test(const rondo_comparison *comparison)
{
    for (int64_t v = 0; v < comparison->variant_count; v++)
        if (comparison->variants[v].test.count > 0) return true;
    return false;
}

static bool has_valid(const rondo_comparison *comparison)
{
    for (int64_t v = 0; v < comparison->variant_count; v++)
        if (comparison->variants[v].best_valid.count > 0) return true;
    return false;
}

static int value_decimals(const rondo_comparison *comparison)
{
    double least = NAN;
    for (int64_t v = 0; v < comparison->variant_count; v++) {
        const rondo_compared_variant *variant = &comparison->variants[v];
        least = smaller(half_width(&variant->value), least);
        least = smaller(half_width(&variant->best_valid), least);
        least = smaller(half_width(&variant->test), least);
    }
    return decimals_of(least);
}

static void add_variant(const rondo_comparison *comparison, int64_t v, int decimals,
                        rondo_grid *grid)
{
    const rondo_compared_variant *variant = &comparison->variants[v];
    char cell[WIDE_SIZE];
    rondo_grid_add(grid, variant->name);
    rondo_grid_format(grid, "%s", integer(variant->parameters, cell));
    rondo_grid_format(grid, "%s", short_number(variant->training_flops, cell));
    rondo_grid_add(grid, variant->hidden_text);
    rondo_grid_format(grid, "%lld", (long long)variant->value.count);
    if (has_valid(comparison))
        rondo_grid_format(grid, "%s", interval(&variant->best_valid, decimals, cell));
    if (has_test(comparison))
        rondo_grid_format(grid, "%s", interval(&variant->test, decimals, cell));
    if (comparison->metric.split == RONDO_TRAIN)
        rondo_grid_format(grid, "%s", interval(&variant->value, decimals, cell));
}

static void show_variants(const rondo_comparison *comparison, rondo_grid *grid)
{
    const rondo_compared_metric *metric = &comparison->metric;
    int decimals = value_decimals(comparison);
    rondo_grid_column(grid, "variant", true);
    rondo_grid_column(grid, "parameters", false);
    rondo_grid_column(grid, "FLOP/token", false);
    rondo_grid_column(grid, "hidden", false);
    rondo_grid_column(grid, "runs", false);
    if (has_valid(comparison))
        rondo_grid_column(grid, rondo_compared_text(grid->owned, "best valid %s", metric->figure),
                          false);
    if (has_test(comparison))
        rondo_grid_column(grid, rondo_compared_text(grid->owned, "test %s", metric->figure), false);
    if (metric->split == RONDO_TRAIN) rondo_grid_column(grid, metric->name, false);
    for (int64_t v = 0; v < comparison->variant_count; v++)
        add_variant(comparison, v, decimals, grid);
}

/* --- pairs --- */

static int difference_decimals(const rondo_comparison *comparison)
{
    double least = NAN;
    for (int64_t p = 0; p < comparison->pair_count; p++)
        least = smaller(half_width(&comparison->pairs[p].difference), least);
    return decimals_of(least);
}

static const char *verdict_of(const rondo_compared_pair *pair, char cell[CELL_SIZE])
{
    const char *text = rondo_compared_verdict_text(pair->verdict);
    bool differs = pair->verdict == RONDO_COMPARED_BETTER || pair->verdict == RONDO_COMPARED_WORSE;
    if (differs && pair->within_margin) {
        snprintf(cell, CELL_SIZE, "%s, by less than the margin", text);
        return cell;
    }
    if (pair->verdict != RONDO_COMPARED_OPEN || pair->more_seeds == 0) return text;
    if (pair->more_seeds < 0)
        snprintf(cell, CELL_SIZE, "%s; over 1000 more seeds", text);
    else
        snprintf(cell, CELL_SIZE, "%s; about %lld more seed%s", text, (long long)pair->more_seeds,
                 pair->more_seeds == 1 ? "" : "s");
    return cell;
}

static void add_pair(const rondo_comparison *comparison, const rondo_compared_pair *pair,
                     int decimals, rondo_grid *grid)
{
    char cell[WIDE_SIZE];
    rondo_grid_add(grid, comparison->variants[pair->first].name);
    rondo_grid_add(grid, comparison->variants[pair->second].name);
    rondo_grid_format(grid, "%lld", (long long)pair->count);
    rondo_grid_format(grid, "%s", interval(&pair->difference, decimals, cell));
    rondo_grid_probability(grid, pair->t_p);
    rondo_grid_probability(grid, pair->exact_p);
    rondo_grid_probability(grid, pair->adjusted_p);
    rondo_grid_format(grid, "%s", fixed(pair->effect, 2, cell));
    rondo_grid_format(grid, "%s", fixed(pair->better, 2, cell));
    if (!isnan(comparison->margin)) rondo_grid_probability(grid, pair->equivalent_p);
    rondo_grid_format(grid, "%s", verdict_of(pair, cell));
}

static void show_pairs(const rondo_comparison *comparison, int64_t most, rondo_grid *grid)
{
    int decimals = difference_decimals(comparison);
    rondo_grid_column(grid, "variant", true);
    rondo_grid_column(grid, "compared with", true);
    rondo_grid_column(grid, "seeds", false);
    rondo_grid_column(grid, "difference", false);
    rondo_grid_column(grid, "p (t)", false);
    rondo_grid_column(grid, "p (exact)", false);
    rondo_grid_column(grid, "p (Holm)", false);
    rondo_grid_column(grid, "g_z", false);
    rondo_grid_column(grid, "P(better)", false);
    if (!isnan(comparison->margin)) rondo_grid_column(grid, "p (TOST)", false);
    rondo_grid_column(grid, "verdict", true);
    for (int64_t p = 0; p < comparison->pair_count && p < most; p++)
        add_pair(comparison, &comparison->pairs[p], decimals, grid);
}

/* Pairs without shared seeds: a table of its own, for it is no basis of a verdict. */
static void show_unpaired(const rondo_comparison *comparison, rondo_grid *grid)
{
    char cell[WIDE_SIZE];
    double least = NAN;
    int64_t shown = 0;
    for (int64_t p = 0; p < comparison->pair_count; p++) {
        const rondo_compared_unpaired *u = &comparison->pairs[p].unpaired;
        if (u->first_runs > 0) least = smaller((u->high - u->low) / 2, least);
    }
    for (int64_t p = 0; p < comparison->pair_count && shown < MOST_PAIRS; p++) {
        const rondo_compared_pair *pair = &comparison->pairs[p];
        const rondo_compared_unpaired *u = &pair->unpaired;
        const rondo_seed_estimate estimate = {
            .count = u->first_runs, .mean = u->difference, .low = u->low, .high = u->high};
        if (u->first_runs == 0) continue;
        if (shown++ == 0) {
            rondo_grid_column(grid, "variant", true);
            rondo_grid_column(grid, "compared with", true);
            rondo_grid_column(grid, "runs", false);
            rondo_grid_column(grid, "difference, unpaired", false);
            rondo_grid_column(grid, "p (Welch)", false);
        }
        rondo_grid_add(grid, comparison->variants[pair->first].name);
        rondo_grid_add(grid, comparison->variants[pair->second].name);
        rondo_grid_format(grid, "%lld, %lld", (long long)u->first_runs, (long long)u->second_runs);
        rondo_grid_format(grid, "%s", interval(&estimate, decimals_of(least), cell));
        rondo_grid_probability(grid, u->p);
    }
}

/* --- runs --- */

static void show_runs(const rondo_comparison *comparison, rondo_grid *grid)
{
    static const char *const names[] = {"run", "variant", "seed", "state", "epochs", "best epoch"};
    const rondo_compared_metric *metric = &comparison->metric;
    char cell[CELL_SIZE];
    for (int c = 0; c < 6; c++)
        rondo_grid_column(grid, names[c], c == 1 || c == 3);
    rondo_grid_column(grid, rondo_compared_text(grid->owned, "best valid %s", metric->figure),
                      false);
    rondo_grid_column(grid, metric->name, false);
    rondo_grid_column(grid, "config", true);
    rondo_grid_column(grid, "folder", true);
    for (int64_t i = 0; i < comparison->run_count; i++) {
        const rondo_compared_run *run = &comparison->runs[i];
        rondo_grid_format(grid, "%lld", (long long)run->number);
        rondo_grid_add(grid, comparison->variants[run->variant].name);
        rondo_grid_format(grid, "%lld", (long long)run->seed);
        rondo_grid_add(grid, rondo_run_state_name(run->state));
        rondo_grid_format(grid, "%s", integer(run->epochs, cell));
        rondo_grid_format(grid, "%s", integer(run->best_epoch, cell));
        rondo_grid_format(grid, "%s", short_number(run->best_valid, cell));
        rondo_grid_format(grid, "%s", short_number(run->value, cell));
        rondo_grid_add(grid, run->config_hash);
        rondo_grid_add(grid, run->name);
    }
}

/* --- searches --- */

/* "learning_rate=0.0123 hidden=40" */
static const char *drawn_of(const rondo_compared_variant *variant, rondo_owned *owned)
{
    rondo_text text = {0};
    for (int64_t i = 0; i < variant->drawn_count; i++) {
        const char *point = strrchr(variant->drawn[i].key, '.');
        rondo_text_add(&text, "%s%s=%s", i > 0 ? " " : "",
                       point ? point + 1 : variant->drawn[i].key, variant->drawn[i].value);
    }
    const char *copy = rondo_owned_copy(owned, rondo_text_get(&text), text.length);
    rondo_owned_release(owned, &text);
    return copy;
}

static void add_best(const rondo_comparison *comparison, const rondo_compared_group *group,
                     rondo_grid *grid)
{
    static const rondo_compared_variant none = {.name = "-", .training_flops = NAN};
    const rondo_compared_variant *best =
        group->best >= 0 ? &comparison->variants[group->best] : &none;
    char cell[CELL_SIZE];
    rondo_grid_add(grid, best->name);
    rondo_grid_add(grid, drawn_of(best, grid->owned));
    rondo_grid_format(grid, "%s", integer(best->parameters, cell));
    rondo_grid_format(grid, "%s", short_number(mean_of(&best->best_valid), cell));
    rondo_grid_format(grid, "%s", short_number(mean_of(&best->test), cell));
}

static void show_groups(const rondo_comparison *comparison, rondo_grid *grid)
{
    static const int64_t trials[] = {1, 2, 5, 10, 20, 50, 100, 200};
    char cell[CELL_SIZE];
    int shown = 0;
    for (int64_t g = 0; g < comparison->group_count; g++)
        for (int t = 0; t < 8; t++)
            if (comparison->groups[g].expected_count >= trials[t] && t + 1 > shown) shown = t + 1;
    if (shown == 0) return;
    rondo_grid_column(grid, "search", true);
    rondo_grid_column(grid, "trials", false);
    rondo_grid_column(grid, "best trial", true);
    rondo_grid_column(grid, "drawn", true);
    rondo_grid_column(grid, "parameters", false);
    rondo_grid_column(grid, "its valid", false);
    rondo_grid_column(grid, "its test", false);
    for (int t = 0; t < shown; t++)
        rondo_grid_column(
            grid, rondo_compared_text(grid->owned, "best of %lld", (long long)trials[t]), false);
    for (int64_t g = 0; g < comparison->group_count; g++) {
        const rondo_compared_group *group = &comparison->groups[g];
        if (group->expected_count == 0) continue;
        rondo_grid_add(grid, group->name);
        rondo_grid_format(grid, "%lld", (long long)group->expected_count);
        add_best(comparison, group, grid);
        for (int t = 0; t < shown; t++)
            rondo_grid_format(grid, "%s",
                              trials[t] <= group->expected_count
                                  ? short_number(group->expected[trials[t] - 1], cell)
                                  : "-");
    }
}

static void show_effects(const rondo_comparison *comparison, rondo_grid *grid)
{
    char cell[CELL_SIZE];
    rondo_grid_column(grid, "search", true);
    rondo_grid_column(grid, "setting", true);
    rondo_grid_column(grid, "share of variance", false);
    rondo_grid_column(grid, "95 % interval", false);
    rondo_grid_column(grid, "of ranks", false);
    rondo_grid_column(grid, "p", false);
    for (int64_t g = 0; g < comparison->group_count; g++)
        for (int64_t e = 0; e < comparison->groups[g].effect_count; e++) {
            const rondo_compared_effect *effect = &comparison->groups[g].effects[e];
            rondo_grid_add(grid, comparison->groups[g].name);
            rondo_grid_add(grid, effect->key);
            rondo_grid_format(grid, "%s", fixed(effect->share, 2, cell));
            rondo_grid_format(grid, "[%.2f, %.2f]", effect->low, effect->high);
            rondo_grid_format(grid, "%s", fixed(effect->rank_share, 2, cell));
            rondo_grid_probability(grid, effect->p);
        }
}

/* --- all --- */

static void print_part(const rondo_comparison *comparison, rondo_face face, rondo_owned *owned,
                       void (*show)(const rondo_comparison *, rondo_grid *), rondo_text *text)
{
    rondo_grid grid = {.owned = owned};
    show(comparison, &grid);
    rondo_grid_print(&grid, face, text);
}

static void print_pairs(const rondo_comparison *comparison, rondo_face face, int64_t most,
                        rondo_owned *owned, rondo_text *text)
{
    rondo_grid grid = {.owned = owned};
    show_pairs(comparison, most, &grid);
    rondo_grid_print(&grid, face, text);
    if (comparison->pair_count > most)
        rondo_text_add(text, "%s%lld more pairs: --table pairs\n",
                       face == RONDO_FACE_LATEX ? "% " : "",
                       (long long)(comparison->pair_count - most));
}

static void print_all(const rondo_comparison *comparison, rondo_face face, rondo_owned *owned,
                      rondo_text *text)
{
    rondo_text heading = {0}, notes = {0};
    rondo_comparison_heading(comparison, &heading);
    rondo_face_add_lines(face, rondo_text_get(&heading), text);
    if (!comparison->is_search || comparison->variant_count <= MOST_TRIALS)
        print_part(comparison, face, owned, show_variants, text);
    print_pairs(comparison, face, MOST_PAIRS, owned, text);
    print_part(comparison, face, owned, show_unpaired, text);
    print_part(comparison, face, owned, show_groups, text);
    print_part(comparison, face, owned, show_effects, text);
    rondo_comparison_notes(comparison, &notes);
    rondo_face_add_lines(face, rondo_text_get(&notes), text);
    text->failed |= heading.failed | notes.failed;
    rondo_text_finish(&heading);
    rondo_text_finish(&notes);
}

rondo_status rondo_comparison_print(const rondo_comparison *comparison, rondo_compared_show show,
                                    rondo_face face, rondo_text *text, rondo_error *error)
{
    rondo_owned owned = {0};
    switch (show) {
    case RONDO_SHOW_VARIANTS:
        print_part(comparison, face, &owned, show_variants, text);
        break;
    case RONDO_SHOW_PAIRS:
        print_pairs(comparison, face, comparison->pair_count, &owned, text);
        break;
    case RONDO_SHOW_RUNS:
        print_part(comparison, face, &owned, show_runs, text);
        break;
    default:
        print_all(comparison, face, &owned, text);
    }
    text->failed |= owned.failed;
    rondo_owned_finish(&owned);
    return text->failed ? rondo_error_set(error, RONDO_FAILED, "not enough memory: tables")
                        : RONDO_OK;
}
