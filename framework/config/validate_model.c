/* The model: pooling, layers, input, readout. */
#include <stdio.h>

#include "config/tree.h"
#include "config/validate.h"

static void refuse(const rondo_validator *v, const char *key, const char *other, const char *text)
{
    rondo_validator_refuse(v, key, other, text);
}

/* "TASK text (reason)" */
static void refuse_for_task(const rondo_validator *v, const char *key, const char *text,
                            const char *reason)
{
    char line[240];
    snprintf(line, sizeof line, "%s %s (%s)", v->experiment->task->head.name, text, reason);
    refuse(v, key, "task", line);
}

/* One prediction per step, or one per sequence that has been seen whole. */
static void check_pooling(const rondo_validator *v)
{
    const rondo_experiment *e = v->experiment;
    bool is_whole = e->task->is_of_sequences || rondo_format_has(&e->data, RONDO_PROVIDES_WINDOWS);
    if (rondo_problems_has(v->problems, "task")) return;
    if (e->task->needs_pooling && e->model.pooling == RONDO_POOLING_NONE)
        refuse_for_task(v, "model.pooling", "needs model.pooling last, mean or max",
                        e->task->needed);
    if (e->model.pooling == RONDO_POOLING_NONE) return;
    if (!is_whole)
        refuse_for_task(v, "model.pooling", "needs model.pooling: none",
                        "there is a prediction for each step");
    else if (e->data.sequences == RONDO_STREAM)
        refuse(v, "data.sequences", "model.pooling",
               "model.pooling needs data.sequences: line (a stream has no sequences to pool)");
    else if (e->data.truncated_bptt > 0)
        refuse(v, "data.truncated_bptt", "model.pooling",
               "must be 0 with model.pooling (one prediction per sequence needs all of it)");
}

static void refuse_in_layer(const rondo_validator *v, int64_t layer, const char *key,
                            const char *other, const char *text)
{
    char path[RONDO_PATH_SIZE];
    snprintf(path, sizeof path, "model.layers.%lld.%s", (long long)layer, key);
    refuse(v, path, other, text);
}

/* `width` of the layer's input; 0: known only with the data. */
static void check_residual(const rondo_validator *v, int64_t index, int64_t width, int64_t output)
{
    char text[160];
    const rondo_model_config *model = &v->experiment->model;
    if (!model->layers[index].residual) return;
    if (index == 0 && model->input.kind == RONDO_INPUT_ONE_HOT) {
        refuse_in_layer(v, index, "residual", "model.input",
                        "a one_hot input has no numbers to add to the output: give the symbols an "
                        "embedding as wide as the layer, or leave it to the layers above");
        return;
    }
    if (width == 0 || width == output) return;
    snprintf(text, sizeof text,
             "the layer's input is %lld wide and its output %lld: they are added, so they must be "
             "of one width",
             (long long)width, (long long)output);
    refuse_in_layer(v, index, "residual", "model.layers", text);
}

/* 0: known only with the data. */
static int64_t input_width(const rondo_validator *v)
{
    const rondo_data_config *data = &v->experiment->data;
    const rondo_input_config *input = &v->experiment->model.input;
    int64_t width = input->embedding;
    if (input->kind != RONDO_INPUT_EMBEDDING) return 0;
    for (int64_t i = 0; i < data->feature_count; i++)
        width += data->features[i].embedding;
    return width;
}

/* A pooled task and pairs are never cut, and have a message of their own. */
static void check_cut(const rondo_validator *v, int64_t layer)
{
    const rondo_experiment *e = v->experiment;
    if (e->data.truncated_bptt == 0 || e->model.pooling != RONDO_POOLING_NONE ||
        e->task->has_decoder)
        return;
    refuse_in_layer(v, layer, "bidirectional", "data.truncated_bptt",
                    e->data.sequences == RONDO_STREAM
                        ? "a stream is read piece by piece, so its end is not there to read "
                          "backward from"
                        : "cannot read from the end of a sequence that data.truncated_bptt cuts: "
                          "the later pieces are not there yet; set data.truncated_bptt: 0 or leave "
                          "bidirectional out");
}

static void check_layers(const rondo_validator *v)
{
    const rondo_model_config *model = &v->experiment->model;
    const rondo_task *task = v->experiment->task;
    bool sees_next = task->predicts_input && model->pooling == RONDO_POOLING_NONE;
    int64_t width = input_width(v);
    char sees_own[160];
    snprintf(sees_own, sizeof sees_own,
             "%s cannot read from the end: it would see the %s that it predicts", task->head.name,
             task->predicts);
    for (int64_t i = 0; i < model->layer_count; i++) {
        const rondo_layer_config *layer = &model->layers[i];
        int64_t output = rondo_layer_config_width(layer);
        if (layer->bidirectional && sees_next)
            refuse_in_layer(v, i, "bidirectional", "task", sees_own);
        if (layer->bidirectional && !sees_next) check_cut(v, i);
        check_residual(v, i, width, output);
        width = output;
    }
}

static void check_input(const rondo_validator *v)
{
    const char *key =
        rondo_tree_find(v->root, "model.input.kind") ? "model.input.kind" : "model.input";
    const rondo_data_config *data = &v->experiment->data;
    const rondo_task *task = v->experiment->task;
    uint32_t provides = rondo_format_provides(data);
    bool is_values = v->experiment->model.input.kind == RONDO_INPUT_VALUES;
    bool has_symbols = provides & RONDO_PROVIDES_SYMBOLS,
         has_values = provides & RONDO_PROVIDES_VALUES;
    char text[160];
    if (!is_values && has_values && !has_symbols) {
        snprintf(text, sizeof text, "data.format %s needs model.input: values (it has no symbols)",
                 data->format->head.name);
        refuse(v, key, "data.format", text);
    }
    if (!is_values && task->needs_values)
        refuse_for_task(v, key, "needs model.input: values", "it reads values");
    if (!is_values) return;
    if (has_symbols && !has_values)
        refuse(v, key, task->needs_values ? "task" : "data.format",
               "this data.format holds symbols: write model.input: one_hot or {embedding: N}");
    else if (task->needs == RONDO_PROVIDES_NEXT_SYMBOLS)
        refuse_for_task(v, key, "needs model.input: one_hot or {embedding: N}", "it reads symbols");
}

static void check_embedding(const rondo_validator *v)
{
    bool has_labels = rondo_format_has(&v->experiment->data, RONDO_PROVIDES_LINE_LABELS);
    if (v->experiment->model.input.frozen && v->experiment->task->predicts_input && has_labels)
        refuse(
            v, "model.input.frozen", "data.format",
            "must be false for a language_model of a table (its labels have rows in the embedding, "
            "which are learned)");
}

/* Symbols in are symbols out, and what is compared with a row of the embedding is as wide. */
static void check_tied(const rondo_validator *v)
{
    static const char key[] = "model.readout.tied";
    const rondo_model_config *model = &v->experiment->model;
    const rondo_input_config *input = &model->input;
    char text[160];
    if (!model->readout_tied || model->layer_count == 0) return;
    const rondo_layer_config *top = &model->layers[model->layer_count - 1];
    int64_t width = rondo_layer_config_width(top);
    if (v->experiment->task->needs != RONDO_PROVIDES_NEXT_SYMBOLS)
        refuse(v, key, "task",
               "needs a task that predicts the symbols that it reads: language_model");
    else if (input->kind != RONDO_INPUT_EMBEDDING)
        refuse(v, key, "model.input.kind", "needs an embedding: model.input: {embedding: N}");
    else if (input->frozen)
        refuse(v, key, "model.input.frozen", "the readout is trained, the embedding frozen");
    else if (width != input->embedding) {
        snprintf(text, sizeof text,
                 "the last layer is %lld wide, the embedding %lld: they must be equally wide",
                 (long long)width, (long long)input->embedding);
        refuse(v, key, "model.input.embedding", text);
    }
}

void rondo_validate_model(const rondo_validator *v)
{
    check_layers(v);
    check_pooling(v);
    check_input(v);
    check_embedding(v);
    check_tied(v);
}
