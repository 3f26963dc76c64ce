/* A kind of thing for test_built_in.c, as formats, tasks and metrics are. */
#ifndef RONDO_TESTS_REGISTRY_TOY_FORMAT_H
#define RONDO_TESTS_REGISTRY_TOY_FORMAT_H

#include "rondo/plugin.h"

typedef struct toy_format {
    rondo_plugin head;
    int number;
} toy_format;

/* Of each file in toy_formats/, by RondoBuiltins.cmake. */
extern const rondo_plugin *const rondo_builtin_toy_formats[];

#endif
