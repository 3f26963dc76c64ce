#include "kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plugin/options.h"

enum { MAX_COMBINATIONS = 64 };

static int64_t choices_of(const rondo_option *row)
{
    int64_t count = 0;
    if (row->type == RONDO_OPTION_BOOLEAN) return 2;
    if (row->type != RONDO_OPTION_CHOICE) return 1;
    while (row->choices[count])
        count++;
    return count;
}

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

/* Sets a row to its default moved on by `move` places (numbers: default or moved). */
static void set_row(const rondo_option *row, void *config, int64_t move, rondo_text *name)
{
    rondo_text reason = {0}, token = {0};
    char buffer[32];
    if (move == 0) return;
    if (row->type == RONDO_OPTION_BOOLEAN)
        rondo_text_add(&token, "%s", row->fallback == 0 ? "true" : "false");
    else if (row->type == RONDO_OPTION_CHOICE)
        rondo_text_add(&token, "%s",
                       row->choices[((int64_t)row->fallback + move) % choices_of(row)]);
    else
        rondo_text_add(&token, "%s", rondo_text_of_real(moved_number(row), buffer));
    if (rondo_options_set(row, config, rondo_text_get(&token), &reason))
        rondo_text_add(name, "%s%s=%s", name->length ? " " : "", row->name, rondo_text_get(&token));
    rondo_text_finish(&token);
    rondo_text_finish(&reason);
}

static kit_variant make_variant(const rondo_plugin *plugin, const int64_t *moves)
{
    rondo_text name = {0};
    kit_variant variant = {.config = kit_allocate(1, plugin->config_size + 1)};
    rondo_options_default(plugin->options, variant.config);
    int64_t count = rondo_options_count(plugin->options);
    for (int64_t i = 0; i < count; i++)
        set_row(&plugin->options[i], variant.config, moves[i], &name);
    if (!name.length) rondo_text_add(&name, "defaults");
    variant.name = name.data;
    return variant;
}

/* All combinations of booleans and choices, counting through them like an odometer. */
static int64_t add_combinations(const rondo_plugin *plugin, int64_t *moves, int64_t rows,
                                kit_variant *variants)
{
    int64_t count = 0;
    for (;;) {
        variants[count++] = make_variant(plugin, moves);
        int64_t i = 0;
        for (; i < rows; i++) {
            if (++moves[i] < choices_of(&plugin->options[i])) break;
            moves[i] = 0;
        }
        if (i == rows) return count;
    }
}

static int64_t add_each_alone(const rondo_plugin *plugin, int64_t *moves, int64_t rows,
                              bool numbers, kit_variant *variants)
{
    int64_t count = 0;
    for (int64_t i = 0; i < rows; i++) {
        bool number = choices_of(&plugin->options[i]) == 1;
        int64_t end = number ? 2 : choices_of(&plugin->options[i]);
        if (number != numbers) continue;
        for (moves[i] = 1; moves[i] < end; moves[i]++)
            variants[count++] = make_variant(plugin, moves);
        moves[i] = 0;
    }
    return count;
}

int64_t kit_variants_create(const rondo_plugin *plugin, kit_variant **out)
{
    int64_t rows = rondo_options_count(plugin->options), combinations = 1, values = 0, count = 0;
    int64_t *moves = kit_allocate(rows, sizeof *moves);
    for (int64_t i = 0; i < rows; i++) {
        values += choices_of(&plugin->options[i]) + 1;
        combinations *= choices_of(&plugin->options[i]);
        if (combinations > MAX_COMBINATIONS) combinations = MAX_COMBINATIONS + 1;
    }
    kit_variant *variants = kit_allocate(MAX_COMBINATIONS + values + 2, sizeof *variants);
    if (combinations <= MAX_COMBINATIONS) {
        count = add_combinations(plugin, moves, rows, variants);
    } else {
        variants[count++] = make_variant(plugin, moves);
        count += add_each_alone(plugin, moves, rows, false, variants + count);
    }
    count += add_each_alone(plugin, moves, rows, true, variants + count);
    for (int64_t i = 0; i < rows; i++)
        moves[i] = 1;
    if (rows > 0) variants[count++] = make_variant(plugin, moves);
    free(moves);
    *out = variants;
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
