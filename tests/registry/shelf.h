/* A kind of thing for test_built_in.c, as formats, tasks and metrics are. */
#ifndef RONDO_TESTS_REGISTRY_SHELF_H
#define RONDO_TESTS_REGISTRY_SHELF_H

#include "rondo/plugin.h"

typedef struct shelf {
    rondo_plugin head;
    int boards;
} shelf;

/* Of each file in shelves/, by RondoBuiltins.cmake. */
extern const rondo_plugin *const rondo_builtin_shelves[];

#endif
