#include "config/metric_names.h"

#include <string.h>

#include "config/experiment.h"
#include "plugin/describe.h"

enum { MOST_NAMES = 256 };

/* --- what there is --- */

static const rondo_metric *get_metric(rondo_registry *registry, const char *name)
{
    const rondo_plugin *plugin;
    rondo_error ignored = {0}; /* what is built in was checked when it was added */
    return rondo_registry_find(registry, RONDO_KIND_METRIC, name, &plugin, &ignored)
               ? NULL
               : (const rondo_metric *)plugin;
}

static const rondo_loss *get_loss(rondo_registry *registry, const char *name)
{
    const rondo_plugin *plugin;
    rondo_error ignored = {0}; /* a plugin that cannot be loaded has no rows */
    return rondo_registry_find(registry, RONDO_KIND_LOSS, name, &plugin, &ignored)
               ? NULL
               : (const rondo_loss *)plugin;
}

static const rondo_metric *metric_at(rondo_registry *registry, int64_t i)
{
    return get_metric(registry, rondo_registry_name(registry, RONDO_KIND_METRIC, i));
}

static const rondo_loss *loss_at(rondo_registry *registry, int64_t i)
{
    return get_loss(registry, rondo_registry_name(registry, RONDO_KIND_LOSS, i));
}

static const rondo_loss_metric *find_row(const rondo_loss *loss, const char *name)
{
    for (int32_t i = 0; loss && i < loss->metric_count; i++)
        if (loss->metrics[i].rule != RONDO_METRIC_WHOLE && strcmp(loss->metrics[i].name, name) == 0)
            return &loss->metrics[i];
    return NULL;
}

/* The first loss plugin that makes a row of that name; NULL: none does. */
static const rondo_loss *find_loss_with(rondo_registry *registry, const char *name)
{
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_LOSS); i++) {
        const rondo_loss *loss = loss_at(registry, i);
        if (find_row(loss, name)) return loss;
    }
    return NULL;
}

/* The metric that has a part of that name; NULL: none has. */
static const rondo_metric *find_metric_with(rondo_registry *registry, const char *name)
{
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_METRIC); i++) {
        const rondo_metric *metric = metric_at(registry, i);
        if (metric && rondo_metric_find_part(metric, name)) return metric;
    }
    return NULL;
}

bool rondo_metric_direction(rondo_registry *registry, const char *loss, const char *name,
                            bool *higher_is_better)
{
    const rondo_metric *metric = get_metric(registry, name);
    if (!metric) metric = find_metric_with(registry, name);
    const rondo_loss *maker = loss ? get_loss(registry, loss) : find_loss_with(registry, name);
    const rondo_loss_metric *row = find_row(maker, name);
    if (!metric && !row) return false;
    *higher_is_better = metric ? metric->higher_is_better : row->higher_is_better;
    return true;
}

void rondo_metric_visit_rows(rondo_registry *registry, rondo_metric_visit *visit, void *context)
{
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_METRIC); i++) {
        const rondo_metric *metric = metric_at(registry, i);
        rondo_text owner = {0};
        rondo_text_add(&owner, "part of %s", metric ? metric->head.name : "");
        for (const rondo_metric_part *part = metric ? metric->parts : NULL; part && part->name;
             part++)
            visit(context, part->name, rondo_text_get(&owner));
        rondo_text_finish(&owner);
    }
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_LOSS); i++) {
        const rondo_loss *loss = loss_at(registry, i);
        rondo_text owner = {0};
        rondo_text_add(&owner, "loss %s", loss ? loss->head.name : "");
        for (int32_t k = 0; loss && k < loss->metric_count; k++)
            if (loss->metrics[k].rule != RONDO_METRIC_WHOLE)
                visit(context, loss->metrics[k].name, rondo_text_get(&owner));
        rondo_text_finish(&owner);
    }
}

/* --- words --- */

static void add_direction(rondo_text *text, const char *unit, bool higher_is_better)
{
    rondo_text_add(text, "\nunit: %s, %s is better\n", unit ? unit : "that of the loss",
                   higher_is_better ? "higher" : "lower");
}

static void describe_parts(const rondo_metric *metric, rondo_text *text)
{
    if (metric->parts) rondo_text_add(text, "\nparts:\n");
    for (const rondo_metric_part *part = metric->parts; part && part->name; part++)
        rondo_text_add(text, "    %s\n        %s%s\n", part->name, part->summary,
                       part->fixed ? "; constant during training" : "");
}

static void describe_metric(const rondo_metric *metric, rondo_text *text)
{
    add_direction(text, metric->unit, metric->higher_is_better);
    if (metric->is_costly)
        rondo_text_add(text, "computed on the validation split only if train.monitor names it\n");
    describe_parts(metric, text);
}

static void describe_part(const rondo_metric *metric, const rondo_metric_part *part,
                          rondo_text *text)
{
    rondo_text_add(text, "metric %s: part of %s: %s\n", part->name, metric->head.name,
                   part->summary);
    add_direction(text, metric->unit, metric->higher_is_better);
    if (part->fixed)
        rondo_text_add(text, "constant during training: it %s; train.monitor does not accept it\n",
                       part->fixed);
    else
        rondo_text_add(text, "computed on the validation split only if train.monitor names it\n");
}

static bool has_row(const rondo_task *task, const rondo_loss *loss, const rondo_loss_metric *row)
{
    return rondo_task_takes_loss(task, loss) &&
           (task->predicts_text || !rondo_loss_metric_is_of_text(row));
}

static void describe_loss_row(rondo_registry *registry, const rondo_loss *first, const char *name,
                              rondo_text *text)
{
    static const char *const rules[] = {[RONDO_METRIC_MEAN] = "mean over predictions",
                                        [RONDO_METRIC_EXP_OF_LOSS] = "exp(loss)",
                                        [RONDO_METRIC_LOSS_IN_BITS] = "loss / ln 2",
                                        [RONDO_METRIC_ROOT_OF_LOSS] = "sqrt(loss)",
                                        [RONDO_METRIC_RATIO] =
                                            "ratio of two sums over predictions"};
    const rondo_loss_metric *row = find_row(first, name);
    rondo_text_add(text, "metric %s: computed by loss plugins\n", name);
    add_direction(text, row->unit, row->higher_is_better);
    rondo_text_add(text, "\nlosses that compute it, and tasks that use them:\n");
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_LOSS); i++) {
        const rondo_loss *loss = loss_at(registry, i);
        if (!(row = find_row(loss, name))) continue;
        rondo_text_add(text, "    %s (%s):", loss->head.name, rules[row->rule]);
        for (int64_t t = 0, listed = 0; rondo_builtin_tasks[t]; t++) {
            const rondo_task *task = (const rondo_task *)(const void *)rondo_builtin_tasks[t];
            if (!has_row(task, loss, row)) continue;
            rondo_text_add(text, "%s %s", listed++ > 0 ? "," : "", task->head.name);
        }
        rondo_text_add(text, "\n");
    }
}

/* --- a name that nothing has --- */

typedef struct known_names {
    const char *names[MOST_NAMES];
    int64_t count;
} known_names;

static void add_name(void *context, const char *name, const char *owner)
{
    known_names *list = context;
    (void)owner;
    for (int64_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0) return;
    if (list->count < MOST_NAMES) list->names[list->count++] = name;
}

static rondo_status refuse(rondo_registry *registry, const char *name, rondo_error *error)
{
    known_names list = {0};
    rondo_text names = {0};
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_METRIC); i++)
        add_name(&list, rondo_registry_name(registry, RONDO_KIND_METRIC, i), "");
    rondo_metric_visit_rows(registry, add_name, &list);
    for (int64_t i = 0; i < list.count; i++)
        rondo_text_add(&names, "%s%s", i > 0 ? ", " : "", list.names[i]);
    const char *nearest = rondo_text_nearest(name, list.names, list.count);
    rondo_error_set(error, RONDO_USAGE, "no metric '%.64s'%s%s%s; there are: %s", name,
                    nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "",
                    rondo_text_get(&names));
    rondo_text_finish(&names);
    return RONDO_USAGE;
}

rondo_status rondo_metric_describe(rondo_registry *registry, const char *name, rondo_text *text,
                                   rondo_error *error)
{
    rondo_status status = RONDO_OK;
    const rondo_metric *metric = get_metric(registry, name);
    const rondo_metric *whole = metric ? NULL : find_metric_with(registry, name);
    const rondo_loss *loss = metric || whole ? NULL : find_loss_with(registry, name);
    if (metric) {
        status = rondo_describe_plugin(&metric->head, NULL, text, error);
        if (!status) describe_metric(metric, text);
    } else if (whole) {
        describe_part(whole, rondo_metric_find_part(whole, name), text);
    } else if (loss) {
        describe_loss_row(registry, loss, name, text);
    } else {
        status = refuse(registry, name, error);
    }
    return status;
}
