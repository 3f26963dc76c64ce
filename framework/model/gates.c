#include "model/gates.h"

static rondo_status append(rondo_gate_runs *runs, int64_t gate, rondo_error *error)
{
    rondo_gate_run *last = runs->count > 0 ? &runs->runs[runs->count - 1] : NULL;
    if (last && last->first_gate + last->count == gate) {
        last->count++;
    } else if (runs->count < RONDO_MAX_GATE_RUNS) {
        runs->runs[runs->count++] = (rondo_gate_run){gate, 1, runs->blocks};
    } else {
        return rondo_error_set(
            error, RONDO_FAILED,
            "plan: gates with and without input weights or biases alternate more "
            "than %d times",
            RONDO_MAX_GATE_RUNS);
    }
    runs->blocks++;
    return RONDO_OK;
}

static rondo_status count_gate(rondo_direction *d, const rondo_cell_stage *stage, int32_t number,
                               rondo_error *error)
{
    const rondo_cell_gate *gate = &stage->gates[number];
    rondo_status status = RONDO_OK;
    if (!(gate->flags & RONDO_GATE_NO_INPUT)) status = append(&d->with_input, d->gate_count, error);
    if (!status && !(gate->flags & RONDO_GATE_NO_BIAS))
        status = append(&d->with_bias, d->gate_count, error);
    d->gate_count++;
    if (number < stage->gate_count - stage->separate_count) return status;
    if (!status && !(gate->flags & (RONDO_GATE_NO_BIAS | RONDO_GATE_NO_RECURRENT_BIAS)))
        status = append(&d->with_recurrent_bias, d->separate_count, error);
    d->separate_count++;
    return status;
}

static void count_recurrent(rondo_direction *d, const rondo_cell_gate *gate)
{
    if (gate->form == RONDO_FORM_DENSE) d->form_weights[d->recurrent_count] = d->dense_count++;
    d->recurrent_count++;
}

rondo_status rondo_gates_count(rondo_direction *d, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int32_t s = 0; s < d->plan.stage_count && !status; s++) {
        const rondo_cell_stage *stage = &d->plan.stages[s];
        d->first_gate[s] = d->gate_count;
        d->first_separate[s] = d->separate_count;
        d->first_recurrent[s] = d->recurrent_count;
        for (int32_t g = 0; g < stage->gate_count && !status; g++) {
            if (stage->source != RONDO_SOURCE_NONE) count_recurrent(d, &stage->gates[g]);
            status = count_gate(d, stage, g, error);
        }
    }
    return status;
}

const rondo_cell_gate *rondo_gates_at(const rondo_direction *d, int64_t gate)
{
    int32_t stage = 0;
    while (gate >= d->first_gate[stage] + d->plan.stages[stage].gate_count)
        stage++;
    return &d->plan.stages[stage].gates[gate - d->first_gate[stage]];
}

int64_t rondo_gates_of_block(const rondo_gate_runs *runs, int64_t block)
{
    const rondo_gate_run *run = runs->runs;
    while (block >= run->first_block + run->count)
        run++;
    return run->first_gate + block - run->first_block;
}

int64_t rondo_gates_of_dense_block(const rondo_direction *d, int64_t number)
{
    int64_t block = 0;
    while (rondo_gates_at(d, rondo_gates_of_recurrent_block(d, block))->form != RONDO_FORM_DENSE ||
           d->form_weights[block] != number)
        block++;
    return rondo_gates_of_recurrent_block(d, block);
}

int64_t rondo_gates_of_recurrent_block(const rondo_direction *d, int64_t block)
{
    int32_t s = 0;
    while (d->plan.stages[s].source == RONDO_SOURCE_NONE ||
           block >= d->first_recurrent[s] + d->plan.stages[s].gate_count)
        s++;
    return d->first_gate[s] + block - d->first_recurrent[s];
}
