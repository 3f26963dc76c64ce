#include "config/format.h"

#include "config/experiment.h"

uint32_t rondo_format_provides(const rondo_data_config *data)
{
    const rondo_format *format = data->format;
    if (!format) return UINT32_MAX;
    return format->narrow ? format->narrow(data) : format->provides;
}

bool rondo_format_has(const rondo_data_config *data, uint32_t bits)
{
    return (rondo_format_provides(data) & bits) != 0;
}

const char *rondo_format_suffix(const rondo_data_config *data)
{
    const char *suffix = data->format->suffix ? data->format->suffix(data) : NULL;
    return suffix ? suffix : "";
}

static const rondo_format *get(rondo_registry *registry, int64_t index)
{
    const rondo_plugin *plugin;
    rondo_error ignored = {0}; /* what is built in is always found */
    const char *name = rondo_registry_name(registry, RONDO_KIND_FORMAT, index);
    if (rondo_registry_find(registry, RONDO_KIND_FORMAT, name, &plugin, &ignored)) return NULL;
    return (const rondo_format *)plugin;
}

int64_t rondo_format_list(rondo_registry *registry, uint32_t bits, uint32_t lacks, bool others,
                          rondo_text *text)
{
    rondo_text names = {0};
    int64_t found = 0;
    for (int64_t i = 0; i < rondo_registry_count(registry, RONDO_KIND_FORMAT); i++) {
        const rondo_format *format = get(registry, i);
        bool has = format && (format->provides & bits) && !(format->provides & lacks);
        if (!format || has == others) continue;
        rondo_text_add(&names, "%s%s", found > 0 ? ", " : "", format->head.name);
        found++;
    }
    if (text) {
        rondo_text_add_choices(text, rondo_text_get(&names));
        text->failed |= names.failed;
    }
    rondo_text_finish(&names);
    return found;
}
