/* States between minibatches: what a pass carries, and the gradient of what it started from. */
#include "model/layer.h"

int64_t rondo_pass_carried_count(const rondo_pass *pass)
{
    int64_t count = 0;
    for (int64_t i = 0; i < pass->network->direction_count; i++)
        count += pass->network->directions[i].plan.state_count;
    return count;
}

/* The direction that holds state number `index` of all; *index becomes its number there. */
static const rondo_direction_buffers *buffers_of_state(const rondo_pass *pass, int64_t *index)
{
    const rondo_direction_buffers *buffers = pass->directions;
    while (*index >= buffers->direction->plan.state_count) {
        *index -= buffers->direction->plan.state_count;
        buffers++;
    }
    return buffers;
}

rondo_carried rondo_pass_carried(const rondo_pass *pass, int64_t index)
{
    const rondo_direction_buffers *buffers = buffers_of_state(pass, &index);
    return (rondo_carried){.name = buffers->carried_name[index],
                           .rows = pass->size.rows,
                           .hidden = rondo_direction_width(buffers->direction, (int32_t)index),
                           .data = buffers->carried[index]};
}

const rondo_real *rondo_pass_initial_gradient(const rondo_pass *pass, int64_t index)
{
    const rondo_direction_buffers *buffers = buffers_of_state(pass, &index);
    return buffers->d_initial[index];
}
