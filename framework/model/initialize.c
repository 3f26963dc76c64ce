/* Starting values: rules of model.initialization applied gate block by gate block, from
 * counter-based random numbers, so they depend on the seed and the place of a parameter alone. */
#include <math.h>

#include "base/parallel.h"
#include "base/random.h"
#include "model/forms.h"
#include "model/gates.h"
#include "model/orthogonal.h"

typedef struct initialization {
    const rondo_network *network;
    const rondo_initialization_config *config;
    rondo_real *parameters;
} initialization;

/* One gate block of one parameter: rows x width reals, `stride` apart. */
typedef struct gate_block {
    rondo_random random;
    int64_t rows, width, stride;
    int64_t hidden; /* for RONDO_INVERSE_ROOT */
    uint64_t first; /* random index of its first element */
    rondo_real *data;
} gate_block;

/* The direction a parameter belongs to; there is one. */
static const rondo_direction *direction_of(const initialization *init, const rondo_parameter *p)
{
    const rondo_network *network = p->encoder ? init->network->encoder : init->network;
    return &network->directions[p->direction];
}

static double symmetric(const gate_block *b, uint64_t index, double bound)
{
    return bound * (2 * rondo_random_uniform(&b->random, index) - 1);
}

static void fill_uniform(const gate_block *b, double bound)
{
    uint64_t index = b->first;
    for (int64_t i = 0; i < b->rows; i++)
        for (int64_t j = 0; j < b->width; j++)
            b->data[i * b->stride + j] = (rondo_real)symmetric(b, index++, bound);
}

static void fill_constant(const gate_block *b, double value)
{
    for (int64_t i = 0; i < b->rows; i++)
        for (int64_t j = 0; j < b->width; j++)
            b->data[i * b->stride + j] = (rondo_real)value;
}

static void fill_normal(const gate_block *b, double deviation)
{
    uint64_t index = b->first;
    for (int64_t i = 0; i < b->rows; i++)
        for (int64_t j = 0; j < b->width; j++)
            b->data[i * b->stride + j] =
                (rondo_real)(deviation * rondo_random_normal(&b->random, index++));
}

static void fill_identity(const gate_block *b, double scale)
{
    for (int64_t i = 0; i < b->rows; i++)
        for (int64_t j = 0; j < b->width; j++)
            b->data[i * b->stride + j] = (rondo_real)(i == j ? scale : 0);
}

static rondo_orthogonal orthogonal_of(const gate_block *b)
{
    return (rondo_orthogonal){.random = b->random,
                              .first = b->first,
                              .rows = b->rows,
                              .width = b->width,
                              .stride = b->stride,
                              .data = b->data};
}

static void fill_block(const gate_block *b, int rule, double scale)
{
    switch (rule) {
    case RONDO_GLOROT_UNIFORM:
        fill_uniform(b, sqrt(6.0 / (double)(b->rows + b->width)));
        break;
    case RONDO_ORTHOGONAL:
        if (b->rows > b->width) {
            fill_uniform(b, sqrt(6.0 / (double)(b->rows + b->width)));
        } else if (b->rows <= RONDO_ORTHOGONAL_PLAIN) {
            const rondo_orthogonal of = orthogonal_of(b);
            rondo_orthogonal_fill(&of);
        }
        break;
    case RONDO_UNIFORM:
        fill_uniform(b, scale);
        break;
    case RONDO_NORMAL:
        fill_normal(b, scale);
        break;
    case RONDO_INVERSE_ROOT:
        fill_uniform(b, 1.0 / sqrt((double)b->hidden));
        break;
    default:
        break;
    }
}

static gate_block block_of(const initialization *init, int64_t index, int64_t gate, int64_t width)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    bool owned = p->direction >= 0;
    return (gate_block){
        .random = {init->network->initialization_seed, RONDO_FOR_INITIALIZATION, (uint64_t)index},
        .rows = p->rows,
        .width = width,
        .stride = p->columns,
        .hidden = owned ? direction_of(init, p)->hidden : p->rows,
        .first = (uint64_t)(gate * p->rows * width),
        .data = init->parameters + p->offset + gate * width,
    };
}

/* The gate of block number `block` of recurrent weights. */
static const rondo_cell_gate *recurrent_gate(const rondo_direction *direction,
                                             const rondo_parameter *p, int64_t block)
{
    return rondo_gates_at(direction,
                          p->units > 0 ? p->gate : rondo_gates_of_dense_block(direction, block));
}

/* Columns of a gate block in a parameter of a direction. */
static int64_t block_width(const initialization *init, const rondo_parameter *p)
{
    return p->units > 0 ? p->units : direction_of(init, p)->hidden;
}

/* Blocks of a parameter: weights of a direction have one per gate. */
static int64_t block_count(const initialization *init, int64_t index)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    bool by_gates = p->role == RONDO_ROLE_INPUT_WEIGHTS || p->role == RONDO_ROLE_RECURRENT_WEIGHTS;
    return by_gates && p->direction >= 0 ? p->columns / block_width(init, p) : 1;
}

/* Block number `gate` of a matrix of weights, and the rule that it starts by: a rondo_weight_rule,
 * or IDENTITY. */
enum { IDENTITY = -1 };

static int weights_of(const initialization *init, int64_t index, int64_t gate, gate_block *b)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    bool recurrent = p->role == RONDO_ROLE_RECURRENT_WEIGHTS;
    if (p->direction < 0 || p->role == RONDO_ROLE_PROJECTION) {
        *b = block_of(init, index, 0, p->columns);
        return init->config->weights;
    }
    const rondo_direction *direction = direction_of(init, p);
    *b = block_of(init, index, gate, block_width(init, p));
    if (recurrent && recurrent_gate(direction, p, gate)->start == RONDO_START_IDENTITY)
        return IDENTITY;
    return recurrent ? init->config->recurrent : init->config->weights;
}

static void fill_weights(const initialization *init, int64_t index, int64_t gate)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    gate_block b;
    int rule = weights_of(init, index, gate, &b);
    if (rule == IDENTITY)
        fill_identity(&b, recurrent_gate(direction_of(init, p), p, gate)->scale);
    else
        fill_block(&b, rule, init->config->scale);
}

/* Values that a cell's own function gives, of one unit after the other; of so many in all. */
static void fill_by_unit(const gate_block *b, const rondo_direction *direction, int64_t units,
                         rondo_unit_start start)
{
    for (int64_t unit = 0; unit < b->width; unit++) {
        double random = rondo_random_uniform(&b->random, b->first + (uint64_t)unit);
        b->data[unit] = (rondo_real)start(direction->options, unit, units, random);
    }
}

/* The two uniform rules draw biases too; the gates' own biases are added, or stand instead where they
 * are a function of the unit. */
static void fill_biases(const initialization *init, int64_t index)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    gate_block b = block_of(init, index, 0, p->columns);
    int rule = init->config->weights;
    if (rule == RONDO_UNIFORM || rule == RONDO_INVERSE_ROOT)
        fill_block(&b, rule, init->config->scale);
    else
        fill_uniform(&b, 0);
    if (p->direction < 0) return;
    const rondo_direction *d = direction_of(init, p);
    bool is_frozen = index == d->frozen_biases;
    int64_t width = block_width(init, p);
    for (int64_t block = 0; block * width < p->columns; block++) {
        const rondo_cell_gate *gate = rondo_gates_at(
            d, p->units > 0 ? p->gate : rondo_gates_of_block(&d->with_bias, is_frozen, block));
        gate_block of_gate = block_of(init, index, block, width);
        if (gate->bias_start) fill_by_unit(&of_gate, d, width, gate->bias_start);
        for (int64_t j = 0; !gate->bias_start && j < width; j++)
            of_gate.data[j] += (rondo_real)gate->bias;
    }
}

static void fill_unit_parameter(const initialization *init, int64_t index)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    gate_block b = block_of(init, index, 0, p->columns);
    const rondo_direction *direction = direction_of(init, p);
    const rondo_cell_unit_parameter *of = &direction->plan.unit_parameters[p->unit_parameter];
    if (of->unit_start) {
        fill_by_unit(&b, direction, direction->hidden, of->unit_start);
        return;
    }
    fill_uniform(&b, of->spread);
    for (int64_t j = 0; j < p->columns; j++)
        b.data[j] += (rondo_real)of->start;
}

/* Numbers of a form: by a rule of its own, by the rules that have a scale of their own, else by the
 * form's scale. */
static void fill_form(const initialization *init, int64_t index)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    const rondo_direction *d = direction_of(init, p);
    gate_block b = block_of(init, index, 0, p->columns);
    int rule = init->config->recurrent;
    const rondo_cell_gate *gate = rondo_gates_at(d, rondo_gates_of_recurrent_block(d, p->block));
    const rondo_form form = rondo_form_of(gate, d->hidden);
    if (rondo_form_has_own_start(form))
        rondo_form_fill(form, &b.random, b.first, b.data);
    else if (rule == RONDO_UNIFORM || rule == RONDO_NORMAL || rule == RONDO_INVERSE_ROOT)
        fill_block(&b, rule, init->config->scale);
    else
        fill_uniform(&b, rondo_form_start(form));
}

static void fill_parameter(const initialization *init, int64_t index, int64_t gate)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    gate_block whole = block_of(init, index, 0, p->columns);
    switch (p->role) {
    case RONDO_ROLE_EMBEDDING:
        /* Rows are looked up, not summed: the spread does not depend on their number. */
        if (init->config->weights == RONDO_UNIFORM || init->config->weights == RONDO_NORMAL)
            fill_block(&whole, init->config->weights, init->config->scale);
        else
            fill_normal(&whole, 1.0 / sqrt((double)p->columns));
        break;
    case RONDO_ROLE_INPUT_WEIGHTS:
    case RONDO_ROLE_RECURRENT_WEIGHTS:
        fill_weights(init, index, gate);
        break;
    case RONDO_ROLE_BIASES:
        fill_biases(init, index);
        break;
    case RONDO_ROLE_UNIT_PARAMETER:
        fill_unit_parameter(init, index);
        break;
    case RONDO_ROLE_PROJECTION:
        fill_block(&whole, init->config->weights, init->config->scale);
        break;
    case RONDO_ROLE_FORM:
        fill_form(init, index);
        break;
    case RONDO_ROLE_ONES:
        fill_constant(&whole, 1);
        break;
    case RONDO_ROLE_ZEROS:
        fill_constant(&whole, 0);
        break;
    }
}

/* Block `number` of all parameters' blocks. */
static void fill_task(void *context, int64_t number, int thread)
{
    const initialization *init = context;
    int64_t index = 0;
    (void)thread;
    while (number >= block_count(init, index))
        number -= block_count(init, index++);
    fill_parameter(init, index, number);
}

/* Large orthogonal blocks: each by all threads. */
static rondo_status fill_large(const initialization *init, int64_t index, int threads,
                               rondo_error *error)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    if (p->role != RONDO_ROLE_INPUT_WEIGHTS && p->role != RONDO_ROLE_RECURRENT_WEIGHTS &&
        p->role != RONDO_ROLE_PROJECTION)
        return RONDO_OK;
    for (int64_t gate = 0; gate < block_count(init, index); gate++) {
        gate_block b;
        int rule = weights_of(init, index, gate, &b);
        if (rule != RONDO_ORTHOGONAL || b.rows > b.width || b.rows <= RONDO_ORTHOGONAL_PLAIN)
            continue;
        const rondo_orthogonal of = orthogonal_of(&b);
        rondo_status status = rondo_orthogonal_fill_blocks(&of, threads, error);
        if (status) return status;
    }
    return RONDO_OK;
}

rondo_status rondo_network_initialize(const rondo_network *network,
                                      const rondo_initialization_config *config, int threads,
                                      rondo_real *parameters, rondo_error *error)
{
    initialization init = {network, config, parameters};
    rondo_status status = RONDO_OK;
    int64_t tasks = 0;
    for (int64_t i = 0; i < network->layout.size; i++)
        parameters[i] = 0;
    for (int64_t i = 0; i < network->layout.count; i++)
        tasks += block_count(&init, i);
    rondo_parallel_for(threads, tasks, fill_task, &init);
    for (int64_t i = 0; i < network->layout.count && !status; i++)
        status = fill_large(&init, i, threads, error);
    return status;
}
