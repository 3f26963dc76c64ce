#include "config/defaults.h"

#include <string.h>

#include "config/conditions.h"
#include "config/paths.h"
#include "config/tree.h"
#include "plugin/options.h"

static bool is_given(const rondo_node *root, const char *path)
{
    return rondo_tree_find(root, path) != NULL;
}

bool rondo_defaults_are_open(const rondo_experiment *experiment, const rondo_problems *problems)
{
    const rondo_format *format = experiment->data.format;
    char key[RONDO_PATH_SIZE];
    bool open = rondo_problems_has(problems, "task") || rondo_problems_has(problems, "data.format");
    /* Options that say which others count say what the format provides. */
    for (const rondo_condition *c = format ? format->conditions : NULL; c && c->path; c++)
        if (rondo_condition_key_path(c, 0, c->path, key))
            open = open || rondo_problems_has(problems, key);
    return open;
}

static void fill_data(const rondo_node *root, rondo_data_config *data)
{
    const rondo_format *format = data->format;
    if (format && !is_given(root, "data.sequences")) data->sequences = format->sequences;
    if (format && !is_given(root, "data.unit")) data->unit = format->unit;
    if (!is_given(root, "data.target_unit")) data->target_unit = data->unit;
    bool is_stream = data->sequences == RONDO_STREAM;
    if (!is_given(root, "data.truncated_bptt")) data->truncated_bptt = is_stream ? 100 : 0;
    if (!is_given(root, "data.carry_state"))
        data->carry_state = is_stream || data->truncated_bptt > 0;
    if (!is_given(root, "data.shuffle")) data->shuffle = !is_stream;
    if (format && format->resolve) format->resolve(data);
    bool has_splits = rondo_format_has(data, RONDO_PROVIDES_SPLITS);
    if (has_splits && !is_given(root, "data.split.valid"))
        data->split.valid = (rondo_split_part){0}; /* the data have their own */
    bool lowers = data->vocabulary.lowercase || data->feature_count > 0;
    if (root->place.source->is_record && lowers &&
        !is_given(root, "data.vocabulary.lowercase_rule"))
        data->vocabulary.lowercase_rule = RONDO_LOWERCASE_ASCII;
}

static void fill_pooling(const rondo_node *root, rondo_experiment *experiment)
{
    bool is_whole = experiment->task->is_of_sequences ||
                    rondo_format_has(&experiment->data, RONDO_PROVIDES_WINDOWS);
    if (!is_given(root, "model.pooling"))
        experiment->model.pooling = is_whole ? RONDO_POOLING_LAST : RONDO_POOLING_NONE;
}

/* `section`: "model.input", "model.decoder.input". */
static void fill_input(const rondo_reader *r, const rondo_node *root, const char *section,
                       const rondo_experiment *experiment, rondo_input_config *input)
{
    char kind[RONDO_PATH_SIZE], width[RONDO_PATH_SIZE];
    rondo_path_join(section, "kind", kind);
    rondo_path_join(section, "embedding", width);
    bool has_width = is_given(root, width);
    uint32_t provides = rondo_format_provides(&experiment->data);
    bool is_of_values = (provides & RONDO_PROVIDES_VALUES) && !(provides & RONDO_PROVIDES_SYMBOLS);
    bool has_values = is_of_values || experiment->task->needs_values;
    if (!is_given(root, kind)) {
        if (has_width)
            input->kind = RONDO_INPUT_EMBEDDING;
        else if (has_values)
            input->kind = RONDO_INPUT_VALUES;
    }
    if (rondo_problems_has(r->problems, section) ||
        rondo_defaults_are_open(experiment, r->problems))
        return;
    if (input->kind == RONDO_INPUT_EMBEDDING && !has_width)
        rondo_problems_add(r->problems, rondo_tree_place(root, section), width,
                           "missing key; allowed: the width of the embedding");
}

static void fill_decoder(const rondo_reader *r, const rondo_node *root,
                         rondo_experiment *experiment)
{
    rondo_model_config *model = &experiment->model;
    rondo_decoder_config *decoder = &model->decoder;
    if (is_given(root, "model.decoder.input"))
        fill_input(r, root, "model.decoder.input", experiment, &decoder->input);
    else if (decoder->layer_count > 0)
        decoder->input = model->input;
    if (is_given(root, "model.decoder.bridge")) return;
    for (int64_t i = 0; i < decoder->layer_count && i < model->layer_count; i++) {
        const rondo_layer_config *to = &decoder->layers[i], *from = &model->layers[i];
        if (to->hidden != rondo_layer_config_units(from) ||
            rondo_layer_config_width(to) != rondo_layer_config_width(from))
            decoder->bridge = RONDO_BRIDGE_PROJECTION;
    }
}

/* The direction that reads from the end is what the config says of it; the rest is as forward. */
static void fill_layer(rondo_layer_config *layer)
{
    rondo_direction_config *backward = &layer->backward;
    if (!layer->bidirectional) return;
    if (!backward->cell) {
        backward->cell = layer->cell;
        backward->options = layer->options;
        memcpy(backward->zoneout, layer->zoneout, sizeof backward->zoneout);
    }
    if (backward->hidden == 0) backward->hidden = layer->hidden;
}

static void fill_optimizer(const rondo_node *root, rondo_optimizer_config *config)
{
    if (config->optimizer && !is_given(root, "optimizer.learning_rate"))
        config->learning_rate = config->optimizer->learning_rate;
}

static void fill_output(const rondo_reader *r, const rondo_node *root, const char *stem,
                        rondo_output_config *output)
{
    rondo_text folder = {0};
    if (is_given(root, "output.folder")) return;
    rondo_text_add(&folder, "runs/%s", stem);
    output->folder = rondo_owned_copy(r->owned, rondo_text_get(&folder), folder.length);
    if (!rondo_path_is_printable(rondo_text_get(&folder)))
        rondo_problems_add(r->problems, root->place, "output.folder",
                           "missing key; the config's name is not printable UTF-8 text");
    rondo_owned_release(r->owned, &folder);
}

void rondo_defaults_fill(const rondo_reader *reader, const rondo_node *root, const char *stem,
                         rondo_experiment *experiment)
{
    experiment->metrics = rondo_metric_list_take(reader->registry, reader->owned);
    fill_data(root, &experiment->data);
    fill_pooling(root, experiment);
    fill_input(reader, root, "model.input", experiment, &experiment->model.input);
    for (int64_t i = 0; i < experiment->model.layer_count; i++)
        fill_layer(&experiment->model.layers[i]);
    fill_decoder(reader, root, experiment);
    fill_optimizer(root, &experiment->optimizer);
    fill_output(reader, root, stem, &experiment->output);
}
