#include "config/conditions.h"

#include <stdlib.h>
#include <string.h>

#include "plugin/options.h"

#define FORMAT(values)                                                                             \
    {                                                                                              \
        {                                                                                          \
            "data.format", values                                                                  \
        }                                                                                          \
    }
#define TASK(values)                                                                               \
    {                                                                                              \
        {                                                                                          \
            "task", values                                                                         \
        }                                                                                          \
    }
#define KEY(name, value)                                                                           \
    {                                                                                              \
        {                                                                                          \
            name, value                                                                            \
        }                                                                                          \
    }

static const char drawn[] = "a fraction, a number"; /* parts of data.split that are cut out */

static const rondo_condition conditions[] = {
    {"behavior_version", {{0}}, NULL},
    {"seed", {{0}}, NULL},
    {"task", {{0}}, NULL},

    {"data.format", {{0}}, NULL},
    {"data.path", FORMAT("not generated"), "generated data have no file"},
    {"data.unit", FORMAT("not columns, parallel_tags, idx, piano_roll, series"), NULL},
    {"data.example", {{0}}, NULL},
    {"data.batch_size", {{0}}, NULL},
    {"data.batch_tokens", {{0}}, NULL},
    {"data.evaluation_batch_size", {{0}}, NULL},
    {"data.truncated_bptt", {{0}}, NULL},
    {"data.carry_state", {{0}}, NULL},
    {"data.shuffle", {{0}}, NULL},
    {"data.input_column", FORMAT("columns"), NULL},
    {"data.target_column", FORMAT("columns"), NULL},
    {"data.input_file", FORMAT("parallel_tags"), NULL},
    {"data.target_file", FORMAT("parallel_tags"), NULL},
    {"data.tag_scheme", TASK("tagging"), NULL},
    {"data.separator", FORMAT("pairs"), NULL},
    {"data.separator", KEY(".source_suffix", "not given"), "two files need no separator"},
    {"data.source_suffix", FORMAT("pairs"), NULL},
    {"data.target_suffix", FORMAT("pairs"), NULL},
    {"data.target_unit", FORMAT("pairs"), NULL},
    {"data.shared_vocabulary", FORMAT("pairs"), NULL},
    {"data.reverse_source", FORMAT("pairs"), NULL},
    {"data.generator", FORMAT("generated"), NULL},
    {"data.generator.fresh", KEY(".name", "adding"), NULL},
    {"data.generator.length", KEY(".name", "not reber"),
     "the grammar decides how long a string is"},
    {"data.generator.symbols", KEY(".name", "copy"), NULL},
    {"data.generator.copied", KEY(".name", "copy"), NULL},
    {"data.generator.attractors", KEY(".name", "agreement"), NULL},
    {"data.vocabulary", FORMAT("not piano_roll, series"), "values have no vocabulary"},
    {"data.vocabulary", KEY("data.generator.name", "not adding"), "values have no vocabulary"},
    {"data.vocabulary.min_count", FORMAT("not hdf5, idx"), NULL},
    {"data.vocabulary.max_size", FORMAT("not hdf5, idx"), NULL},
    {"data.vocabulary.lowercase", FORMAT("not idx, generated"), NULL},
    {"data.vocabulary.lowercase_rule", {{".lowercase", "true"}, {"data.features", "given"}}, NULL},
    {"data.vocabulary.unknown", FORMAT("not hdf5"), "the file names its symbols"},
    {"data.vocabulary.end", FORMAT("not hdf5"), "the file names its symbols"},
    {"data.table", FORMAT("table"), NULL},
    {"data.idx", FORMAT("idx"), NULL},
    {"data.piano_roll", FORMAT("piano_roll"), NULL},
    {"data.series", FORMAT("series"), NULL},
    {"data.features", FORMAT("columns, parallel_tags"), "features are of words with tags"},
    {"data.features.*.length", KEY(".kind", "suffix, prefix"), NULL},
    {"data.features.*.column", KEY(".kind", "column"), NULL},
    {"data.split", FORMAT("not hdf5"), "an hdf5 file holds its own splits"},
    {"data.split", FORMAT("not generated"),
     "data.generator says how many sequences valid and test have"},
    {"data.split.order",
     {{".train", drawn}, {".valid", drawn}, {".test", drawn}},
     "where each split is a file there is nothing to draw"},

    {"model.input.kind", {{0}}, NULL},
    {"model.input.embedding", KEY(".kind", "embedding"), NULL},
    {"model.input.dropout", {{0}}, NULL},
    {"model.input.dropout_kind", KEY(".dropout", "above 0"), NULL},
    {"model.input.pretrained", KEY(".kind", "embedding"),
     "word vectors are for an embedding: give its width, model.input.embedding"},
    {"model.input.frozen", KEY(".kind", "embedding"), NULL},
    {"model.input.frozen", KEY(".pretrained", "given"),
     "an embedding that nothing has trained would stay random"},
    {"model.input.unknown_rate", KEY(".kind", "embedding, one_hot"), "values are never unknown"},
    {"model.layers.*.hidden", {{0}}, NULL},
    {"model.layers.*.recurrent_dropout", {{0}}, NULL},
    {"model.layers.*.layer_norm", {{0}}, NULL},
    {"model.layers.*.layer_norm_epsilon", KEY(".layer_norm", "true"), NULL},
    {"model.layers.*.dropout", {{0}}, NULL},
    {"model.layers.*.dropout_kind", KEY(".dropout", "above 0"), NULL},
    {"model.layers.*.residual", {{0}}, NULL},
    {"model.layers.*.bidirectional", {{0}}, NULL},
    {"model.layers.*.backward", KEY(".bidirectional", "true"), NULL},
    {"model.decoder", TASK("translation"), NULL},
    {"model.decoder.input.embedding", KEY(".kind", "embedding"), NULL},
    {"model.decoder.input.dropout_kind", KEY(".dropout", "above 0"), NULL},
    {"model.decoder.input.frozen", KEY(".pretrained", "given"), NULL},
    {"model.decoder.layers.*.layer_norm_epsilon", KEY(".layer_norm", "true"), NULL},
    {"model.decoder.layers.*.dropout_kind", KEY(".dropout", "above 0"), NULL},
    {"model.decoder.layers.*.backward", KEY(".bidirectional", "true"), NULL},
    {"model.initialization.weights", {{0}}, NULL},
    {"model.initialization.recurrent", {{0}}, NULL},
    {"model.initialization.scale",
     {{".weights", "uniform, normal"}, {".recurrent", "uniform, normal"}},
     NULL},
    {"model.pooling", {{0}}, NULL},
    {"model.readout.bias", {{0}}, NULL},
    {"model.readout.tied", {{0}}, NULL},

    {"loss.normalization", {{0}}, NULL},
    {"optimizer.learning_rate", {{0}}, NULL},
    {"clip.norm", {{0}}, NULL},
    {"clip.scope", KEY(".norm", "above 0"), NULL},
    {"clip.value", {{0}}, NULL},
    {"schedule.name", {{0}}, NULL},
    {"schedule.warmup_steps", {{0}}, NULL},
    {"schedule.factor", KEY(".name", "exponential, step, plateau"), NULL},
    {"schedule.after_epochs", KEY(".name", "exponential"), NULL},
    {"schedule.every_epochs", KEY(".name", "step"), NULL},
    {"schedule.patience", KEY(".name", "plateau"), NULL},
    {"schedule.minimum", KEY(".name", "not constant"), NULL},
    {"train.epochs", {{0}}, NULL},
    {"train.max_steps", {{0}}, NULL},
    {"train.max_minutes", {{0}}, NULL},
    {"train.threads", {{0}}, NULL},
    {"train.log_every", {{0}}, NULL},
    {"train.weight_noise", {{0}}, NULL},
    {"train.best_by", {{0}}, NULL},
    {"train.decoded_sequences", TASK("translation"), NULL},
    {"train.early_stopping.patience", {{0}}, NULL},
    {"train.early_stopping.minimum_improvement",
     {{".patience", "above 0"}, {"schedule.name", "plateau"}},
     NULL},
    {"train.scheduled_sampling", TASK("translation"), NULL},
    {"train.scheduled_sampling.k", KEY(".decay", "not none"), NULL},
    {"train.scheduled_sampling.slope", KEY(".decay", "linear"), NULL},
    {"train.scheduled_sampling.minimum", KEY(".decay", "not none"), NULL},
    {"train.scheduled_sampling.choice", KEY(".decay", "not none"), NULL},
    {"output.folder", {{0}}, NULL},
    {"output.keep", {{0}}, NULL},
    {"output.checkpoint_every.epochs", {{0}}, NULL},
    {"output.checkpoint_every.steps", {{0}}, NULL},
};

enum { CONDITIONS = sizeof conditions / sizeof conditions[0] };

/* --- values --- */

static const char *part_value(const rondo_split_part *part)
{
    if (part->path) return "a file";
    if (part->count > 0) return "a number";
    return part->fraction > 0 ? "a fraction" : "";
}

/* A row, part or list of the section itself. */
static void print_own(const rondo_section *section, const unsigned char *base, const char *key,
                      rondo_text *text)
{
    rondo_split_part part;
    const rondo_option *row = rondo_options_find(section->rows, key);
    if (row && !rondo_row_is_void(row, base)) rondo_options_print(row, base, text);
    for (const rondo_part_key *k = section->parts; !row && k && k->name; k++) {
        if (strcmp(k->name, key) != 0) continue;
        memcpy(&part, base + k->offset, sizeof part);
        rondo_text_add(text, "%s", part_value(&part));
    }
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++) {
        if (!inner->list || strcmp(inner->name, key) != 0) continue;
        int64_t count;
        memcpy(&count, base + inner->list->count_offset, sizeof count);
        if (count > 0) rondo_text_add(text, "%lld entries", (long long)count);
    }
}

static void print_value(const rondo_section *section, const unsigned char *base, const char *path,
                        rondo_text *text)
{
    size_t length = strcspn(path, ".");
    if (path[length] == '\0') {
        print_own(section, base, path, text);
        return;
    }
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++) {
        if (strlen(inner->name) != length || strncmp(inner->name, path, length) != 0) continue;
        const char *rest = path + length + 1;
        size_t index = 0;
        if (inner->list) {
            char *end;
            index = (size_t)strtoull(rest, &end, 10);
            if (*end != '.' || index >= (size_t)inner->list->most) return;
            rest = end + 1;
        }
        size_t skipped = inner->list ? index * inner->list->item_size : 0;
        print_value(inner, base + inner->offset + skipped, rest, text);
        return;
    }
}

void rondo_condition_value(const rondo_experiment *experiment, const char *path, rondo_text *text)
{
    print_value(&rondo_root_section, (const unsigned char *)experiment, path, text);
}

/* --- paths --- */

/* How much of `path` the pattern covers: all of it (1), or it is a section around it (-1); 0: none
 * of that. */
static int cover(const char *pattern, const char *path)
{
    while (*pattern) {
        size_t length = strcspn(path, ".");
        size_t wanted = strcspn(pattern, ".");
        bool is_any = wanted == 1 && pattern[0] == '*';
        if (!is_any && (length != wanted || strncmp(path, pattern, length) != 0)) return 0;
        pattern += wanted + (pattern[wanted] == '.');
        path += length;
        if (*path == '\0') return *pattern ? 0 : 1;
        path++;
    }
    return -1;
}

const char *rondo_condition_key_path(const rondo_condition *condition, int i, const char *path,
                                     char key[RONDO_PATH_SIZE])
{
    char section[RONDO_PATH_SIZE];
    const char *name = i < RONDO_CONDITION_KEYS ? condition->any[i].key : NULL;
    if (!name) return NULL;
    if (name[0] != '.') return rondo_path_join("", name, key);
    /* As many parts as the condition's own path has, less its last one. */
    size_t length = 0;
    for (const char *c = strchr(condition->path, '.'); c; c = strchr(c + 1, '.')) {
        if (length > 0) length++;
        length += strcspn(path + length, ".");
    }
    memcpy(section, path, length);
    section[length] = '\0';
    return rondo_path_join(section, name + 1, key);
}

/* --- conditions --- */

static bool is_listed(const char *list, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = list; *at;) {
        size_t here = strcspn(at, ",");
        if (here == length && strncmp(at, value, length) == 0) return true;
        at += here;
        at += strspn(at, ", ");
    }
    return false;
}

static const char *without_not(const char *with)
{
    return strncmp(with, "not ", 4) == 0 ? with + 4 : NULL;
}

static bool is_value(const char *with, const char *value)
{
    const char *others = without_not(with);
    if (others) return !is_value(others, value);
    if (strcmp(with, "given") == 0) return value[0] != '\0';
    if (strcmp(with, "above 0") == 0) return strtod(value, NULL) > 0;
    return is_listed(with, value);
}

static bool is_met(const rondo_condition *condition, const char *path,
                   const rondo_experiment *experiment, const rondo_problems *problems)
{
    char key[RONDO_PATH_SIZE];
    bool met = condition->any[0].key == NULL;
    for (int i = 0; !met && rondo_condition_key_path(condition, i, path, key); i++) {
        rondo_text value = {0};
        rondo_condition_value(experiment, key, &value);
        met = value.failed || rondo_problems_has(problems, key) ||
              is_value(condition->any[i].with, rondo_text_get(&value));
        rondo_text_finish(&value);
    }
    return met;
}

const rondo_condition *rondo_condition_find(const char *path, const rondo_experiment *experiment,
                                            const rondo_problems *problems)
{
    for (int i = 0; i < CONDITIONS; i++)
        if (cover(conditions[i].path, path) && !is_met(&conditions[i], path, experiment, problems))
            return &conditions[i];
    return NULL;
}

bool rondo_condition_is_declared(const char *path)
{
    for (int i = 0; i < CONDITIONS; i++) {
        int covered = cover(conditions[i].path, path);
        if (covered > 0 || (covered < 0 && conditions[i].any[0].key)) return true;
    }
    return false;
}

/* --- words --- */

/* "a, b, c" -> "a, b or c" */
static void add_list(const char *list, rondo_text *text)
{
    while (*list) {
        size_t length = strcspn(list, ",");
        const char *next = list + length + strspn(list + length, ", ");
        bool is_last_but_one = *next && !strchr(next, ',');
        rondo_text_add_bytes(text, list, length);
        if (*next) rondo_text_add(text, "%s", is_last_but_one ? " or " : ", ");
        list = next;
    }
}

/* "only for data.format series", "only with clip.norm above 0", "not for data.format hdf5" */
static void add_rule(const rondo_condition_key *decider, const char *key, rondo_text *text)
{
    const char *with = decider->with, *others = without_not(with);
    bool is_choice = strcmp(with, "above 0") != 0 && !strstr(with, "given") &&
                     strcmp(with, "true") != 0 && with != drawn;
    if (others && strcmp(others, "given") == 0) {
        rondo_text_add(text, "not with %s", key);
        return;
    }
    rondo_text_add(text, "%s %s %s", others ? "not" : "only", is_choice ? "for" : "with", key);
    if (strcmp(with, "given") == 0) return;
    rondo_text_add(text, " ");
    add_list(others ? others : with, text);
}

static void add_alternative(const rondo_condition_key *decider, const char *key, rondo_text *text)
{
    rondo_text_add(text, ", or %s", key);
    if (strcmp(decider->with, "given") == 0) return;
    rondo_text_add(text, " ");
    add_list(decider->with, text);
}

static void add_value(const rondo_experiment *experiment, const char *key, rondo_text *text)
{
    rondo_text value = {0};
    rondo_condition_value(experiment, key, &value);
    rondo_text_add(text, "%s", value.length > 0 ? rondo_text_get(&value) : "none");
    text->failed |= value.failed;
    rondo_text_finish(&value);
}

/* "only for data.format series; this config has text" */
static void explain_only(const rondo_condition *condition, const char *path,
                         const rondo_experiment *experiment, rondo_text *text)
{
    char key[RONDO_PATH_SIZE];
    for (int i = 0; rondo_condition_key_path(condition, i, path, key); i++) {
        if (i == 0)
            add_rule(&condition->any[i], key, text);
        else
            add_alternative(&condition->any[i], key, text);
    }
    rondo_text_add(text, "; this config has ");
    for (int i = 0; rondo_condition_key_path(condition, i, path, key); i++) {
        rondo_text_add(text, "%s", i > 0 ? " and " : "");
        add_value(experiment, key, text);
    }
}

void rondo_condition_explain(const rondo_condition *condition, const char *path,
                             const rondo_experiment *experiment, rondo_text *text)
{
    char key[RONDO_PATH_SIZE];
    const char *others = without_not(condition->any[0].with);
    if (!others) {
        explain_only(condition, path, experiment, text);
    } else {
        rondo_condition_key_path(condition, 0, path, key);
        rondo_text_add(text, strcmp(others, "given") == 0 ? "not with %s" : "not for %s ", key);
        if (strcmp(others, "given") != 0) add_value(experiment, key, text);
    }
    if (condition->why) rondo_text_add(text, " (%s)", condition->why);
}

void rondo_condition_note(const char *path, rondo_text *text)
{
    for (int c = 0; c < CONDITIONS; c++) {
        const rondo_condition *condition = &conditions[c];
        if (cover(condition->path, path) <= 0) continue;
        for (int i = 0; i < RONDO_CONDITION_KEYS && condition->any[i].key; i++) {
            const char *key = condition->any[i].key;
            key += key[0] == '.';
            if (i == 0) rondo_text_add(text, "; ");
            if (i == 0)
                add_rule(&condition->any[i], key, text);
            else
                add_alternative(&condition->any[i], key, text);
        }
    }
}
