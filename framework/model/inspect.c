#include "model/inspect.h"

#include <string.h>

#include "base/parallel.h"
#include "model/gates.h"
#include "model/layer.h"

static const double low_limit = 0.1, high_limit = 0.9;

static bool ends_with_gate(const char *name)
{
    size_t length = strlen(name);
    return length >= 4 && strcmp(name + length - 4, "gate") == 0;
}

/* Counts are whole numbers: any order of adding them gives the same. */
static rondo_gate_activity measure_gate(const rondo_pass *pass,
                                        const rondo_direction_buffers *buffers, int64_t gate)
{
    const rondo_direction *d = buffers->direction;
    int64_t tokens = pass->batch->tokens, stride = d->gate_count * d->hidden;
    int64_t low = 0, high = 0, outside = 0;
    rondo_gate_activity activity = {.name = rondo_gates_at(d, gate)->name};
    for (int64_t n = 0; n < tokens; n++) {
        const rondo_real *values = buffers->gates + n * stride + gate * d->hidden;
        for (int64_t u = 0; u < d->hidden; u++) {
            low += (double)values[u] < low_limit;
            high += (double)values[u] > high_limit;
            outside += !(values[u] >= 0 && values[u] <= 1);
        }
    }
    double all = (double)(tokens * d->hidden);
    activity.known = outside == 0 && ends_with_gate(activity.name);
    activity.low = (double)low / all;
    activity.high = (double)high / all;
    return activity;
}

/* Between forward and backward the gate blocks hold the activated gates. */
static void measure_gates(void *context, int64_t direction, int thread)
{
    const rondo_pass *pass = context;
    const rondo_direction_buffers *buffers = &pass->directions[direction];
    (void)thread;
    for (int64_t gate = 0; gate < buffers->direction->gate_count; gate++)
        buffers->activity[gate] = measure_gate(pass, buffers, gate);
}

void rondo_pass_inspect(rondo_pass *pass, const rondo_batch *batch, const uint8_t *selected,
                        rondo_real *gradient)
{
    rondo_score ignored = {0};
    pass->selected = selected;
    rondo_pass_start_training(pass, batch, 0, gradient, &ignored);
    rondo_parallel_for(pass->size.threads, pass->network->direction_count, measure_gates, pass);
    rondo_pass_finish_training(pass);
    pass->selected = NULL;
}

const rondo_real *rondo_pass_state_gradient(const rondo_pass *pass, int64_t direction,
                                            int32_t state)
{
    return pass->directions[direction].kept_gradient[state];
}

rondo_gate_activity rondo_pass_gate_activity(const rondo_pass *pass, int64_t direction,
                                             int64_t gate)
{
    return pass->directions[direction].activity[gate];
}
