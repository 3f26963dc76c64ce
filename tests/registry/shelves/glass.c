#include "registry/shelf.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

extern const shelf rondo_shelf_glass;
const shelf rondo_shelf_glass = {.head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, shelf),
                                          .name = "glass", .summary = "a shelf of glass",
                                          .options = options},
                                 .boards = 3};
