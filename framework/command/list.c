#include <stdio.h>

#include "command/command.h"

static void list_kind(const rondo_registry *registry, rondo_plugin_kind kind)
{
    int64_t count = rondo_registry_count(registry, kind);
    for (int64_t i = 0; i < count; i++)
        printf("%-12s %-24s %s\n", rondo_registry_kind_name(kind),
               rondo_registry_name(registry, kind, i), rondo_registry_path(registry, kind, i));
}

rondo_status rondo_command_list(int argc, char **argv, rondo_error *error)
{
    rondo_argument_list plugins = {0};
    const rondo_argument table[] = {RONDO_ARGUMENT_PLUGINS(plugins), RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "list", "Everything a config can name, and where it was found: kind, name, file.",
        argc, argv, &help, error);
    if (status || help) return status;
    status = rondo_command_registry(&plugins, &registry, error);
    if (status) return status;
    for (int k = 1; k <= RONDO_KINDS; k++)
        list_kind(registry, (rondo_plugin_kind)k);
    rondo_registry_destroy(registry);
    return RONDO_OK;
}
