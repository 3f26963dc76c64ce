/* The recurrence: a member of a team takes its rows and units, in one direction, through all steps.
 * No lock, allocation or system call in here; members of a team meet once a product. */
#include <string.h>

#include "base/clock.h"
#include "base/prefetch.h"
#include "model/gates.h"
#include "model/member.h"
#include "model/pooling.h"

/* Of state `state`, or its gradient: rows [to_row, +rows) of `to` become rows [from_row, +rows) of `from`,
 * the member's units only. */
static void copy_rows(const rondo_member *m, int32_t state, rondo_real *to, int64_t to_row,
                      const rondo_real *from, int64_t from_row, int64_t rows)
{
    int64_t width = rondo_direction_width(m->buffers->direction, state), first, units;
    rondo_member_range(m, state, &first, &units);
    for (int64_t row = 0; row < rows; row++)
        memcpy(to + (to_row + row) * width + first, from + (from_row + row) * width + first,
               (size_t)units * sizeof(rondo_real));
}

static double clock_start(const rondo_member *m)
{
    return rondo_profile_start(m->pass->profile);
}

static double clock_add(const rondo_member *m, rondo_phase phase, double start)
{
    return rondo_profile_add(m->pass->profile, m->thread, phase, start);
}

/* --- forward --- */

/* Rows that take their first step at t get the initial state as their previous one: all at t = 0 of
 * the forward direction; those whose own end is t in the reverse direction. */
static void start_rows(const rondo_member *m, int64_t t, int64_t rows)
{
    const rondo_direction *d = m->buffers->direction;
    int64_t going = d->reverse ? rondo_member_rows(m, t + 1) : t > 0 ? rows : 0;
    int64_t first = m->first_row + going;
    int64_t before = rondo_direction_row_before(m->buffers, m->pass->batch, t);
    for (int32_t i = 0; i < d->plan.state_count; i++)
        copy_rows(m, i, m->buffers->state[i], before + first, m->buffers->carried[i], first,
                  rows - going);
}

/* Rows whose last step is t leave their states for the next minibatch. */
static void finish_rows(const rondo_member *m, int64_t t, int64_t rows)
{
    const rondo_direction *d = m->buffers->direction;
    int64_t going = d->reverse ? (t > 0 ? rows : 0) : rondo_member_rows(m, t + 1);
    int64_t first = m->first_row + going;
    int64_t after = rondo_direction_row_after(m->buffers, m->pass->batch, t);
    for (int32_t i = 0; i < d->plan.state_count; i++)
        copy_rows(m, i, m->buffers->carried[i], first, m->buffers->state[i], after + first,
                  rows - going);
}

/* The member's units of a stage's source join the team's left operand. */
static const rondo_real *share_source(rondo_member *m, int32_t number, int64_t t,
                                      const rondo_cell_tile *tile)
{
    rondo_real *left = rondo_member_left(m);
    int32_t source = m->buffers->direction->plan.stages[number].source;
    const rondo_real *data = source < RONDO_SOURCE_INTERMEDIATE(0)
                                 ? rondo_member_previous(m, t, source)
                                 : tile->intermediate[source - RONDO_SOURCE_INTERMEDIATE(0)];
    int64_t width = m->buffers->direction->output;
    if (m->buffers->recurrent_scale && m->pass->training)
        data = rondo_recurrent_dropout_forward(m, number, t, data, tile->rows);
    rondo_product_pack_depths(left, tile->rows, width, m->first_output, m->outputs, data, width);
    rondo_member_meet(m, left, rondo_product_depths_size(tile->rows, width));
    return left;
}

/* c = addend + left x panels, for `blocks` gate blocks of the member's units; both begin at its first
 * unit of the first block. A member with all units takes the blocks as one. */
static void multiply_blocks(const rondo_member *m, const rondo_real *left, const rondo_real *panels,
                            int64_t blocks, int64_t rows, rondo_addend addend, rondo_real *c,
                            int64_t c_stride)
{
    const rondo_direction *d = m->buffers->direction;
    int64_t hidden = d->hidden, columns = blocks * hidden;
    if (m->members == 1) {
        rondo_product_multiply(rows, d->output, columns, left, panels, 0, columns, addend, c,
                               c_stride);
        return;
    }
    for (int64_t block = 0; block < blocks; block++) {
        const rondo_addend of_block = {addend.data + block * hidden, addend.stride};
        rondo_product_multiply(rows, d->output, columns, left, panels,
                               block * hidden + m->first_unit, m->units, of_block,
                               c + block * hidden, c_stride);
    }
}

static void add_recurrent_products(rondo_member *m, int32_t number, int64_t t,
                                   const rondo_cell_tile *tile)
{
    const rondo_direction *d = m->buffers->direction;
    const rondo_cell_stage *stage = &d->plan.stages[number];
    int64_t separate = stage->separate_count, added = stage->gate_count - separate;
    if (stage->source == RONDO_SOURCE_NONE) return;
    const rondo_real *left = share_source(m, number, t, tile);
    if (added > 0) {
        rondo_real *gates = tile->gates + d->first_gate[number] * d->hidden;
        multiply_blocks(m, left, m->buffers->recurrent_panels[number], added, tile->rows,
                        (rondo_addend){gates, tile->gate_stride}, gates, tile->gate_stride);
    }
    if (separate == 0) return;
    int64_t first = d->first_separate[number] * d->hidden;
    const rondo_real *biases =
        rondo_direction_recurrent_biases(m->pass, m->buffers) + first + m->first_unit;
    multiply_blocks(m, left, m->buffers->separate_panels[number], separate, tile->rows,
                    (rondo_addend){biases, 0}, tile->separate + first, tile->separate_stride);
}

/* state 0 = what the cell made of it times W_p: the member's units join the team's left operand, its
 * outputs are made. The tile then points to them. */
static void project(rondo_member *m, int64_t t, rondo_cell_tile *tile)
{
    const rondo_direction_buffers *buffers = m->buffers;
    const rondo_direction *d = buffers->direction;
    if (d->plan.projection == 0) return;
    rondo_real *left = rondo_member_left(m);
    int64_t row = buffers->proposed[0] ? m->pass->batch->offset[t]
                                       : rondo_direction_row_after(buffers, m->pass->batch, t);
    rondo_product_pack_depths(left, tile->rows, d->hidden, m->first_unit, m->units, tile->state[0],
                              d->hidden);
    rondo_member_meet(m, left, rondo_product_depths_size(tile->rows, d->hidden));
    tile->state[0] = (buffers->proposed[0] ? buffers->proposed[0] : buffers->state[0]) +
                     (row + m->first_row) * d->output + m->first_output;
    rondo_product_multiply(tile->rows, d->hidden, d->output, left, buffers->projection_panels,
                           m->first_output, m->outputs, (rondo_addend){0}, tile->state[0],
                           d->output);
}

/* The layer's output where it is not the states themselves: directions side by side. */
static void copy_output(const rondo_member *m, int64_t t, const rondo_cell_tile *tile)
{
    const rondo_direction *d = m->buffers->direction;
    const rondo_layer *layer = &m->pass->network->layers[d->layer];
    rondo_real *output = m->pass->layers[d->layer].output;
    if (!output) return;
    output += (m->pass->batch->offset[t] + m->first_row) * layer->output + m->first_output;
    output += d->first_output;
    for (int64_t row = 0; row < tile->rows; row++)
        memcpy(output + row * layer->output, tile->state[0] + row * d->output,
               (size_t)m->outputs * sizeof(rondo_real));
}

static void step_forward(rondo_member *m, int64_t t)
{
    const rondo_direction *d = m->buffers->direction;
    int64_t rows = rondo_member_rows(m, t);
    rondo_cell_tile tile;
    if (rows == 0) return;
    double start = clock_start(m);
    start_rows(m, t, rows);
    rondo_direction_tile(m->pass, m->buffers, t, m->first_row, rows, m->first_unit, m->units,
                         &tile);
    for (int32_t number = 0; number < d->plan.stage_count; number++) {
        start = clock_add(m, RONDO_PHASE_ELEMENT_WISE, start);
        add_recurrent_products(m, number, t, &tile);
        start = clock_add(m, RONDO_PHASE_RECURRENT_PRODUCT, start);
        tile.stage = number;
        d->plan.stages[number].forward(d->options, &tile);
    }
    start = clock_add(m, RONDO_PHASE_ELEMENT_WISE, start);
    project(m, t, &tile);
    start = clock_add(m, RONDO_PHASE_RECURRENT_PRODUCT, start);
    rondo_zoneout_forward(m, t, &tile);
    copy_output(m, t, &tile);
    finish_rows(m, t, rows);
    clock_add(m, RONDO_PHASE_ELEMENT_WISE, start);
}

/* How many steps get their input products just before they are taken, and find them in the second-level
 * cache: all, where the weights alone would fill it. */
static int64_t steps_at_once(const rondo_member *m)
{
    enum { GATE_BYTES = RONDO_NEAR_BYTES / 2 };
    const rondo_direction *d = m->buffers->direction;
    int64_t columns = rondo_gates_all(&d->with_input) * d->hidden, real = sizeof(rondo_real);
    int64_t gates = d->gate_count * m->units * (m->end_row - m->first_row) * real;
    bool is_large = rondo_product_packed_size(d->input, columns) * real > RONDO_NEAR_BYTES;
    if (is_large || gates == 0) return m->pass->batch->steps;
    return gates < GATE_BYTES ? GATE_BYTES / gates : 1;
}

/* Steps [first, end) in the order in which the direction takes them. */
static void steps_forward(rondo_member *m, int64_t first, int64_t end)
{
    bool reverse = m->buffers->direction->reverse;
    int64_t steps = m->pass->batch->steps;
    if (reverse)
        rondo_member_input_products(m, steps - end, steps - first);
    else
        rondo_member_input_products(m, first, end);
    for (int64_t i = first; i < end; i++)
        step_forward(m, reverse ? steps - 1 - i : i);
}

void rondo_recurrence_forward(void *context, int thread, int count)
{
    const rondo_pass *pass = context;
    rondo_member member;
    int64_t steps = pass->batch->steps;
    for (int64_t turn = 0; rondo_member_join(pass, thread, count, turn, &member); turn++) {
        double started = rondo_clock_seconds();
        rondo_member_ask_for_weights(&member, member.buffers->recurrent_panels,
                                     member.buffers->separate_panels);
        int64_t some = steps_at_once(&member);
        for (int64_t i = 0; i < steps; i += some)
            steps_forward(&member, i, i + some < steps ? i + some : steps);
        rondo_member_tell_pace(&member, 1, started);
    }
}

/* --- backward through time --- */

static void clear_rows(rondo_real *array, int64_t width, int64_t first, int64_t units,
                       const rondo_member *m, int64_t rows)
{
    for (int64_t row = m->first_row; row < m->first_row + rows; row++)
        memset(array + row * width + first, 0, (size_t)units * sizeof(rondo_real));
}

static void clear_state(const rondo_member *m, int32_t state, rondo_real *array, int64_t rows)
{
    int64_t first, units;
    rondo_member_range(m, state, &first, &units);
    clear_rows(array, rondo_direction_width(m->buffers->direction, state), first, units, m, rows);
}

/* Nothing has been added yet to what leaves the step. */
static void clear_gradients(const rondo_member *m, int64_t rows)
{
    const rondo_direction_buffers *buffers = m->buffers;
    const rondo_direction *d = buffers->direction;
    for (int32_t i = 0; i < d->plan.state_count; i++)
        clear_state(m, i, buffers->d_previous[i], rows);
    for (int32_t i = 0; i < d->plan.intermediate_count; i++)
        clear_rows(buffers->d_intermediate[i], d->hidden, m->first_unit, m->units, m, rows);
}

/* Of pooled last states the gradients begin with it (start_gradients). */
static bool has_output_gradient(const rondo_member *m)
{
    return !m->pass->pooling->of_states ||
           m->buffers->direction->layer + 1 < m->pass->network->layer_count;
}

/* The layer's output gradient joins what came back from the step after. */
static void add_output_gradient(const rondo_member *m, int64_t t, const rondo_cell_tile *tile)
{
    const rondo_direction *d = m->buffers->direction;
    if (!has_output_gradient(m)) return;
    int64_t width = m->pass->network->layers[d->layer].output;
    const rondo_real *d_output =
        m->pass->d_output + (m->pass->batch->offset[t] + m->first_row) * width + m->first_output;
    d_output += d->first_output;
    rondo_real *d_state = m->buffers->d_state[0] + m->first_row * d->output + m->first_output;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *restrict sum = d_state + row * d->output;
        const rondo_real *restrict more = d_output + row * width;
        for (int64_t u = 0; u < m->outputs; u++)
            sum[u] += more[u];
    }
}

/* Of the step that comes next: other threads have written it. */
static void ask_for_output_gradient(const rondo_member *m, int64_t t)
{
    const rondo_direction *d = m->buffers->direction;
    int64_t width = m->pass->network->layers[d->layer].output, rows = rondo_member_rows(m, t);
    if (rows == 0 || m->pass->size.threads == 1 || !has_output_gradient(m)) return;
    const rondo_real *next = m->pass->d_output + (m->pass->batch->offset[t] + m->first_row) * width;
    next += m->first_output + d->first_output;
    for (int64_t row = 0; row < rows; row++)
        rondo_prefetch(next + row * width, (size_t)m->outputs * sizeof *next);
}

static const rondo_real *input_of(const rondo_member *m)
{
    return rondo_pass_layer_input(m->pass, m->buffers->direction->layer);
}

static void point_at_gradients(const rondo_member *m, rondo_cell_tile *tile)
{
    const rondo_direction_buffers *buffers = m->buffers;
    int64_t first = m->first_row * buffers->direction->hidden + m->first_unit;
    for (int32_t i = 0; i < buffers->direction->plan.state_count; i++) {
        bool is_projected = i == 0 && buffers->unprojected;
        tile->d_state[i] = (is_projected ? buffers->d_unprojected : buffers->d_state[i]) + first;
        tile->d_previous[i] = is_projected ? NULL : buffers->d_previous[i] + first;
    }
    for (int32_t i = 0; i < buffers->direction->plan.intermediate_count; i++)
        tile->d_intermediate[i] = buffers->d_intermediate[i] + first;
    if (buffers->d_input) {
        tile->d_input = buffers->d_input + (tile->input - input_of(m));
        for (int64_t row = 0; row < tile->rows; row++)
            memset(tile->d_input + row * tile->input_stride, 0,
                   (size_t)tile->input_width * sizeof(rondo_real));
    }
}

/* What has arrived at the projected output is kept for the gradient of W_p, and becomes that of what the
 * cell made: times W_p'. */
static void project_back(rondo_member *m, int64_t t, int64_t rows)
{
    const rondo_direction_buffers *buffers = m->buffers;
    const rondo_direction *d = buffers->direction;
    if (d->plan.projection == 0) return;
    rondo_real *left = rondo_member_left(m);
    const rondo_real *d_state = buffers->d_state[0] + m->first_row * d->output + m->first_output;
    copy_rows(m, 0, buffers->d_projected, m->pass->batch->offset[t] + m->first_row,
              buffers->d_state[0], m->first_row, rows);
    rondo_product_pack_depths(left, rows, d->output, m->first_output, m->outputs, d_state,
                              d->output);
    rondo_member_meet(m, left, rondo_product_depths_size(rows, d->output));
    rondo_product_multiply(rows, d->output, d->hidden, left, buffers->projection_back_panels,
                           m->first_unit, m->units, (rondo_addend){0},
                           buffers->d_unprojected + m->first_row * d->hidden + m->first_unit,
                           d->hidden);
}

/* The member's units of `blocks` gate gradients join a left operand of depth blocks x hidden. */
static void share_blocks(const rondo_member *m, rondo_real *left, int64_t blocks,
                         const rondo_real *data, int64_t stride, int64_t rows)
{
    int64_t hidden = m->buffers->direction->hidden;
    if (m->members == 1) {
        rondo_product_pack_depths(left, rows, blocks * hidden, 0, blocks * hidden, data, stride);
        return;
    }
    for (int64_t block = 0; block < blocks; block++)
        rondo_product_pack_depths(left, rows, blocks * hidden, block * hidden + m->first_unit,
                                  m->units, data + block * hidden, stride);
}

/* The gradient of state `state` of the step before: the member's first row and unit. */
static rondo_real *d_previous_of(const rondo_member *m, int32_t state)
{
    int64_t width = rondo_direction_width(m->buffers->direction, state), first, units;
    rondo_member_range(m, state, &first, &units);
    return m->buffers->d_previous[state] + m->first_row * width + first;
}

/* d_source += d_gates U' for one stage, the member's units of the source. */
static void add_source_gradient(rondo_member *m, int32_t number, const rondo_cell_tile *tile)
{
    const rondo_direction *d = m->buffers->direction;
    const rondo_cell_stage *stage = &d->plan.stages[number];
    int64_t hidden = d->hidden, separate = stage->separate_count,
            added = stage->gate_count - separate;
    if (stage->source == RONDO_SOURCE_NONE) return;
    rondo_real *left = rondo_member_left(m);
    rondo_real *left_separate = left + rondo_product_depths_size(tile->rows, added * hidden);
    rondo_real *d_source = stage->source < RONDO_SOURCE_INTERMEDIATE(0)
                               ? d_previous_of(m, stage->source)
                               : tile->d_intermediate[stage->source - RONDO_SOURCE_INTERMEDIATE(0)];
    rondo_real *d_product =
        m->buffers->d_dropped ? rondo_recurrent_dropout_clear(m, tile->rows) : d_source;
    const rondo_addend arrived = {d_product, d->output};
    share_blocks(m, left, added, tile->gates + d->first_gate[number] * hidden, tile->gate_stride,
                 tile->rows);
    if (separate > 0)
        share_blocks(m, left_separate, separate,
                     tile->separate + d->first_separate[number] * hidden, tile->separate_stride,
                     tile->rows);
    rondo_member_meet(m, left,
                      rondo_product_depths_size(tile->rows, added * hidden) +
                          rondo_product_depths_size(tile->rows, separate * hidden));
    rondo_product_multiply(tile->rows, added * hidden, d->output, left,
                           m->buffers->recurrent_back_panels[number], m->first_output, m->outputs,
                           arrived, d_product, d->output);
    if (separate > 0)
        rondo_product_multiply(tile->rows, separate * hidden, d->output, left_separate,
                               m->buffers->separate_back_panels[number], m->first_output,
                               m->outputs, arrived, d_product, d->output);
    if (d_product != d_source) rondo_recurrent_dropout_backward(m, tile->rows, d_source);
}

/* Rows that took their first step at t: what leaves it is the gradient of their initial states. */
static void keep_initial_gradient(const rondo_member *m, int64_t t, int64_t rows)
{
    const rondo_direction *d = m->buffers->direction;
    int64_t going = d->reverse ? rondo_member_rows(m, t + 1) : t > 0 ? rows : 0;
    int64_t first = m->first_row + going;
    for (int32_t i = 0; i < d->plan.state_count; i++)
        copy_rows(m, i, m->buffers->d_initial[i], first, m->buffers->d_previous[i], first,
                  rows - going);
}

/* For inspection: what has arrived at the states after step t, which nothing will be added to. */
static void keep_state_gradient(const rondo_member *m, int64_t t, int64_t rows)
{
    int64_t first = m->pass->batch->offset[t] + m->first_row;
    for (int32_t i = 0; i < m->buffers->direction->plan.state_count; i++)
        copy_rows(m, i, m->buffers->kept_gradient[i], first, m->buffers->d_state[i], m->first_row,
                  rows);
}

/* What leaves step t arrives at the step before it: copied, because teams and members work on other
 * parts of the same arrays. */
static void step_back(rondo_member *m, int64_t t)
{
    const rondo_direction *d = m->buffers->direction;
    const rondo_direction_buffers *buffers = m->buffers;
    int64_t rows = rondo_member_rows(m, t);
    int64_t next = d->reverse ? t + 1 : t - 1;
    rondo_cell_tile tile;
    if (rows == 0) return;
    double start = clock_start(m);
    ask_for_output_gradient(m, next);
    rondo_member_ask_for_gates(m, next);
    rondo_direction_tile(m->pass, buffers, t, m->first_row, rows, m->first_unit, m->units, &tile);
    point_at_gradients(m, &tile);
    add_output_gradient(m, t, &tile);
    if (m->pass->size.inspection) keep_state_gradient(m, t, rows);
    clear_gradients(m, rows);
    rondo_zoneout_backward(m, t, &tile);
    start = clock_add(m, RONDO_PHASE_ELEMENT_WISE, start);
    project_back(m, t, rows);
    start = clock_add(m, RONDO_PHASE_RECURRENT_PRODUCT, start);
    for (int32_t number = d->plan.stage_count - 1; number >= 0; number--) {
        tile.stage = number;
        d->plan.stages[number].backward(d->options, &tile);
        start = clock_add(m, RONDO_PHASE_ELEMENT_WISE, start);
        add_source_gradient(m, number, &tile);
        start = clock_add(m, RONDO_PHASE_RECURRENT_PRODUCT, start);
    }
    keep_initial_gradient(m, t, rows);
    for (int32_t i = 0; i < d->plan.state_count; i++)
        copy_rows(m, i, buffers->d_state[i], m->first_row, buffers->d_previous[i], m->first_row,
                  rows);
    clock_add(m, RONDO_PHASE_ELEMENT_WISE, start);
}

/* What arrives at each row's last step from behind it: nothing, or the gradient of last states that an
 * encoder gives or that are pooled. */
static void start_gradients(const rondo_member *m)
{
    const rondo_direction_buffers *buffers = m->buffers;
    int64_t rows = m->end_row - m->first_row;
    for (int32_t i = 0; i < buffers->direction->plan.state_count; i++) {
        if (buffers->d_final[i])
            copy_rows(m, i, buffers->d_state[i], m->first_row, buffers->d_final[i], m->first_row,
                      rows);
        else
            clear_state(m, i, buffers->d_state[i], rows);
    }
}

void rondo_recurrence_backward(void *context, int thread, int count)
{
    const rondo_pass *pass = context;
    const rondo_step_block *block = &pass->block;
    double share = (double)(block->end_token - block->first_token) / (double)pass->batch->tokens;
    rondo_member member;
    for (int64_t turn = 0; rondo_member_join(pass, thread, count, turn, &member); turn++) {
        bool reverse = member.buffers->direction->reverse;
        double started = rondo_clock_seconds();
        rondo_member_ask_for_weights(&member, member.buffers->recurrent_back_panels,
                                     member.buffers->separate_back_panels);
        if (block->is_first) start_gradients(&member);
        for (int64_t i = 0; i < block->end_step - block->first_step; i++)
            step_back(&member, reverse ? block->first_step + i : block->end_step - 1 - i);
        rondo_member_tell_pace(&member, share, started);
    }
}
