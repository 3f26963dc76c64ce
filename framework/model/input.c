/* The input of the first layer: embedding rows, or values as they are (a one-hot input never
 * becomes numbers: layer.c gathers weight rows instead), each with noise and dropout. And the
 * gradient of what was gathered. */
#include "model/input.h"

#include <string.h>

#include "base/parallel.h"
#include "base/random.h"
#include "model/dropout.h"
#include "model/groups.h"
#include "model/layer.h"
#include "rondo/pointwise.h"

enum { COLUMNS_A_TASK = 128 };

const rondo_real *rondo_pass_layer_output(const rondo_pass *pass, int64_t layer)
{
    if (pass->layers[layer].output) return pass->layers[layer].output;
    const rondo_direction_buffers *buffers =
        &pass->directions[pass->network->layers[layer].directions[0]];
    return buffers->state[0] +
           rondo_direction_row_after(buffers, pass->batch, 0) * buffers->direction->output;
}

/* Rows of a tied embedding have a gradient of the readout, too. */
static bool can_leave_out(const rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    return pass->size.training && network->embedding >= 0 && !network->frozen &&
           network->readout_weights >= 0;
}

void rondo_input_plan(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t tokens = pass->size.tokens;
    bool drops = network->input_dropout > 0 && pass->size.training;
    bool one_hot = network->input_kind == RONDO_INPUT_ONE_HOT;
    bool is_changed = drops || (network->input_noise > 0 && pass->size.training);
    if (network->embedding >= 0 || (is_changed && !one_hot))
        pass->input->values = rondo_arena_reals(&pass->arena, tokens * network->first_width);
    if (drops)
        pass->input->kept =
            rondo_arena_take(&pass->arena, (size_t)(tokens * (one_hot ? 1 : network->first_width)));
    if (can_leave_out(pass)) {
        int64_t rows = network->layout.parameters[network->embedding].rows;
        pass->input->is_used = rondo_arena_take(&pass->arena, (size_t)rows);
    }
    if (network->unknown_rate > 0 && pass->size.training)
        pass->input->replaced =
            rondo_arena_take(&pass->arena, (size_t)tokens * sizeof *pass->input->replaced);
}

/* Whether the values of input.h hold the first layer's input: not for values that nothing is done to. */
static bool is_copied(const rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    if (network->embedding >= 0) return true;
    return network->input_kind == RONDO_INPUT_VALUES && pass->training &&
           (network->input_dropout > 0 || network->input_noise > 0);
}

const rondo_real *rondo_pass_layer_input(const rondo_pass *pass, int64_t layer)
{
    if (layer > 0) return rondo_pass_layer_output(pass, layer - 1);
    return is_copied(pass) ? pass->input->values : pass->batch->input_values;
}

/* One embedding: which rows of its table stand where in the first layer's input. */
typedef struct table {
    const int32_t *symbols; /* [N] */
    int64_t parameter;      /* layout index */
    int64_t column, width;  /* its part of a row of the input */
    int64_t rows;
} table;

/* Embedding number `number`: that of the symbols, then those of features. */
static table table_at(const rondo_pass *pass, int64_t number)
{
    const rondo_network *network = pass->network;
    const rondo_parameter *parameters = network->layout.parameters;
    table t = {.symbols = pass->input->symbols, .parameter = network->embedding};
    for (int64_t f = 0; f < number; f++) {
        t.column += parameters[t.parameter].columns;
        t.symbols = pass->batch->features[f];
        t.parameter = network->features[f];
    }
    t.width = parameters[t.parameter].columns;
    t.rows = parameters[t.parameter].rows;
    return t;
}

/* Rows of all embeddings for packed rows [first, end). */
static void gather_rows(rondo_pass *pass, int64_t first, int64_t end)
{
    int64_t width = pass->network->first_width;
    for (int64_t number = 0; number <= pass->network->feature_count; number++) {
        const table t = table_at(pass, number);
        const rondo_real *rows = rondo_pass_weights(pass, t.parameter);
        for (int64_t n = first; n < end; n++)
            memcpy(pass->input->values + n * width + t.column, rows + t.symbols[n] * t.width,
                   (size_t)t.width * sizeof(rondo_real));
    }
}

static void gather_task(void *context, int64_t task, int thread)
{
    rondo_pass *pass = context;
    int64_t width = pass->network->first_width;
    int64_t first = task * RONDO_CHUNK, end = first + RONDO_CHUNK;
    double start = rondo_profile_start(pass->profile);
    if (end > pass->batch->tokens) end = pass->batch->tokens;
    if (pass->network->embedding < 0)
        memcpy(pass->input->values + first * width, pass->batch->input_values + first * width,
               (size_t)((end - first) * width) * sizeof(rondo_real));
    else
        gather_rows(pass, first, end);
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_GATHER, start);
}

/* Symbols that are unknown for this step of training: a function of (seed, step, row, time). */
static void replace_task(void *context, int64_t t, int thread)
{
    const rondo_pass *pass = context;
    const rondo_batch *batch = pass->batch;
    const rondo_random random = {pass->network->seed, RONDO_FOR_UNKNOWN, (uint64_t)pass->step};
    double start = rondo_profile_start(pass->profile);
    for (int64_t b = 0; b < batch->active[t]; b++) {
        int64_t n = batch->offset[t] + b;
        bool is_unknown = rondo_random_uniform(&random, (uint64_t)rondo_batch_number(batch, t, b)) <
                          pass->network->unknown_rate;
        pass->input->replaced[n] = is_unknown ? RONDO_UNKNOWN_ID : batch->inputs[n];
    }
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_GATHER, start);
}

static void choose_symbols(rondo_pass *pass)
{
    pass->input->symbols = pass->batch->inputs;
    if (!pass->training || pass->network->unknown_rate <= 0) return;
    rondo_parallel_for(pass->size.threads, pass->batch->steps, replace_task, pass);
    pass->input->symbols = pass->input->replaced;
}

void rondo_input_forward(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    choose_symbols(pass);
    if (network->input_kind == RONDO_INPUT_ONE_HOT)
        rondo_dropout_symbols(pass, network->input_dropout, network->input_dropout_kind,
                              network->input_width, pass->input->kept);
    if (!is_copied(pass)) return;
    rondo_parallel_for(pass->size.threads, (pass->batch->tokens + RONDO_CHUNK - 1) / RONDO_CHUNK,
                       gather_task, pass);
    rondo_input_noise(pass);
    rondo_dropout_forward(pass, -1, network->input_dropout, network->input_dropout_kind,
                          network->first_width, pass->input->kept, pass->input->values);
}

/* Rows of a table that were gathered get the sums of their gradients: a range of columns a task,
 * all tokens in their order, so that every sum has one order. Where the readout is tied to the
 * table, they are added to its gradient. */
typedef struct scatter {
    const rondo_pass *pass;
    const int32_t *symbols;       /* [N] */
    const rondo_real *d_gathered; /* [N, width], rows `stride` apart */
    int64_t width, stride, rows;
    rondo_real *d_table; /* [rows, width], rows `table_stride` apart */
    int64_t table_stride;
    bool leaves_out;   /* only rows of symbols that are there get a gradient */
    int64_t first_new; /* rows before this one have a gradient already, to which theirs is added */
    bool one_hot;      /* the table is the first layer's input weights */
} scatter;

static void clear_columns(const scatter *s, int64_t row, int64_t first, int64_t count)
{
    memset(s->d_table + row * s->table_stride + first, 0, (size_t)count * sizeof(rondo_real));
}

static void clear_rows(const scatter *s, int64_t first, int64_t count)
{
    for (int64_t n = 0; s->leaves_out && n < s->pass->batch->tokens; n++)
        clear_columns(s, s->symbols[n], first, count);
    for (int64_t row = s->first_new; !s->leaves_out && row < s->rows; row++)
        clear_columns(s, row, first, count);
}

RONDO_VECTORISED static void add_scattered(const scatter *s, int64_t first, int64_t count)
{
    for (int64_t n = 0; n < s->pass->batch->tokens; n++) {
        rondo_real *restrict sum = s->d_table + s->symbols[n] * s->table_stride + first;
        const rondo_real *restrict d = s->d_gathered + n * s->stride + first;
        rondo_real factor = s->one_hot ? rondo_pass_symbol_factor(s->pass, n) : 1;
#pragma omp simd
        for (int64_t j = 0; j < count; j++)
            sum[j] += factor * d[j];
    }
}

static void scatter_task(void *context, int64_t task, int thread)
{
    const scatter *s = context;
    int64_t first = task * COLUMNS_A_TASK;
    int64_t count = s->width - first < COLUMNS_A_TASK ? s->width - first : COLUMNS_A_TASK;
    double start = rondo_profile_start(s->pass->profile);
    clear_rows(s, first, count);
    add_scattered(s, first, count);
    rondo_profile_add(s->pass->profile, thread, RONDO_PHASE_GATHER, start);
}

static void scatter_all(scatter *s)
{
    rondo_parallel_for(s->pass->size.threads, (s->width + COLUMNS_A_TASK - 1) / COLUMNS_A_TASK,
                       scatter_task, s);
}

static void one_hot_run_backward(rondo_pass *pass, const rondo_direction_buffers *buffers,
                                 int64_t number)
{
    const rondo_direction *d = buffers->direction;
    const rondo_gate_run *run = &d->with_input.runs[number];
    scatter s = {.pass = pass,
                 .symbols = pass->input->symbols,
                 .d_gathered = buffers->gates + run->first_gate * d->hidden,
                 .width = run->count * d->hidden,
                 .stride = d->gate_count * d->hidden,
                 .rows = pass->network->input_width,
                 .d_table = rondo_run_gradient(pass, buffers, number),
                 .table_stride = rondo_run_stride(d, number),
                 .one_hot = true};
    scatter_all(&s);
}

static void one_hot_backward(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[0];
    for (int64_t i = 0; i < layer->direction_count; i++) {
        const rondo_direction_buffers *buffers = &pass->directions[layer->directions[i]];
        const rondo_direction *d = buffers->direction;
        for (int64_t run = 0; run < d->with_input.count; run++)
            if (!d->with_input.runs[run].is_frozen) one_hot_run_backward(pass, buffers, run);
        rondo_groups_gradient(pass, buffers);
    }
}

void rondo_pass_leave_out_unused_rows(rondo_pass *pass, bool leaves)
{
    pass->input->leaves_out = leaves && pass->input->is_used;
}

const rondo_used_rows *rondo_pass_used_rows(const rondo_pass *pass)
{
    return pass->input->rows.is_used ? &pass->input->rows : NULL;
}

/* Where a minibatch may use half of the rows, leaving out the others is not worth it. */
static void mark_used_rows(rondo_pass *pass)
{
    rondo_input_buffers *input = pass->input;
    const rondo_parameter *embedding = &pass->network->layout.parameters[pass->network->embedding];
    int64_t tokens = pass->batch->tokens;
    input->rows = (rondo_used_rows){0};
    if (!input->leaves_out || 2 * tokens > embedding->rows) return;
    memset(input->is_used, 0, (size_t)embedding->rows);
    for (int64_t n = 0; n < tokens; n++)
        input->is_used[input->symbols[n]] = 1;
    input->rows = (rondo_used_rows){.offset = embedding->offset,
                                    .rows = embedding->rows,
                                    .columns = embedding->columns,
                                    .is_used = input->is_used};
}

void rondo_input_backward(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    if (network->input_kind == RONDO_INPUT_ONE_HOT) one_hot_backward(pass);
    if (!rondo_network_trains_input(network)) return;
    rondo_dropout_backward(pass, network->input_dropout, network->first_width, pass->input->kept,
                           pass->d_output);
    if (network->embedding >= 0) mark_used_rows(pass);
    for (int64_t number = network->frozen; number <= network->feature_count; number++) {
        const table t = table_at(pass, number);
        bool is_tied = number == 0 && network->readout_weights < 0;
        scatter s = {.pass = pass,
                     .symbols = t.symbols,
                     .d_gathered = pass->d_output + t.column,
                     .width = t.width,
                     .stride = network->first_width,
                     .rows = t.rows,
                     .d_table = rondo_pass_gradient_of(pass, t.parameter),
                     .table_stride = t.width,
                     .leaves_out = number == 0 && rondo_pass_used_rows(pass),
                     .first_new = is_tied ? network->output_width : 0};
        scatter_all(&s);
    }
}
