#include "model/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { PART_ALIGNMENT = 16 };

void rondo_layout_begin_group(rondo_layout *layout)
{
    layout->groups++;
}

void rondo_layout_begin_frozen(rondo_layout *layout)
{
    layout->freezing = true;
}

rondo_status rondo_layout_add(rondo_layout *layout, const rondo_parameter *parameter,
                              int64_t *index, rondo_error *error)
{
    void *grown = layout->parameters;
    rondo_status status = rondo_memory_grow(&grown, &layout->capacity, layout->count + 1,
                                            sizeof *parameter, "parameter table", error);
    if (status) return status;
    layout->parameters = grown;
    rondo_parameter *added = &layout->parameters[layout->count];
    *added = *parameter;
    added->offset = layout->size;
    added->group = layout->groups - 1;
    int64_t size = parameter->rows * parameter->columns;
    layout->size += (size + PART_ALIGNMENT - 1) / PART_ALIGNMENT * PART_ALIGNMENT;
    *index = layout->count++;
    if (layout->freezing) return RONDO_OK;
    layout->trainable += size;
    layout->trained_count = layout->count;
    layout->trained_size = layout->size;
    return RONDO_OK;
}

void rondo_layout_finish(rondo_layout *layout)
{
    free(layout->parameters);
    *layout = (rondo_layout){0};
}

int64_t rondo_layout_find(const rondo_layout *layout, const char *name)
{
    for (int64_t i = 0; i < layout->count; i++)
        if (strcmp(layout->parameters[i].name, name) == 0) return i;
    return -1;
}

const char *rondo_layout_name_at(const rondo_layout *layout, int64_t offset)
{
    const char *name = "";
    for (int64_t i = 0; i < layout->count && layout->parameters[i].offset <= offset; i++)
        name = layout->parameters[i].name;
    return name;
}
