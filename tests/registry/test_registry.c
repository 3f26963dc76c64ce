/* Finding, loading, refusing and describing plugins. How files that do not fit are refused is
 * tested with the broken plugins of tests/kit. */
#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/describe.h"
#include "plugin/options.h"
#include "plugin/plan.h"
#include "plugin/registry.h"

#define PLUGINS RONDO_BINARY_DIR "/plugins"

#ifdef RONDO_DOUBLE
#define OWN            PLUGINS "-double"
#define OTHER          PLUGINS
#define OTHER_SENTENCE "built with numbers of 4 bytes, this program has numbers of 8"
#else
#define OWN            PLUGINS
#define OTHER          PLUGINS "-double"
#define OTHER_SENTENCE "built with numbers of 8 bytes, this program has numbers of 4"
#endif

static const char *const folders[] = {PLUGINS};

static rondo_registry *create(rondo_error *error)
{
    rondo_registry *registry = NULL;
    CHECK_INTEGER(rondo_registry_create(folders, 1, &registry, error), RONDO_OK);
    return registry;
}

static void test_find(void)
{
    rondo_error error = {0};
    rondo_registry *registry = create(&error);
    const rondo_plugin *plugin = NULL, *again = NULL;
    if (!registry) return;
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_CELL, "lstm", &plugin, &error),
                  RONDO_OK);
    CHECK_TEXT(plugin ? plugin->name : NULL, "lstm");
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_CELL, "lstm", &again, &error), RONDO_OK);
    CHECK(plugin == again);
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_OPTIMIZER, "adam", &plugin, &error),
                  RONDO_OK);
    rondo_registry_destroy(registry);
}

/* Where a cell was found; NULL: nowhere. */
static const char *path_of_cell(const rondo_registry *registry, const char *name)
{
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_CELL); i++)
        if (strcmp(rondo_registry_name(registry, RONDO_KIND_CELL, i), name) == 0)
            return rondo_registry_path(registry, RONDO_KIND_CELL, i);
    return NULL;
}

static void test_names_are_sorted(void)
{
    rondo_error error = {0};
    rondo_registry *registry = create(&error);
    if (!registry) return;
    int64_t count = rondo_registry_count(registry, RONDO_KIND_CELL);
    CHECK(count >= 3);
    for (int64_t i = 1; i < count; i++)
        CHECK(strcmp(rondo_registry_name(registry, RONDO_KIND_CELL, i - 1),
                     rondo_registry_name(registry, RONDO_KIND_CELL, i)) < 0);
    CHECK_TEXT(path_of_cell(registry, "gru"), OWN "/cells/gru.so");
    rondo_registry_destroy(registry);
}

static void test_unknown_name(void)
{
    rondo_error error = {0};
    rondo_registry *registry = create(&error);
    const rondo_plugin *plugin = NULL;
    if (!registry) return;
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_CELL, "lsmt", &plugin, &error),
                  RONDO_USAGE);
    CHECK(!plugin);
    CHECK_CONTAINS(error.text, "no cell 'lsmt' (did you mean 'lstm'?); there are: ");
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_LOSS, "../cells/lstm", &plugin, &error),
                  RONDO_USAGE);
    rondo_registry_destroy(registry);
}

static void test_missing_folder(void)
{
    rondo_error error = {0};
    rondo_registry *registry = NULL;
    const char *const missing[] = {"no/such/folder"};
    CHECK_INTEGER(rondo_registry_create(missing, 1, &registry, &error), RONDO_USAGE);
    CHECK(!registry);
    CHECK_TEXT(error.text, "no/such/folder: no such folder of plugins");
}

static void test_environment(void)
{
    rondo_error error = {0};
    rondo_registry *registry = NULL;
    setenv("RONDO_PLUGINS", ":" PLUGINS ":", 1);
    CHECK_INTEGER(rondo_registry_create(NULL, 0, &registry, &error), RONDO_OK);
    if (registry) CHECK(rondo_registry_count(registry, RONDO_KIND_LOSS) >= 3);
    rondo_registry_destroy(registry);
    setenv("RONDO_PLUGINS", "no/such/folder", 1);
    CHECK_INTEGER(rondo_registry_create(NULL, 0, &registry, &error), RONDO_USAGE);
    CHECK_CONTAINS(error.text, "from RONDO_PLUGINS");
    unsetenv("RONDO_PLUGINS");
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    CHECK(file);
    if (!file) return;
    fputs(text, file);
    fclose(file);
}

static void check_load(const char *path, rondo_plugin_kind kind, rondo_status status,
                       const char *sentence)
{
    rondo_error error = {0};
    const rondo_plugin *plugin = NULL;
    CHECK_INTEGER(rondo_plugin_load(path, kind, &plugin, &error), status);
    CHECK(!plugin);
    CHECK_CONTAINS(error.text, sentence);
    CHECK_CONTAINS(error.text, path);
}

static void test_refusals(void)
{
    write_text("broken.so", "this is not a shared object\n");
    write_text("Wrong.so", "");
    check_load("absent.so", RONDO_KIND_CELL, RONDO_USAGE, "no such file");
    check_load("broken.so", RONDO_KIND_CELL, RONDO_FAILED,
               "not a shared object that can be opened");
    check_load("Wrong.so", RONDO_KIND_CELL, RONDO_USAGE, "a plugin's file name is of the form");
    check_load("lstm.c", RONDO_KIND_CELL, RONDO_USAGE, "a plugin's file name ends with .so");
    check_load(OWN "/cells/lstm.so", RONDO_KIND_LOSS, RONDO_FAILED,
               "it is of kind cell, wanted is kind loss");
    check_load(OTHER "/cells/lstm.so", RONDO_KIND_CELL, RONDO_FAILED, OTHER_SENTENCE);
    remove("broken.so");
    remove("Wrong.so");
}

/* A folder given first hides a name of a folder further back; what does not fit there is an error,
 * not a reason to look elsewhere. */
static void test_first_folder_wins(void)
{
    rondo_error error = {0};
    rondo_registry *registry = NULL;
    const rondo_plugin *plugin = NULL;
    const char *const both[] = {"mine", PLUGINS};
    mkdir("mine", 0777);
    mkdir("mine/cells", 0777);
    write_text("mine/cells/gru.so", "nothing");
    CHECK_INTEGER(rondo_registry_create(both, 2, &registry, &error), RONDO_OK);
    if (registry) {
        CHECK_TEXT(path_of_cell(registry, "gru"), "mine/cells/gru.so");
        CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_CELL, "gru", &plugin, &error),
                      RONDO_FAILED);
        CHECK(!plugin);
        CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_CELL, "lstm", &plugin, &error),
                      RONDO_OK);
    }
    rondo_registry_destroy(registry);
    remove("mine/cells/gru.so");
    rmdir("mine/cells");
    rmdir("mine");
}

static void test_describe(void)
{
    rondo_error error = {0};
    rondo_registry *registry = create(&error);
    const rondo_plugin *plugin = NULL;
    static const rondo_plugin_kind kinds[] = {RONDO_KIND_CELL, RONDO_KIND_LOSS,
                                              RONDO_KIND_OPTIMIZER};
    static const char *const names[] = {"lstm", "softmax_cross_entropy", "adam"};
    static const char *const parts[] = {"forget_gate", "label_smoothing", "beta1"};
    for (int i = 0; registry && i < 3; i++) {
        rondo_text text = {0};
        CHECK_INTEGER(rondo_registry_find(registry, kinds[i], names[i], &plugin, &error), RONDO_OK);
        if (!plugin) continue;
        CHECK_INTEGER(rondo_describe_plugin(plugin, NULL, &text, &error), RONDO_OK);
        CHECK_CONTAINS(rondo_text_get(&text), plugin->summary);
        CHECK_CONTAINS(rondo_text_get(&text), parts[i]);
        CHECK_CONTAINS(rondo_text_get(&text), "options:");
        rondo_text_finish(&text);
    }
    rondo_registry_destroy(registry);
}

/* The description of a cell with one option set. */
static void check_described(rondo_registry *registry, const char *cell, const char *option,
                            const char *value, const char *const *lines, int64_t count)
{
    rondo_error error = {0};
    rondo_text text = {0}, reason = {0};
    const rondo_plugin *plugin = NULL;
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_CELL, cell, &plugin, &error), RONDO_OK);
    if (!plugin) return;
    void *config = calloc(1, plugin->config_size);
    rondo_options_default(plugin->options, config);
    CHECK(rondo_options_set(rondo_options_find(plugin->options, option), config, value, &reason));
    CHECK_INTEGER(rondo_describe_plugin(plugin, config, &text, &error), RONDO_OK);
    for (int64_t i = 0; i < count; i++)
        CHECK_CONTAINS(rondo_text_get(&text), lines[i]);
    rondo_text_finish(&text);
    rondo_text_finish(&reason);
    free(config);
}

static void test_gates_whose_units_share_weights_are_described(void)
{
    static const char *const ordered[] = {
        "    input_weights      [input, 4 hidden]    input_gate | forget_gate | candidate | "
        "output_gate\n",
        "    input_weights_master_forget_gate [input, hidden/8]    master_forget_gate, one for "
        "every "
        "8 units\n",
        "    recurrent_weights_master_input_gate [hidden, hidden/8]   master_input_gate\n",
        "    biases_master_input_gate [hidden/8]           master_input_gate, one for every 8 "
        "units\n",
        "    master_input_gate  x_t W + b + hidden_{t-1} U, the same for every 8 units\n"};
    static const char *const narrow[] = {
        "    recurrent_weights_output_from_context [hidden/4, hidden]   output_from_context\n",
        "    hidden_from_context context_t U, U reads the means of every 4 units\n"};
    rondo_error error = {0};
    rondo_registry *registry = create(&error);
    if (!registry) return;
    check_described(registry, "ordered_neurons_lstm", "chunk", "8", ordered, 5);
    check_described(registry, "scrn", "context_group", "4", narrow, 2);
    rondo_registry_destroy(registry);
}

static void test_a_plan_that_is_refused(void)
{
    static const char *const values[][2] = {{"r_min", "0.5"}, {"r_max", "0.3"}};
    rondo_error error = {0};
    rondo_registry *registry = create(&error);
    const rondo_plugin *plugin = NULL;
    rondo_cell_plan plan;
    if (!registry) return;
    CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_CELL, "lru", &plugin, &error), RONDO_OK);
    if (!plugin) return;
    void *config = calloc(1, plugin->config_size);
    rondo_options_default(plugin->options, config);
    for (int i = 0; i < 2; i++)
        CHECK(rondo_options_set(rondo_options_find(plugin->options, values[i][0]), config,
                                values[i][1], &(rondo_text){0}));
    CHECK_INTEGER(rondo_plan_get((const rondo_cell *)plugin, config, &plan, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, "plan: r_min is above r_max: write a smaller r_min, or a larger r_max");
    free(config);
    rondo_registry_destroy(registry);
}

int main(void)
{
    unsetenv("RONDO_PLUGINS");
    RUN(test_find);
    RUN(test_names_are_sorted);
    RUN(test_unknown_name);
    RUN(test_missing_folder);
    RUN(test_environment);
    RUN(test_refusals);
    RUN(test_first_folder_wins);
    RUN(test_describe);
    RUN(test_gates_whose_units_share_weights_are_described);
    RUN(test_a_plan_that_is_refused);
    return check_end();
}
