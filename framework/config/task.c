#include "config/task.h"

#include "config/experiment.h"

const rondo_option rondo_no_options[] = {RONDO_OPTIONS_END};

enum { ANY_TARGETS = RONDO_PROVIDES_TAGS | RONDO_PROVIDES_LABELS | RONDO_PROVIDES_TARGET_VALUES };

/* What there is to predict, by rondo_data_format. */
static const struct {
    const char *name;
    uint32_t provides;
} formats[] = {
    [RONDO_FORMAT_TEXT] = {"text", RONDO_PROVIDES_NEXT_SYMBOLS},
    [RONDO_FORMAT_COLUMNS] = {"columns", RONDO_PROVIDES_TAGS},
    [RONDO_FORMAT_HDF5] = {"hdf5",
                           RONDO_PROVIDES_NEXT_SYMBOLS | RONDO_PROVIDES_NEXT_VALUES | ANY_TARGETS},
    [RONDO_FORMAT_TABLE] = {"table", RONDO_PROVIDES_NEXT_SYMBOLS | RONDO_PROVIDES_LABELS},
    [RONDO_FORMAT_IDX] = {"idx", RONDO_PROVIDES_LABELS},
    [RONDO_FORMAT_PIANO_ROLL] = {"piano_roll", RONDO_PROVIDES_NEXT_VALUES},
    [RONDO_FORMAT_PARALLEL_TAGS] = {"parallel_tags", RONDO_PROVIDES_TAGS},
    [RONDO_FORMAT_PAIRS] = {"pairs", RONDO_PROVIDES_PAIRS},
    [RONDO_FORMAT_SERIES] = {"series", RONDO_PROVIDES_NEXT_VALUES},
    [RONDO_FORMAT_VALUE_TABLE] = {"value_table",
                                  RONDO_PROVIDES_LABELS | RONDO_PROVIDES_TARGET_VALUES},
    [RONDO_FORMAT_GENERATED] = {"generated", RONDO_PROVIDES_NEXT_SYMBOLS | RONDO_PROVIDES_TAGS |
                                                 RONDO_PROVIDES_TARGET_VALUES},
};
enum { FORMATS = sizeof formats / sizeof *formats };

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

static void add_formats(uint32_t needs, rondo_text *text)
{
    name_row list = {.text = text};
    for (int f = 0; f < FORMATS; f++)
        if (formats[f].provides & needs) add_name(&list, formats[f].name);
    finish_names(&list);
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

void rondo_task_explain(const rondo_experiment *experiment, rondo_text *text)
{
    const rondo_task *task = experiment->task;
    int format = experiment->data.format;
    if (formats[format].provides & task->needs) return;
    rondo_text_add(text,
                   "%s needs %s, and data.format %s has none: write data.format:", task->head.name,
                   task->needed, formats[format].name);
    add_formats(task->needs, text);
    rondo_text_add(text, ", or task:");
    add_tasks(formats[format].provides, text);
}
