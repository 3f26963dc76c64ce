#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "config/experiment.h"
#include "config/metric_names.h"
#include "plugin/describe.h"
#include "sweep/sweep.h"

static rondo_status describe_one(rondo_registry *registry, rondo_plugin_kind kind, const char *name,
                                 rondo_text *text, rondo_error *error)
{
    const rondo_plugin *plugin;
    if (kind == RONDO_KIND_METRIC) return rondo_metric_describe(registry, name, text, error);
    rondo_status status = rondo_registry_find(registry, kind, name, &plugin, error);
    return status ? status : rondo_describe_plugin(plugin, NULL, text, error);
}

static rondo_status describe_kind(rondo_registry *registry, rondo_plugin_kind kind,
                                  rondo_text *text, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; !status && i < rondo_registry_count(registry, kind); i++) {
        if (text->length > 0) rondo_text_add(text, "\n");
        status = describe_one(registry, kind, rondo_registry_name(registry, kind, i), text, error);
    }
    return status;
}

/* What links other libraries is described only where it is asked for. */
static rondo_status describe_each(rondo_registry *registry, rondo_text *text, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int k = 1; !status && k <= RONDO_KINDS; k++)
        if (!rondo_kind_find((uint32_t)k)->is_foreign)
            status = describe_kind(registry, (rondo_plugin_kind)k, text, error);
    return status;
}

rondo_status rondo_command_describe(int argc, char **argv, rondo_error *error)
{
    const char *kind_name = NULL, *name = NULL;
    bool all = false, help;
    rondo_argument_list plugins = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "KIND", NULL, false, 0, 0, &kind_name,
         "cell, loss, optimizer, schedule, format, task, metric or communicator; or sweep: every "
         "key "
         "of a sweep file"},
        {RONDO_ARGUMENT_WORD, "NAME", NULL, false, 0, 0, &name, "its name"},
        {RONDO_ARGUMENT_FLAG, "--all", NULL, false, 0, 0, &all,
         "every key of a config with default, range and help, as YAML"},
        RONDO_ARGUMENT_PLUGINS(plugins),
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    rondo_plugin_kind kind = RONDO_KIND_CELL;
    rondo_text text = {0};
    rondo_status status = rondo_command_parse(
        table, "describe",
        "Options, equations, source and parameter shapes of what a config can name.", argc, argv,
        &help, error);
    if (status || help) return status;
    if (kind_name && strcmp(kind_name, "sweep") == 0 && !name) {
        rondo_sweep_reference(&text);
        return rondo_command_print(&text, error);
    }
    if (kind_name && !name)
        return rondo_error_set(error, RONDO_USAGE, "NAME is missing: rondo describe %s NAME",
                               kind_name);
    status = rondo_command_registry(&plugins, &registry, error);
    if (status) return status;
    if (all) {
        rondo_experiment_reference(registry, &text);
    } else if (kind_name) {
        status = rondo_command_kind(kind_name, &kind, error);
        if (!status) status = describe_one(registry, kind, name, &text, error);
    } else {
        status = describe_each(registry, &text, error);
    }
    if (!status) fputs(rondo_text_get(&text), stdout);
    rondo_text_finish(&text);
    rondo_registry_destroy(registry);
    return status;
}
