#include "bench/benchmark_case.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/text.h"

typedef struct cell_name {
    const char *plugin, *options;
} cell_name;

const char *const rondo_case_cells[] = {"rnn", "gru", "lstm", "lstm_peephole", NULL};

static const cell_name cell_names[] = {
    {"rnn", ""}, {"gru", "reset_after: true"}, {"lstm", ""}, {"lstm", "peephole: true"}};

static cell_name find_cell(const char *name)
{
    for (int i = 0; rondo_case_cells[i]; i++)
        if (strcmp(name, rondo_case_cells[i]) == 0) return cell_names[i];
    return (cell_name){name, ""};
}

void rondo_case_name(const rondo_case_size *size, char name[RONDO_CASE_NAME])
{
    snprintf(name, RONDO_CASE_NAME, "%s-h%lld-b%lld-t%lld-l%lld%s%s", size->cell,
             (long long)size->hidden, (long long)size->batch, (long long)size->length,
             (long long)size->layers, size->bidirectional ? "-bi" : "",
             size->ragged ? "-ragged" : "");
}

int64_t rondo_case_row_length(const rondo_case_size *size, int64_t b)
{
    if (!size->ragged) return size->length;
    return 1 + (2 * (size->batch - b) - 1) * size->length / (2 * size->batch);
}

rondo_status rondo_case_check_cell(const char *cell, rondo_registry *registry, rondo_error *error)
{
    const rondo_plugin *plugin;
    return rondo_registry_find(registry, RONDO_KIND_CELL, find_cell(cell).plugin, &plugin, error);
}

/* --- the model, as a config --- */

static void write_config(const rondo_case_size *size, rondo_text *text)
{
    cell_name cell = find_cell(size->cell);
    rondo_text_add(text, "behavior_version: 1\n"
                         "seed: 1\n"
                         "task: tagging\n"
                         "data: {format: hdf5, path: none}\n"
                         "model:\n"
                         "  input: values\n"
                         "  initialization: {weights: inverse_root, recurrent: inverse_root}\n"
                         "  layers:\n");
    for (int64_t i = 0; i < size->layers; i++)
        rondo_text_add(text, "    - {cell: %s, hidden: %lld, bidirectional: %s, options: {%s}}\n",
                       cell.plugin, (long long)size->hidden, size->bidirectional ? "true" : "false",
                       cell.options);
    rondo_text_add(text, "loss: {name: mean_squared_error}\n"
                         "optimizer: {name: adam}\n");
    if (size->precision) rondo_text_add(text, "train: {precision: %s}\n", size->precision);
}

static rondo_status make_network(const rondo_case_size *size, rondo_registry *registry,
                                 rondo_session *session, rondo_error *error)
{
    rondo_text config = {0};
    rondo_status status = rondo_case_check_cell(size->cell, registry, error);
    if (status) return status;
    write_config(size, &config);
    status = rondo_experiment_parse("grid", ".", rondo_text_get(&config), NULL, 0, registry,
                                    &session->experiment, error);
    rondo_text_finish(&config);
    if (!status) status = rondo_network_check_precision(session->experiment, error);
    if (status) return status;
    status = rondo_network_create(session->experiment, size->hidden, RONDO_CASE_OUTPUTS, NULL,
                                  &session->network, error);
    if (status) return status;
    size_t bytes = (size_t)session->network->layout.size * sizeof(rondo_real);
    session->parameters = rondo_memory_create(bytes, "parameters", error);
    if (!session->parameters) return error->status;
    return rondo_network_initialize(session->network, &session->experiment->model.initialization,
                                    session->threads, session->parameters, error);
}

/* --- the minibatch --- */

typedef struct filling {
    rondo_random random;
    rondo_real *values;
    int64_t width;
} filling;

/* One row, uniform in [-1, 1). */
static void fill_row(void *context, int64_t row, int thread)
{
    const filling *f = context;
    (void)thread;
    for (int64_t i = row * f->width; i < (row + 1) * f->width; i++)
        f->values[i] = (rondo_real)(2 * rondo_random_uniform(&f->random, (uint64_t)i) - 1);
}

static void fill(rondo_real *values, int64_t rows, int64_t width, uint64_t step, int threads)
{
    filling f = {{1, RONDO_FOR_TEST, step}, values, width};
    rondo_parallel_for(threads, rows, fill_row, &f);
}

static void count_active(const rondo_case_size *size, rondo_case *made)
{
    int64_t rows = size->batch;
    for (int64_t t = 0; t < made->batch.steps; t++) {
        while (rows > 0 && rondo_case_row_length(size, rows - 1) <= t)
            rows--;
        made->active[t] = rows;
        made->offset[t + 1] = made->offset[t] + rows;
    }
    for (int64_t b = 0; b < size->batch; b++)
        made->sequence[b] = b;
}

static rondo_status make_batch(const rondo_case_size *size, rondo_case *made, rondo_error *error)
{
    rondo_batch *batch = &made->batch;
    batch->rows = size->batch;
    batch->steps = rondo_case_row_length(size, 0);
    size_t steps = (size_t)batch->steps, rows = (size_t)batch->rows;
    made->active = rondo_memory_create(steps * sizeof *made->active, "minibatch", error);
    made->offset = rondo_memory_create((steps + 1) * sizeof *made->offset, "minibatch", error);
    made->sequence = rondo_memory_create(rows * sizeof *made->sequence, "minibatch", error);
    if (!made->active || !made->offset || !made->sequence) return error->status;
    count_active(size, made);
    batch->tokens = made->offset[batch->steps];
    size_t inputs = (size_t)(batch->tokens * size->hidden) * sizeof(rondo_real);
    size_t targets = (size_t)(batch->tokens * RONDO_CASE_OUTPUTS) * sizeof(rondo_real);
    made->inputs = rondo_memory_create(inputs, "minibatch", error);
    made->targets = rondo_memory_create(targets, "minibatch", error);
    if (!made->inputs || !made->targets) return error->status;
    fill(made->inputs, batch->tokens, size->hidden, 1, made->session.threads);
    fill(made->targets, batch->tokens, RONDO_CASE_OUTPUTS, 2, made->session.threads);
    batch->active = made->active;
    batch->offset = made->offset;
    batch->sequence = made->sequence;
    batch->input_values = made->inputs;
    batch->target_values = made->targets;
    return RONDO_OK;
}

rondo_status rondo_case_start(const rondo_case_size *size, int threads, rondo_registry *registry,
                              rondo_case *out, rondo_error *error)
{
    *out = (rondo_case){.session = {.threads = threads}};
    rondo_status status = make_network(size, registry, &out->session, error);
    if (!status) status = make_batch(size, out, error);
    if (status) rondo_case_finish(out);
    return status;
}

void rondo_case_finish(rondo_case *made)
{
    rondo_session_finish(&made->session);
    rondo_memory_destroy(made->active);
    rondo_memory_destroy(made->offset);
    rondo_memory_destroy(made->sequence);
    rondo_memory_destroy(made->inputs);
    rondo_memory_destroy(made->targets);
    *made = (rondo_case){0};
}
