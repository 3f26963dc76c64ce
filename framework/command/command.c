#include "command/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "evaluate/names.h"

rondo_status rondo_command_parse(const rondo_argument *table, const char *verb, const char *summary,
                                 int argc, char **argv, bool *help, rondo_error *error)
{
    rondo_status status = rondo_arguments_parse(table, argc, argv, help, error);
    if (status) return rondo_error_add(error, status, "see rondo %s --help", verb);
    if (*help) rondo_arguments_help(table, verb, summary);
    return RONDO_OK;
}

rondo_status rondo_command_registry(const rondo_argument_list *plugins, rondo_registry **out,
                                    rondo_error *error)
{
    return rondo_names_create(plugins->items, plugins->count, out, error);
}

rondo_status rondo_command_use_run(const rondo_run_arguments *run, bool with_data,
                                   rondo_run_use use, void *context, rondo_error *error)
{
    static const rondo_run_data all = {.wanted.split = RONDO_SPLITS};
    rondo_registry *registry;
    rondo_session session;
    rondo_status status = rondo_command_registry(&run->plugins, &registry, error);
    if (status) return status;
    const rondo_run_data *data = run->data ? run->data : &all;
    status = rondo_session_restore(run->folder, run->latest, with_data ? data : NULL,
                                   (int)run->threads, registry, &session, error);
    if (!status) {
        status = use(context, &session, error);
        rondo_session_finish(&session);
    }
    rondo_registry_destroy(registry);
    return status;
}

rondo_status rondo_command_check_folder(const rondo_experiment *experiment, rondo_error *error)
{
    const char *refusal = experiment->output.refusal;
    return refusal ? rondo_error_set(error, RONDO_USAGE, "%s", refusal) : RONDO_OK;
}

rondo_status rondo_command_print(rondo_text *text, rondo_error *error)
{
    bool failed = text->failed;
    if (!failed) fputs(rondo_text_get(text), stdout);
    rondo_text_finish(text);
    return failed ? rondo_error_set(error, RONDO_FAILED, "not enough memory: output") : RONDO_OK;
}

rondo_status rondo_command_print_report(rondo_text *text, rondo_error *error)
{
    size_t size = rondo_message_lines(NULL, 0, rondo_text_get(text)) + 1;
    char *plain = text->failed ? NULL : malloc(size);
    rondo_status status = RONDO_OK;
    if (plain) {
        rondo_message_lines(plain, size, rondo_text_get(text));
        fputs(plain, stdout);
    } else {
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: output");
    }
    free(plain);
    rondo_text_finish(text);
    return status;
}

rondo_status rondo_command_kind(const char *name, rondo_plugin_kind *kind, rondo_error *error)
{
    if (rondo_kind_named(name, kind)) return RONDO_OK;
    const char *kinds[RONDO_KINDS];
    rondo_text names = {0};
    for (int k = 0; k < RONDO_KINDS; k++) {
        kinds[k] = rondo_kind_find((uint32_t)k + 1)->name;
        rondo_text_add(&names, "%s%s", k > 0 ? ", " : "", kinds[k]);
    }
    const char *nearest = rondo_text_nearest(name, kinds, RONDO_KINDS);
    rondo_error_set(error, RONDO_USAGE, "\"%s\" is not one of %s%s%s%s", name,
                    rondo_text_get(&names), nearest ? "; did you mean " : "",
                    nearest ? nearest : "", nearest ? "?" : "");
    rondo_text_finish(&names);
    return RONDO_USAGE;
}

rondo_status rondo_command_split(const char *name, rondo_split *split, rondo_error *error)
{
    for (int s = 0; s < RONDO_SPLITS; s++) {
        if (strcmp(name, rondo_split_name((rondo_split)s)) != 0) continue;
        *split = (rondo_split)s;
        return RONDO_OK;
    }
    return rondo_error_set(error, RONDO_USAGE, "--split: \"%s\" is not one of train, valid, test",
                           name);
}
