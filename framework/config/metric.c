#include "config/metric.h"

#include <string.h>

#include "base/text.h"
#include "config/owned.h"
#include "rondo/loss.h"

static void insert(rondo_metric_list *list, const rondo_metric *metric)
{
    int64_t at = list->count++;
    for (; at > 0 && list->items[at - 1]->place > metric->place; at--)
        list->items[at] = list->items[at - 1];
    list->items[at] = metric;
}

rondo_metric_list rondo_metric_list_take(rondo_registry *registry, rondo_owned *owned)
{
    rondo_metric_list list = {0};
    int64_t count = rondo_registry_count(registry, RONDO_KIND_METRIC);
    if (count > 0)
        list.items = rondo_owned_take(owned, (size_t)count * sizeof(const rondo_metric *));
    for (int64_t i = 0; i < count && list.items; i++) {
        const rondo_plugin *plugin;
        rondo_error ignored = {0}; /* what is built in was checked when it was added */
        const char *name = rondo_registry_name(registry, RONDO_KIND_METRIC, i);
        if (!rondo_registry_find(registry, RONDO_KIND_METRIC, name, &plugin, &ignored))
            insert(&list, (const rondo_metric *)plugin);
    }
    return list;
}

void rondo_metric_describe(const rondo_metric *metric, rondo_text *text)
{
    rondo_text_add(text, "\nunit: %s, %s is better\n",
                   metric->unit ? metric->unit : "that of the loss",
                   metric->higher_is_better ? "higher" : "lower");
    if (metric->is_costly)
        rondo_text_add(text, "of the validation split only where train.best_by names it\n");
}

/* --- by name alone --- */

static bool find_loss_row(rondo_registry *registry, const char *loss, const char *name,
                          bool *higher_is_better)
{
    const rondo_plugin *plugin;
    rondo_error ignored = {0};
    if (rondo_registry_find(registry, RONDO_KIND_LOSS, loss, &plugin, &ignored)) return false;
    const rondo_loss *found = (const rondo_loss *)plugin;
    for (int32_t i = 0; i < found->metric_count; i++) {
        if (strcmp(found->metrics[i].name, name) != 0) continue;
        *higher_is_better = found->metrics[i].higher_is_better;
        return true;
    }
    return false;
}

bool rondo_metric_direction(rondo_registry *registry, const char *loss, const char *name,
                            bool *higher_is_better)
{
    const rondo_plugin *plugin;
    rondo_error ignored = {0};
    if (!rondo_registry_find(registry, RONDO_KIND_METRIC, name, &plugin, &ignored)) {
        *higher_is_better = ((const rondo_metric *)plugin)->higher_is_better;
        return true;
    }
    if (loss) return find_loss_row(registry, loss, name, higher_is_better);
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_LOSS); i++)
        if (find_loss_row(registry, rondo_registry_name(registry, RONDO_KIND_LOSS, i), name,
                          higher_is_better))
            return true;
    return false;
}
