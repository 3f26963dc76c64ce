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
               "--set model.layers.2.hidden=3: place 2 is beyond the list, which has 1 entries");
    CHECK_TEXT(messages(LEAST, "model.layers.last.hidden=3"),
               "--set model.layers.last.hidden=3: \"last\" is not a place in a list (0, 1, ...)");
    CHECK_TEXT(messages(LEAST, "seed"), "--set seed: write path.to.key=value");
    CHECK_TEXT(messages(LEAST, "=3"), "--set =3: write path.to.key=value");
    CHECK_TEXT(messages(LEAST, "a..b=3"),
               "--set a..b=3: the path must be words with a dot between");
    CHECK_TEXT(messages(LEAST, "extends=x.yaml"),
               "--set extends=x.yaml: extends can only be written in a file");
    CHECK_TEXT(messages(LEAST, "data.path="),
               "--set data.path=: data.path: an empty value is not a text of one or more printable "
               "characters");
    CHECK_CONTAINS(messages(LEAST, "seed=[1"), "--set seed=[1: did not find expected");
    CHECK_TEXT(messages(LEAST, "seed={a: 1, a: 2}"),
               "--set seed={a: 1, a: 2}: \"a\" stands twice in this mapping\n"
               "--set seed={a: 1, a: 2}: seed: a mapping is not an integer in [0, "
               "9007199254740992]");
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
    RUN(test_refusals);
    RUN(test_problems_of_file_and_sets_come_together);
    return support_end();
}
