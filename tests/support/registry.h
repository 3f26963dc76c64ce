/* What a config can name, for tests that read one: the plugins of a folder of this build, and what
 * is built in. */
#ifndef RONDO_TESTS_SUPPORT_REGISTRY_H
#define RONDO_TESTS_SUPPORT_REGISTRY_H

#include "config/format.h"
#include "config/task.h"
#include "evaluate/metric.h"
#include "plugin/registry.h"

static inline rondo_status test_registry_create(const char *folder, rondo_registry **out,
                                                rondo_error *error)
{
    rondo_status status = rondo_registry_create(&folder, 1, out, error);
    if (!status) status = rondo_registry_add(*out, rondo_builtin_tasks, error);
    if (!status) status = rondo_registry_add(*out, rondo_builtin_formats, error);
    if (!status) status = rondo_registry_add(*out, rondo_builtin_metrics, error);
    return status;
}

#endif
