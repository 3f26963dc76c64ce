#include "config/checks.h"

#include <stdio.h>
#include <string.h>

#include "config/tree.h"

typedef rondo_checks checks;

void rondo_checks_refuse(const rondo_checks *c, const char *key, const char *other,
                         const char *text)
{
    if (rondo_problems_has(c->problems, key)) return;
    if (other && rondo_problems_has(c->problems, other)) return;
    rondo_problems_add(c->problems, rondo_tree_place(c->root, key), key, "%s", text);
}

static bool has_tags(const rondo_data_config *data)
{
    return data->format == RONDO_FORMAT_COLUMNS || data->format == RONDO_FORMAT_PARALLEL_TAGS;
}

static void refuse(const checks *c, const char *key, const char *other, const char *text)
{
    rondo_checks_refuse(c, key, other, text);
}

static void check_task(const checks *c)
{
    const rondo_data_config *data = &c->experiment->data;
    int task = c->experiment->task;
    bool is_whole = task == RONDO_CLASSIFICATION || task == RONDO_REGRESSION;
    bool has_values =
        data->format == RONDO_FORMAT_PIANO_ROLL || data->format == RONDO_FORMAT_SERIES;
    bool is_translation = task == RONDO_TRANSLATION;
    if (is_translation != (data->format == RONDO_FORMAT_PAIRS)) {
        refuse(c, "task", "data.format",
               is_translation ? "translation needs sources and targets: data.format pairs"
                              : "data.format pairs is for translation");
        return;
    }
    if (task == RONDO_TAGGING && data->format == RONDO_FORMAT_TEXT)
        refuse(c, "task", "data.format",
               "tagging needs classes, from data.format columns, parallel_tags or hdf5; plain text "
               "has none");
    if (task == RONDO_LANGUAGE_MODEL && has_tags(data))
        refuse(c, "task", "data.format",
               "a language_model reads data.format text or hdf5; columns and parallel_tags are for "
               "tagging");
    if (is_whole && (data->format == RONDO_FORMAT_TEXT || has_tags(data)))
        refuse(c, "task", "data.format",
               "classification reads data.format table, idx or hdf5, regression hdf5; text is for "
               "a language_model, columns and parallel_tags are for tagging");
    if (task != RONDO_CLASSIFICATION && task != RONDO_LANGUAGE_MODEL &&
        data->format == RONDO_FORMAT_TABLE)
        refuse(c, "task", "data.format",
               "a table has a label for each text: classification, or a language_model that is "
               "given the label");
    if (task != RONDO_CLASSIFICATION && data->format == RONDO_FORMAT_IDX)
        refuse(c, "task", "data.format", "idx has a label for each image: classification");
    if (task == RONDO_FORECASTING && !has_values && data->format != RONDO_FORMAT_HDF5)
        refuse(c, "task", "data.format",
               "forecasting reads values, from data.format piano_roll, series or hdf5");
    if (task != RONDO_FORECASTING && has_values)
        refuse(c, "task", "data.format",
               "data.format piano_roll and series are for task forecasting");
}

static void check_stream(const checks *c)
{
    const rondo_data_config *data = &c->experiment->data;
    if (data->example != RONDO_STREAM) {
        if (data->carry_state && data->truncated_bptt == 0)
            refuse(c, "data.carry_state", "data.truncated_bptt",
                   "whole sequences have no state to carry: set data.truncated_bptt or leave it "
                   "out");
        return;
    }
    if (has_tags(data))
        refuse(c, "data.example", "data.format", "tags belong to sequences, not to a stream: line");
    if (c->experiment->task == RONDO_FORECASTING)
        refuse(c, "data.example", "task", "forecasting reads sequences, not a stream: line");
    if (data->format == RONDO_FORMAT_PAIRS)
        refuse(c, "data.example", "data.format", "pairs are sequences, not a stream: line");
    if (data->truncated_bptt == 0)
        refuse(c, "data.truncated_bptt", "data.example",
               "a stream needs a length above 0 (or set data.example: line)");
    if (data->batch_tokens > 0)
        refuse(c, "data.batch_tokens", "data.example",
               "a stream's minibatch is batch_size times truncated_bptt: 0 (or set data.example: "
               "line)");
    if (data->split.order == RONDO_RANDOM)
        refuse(c, "data.split.order", "data.example",
               "a stream is cut in order: sequential (or set data.example: line)");
    if (data->shuffle)
        refuse(c, "data.shuffle", "data.example",
               "a stream is read in order: false (or set data.example: line)");
}

static bool is_part_given(const rondo_split_part *part)
{
    return part->path || part->fraction > 0 || part->count > 0;
}

static void check_split(const checks *c)
{
    const rondo_data_config *data = &c->experiment->data;
    const rondo_split_config *split = &data->split;
    bool is_generated = data->format == RONDO_FORMAT_GENERATED;
    double held_out = split->valid.fraction + split->test.fraction;
    if (held_out >= 1)
        refuse(c, "data.split.test", "data.split.valid",
               "the fractions of valid and test leave nothing to train on: their sum must be below "
               "1");
    else if (split->train.fraction + held_out > 1 + 1e-9)
        refuse(c, "data.split.train", "data.split.valid",
               "the fractions of train, valid and test add up to more than 1");
    const rondo_node *section = rondo_tree_find(c->root, "data");
    bool is_mistake = section && section->kind != RONDO_MAPPING && !rondo_node_is_empty(section);
    if (!data->path && !split->train.path && !is_mistake && !is_generated)
        refuse(c, "data.path", "data.split.train",
               data->format == RONDO_FORMAT_HDF5
                   ? "missing key; allowed: the file to learn from"
                   : "missing key; allowed: the file to learn from (or data.split.train)");
    if (data->path && split->train.path)
        refuse(c, "data.split.train", "data.path", "stands instead of data.path: give one of them");
}

/* Validation is needed by whatever looks at its loss. An hdf5 file's splits are not known yet. */
static void check_validation(const checks *c)
{
    static const char text[] = "needs a validation split, but data.split.valid is 0";
    const rondo_experiment *e = c->experiment;
    if (is_part_given(&e->data.split.valid) || e->data.format == RONDO_FORMAT_HDF5) return;
    if (e->data.format == RONDO_FORMAT_GENERATED && e->data.generator.valid > 0) return;
    if (e->train.early_stopping.patience > 0)
        refuse(c, "train.early_stopping.patience", "data.split.valid", text);
    if (e->schedule.name == RONDO_PLATEAU) refuse(c, "schedule.name", "data.split.valid", text);
    if (e->train.best_by && strcmp(e->train.best_by, "loss") != 0)
        refuse(c, "train.best_by", "data.split.valid", text);
}

enum { MOST_FIGURES = 1 + RONDO_MAX_METRICS + 3 };

/* Names of what an evaluation tells; whether tags spell entities is seen when they are read. */
static int64_t list_figures(const rondo_experiment *experiment, const char *names[MOST_FIGURES])
{
    static const char *const of_entities[] = {"precision", "recall", "f1"};
    const rondo_loss *loss = experiment->loss.loss;
    bool of_text = rondo_experiment_predicts_text(experiment);
    int64_t count = 0;
    names[count++] = "loss";
    for (int32_t i = 0; i < loss->metric_count && i < RONDO_MAX_METRICS; i++)
        if (loss->metrics[i].rule != RONDO_METRIC_WHOLE &&
            (of_text || !rondo_metric_is_of_text(&loss->metrics[i])))
            names[count++] = loss->metrics[i].name;
    if (experiment->task == RONDO_TAGGING && experiment->data.tag_scheme != RONDO_TAGS_NONE)
        for (int i = 0; i < 3; i++)
            names[count++] = of_entities[i];
    if (experiment->task == RONDO_TRANSLATION) names[count++] = "exact_match";
    return count;
}

static void check_best_by(const checks *c)
{
    const char *name = c->experiment->train.best_by, *names[MOST_FIGURES];
    char quoted[RONDO_QUOTE_SIZE];
    rondo_text text = {0};
    if (!name || !c->experiment->loss.loss) return;
    int64_t count = list_figures(c->experiment, names);
    for (int64_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return;
    rondo_text_add(&text, "\"%s\" is not one of", rondo_problem_quote(name, quoted));
    for (int64_t i = 0; i < count; i++)
        rondo_text_add(&text, "%s %s", i > 0 ? "," : "", names[i]);
    const char *nearest = rondo_text_nearest(name, names, count);
    if (nearest) rondo_text_add(&text, "; did you mean %s?", nearest);
    refuse(c, "train.best_by", "loss.name", rondo_text_get(&text));
    rondo_owned_release(&c->problems->owned, &text);
}

static void check_vocabulary(const checks *c)
{
    const rondo_vocabulary_config *vocabulary = &c->experiment->data.vocabulary;
    const char *unknown = vocabulary->unknown, *end = vocabulary->end;
    if (vocabulary->max_size == 1 || vocabulary->max_size == 2)
        refuse(c, "data.vocabulary.max_size", NULL,
               "must be 0 or at least 3: the unknown and the end symbol count, too");
    if (unknown && end && strcmp(unknown, end) == 0)
        refuse(c, "data.vocabulary.end", "data.vocabulary.unknown",
               "is written like the unknown symbol");
}

static void check_columns(const checks *c)
{
    const rondo_data_config *data = &c->experiment->data;
    bool is_target_given = rondo_tree_find(c->root, "data.target_column") != NULL;
    if (data->format == RONDO_FORMAT_COLUMNS && data->input_column == data->target_column)
        refuse(c, is_target_given ? "data.target_column" : "data.input_column", "data.format",
               "input_column and target_column are the same field: the class would be the input");
}

static void check_table(const checks *c)
{
    const rondo_table_config *table = &c->experiment->data.table;
    if (c->experiment->data.format == RONDO_FORMAT_TABLE && table->text && table->label &&
        strcmp(table->text, table->label) == 0)
        refuse(c, "data.table.label", "data.table.text",
               "text and label are the same column: the class would be the input");
}

static void check_feature_key(const checks *c, int64_t number, const char *key, int64_t value,
                              const char *kind)
{
    char path[RONDO_PATH_SIZE], text[96];
    if (value > 0) return;
    snprintf(path, sizeof path, "data.features.%lld.kind", (long long)number);
    if (rondo_problems_has(c->problems, path) || !rondo_tree_find(c->root, path)) return;
    snprintf(path, sizeof path, "data.features.%lld.%s", (long long)number, key);
    snprintf(text, sizeof text, "missing key; kind %s needs it", kind);
    refuse(c, path, NULL, text);
}

static void check_features(const checks *c)
{
    static const char *const kinds[] = {"suffix", "prefix", "shape", "lowercase", "column"};
    const rondo_data_config *data = &c->experiment->data;
    if (data->feature_count == 0) return;
    if (c->experiment->model.input.kind != RONDO_INPUT_EMBEDDING)
        refuse(c, "data.features", "model.input",
               "features stand beside the embedding of the word: model.input.embedding is needed");
    for (int64_t i = 0; i < data->feature_count; i++) {
        const rondo_feature_config *feature = &data->features[i];
        bool is_affix =
            feature->kind == RONDO_FEATURE_SUFFIX || feature->kind == RONDO_FEATURE_PREFIX;
        bool is_column = feature->kind == RONDO_FEATURE_COLUMN;
        if (is_affix) check_feature_key(c, i, "length", feature->length, kinds[feature->kind]);
        if (is_column) check_feature_key(c, i, "column", feature->column, kinds[feature->kind]);
        if (is_column && data->format == RONDO_FORMAT_PARALLEL_TAGS)
            refuse(c, "data.features", "data.format", "parallel_tags has no columns");
    }
}

static void check_series(const checks *c)
{
    const rondo_data_config *data = &c->experiment->data;
    if (data->format != RONDO_FORMAT_SERIES) return;
    if (!data->series.targets)
        refuse(c, "data.series.targets", "data.format",
               "missing key; allowed: the names of one or more columns");
    if (data->series.difference == RONDO_NAIVE_SEASONAL && data->series.season == 0)
        refuse(c, "data.series.difference", "data.series.season",
               "season needs the rows of a period, data.series.season");
    if (data->split.order == RONDO_RANDOM)
        refuse(c, "data.split.order", "data.format", "a series is split in its order: sequential");
    if (data->truncated_bptt > 0)
        refuse(c, "data.truncated_bptt", "data.format", "a window is read whole: 0");
}

static void check_loss(const checks *c)
{
    const rondo_loss *loss = c->experiment->loss.loss;
    if (!loss) return;
    if (c->experiment->task == RONDO_REGRESSION && loss->target == RONDO_TARGET_CLASS)
        refuse(c, "loss.name", "task", "regression predicts values, which this loss does not take");
    if (c->experiment->task == RONDO_FORECASTING && loss->target == RONDO_TARGET_CLASS)
        refuse(c, "loss.name", "task",
               "forecasting predicts values, which this loss does not take: mean_squared_error, or "
               "sigmoid_cross_entropy for values in [0, 1]");
    if (loss->target == RONDO_TARGET_CLASS) return;
    if (c->experiment->task == RONDO_LANGUAGE_MODEL)
        refuse(c, "loss.name", "task",
               "a language_model predicts classes, which this loss does not take");
    else if (c->experiment->task == RONDO_CLASSIFICATION)
        refuse(c, "loss.name", "task",
               "classification predicts classes, which this loss does not take");
    else if (c->experiment->task == RONDO_TRANSLATION)
        refuse(c, "loss.name", "task",
               "translation predicts classes, which this loss does not take");
    else if (has_tags(&c->experiment->data))
        refuse(c, "loss.name", "data.format", "tags are classes, which this loss does not take");
}

void rondo_checks_run(rondo_problems *problems, const rondo_node *root,
                      const rondo_experiment *experiment)
{
    const checks c = {problems, root, experiment};
    check_task(&c);
    rondo_checks_generator(&c);
    rondo_checks_model(&c);
    check_stream(&c);
    check_split(&c);
    check_validation(&c);
    check_vocabulary(&c);
    check_columns(&c);
    check_table(&c);
    check_features(&c);
    check_series(&c);
    check_loss(&c);
    check_best_by(&c);
    rondo_checks_translation(&c);
}
