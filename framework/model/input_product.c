/* The hoisted input product W x + b of all steps, before a member takes its rows through them: of
 * the member's own rows and units, so that the recurrence finds in its core's caches what it goes
 * on with. */
#include <string.h>

#include "model/bridge.h"
#include "model/gates.h"
#include "model/groups.h"
#include "model/input.h"
#include "model/member.h"

/* Packed rows of the member's sequences, step by step. */
typedef struct row_walk {
    const rondo_member *member;
    int64_t step, row; /* the next one */
    int64_t end_step;
} row_walk;

/* The next rows, RONDO_CHUNK at most; 0 when there are no more. */
static int64_t next_rows(row_walk *walk, int64_t *index)
{
    const rondo_member *m = walk->member;
    const rondo_batch *batch = m->pass->batch;
    int64_t count = 0;
    while (count < RONDO_CHUNK && walk->step < walk->end_step) {
        int64_t end = m->first_row + rondo_member_rows(m, walk->step);
        while (walk->row < end && count < RONDO_CHUNK)
            index[count++] = batch->offset[walk->step] + walk->row++;
        if (walk->row < end) break;
        walk->row = m->first_row;
        walk->step++;
    }
    return count;
}

/* Of a decoder's first layer that sees a context: what stands in the place of its biases, another row for
 * every sequence. NULL for others. */
static const rondo_real *context_of(const rondo_member *m)
{
    return m->buffers->direction->layer == 0 ? m->pass->bridge->context_gates : NULL;
}

/* Gate blocks [first, +count) begin as biases, or as what stands in their place. */
static void copy_biases(const rondo_member *m, int64_t first, int64_t count, const int64_t *index,
                        int64_t rows)
{
    const rondo_direction *d = m->buffers->direction;
    const rondo_batch *batch = m->pass->batch;
    int64_t gates = d->gate_count * d->hidden, t = 0;
    const rondo_real *start = rondo_direction_biases(m->pass, m->buffers);
    const rondo_real *context = context_of(m);
    for (int64_t i = 0; i < rows; i++) {
        while (batch->offset[t + 1] <= index[i])
            t++;
        if (context) start = context + (index[i] - batch->offset[t]) * gates;
        for (int64_t block = first; block < first + count; block++)
            memcpy(m->buffers->gates + index[i] * gates + block * d->hidden + m->first_unit,
                   start + block * d->hidden + m->first_unit,
                   (size_t)m->units * sizeof(rondo_real));
    }
}

/* Blocks without input product have nothing but biases. */
static void start_others(const rondo_member *m, const int64_t *index, int64_t rows)
{
    const rondo_direction *d = m->buffers->direction;
    bool has_product[RONDO_MAX_STAGES * RONDO_MAX_GATES] = {false};
    if (rondo_gates_all(&d->with_input) == d->gate_count) return;
    for (int64_t i = 0; i < d->with_input.count; i++)
        for (int64_t block = 0; block < d->with_input.runs[i].count; block++)
            has_product[d->with_input.runs[i].first_gate + block] = true;
    for (int64_t gate = 0; gate < d->gate_count; gate++)
        if (!has_product[gate]) copy_biases(m, gate, 1, index, rows);
}

/* A one-hot input never becomes numbers: its product is a row of the weights. */
static void add_gathered_weights(const rondo_member *m, int64_t number, const int64_t *index,
                                 int64_t rows)
{
    const rondo_direction *d = m->buffers->direction;
    const rondo_gate_run *run = &d->with_input.runs[number];
    int64_t hidden = d->hidden, gates = d->gate_count * hidden;
    int64_t columns = rondo_run_stride(d, number);
    const rondo_real *weights = rondo_run_weights(m->pass, m->buffers, number);
    copy_biases(m, run->first_gate, run->count, index, rows);
    for (int64_t i = 0; i < rows; i++) {
        rondo_real factor = rondo_pass_symbol_factor(m->pass, index[i]);
        const rondo_real *symbol =
            weights + m->pass->input->symbols[index[i]] * columns + m->first_unit;
        for (int64_t block = 0; block < run->count; block++) {
            const rondo_real *restrict row = symbol + block * hidden;
            rondo_real *restrict sum = m->buffers->gates + index[i] * gates + m->first_unit +
                                       (run->first_gate + block) * hidden;
            for (int64_t j = 0; j < m->units; j++)
                sum[j] += factor * row[j];
        }
    }
}

static void add_product(const rondo_member *m, int64_t number, const int64_t *index, int64_t rows)
{
    const rondo_direction *d = m->buffers->direction;
    const rondo_gate_run *run = &d->with_input.runs[number];
    int64_t gates = d->gate_count * d->hidden, columns = run->count * d->hidden;
    rondo_real *result = m->buffers->gates + run->first_gate * d->hidden;
    const rondo_real *biases =
        rondo_direction_biases(m->pass, m->buffers) + run->first_gate * d->hidden;
    bool has_context = context_of(m);
    const rondo_addend addend = {has_context ? result : biases, has_context ? gates : 0};
    if (has_context) copy_biases(m, run->first_gate, run->count, index, rows);
    rondo_column_blocks all = {0, columns, 1, columns};
    rondo_column_blocks some = {m->first_unit, m->units, run->count, d->hidden};
    rondo_product_scattered(rows, d->input, columns, rondo_pass_layer_input(m->pass, d->layer),
                            d->input, index, m->buffers->input_panels[number],
                            m->members == 1 ? &all : &some, addend, result, gates,
                            m->pass->scratch[m->thread]);
}

void rondo_member_input_products(const rondo_member *m, int64_t first_step, int64_t end_step)
{
    rondo_profile *profile = m->pass->profile;
    int64_t runs = m->buffers->direction->with_input.count;
    bool gathers = m->buffers->gathers_input;
    row_walk walk = {.member = m, .step = first_step, .row = m->first_row, .end_step = end_step};
    int64_t index[RONDO_CHUNK], rows;
    while ((rows = next_rows(&walk, index)) > 0) {
        double start = rondo_profile_start(profile);
        start_others(m, index, rows);
        for (int64_t run = 0; run < runs; run++) {
            if (gathers)
                add_gathered_weights(m, run, index, rows);
            else
                add_product(m, run, index, rows);
        }
        rondo_profile_add(profile, m->thread,
                          gathers ? RONDO_PHASE_GATHER : RONDO_PHASE_INPUT_PRODUCT, start);
    }
}
