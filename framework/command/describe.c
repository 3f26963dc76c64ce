#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "config/experiment.h"
#include "plugin/describe.h"
#include "sweep/sweep.h"

static const rondo_plugin_kind kinds[] = {RONDO_KIND_CELL, RONDO_KIND_LOSS, RONDO_KIND_OPTIMIZER};
enum { KINDS = 3 };

static rondo_status find_kind(const char *name, rondo_plugin_kind *kind, rondo_error *error)
{
    for (int i = 0; i < KINDS; i++)
        if (strcmp(name, rondo_registry_kind_name(kinds[i])) == 0) {
            *kind = kinds[i];
            return RONDO_OK;
        }
    return rondo_error_set(error, RONDO_USAGE, "\"%s\" is not one of cell, loss, optimizer", name);
}

static rondo_status describe_one(rondo_registry *registry, rondo_plugin_kind kind, const char *name,
                                 rondo_text *text, rondo_error *error)
{
    const rondo_plugin *plugin;
    rondo_status status = rondo_registry_find(registry, kind, name, &plugin, error);
    return status ? status : rondo_describe_plugin(plugin, NULL, text, error);
}

static rondo_status describe_each(rondo_registry *registry, rondo_text *text, rondo_error *error)
{
    for (int k = 0; k < KINDS; k++)
        for (int64_t i = 0; i < rondo_registry_count(registry, kinds[k]); i++) {
            if (text->length > 0) rondo_text_add(text, "\n");
            rondo_status status = describe_one(
                registry, kinds[k], rondo_registry_name(registry, kinds[k], i), text, error);
            if (status) return status;
        }
    return RONDO_OK;
}

rondo_status rondo_command_describe(int argc, char **argv, rondo_error *error)
{
    const char *kind_name = NULL, *name = NULL;
    bool all = false, help;
    rondo_argument_list plugins = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "KIND", NULL, false, 0, 0, &kind_name,
         "cell, loss or optimizer; or sweep: every key of a sweep file"},
        {RONDO_ARGUMENT_WORD, "NAME", NULL, false, 0, 0, &name, "the plugin's name"},
        {RONDO_ARGUMENT_FLAG, "--all", NULL, false, 0, 0, &all,
         "every key of a config with default, range and help, as YAML"},
        RONDO_ARGUMENT_PLUGINS(plugins),
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    rondo_plugin_kind kind = RONDO_KIND_CELL;
    rondo_text text = {0};
    rondo_status status = rondo_command_parse(
        table, "describe", "Options, equations, source and parameter shapes of plugins.", argc,
        argv, &help, error);
    if (status || help) return status;
    if (kind_name && strcmp(kind_name, "sweep") == 0 && !name) {
        rondo_sweep_reference(&text);
        return rondo_command_print(&text, error);
    }
    if (kind_name && !name)
        return rondo_error_set(error, RONDO_USAGE, "NAME is missing: rondo describe %s NAME",
                               kind_name);
    status = rondo_registry_create(plugins.items, plugins.count, &registry, error);
    if (status) return status;
    if (all) {
        rondo_experiment_reference(registry, &text);
    } else if (kind_name) {
        status = find_kind(kind_name, &kind, error);
        if (!status) status = describe_one(registry, kind, name, &text, error);
    } else {
        status = describe_each(registry, &text, error);
    }
    if (!status) fputs(rondo_text_get(&text), stdout);
    rondo_text_finish(&text);
    rondo_registry_destroy(registry);
    return status;
}
