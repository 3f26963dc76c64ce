#include "evaluate/names.h"

#include "config/format.h"
#include "config/task.h"
#include "evaluate/metric.h"

rondo_status rondo_names_create(const char *const *folders, int64_t folder_count,
                                rondo_registry **out, rondo_error *error)
{
    rondo_status status = rondo_registry_create(folders, folder_count, out, error);
    if (status) return status;
    status = rondo_registry_add(*out, rondo_builtin_tasks, error);
    if (!status) status = rondo_registry_add(*out, rondo_builtin_formats, error);
    if (!status) status = rondo_registry_add(*out, rondo_builtin_metrics, error);
    if (!status) return RONDO_OK;
    rondo_registry_destroy(*out);
    *out = NULL;
    return status;
}
