/* rondo_kit PLUGIN.so...: checks that plugins keep the contract of their kind, with many option
 * sets. Exit status 0: all do. 1: a plugin does not. 2: bad command line. */
#include "kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/registry.h"

static void check_kind(kit_report *kit, const rondo_plugin *plugin, const void *config)
{
    switch (plugin->kind) {
    case RONDO_KIND_CELL:
        kit_check_cell(kit, (const rondo_cell *)plugin, config);
        break;
    case RONDO_KIND_LOSS:
        kit_check_loss(kit, (const rondo_loss *)plugin, config);
        break;
    case RONDO_KIND_OPTIMIZER:
        kit_check_optimizer(kit, (const rondo_optimizer *)plugin, config);
        break;
    case RONDO_KIND_SCHEDULE:
        kit_check_schedule(kit, (const rondo_schedule *)plugin, config);
        break;
    default:
        kit_fail(kit, "the kit does not check plugins of its kind");
    }
}

static void check_variant(kit_report *kit, const rondo_plugin *plugin, const void *config)
{
    rondo_error error = {0};
    void *kept = kit_allocate(1, plugin->config_size + 1);
    memcpy(kept, config, plugin->config_size);
    if (rondo_plugin_check(plugin, config, &error))
        kit_fail(kit, "%s", error.text);
    else
        check_kind(kit, plugin, config);
    if (memcmp(kept, config, plugin->config_size) != 0) kit_fail(kit, "it changes its options");
    free(kept);
}

static bool check_file(const char *path)
{
    rondo_error error = {0};
    const rondo_plugin *plugin;
    kit_variant *variants;
    kit_report kit = {0};
    if (rondo_plugin_load(path, RONDO_KIND_ANY, &plugin, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return false;
    }
    int64_t count = kit_variants_create(plugin, &variants);
    for (int64_t i = 0; i < count && kit.failures == 0; i++) {
        printf("%s %s (%s)\n", rondo_registry_kind_name((rondo_plugin_kind)plugin->kind),
               plugin->name, variants[i].name);
        fflush(stdout);
        kit.variant = variants[i].name;
        check_variant(&kit, plugin, variants[i].config);
    }
    kit_variants_destroy(variants, count);
    printf("%s: %s\n", path, kit.failures ? "does not conform" : "conforms");
    return kit.failures == 0;
}

int main(int argument_count, char **arguments)
{
    bool good = true;
    if (argument_count < 2 || arguments[1][0] == '-') {
        fprintf(stderr, "usage: %s PLUGIN.so...\n", arguments[0]);
        return 2;
    }
    for (int i = 1; i < argument_count; i++)
        good = check_file(arguments[i]) && good;
    return good ? 0 : 1;
}
