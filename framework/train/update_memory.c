/* What an update takes: slices, slots, and the optimizer's view of the tensors. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "session/session.h"
#include "train/update.h"

/* End of the group that begins with part *part, which becomes the first of the next group. */
static int64_t group_end(const rondo_layout *layout, int scope, int64_t *part)
{
    int64_t group = layout->parameters[*part].group;
    while (*part < layout->trained_count &&
           (scope == RONDO_CLIP_GLOBAL || layout->parameters[*part].group == group))
        ++*part;
    return *part < layout->trained_count ? layout->parameters[*part].offset : layout->trained_size;
}

/* Groups one after another, each cut into slices; with `slices` NULL only counted. */
static int64_t cut_groups(const rondo_layout *layout, int scope, rondo_update_slice *slices,
                          int64_t *group_count)
{
    int64_t count = 0, first = 0;
    *group_count = 0;
    for (int64_t part = 0; part < layout->trained_count; ++*group_count) {
        int64_t end = group_end(layout, scope, &part);
        for (; first < end; first += RONDO_UPDATE_SLICE, count++) {
            int64_t size = end - first < RONDO_UPDATE_SLICE ? end - first : RONDO_UPDATE_SLICE;
            if (slices)
                slices[count] =
                    (rondo_update_slice){.first = first, .count = size, .group = *group_count};
        }
        first = end;
    }
    return count;
}

/* Tensors one after another, each cut into slices or whole; with `slices` NULL only counted. */
static int64_t cut_tensors(const rondo_layout *layout, bool whole, rondo_tensor_slice *slices)
{
    int64_t count = 0;
    for (int64_t t = 0; t < layout->trained_count; t++) {
        int64_t size = layout->parameters[t].rows * layout->parameters[t].columns;
        int64_t most = whole ? size : RONDO_UPDATE_SLICE;
        for (int64_t first = 0; first < size; first += most, count++)
            if (slices)
                slices[count] =
                    (rondo_tensor_slice){.tensor = t,
                                         .first = first,
                                         .count = size - first < most ? size - first : most};
    }
    return count;
}

static rondo_tensor_kind kind_of(const rondo_parameter *parameter)
{
    switch (parameter->role) {
    case RONDO_ROLE_EMBEDDING:
        return RONDO_TENSOR_EMBEDDING;
    case RONDO_ROLE_BIASES:
    case RONDO_ROLE_ZEROS:
        return RONDO_TENSOR_BIASES;
    case RONDO_ROLE_ONES:
        return RONDO_TENSOR_GAINS;
    case RONDO_ROLE_UNIT_PARAMETER:
        return parameter->unit_parameter >= 0 ? RONDO_TENSOR_UNIT_PARAMETER : RONDO_TENSOR_BIASES;
    default:
        return RONDO_TENSOR_WEIGHTS;
    }
}

/* Which clipping group a tensor belongs to: groups are numbered as cut_groups does. */
static void place_tensors(const rondo_layout *layout, int scope, rondo_tensor_place *tensors)
{
    int64_t rows = 0, columns = 0, group = -1;
    for (int64_t t = 0; t < layout->trained_count; t++) {
        const rondo_parameter *p = &layout->parameters[t];
        bool is_next = t == 0 || (scope != RONDO_CLIP_GLOBAL && p->group != p[-1].group);
        group += is_next;
        tensors[t] = (rondo_tensor_place){.tensor = {.name = p->name,
                                                     .rows = p->rows,
                                                     .columns = p->columns,
                                                     .kind = (int32_t)kind_of(p)},
                                          .offset = p->offset,
                                          .group = group,
                                          .first_row = rows,
                                          .first_column = columns};
        rows += p->rows;
        columns += p->columns;
    }
}

static int64_t slot_size(const rondo_layout *layout, int32_t shape)
{
    int64_t rows = 0, columns = 0;
    for (int64_t t = 0; t < layout->trained_count; t++) {
        rows += layout->parameters[t].rows;
        columns += layout->parameters[t].columns;
    }
    switch (shape) {
    case RONDO_SLOT_ROWS:
        return rows;
    case RONDO_SLOT_COLUMNS:
        return columns;
    case RONDO_SLOT_TENSOR:
        return layout->trained_count;
    default:
        return layout->trained_size;
    }
}

int64_t rondo_updater_slot_size(const rondo_updater *updater, const rondo_layout *layout,
                                int32_t slot)
{
    return slot_size(layout, updater->plan.slots[slot].shape);
}

size_t rondo_updater_bytes(const rondo_experiment *experiment, const rondo_layout *layout)
{
    rondo_optimizer_plan plan = {0};
    const rondo_optimizer *optimizer = experiment->optimizer.optimizer;
    optimizer->plan(experiment->optimizer.options, &plan);
    int64_t groups, slices = cut_groups(layout, experiment->clip.scope, NULL, &groups);
    bool averages = experiment->train.weight_average > 0;
    int64_t blocks =
        (optimizer->direction != NULL) + (averages ? 2 : optimizer->evaluation_weights != NULL);
    int64_t reals = blocks * layout->trained_size;
    for (int32_t i = 0; i < plan.slot_count; i++)
        reals += slot_size(layout, plan.slots[i].shape);
    return (size_t)reals * sizeof(rondo_real) + (size_t)slices * sizeof(rondo_update_slice) +
           (size_t)groups * sizeof(rondo_update_group) +
           (size_t)layout->trained_count * sizeof(rondo_tensor_place) +
           (size_t)cut_tensors(layout, plan.whole_tensors, NULL) * sizeof(rondo_tensor_slice);
}

static rondo_status create_groups(const rondo_layout *layout, rondo_updater *updater,
                                  rondo_error *error)
{
    int scope = updater->clip.scope;
    updater->slice_count = cut_groups(layout, scope, NULL, &updater->group_count);
    updater->slices = rondo_memory_create((size_t)updater->slice_count * sizeof *updater->slices,
                                          "gradient norm", error);
    updater->groups = rondo_memory_create((size_t)updater->group_count * sizeof *updater->groups,
                                          "gradient norm", error);
    if (!updater->slices || !updater->groups) return error->status;
    cut_groups(layout, scope, updater->slices, &updater->group_count);
    return RONDO_OK;
}

static rondo_status create_tensors(const rondo_layout *layout, rondo_updater *updater,
                                   rondo_error *error)
{
    bool whole = updater->plan.whole_tensors;
    updater->tensor_count = layout->trained_count;
    updater->tensor_slice_count = cut_tensors(layout, whole, NULL);
    updater->tensors = rondo_memory_create((size_t)updater->tensor_count * sizeof *updater->tensors,
                                           "updates", error);
    updater->tensor_slices = rondo_memory_create(
        (size_t)updater->tensor_slice_count * sizeof *updater->tensor_slices, "updates", error);
    if (!updater->tensors || !updater->tensor_slices) return error->status;
    place_tensors(layout, updater->clip.scope, updater->tensors);
    cut_tensors(layout, whole, updater->tensor_slices);
    return RONDO_OK;
}

static rondo_status create_clamps(const rondo_layout *layout, rondo_updater *updater,
                                  rondo_error *error)
{
    size_t most = (size_t)layout->trained_count;
    updater->clamps = rondo_memory_create(most * sizeof *updater->clamps, "updates", error);
    if (!updater->clamps) return error->status;
    for (int64_t i = 0; i < layout->trained_count; i++) {
        const rondo_parameter *p = &layout->parameters[i];
        if (p->is_clamped)
            updater->clamps[updater->clamp_count++] = (rondo_update_clamp){
                p->offset, p->rows * p->columns, (rondo_real)p->low, (rondo_real)p->high};
    }
    return RONDO_OK;
}

static rondo_status create_slots(const rondo_layout *layout, rondo_updater *updater,
                                 rondo_error *error)
{
    for (int32_t i = 0; i < updater->plan.slot_count; i++) {
        size_t size = (size_t)rondo_updater_slot_size(updater, layout, i);
        updater->slots[i] =
            rondo_memory_create(size * sizeof(rondo_real), "optimizer slots", error);
        if (!updater->slots[i]) return error->status;
    }
    size_t bytes = (size_t)layout->trained_size * sizeof(rondo_real);
    if (updater->decay > 0) {
        updater->average = rondo_memory_create(bytes, "the average of weights", error);
        if (!updater->average) return error->status;
    }
    if (!updater->optimizer->direction) return RONDO_OK;
    updater->direction = rondo_memory_create(bytes, "the optimizer's direction", error);
    return updater->direction ? RONDO_OK : error->status;
}

rondo_status rondo_updater_start(const rondo_experiment *experiment, const rondo_layout *layout,
                                 int threads, rondo_updater *updater, rondo_error *error)
{
    *updater = (rondo_updater){.optimizer = experiment->optimizer.optimizer,
                               .options = experiment->optimizer.options,
                               .clip = experiment->clip,
                               .decay = experiment->train.weight_average,
                               .threads = threads};
    updater->optimizer->plan(updater->options, &updater->plan);
    rondo_status status = create_groups(layout, updater, error);
    if (!status) status = create_tensors(layout, updater, error);
    if (!status) status = create_clamps(layout, updater, error);
    if (!status) status = create_slots(layout, updater, error);
    if (status) rondo_updater_finish(updater);
    return status;
}

void rondo_updater_finish(rondo_updater *updater)
{
    for (int32_t i = 0; i < RONDO_MAX_SLOTS; i++)
        rondo_memory_destroy(updater->slots[i]);
    rondo_memory_destroy(updater->direction);
    rondo_memory_destroy(updater->average);
    rondo_memory_destroy(updater->slices);
    rondo_memory_destroy(updater->groups);
    rondo_memory_destroy(updater->tensors);
    rondo_memory_destroy(updater->tensor_slices);
    rondo_memory_destroy(updater->clamps);
    *updater = (rondo_updater){0};
}

rondo_real *rondo_slot_part_of(const rondo_updater *updater, int32_t slot, int64_t t)
{
    const rondo_tensor_place *place = &updater->tensors[t];
    switch (updater->plan.slots[slot].shape) {
    case RONDO_SLOT_ROWS:
        return updater->slots[slot] + place->first_row;
    case RONDO_SLOT_COLUMNS:
        return updater->slots[slot] + place->first_column;
    case RONDO_SLOT_TENSOR:
        return updater->slots[slot] + t;
    default:
        return updater->slots[slot] + place->offset;
    }
}

/* What a tensor has of a slot that is not one number per parameter. */
static void set_shape(const rondo_updater *updater, int32_t slot, int64_t t, rondo_array *array)
{
    const rondo_tensor_place *place = &updater->tensors[t];
    int32_t shape = updater->plan.slots[slot].shape;
    if (shape == RONDO_SLOT_ELEMENTS) return;
    array->rank = 1;
    array->extent[1] = 0;
    array->extent[0] = shape == RONDO_SLOT_ROWS      ? place->tensor.rows
                       : shape == RONDO_SLOT_COLUMNS ? place->tensor.columns
                                                     : 1;
    array->data = rondo_slot_part_of(updater, slot, t);
}

rondo_status rondo_updater_slot_arrays(const rondo_updater *updater, const rondo_layout *layout,
                                       int32_t slot, rondo_array **out, rondo_error *error)
{
    char prefix[RONDO_MAX_PARAMETER_NAME];
    snprintf(prefix, sizeof prefix, "%s/", updater->plan.slots[slot].name);
    rondo_status status = rondo_arrays_create(layout, layout->trained_count, prefix,
                                              updater->slots[slot], out, error);
    for (int64_t t = 0; !status && t < layout->trained_count; t++)
        set_shape(updater, slot, t, &(*out)[t]);
    return status;
}
