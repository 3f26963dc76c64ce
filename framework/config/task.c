#include "config/task.h"

#include "config/experiment.h"

const rondo_option rondo_no_options[] = {RONDO_OPTIONS_END};

/* "a, b or c" of the entries that fit: grows one name behind what it has. */
typedef struct name_row {
    rondo_text *text;
    const char *last;
    int64_t count;
} name_row;

static void add_name(name_row *list, const char *name)
{
    if (list->last) rondo_text_add(list->text, "%s%s", list->count > 1 ? ", " : " ", list->last);
    list->last = name;
    list->count++;
}

static void finish_names(name_row *list)
{
    if (!list->last) return;
    rondo_text_add(list->text, "%s%s", list->count > 1 ? " or " : " ", list->last);
}

static void add_tasks(uint32_t provides, rondo_text *text)
{
    name_row list = {.text = text};
    for (int64_t i = 0; rondo_builtin_tasks[i]; i++) {
        const rondo_task *task = (const rondo_task *)(const void *)rondo_builtin_tasks[i];
        if (task->needs & provides) add_name(&list, task->head.name);
    }
    finish_names(&list);
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
    rondo_text_add(text, ", or task:");
    add_tasks(provides, text);
}
