#include "config/experiment.h"

#include <stdlib.h>
#include <string.h>

#include "config/owned.h"
#include "plugin/plan.h"

void rondo_experiment_destroy(rondo_experiment *experiment)
{
    if (!experiment) return;
    if (experiment->owned) rondo_owned_finish(experiment->owned);
    free(experiment->owned);
    free(experiment);
}

/* --- seeds --- */

static const struct {
    const char *name;
    size_t offset;
} seeds[RONDO_SEEDS] = {{"initialization", offsetof(rondo_seeds_config, initialization)},
                        {"order", offsetof(rondo_seeds_config, order)},
                        {"masks", offsetof(rondo_seeds_config, masks)},
                        {"data", offsetof(rondo_seeds_config, data)}};

const char *rondo_seed_name(rondo_seed what)
{
    return seeds[what].name;
}

uint64_t rondo_experiment_seed(const rondo_experiment *experiment, rondo_seed what)
{
    int64_t seed;
    memcpy(&seed, (const char *)&experiment->seeds + seeds[what].offset, sizeof seed);
    return (uint64_t)(seed < 0 ? experiment->seed : seed);
}

/* --- widths --- */

/* What is wrong with a cell or its plan is reported where it is. */
static int64_t output_of(const rondo_cell *cell, const void *options, int64_t hidden)
{
    rondo_cell_plan plan;
    rondo_error error = {0};
    if (!cell || !options || rondo_plan_get(cell, options, &plan, &error)) return hidden;
    return plan.projection > 0 ? plan.projection : hidden;
}

int64_t rondo_layer_config_width(const rondo_layer_config *layer)
{
    const rondo_direction_config *backward = &layer->backward;
    int64_t width = output_of(layer->cell, layer->options, layer->hidden);
    if (layer->bidirectional)
        width += output_of(backward->cell, backward->options, backward->hidden);
    return width;
}

/* --- what the format provides --- */

uint32_t rondo_format_provides(const rondo_data_config *data)
{
    const rondo_format *format = data->format;
    if (!format) return UINT32_MAX;
    return format->narrow ? format->narrow(data) : format->provides;
}

bool rondo_format_has(const rondo_data_config *data, uint32_t bits)
{
    return (rondo_format_provides(data) & bits) != 0;
}

const char *rondo_format_suffix(const rondo_data_config *data)
{
    const char *suffix = data->format->suffix ? data->format->suffix(data) : NULL;
    return suffix ? suffix : "";
}

static const rondo_format *get_format(rondo_registry *registry, int64_t index)
{
    const rondo_plugin *plugin;
    rondo_error ignored = {0}; /* what is built in is always found */
    const char *name = rondo_registry_name(registry, RONDO_KIND_FORMAT, index);
    if (rondo_registry_find(registry, RONDO_KIND_FORMAT, name, &plugin, &ignored)) return NULL;
    return (const rondo_format *)plugin;
}

int64_t rondo_format_list(rondo_registry *registry, uint32_t bits, uint32_t lacks, bool others,
                          rondo_text *text)
{
    rondo_text names = {0};
    int64_t found = 0;
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_FORMAT); i++) {
        const rondo_format *format = get_format(registry, i);
        bool has = format && (format->provides & bits) && !(format->provides & lacks);
        if (!format || has == others) continue;
        rondo_text_add(&names, "%s%s", found > 0 ? ", " : "", format->head.name);
        found++;
    }
    if (text) {
        rondo_text_add_choices(text, rondo_text_get(&names));
        text->failed |= names.failed;
    }
    rondo_text_finish(&names);
    return found;
}

/* --- whether it is what the task needs --- */

bool rondo_task_has(const rondo_task *task, size_t trait)
{
    bool has;
    memcpy(&has, (const unsigned char *)task + trait, sizeof has);
    return has;
}

void rondo_task_list(size_t trait, rondo_text *names)
{
    for (int64_t i = 0; rondo_builtin_tasks[i]; i++) {
        const rondo_task *task = (const rondo_task *)(const void *)rondo_builtin_tasks[i];
        if (rondo_task_has(task, trait))
            rondo_text_add(names, "%s%s", names->length > 0 ? ", " : "", task->head.name);
    }
}

bool rondo_task_takes_loss(const rondo_task *task, const rondo_loss *loss)
{
    bool is_of_classes = loss->target == RONDO_TARGET_CLASS;
    if (task->predicts_labels || loss->target == RONDO_TARGET_LABELS)
        return task->predicts_labels && loss->target == RONDO_TARGET_LABELS;
    return is_of_classes ? !task->predicts_values : !task->needs_class_loss;
}

static void add_tasks(uint32_t provides, rondo_text *text)
{
    rondo_text names = {0};
    for (int64_t i = 0; rondo_builtin_tasks[i]; i++) {
        const rondo_task *task = (const rondo_task *)(const void *)rondo_builtin_tasks[i];
        if (task->needs & provides)
            rondo_text_add(&names, "%s%s", names.length > 0 ? ", " : "", task->head.name);
    }
    rondo_text_add_choices(text, rondo_text_get(&names));
    text->failed |= names.failed;
    rondo_text_finish(&names);
}

void rondo_task_explain(const rondo_experiment *experiment, rondo_registry *registry,
                        rondo_text *text)
{
    const rondo_task *task = experiment->task;
    const rondo_data_config *data = &experiment->data;
    uint32_t provides = rondo_format_provides(data);
    if (provides & task->needs) return;
    bool has_options = data->format->provides & task->needs;
    rondo_text_add(text,
                   has_options
                       ? "%s needs %s, and data.format %s has none: write other data.options"
                       : "%s needs %s, and data.format %s has none: write data.format: ",
                   task->head.name, task->needed, data->format->head.name);
    if (!has_options) rondo_format_list(registry, task->needs, 0, false, text);
    rondo_text_add(text, ", or task: ");
    add_tasks(provides, text);
}
