/* Keys that do not count in a config: every row says where it counts, and one that does nothing is
 * refused with the word where it would. */
#include "base/file.h"
#include "config/conditions.h"
#include "config/sections.h"
#include "plugin/options.h"
#include "support.h"

#define HEAD  "behavior_version: 1\noptimizer: {name: adam}\n"
#define LAYER "layers: [{cell: lstm, hidden: 8}]"

typedef struct base {
    const char *name, *text;
} base;

/* A config of every format, task and generator. */
static const base bases[] = {
    {"text", HEAD "data: {path: a.txt}\nmodel: {" LAYER "}\n"},
    {"columns", HEAD "task: tagging\ndata: {format: columns, path: a}\nmodel: {" LAYER "}\n"},
    {"parallel_tags",
     HEAD "task: tagging\ndata: {format: parallel_tags, path: a}\nmodel: {" LAYER "}\n"},
    {"table", HEAD "task: classification\ndata: {format: table, path: a}\nmodel: {" LAYER "}\n"},
    {"idx", HEAD "task: classification\ndata: {format: idx, path: a}\nmodel: {" LAYER "}\n"},
    {"piano_roll", HEAD "task: forecasting\ndata: {format: piano_roll, path: a}\n"
                        "model: {" LAYER "}\nloss: {name: sigmoid_cross_entropy}\n"},
    {"series", HEAD "task: forecasting\ndata: {format: series, path: a, series: {targets: x}}\n"
                    "model: {" LAYER "}\nloss: {name: mean_squared_error}\n"},
    {"pairs", HEAD "task: translation\ndata: {format: pairs, path: a}\n"
                   "model: {" LAYER ", decoder: {" LAYER "}}\n"},
    {"hdf5", HEAD "task: tagging\ndata: {format: hdf5, path: a}\nmodel: {" LAYER "}\n"},
    {"copy", HEAD
     "task: tagging\ndata: {format: generated, generator: {name: copy}}\nmodel: {" LAYER "}\n"},
    {"reber", HEAD "data: {format: generated, generator: {name: reber}}\nmodel: {" LAYER "}\n"},
    {"agreement",
     HEAD "data: {format: generated, generator: {name: agreement}}\nmodel: {" LAYER "}\n"},
    {"adding", HEAD "task: regression\ndata: {format: generated, generator: {name: adding}}\n"
                    "model: {" LAYER "}\nloss: {name: mean_squared_error}\n"},
    {"digits",
     HEAD "task: transcription\ndata: {format: generated, generator: {name: digits, symbols: 4}}\n"
          "model: {" LAYER "}\nloss: {name: ctc}\n"}};

enum { BASES = sizeof bases / sizeof bases[0] };

/* --- every row has a condition, or says that it needs none --- */

static void check_declared(const char *path, const char *key)
{
    char full[RONDO_PATH_SIZE];
    rondo_path_join(path, key, full);
    bool declared = rondo_condition_is_declared(full);
    CHECK(declared);
    if (!declared) fprintf(stderr, "  say in config/conditions_table.c where %s counts\n", full);
}

static int64_t check_section(const rondo_section *section, const char *path)
{
    int64_t count = 0;
    char inner_path[RONDO_PATH_SIZE], item_path[RONDO_PATH_SIZE];
    for (const rondo_option *row = section->rows; row->type != RONDO_OPTION_END; row++, count++)
        check_declared(path, row->name);
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++) {
        rondo_path_join(path, inner->name, inner_path);
        const char *below = inner_path;
        if (inner->list) below = rondo_path_join(inner_path, "*", item_path);
        count += check_section(inner, below);
    }
    return count;
}

static void test_every_row_says_where_it_counts(void)
{
    CHECK(check_section(&rondo_root_section, "") > 100);
    CHECK(!rondo_condition_is_declared("data.no_such_key"));
    CHECK(!rondo_condition_is_declared("train.no_such_key"));
}

/* --- rows x formats --- */

static bool is_one_of(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)); at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) return true;
    return false;
}

/* Which of the configs above take a key of the formats and tasks. */
static const struct {
    const char *set, *takers;
} matrix[] = {
    {"data.path=other", "text columns parallel_tags table idx piano_roll series pairs hdf5"},
    {"data.unit=word", "text table pairs hdf5 copy reber agreement"},
    {"data.options.input_column=4", "columns"},
    {"data.options.target_column=4", "columns"},
    {"data.options.input_file=x", "parallel_tags"},
    {"data.options.target_file=x", "parallel_tags"},
    {"data.tag_scheme=iob2", "columns parallel_tags hdf5 copy"},
    {"data.options.separator=x", "pairs"},
    {"data.shared_vocabulary=true", "pairs"},
    {"data.reverse_source=true", "pairs"},
    {"data.options.count=5", "copy reber agreement adding digits"},
    {"data.options.valid=5", "copy reber agreement adding digits"},
    {"data.options.test=5", "copy reber agreement adding digits"},
    {"data.options.resample_each_epoch=true", "adding"},
    {"data.options.length=7", "copy agreement adding digits"},
    {"data.options.symbols=3", "copy digits"},
    {"data.options.copied=3", "copy"},
    {"data.options.attractors=0.1", "agreement"},
    {"data.options.noise=0.1", "digits"},
    {"data.vocabulary.min_count=2", "text columns parallel_tags table pairs copy reber agreement"},
    {"data.vocabulary.max_size=9", "text columns parallel_tags table pairs copy reber agreement"},
    {"data.vocabulary.lowercase=true", "text columns parallel_tags table pairs hdf5"},
    {"data.vocabulary={lowercase: true, lowercase_rule: ascii}",
     "text columns parallel_tags table pairs hdf5"},
    {"data.vocabulary.unknown=x",
     "text columns parallel_tags table idx pairs copy reber agreement digits"},
    {"data.vocabulary.end=x",
     "text columns parallel_tags table idx pairs copy reber agreement digits"},
    {"data.options.header=false", "table series"},
    {"data.options.delimiter=semicolon", "table columns series"},
    {"data.options.text=x", "table"},
    {"data.options.label=x", "table"},
    {"data.options.sequence=rows", "idx"},
    {"data.options.permutation=3", "idx"},
    {"data.options.lowest_pitch=3", "piano_roll"},
    {"data.options.pitches=3", "piano_roll"},
    {"data.options.window=4", "series"},
    {"data.options.horizon=4", "series"},
    {"data.options.inputs=y", "series"},
    {"data.options.standardize=false", "series"},
    {"data.split.valid=0.2", "text columns parallel_tags table idx piano_roll series pairs"},
    {"model.input.unknown_rate=0.1",
     "text columns parallel_tags table pairs hdf5 copy reber agreement"},
    {"model.decoder.bridge=projection", "pairs"},
    {"model.decoder.context=every_step", "pairs"},
    {"model.decoder.attention=dot", "pairs"},
    {"model.decoder.input.dropout=0.1", "pairs"},
    {"train.decoded_sequences=5", "pairs"},
    {"train.scheduled_sampling.decay=exponential", "pairs"},
};

static void test_keys_of_formats_and_tasks(void)
{
    for (size_t k = 0; k < sizeof matrix / sizeof matrix[0]; k++) {
        for (int b = 0; b < BASES; b++) {
            char key[128] = "", refusal[160];
            bool taken = is_one_of(matrix[k].takers, bases[b].name);
            const char *text = messages(bases[b].text, matrix[k].set);
            memcpy(key, matrix[k].set, strcspn(matrix[k].set, "="));
            snprintf(refusal, sizeof refusal, ": %s%s", key,
                     strchr(matrix[k].set, '{') ? "." : ": ");
            bool refused =
                strstr(text, refusal) && (strstr(text, "only for ") || strstr(text, "not for "));
            bool right = taken ? text[0] == '\0' : refused;
            CHECK(right);
            if (!right) fprintf(stderr, "  %s, %s: %s\n", bases[b].name, matrix[k].set, text);
        }
    }
}

/* --- any row, any format: taken and seen in the resolved config, or refused --- */

static void add_other_value(const rondo_option *row, const char *now, rondo_text *text)
{
    switch (row->type) {
    case RONDO_OPTION_INTEGER:
        rondo_text_add(text, "%lld", (long long)(row->low < 1 ? 7 : row->low + 8));
        break;
    case RONDO_OPTION_REAL:
        rondo_text_add(text, "0.375");
        break;
    case RONDO_OPTION_BOOLEAN:
        rondo_text_add(text, "%s", strcmp(now, "true") == 0 ? "false" : "true");
        break;
    case RONDO_OPTION_CHOICE:
        rondo_text_add(text, "%s", row->choices[strcmp(now, row->choices[0]) == 0]);
        break;
    default:
        rondo_text_add(text, "xyz");
    }
}

static int64_t check_row(const base *b, const rondo_option *row, const char *path)
{
    char full[RONDO_PATH_SIZE];
    rondo_text now = {0}, set = {0}, seen = {0};
    rondo_error error = {0};
    rondo_experiment *before = parse(b->text, NULL), *after = NULL;
    CHECK(before != NULL);
    if (!before) return 0;
    rondo_path_join(path, row->name, full);
    rondo_condition_value(before, full, &now);
    rondo_text_add(&set, "%s=", full);
    add_other_value(row, rondo_text_get(&now), &set);
    const char *sets[] = {rondo_text_get(&set)};
    rondo_experiment_parse("test", "/data", b->text, sets, 1, registry, &after, &error);
    if (after) rondo_condition_value(after, full, &seen);
    bool right =
        after ? strcmp(rondo_text_get(&seen), rondo_text_get(&now)) != 0 : error.text[0] != '\0';
    CHECK(right);
    if (!right) fprintf(stderr, "  %s: %s does nothing\n", b->name, sets[0]);
    rondo_experiment_destroy(before);
    rondo_experiment_destroy(after);
    rondo_text_finish(&now);
    rondo_text_finish(&set);
    rondo_text_finish(&seen);
    return 1;
}

static int64_t check_rows(const base *b, const rondo_section *section, const char *path)
{
    int64_t count = 0;
    char inner_path[RONDO_PATH_SIZE], item_path[RONDO_PATH_SIZE];
    for (const rondo_option *row = section->rows; row->type != RONDO_OPTION_END; row++)
        count += check_row(b, row, path);
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++) {
        bool is_absent =
            (inner->list && inner->list->is_optional) || (inner->plugin && inner->plugin->inherits);
        if (is_absent) continue; /* no entry to change */
        rondo_path_join(path, inner->name, inner_path);
        const char *below = inner_path;
        if (inner->list) below = rondo_path_join(inner_path, "0", item_path);
        count += check_rows(b, inner, below);
    }
    return count;
}

/* Those of the config's own format. */
static int64_t check_format(const base *b)
{
    int64_t count = 0;
    rondo_experiment *e = parse(b->text, NULL);
    const rondo_option *row = e ? e->data.format->head.options : NULL;
    for (; row && row->type != RONDO_OPTION_END; row++)
        count += check_row(b, row, "data.options");
    rondo_experiment_destroy(e);
    return count;
}

static void test_no_row_is_taken_without_effect(void)
{
    int64_t options = 0;
    for (int b = 0; b < BASES; b++) {
        CHECK(check_rows(&bases[b], &rondo_root_section, "") > 70);
        options += check_format(&bases[b]);
    }
    CHECK(options > 50);
}

/* --- messages --- */

static const char text_config[] = HEAD "data: {path: a.txt}\nmodel: {" LAYER "}\n";

static void test_the_place_where_it_would_count_is_named(void)
{
    static const struct {
        const char *set, *message;
    } cases[] = {
        {"data.options.window=4", "only for data.format series; this config has text"},
        {"clip.scope=layer", "only with clip.norm above 0; this config has 0.0"},
        {"schedule={name: cosine, factor: 0.3, warmup_steps: 4}",
         "schedule.options.factor: only for schedule.name exponential, newbob, plateau or step; "
         "this config has cosine"},
        {"schedule={name: step, after_epochs: 7}",
         "schedule.options.after_epochs: only for schedule.name exponential; this config has step"},
        {"schedule.every_epochs=7", "only for schedule.name step; this config has constant"},
        {"schedule.minimum=0.5",
         "schedule.options.minimum: only for schedule.name cosine, cosine_restarts, exponential, "
         "newbob, plateau or step; this config has constant"},
        {"model.initialization.scale=3",
         "only for model.initialization.weights uniform or normal, or "
         "model.initialization.recurrent uniform or normal; this config has glorot_uniform and "
         "orthogonal"},
        {"model.initialization={recurrent: normal, scale: 3}", ""},
        {"model.layers.0.layer_norm_epsilon=0.5",
         "only with model.layers.0.layer_norm true; this config has false"},
        {"model.layers.0.dropout_kind=sequence", "only with model.layers.0.dropout above 0"},
        {"model.layers.0={cell: lstm, hidden: 8, dropout: 0.5, dropout_kind: sequence}", ""},
        {"model.input.dropout_kind=sequence", "only with model.input.dropout above 0"},
        {"model.input.noise=0.1",
         "model.input.noise: only for model.input.kind embedding or values; this config has "
         "one_hot (a one-hot input never becomes numbers that noise could be added to: give it an "
         "embedding)"},
        {"model.input={embedding: 8, noise: 0.1}", ""},
        {"model.input={embedding: 8, noise: -0.1}", "\"-0.1\" is not a real number of at least 0"},
        {"model.input.pretrained=v.txt", "only for model.input.kind embedding"},
        {"model.input={embedding: 8, frozen: true}", "only with model.input.pretrained"},
        {"train.early_stopping.min_delta=0.1",
         "only with train.early_stopping.patience above 0, or schedule.name one that follows "
         "validations; this config has 0 and constant"},
        {"train={early_stopping: {min_delta: 0.1}}",
         "only with train.early_stopping.patience above 0"},
        {"train.early_stopping={patience: 3, min_delta: 0.1}", ""},
        {"model.layers.0.backward={hidden: 4}", "only with model.layers.0.bidirectional true"},
        {"model.layers.0.backward={}", "only with model.layers.0.bidirectional true"},
        {"model.decoder.layers=[]", ""},
        {"data.features=[{kind: shape, embedding: 4}]",
         "data.features: not for data.format text (features are of words with tags)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = messages(text_config, cases[i].set);
        if (cases[i].message[0])
            CHECK_CONTAINS(text, cases[i].message);
        else
            CHECK_TEXT(text, "");
    }
}

static void test_files_that_are_not_divided(void)
{
    static const char files[] = HEAD "data: {sequences: line, split: {train: a, valid: b}}\n"
                                     "model: {" LAYER "}\n";
    CHECK_CONTAINS(messages(files, "data.split.order=random"),
                   "data.split.order: only with data.split.train a fraction or a number, or "
                   "data.split.valid a fraction or a number, or data.split.test a fraction or a "
                   "number; this config has a file and a file and none (where each split is a "
                   "file there is nothing to draw)");
    CHECK_TEXT(messages(files, "data.split={train: a, test: 0.1, order: random}"), "");
}

static void test_keys_of_translation(void)
{
    const char *pairs = bases[7].text;
    CHECK_CONTAINS(messages(text_config, "data.target_unit=word"),
                   "not for data.format text (it has no targets of their own)");
    CHECK_TEXT(messages(pairs, "data.target_unit=word"), "");
    CHECK_CONTAINS(messages(pairs, "train.scheduled_sampling={k: 0.5}"),
                   "not for train.scheduled_sampling.decay none");
    CHECK_CONTAINS(messages(pairs, "train.scheduled_sampling={decay: exponential, slope: 0.5}"),
                   "only for train.scheduled_sampling.decay linear; this config has exponential");
    CHECK_TEXT(messages(pairs, "train.scheduled_sampling={decay: linear, slope: 0.5}"), "");
    CHECK_CONTAINS(messages(pairs, "data={format: pairs, path: a, source_suffix: .de, "
                                   "target_suffix: .en, separator: x}"),
                   "data.options.separator: not with data.options.source_suffix (two files need no "
                   "separator)");
}

static void test_wrong_values_are_told_all_the_same(void)
{
    CHECK_CONTAINS(messages(text_config, "data.standardize=x"),
                   "data.standardize: \"x\" is not one of none, inputs, all");
    const char *text = messages(text_config, "data.format=serie");
    CHECK_CONTAINS(text, "did you mean 'series'?");
    CHECK(!strstr(text, "only for"));
}

static void test_options_of_plugins(void)
{
    static const struct {
        const char *set, *message;
    } cases[] = {
        {"model.layers.0.options.peephole_output=previous",
         "model.layers.0.options.peephole_output: only with model.layers.0.options.peephole true; "
         "this config has false"},
        {"model.layers.0.options={peephole: true, peephole_output: previous}", ""},
        {"model.layers.0={cell: rnn, hidden: 8, options: {recurrent_scale: 0.5}}",
         "only with model.layers.0.options.recurrent_identity true"},
        {"model.layers.0={cell: lstm, hidden: 8, bidirectional: true, backward: {cell: rnn, "
         "options: {recurrent_scale: 0.5}}}",
         "only with model.layers.0.backward.options.recurrent_identity true"},
        {"optimizer={name: sgd, options: {nesterov: true}}",
         "optimizer.options.nesterov: only with optimizer.options.momentum above 0; this config "
         "has "
         "0.0"},
        {"optimizer={name: sgd, options: {nesterov: true, momentum: 0.9}}", ""},
        {"optimizer={name: sgd, options: {nesterov: false}}",
         "only with optimizer.options.momentum above 0"},
        {"optimizer.options.decoupled=true", "only with optimizer.options.weight_decay above 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = messages(HEAD "data: {path: a.txt, sequences: line, truncated_bptt: 0}\n"
                                         "task: language_model\nmodel: {" LAYER "}\n",
                                    cases[i].set);
        if (cases[i].message[0])
            CHECK_CONTAINS(text, cases[i].message);
        else
            CHECK_TEXT(text, "");
    }
}

/* --- files that extend others --- */

static const char *load_with(const char *base_text, const char *text)
{
    static rondo_error error;
    rondo_experiment *experiment;
    memset(&error, 0, sizeof error);
    const char *folder = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    char base_path[512], path[512];
    snprintf(base_path, sizeof base_path, "%s/rondo_conditions_%d_base.yaml", folder,
             (int)getpid());
    snprintf(path, sizeof path, "%s/rondo_conditions_%d.yaml", folder, (int)getpid());
    FILE *file = fopen(base_path, "w");
    if (file) fputs(base_text, file);
    if (file) fclose(file);
    file = fopen(path, "w");
    if (file) fprintf(file, "extends: rondo_conditions_%d_base.yaml\n%s", (int)getpid(), text);
    if (file) fclose(file);
    rondo_experiment_load(path, NULL, 0, registry, &experiment, &error);
    rondo_experiment_destroy(experiment);
    remove(base_path);
    remove(path);
    return error.text;
}

/* Resolved configs write out every key; on the command line it is a mistake. */
static void test_a_default_does_no_harm_in_a_file(void)
{
    CHECK_TEXT(load_with(text_config, "data: {series: {window: 32}, target_unit: character, "
                                      "features: []}\nmodel: {decoder: {bridge: copy}}\n"),
               "");
    CHECK_TEXT(load_with(bases[1].text, "data: {unit: word}\n"), "");
    CHECK_CONTAINS(load_with(bases[1].text, "data: {unit: character}\n"),
                   "not for data.format columns");
    CHECK_TEXT(load_with(HEAD "data: {path: a.txt, unit: word, target_unit: word}\n"
                              "model: {" LAYER "}\n",
                         ""),
               "");
    CHECK_CONTAINS(messages(text_config, "model.decoder.bridge=copy"),
                   "only for task translation; this config has language_model");
    CHECK_CONTAINS(messages(text_config, "data.series.window=32"), "only for data.format series");
    CHECK_TEXT(messages(text_config, "data.features=[]"), "");
    CHECK_TEXT(messages(text_config, "data.table="), "");
}

static void test_what_was_said_before_is_left_behind(void)
{
    static const char series[] =
        HEAD "task: forecasting\nloss: {name: mean_squared_error}\n"
             "data: {format: series, path: a, series: {targets: x, window: 5}}\n"
             "model: {" LAYER "}\n";
    static const char text[] = "task: language_model\nloss: {name: softmax_cross_entropy}\n";
    rondo_text child = {0};
    rondo_text_add(&child, "%sdata: {format: text}\n", text);
    CHECK_TEXT(load_with(series, rondo_text_get(&child)), "");
    rondo_text_finish(&child);
    rondo_text_add(&child, "%sdata: {format: text, series: {horizon: 3}}\n", text);
    CHECK_CONTAINS(load_with(series, rondo_text_get(&child)),
                   ".yaml:4:31: data.options.horizon: only for data.format series; this config has "
                   "text");
    rondo_text_finish(&child);
    CHECK_CONTAINS(load_with(text_config, "data: {series: {window: 3}}\n"), "only for data.format");
    CHECK_CONTAINS(load_with(HEAD "data: {path: a.txt, series: {window: 3}}\nmodel: {" LAYER "}\n",
                             "seed: 2\n"),
                   "_base.yaml:3:30: data.options.window: only for");
}

/* Switching something off leaves what belongs to it behind. */
static void test_switches_of_the_command_line(void)
{
    static const char text[] =
        HEAD "data: {path: a.txt}\nclip: {norm: 5, scope: layer}\n"
             "model: {layers: [{cell: lstm, hidden: 8, dropout: 0.5, dropout_kind: sequence}]}\n"
             "train: {early_stopping: {patience: 2, min_delta: 0.5}}\n";
    CHECK_TEXT(load_with(text, ""), "");
    CHECK_TEXT(load_with(text, "clip: {norm: 0}\ntrain: {early_stopping: {patience: 0}}\n"), "");
    CHECK_CONTAINS(messages(text_config, "clip={norm: 0, scope: layer}"), "only with clip.norm");
}

/* What decides over a key may not count itself: then the key does not, either. */
static void test_what_is_left_behind_decides_nothing(void)
{
    static const char words[] =
        HEAD "task: tagging\ndata: {format: columns, path: a, vocabulary: {lowercase_rule: ascii}, "
             "features: [{kind: suffix, length: 2, embedding: 2}]}\n"
             "model: {input: {embedding: 4}, " LAYER "}\n";
    rondo_experiment *e = parse(words, NULL);
    CHECK(e && e->data.vocabulary.lowercase_rule == RONDO_LOWERCASE_ASCII);
    rondo_experiment_destroy(e);
    e = parse(words, "data.format=hdf5");
    CHECK(e && e->data.feature_count == 0);
    CHECK(e && e->data.vocabulary.lowercase_rule == RONDO_LOWERCASE_UNICODE);
    rondo_experiment_destroy(e);
    const char *told =
        load_with(text_config, "data: {vocabulary: {lowercase_rule: ascii}, features: "
                               "[{kind: suffix, length: 2, embedding: 2}]}\n");
    CHECK_CONTAINS(told, "data.features: not for data.format text");
    CHECK(strstr(told, "lowercase_rule") == NULL);
}

/* A checkpoint of an older build may hold keys that did nothing. */
static void test_a_record_is_read_as_it_is(void)
{
    static const char record[] =
        HEAD "data: {path: a.txt, vocabulary: {lowercase_rule: ascii}, series: {window: 7}}\n"
             "schedule: {name: cosine, factor: 0.3}\nmodel: {" LAYER "}\n";
    rondo_experiment *e = parse(record, NULL);
    CHECK(e && e->data.vocabulary.lowercase_rule == RONDO_LOWERCASE_UNICODE);
    CHECK(e && strcmp(e->schedule.schedule->head.name, "cosine") == 0);
    rondo_experiment_destroy(e);
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_every_row_says_where_it_counts);
    RUN(test_keys_of_formats_and_tasks);
    RUN(test_no_row_is_taken_without_effect);
    RUN(test_the_place_where_it_would_count_is_named);
    RUN(test_files_that_are_not_divided);
    RUN(test_keys_of_translation);
    RUN(test_options_of_plugins);
    RUN(test_wrong_values_are_told_all_the_same);
    RUN(test_a_default_does_no_harm_in_a_file);
    RUN(test_what_was_said_before_is_left_behind);
    RUN(test_switches_of_the_command_line);
    RUN(test_what_is_left_behind_decides_nothing);
    RUN(test_a_record_is_read_as_it_is);
    return support_end();
}
