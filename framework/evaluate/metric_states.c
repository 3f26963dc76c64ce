#include "evaluate/metric_states.h"

#include <string.h>

#include "base/memory.h"

/* Any struct may begin there. */
static size_t rounded(size_t bytes)
{
    const size_t step = _Alignof(max_align_t);
    return (bytes + step - 1) / step * step;
}

/* Whether it has a state and sums of its own. */
static bool is_owner(const rondo_metric_row *row)
{
    return row->metric && !row->part;
}

static bool fits(const rondo_metric *metric, const rondo_dataset *dataset)
{
    bool has_classes = dataset->schema->targets && dataset->schema->target == RONDO_TARGET_CLASS;
    if (metric->needs & RONDO_NEEDS_CLASSES && !has_classes) return false;
    if (metric->needs & RONDO_NEEDS_ENTITIES && !dataset->tags) return false;
    bool has_labels = dataset->schema->target == RONDO_TARGET_LABELS;
    if (metric->needs & RONDO_NEEDS_LABELS && !has_labels) return false;
    return !(metric->needs & RONDO_NEEDS_FORECASTS) || dataset->forecasting;
}

static int64_t count_sums(const rondo_metric *metric, const rondo_metric_data *data)
{
    if (!fits(metric, data->dataset)) return 0;
    return metric->count_sums ? metric->count_sums(data) : metric->sum_count;
}

static size_t bytes_of(const rondo_metric *metric, const rondo_metric_data *data)
{
    return rounded(metric->state_size) + rounded((size_t)count_sums(metric, data) * sizeof(double));
}

static size_t bytes_of_rows(const rondo_metric_row *rows, int64_t count,
                            const rondo_metric_data *data)
{
    size_t bytes = 0;
    for (int64_t i = 0; i < count; i++)
        if (is_owner(&rows[i])) bytes += bytes_of(rows[i].metric, data);
    return bytes;
}

size_t rondo_metric_states_bytes(const rondo_experiment *experiment, const rondo_dataset *dataset)
{
    rondo_metric_row rows[RONDO_MAX_METRIC_ROWS];
    return bytes_of_rows(rows, rondo_experiment_metrics(experiment, rows),
                         &(rondo_metric_data){experiment, dataset});
}

uint32_t rondo_metric_needs(const rondo_experiment *experiment, const rondo_dataset *dataset)
{
    rondo_metric_row rows[RONDO_MAX_METRIC_ROWS];
    int64_t count = rondo_experiment_metrics(experiment, rows);
    uint32_t needs = 0;
    for (int64_t i = 0; i < count; i++)
        if (rows[i].metric && fits(rows[i].metric, dataset)) needs |= rows[i].metric->needs;
    return needs;
}

static void start_one(const rondo_metric *metric, const rondo_metric_data *data,
                      rondo_metric_state *state)
{
    state->is_there =
        fits(metric, data->dataset) && (!metric->start || metric->start(data, state->state));
}

rondo_status rondo_metric_states_start(const rondo_experiment *experiment,
                                       const rondo_dataset *dataset, rondo_metric_states *states,
                                       rondo_error *error)
{
    const rondo_metric_data data = {experiment, dataset};
    *states = (rondo_metric_states){0};
    int64_t count = rondo_experiment_metrics(experiment, states->rows);
    size_t bytes = bytes_of_rows(states->rows, count, &data);
    states->block = rondo_memory_create(bytes > 0 ? bytes : 1, "metrics", error);
    if (!states->block) return error->status;
    unsigned char *free_from = states->block;
    int64_t owner = 0;
    states->count = count;
    for (int64_t i = 0; i < count; i++) {
        const rondo_metric *metric = states->rows[i].metric;
        rondo_metric_state *state = &states->states[i];
        if (states->rows[i].part) {
            *state = states->states[owner];
            continue;
        }
        owner = i;
        *state = (rondo_metric_state){.is_there = true, .owner = i};
        if (!metric) continue;
        state->state = free_from;
        state->sums = (double *)(void *)(free_from + rounded(metric->state_size));
        state->sum_count = count_sums(metric, &data);
        free_from += bytes_of(metric, &data);
        start_one(metric, &data, state);
        if (state->is_there) states->needs |= metric->needs;
    }
    return RONDO_OK;
}

void rondo_metric_states_finish(rondo_metric_states *states)
{
    rondo_memory_destroy(states->block);
    *states = (rondo_metric_states){0};
}

void rondo_metric_states_clear(rondo_metric_states *states)
{
    for (int64_t i = 0; i < states->count; i++)
        if (is_owner(&states->rows[i]))
            memset(states->states[i].sums, 0, (size_t)states->states[i].sum_count * sizeof(double));
}

void rondo_metric_states_add(rondo_metric_states *states, const rondo_metric_states *more)
{
    for (int64_t i = 0; i < states->count; i++)
        for (int64_t k = 0; is_owner(&states->rows[i]) && k < states->states[i].sum_count; k++)
            states->states[i].sums[k] += more->states[i].sums[k];
}
