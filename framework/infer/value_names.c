#include "infer/value_names.h"

#include <stdlib.h>

#include "base/text.h"

/* "load", or "load+3" three steps later, of a horizon of more than one step. */
static void add_name_of_column(const rondo_schema *schema, int64_t i, rondo_text *text)
{
    const rondo_scales *scales = schema->scales;
    rondo_text_add(text, "%s", scales->names[scales->targets[i % scales->target_count]]);
    if (schema->target_width > scales->target_count)
        rondo_text_add(text, "+%lld", (long long)(i / scales->target_count + 1));
}

/* And where a prediction has parts "load+3_quantile_0.9". */
static void add_name(const rondo_session *session, int64_t output, rondo_text *text)
{
    const rondo_data_config *data = &session->experiment->data;
    const rondo_network *network = session->network;
    char part[RONDO_OUTPUT_PART_NAME];
    int64_t i = output % network->target_width;
    rondo_network_output_part(network, output, part);
    if (data->format->name_value)
        data->format->name_value(data, session->dataset, i, text);
    else if (rondo_format_has(data, RONDO_PROVIDES_WINDOWS))
        add_name_of_column(session->schema, i, text);
    else
        rondo_text_add(text, "value_%lld", (long long)i + 1);
    if (part[0]) rondo_text_add(text, "_%s", part);
    rondo_text_add_bytes(text, "", 1);
}

rondo_status rondo_value_names_make(const rondo_session *session, rondo_value_names *names,
                                    rondo_error *error)
{
    int64_t width = session->network->output_width;
    rondo_text text = {0};
    *names = (rondo_value_names){.names = malloc((size_t)width * sizeof *names->names)};
    for (int64_t i = 0; i < width; i++)
        add_name(session, i, &text);
    names->text = text.data;
    if (text.failed || !names->names)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: names of values");
    const char *at = text.data;
    for (int64_t i = 0; i < width; i++) {
        names->names[i] = at;
        while (*at++)
            ;
    }
    return RONDO_OK;
}

void rondo_value_names_finish(rondo_value_names *names)
{
    free(names->text);
    free(names->names);
    *names = (rondo_value_names){0};
}
