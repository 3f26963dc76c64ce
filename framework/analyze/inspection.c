/* Curves of an inspected pass. */
#include <math.h>
#include <stdlib.h>

#include "analyze/inspection.h"
#include "base/memory.h"

static const double summed_share = 0.9;

void rondo_inspection_finish(rondo_inspection *inspection)
{
    for (int64_t i = 0; i < inspection->count; i++) {
        rondo_gradient_curve *curve = &inspection->curves[i];
        for (int32_t s = 0; s < curve->state_count; s++)
            rondo_memory_destroy(curve->state_norm[s]);
        rondo_memory_destroy(curve->norm);
        rondo_memory_destroy(curve->rows);
    }
    free(inspection->curves);
    *inspection = (rondo_inspection){0};
}

static int64_t row_length(const rondo_batch *batch, int64_t row)
{
    int64_t length = batch->steps;
    while (batch->active[length - 1] <= row)
        length--;
    return length;
}

/* Distances that a row reaches; 0 for one that is left out. */
static int64_t reach(const rondo_batch *batch, const int64_t *steps, int64_t row, bool reverse)
{
    if (steps[row] < 0) return 0;
    return reverse ? row_length(batch, row) - steps[row] : steps[row] + 1;
}

static int64_t count_distances(const rondo_batch *batch, const int64_t *steps, bool reverse)
{
    int64_t count = 0, all = 0, rows;
    for (int64_t b = 0; b < batch->rows; b++)
        all += steps[b] >= 0;
    do {
        rows = 0;
        for (int64_t b = 0; b < batch->rows; b++)
            rows += reach(batch, steps, b, reverse) > count;
        count++;
    } while (2 * rows >= all && rows > 0);
    return count - 1;
}

static double sum_of_squares(const rondo_real *values, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += (double)values[i] * (double)values[i];
    return sum;
}

/* Adds the norms of one row. */
static void add_row(const rondo_pass *pass, int64_t direction, const rondo_direction *of,
                    const rondo_batch *batch, const int64_t *steps, int64_t row,
                    rondo_gradient_curve *curve)
{
    int64_t last = reach(batch, steps, row, curve->reverse);
    for (int64_t k = 0; k < curve->count && k < last; k++) {
        int64_t t = curve->reverse ? steps[row] + k : steps[row] - k;
        int64_t n = batch->offset[t] + row;
        double all = 0;
        for (int32_t s = 0; s < curve->state_count; s++) {
            const rondo_real *gradient = rondo_pass_state_gradient(pass, direction, s);
            int64_t width = rondo_direction_width(of, s);
            double squares = sum_of_squares(gradient + n * width, width);
            curve->state_norm[s][k] += sqrt(squares);
            all += squares;
        }
        curve->norm[k] += sqrt(all);
        curve->rows[k]++;
    }
}

static void finish_means(rondo_gradient_curve *curve)
{
    for (int64_t k = 0; k < curve->count; k++) {
        for (int32_t s = 0; s < curve->state_count; s++)
            curve->state_norm[s][k] /= curve->rows[k];
        curve->norm[k] /= curve->rows[k];
    }
}

static void summarise(rondo_gradient_curve *curve)
{
    double all = 0, sum = 0;
    int64_t last = curve->count - 1, length = 0;
    for (int64_t k = 0; k < curve->count; k++)
        all += curve->norm[k];
    while (length < curve->count && sum < summed_share * all)
        sum += curve->norm[length++];
    curve->memory_length = (double)length;
    while (last > 0 && !(curve->norm[last] > 0))
        last--;
    curve->factor_per_step = last > 0 && curve->norm[0] > 0
                                 ? pow(curve->norm[last] / curve->norm[0], 1.0 / (double)last)
                                 : NAN;
}

static rondo_status start_curve(const rondo_direction *direction, const rondo_batch *batch,
                                const int64_t *steps, rondo_gradient_curve *curve,
                                rondo_error *error)
{
    *curve = (rondo_gradient_curve){.layer = direction->layer,
                                    .reverse = direction->reverse,
                                    .state_count = direction->plan.state_count};
    curve->count = count_distances(batch, steps, direction->reverse);
    size_t bytes = (size_t)curve->count * sizeof(double);
    curve->norm = rondo_memory_create(bytes, "gradient norms", error);
    curve->rows = rondo_memory_create(bytes, "gradient norms", error);
    if (!curve->norm || !curve->rows) return error->status;
    for (int32_t s = 0; s < curve->state_count; s++) {
        curve->states[s] = direction->plan.states[s];
        curve->state_norm[s] = rondo_memory_create(bytes, "gradient norms", error);
        if (!curve->state_norm[s]) return error->status;
    }
    return RONDO_OK;
}

rondo_status rondo_inspection_measure(const rondo_pass *pass, const rondo_network *network,
                                      const rondo_batch *batch, const int64_t *steps,
                                      const int64_t *reverse_steps, rondo_inspection *out,
                                      rondo_error *error)
{
    rondo_status status = RONDO_OK;
    *out = (rondo_inspection){.count = network->direction_count};
    out->curves = calloc((size_t)out->count, sizeof *out->curves);
    if (!out->curves) {
        out->count = 0;
        return rondo_error_set(error, RONDO_FAILED, "not enough memory: gradient norms");
    }
    for (int64_t i = 0; i < out->count && !status; i++) {
        const rondo_direction *direction = &network->directions[i];
        rondo_gradient_curve *curve = &out->curves[i];
        const int64_t *from = direction->reverse ? reverse_steps : steps;
        if ((status = start_curve(direction, batch, from, curve, error))) break;
        for (int64_t b = 0; b < batch->rows; b++)
            add_row(pass, i, direction, batch, from, b, curve);
        finish_means(curve);
        summarise(curve);
        for (int64_t gate = 0; gate < direction->gate_count; gate++) {
            rondo_gate_activity activity = rondo_pass_gate_activity(pass, i, gate);
            if (activity.known) curve->gates[curve->gate_count++] = activity;
        }
    }
    if (status) rondo_inspection_finish(out);
    return status;
}
