/* The tasks by name, for tests that make an experiment without a config. */
#ifndef RONDO_TESTS_TASKS_H
#define RONDO_TESTS_TASKS_H

#include "config/task.h"
#include "plugin/registry.h"

extern const rondo_task rondo_task_language_model;
extern const rondo_task rondo_task_tagging;
extern const rondo_task rondo_task_classification;
extern const rondo_task rondo_task_regression;
extern const rondo_task rondo_task_forecasting;
extern const rondo_task rondo_task_translation;

/* rondo_registry_create, with what is built in. */
static inline rondo_status create_registry(const char *const *folders, int64_t count,
                                           rondo_registry **out, rondo_error *error)
{
    rondo_status status = rondo_registry_create(folders, count, out, error);
    if (status) return status;
    status = rondo_registry_add(*out, rondo_builtin_tasks, error);
    if (!status) return RONDO_OK;
    rondo_registry_destroy(*out);
    *out = NULL;
    return status;
}

#endif
