#include <stdio.h>
#include <string.h>

#include "base/product.h"
#include "command/command.h"
#include "config/metric_names.h"

static void print_line(const char *kind, const char *name, const char *where)
{
    printf("%-12s %-24s %s\n", kind, name, where);
}

static void print_metric_row(void *context, const char *name, const char *owner)
{
    (void)context;
    print_line(rondo_registry_kind_name(RONDO_KIND_METRIC), name, owner);
}

static void list_kind(rondo_registry *registry, rondo_plugin_kind kind)
{
    int64_t count = rondo_registry_count(registry, kind);
    for (int64_t i = 0; i < count; i++)
        print_line(rondo_registry_kind_name(kind), rondo_registry_name(registry, kind, i),
                   rondo_registry_path(registry, kind, i));
    if (kind == RONDO_KIND_METRIC) rondo_metric_visit_rows(registry, print_metric_row, NULL);
}

rondo_status rondo_command_list(int argc, char **argv, rondo_error *error)
{
    const char *kind_name = NULL;
    rondo_argument_list plugins = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "KIND", NULL, false, 0, 0, &kind_name,
         "cell, loss, optimizer, schedule, format, task, metric or communicator; without it all of "
         "them"},
        RONDO_ARGUMENT_PLUGINS(plugins),
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    rondo_plugin_kind kind = RONDO_KIND_CELL;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "list", "Everything a config can name, and where it was found: kind, name, file.",
        argc, argv, &help, error);
    if (status || help) return status;
    if (kind_name) status = rondo_command_kind(kind_name, &kind, error);
    if (!status) status = rondo_command_registry(&plugins, &registry, error);
    if (status) return status;
    for (int k = 1; k <= RONDO_KINDS; k++)
        if (!kind_name || k == (int)kind) list_kind(registry, (rondo_plugin_kind)k);
    if (!kind_name) print_line("products", rondo_product_kernel(), rondo_product_reason());
    rondo_registry_destroy(registry);
    return RONDO_OK;
}
