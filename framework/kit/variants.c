#include "kit/kit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plugin/options.h"

enum { MOST_COMBINATIONS = 64, MOST_LEVELS = 64, MOST_VARIANTS = 4096 };

/* Ends of ranges are tried where a plugin can be run there with numbers of ordinary size. */
static const double largest_integer_end = 64, largest_real_end = 16;

/* What an option is set to: level 0 is its default. */
typedef struct option_levels {
    const rondo_option *row;
    int64_t count;
    double numbers[4]; /* of a number: default, another one, and its ends */
} option_levels;

/* Sets of levels, one an option. */
typedef struct level_table {
    option_levels *options;
    int64_t option_count;
    int32_t (*rows)[MOST_LEVELS];
    int64_t count;
} level_table;

/* A value inside the range, different from the default. */
static double moved_number(const rondo_option *row)
{
    double value;
    if (isfinite(row->high) && row->fallback < row->high)
        value = (row->fallback + fmin(row->high, row->fallback + 2)) / 2;
    else if (isfinite(row->low) && row->fallback > row->low)
        value = (row->fallback + fmax(row->low, row->fallback - 2)) / 2;
    else
        value = row->fallback + 0.25;
    return row->type == RONDO_OPTION_INTEGER ? ceil(value) : value;
}

/* One more number for a list. */
static double one_more(const rondo_option *row)
{
    if (isfinite(row->low) && isfinite(row->high)) return row->low + 0.375 * (row->high - row->low);
    return isfinite(row->low) ? row->low + 1.5 : 0.5;
}

static void add_number(option_levels *levels, double value)
{
    for (int64_t i = 0; i < levels->count; i++)
        if (levels->numbers[i] == value) return;
    levels->numbers[levels->count++] = value;
}

static void add_end(option_levels *levels, double end, uint32_t open)
{
    bool is_integer = levels->row->type == RONDO_OPTION_INTEGER;
    if (levels->row->flags & open ||
        !(fabs(end) <= (is_integer ? largest_integer_end : largest_real_end)))
        return;
    add_number(levels, end);
}

static option_levels levels_of(const rondo_option *row)
{
    option_levels levels = {.row = row};
    if (row->type == RONDO_OPTION_BOOLEAN) levels.count = 2;
    if (row->type == RONDO_OPTION_CHOICE)
        while (row->choices[levels.count] && levels.count < MOST_LEVELS)
            levels.count++;
    if (row->type == RONDO_OPTION_REALS)
        levels = (option_levels){.row = row, .count = 2, .numbers = {0, one_more(row)}};
    if (levels.count > 0) return levels;
    add_number(&levels, row->fallback);
    add_number(&levels, moved_number(row));
    add_end(&levels, row->low, RONDO_OPEN_LOW);
    add_end(&levels, row->high, RONDO_OPEN_HIGH);
    return levels;
}

static bool is_number(const option_levels *levels)
{
    return levels->row->type != RONDO_OPTION_BOOLEAN && levels->row->type != RONDO_OPTION_CHOICE;
}

static void add_row(level_table *table, const int32_t *levels)
{
    size_t size = (size_t)table->option_count * sizeof *levels;
    for (int64_t i = 0; i < table->count; i++)
        if (memcmp(table->rows[i], levels, size) == 0) return;
    if (table->count < MOST_VARIANTS) memcpy(table->rows[table->count++], levels, size);
}

/* All combinations of booleans and choices, counting through them like an odometer. */
static void add_combinations(level_table *table)
{
    int32_t levels[MOST_LEVELS] = {0};
    for (int64_t i = 0; i < table->option_count;) {
        add_row(table, levels);
        for (i = 0; i < table->option_count; i++) {
            if (is_number(&table->options[i])) continue;
            if (++levels[i] < table->options[i].count) break;
            levels[i] = 0;
        }
    }
}

static void add_each_alone(level_table *table)
{
    int32_t levels[MOST_LEVELS] = {0};
    add_row(table, levels);
    for (int64_t i = 0; i < table->option_count; i++) {
        for (levels[i] = 1; levels[i] < table->options[i].count; levels[i]++)
            add_row(table, levels);
        levels[i] = 0;
    }
    for (int64_t i = 0; i < table->option_count; i++)
        levels[i] = table->options[i].count > 1;
    add_row(table, levels);
}

/* --- pairs: any two options have any two of their levels in some set --- */

static bool has_pair(const level_table *table, int64_t i, int32_t a, int64_t j, int32_t b)
{
    for (int64_t v = 0; v < table->count; v++)
        if (table->rows[v][i] == a && table->rows[v][j] == b) return true;
    return false;
}

/* The level of option i that makes the most new pairs with the options that are chosen (level >= 0). */
static int32_t best_level(const level_table *table, const int32_t *levels, int64_t i)
{
    int32_t best = 0;
    int64_t most = -1;
    for (int32_t a = 0; a < table->options[i].count; a++) {
        int64_t made = 0;
        for (int64_t j = 0; j < table->option_count; j++)
            if (j != i && levels[j] >= 0) made += !has_pair(table, i, a, j, levels[j]);
        if (made > most) {
            most = made;
            best = a;
        }
    }
    return best;
}

static void add_pair(level_table *table, int64_t i, int32_t a, int64_t j, int32_t b)
{
    int32_t levels[MOST_LEVELS];
    if (has_pair(table, i, a, j, b)) return;
    for (int64_t k = 0; k < table->option_count; k++)
        levels[k] = k == i ? a : k == j ? b : -1;
    for (int64_t k = 0; k < table->option_count; k++)
        if (levels[k] < 0) levels[k] = best_level(table, levels, k);
    add_row(table, levels);
}

static void add_pairs(level_table *table)
{
    for (int64_t i = 0; i < table->option_count; i++)
        for (int64_t j = i + 1; j < table->option_count; j++)
            for (int32_t a = 0; a < table->options[i].count; a++)
                for (int32_t b = 0; b < table->options[j].count; b++)
                    add_pair(table, i, a, j, b);
}

static void set_option(const option_levels *levels, int32_t level, void *config, rondo_text *name)
{
    const rondo_option *row = levels->row;
    rondo_text reason = {0}, token = {0};
    char buffer[32];
    if (level == 0) return;
    if (row->type == RONDO_OPTION_BOOLEAN)
        rondo_text_add(&token, "%s", row->fallback == 0 ? "true" : "false");
    else if (row->type == RONDO_OPTION_CHOICE)
        rondo_text_add(&token, "%s",
                       row->choices[((int64_t)row->fallback + level) % levels->count]);
    else if (row->type == RONDO_OPTION_INTEGER)
        rondo_text_add(&token, "%lld", (long long)levels->numbers[level]);
    else if (row->type == RONDO_OPTION_REALS)
        rondo_text_add(&token, "%s, %s", row->fallback_text,
                       rondo_text_of_real(levels->numbers[level], buffer));
    else
        rondo_text_add(&token, "%s", rondo_text_of_real(levels->numbers[level], buffer));
    if (!rondo_options_set(row, config, rondo_text_get(&token), &reason)) {
        fprintf(stderr, "option %s cannot be set to %s: must be %s\n", row->name,
                rondo_text_get(&token), rondo_text_get(&reason));
        exit(2);
    }
    rondo_text_add(name, "%s%s=%s", name->length ? " " : "", row->name, rondo_text_get(&token));
    rondo_text_finish(&token);
    rondo_text_finish(&reason);
}

static kit_variant make_variant(const rondo_plugin *plugin, const level_table *table, int64_t index)
{
    rondo_text name = {0};
    kit_variant variant = {.config = kit_allocate(1, plugin->config_size + 1)};
    rondo_options_default(plugin->options, variant.config);
    for (int64_t i = 0; i < table->option_count; i++)
        set_option(&table->options[i], table->rows[index][i], variant.config, &name);
    if (!name.length) rondo_text_add(&name, "defaults");
    variant.name = name.data;
    return variant;
}

/* Ends of ranges of integers that are too large to run with, such as 1024 heads: what the plan says there. */
static int64_t add_far_ends(const rondo_plugin *plugin, const level_table *table, kit_variant *out)
{
    int64_t count = 0;
    for (int64_t i = 0; i < table->option_count; i++) {
        const rondo_option *row = table->options[i].row;
        const double ends[2] = {row->low, row->high};
        for (int e = 0; e < 2 && row->type == RONDO_OPTION_INTEGER; e++) {
            option_levels levels = {.row = row, .count = 2, .numbers = {row->fallback, ends[e]}};
            rondo_text name = {0};
            if (fabs(ends[e]) <= largest_integer_end || !isfinite(ends[e])) continue;
            out[count] = (kit_variant){.config = kit_allocate(1, plugin->config_size + 1),
                                       .is_plan_only = true};
            rondo_options_default(plugin->options, out[count].config);
            set_option(&levels, 1, out[count].config, &name);
            rondo_text_add(&name, ", its plan");
            out[count++].name = name.data;
        }
    }
    return count;
}

int64_t kit_variants_create(const rondo_plugin *plugin, kit_variant **out)
{
    level_table table = {.option_count = rondo_options_count(plugin->options)};
    double combinations = 1;
    if (table.option_count > MOST_LEVELS) table.option_count = MOST_LEVELS;
    table.options = kit_allocate(table.option_count, sizeof *table.options);
    table.rows = kit_allocate(MOST_VARIANTS, sizeof *table.rows);
    for (int64_t i = 0; i < table.option_count; i++) {
        table.options[i] = levels_of(&plugin->options[i]);
        if (!is_number(&table.options[i])) combinations *= (double)table.options[i].count;
    }
    add_each_alone(&table);
    if (combinations <= MOST_COMBINATIONS) add_combinations(&table);
    add_pairs(&table);
    int64_t count = table.count;
    *out = kit_allocate(count + 2 * table.option_count, sizeof **out);
    for (int64_t v = 0; v < count; v++)
        (*out)[v] = make_variant(plugin, &table, v);
    count += add_far_ends(plugin, &table, *out + count);
    free(table.options);
    free(table.rows);
    return count;
}

void kit_variants_destroy(kit_variant *variants, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        free(variants[i].name);
        free(variants[i].config);
    }
    free(variants);
}
