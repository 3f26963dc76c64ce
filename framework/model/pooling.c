/* Pooling: the outputs y_t of the top layer, over a sequence's own steps t = 0 .. T - 1, become one
 * vector p, which is all that the readout sees of the sequence.
 *
 *   last   units of the forward direction: p_j = y_{T-1,j}; of the backward direction:
 *          p_j = y_{0,j}. Each is what its direction ends with, having read the whole sequence (h_n of
 *          PyTorch)
 *   mean   p_j = (1/T) sum_t y_tj          d y_tj = d p_j / T
 *   max    p_j = max_t y_tj                d y_tj = d p_j for the first t that has the maximum
 *
 * A sequence is pooled by itself and in the order of its steps, so neither neighbours nor threads
 * change a bit.
 */
#include "model/pooling.h"

#include <string.h>

#include "base/parallel.h"
#include "model/layer.h"

enum { ROWS_A_TASK = 8, COLUMNS_AT_ONCE = 64 };

static const rondo_layer *top_layer(const rondo_pass *pass)
{
    return &pass->network->layers[pass->network->layer_count - 1];
}

void rondo_pooling_plan(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t count = pass->size.rows * network->layers[network->layer_count - 1].output;
    if (network->pooling == RONDO_POOLING_NONE) return;
    pass->pooling->row_steps =
        rondo_arena_take(&pass->arena, sizeof *pass->pooling->row_steps * (size_t)pass->size.rows);
    pass->pooling->pooled = rondo_arena_reals(&pass->arena, count);
    if (network->pooling == RONDO_POOLING_MAX)
        pass->pooling->largest_step =
            rondo_arena_take(&pass->arena, sizeof *pass->pooling->largest_step * (size_t)count);
    if (!pass->size.training) return;
    pass->pooling->d_pooled = rondo_arena_reals(&pass->arena, count);
    pass->pooling->of_states =
        network->pooling == RONDO_POOLING_LAST && !rondo_layer_has_own_output(top_layer(pass));
    if (pass->pooling->of_states)
        pass->directions[top_layer(pass)->directions[0]].d_final[0] = pass->pooling->d_pooled;
}

/* Units of the top layer that come from its forward direction; the others are a backward one's. */
static int64_t forward_units(const rondo_pass *pass)
{
    return pass->network->directions[top_layer(pass)->directions[0]].output;
}

static void count_steps(rondo_pass *pass)
{
    const rondo_batch *batch = pass->batch;
    int64_t rows = batch->rows;
    for (int64_t t = 1; t <= batch->steps; t++) {
        int64_t going = t < batch->steps ? batch->active[t] : 0;
        while (rows > going)
            pass->pooling->row_steps[--rows] = t;
    }
}

/* --- forward --- */

/* Output of a row at step t. */
static const rondo_real *output_at(const rondo_pass *pass, int64_t row, int64_t t)
{
    const rondo_real *output = rondo_pass_layer_output(pass, pass->network->layer_count - 1);
    return output + (pass->batch->offset[t] + row) * top_layer(pass)->output;
}

static void pool_last(const rondo_pass *pass, int64_t row)
{
    int64_t width = top_layer(pass)->output, forward = forward_units(pass);
    rondo_real *pooled = pass->pooling->pooled + row * width;
    memcpy(pooled, output_at(pass, row, pass->pooling->row_steps[row] - 1),
           (size_t)forward * sizeof *pooled);
    memcpy(pooled + forward, output_at(pass, row, 0) + forward,
           (size_t)(width - forward) * sizeof *pooled);
}

static void pool_mean(const rondo_pass *pass, int64_t row, int64_t first, int64_t count)
{
    double sums[COLUMNS_AT_ONCE] = {0};
    rondo_real *pooled = pass->pooling->pooled + row * top_layer(pass)->output + first;
    for (int64_t t = 0; t < pass->pooling->row_steps[row]; t++) {
        const rondo_real *output = output_at(pass, row, t) + first;
        for (int64_t j = 0; j < count; j++)
            sums[j] += (double)output[j];
    }
    for (int64_t j = 0; j < count; j++)
        pooled[j] = (rondo_real)(sums[j] / (double)pass->pooling->row_steps[row]);
}

static void pool_max(const rondo_pass *pass, int64_t row, int64_t first, int64_t count)
{
    int64_t at = row * top_layer(pass)->output + first;
    rondo_real *pooled = pass->pooling->pooled + at;
    int32_t *step = pass->pooling->largest_step + at;
    memcpy(pooled, output_at(pass, row, 0) + first, (size_t)count * sizeof *pooled);
    memset(step, 0, (size_t)count * sizeof *step);
    for (int64_t t = 1; t < pass->pooling->row_steps[row]; t++) {
        const rondo_real *output = output_at(pass, row, t) + first;
        for (int64_t j = 0; j < count; j++)
            if (output[j] > pooled[j]) {
                pooled[j] = output[j];
                step[j] = (int32_t)t;
            }
    }
}

static void pool_row(const rondo_pass *pass, int64_t row)
{
    int64_t width = top_layer(pass)->output;
    if (pass->network->pooling == RONDO_POOLING_LAST) {
        pool_last(pass, row);
        return;
    }
    for (int64_t first = 0; first < width; first += COLUMNS_AT_ONCE) {
        int64_t count = width - first < COLUMNS_AT_ONCE ? width - first : COLUMNS_AT_ONCE;
        if (pass->network->pooling == RONDO_POOLING_MEAN)
            pool_mean(pass, row, first, count);
        else
            pool_max(pass, row, first, count);
    }
}

static void pool_task(void *context, int64_t task, int thread)
{
    const rondo_pass *pass = context;
    int64_t end = (task + 1) * ROWS_A_TASK;
    double start = rondo_profile_start(pass->profile);
    for (int64_t row = task * ROWS_A_TASK; row < end && row < pass->batch->rows; row++)
        pool_row(pass, row);
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_READOUT, start);
}

void rondo_pooling_forward(rondo_pass *pass)
{
    if (pass->network->pooling == RONDO_POOLING_NONE) return;
    count_steps(pass);
    rondo_parallel_for(pass->size.threads, (pass->batch->rows + ROWS_A_TASK - 1) / ROWS_A_TASK,
                       pool_task, pass);
}

/* --- backward --- */

static void unpool_last(const rondo_pass *pass, int64_t row, int64_t t, rondo_real *d_output)
{
    int64_t width = top_layer(pass)->output, forward = forward_units(pass);
    const rondo_real *d_pooled = pass->pooling->d_pooled + row * width;
    bool is_last = t + 1 == pass->pooling->row_steps[row], is_first = t == 0;
    for (int64_t j = 0; j < forward; j++)
        d_output[j] = is_last ? d_pooled[j] : 0;
    for (int64_t j = forward; j < width; j++)
        d_output[j] = is_first ? d_pooled[j] : 0;
}

static void unpool_mean(const rondo_pass *pass, int64_t row, rondo_real *d_output)
{
    int64_t width = top_layer(pass)->output;
    const rondo_real *d_pooled = pass->pooling->d_pooled + row * width;
    rondo_real share = (rondo_real)(1.0 / (double)pass->pooling->row_steps[row]);
    for (int64_t j = 0; j < width; j++)
        d_output[j] = d_pooled[j] * share;
}

static void unpool_max(const rondo_pass *pass, int64_t row, int64_t t, rondo_real *d_output)
{
    int64_t width = top_layer(pass)->output;
    const rondo_real *d_pooled = pass->pooling->d_pooled + row * width;
    const int32_t *step = pass->pooling->largest_step + row * width;
    for (int64_t j = 0; j < width; j++)
        d_output[j] = step[j] == t ? d_pooled[j] : 0;
}

static void unpool_task(void *context, int64_t t, int thread)
{
    const rondo_pass *pass = context;
    int64_t width = top_layer(pass)->output;
    double start = rondo_profile_start(pass->profile);
    for (int64_t row = 0; row < pass->batch->active[t]; row++) {
        rondo_real *d_output = pass->d_output + (pass->batch->offset[t] + row) * width;
        if (pass->network->pooling == RONDO_POOLING_LAST)
            unpool_last(pass, row, t, d_output);
        else if (pass->network->pooling == RONDO_POOLING_MEAN)
            unpool_mean(pass, row, d_output);
        else
            unpool_max(pass, row, t, d_output);
    }
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_READOUT, start);
}

void rondo_pooling_backward(rondo_pass *pass)
{
    if (pass->network->pooling == RONDO_POOLING_NONE || pass->pooling->of_states) return;
    rondo_parallel_for(pass->size.threads, pass->batch->steps, unpool_task, pass);
}
