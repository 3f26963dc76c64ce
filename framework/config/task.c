#include "config/task.h"

#include "config/experiment.h"

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
