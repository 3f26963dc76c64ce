#include "registry/shelf.h"

#include <math.h>

typedef struct oak_config {
    const char *place;
    const char *colour;
    int64_t height;
    double depth;
    int finish;
} oak_config;

static const char *const finishes[] = {"oil", "wax", NULL};

static const rondo_option options[] = {
    {.name = "place",
     .type = RONDO_OPTION_TEXT,
     .flags = RONDO_REQUIRED,
     .offset = RONDO_FIELD_OFFSET(oak_config, place, const char *),
     .help = "where it stands"},
    {.name = "colour",
     .type = RONDO_OPTION_TEXT,
     .offset = RONDO_FIELD_OFFSET(oak_config, colour, const char *),
     .help = "none: as it grew"},
    RONDO_INTEGER(oak_config, height, 0, 1, HUGE_VAL, "by default as high as the room"),
    RONDO_REAL(oak_config, depth, 0.5, 0, 1, RONDO_OPEN_LOW, "front to back"),
    RONDO_CHOICE(oak_config, finish, -1, finishes, "by default none"),
    RONDO_OPTIONS_END};

extern const shelf rondo_shelf_oak;
const shelf rondo_shelf_oak = {.head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, shelf), .name = "oak",
                                        .summary = "a shelf of oak",
                                        .config_size = sizeof(oak_config), .options = options},
                               .boards = 5};
