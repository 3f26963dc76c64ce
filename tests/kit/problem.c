#include "reference.h"

#include <stdlib.h>

static void add_part(kit_problem *p, kit_part_role role, int32_t index, const char *name,
                     int64_t count)
{
    p->parts[p->part_count++] = (kit_part){role, index, name, p->value_count, count};
    p->value_count += count;
}

static void lay_out(kit_problem *p)
{
    int64_t input = p->shape.input, hidden = p->shape.hidden;
    for (int32_t s = 0; s < p->plan.stage_count; s++) {
        const rondo_cell_stage *stage = &p->plan.stages[s];
        p->first_gate[s] = p->gates;
        p->first_beside[s] = p->besides;
        for (int32_t g = 0; g < stage->gate_count; g++) {
            const char *name = stage->gates[g].name;
            int32_t gate = p->gates++;
            add_part(p, KIT_INPUT_WEIGHT, gate, name, hidden * input);
            add_part(p, KIT_RECURRENT_WEIGHT, gate, name, hidden * hidden);
            add_part(p, KIT_BIAS, gate, name, hidden);
            if (g >= stage->gate_count - stage->beside_count)
                add_part(p, KIT_RECURRENT_BIAS, p->besides++, name, hidden);
        }
    }
    for (int32_t v = 0; v < p->plan.vector_count; v++)
        add_part(p, KIT_VECTOR, v, p->plan.vectors[v].name, hidden);
    add_part(p, KIT_INPUT, 0, "input", p->tokens * input);
    for (int32_t i = 0; i < p->plan.state_count; i++)
        add_part(p, KIT_INITIAL, i, p->plan.states[i], p->shape.rows * hidden);
}

void kit_problem_start(kit_problem *problem, const rondo_cell *cell, const void *config,
                       const kit_shape *shape, uint64_t seed)
{
    *problem = (kit_problem){.cell = cell, .config = config, .shape = *shape};
    cell->plan(config, &problem->plan);
    problem->steps = shape->lengths[0];
    for (int64_t t = 0; t < problem->steps; t++) {
        while (problem->active[t] < shape->rows && shape->lengths[problem->active[t]] > t)
            problem->active[t]++;
        problem->offset[t + 1] = problem->offset[t] + problem->active[t];
    }
    problem->tokens = problem->offset[problem->steps];
    lay_out(problem);
    problem->values = kit_allocate(problem->value_count, sizeof *problem->values);
    for (int64_t i = 0; i < problem->value_count; i++)
        problem->values[i] = (rondo_real)kit_random(seed, (uint64_t)i);
    kit_array_start(&problem->output_weight, problem->tokens, 1, shape->hidden, 0);
    kit_array_randomize(&problem->output_weight, seed + 1000);
    for (int32_t i = 0; i < problem->plan.state_count; i++) {
        kit_array_start(&problem->last_weight[i], shape->rows, 1, shape->hidden, 0);
        kit_array_start(&problem->initial_weight[i], shape->rows, 1, shape->hidden, 0);
        kit_array_randomize(&problem->last_weight[i], seed + 2000 + (uint64_t)i);
        kit_array_randomize(&problem->initial_weight[i], seed + 3000 + (uint64_t)i);
    }
}

void kit_problem_finish(kit_problem *problem)
{
    free(problem->values);
    kit_array_finish(&problem->output_weight);
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++) {
        kit_array_finish(&problem->last_weight[i]);
        kit_array_finish(&problem->initial_weight[i]);
    }
}

void kit_pass_start(kit_pass *pass, const kit_problem *problem)
{
    const rondo_cell_plan *plan = &problem->plan;
    int64_t tokens = problem->tokens, rows = problem->shape.rows, hidden = problem->shape.hidden;
    int64_t gap = problem->shape.gap;
    *pass = (kit_pass){0};
    kit_array_start(&pass->gates, tokens, problem->gates, hidden, gap);
    kit_array_start(&pass->beside, tokens, problem->besides, hidden, gap);
    kit_array_start(&pass->tape, tokens, plan->tape_count, hidden, gap);
    for (int32_t i = 0; i < plan->state_count; i++) {
        kit_array_start(&pass->state[i], tokens, 1, hidden, gap);
        kit_array_start(&pass->initial[i], rows, 1, hidden, gap);
        kit_array_start(&pass->d_state[i], tokens, 1, hidden, gap);
        kit_array_start(&pass->d_initial[i], rows, 1, hidden, gap);
    }
    for (int32_t i = 0; i < plan->made_count; i++) {
        kit_array_start(&pass->made[i], tokens, 1, hidden, gap);
        kit_array_start(&pass->d_made[i], tokens, 1, hidden, gap);
    }
    for (int32_t i = 0; i < plan->vector_count; i++) {
        kit_array_start(&pass->vectors[i], 1, 1, hidden, gap);
        kit_array_start(&pass->d_vectors[i], 1, 1, hidden, gap);
    }
    for (int64_t p = 0; p < problem->part_count; p++) {
        const kit_part *part = &problem->parts[p];
        kit_array *array = part->role == KIT_VECTOR    ? &pass->vectors[part->index]
                           : part->role == KIT_INITIAL ? &pass->initial[part->index]
                                                       : NULL;
        if (!array) continue;
        for (int64_t i = 0; i < part->count; i++)
            kit_array_at(array, i / hidden, 0)[i % hidden] = problem->values[part->start + i];
    }
}

int64_t kit_pass_arrays(kit_pass *pass, const kit_problem *problem, kit_named_array *list)
{
    const rondo_cell_plan *plan = &problem->plan;
    int64_t n = 0;
    list[n++] = (kit_named_array){"gates", &pass->gates};
    list[n++] = (kit_named_array){"beside", &pass->beside};
    list[n++] = (kit_named_array){"tape", &pass->tape};
    for (int32_t i = 0; i < plan->state_count; i++) {
        list[n++] = (kit_named_array){"state", &pass->state[i]};
        list[n++] = (kit_named_array){"previous", &pass->initial[i]};
        list[n++] = (kit_named_array){"d_state", &pass->d_state[i]};
        list[n++] = (kit_named_array){"d_previous", &pass->d_initial[i]};
    }
    for (int32_t i = 0; i < plan->made_count; i++) {
        list[n++] = (kit_named_array){"made", &pass->made[i]};
        list[n++] = (kit_named_array){"d_made", &pass->d_made[i]};
    }
    for (int32_t i = 0; i < plan->vector_count; i++) {
        list[n++] = (kit_named_array){"vectors", &pass->vectors[i]};
        list[n++] = (kit_named_array){"d_vectors", &pass->d_vectors[i]};
    }
    return n;
}

void kit_pass_finish(kit_pass *pass)
{
    kit_array_finish(&pass->gates);
    kit_array_finish(&pass->beside);
    kit_array_finish(&pass->tape);
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++) {
        kit_array_finish(&pass->state[i]);
        kit_array_finish(&pass->initial[i]);
        kit_array_finish(&pass->d_state[i]);
        kit_array_finish(&pass->d_initial[i]);
    }
    for (int32_t i = 0; i < RONDO_MAX_MADE; i++) {
        kit_array_finish(&pass->made[i]);
        kit_array_finish(&pass->d_made[i]);
    }
    for (int32_t i = 0; i < RONDO_MAX_VECTORS; i++) {
        kit_array_finish(&pass->vectors[i]);
        kit_array_finish(&pass->d_vectors[i]);
    }
}
