#include <stdio.h>

#include "command/command.h"

static void list_kind(const rondo_registry *registry, rondo_plugin_kind kind)
{
    int64_t count = rondo_registry_count(registry, kind);
    for (int64_t i = 0; i < count; i++)
        printf("%-10s %-24s %s\n", rondo_registry_kind_name(kind),
               rondo_registry_name(registry, kind, i), rondo_registry_path(registry, kind, i));
}

rondo_status rondo_command_list(int argc, char **argv, rondo_error *error)
{
    rondo_argument_list plugins = {0};
    const rondo_argument table[] = {RONDO_ARGUMENT_PLUGINS(plugins), RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "list", "Plugins found, and where: kind, name, file.", argc, argv, &help, error);
    if (status || help) return status;
    status = rondo_registry_create(plugins.items, plugins.count, &registry, error);
    if (status) return status;
    list_kind(registry, RONDO_KIND_CELL);
    list_kind(registry, RONDO_KIND_LOSS);
    list_kind(registry, RONDO_KIND_OPTIMIZER);
    list_kind(registry, RONDO_KIND_COMMUNICATOR);
    rondo_registry_destroy(registry);
    return RONDO_OK;
}
