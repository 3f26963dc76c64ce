/* The table of a sweep file's keys, and the walk over it. */
#include "sweep/keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/tree.h"
#include "config/yaml.h"
#include "plugin/options.h"

#define MOST 9007199254740992.0 /* 2^53: every integer up to here is exact in a row */

#define TEXT_ROW(path, fallback)                                                                   \
    {                                                                                              \
        .type = RONDO_OPTION_TEXT, .offset = offsetof(rondo_sweep, path),                          \
        .fallback_text = fallback                                                                  \
    }
#define INTEGER_ROW(path, default_value, least, most)                                              \
    {                                                                                              \
        .type = RONDO_OPTION_INTEGER, .offset = offsetof(rondo_sweep, path),                       \
        .fallback = default_value, .low = least, .high = most                                      \
    }
#define REAL_ROW(path)                                                                             \
    {                                                                                              \
        .type = RONDO_OPTION_REAL, .flags = RONDO_OPEN_LOW, .offset = offsetof(rondo_sweep, path), \
        .low = 0, .high = HUGE_VAL                                                                 \
    }

static const rondo_option base_row = TEXT_ROW(base, NULL);
static const rondo_option trials_row = INTEGER_ROW(search.trials, 0, 1, RONDO_MAX_SWEEP_RUNS);
static const rondo_option search_seed_row = INTEGER_ROW(search.seed, 1, 0, MOST);
static const rondo_option parameters_row = INTEGER_ROW(budget.parameters, 0, 1, MOST);
static const rondo_option tokens_row = INTEGER_ROW(budget.tokens, 0, 1, MOST);
static const rondo_option seconds_row = REAL_ROW(budget.seconds);
static const rondo_option halving_metric_row = TEXT_ROW(halving.metric, "valid loss");
static const rondo_option compare_metric_row = TEXT_ROW(compare.metric, "test loss");
static const rondo_option baseline_row = TEXT_ROW(compare.baseline, NULL);
static const rondo_option margin_row = REAL_ROW(compare.margin);
static const rondo_option folder_row = TEXT_ROW(output.folder, NULL);

static const rondo_sweep_key search_keys[] = {
    {"trials", .row = &trials_row, .example = "200",
     .help = "number of random draws of all keys under draw; each trial is a variant, or, with "
             "variants and axes, one more copy of each of them, all with the same draws"},
    {"seed", .row = &search_seed_row,
     .help = "seed of the draws; independent of the seeds of runs"},
    {"draw", .read = rondo_sweep_read_draw,
     .allowed = "a mapping of keys to draws, {log_uniform: [1.0e-4, 1.0e-1]}",
     .example = "{optimizer.learning_rate: {log_uniform: [1.0e-4, 1.0e-1]}}",
     .help = "keys and what they are drawn from: uniform: [LOW, HIGH], log_uniform: [LOW, HIGH], "
             "one_minus_log_uniform: [LOW, HIGH] (1 - value is log-uniform; LOW and HIGH bound the "
             "value), integer: [LOW, HIGH], log_integer: [LOW, HIGH] (both ends included), or "
             "choice: [VALUE, ..]; a draw depends on the seed, the trial and the key alone"},
    {.name = NULL}};

static const rondo_sweep_key budget_keys[] = {
    {"parameters", .row = &parameters_row, .example = "250000",
     .help = "maximum number of trainable parameters of a variant; the keys under solve are made "
             "as large as it allows"},
    {"solve", .read = rondo_sweep_read_solve,
     .allowed = "a key of the config that is an integer, or a list of such keys",
     .example = "model.layers.0.hidden",
     .help = "the key to solve for, usually the units of a layer; keys of a list get one common "
             "value, and layers that a variant does not have are left out; values from base and "
             "variants are replaced"},
    {"tokens", .row = &tokens_row, .example = "1000000",
     .help = "training tokens per run: train.max_steps becomes the number of update steps that see "
             "at least this many tokens, at the mean size of the training split's minibatches"},
    {"seconds", .row = &seconds_row, .example = "60",
     .help = "seconds of training after which a run ends (train.max_seconds); results then depend "
             "on the machine"},
    {.name = NULL}};

static const rondo_sweep_key halving_keys[] = {
    {"metric", .row = &halving_metric_row,
     .help = "ranks the runs of a rung (ties by number): a split and a metric"},
    {"keep", .read = rondo_sweep_read_keep,
     .allowed = "a fraction such as 1/3, or a real number in (0, 1)", .example = "1/3",
     .help = "share of a rung's runs that go on to the next, at least one"},
    {"rungs", .read = rondo_sweep_read_rungs, .allowed = "a list of ascending numbers of epochs",
     .example = "[1, 3, 9]",
     .help = "epochs after which all runs are ranked; the last is train.epochs of every run"},
    {.name = NULL}};

static const rondo_sweep_key compare_keys[] = {
    {"metric", .row = &compare_metric_row,
     .help = "what comparisons are about, declared before the runs: a split and a metric"},
    {"baseline", .row = &baseline_row, .example = "lstm",
     .help = "the variant that all others are compared with; without one all pairs are compared"},
    {"margin", .row = &margin_row, .example = "0.01",
     .help = "a difference of the metric that does not matter: variants may be found equivalent"},
    {.name = NULL}};

static const rondo_sweep_key output_keys[] = {
    {"folder", .row = &folder_row, .example = "sweeps/cells",
     .help = "folder of the sweep, relative to the current folder; default: sweeps/ and the file's "
             "name; an absolute path, or one that leads upwards, must be given by --output"},
    {.name = NULL}};

const rondo_sweep_key rondo_sweep_keys[] = {
    {"base", .row = &base_row, .example = "char_lm.yaml",
     .help = "the config that all runs share, relative to this file"},
    {"set", .read = rondo_sweep_read_set, .allowed = "a mapping of a config's keys to values",
     .example = "{train.epochs: 5}",
     .help = "keys of the config that differ from the base in all runs, as --set takes them; paths "
             "of files are relative to the current folder"},
    {"variants", .read = rondo_sweep_read_variants,
     .allowed = "a mapping of names to mappings of a config's keys to values",
     .example = "{rnn: {model.layers.0.cell: rnn}, lstm: {model.layers.0.cell: lstm}}",
     .help = "named variants, each with its own keys"},
    {"axes", .read = rondo_sweep_read_axes, .allowed = "a mapping of keys to lists of values",
     .example = "{model.layers.0.hidden: [64, 128]}",
     .help = "every combination of these values is a variant; crossed with variants"},
    {"search", .keys = search_keys, .help = "random search: keys that are drawn"},
    {"budget", .keys = budget_keys, .help = "a budget that all runs share"},
    {"seeds", .read = rondo_sweep_read_seeds,
     .allowed = "a number of seeds from 1 to 100000 (1, 2, ..), or a list of them", .example = "10",
     .help = "every variant runs with each; below 6 no exact paired test can find a difference at "
             "5 %"},
    {"vary", .read = rondo_sweep_read_vary,
     .allowed = "a list of initialization, order, masks, data",
     .example = "[initialization, order, masks]",
     .help = "what a seed changes (section seeds of a config); the rest is as in the base"},
    {"halving", .keys = halving_keys,
     .help = "successive halving: only the best of a rung train on; decided by rank among all its "
             "runs, whenever they ended"},
    {"compare", .keys = compare_keys, .help = "what the comparison will be about"},
    {"output", .keys = output_keys, .help = "the folder of the sweep"},
    {.name = NULL}};

const char *rondo_sweep_at(const rondo_sweep_reader *r, rondo_place place)
{
    rondo_text text = {0};
    rondo_text_add(&text, "%s:%lld:%lld", place.source->name, (long long)place.line,
                   (long long)place.column);
    const char *at = rondo_owned_copy(r->reader.owned, rondo_text_get(&text), text.length);
    rondo_owned_release(r->reader.owned, &text);
    return at ? at : "";
}

void rondo_sweep_refuse(const rondo_sweep_reader *r, const rondo_node *value, const char *path,
                        const char *allowed)
{
    rondo_reader_report(&r->reader, path, value, allowed);
}

static void report_unknown(const rondo_sweep_reader *r, const rondo_sweep_key *keys,
                           const rondo_item *item, const char *path)
{
    enum { MAX_KEYS = 16 };
    const char *names[MAX_KEYS];
    char full[RONDO_PATH_SIZE], quoted[RONDO_QUOTE_SIZE];
    int64_t count = 0;
    rondo_text text = {0};
    rondo_text_add(&text, "unknown key; allowed: ");
    for (; keys->name; keys++) {
        rondo_text_add(&text, "%s%s", count > 0 ? ", " : "", keys->name);
        names[count++] = keys->name;
    }
    const char *nearest = rondo_text_nearest(item->key, names, count);
    if (nearest) rondo_text_add(&text, "; did you mean %s?", nearest);
    rondo_path_join(path, rondo_problem_quote(item->key, quoted), full);
    rondo_problems_add(r->reader.problems, item->place, full, "%s", rondo_text_get(&text));
    rondo_owned_release(r->reader.owned, &text);
}

static void read_keys(const rondo_sweep_reader *r, const rondo_sweep_key *keys,
                      const rondo_node *node, const char *path);

static void report_section(const rondo_sweep_reader *r, const rondo_sweep_key *keys,
                           const rondo_node *node, const char *path)
{
    rondo_text allowed = {0};
    rondo_text_add(&allowed, "a mapping; allowed keys: ");
    for (const rondo_sweep_key *key = keys; key->name; key++)
        rondo_text_add(&allowed, "%s%s", key > keys ? ", " : "", key->name);
    rondo_sweep_refuse(r, node, path, rondo_text_get(&allowed));
    rondo_owned_release(r->reader.owned, &allowed);
}

static void read_key(const rondo_sweep_reader *r, const rondo_sweep_key *key,
                     const rondo_item *item, const char *path)
{
    if (key->row)
        rondo_reader_value(&r->reader, key->row, item->value, path, r->sweep);
    else if (key->read)
        key->read(r, item, path);
    else if (item->value->kind == RONDO_MAPPING)
        read_keys(r, key->keys, item->value, path);
    else
        report_section(r, key->keys, item->value, path);
}

static const rondo_sweep_key *find_key(const rondo_sweep_key *keys, const char *name)
{
    for (; keys->name; keys++)
        if (strcmp(keys->name, name) == 0) return keys;
    return NULL;
}

static void read_keys(const rondo_sweep_reader *r, const rondo_sweep_key *keys,
                      const rondo_node *node, const char *path)
{
    char inner[RONDO_PATH_SIZE];
    for (int64_t i = 0; i < node->count; i++) {
        const rondo_item *item = &node->items[i];
        const rondo_sweep_key *key = find_key(keys, item->key);
        if (key)
            read_key(r, key, item, rondo_path_join(path, key->name, inner));
        else
            report_unknown(r, keys, item, path);
    }
}

static void set_defaults(const rondo_sweep_key *keys, rondo_sweep *sweep)
{
    for (; keys->name; keys++) {
        if (keys->keys) set_defaults(keys->keys, sweep);
        if (!keys->row) continue;
        const rondo_option rows[] = {*keys->row, RONDO_OPTIONS_END};
        rondo_options_default(rows, sweep);
    }
}

void rondo_sweep_keys_read(const rondo_sweep_reader *r, const rondo_node *root)
{
    set_defaults(rondo_sweep_keys, r->sweep);
    if (root->kind == RONDO_MAPPING)
        read_keys(r, rondo_sweep_keys, root, "");
    else
        report_section(r, rondo_sweep_keys, root, "");
}

/* --- the reference --- */

static void add_example(const rondo_sweep_key *key, rondo_text *text)
{
    rondo_sweep defaults = {0};
    if (key->example) {
        rondo_text_add(text, "%s", key->example);
    } else if (key->row) {
        const rondo_option rows[] = {*key->row, RONDO_OPTIONS_END};
        rondo_options_default(rows, &defaults);
        rondo_options_print(key->row, &defaults, text);
    }
}

static void add_reference(const rondo_sweep_key *keys, int64_t indent, rondo_text *text)
{
    for (; keys->name; keys++) {
        rondo_text comment = {0};
        rondo_yaml_writer writer = {.text = text, .indent = indent};
        rondo_text_add(&comment, "%s", keys->help);
        if (keys->row || keys->allowed) rondo_text_add(&comment, " (");
        if (keys->allowed)
            rondo_text_add(&comment, "%s)", keys->allowed);
        else if (keys->row) {
            rondo_options_allowed(keys->row, &comment);
            rondo_text_add(&comment, ")");
        }
        if (indent == 0 && text->length > 0) rondo_text_add(text, "\n");
        rondo_yaml_write_comment(&writer, 0, rondo_text_get(&comment));
        rondo_yaml_write_key(&writer, keys->name);
        if (!keys->keys) rondo_text_add(text, " ");
        add_example(keys, text);
        rondo_text_add(text, "\n");
        if (keys->keys) add_reference(keys->keys, indent + RONDO_INDENT, text);
        text->failed |= comment.failed;
        rondo_text_finish(&comment);
    }
}

void rondo_sweep_reference(rondo_text *text)
{
    add_reference(rondo_sweep_keys, 0, text);
}
