#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/sweep_check.h"
#include "sweep/plan.h"

typedef struct sweep_arguments {
    const char *file, *output;
    bool check;
    rondo_argument_list plugins;
} sweep_arguments;

static void add_settings(const rondo_settings *settings, rondo_text *text)
{
    for (int64_t i = 0; i < settings->count; i++)
        rondo_text_add(text, "  %s=%s", settings->items[i].path, settings->items[i].value);
}

static void describe_plan(const rondo_sweep *sweep, const rondo_plan *plan, rondo_text *text)
{
    rondo_text_add(text, "sweep %s in %s: %lld runs: %lld variants, %lld seeds\n", plan->name,
                   sweep->output.folder, (long long)plan->run_count, (long long)plan->variant_count,
                   (long long)(plan->run_count / plan->variant_count));
    rondo_text_add(text, "\nvariants\n");
    for (int64_t v = 0; v < plan->variant_count; v++) {
        rondo_text_add(text, "  %s:", plan->variants[v].name);
        add_settings(&plan->variants[v].settings, text);
        rondo_text_add(text, "\n");
    }
    rondo_text_add(text, "\nruns\n");
    for (int64_t i = 0; i < plan->run_count; i++)
        rondo_text_add(text, "  %s\n", plan->runs[i].folder);
}

static rondo_status run(const sweep_arguments *arguments, rondo_sweep *sweep,
                        rondo_registry *registry, rondo_error *error)
{
    rondo_plan *plan;
    rondo_text text = {0};
    if (arguments->check) return rondo_sweep_check_run(sweep, registry, error);
    rondo_status status = rondo_plan_make(sweep, registry, &plan, error);
    if (status) return status;
    status = rondo_plan_settle(sweep, plan, error);
    if (!status) {
        describe_plan(sweep, plan, &text);
        status = rondo_command_print_report(&text, error);
    }
    rondo_plan_destroy(plan);
    return status;
}

rondo_status rondo_command_sweep(int argc, char **argv, rondo_error *error)
{
    sweep_arguments arguments = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "FILE", NULL, true, 0, 0, &arguments.file,
         "the sweep: a YAML file (rondo describe sweep)"},
        {RONDO_ARGUMENT_FLAG, "--check", NULL, false, 0, 0, &arguments.check,
         "say what the sweep will need; write and train nothing"},
        {RONDO_ARGUMENT_TEXT, "--output", "FOLDER", false, 0, 0, &arguments.output,
         "the sweep's folder, instead of output.folder"},
        RONDO_ARGUMENT_PLUGINS(arguments.plugins),
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    rondo_sweep *sweep;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "sweep", "Run all that a sweep file describes: variants, seeds, searches.", argc,
        argv, &help, error);
    if (status || help) return status;
    status = rondo_sweep_load(arguments.file, &sweep, error);
    if (status) return status;
    if (arguments.output) rondo_sweep_move(sweep, arguments.output);
    status = rondo_sweep_check_folder(sweep, error);
    if (!status)
        status = rondo_registry_create(arguments.plugins.items, arguments.plugins.count, &registry,
                                       error);
    if (!status) {
        status = run(&arguments, sweep, registry, error);
        rondo_registry_destroy(registry);
    }
    rondo_sweep_destroy(sweep);
    return status;
}
