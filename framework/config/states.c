#include "config/states.h"

#include "base/memory.h"
#include "plugin/options.h"
#include "plugin/plan.h"

static bool plan_of(const rondo_plugin *cell, const void *options, rondo_cell_plan *plan)
{
    rondo_error ignored = {0}; /* reported where the plugin is read */
    if (options) return !rondo_plan_get((const rondo_cell *)cell, options, plan, &ignored);
    void *defaults = rondo_memory_create(cell->config_size + 1, "a plugin's options", &ignored);
    if (!defaults) return false;
    rondo_options_default(cell->options, defaults);
    bool sound = !rondo_plan_get((const rondo_cell *)cell, defaults, plan, &ignored);
    rondo_memory_destroy(defaults);
    return sound;
}

void rondo_state_rows(const rondo_state_key *key, const rondo_plugin *cell, const void *options,
                      rondo_option rows[RONDO_MAX_STATES + 1])
{
    rondo_cell_plan plan;
    int32_t count = plan_of(cell, options, &plan) ? plan.state_count : 0;
    for (int32_t i = 0; i < count; i++)
        rows[i] = (rondo_option){.name = plan.states[i],
                                 .type = RONDO_OPTION_REAL,
                                 .flags = RONDO_OPEN_HIGH,
                                 .offset = key->offset + (size_t)i * sizeof(double),
                                 .high = 1,
                                 .help = key->help};
    rows[count] = (rondo_option)RONDO_OPTIONS_END;
}
