/* The struct of a plugin of an earlier revision, as the host has it. */
#include "check.h"

#include "plugin/registry.h"

static void test_what_it_does_not_have_is_0(void)
{
    rondo_error error = {0};
    const rondo_plugin *plugin = NULL, *again = NULL;
    CHECK_INTEGER(rondo_plugin_load(OLDER_CELL, RONDO_KIND_CELL, &plugin, &error), RONDO_OK);
    CHECK_TEXT(error.text, "");
    if (!plugin) return;
    const rondo_cell *cell = (const rondo_cell *)plugin;
    CHECK_INTEGER(plugin->abi_version, RONDO_ABI_VERSION); /* revision 0 */
    CHECK(plugin->struct_size < sizeof(rondo_cell));
    CHECK_TEXT(plugin->name, "older_cell");
    CHECK(cell->plan && cell->unit_parameter_gradient);
    CHECK(!cell->surrogate);
    CHECK_INTEGER(rondo_plugin_load(OLDER_CELL, RONDO_KIND_ANY, &again, &error), RONDO_OK);
    CHECK(plugin == again);
}

int main(void)
{
    RUN(test_what_it_does_not_have_is_0);
    return check_end();
}
