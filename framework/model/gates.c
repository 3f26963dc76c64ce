#include "model/gates.h"

/* Whether gate block number `gate` goes on with that run. */
static bool continues(const rondo_gate_run *last, int64_t gate, bool is_frozen, int64_t group)
{
    return last->first_gate + last->count == gate && last->is_frozen == is_frozen && group == 1 &&
           last->group == 1;
}

static rondo_status append(rondo_gate_runs *runs, int64_t gate, bool is_frozen, int64_t group,
                           rondo_error *error)
{
    rondo_gate_run *last = runs->count > 0 ? &runs->runs[runs->count - 1] : NULL;
    int64_t *blocks = group > 1   ? &runs->grouped_blocks
                      : is_frozen ? &runs->frozen_blocks
                                  : &runs->blocks;
    if (last && continues(last, gate, is_frozen, group)) {
        last->count++;
    } else if (runs->count < RONDO_MAX_GATE_RUNS) {
        runs->runs[runs->count++] = (rondo_gate_run){gate, 1, *blocks, is_frozen, group, -1};
    } else {
        return rondo_error_set(
            error, RONDO_FAILED,
            "plan: gates with and without input weights or biases, frozen and trained "
            "ones, or with and without groups of units alternate more than %d times",
            RONDO_MAX_GATE_RUNS);
    }
    ++*blocks;
    return RONDO_OK;
}

static rondo_status count_gate(rondo_direction *d, const rondo_cell_stage *stage, int32_t number,
                               rondo_error *error)
{
    const rondo_cell_gate *gate = &stage->gates[number];
    rondo_status status = RONDO_OK;
    bool is_frozen = gate->flags & RONDO_GATE_FROZEN;
    if (!(gate->flags & RONDO_GATE_NO_INPUT))
        status = append(&d->with_input, d->gate_count, is_frozen, gate->unit_group, error);
    if (!status && !(gate->flags & RONDO_GATE_NO_BIAS))
        status = append(&d->with_bias, d->gate_count, is_frozen, gate->unit_group, error);
    d->gate_count++;
    if (number < stage->gate_count - stage->separate_count) return status;
    if (!status && !(gate->flags & (RONDO_GATE_NO_BIAS | RONDO_GATE_NO_RECURRENT_BIAS)))
        status =
            append(&d->with_recurrent_bias, d->separate_count, is_frozen, gate->unit_group, error);
    d->separate_count++;
    return status;
}

bool rondo_gates_is_shared(const rondo_cell_gate *gate)
{
    return gate->form == RONDO_FORM_DENSE && !(gate->flags & RONDO_GATE_FROZEN) &&
           gate->unit_group == 1 && gate->source_group == 1;
}

int64_t rondo_gates_trained(const rondo_gate_runs *runs)
{
    return runs->blocks + runs->grouped_blocks;
}

int64_t rondo_gates_multiplied_weights(const rondo_network *network, const rondo_direction *d)
{
    bool is_gathered = rondo_network_gathers_input(network, d);
    int64_t input = is_gathered ? 0 : d->input * rondo_gates_trained(&d->with_input);
    int64_t projection = d->plan.projection > 0 ? d->output : 0;
    return (d->output * d->recurrent_count + input + projection) * d->hidden;
}

int64_t rondo_gates_all(const rondo_gate_runs *runs)
{
    return rondo_gates_trained(runs) + runs->frozen_blocks;
}

static void count_recurrent(rondo_direction *d, const rondo_cell_gate *gate)
{
    if (rondo_gates_is_shared(gate)) d->form_weights[d->recurrent_count] = d->dense_count++;
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

bool rondo_gates_is_input_weights(const rondo_direction *d, int64_t parameter)
{
    bool is_one = parameter == d->input_weights;
    for (int64_t i = 0; i < d->with_input.count; i++)
        is_one |= parameter == d->with_input.runs[i].parameter;
    return is_one;
}

int64_t rondo_gates_of_block(const rondo_gate_runs *runs, bool is_frozen, int64_t block)
{
    const rondo_gate_run *run = runs->runs;
    while (run->is_frozen != is_frozen || run->group > 1 || block >= run->first_block + run->count)
        run++;
    return run->first_gate + block - run->first_block;
}

int64_t rondo_gates_of_dense_block(const rondo_direction *d, int64_t number)
{
    int64_t block = 0;
    while (!rondo_gates_is_shared(rondo_gates_at(d, rondo_gates_of_recurrent_block(d, block))) ||
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

int64_t rondo_gates_of_separate(const rondo_direction *d, int64_t block)
{
    int32_t s = 0;
    while (block >= d->first_separate[s] + d->plan.stages[s].separate_count)
        s++;
    int64_t added = d->plan.stages[s].gate_count - d->plan.stages[s].separate_count;
    return d->first_gate[s] + added + block - d->first_separate[s];
}

bool rondo_gates_are_frozen(const rondo_direction *d, int64_t first_block, int64_t count)
{
    for (int64_t block = first_block; block < first_block + count; block++)
        if (!(rondo_gates_at(d, rondo_gates_of_recurrent_block(d, block))->flags &
              RONDO_GATE_FROZEN))
            return false;
    return true;
}

int64_t rondo_gates_trained_recurrent(const rondo_direction *d)
{
    int64_t trained = 0;
    for (int32_t s = 0; s < d->plan.stage_count; s++) {
        const rondo_cell_stage *stage = &d->plan.stages[s];
        int64_t separate = stage->separate_count, added = stage->gate_count - separate;
        if (stage->source == RONDO_SOURCE_NONE) continue;
        if (!rondo_gates_are_frozen(d, d->first_recurrent[s], added)) trained += added;
        if (!rondo_gates_are_frozen(d, d->first_recurrent[s] + added, separate))
            trained += separate;
    }
    return trained;
}
