/* --set: what it reaches, what it replaces, what it refuses. */
#include "support.h"

static const char two_layers[] =
    "behavior_version: 1\n"
    "data: {path: input.txt}\n"
    "model:\n"
    "  input: one_hot\n"
    "  layers:\n"
    "    - {cell: lstm, hidden: 8, options: {forget_bias: 1.0}}\n"
    "    - {cell: lstm, hidden: 9}\n"
    "optimizer: {name: adam, options: {beta1: 0.5, epsilon: 1.0e-3}}\n";

static void test_values_are_replaced_and_made(void)
{
    rondo_experiment *e;
    CHECK((e = parse(two_layers, "seed=1e3")) && e->seed == 1000);
    rondo_experiment_destroy(e);
    CHECK((e = parse(two_layers, "train.early_stopping.patience=4")) &&
          e->train.early_stopping.patience == 4);
    rondo_experiment_destroy(e);
    CHECK((e = parse(two_layers, "data.vocabulary={unknown: '#', end: $}")) != NULL);
    if (e) CHECK_TEXT(e->data.vocabulary.unknown, "#");
    rondo_experiment_destroy(e);
}

static void test_lists(void)
{
    rondo_experiment *e = parse(two_layers, "model.layers.1.hidden=33");
    CHECK(e && e->model.layer_count == 2 && e->model.layers[1].hidden == 33);
    rondo_experiment_destroy(e);
    e = parse(two_layers, "model.layers.2={cell: gru, hidden: 64}");
    CHECK(e && e->model.layer_count == 3 && e->model.layers[2].hidden == 64);
    if (e) CHECK_TEXT(e->model.layers[2].cell->head.name, "gru");
    rondo_experiment_destroy(e);
    e = parse(two_layers, "model.layers=[{cell: rnn, hidden: 5}]");
    CHECK(e && e->model.layer_count == 1 && e->model.layers[0].hidden == 5);
    rondo_experiment_destroy(e);
    e = parse("behavior_version: 1\ndata: {path: a}\noptimizer: {name: sgd}\n",
              "model.layers.0={cell: rnn, hidden: 5}");
    CHECK(e && e->model.layer_count == 1);
    rondo_experiment_destroy(e);
}

/* What a set of the cell must do: options that only the old cell has go. */
static void test_another_plugin_drops_the_old_ones_options(void)
{
    static const char *const cells[] = {"model.layers.0.cell=rnn", "model.layers.0.cell=gru"};
    for (size_t i = 0; i < 2; i++) {
        rondo_experiment *e = parse(two_layers, cells[i]);
        CHECK(e != NULL);
        if (e) CHECK_TEXT(e->model.layers[0].cell->head.name, cells[i] + 20);
        rondo_experiment_destroy(e);
    }
    rondo_experiment *e = parse(two_layers, "optimizer.name=sgd");
    CHECK(e != NULL);
    if (e) CHECK_TEXT(e->optimizer.optimizer->head.name, "sgd");
    rondo_experiment_destroy(e);
}

/* beta1 goes with adam, epsilon is an option of both and stays. */
static void test_options_of_both_plugins_stay(void)
{
    rondo_text text = {0};
    rondo_experiment *e = parse(two_layers, "optimizer.name=rmsprop");
    CHECK(e != NULL);
    if (e) rondo_experiment_print(e, &text);
    CHECK_CONTAINS(rondo_text_get(&text), "epsilon: 0.001\n");
    CHECK(!strstr(rondo_text_get(&text), "beta1"));
    rondo_text_finish(&text);
    rondo_experiment_destroy(e);
}

static void test_options_of_neither_plugin_are_still_unknown(void)
{
    CHECK_CONTAINS(
        messages("behavior_version: 1\ndata: {path: a}\noptimizer: {name: sgd}\n"
                 "model: {layers: [{cell: lstm, hidden: 8, options: {forgt_bias: 1}}]}\n",
                 "model.layers.0.cell=rnn"),
        "test:4:52: model.layers.0.options.forgt_bias: unknown option; rnn allows: ");
}

static void test_kind_and_width_of_the_input_exclude_each_other(void)
{
    rondo_experiment *e = parse(two_layers, "model.input.embedding=32");
    CHECK(e && e->model.input.kind == RONDO_INPUT_EMBEDDING && e->model.input.embedding == 32);
    rondo_experiment_destroy(e);
    e = parse(two_layers, "model.input={embedding: 16, dropout: 0.5}");
    CHECK(e && e->model.input.embedding == 16 && e->model.input.dropout == 0.5);
    rondo_experiment_destroy(e);
    e = parse(two_layers, "model.input.dropout=0.25");
    CHECK(e && e->model.input.kind == RONDO_INPUT_ONE_HOT && e->model.input.dropout == 0.25);
    rondo_experiment_destroy(e);
    e = parse(LEAST, "model.input=one_hot");
    CHECK(e && e->model.input.kind == RONDO_INPUT_ONE_HOT);
    rondo_experiment_destroy(e);
}

static void test_paths_start_in_the_current_folder(void)
{
    char current[4096];
    rondo_text expected = {0};
    rondo_experiment *e = parse(LEAST, "data.path=./here.txt");
    CHECK(getcwd(current, sizeof current) != NULL);
    rondo_text_add(&expected, "%s/here.txt", current);
    CHECK(e != NULL);
    if (e) CHECK_TEXT(e->data.path, rondo_text_get(&expected));
    rondo_experiment_destroy(e);
    e = parse(LEAST, NULL);
    if (e) CHECK_TEXT(e->data.path, "/data/input.txt");
    rondo_experiment_destroy(e);
    rondo_text_finish(&expected);
}

static void test_refusals(void)
{
    CHECK_TEXT(messages(LEAST, "train.epochs=ten"),
               "--set train.epochs=ten: train.epochs: \"ten\" is not an integer in [1, 1000000]");
    CHECK_TEXT(messages(LEAST, "model.layers.2.hidden=3"),
               "--set model.layers.2.hidden=3: index 2 is beyond the end of the list, which has 1 "
               "entries");
    CHECK_TEXT(messages(LEAST, "model.layers.last.hidden=3"),
               "--set model.layers.last.hidden=3: \"last\" is not an index of a list (0, 1, ...)");
    CHECK_TEXT(messages(LEAST, "seed"), "--set seed: write path.to.key=value");
    CHECK_TEXT(messages(LEAST, "=3"), "--set =3: write path.to.key=value");
    CHECK_TEXT(messages(LEAST, "a..b=3"), "--set a..b=3: the path must be words separated by dots");
    CHECK_TEXT(messages(LEAST, "extends=x.yaml"),
               "--set extends=x.yaml: extends can only be written in a file");
    CHECK_TEXT(messages(LEAST, "data.path="),
               "--set data.path=: data.path: an empty value is not a text of one or more printable "
               "characters");
    CHECK_CONTAINS(messages(LEAST, "seed=[1"), "--set seed=[1: did not find expected");
    CHECK_TEXT(messages(LEAST, "seed={a: 1, a: 2}"),
               "--set seed={a: 1, a: 2}: \"a\" is given twice in this mapping\n--set seed={a: 1, "
               "a: 2}: seed: a mapping is not an integer in [0, 9007199254740992]");
    CHECK_TEXT(messages(LEAST, "clip.nrom=5"), "--set clip.nrom=5: clip.nrom: unknown key; "
                                               "allowed: norm, scope, value; did you mean norm?");
}

static void test_problems_of_file_and_sets_come_together(void)
{
    static const char *const sets[] = {"seed=x", "clip.norm=-1"};
    rondo_experiment *experiment;
    rondo_error error = {0};
    rondo_experiment_parse("test", "/data", LEAST "train: {epochs: 0}\n", sets, 2, registry,
                           &experiment, &error);
    CHECK_TEXT(error.text,
               "test:5:17: train.epochs: \"0\" is not an integer in [1, 1000000]\n"
               "--set seed=x: seed: \"x\" is not an integer in [0, 9007199254740992]\n"
               "--set clip.norm=-1: clip.norm: \"-1\" is not a real number of at least 0");
    CHECK(experiment == NULL);
}

/* --- the order does not matter --- */

/* Paths of mappings with several forms, of lists (also behind their end), of cells and options. */
static const char *const pool[] = {
    "model.input.embedding=20",
    "model.input.dropout=.1",
    "model.input=one_hot",
    "model.input.kind=one_hot",
    "model.input={embedding: 5, dropout: 0.25}",
    "model.input.unknown_rate=0.5",
    "model.layers.0.cell=gru",
    "model.layers.0.options.forget_bias=2",
    "model.layers.0.options.update_bias=3",
    "model.layers.1={cell: rnn, hidden: 5}",
    "model.layers.1.hidden=6",
    "model.layers.2.cell=gru",
    "model.layers.2.hidden=9",
    "model.layers.3={cell: lstm, hidden: 4}",
    "model.layers=[{cell: rnn, hidden: 3}]",
    "model.layers.0.zoneout.hidden=0.25",
    "model.layers.0.zoneout.cell=0.25",
    "data.format=columns",
    "task=tagging",
    "data.features.0={kind: suffix, length: 2, embedding: 4}",
    "data.features.0.embedding=20",
    "data.features.1.kind=shape",
    "data.features.1.embedding=7",
    "data.split.valid=0.2",
    "data.split.test=x.txt",
    "data.split={valid: 30, test: 20}",
    "data.series.window=4",
    "data.unit=word",
    "optimizer.name=sgd",
    "optimizer.options.momentum=0.5",
    "optimizer.options.beta1=0.6",
    "schedule={name: step, factor: 0.3}",
    "schedule.every_epochs=2",
    "clip.norm=5",
    "clip.scope=layer",
};

enum { POOL = sizeof pool / sizeof pool[0], MOST_SETS = 4 };

/* The resolved config, or "refused"; what is said of a mistake may come in another order. */
static void load_in_order(const char *const *sets, int64_t count, rondo_text *text)
{
    rondo_experiment *e;
    rondo_error error = {0};
    if (rondo_experiment_parse("test", "/data", two_layers, sets, count, registry, &e, &error))
        rondo_text_add(text, "refused");
    else
        rondo_experiment_print(e, text);
    rondo_experiment_destroy(e);
}

/* All orders of sets[from..count - 1]. */
static bool is_same_in_all_orders(const char **sets, int from, int count, const char *expected)
{
    rondo_text text = {0};
    bool same = true;
    if (from == count) {
        load_in_order(sets, count, &text);
        same = strcmp(rondo_text_get(&text), expected) == 0;
        rondo_text_finish(&text);
        return same;
    }
    for (int i = from; same && i < count; i++) {
        const char *first = sets[i];
        sets[i] = sets[from];
        sets[from] = first;
        same = is_same_in_all_orders(sets, from + 1, count, expected);
        sets[from] = sets[i];
        sets[i] = first;
    }
    return same;
}

static bool is_same_path(const char *a, const char *b)
{
    size_t length = strcspn(a, "=");
    return length == strcspn(b, "=") && strncmp(a, b, length) == 0;
}

static void test_the_order_does_not_matter(void)
{
    uint32_t random = 12345;
    int accepted = 0, refused = 0;
    for (int round = 0; round < 400; round++) {
        const char *sets[MOST_SETS];
        int count = 0, wanted = 2 + round % (MOST_SETS - 1);
        while (count < wanted) {
            bool is_new = true;
            random = random * 1664525u + 1013904223u;
            sets[count] = pool[(random >> 8) % POOL];
            for (int i = 0; i < count; i++)
                is_new = is_new && !is_same_path(sets[i], sets[count]);
            count += is_new;
        }
        rondo_text expected = {0};
        load_in_order(sets, count, &expected);
        bool is_refused = strcmp(rondo_text_get(&expected), "refused") == 0;
        accepted += !is_refused;
        refused += is_refused;
        bool same = is_same_in_all_orders(sets, 0, count, rondo_text_get(&expected));
        CHECK(same);
        for (int i = 0; !same && i < count; i++)
            fprintf(stderr, "  --set %s\n", sets[i]);
        rondo_text_finish(&expected);
    }
    CHECK(accepted > 40 && refused > 40);
}

static rondo_experiment *parse_two(const char *first, const char *second)
{
    const char *const sets[] = {first, second};
    rondo_experiment *e;
    rondo_error error = {0};
    if (rondo_experiment_parse("test", "/data", two_layers, sets, 2, registry, &e, &error))
        fprintf(stderr, "refused: %s\n", error.text);
    return e;
}

static void test_pairs_of_sets(void)
{
    rondo_experiment *e = parse_two("model.input.embedding=20", "model.input.dropout=.1");
    CHECK(e && e->model.input.kind == RONDO_INPUT_EMBEDDING && e->model.input.embedding == 20);
    CHECK(e && e->model.input.dropout == 0.1);
    rondo_experiment_destroy(e);
    e = parse_two("model.input.dropout=.1", "model.input={embedding: 5}");
    CHECK(e && e->model.input.embedding == 5 && e->model.input.dropout == 0.1);
    rondo_experiment_destroy(e);
    e = parse_two("model.layers.3={cell: rnn, hidden: 7}", "model.layers.2={cell: gru, hidden: 6}");
    CHECK(e && e->model.layer_count == 4 && e->model.layers[2].hidden == 6);
    rondo_experiment_destroy(e);
    e = parse_two("model.layers.0.options.update_bias=3", "model.layers.0.cell=gru");
    CHECK(e && strcmp(e->model.layers[0].cell->head.name, "gru") == 0);
    rondo_experiment_destroy(e);
}

/* Of two for the same key the last one counts, as with most programs. */
static void test_the_last_of_the_same_key_counts(void)
{
    rondo_experiment *e = parse_two("seed=4", "seed=7");
    CHECK(e && e->seed == 7);
    rondo_experiment_destroy(e);
    e = parse_two("model.layers.0.hidden=4", "model.layers.00.hidden=7");
    CHECK(e && e->model.layers[0].hidden == 7);
    rondo_experiment_destroy(e);
}

static void test_rivals_of_one_command_line_are_refused(void)
{
    static const char *const sets[] = {"model.input.embedding=20", "model.input.kind=one_hot"};
    const char *const reverse[] = {sets[1], sets[0]};
    for (int i = 0; i < 2; i++) {
        rondo_experiment *e;
        rondo_error error = {0};
        rondo_experiment_parse("test", "/data", two_layers, i ? reverse : sets, 2, registry, &e,
                               &error);
        CHECK_TEXT(error.text, "--set model.input.embedding=20: model.input.embedding: only for "
                               "model.input.kind embedding; this config has one_hot");
        rondo_experiment_destroy(e);
    }
}

static const char tagger[] =
    "behavior_version: 1\ntask: tagging\n"
    "data: {path: a, format: columns, features: [{kind: suffix, length: 3, embedding: 10}]}\n"
    "model: {input: {embedding: 8}, layers: [{cell: lstm, hidden: 8}]}\noptimizer: {name: sgd}\n";

static void test_a_feature_keeps_its_kind(void)
{
    rondo_experiment *e = parse(tagger, "data.features.0.embedding=20");
    CHECK(e && e->data.features[0].kind == RONDO_FEATURE_SUFFIX);
    CHECK(e && e->data.features[0].embedding == 20 && e->data.features[0].length == 3);
    rondo_experiment_destroy(e);
    e = parse(tagger, "data.features.1={kind: shape, embedding: 4}");
    CHECK(e && e->data.feature_count == 2 && e->data.features[0].embedding == 10);
    rondo_experiment_destroy(e);
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_values_are_replaced_and_made);
    RUN(test_lists);
    RUN(test_another_plugin_drops_the_old_ones_options);
    RUN(test_options_of_both_plugins_stay);
    RUN(test_options_of_neither_plugin_are_still_unknown);
    RUN(test_kind_and_width_of_the_input_exclude_each_other);
    RUN(test_paths_start_in_the_current_folder);
    RUN(test_the_order_does_not_matter);
    RUN(test_pairs_of_sets);
    RUN(test_the_last_of_the_same_key_counts);
    RUN(test_rivals_of_one_command_line_are_refused);
    RUN(test_a_feature_keeps_its_kind);
    RUN(test_refusals);
    RUN(test_problems_of_file_and_sets_come_together);
    return support_end();
}
