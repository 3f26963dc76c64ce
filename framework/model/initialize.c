/* Starting values: rules of model.initialization applied gate block by gate block, from
 * counter-based random numbers, so they depend on the seed and the place of a parameter alone. */
#include <math.h>

#include "base/parallel.h"
#include "base/random.h"
#include "model/network.h"

typedef struct initialization {
    const rondo_network *network;
    const rondo_initialization_config *config;
    rondo_real *parameters;
} initialization;

/* One gate block of one parameter: rows x width reals, `stride` apart. */
typedef struct block {
    rondo_random random;
    int64_t rows, width, stride;
    int64_t hidden; /* for RONDO_INVERSE_ROOT */
    uint64_t first; /* random index of its first element */
    rondo_real *data;
} block;

/* The direction a parameter belongs to; there is one. */
static const rondo_direction *direction_of(const initialization *init, const rondo_parameter *p)
{
    const rondo_network *network = p->encoder ? init->network->encoder : init->network;
    return &network->directions[p->direction];
}

static double symmetric(const block *b, uint64_t index, double bound)
{
    return bound * (2 * rondo_random_uniform(&b->random, index) - 1);
}

static void fill_uniform(const block *b, double bound)
{
    uint64_t index = b->first;
    for (int64_t i = 0; i < b->rows; i++)
        for (int64_t j = 0; j < b->width; j++)
            b->data[i * b->stride + j] = (rondo_real)symmetric(b, index++, bound);
}

static void fill_constant(const block *b, double value)
{
    for (int64_t i = 0; i < b->rows; i++)
        for (int64_t j = 0; j < b->width; j++)
            b->data[i * b->stride + j] = (rondo_real)value;
}

static void fill_normal(const block *b, double deviation)
{
    uint64_t index = b->first;
    for (int64_t i = 0; i < b->rows; i++)
        for (int64_t j = 0; j < b->width; j++)
            b->data[i * b->stride + j] =
                (rondo_real)(deviation * rondo_random_normal(&b->random, index++));
}

static void fill_identity(const block *b, double scale)
{
    for (int64_t i = 0; i < b->rows; i++)
        for (int64_t j = 0; j < b->width; j++)
            b->data[i * b->stride + j] = (rondo_real)(i == j ? scale : 0);
}

static double row_product(const rondo_real *restrict a, const rondo_real *restrict b, int64_t width)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < width; j++)
        sum += (double)a[j] * (double)b[j];
    return sum;
}

static void subtract_row(rondo_real *restrict a, const rondo_real *restrict b, double factor,
                         int64_t width)
{
    for (int64_t j = 0; j < width; j++)
        a[j] -= (rondo_real)factor * b[j];
}

/* Rows of a Gaussian matrix made orthonormal (modified Gram-Schmidt, each row twice, which keeps
 * them orthogonal to rounding). Blocks of recurrent weights are square: hidden x hidden. */
static void fill_orthogonal(const block *b)
{
    fill_normal(b, 1);
    for (int64_t i = 0; i < b->rows; i++) {
        rondo_real *row = b->data + i * b->stride;
        for (int pass = 0; pass < 2; pass++)
            for (int64_t k = 0; k < i; k++) {
                const rondo_real *before = b->data + k * b->stride;
                subtract_row(row, before, row_product(row, before, b->width), b->width);
            }
        double norm = sqrt(row_product(row, row, b->width));
        for (int64_t j = 0; j < b->width; j++)
            row[j] = (rondo_real)((double)row[j] / norm);
    }
}

static void fill_block(const block *b, int rule, double scale)
{
    switch (rule) {
    case RONDO_GLOROT_UNIFORM:
        fill_uniform(b, sqrt(6.0 / (double)(b->rows + b->width)));
        break;
    case RONDO_ORTHOGONAL:
        if (b->rows <= b->width)
            fill_orthogonal(b);
        else
            fill_uniform(b, sqrt(6.0 / (double)(b->rows + b->width)));
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

static block block_of(const initialization *init, int64_t index, int64_t gate, int64_t width)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    bool owned = p->direction >= 0;
    return (block){
        .random = {init->network->seed, RONDO_FOR_INITIALIZATION, (uint64_t)index},
        .rows = p->rows,
        .width = width,
        .stride = p->columns,
        .hidden = owned ? direction_of(init, p)->hidden : p->rows,
        .first = (uint64_t)(gate * p->rows * width),
        .data = init->parameters + p->offset + gate * width,
    };
}

static const rondo_cell_gate *gate_at(const rondo_direction *direction, int64_t gate)
{
    int32_t stage = direction->plan.stage_count - 1;
    while (gate < direction->first_gate[stage])
        stage--;
    return &direction->plan.stages[stage].gates[gate - direction->first_gate[stage]];
}

/* Matrices of a direction: one block a gate. */
static void fill_gates(const initialization *init, int64_t index)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    const rondo_direction *direction = direction_of(init, p);
    bool recurrent = p->part == RONDO_PART_RECURRENT_WEIGHTS;
    for (int64_t gate = 0; gate < direction->gate_count; gate++) {
        block b = block_of(init, index, gate, direction->hidden);
        const rondo_cell_gate *cell_gate = gate_at(direction, gate);
        if (recurrent && cell_gate->start == RONDO_START_IDENTITY)
            fill_identity(&b, cell_gate->scale);
        else
            fill_block(&b, recurrent ? init->config->recurrent : init->config->weights,
                       init->config->scale);
    }
}

/* The two uniform rules draw biases too; the gates' own biases are added. */
static void fill_biases(const initialization *init, int64_t index)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    block b = block_of(init, index, 0, p->columns);
    int rule = init->config->weights;
    if (rule == RONDO_UNIFORM || rule == RONDO_INVERSE_ROOT)
        fill_block(&b, rule, init->config->scale);
    else
        fill_uniform(&b, 0);
    if (p->direction < 0) return;
    const rondo_direction *direction = direction_of(init, p);
    for (int64_t j = 0; j < p->columns; j++)
        b.data[j] += (rondo_real)gate_at(direction, j / direction->hidden)->bias;
}

static void fill_vector(const initialization *init, int64_t index)
{
    const rondo_parameter *p = &init->network->layout.parameters[index];
    block b = block_of(init, index, 0, p->columns);
    const rondo_direction *direction = direction_of(init, p);
    if (p->vector < 0) {
        fill_uniform(&b, 0);
        return;
    }
    const rondo_cell_vector *vector = &direction->plan.vectors[p->vector];
    fill_uniform(&b, vector->spread);
    for (int64_t j = 0; j < p->columns; j++)
        b.data[j] += (rondo_real)vector->start;
}

static void fill_parameter(void *context, int64_t index, int thread)
{
    const initialization *init = context;
    const rondo_parameter *p = &init->network->layout.parameters[index];
    block whole = block_of(init, index, 0, p->columns);
    (void)thread;
    switch (p->part) {
    case RONDO_PART_EMBEDDING:
        /* Rows are looked up, not summed: the spread does not depend on their number. */
        if (init->config->weights == RONDO_UNIFORM || init->config->weights == RONDO_NORMAL)
            fill_block(&whole, init->config->weights, init->config->scale);
        else
            fill_normal(&whole, 1.0 / sqrt((double)p->columns));
        break;
    case RONDO_PART_INPUT_WEIGHTS:
    case RONDO_PART_RECURRENT_WEIGHTS:
        if (p->direction >= 0)
            fill_gates(init, index);
        else
            fill_block(&whole, init->config->weights, init->config->scale);
        break;
    case RONDO_PART_BIASES:
        fill_biases(init, index);
        break;
    case RONDO_PART_VECTOR:
        fill_vector(init, index);
        break;
    case RONDO_PART_ONES:
        fill_constant(&whole, 1);
        break;
    case RONDO_PART_ZEROS:
        fill_constant(&whole, 0);
        break;
    }
}

void rondo_network_initialize(const rondo_network *network,
                              const rondo_initialization_config *config, int threads,
                              rondo_real *parameters)
{
    initialization init = {network, config, parameters};
    for (int64_t i = 0; i < network->layout.size; i++)
        parameters[i] = 0;
    rondo_parallel_for(threads, network->layout.count, fill_parameter, &init);
}
