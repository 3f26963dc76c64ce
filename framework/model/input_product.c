/* The hoisted input product W x + b of all steps, before a member takes its rows through them: of
 * the member's own rows and units, so that the recurrence finds in its core's caches what it goes
 * on with. */
#include <string.h>

#include "model/bridge.h"
#include "model/groups.h"
#include "model/input.h"
#include "model/member.h"

/* Packed rows of the member's sequences, step by step. */
typedef struct row_walk {
    const rondo_member *member;
    int64_t step, row; /* the next one */
} row_walk;

/* The next rows, RONDO_CHUNK at most; 0 when there are no more. */
static int64_t next_rows(row_walk *walk, int64_t *index)
{
    const rondo_member *m = walk->member;
    const rondo_batch *batch = m->pass->batch;
    int64_t count = 0;
    while (count < RONDO_CHUNK && walk->step < batch->steps) {
        int64_t end = m->first_row + rondo_member_rows(m, walk->step);
        while (walk->row < end && count < RONDO_CHUNK)
            index[count++] = batch->offset[walk->step] + walk->row++;
        if (walk->row < end) break;
        walk->row = m->first_row;
        walk->step++;
    }
    return count;
}

/* With the biases or, in a decoder's first layer that sees a context, what it makes of them, which
 * is another for every sequence. */
static void start_with_biases(const rondo_member *m, const int64_t *index, int64_t rows)
{
    const rondo_direction *d = m->buffers->direction;
    const rondo_batch *batch = m->pass->batch;
    int64_t gates = d->gate_count * d->hidden, t = 0;
    const rondo_real *start = rondo_direction_biases(m->pass, m->buffers);
    const rondo_real *context = d->layer == 0 ? m->pass->bridge->context_gates : NULL;
    for (int64_t i = 0; i < rows; i++) {
        while (batch->offset[t + 1] <= index[i])
            t++;
        if (context) start = context + (index[i] - batch->offset[t]) * gates;
        for (int64_t unit = m->first_unit; unit < gates; unit += d->hidden)
            memcpy(m->buffers->gates + index[i] * gates + unit, start + unit,
                   (size_t)m->units * sizeof(rondo_real));
    }
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
    rondo_column_blocks all = {0, columns, 1, columns};
    rondo_column_blocks some = {m->first_unit, m->units, run->count, d->hidden};
    rondo_product_scattered(
        rows, d->input, columns, rondo_pass_layer_input(m->pass, d->layer), d->input, index,
        m->buffers->input_panels[number], m->members == 1 ? &all : &some, 1,
        m->buffers->gates + run->first_gate * d->hidden, gates, m->pass->scratch[m->thread]);
}

void rondo_member_input_products(const rondo_member *m)
{
    rondo_profile *profile = m->pass->profile;
    int64_t runs = m->buffers->direction->with_input.count;
    bool gathers = m->buffers->gathers_input;
    row_walk walk = {.member = m, .row = m->first_row};
    int64_t index[RONDO_CHUNK], rows;
    while ((rows = next_rows(&walk, index)) > 0) {
        double start = rondo_profile_start(profile);
        start_with_biases(m, index, rows);
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
