#include "config/metric.h"

#include <ctype.h>

#include "config/owned.h"

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

static bool is_digit(char c)
{
    return isdigit((unsigned char)c) != 0;
}

/* Whether the name is the pattern with a number for each #. */
static bool is_name_of(const char *pattern, const char *name)
{
    for (; *pattern; pattern++) {
        if (*pattern != '#') {
            if (*pattern != *name++) return false;
            continue;
        }
        if (!is_digit(*name)) return false;
        while (is_digit(*name))
            name++;
    }
    return *name == '\0';
}

const rondo_metric_part *rondo_metric_find_part(const rondo_metric *metric, const char *name)
{
    for (const rondo_metric_part *part = metric->parts; part && part->name; part++)
        if (is_name_of(part->name, name)) return part;
    return NULL;
}
