#include "registry/toy_format.h"

#include <math.h>

typedef struct optioned_config {
    const char *path;
    const char *comment;
    int64_t count;
    double fraction;
    int order;
} optioned_config;

static const char *const orders[] = {"sorted", "random", NULL};

static const rondo_option options[] = {
    {.name = "path",
     .type = RONDO_OPTION_TEXT,
     .flags = RONDO_REQUIRED,
     .offset = RONDO_FIELD_OFFSET(optioned_config, path, const char *),
     .help = "file to read"},
    {.name = "comment",
     .type = RONDO_OPTION_TEXT,
     .offset = RONDO_FIELD_OFFSET(optioned_config, comment, const char *),
     .help = "none: no comments"},
    RONDO_INTEGER(optioned_config, count, 0, 1, HUGE_VAL, "by default all rows"),
    RONDO_REAL(optioned_config, fraction, 0.5, 0, 1, RONDO_OPEN_LOW, "share that is read"),
    RONDO_CHOICE(optioned_config, order, -1, orders, "by default sorted"),
    RONDO_OPTIONS_END};

extern const toy_format rondo_toy_format_optioned;
const toy_format rondo_toy_format_optioned = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, toy_format), .name = "optioned",
             .summary = "a format with options", .config_size = sizeof(optioned_config),
             .options = options},
    .number = 5};
