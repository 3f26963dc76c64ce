/* What is built into the program: tables made of a folder's files, found and described as plugins.
 */
#include "check.h"

#include <stdlib.h>

#include "plugin/describe.h"
#include "plugin/kinds.h"
#include "plugin/registry.h"
#include "registry/toy_format.h"

static const char *const folders[] = {RONDO_BINARY_DIR "/plugins"};

static rondo_registry *create(void)
{
    rondo_registry *registry = NULL;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_registry_create(folders, 1, &registry, &error), RONDO_OK);
    return registry;
}

static void test_find(void)
{
    rondo_registry *registry = create();
    rondo_error error = {0};
    const rondo_plugin *plugin = NULL;
    CHECK_INTEGER(rondo_registry_count(registry, RONDO_KIND_FORMAT), 0);
    CHECK_INTEGER(rondo_registry_add(registry, rondo_builtin_toy_formats, &error), RONDO_OK);
    CHECK_INTEGER(rondo_registry_count(registry, RONDO_KIND_FORMAT), 2);
    CHECK_TEXT(rondo_registry_name(registry, RONDO_KIND_FORMAT, 0), "bare");
    CHECK_TEXT(rondo_registry_name(registry, RONDO_KIND_FORMAT, 1), "optioned");
    CHECK_TEXT(rondo_registry_path(registry, RONDO_KIND_FORMAT, 1), "built in");
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_FORMAT, "optioned", &plugin, &error),
                  RONDO_OK);
    CHECK_INTEGER(plugin ? ((const toy_format *)plugin)->number : 0, 5);
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_FORMAT, "optioend", &plugin, &error),
                  RONDO_USAGE);
    CHECK_TEXT(error.text,
               "no format 'optioend' (did you mean 'optioned'?); there are: bare, optioned");
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_TASK, "optioned", &plugin, &error),
                  RONDO_USAGE);
    CHECK_TEXT(error.text, "no task 'optioned'; none was found");
    rondo_registry_destroy(registry);
}

static void test_describe(void)
{
    rondo_error error = {0};
    rondo_text text = {0};
    CHECK_INTEGER(rondo_describe_plugin(rondo_builtin_toy_formats[1], NULL, &text, &error),
                  RONDO_OK);
    CHECK_TEXT(rondo_text_get(&text), "format optioned: a format with options\n\n"
                                      "options:\n"
                                      "    path: required\n"
                                      "        file to read\n"
                                      "        text\n"
                                      "    comment:\n"
                                      "        none: no comments\n"
                                      "        text\n"
                                      "    count:\n"
                                      "        by default all rows\n"
                                      "        integer of at least 1\n"
                                      "    fraction: 0.5\n"
                                      "        share that is read\n"
                                      "        real in (0, 1]\n"
                                      "    order:\n"
                                      "        by default sorted\n"
                                      "        one of sorted, random\n");
    rondo_text_finish(&text);
}

static void refuse(const rondo_plugin *plugin, const char *sentence)
{
    rondo_registry *registry = create();
    rondo_error error = {0};
    const rondo_plugin *const table[] = {plugin, NULL};
    CHECK_INTEGER(rondo_registry_add(registry, table, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, sentence);
    rondo_registry_destroy(registry);
}

static void test_refusals(void)
{
    const rondo_plugin optioned = *rondo_builtin_toy_formats[1];
    static const rondo_option twice[] = {{.name = "a", .type = RONDO_OPTION_TEXT, .help = "a"},
                                         {.name = "a", .type = RONDO_OPTION_TEXT, .help = "a"},
                                         RONDO_OPTIONS_END};
    rondo_plugin wrong = optioned;
    wrong.name = "Optioned";
    refuse(&wrong, "built-in format Optioned: its name is not of the form [a-z][a-z0-9_]*");
    wrong = optioned;
    wrong.summary = NULL;
    refuse(&wrong, "built-in format optioned: it has no summary");
    wrong = optioned;
    wrong.kind = 9;
    refuse(&wrong, "built-in plugin optioned: its kind 9 is unknown");
    wrong = optioned;
    wrong.options = NULL;
    refuse(&wrong, "built-in format optioned: its option rows are missing (no options: one "
                   "RONDO_OPTIONS_END)");
    wrong = optioned;
    wrong.options = twice;
    refuse(&wrong, "built-in format optioned: two options are named a");
    wrong = optioned;
    wrong.kind = RONDO_KIND_CELL;
    wrong.struct_size = 1000;
    wrong.options = rondo_builtin_toy_formats[0]->options;
    const rondo_cell cell = {.head = wrong};
    refuse(&cell.head, "built-in cell optioned: the required function plan is missing");
}

static void test_twice(void)
{
    rondo_registry *registry = create();
    rondo_error error = {0};
    const rondo_plugin *const table[] = {rondo_builtin_toy_formats[0], rondo_builtin_toy_formats[0],
                                         NULL};
    CHECK_INTEGER(rondo_registry_add(registry, table, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, "built-in format bare: two have this name");
    rondo_registry_destroy(registry);
}

/* A plugin found in a folder stands before what is built in. */
static void test_plugin_first(void)
{
    rondo_registry *registry = create();
    rondo_error error = {0};
    const rondo_plugin *own = NULL, *found = NULL;
    CHECK_INTEGER(
        rondo_registry_find(registry, RONDO_KIND_LOSS, "mean_squared_error", &own, &error),
        RONDO_OK);
    if (own) {
        rondo_loss loss = *(const rondo_loss *)own;
        const rondo_plugin *const table[] = {&loss.head, NULL};
        CHECK_INTEGER(rondo_registry_add(registry, table, &error), RONDO_OK);
        rondo_registry_find(registry, RONDO_KIND_LOSS, "mean_squared_error", &found, &error);
        CHECK(found == own);
    }
    rondo_registry_destroy(registry);
}

static void test_kinds(void)
{
    static const char *const names[RONDO_KINDS] = {
        "cell", "loss", "optimizer", "communicator", "schedule", "format", "task", "metric"};
    rondo_plugin_kind kind = RONDO_KIND_CELL;
    for (int k = 0; k < RONDO_KINDS; k++) {
        CHECK_TEXT(rondo_registry_kind_name((rondo_plugin_kind)(k + 1)), names[k]);
        CHECK(rondo_kind_named(names[k], &kind) && (int)kind == k + 1);
    }
    CHECK(!rondo_kind_named("layer", &kind));
    CHECK(!rondo_kind_find(0) && !rondo_kind_find(RONDO_KINDS + 1));
}

int main(void)
{
    unsetenv("RONDO_PLUGINS");
    RUN(test_find);
    RUN(test_describe);
    RUN(test_refusals);
    RUN(test_twice);
    RUN(test_plugin_first);
    RUN(test_kinds);
    return check_end();
}
