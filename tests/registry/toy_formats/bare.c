#include "registry/toy_format.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

extern const toy_format rondo_toy_format_bare;
const toy_format rondo_toy_format_bare = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, toy_format), .name = "bare",
             .summary = "a format without options", .options = options},
    .number = 3};
