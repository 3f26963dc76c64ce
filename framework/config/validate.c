#include "config/validate.h"

#include <stdio.h>
#include <string.h>

#include "config/metric_rows.h"
#include "config/tree.h"

void rondo_validator_refuse(const rondo_validator *v, const char *key, const char *other,
                            const char *text)
{
    if (rondo_problems_has(v->problems, key)) return;
    if (other && rondo_problems_has(v->problems, other)) return;
    rondo_problems_add(v->problems, rondo_tree_place(v->root, key), key, "%s", text);
}

static void refuse(const rondo_validator *v, const char *key, const char *other, const char *text)
{
    rondo_validator_refuse(v, key, other, text);
}

static void check_task(const rondo_validator *v)
{
    rondo_text text = {0};
    rondo_task_explain(v->experiment, v->registry, &text);
    if (text.length > 0) refuse(v, "task", "data.format", rondo_text_get(&text));
    rondo_owned_release(&v->problems->owned, &text);
}

static void refuse_stream(const rondo_validator *v)
{
    char text[160];
    const rondo_task *task = v->experiment->task;
    snprintf(text, sizeof text, "%s needs data.sequences: line (%s belong to sequences)",
             task->head.name, task->predicts);
    refuse(v, "data.sequences", "task", text);
}

static void check_stream(const rondo_validator *v)
{
    const rondo_data_config *data = &v->experiment->data;
    if (data->sequences != RONDO_STREAM) {
        if (data->carry_state && data->truncated_bptt == 0)
            refuse(v, "data.carry_state", "data.truncated_bptt",
                   "whole sequences have no state to carry: set data.truncated_bptt or leave it "
                   "out");
        return;
    }
    if (!v->experiment->task->takes_streams) refuse_stream(v);
    if (data->truncated_bptt == 0)
        refuse(v, "data.truncated_bptt", "data.sequences",
               "must be above 0 for data.sequences: stream");
    if (data->batch_tokens > 0)
        refuse(
            v, "data.batch_tokens", "data.sequences",
            "must be 0 for data.sequences: stream (a minibatch has batch_size times truncated_bptt "
            "tokens)");
    if (data->split.order == RONDO_RANDOM)
        refuse(v, "data.split.order", "data.sequences",
               "must be sequential for data.sequences: stream (it is cut in order)");
    if (data->shuffle)
        refuse(v, "data.shuffle", "data.sequences",
               "must be false for data.sequences: stream (it is read in order)");
}

static bool is_part_given(const rondo_split_part *part)
{
    return part->path || part->fraction > 0 || part->count > 0;
}

static void check_split(const rondo_validator *v)
{
    const rondo_data_config *data = &v->experiment->data;
    const rondo_split_config *split = &data->split;
    bool has_files = rondo_format_has(data, RONDO_PROVIDES_FILES);
    double held_out = split->valid.fraction + split->test.fraction;
    if (held_out >= 1)
        refuse(
            v, "data.split.test", "data.split.valid",
            "the fractions of valid and test must add up to less than 1 (nothing is left to train "
            "on)");
    else if (split->train.fraction + held_out > 1 + 1e-9)
        refuse(v, "data.split.train", "data.split.valid",
               "the fractions of train, valid and test add up to more than 1");
    const rondo_node *section = rondo_tree_find(v->root, "data");
    bool is_mistake = section && section->kind != RONDO_MAPPING && !rondo_node_is_empty(section);
    if (!data->path && !split->train.path && !is_mistake && has_files)
        refuse(v, "data.path", "data.split.train",
               rondo_format_has(data, RONDO_PROVIDES_SPLITS)
                   ? "missing key; allowed: the file to learn from"
                   : "missing key; allowed: the file to learn from (or data.split.train)");
    if (data->path && split->train.path)
        refuse(v, "data.split.train", "data.path",
               "give either data.path or data.split.train, not both");
}

/* Validation is needed by whatever looks at its loss. Splits of a file of its own are not known
 * yet. */
static void check_validation(const rondo_validator *v)
{
    static const char text[] = "needs a validation split, but data.split.valid is 0";
    const rondo_experiment *e = v->experiment;
    bool has_splits = rondo_format_has(&e->data, RONDO_PROVIDES_SPLITS);
    if (is_part_given(&e->data.split.valid)) return;
    if (has_splits && (!e->data.format || e->data.format->split_count(&e->data, 1) != 0)) return;
    if (e->train.early_stopping.patience > 0)
        refuse(v, "train.early_stopping.patience", "data.split.valid", text);
    if (e->schedule.schedule && e->schedule.schedule->judge)
        refuse(v, "schedule.name", "data.split.valid", text);
    if (e->train.monitor && strcmp(e->train.monitor, "loss") != 0)
        refuse(v, "train.monitor", "data.split.valid", text);
}

static void check_monitor(const rondo_validator *v)
{
    const char *name = v->experiment->train.monitor;
    rondo_metric_row rows[RONDO_MAX_METRIC_ROWS];
    char quoted[RONDO_QUOTE_SIZE];
    rondo_text text = {0};
    int64_t count = rondo_experiment_metrics(v->experiment, rows);
    if (!name || !v->experiment->loss.loss) return;
    int64_t row = rondo_metric_rows_find(rows, count, name);
    if (row < 0) {
        rondo_text_add(&text, "\"%s\" is not one of ", rondo_problem_quote(name, quoted));
        rondo_metric_rows_suggest(rows, count, name, &text);
        refuse(v, "train.monitor", "loss.name", rondo_text_get(&text));
    } else if (rows[row].part && rows[row].part->fixed) {
        rondo_text_add(&text, "%s %s, so training does not change it: write %s", name,
                       rows[row].part->fixed, rows[row].metric->head.name);
        refuse(v, "train.monitor", "data.format", rondo_text_get(&text));
    } else if (rows[row].metric && rows[row].metric->needs & RONDO_NEEDS_DECODED &&
               v->experiment->train.decoded_sequences == 0) {
        refuse(v, "train.monitor", "train.decoded_sequences",
               "is measured on decoded sequences: set train.decoded_sequences above 0");
    }
    rondo_owned_release(&v->problems->owned, &text);
}

static void check_vocabulary(const rondo_validator *v)
{
    const rondo_vocabulary_config *vocabulary = &v->experiment->data.vocabulary;
    const char *unknown = vocabulary->unknown, *end = vocabulary->end;
    if (vocabulary->max_size == 1 || vocabulary->max_size == 2)
        refuse(v, "data.vocabulary.max_size", NULL,
               "must be 0 or at least 3: the unknown and the end symbol count, too");
    if (unknown && end && strcmp(unknown, end) == 0)
        refuse(v, "data.vocabulary.end", "data.vocabulary.unknown",
               "must differ from data.vocabulary.unknown");
}

static void check_standardize(const rondo_validator *v)
{
    const rondo_experiment *e = v->experiment;
    if (e->data.standardize == RONDO_STANDARDIZE_NONE) return;
    if (e->model.input.kind != RONDO_INPUT_VALUES)
        refuse(v, "data.standardize", "model.input",
               "must be none (only values can be standardized)");
    if (e->data.standardize == RONDO_STANDARDIZE_ALL && !e->task->predicts_values)
        refuse(v, "data.standardize", "task",
               "must be none or inputs (classes cannot be standardized)");
    if (e->data.standardize == RONDO_STANDARDIZE_INPUTS && e->task->predicts_input)
        refuse(v, "data.standardize", "task",
               "must be none or all (the inputs are predicted, too)");
    if (e->data.standardize == RONDO_STANDARDIZE_ALL && e->loss.loss &&
        e->loss.loss->target == RONDO_TARGET_BINARY)
        refuse(v, "data.standardize", "loss.name",
               "must be none or inputs (targets of this loss are 0 and 1)");
}

static void check_feature_key(const rondo_validator *v, int64_t number, const char *key,
                              int64_t value, const char *kind)
{
    char path[RONDO_PATH_SIZE], text[96];
    if (value > 0) return;
    snprintf(path, sizeof path, "data.features.%lld.kind", (long long)number);
    if (rondo_problems_has(v->problems, path) || !rondo_tree_find(v->root, path)) return;
    snprintf(path, sizeof path, "data.features.%lld.%s", (long long)number, key);
    snprintf(text, sizeof text, "missing key; kind %s needs it", kind);
    refuse(v, path, NULL, text);
}

static void check_features(const rondo_validator *v)
{
    static const char *const kinds[] = {"suffix", "prefix", "shape", "lowercase", "column"};
    const rondo_data_config *data = &v->experiment->data;
    if (data->feature_count == 0) return;
    if (v->experiment->model.input.kind != RONDO_INPUT_EMBEDDING)
        refuse(v, "data.features", "model.input",
               "data.features need model.input: {embedding: N} (they are concatenated with the "
               "word's embedding)");
    for (int64_t i = 0; i < data->feature_count; i++) {
        const rondo_feature_config *feature = &data->features[i];
        bool is_affix =
            feature->kind == RONDO_FEATURE_SUFFIX || feature->kind == RONDO_FEATURE_PREFIX;
        bool is_column = feature->kind == RONDO_FEATURE_COLUMN;
        if (is_affix) check_feature_key(v, i, "length", feature->length, kinds[feature->kind]);
        if (is_column) check_feature_key(v, i, "column", feature->column, kinds[feature->kind]);
        if (is_column && !rondo_format_has(data, RONDO_PROVIDES_FEATURE_COLUMNS))
            refuse(v, "data.features", "data.format", "data of this format have no columns");
    }
}

/* Of files that may hold values instead the data say what they have. */
static bool has_only_tags(const rondo_data_config *data)
{
    uint32_t provides = rondo_format_provides(data);
    return (provides & RONDO_PROVIDES_TAGS) && !(provides & RONDO_PROVIDES_TARGET_VALUES);
}

static void check_class_weights(const rondo_validator *v)
{
    rondo_text tasks = {0}, text = {0};
    if (v->experiment->loss.class_weights.rule == RONDO_WEIGHTS_NONE ||
        v->experiment->task->predicts_classes)
        return;
    rondo_task_list(offsetof(rondo_task, predicts_classes), &tasks);
    rondo_text_add(&text, "needs classes to weigh: only task ");
    rondo_text_add_choices(&text, rondo_text_get(&tasks));
    rondo_text_add(&text, " has them");
    refuse(v, "loss.options.class_weights", "task", rondo_text_get(&text));
    rondo_owned_release(&v->problems->owned, &tasks);
    rondo_owned_release(&v->problems->owned, &text);
}

/* A loss of whole sequences has an answer for each step, and no share of the loss. */
static void check_sequence_loss(const rondo_validator *v)
{
    const rondo_experiment *e = v->experiment;
    bool is_of_labels = e->loss.loss->target == RONDO_TARGET_LABELS;
    if (is_of_labels && !e->task->predicts_labels)
        refuse(
            v, "loss.name", "task",
            "is of label sequences whose places are not known: only task transcription has them");
    else if (!is_of_labels && e->task->predicts_labels)
        return; /* as of any loss that is not of label sequences */
    else if (!is_of_labels && e->task->answer != RONDO_ANSWER_TAGS)
        refuse(v, "loss.name", "task",
               "looks at whole sequences of tags: only task tagging has them");
    else if (e->model.pooling != RONDO_POOLING_NONE)
        refuse(v, "model.pooling", "loss.name", "must be none: this loss looks at all steps");
    else if (e->data.truncated_bptt > 0)
        refuse(v, "data.truncated_bptt", "loss.name",
               "must be 0: this loss looks at whole sequences");
    else if (e->loss.class_weights.rule != RONDO_WEIGHTS_NONE)
        refuse(v, "loss.options.class_weights", "loss.name",
               "must be none: this loss is of whole sequences, not of classes one by one");
}

static void check_loss(const rondo_validator *v)
{
    char text[240];
    const rondo_loss *loss = v->experiment->loss.loss;
    const rondo_task *task = v->experiment->task;
    if (!loss) return;
    check_class_weights(v);
    if (loss->sequence) check_sequence_loss(v);
    bool is_of_classes = loss->target == RONDO_TARGET_CLASS,
         is_taken = rondo_task_takes_loss(task, loss);
    if (!is_taken && task->predicts_labels)
        snprintf(text, sizeof text, "%s predicts %s, which this loss does not take: write ctc",
                 task->head.name, task->predicts);
    else if (!is_taken && is_of_classes)
        snprintf(text, sizeof text,
                 "%s predicts values, which this loss does not take: write mean_squared_error, or "
                 "sigmoid_cross_entropy for values in [0, 1]",
                 task->head.name);
    else if (!is_taken)
        snprintf(text, sizeof text,
                 "%s predicts %s, which this loss does not take: write softmax_cross_entropy",
                 task->head.name, task->predicts);
    else if (!is_of_classes && has_only_tags(&v->experiment->data))
        snprintf(text, sizeof text,
                 "tags are classes, which this loss does not take: write softmax_cross_entropy");
    else
        return;
    refuse(v, "loss.name", "task", text);
}

/* Evaluation has one set of weights. */
static void check_weight_average(const rondo_validator *v)
{
    const rondo_optimizer *optimizer = v->experiment->optimizer.optimizer;
    char text[160];
    if (v->experiment->train.weight_average == 0 || !optimizer || !optimizer->evaluation_weights)
        return;
    snprintf(text, sizeof text, "must be 0: optimizer %s evaluates with weights of its own",
             optimizer->head.name);
    refuse(v, "train.weight_average", "optimizer.name", text);
}

void rondo_validate(rondo_problems *problems, const rondo_node *root,
                    const rondo_experiment *experiment, rondo_registry *registry)
{
    const rondo_validator v = {problems, root, experiment, registry};
    const rondo_format *format = experiment->data.format;
    check_task(&v);
    if (format && format->check) format->check(&v);
    rondo_validate_model(&v);
    check_stream(&v);
    check_split(&v);
    check_validation(&v);
    check_vocabulary(&v);
    check_standardize(&v);
    check_features(&v);
    check_loss(&v);
    check_monitor(&v);
    check_weight_average(&v);
    rondo_validate_translation(&v);
}
