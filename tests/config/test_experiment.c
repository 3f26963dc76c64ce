/* Defaults, extends, and what may differ between a run and its resumption. */
#include "plugin/options.h"
#include "support.h"
#include "tasks.h"

static rondo_experiment *load(const char *path)
{
    rondo_experiment *experiment;
    rondo_error error = {0};
    if (rondo_experiment_load(path, NULL, 0, registry, &experiment, &error))
        fprintf(stderr, "unexpected: %s\n", error.text);
    return experiment;
}

static void test_defaults(void)
{
    rondo_experiment *e = parse(LEAST, NULL);
    CHECK(e != NULL);
    if (!e) return;
    CHECK_INTEGER(e->seed, 1);
    CHECK(e->task == &rondo_task_language_model);
    CHECK_TEXT(e->data.format->head.name, "text");
    CHECK_INTEGER(e->data.sequences, RONDO_STREAM);
    CHECK_INTEGER(e->data.batch_size, 64);
    CHECK_INTEGER(e->data.batch_tokens, 0);
    CHECK_INTEGER(e->data.truncated_bptt, 100);
    CHECK(e->data.carry_state && !e->data.shuffle);
    CHECK_NEAR(e->data.split.valid.fraction, 0.1, 0);
    CHECK_INTEGER(e->model.input.kind, RONDO_INPUT_ONE_HOT);
    CHECK_INTEGER(e->model.input.embedding, 0);
    CHECK(e->model.readout_bias);
    CHECK_INTEGER(e->model.pooling, RONDO_POOLING_NONE);
    CHECK_TEXT(e->loss.loss->head.name, "softmax_cross_entropy");
    CHECK_INTEGER(e->loss.normalization, RONDO_PER_TOKEN);
    CHECK_NEAR(e->optimizer.learning_rate, e->optimizer.optimizer->learning_rate, 0);
    CHECK_INTEGER(e->train.epochs, 10);
    CHECK_TEXT(e->output.folder, "runs/test");
    rondo_experiment_destroy(e);
}

static void test_defaults_that_follow_other_keys(void)
{
    rondo_experiment *e = parse(LEAST, "data.sequences=line");
    CHECK(e && e->data.truncated_bptt == 0 && !e->data.carry_state && e->data.shuffle);
    rondo_experiment_destroy(e);
    e = load("good/tagging_columns.yaml");
    CHECK(e && e->data.sequences == RONDO_LINE && e->data.unit == RONDO_WORD);
    CHECK(e && e->data.path == NULL && e->data.split.valid.fraction == 0);
    rondo_experiment_destroy(e);
    e = load("good/values.yaml");
    CHECK(e && e->data.split.valid.fraction == 0 && e->model.input.kind == RONDO_INPUT_VALUES);
    rondo_experiment_destroy(e);
}

static void test_pooling_follows_the_task(void)
{
    rondo_experiment *e = load("good/classification.yaml");
    CHECK(e && e->model.pooling == RONDO_POOLING_MAX && e->data.truncated_bptt == 0);
    rondo_experiment_destroy(e);
    e = load("good/regression_per_step.yaml");
    CHECK(e && e->model.pooling == RONDO_POOLING_NONE && e->data.truncated_bptt == 20);
    rondo_experiment_destroy(e);
    e = parse("behavior_version: 1\ntask: regression\ndata: {path: x.h5, format: hdf5}\n"
              "model: {layers: [{cell: lstm, hidden: 8}]}\nloss: {name: mean_squared_error}\n"
              "optimizer: {name: adam}\n",
              NULL);
    CHECK(e && e->model.pooling == RONDO_POOLING_LAST);
    rondo_experiment_destroy(e);
}

/* What `backward` leaves out is as forward: the cell with its options one by one, zoneout by the
 * names of states. A cell named there starts with its own defaults. */
static void test_backward_directions(void)
{
    int peephole = 0;
    double forget_bias = 0;
    rondo_experiment *e = load("good/layer_options.yaml");
    CHECK(e && e->model.layer_count == 3);
    if (!e) return;
    const rondo_layer_config *same = &e->model.layers[0], *other = &e->model.layers[1],
                             *changed = &e->model.layers[2];
    CHECK(same->backward.cell == same->cell && same->backward.options == same->options);
    CHECK_INTEGER(same->backward.hidden, 6);
    CHECK_NEAR(same->backward.zoneout[1], 0.5, 0);
    CHECK_TEXT(other->backward.cell->head.name, "gru");
    CHECK_INTEGER(other->backward.hidden, 4);
    CHECK_NEAR(other->backward.zoneout[0], 0.05, 0);
    CHECK_NEAR(other->backward.zoneout[1], 0, 0);
    CHECK_TEXT(changed->backward.cell->head.name, "lstm");
    CHECK_INTEGER(changed->backward.hidden, 5);
    CHECK_NEAR(changed->backward.zoneout[1], 0.25, 0);
    const rondo_plugin *lstm = &changed->cell->head;
    const rondo_option *row = rondo_options_find(lstm->options, "forget_bias");
    memcpy(&forget_bias, (const char *)changed->backward.options + row->offset, sizeof(double));
    row = rondo_options_find(lstm->options, "peephole");
    peephole = ((const char *)changed->backward.options)[row->offset];
    CHECK_NEAR(forget_bias, 3, 0);
    CHECK_INTEGER(peephole, 1);
    rondo_experiment_destroy(e);
}

/* Another cell by --set: numbers for states that it has not go with the old one. */
static void test_zoneout_follows_the_cell(void)
{
    static const char text[] =
        "behavior_version: 1\ndata: {path: a}\noptimizer: {name: adam}\n"
        "model: {layers: [{cell: lstm, hidden: 8, zoneout: {hidden: 0.5, cell: 0.25}}]}\n";
    rondo_experiment *e = parse(text, "model.layers.0.cell=gru");
    CHECK(e && e->model.layers[0].zoneout[0] == 0.5 && e->model.layers[0].zoneout[1] == 0);
    rondo_experiment_destroy(e);
    e = parse(text, "model.layers.0.zoneout.cell=0.125");
    CHECK(e && e->model.layers[0].zoneout[0] == 0.5 && e->model.layers[0].zoneout[1] == 0.125);
    rondo_experiment_destroy(e);
    CHECK_CONTAINS(messages(text, "model.layers.0.zoneout.sell=0.125"),
                   "unknown state; lstm has: hidden, cell; did you mean cell?");
}

/* 9007199254740992 is the largest integer a row takes; one more is refused, not rounded. */
static void test_large_integers_are_exact(void)
{
    rondo_experiment *e = parse(LEAST, "seed=9007199254740991");
    CHECK(e && e->seed == 9007199254740991);
    rondo_experiment_destroy(e);
    CHECK_CONTAINS(messages(LEAST, "seed=9223372036854775807"), "is not an integer in");
    CHECK_CONTAINS(messages(LEAST, "seed=9007199254740993"), "is not an integer in");
}

static void check_ends_with(const char *text, const char *ending)
{
    size_t length = text ? strlen(text) : 0, tail = strlen(ending);
    CHECK(length >= tail);
    if (length >= tail) CHECK_TEXT(text + length - tail, ending);
}

static void test_extends(void)
{
    rondo_experiment *e = load("good/extends_chain.yaml");
    rondo_text text = {0};
    CHECK(e != NULL);
    if (!e) return;
    CHECK_INTEGER(e->seed, 9);
    CHECK_INTEGER(e->data.batch_size, 7);
    CHECK(e->data.path && e->data.path[0] == '/');
    check_ends_with(e->data.path, "/good/parts/middle.txt");
    CHECK_INTEGER(e->model.layer_count, 1);
    CHECK_INTEGER(e->model.input.kind, RONDO_INPUT_ONE_HOT);
    CHECK_NEAR(e->model.input.dropout, 0.5, 0);
    CHECK_TEXT(e->optimizer.optimizer->head.name, "sgd");
    CHECK_NEAR(e->optimizer.learning_rate, 0.25, 0);
    CHECK_INTEGER(e->train.epochs, 3);
    CHECK_INTEGER(e->train.max_steps, 5);
    CHECK_TEXT(e->output.folder, "runs/extends_chain");
    rondo_experiment_print(e, &text);
    CHECK(!strstr(rondo_text_get(&text), "beta1"));
    rondo_text_finish(&text);
    rondo_experiment_destroy(e);
}

static void test_a_resolved_config_stands_alone(void)
{
    CHECK_CONTAINS(messages("extends: good/least.yaml\n" LEAST, NULL),
                   "test:1:1: extends: can only be written in a config file");
}

static void check_differences(const char *set, const char *expected)
{
    rondo_experiment *before = parse(LEAST, NULL), *now = parse(LEAST, set);
    rondo_text text = {0};
    CHECK(before && now);
    if (before && now) rondo_experiment_diff(before, now, &text);
    CHECK_TEXT(rondo_text_get(&text), expected);
    rondo_text_finish(&text);
    rondo_experiment_destroy(before);
    rondo_experiment_destroy(now);
}

static void test_differences(void)
{
    check_differences(NULL, "");
    check_differences("seed=2", "seed: 1 before, 2 now");
    check_differences("model.layers.0.options.forget_bias=2",
                      "model.layers.0.options.forget_bias: 1.0 before, 2.0 now");
    check_differences("model.layers.1={cell: rnn, hidden: 3}",
                      "model.layers.1: absent before, there now");
    check_differences("model.input={embedding: 3}",
                      "model.input.kind: one_hot before, embedding now\n"
                      "model.input.embedding: absent before, 3 now");
}

static void test_harmless_differences(void)
{
    static const char *const sets[] = {
        "train.epochs=99",           "train.max_steps=7",
        "train.threads=3",           "train.log_every=1",
        "output.folder=elsewhere",   "train.early_stopping.patience=5",
        "output.keep_checkpoints=9", "output.checkpoint_every.steps=3"};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        check_differences(sets[i], "");
}

/* Where a file lies may differ; whether there is one may not. */
static void test_differences_of_paths(void)
{
    check_differences("data.path=/elsewhere/input.txt", "");
    check_differences("data.split.valid=/elsewhere/valid.txt",
                      "data.split.valid: 0.1 before, /elsewhere/valid.txt now");
    check_differences("data.split.valid=0.2", "data.split.valid: 0.1 before, 0.2 now");
}

/* A run of an older build goes on reading as it did: its config does not say the rule. */
static void test_lowercase_of_older_builds(void)
{
    rondo_experiment *e = parse(LEAST, "data.vocabulary.lowercase=true");
    CHECK(e && e->data.vocabulary.lowercase_rule == RONDO_LOWERCASE_ASCII);
    rondo_experiment_destroy(e);
    e = parse(LEAST, NULL);
    CHECK(e && e->data.vocabulary.lowercase_rule == RONDO_LOWERCASE_UNICODE);
    rondo_experiment_destroy(e);
    e = load("good/lowercase.yaml");
    CHECK(e && e->data.vocabulary.lowercase_rule == RONDO_LOWERCASE_UNICODE);
    rondo_experiment_destroy(e);
    e = load("good/features.yaml");
    CHECK(e && e->data.vocabulary.lowercase_rule == RONDO_LOWERCASE_UNICODE);
    rondo_experiment_destroy(e);
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_lowercase_of_older_builds);
    RUN(test_defaults);
    RUN(test_defaults_that_follow_other_keys);
    RUN(test_pooling_follows_the_task);
    RUN(test_backward_directions);
    RUN(test_zoneout_follows_the_cell);
    RUN(test_large_integers_are_exact);
    RUN(test_extends);
    RUN(test_a_resolved_config_stands_alone);
    RUN(test_differences);
    RUN(test_harmless_differences);
    RUN(test_differences_of_paths);
    return support_end();
}
