/* What a plugin says of itself, as text: summary, source, equations, options, parameters with their
 * shapes. Nothing here knows any plugin. */
#ifndef RONDO_PLUGIN_DESCRIBE_H
#define RONDO_PLUGIN_DESCRIBE_H

#include "base/error.h"
#include "base/text.h"
#include "rondo/plugin.h"

/* `config` is a filled config struct (for a cell's plan), or NULL for the defaults. */
rondo_status rondo_describe_plugin(const rondo_plugin *plugin, const void *config, rondo_text *text,
                                   rondo_error *error);

#endif
