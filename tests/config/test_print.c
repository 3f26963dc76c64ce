/* The short print: keys that count in this config, and no others. */
#include "support.h"

#define HEAD "behavior_version: 1\noptimizer: {name: adam}\n"

static void check_short(const char *config, const char *set, const char *expected)
{
    rondo_experiment *experiment = parse(config, set);
    rondo_text text = {0};
    CHECK(experiment != NULL);
    if (experiment) rondo_experiment_print_short(experiment, &text);
    CHECK_TEXT(rondo_text_get(&text), expected);
    rondo_text_finish(&text);
    rondo_experiment_destroy(experiment);
}

/* Whether the short print has the part, and the whole print, too. */
static void check_part(const char *config, const char *set, const char *part, bool is_short)
{
    rondo_experiment *experiment = parse(config, set);
    rondo_text brief = {0}, whole = {0};
    CHECK(experiment != NULL);
    if (experiment) rondo_experiment_print_short(experiment, &brief);
    if (experiment) rondo_experiment_print(experiment, &whole);
    CHECK_CONTAINS(rondo_text_get(&whole), part);
    CHECK((strstr(rondo_text_get(&brief), part) != NULL) == is_short);
    rondo_text_finish(&brief);
    rondo_text_finish(&whole);
    rondo_experiment_destroy(experiment);
}

/* Nothing of decoders, scheduled sampling, tags, targets, generated data, values or features. */
static const char language_model[] = "behavior_version: 1\n"
                                     "seed: 1\n"
                                     "task: language_model\n"
                                     "data:\n"
                                     "  format: text\n"
                                     "  path: /data/a.txt\n"
                                     "  max_bytes: 0\n"
                                     "  unit: character\n"
                                     "  sequences: stream\n"
                                     "  batch_size: 64\n"
                                     "  batch_tokens: 0\n"
                                     "  evaluation_batch_size: 0\n"
                                     "  truncated_bptt: 100\n"
                                     "  carry_state: true\n"
                                     "  shuffle: false\n"
                                     "  vocabulary:\n"
                                     "    min_count: 1\n"
                                     "    max_size: 0\n"
                                     "    lowercase: false\n"
                                     "    unknown: \"<UNK>\"\n"
                                     "    end: \"<EOS>\"\n"
                                     "  split:\n"
                                     "    order: sequential\n"
                                     "    valid: 0.1\n"
                                     "    test: 0.0\n"
                                     "model:\n"
                                     "  pooling: none\n"
                                     "  input:\n"
                                     "    kind: one_hot\n"
                                     "    dropout: 0.0\n"
                                     "    unknown_rate: 0.0\n"
                                     "  layers:\n"
                                     "    - cell: rnn\n"
                                     "      hidden: 8\n"
                                     "      recurrent_dropout: 0.0\n"
                                     "      layer_norm: false\n"
                                     "      dropout: 0.0\n"
                                     "      residual: false\n"
                                     "      bidirectional: false\n"
                                     "      zoneout:\n"
                                     "        hidden: 0.0\n"
                                     "      options:\n"
                                     "        activation: tanh\n"
                                     "        recurrent_identity: false\n"
                                     "  initialization:\n"
                                     "    weights: glorot_uniform\n"
                                     "    recurrent: orthogonal\n"
                                     "  readout:\n"
                                     "    bias: true\n"
                                     "    tied: false\n"
                                     "loss:\n"
                                     "  name: softmax_cross_entropy\n"
                                     "  normalization: tokens\n"
                                     "  options:\n"
                                     "    label_smoothing: 0.0\n"
                                     "optimizer:\n"
                                     "  name: adam\n"
                                     "  learning_rate: 0.001\n"
                                     "  options:\n"
                                     "    beta1: 0.9\n"
                                     "    beta2: 0.999\n"
                                     "    epsilon: 1.0e-08\n"
                                     "    weight_decay: 0.0\n"
                                     "    decay_vectors: true\n"
                                     "    amsgrad: false\n"
                                     "clip:\n"
                                     "  norm: 0.0\n"
                                     "  value: 0.0\n"
                                     "schedule:\n"
                                     "  name: constant\n"
                                     "  warmup_steps: 0\n"
                                     "train:\n"
                                     "  epochs: 10\n"
                                     "  max_steps: 0\n"
                                     "  max_seconds: 0.0\n"
                                     "  max_minutes: 0.0\n"
                                     "  threads: 0\n"
                                     "  precision: float32\n"
                                     "  shards: 1\n"
                                     "  log_every: 50\n"
                                     "  weight_noise: 0.0\n"
                                     "  weight_average: 0.0\n"
                                     "  monitor: loss\n"
                                     "  early_stopping:\n"
                                     "    patience: 0\n"
                                     "output:\n"
                                     "  folder: runs/test\n"
                                     "  keep_checkpoints: 2\n"
                                     "  checkpoint_every:\n"
                                     "    epochs: 1\n"
                                     "    steps: 0\n";

static void test_language_model(void)
{
    check_short(HEAD "data: {path: a.txt}\nmodel: {layers: [{cell: rnn, hidden: 8}]}\n", NULL,
                language_model);
}

static void test_keys_that_another_key_switches_on(void)
{
    check_part(LEAST, NULL, "  scope: global\n", false);
    check_part(LEAST, "clip.norm=5", "  scope: global\n", true);
    check_part(LEAST, NULL, "  lowercase_rule: unicode\n", false);
    check_part(LEAST, "data.vocabulary.lowercase=true", "  lowercase_rule: ascii\n", true);
    check_part(LEAST, NULL, "  min_delta: 0.0\n", false);
    check_part(LEAST, "train.early_stopping.patience=2", "  min_delta: 0.0\n", true);
}

static void test_options_that_another_option_switches_on(void)
{
    check_part(LEAST, NULL, "    decoupled: false\n", false);
    check_part(LEAST, "optimizer.options.weight_decay=0.1", "    decoupled: false\n", true);
}

static void test_a_section_of_nothing_has_no_heading(void)
{
    check_part(LEAST, NULL, "seeds:\n", false);
    check_part(LEAST, "seeds.order=3", "seeds:\n  order: 3\n", true);
    check_part(LEAST, NULL, "  options: {}\n", false);
}

static void test_entries_of_lists_are_judged_one_by_one(void)
{
    static const char layers[] =
        HEAD "data: {path: a.txt}\n"
             "model: {layers: [{cell: rnn, hidden: 8}, {cell: rnn, hidden: 8, dropout: 0.5}]}\n";
    check_part(layers, NULL, "    dropout: 0.0\n      dropout_kind: element\n", false);
    check_part(layers, NULL, "    dropout: 0.5\n      dropout_kind: element\n", true);
}

static void test_sections_of_tasks(void)
{
    static const char tagger[] = HEAD "task: tagging\ndata: {format: columns, path: a}\n"
                                      "model: {layers: [{cell: rnn, hidden: 8}]}\n";
    static const char translator[] =
        HEAD "task: translation\ndata: {format: pairs, path: a}\n"
             "model: {layers: [{cell: rnn, hidden: 8}], decoder: {layers: [{cell: rnn, hidden: "
             "8}]}}\n";
    check_part(tagger, NULL, "  tag_scheme: auto\n", true);
    check_part(tagger, NULL, "  decoder:\n", false);
    check_part(translator, NULL, "  tag_scheme: auto\n", false);
    check_part(translator, NULL, "  decoder:\n", true);
    check_part(translator, NULL, "  scheduled_sampling:\n    decay: none\n", true);
    check_part(translator, NULL, "    slope: 0.0\n", false);
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_language_model);
    RUN(test_keys_that_another_key_switches_on);
    RUN(test_options_that_another_option_switches_on);
    RUN(test_a_section_of_nothing_has_no_heading);
    RUN(test_entries_of_lists_are_judged_one_by_one);
    RUN(test_sections_of_tasks);
    return support_end();
}
