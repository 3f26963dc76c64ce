/* The operations of rondo/autodiff.h: their values and slopes, and each over a chunk of units. */
#ifndef RONDO_AUTODIFF_OPERATIONS_H
#define RONDO_AUTODIFF_OPERATIONS_H

#include "rondo/autodiff_graph.h"

enum { RONDO_GRAPH_CHUNK = 64 }; /* a multiple of RONDO_LANES */

typedef struct rondo_graph_chunk {
    int64_t row, start, units; /* of the tile */
    int64_t blocks;            /* of RONDO_LANES units, the last of which may have fewer */
    rondo_real (*values)[RONDO_GRAPH_CHUNK];    /* of each node */
    rondo_real (*gradients)[RONDO_GRAPH_CHUNK]; /* likewise; backward only */
} rondo_graph_chunk;

/* --- values and slopes --- */

RONDO_INLINE rondo_real rondo_graph_value_of_one(rondo_graph_operation operation, rondo_real a,
                                                 rondo_real low, rondo_real high)
{
    switch (operation) {
    case RONDO_GRAPH_SCALE:
        return a * low;
    case RONDO_GRAPH_SHIFT:
        return a + low;
    case RONDO_GRAPH_CLIP:
        return a < low ? low : a > high ? high : a;
    case RONDO_GRAPH_SIGMOID:
        return rondo_sigmoid(a);
    case RONDO_GRAPH_TANH:
        return rondo_tanh(a);
    case RONDO_GRAPH_SOFTPLUS:
        return rondo_softplus(a);
    case RONDO_GRAPH_EXP:
        return rondo_exp(a);
    case RONDO_GRAPH_LOG:
        return rondo_log(a);
    case RONDO_GRAPH_SQRT:
        return rondo_sqrt(a);
    case RONDO_GRAPH_SQUARE:
        return a * a;
    case RONDO_GRAPH_ABSOLUTE:
        return a < 0 ? -a : a;
    default:
        return 0;
    }
}

RONDO_INLINE rondo_real rondo_graph_slope_of_one(rondo_graph_operation operation, rondo_real a,
                                                 rondo_real value, rondo_real low, rondo_real high)
{
    switch (operation) {
    case RONDO_GRAPH_SCALE:
        return low;
    case RONDO_GRAPH_SHIFT:
        return 1;
    case RONDO_GRAPH_CLIP:
        return a > low && a < high ? (rondo_real)1 : (rondo_real)0;
    case RONDO_GRAPH_SIGMOID:
        return rondo_sigmoid_slope(value);
    case RONDO_GRAPH_TANH:
        return rondo_tanh_slope(value);
    case RONDO_GRAPH_SOFTPLUS:
        return rondo_softplus_slope(value);
    case RONDO_GRAPH_EXP:
        return value;
    case RONDO_GRAPH_LOG:
        return 1 / a;
    case RONDO_GRAPH_SQRT:
        return (rondo_real)0.5 / value;
    case RONDO_GRAPH_SQUARE:
        return 2 * a;
    case RONDO_GRAPH_ABSOLUTE:
        return a < 0 ? (rondo_real)-1 : (rondo_real)1;
    default:
        return 0;
    }
}

RONDO_INLINE rondo_real rondo_graph_value_of_two(rondo_graph_operation operation, rondo_real a,
                                                 rondo_real b, rondo_real condition)
{
    switch (operation) {
    case RONDO_GRAPH_ADD:
        return a + b;
    case RONDO_GRAPH_SUBTRACT:
        return a - b;
    case RONDO_GRAPH_MULTIPLY:
        return a * b;
    case RONDO_GRAPH_DIVIDE:
        return a / b;
    case RONDO_GRAPH_MAXIMUM:
        return a >= b ? a : b;
    case RONDO_GRAPH_MINIMUM:
        return a <= b ? a : b;
    case RONDO_GRAPH_SELECT:
        return condition > 0 ? a : b;
    default:
        return 0;
    }
}

typedef struct rondo_graph_slopes {
    rondo_real a, b;
} rondo_graph_slopes;

RONDO_INLINE rondo_graph_slopes rondo_graph_slopes_of_two(rondo_graph_operation operation,
                                                          rondo_real a, rondo_real b,
                                                          rondo_real condition)
{
    rondo_graph_slopes slopes = {1, 1};
    bool is_a = operation == RONDO_GRAPH_MAXIMUM   ? a >= b
                : operation == RONDO_GRAPH_MINIMUM ? a <= b
                                                   : condition > 0;
    switch (operation) {
    case RONDO_GRAPH_SUBTRACT:
        slopes.b = -1;
        break;
    case RONDO_GRAPH_MULTIPLY:
        slopes.a = b;
        slopes.b = a;
        break;
    case RONDO_GRAPH_DIVIDE:
        slopes.a = 1 / b;
        slopes.b = -(a / b) / b;
        break;
    case RONDO_GRAPH_MAXIMUM:
    case RONDO_GRAPH_MINIMUM:
    case RONDO_GRAPH_SELECT:
        slopes.a = is_a ? (rondo_real)1 : (rondo_real)0;
        slopes.b = is_a ? (rondo_real)0 : (rondo_real)1;
        break;
    default:
        break;
    }
    return slopes;
}

/* --- one operation over a chunk: `operation` is a constant where these are called --- */

RONDO_INLINE void rondo_graph_map(rondo_graph_operation operation, const rondo_graph_node *node,
                                  rondo_real *value, rondo_graph_chunk *chunk)
{
    const rondo_real *a = chunk->values[node->a];
    rondo_real low = (rondo_real)node->low, high = (rondo_real)node->high;
    int64_t width = chunk->blocks * RONDO_LANES;
    RONDO_INDEPENDENT
    for (int64_t u = 0; u < width; u++)
        value[u] = rondo_graph_value_of_one(operation, a[u], low, high);
}

RONDO_INLINE void rondo_graph_map_back(rondo_graph_operation operation,
                                       const rondo_graph_node *node, const rondo_real *value,
                                       const rondo_real *gradient, rondo_graph_chunk *chunk)
{
    const rondo_real *a = chunk->values[node->a];
    rondo_real *d_a = chunk->gradients[node->a];
    rondo_real low = (rondo_real)node->low, high = (rondo_real)node->high;
    int64_t width = chunk->blocks * RONDO_LANES;
    RONDO_INDEPENDENT
    for (int64_t u = 0; u < width; u++)
        d_a[u] += gradient[u] * rondo_graph_slope_of_one(operation, a[u], value[u], low, high);
}

RONDO_INLINE void rondo_graph_join(rondo_graph_operation operation, const rondo_graph_node *node,
                                   rondo_real *value, rondo_graph_chunk *chunk)
{
    const rondo_real *a = chunk->values[node->a], *b = chunk->values[node->b];
    const rondo_real *c = chunk->values[node->c];
    int64_t width = chunk->blocks * RONDO_LANES;
    RONDO_INDEPENDENT
    for (int64_t u = 0; u < width; u++)
        value[u] = rondo_graph_value_of_two(operation, a[u], b[u], c[u]);
}

/* Two loops, because a and b may be one node. */
RONDO_INLINE void rondo_graph_join_back(rondo_graph_operation operation,
                                        const rondo_graph_node *node, const rondo_real *gradient,
                                        rondo_graph_chunk *chunk)
{
    const rondo_real *a = chunk->values[node->a], *b = chunk->values[node->b];
    const rondo_real *c = chunk->values[node->c];
    rondo_real *d_a = chunk->gradients[node->a], *d_b = chunk->gradients[node->b];
    int64_t width = chunk->blocks * RONDO_LANES;
    RONDO_INDEPENDENT
    for (int64_t u = 0; u < width; u++)
        d_a[u] += gradient[u] * rondo_graph_slopes_of_two(operation, a[u], b[u], c[u]).a;
    RONDO_INDEPENDENT
    for (int64_t u = 0; u < width; u++)
        d_b[u] += gradient[u] * rondo_graph_slopes_of_two(operation, a[u], b[u], c[u]).b;
}

/* --- chunks and what is in the tile --- */

RONDO_INLINE void rondo_graph_fill(rondo_real *value, rondo_real number, int64_t from, int64_t to)
{
    RONDO_INDEPENDENT
    for (int64_t u = from; u < to; u++)
        value[u] = number;
}

/* Lanes beyond the row's last unit compute, too, but nothing reads them. */
RONDO_INLINE void rondo_graph_load(rondo_real *value, const rondo_real *from,
                                   const rondo_graph_chunk *chunk)
{
    int64_t units = chunk->units;
    RONDO_INDEPENDENT
    for (int64_t u = 0; u < units; u++)
        value[u] = from[u];
    rondo_graph_fill(value, 0, units, chunk->blocks * RONDO_LANES);
}

RONDO_INLINE void rondo_graph_copy(rondo_real *to, const rondo_real *value, int64_t units)
{
    RONDO_INDEPENDENT
    for (int64_t u = 0; u < units; u++)
        to[u] = value[u];
}

RONDO_INLINE void rondo_graph_add_to(rondo_real *to, const rondo_real *value, int64_t units)
{
    RONDO_INDEPENDENT
    for (int64_t u = 0; u < units; u++)
        to[u] += value[u];
}

/* Adds the chunk's units to the lanes of a sum. */
RONDO_INLINE void rondo_graph_collect(double *lanes, const rondo_real *value, int64_t units)
{
    double sums[RONDO_LANES];
    int64_t whole = units - units % RONDO_LANES;
    memcpy(sums, lanes, sizeof sums);
    for (int64_t u = 0; u < whole; u += RONDO_LANES)
        for (int l = 0; l < RONDO_LANES; l++)
            sums[l] += (double)value[u + l];
    for (int64_t u = whole; u < units; u++)
        sums[u - whole] += (double)value[u];
    memcpy(lanes, sums, sizeof sums);
}

/* --- any operation on other nodes but sums over rows --- */

RONDO_INLINE void rondo_graph_compute(const rondo_graph_node *node, rondo_real *value,
                                      rondo_graph_chunk *chunk)
{
    switch (node->operation) {
    case RONDO_GRAPH_SCALE:
        rondo_graph_map(RONDO_GRAPH_SCALE, node, value, chunk);
        break;
    case RONDO_GRAPH_SHIFT:
        rondo_graph_map(RONDO_GRAPH_SHIFT, node, value, chunk);
        break;
    case RONDO_GRAPH_CLIP:
        rondo_graph_map(RONDO_GRAPH_CLIP, node, value, chunk);
        break;
    case RONDO_GRAPH_SIGMOID:
        rondo_graph_map(RONDO_GRAPH_SIGMOID, node, value, chunk);
        break;
    case RONDO_GRAPH_TANH:
        rondo_graph_map(RONDO_GRAPH_TANH, node, value, chunk);
        break;
    case RONDO_GRAPH_SOFTPLUS:
        rondo_graph_map(RONDO_GRAPH_SOFTPLUS, node, value, chunk);
        break;
    case RONDO_GRAPH_EXP:
        rondo_graph_map(RONDO_GRAPH_EXP, node, value, chunk);
        break;
    case RONDO_GRAPH_LOG:
        rondo_graph_map(RONDO_GRAPH_LOG, node, value, chunk);
        break;
    case RONDO_GRAPH_SQRT:
        rondo_graph_map(RONDO_GRAPH_SQRT, node, value, chunk);
        break;
    case RONDO_GRAPH_SQUARE:
        rondo_graph_map(RONDO_GRAPH_SQUARE, node, value, chunk);
        break;
    case RONDO_GRAPH_ABSOLUTE:
        rondo_graph_map(RONDO_GRAPH_ABSOLUTE, node, value, chunk);
        break;
    case RONDO_GRAPH_ADD:
        rondo_graph_join(RONDO_GRAPH_ADD, node, value, chunk);
        break;
    case RONDO_GRAPH_SUBTRACT:
        rondo_graph_join(RONDO_GRAPH_SUBTRACT, node, value, chunk);
        break;
    case RONDO_GRAPH_MULTIPLY:
        rondo_graph_join(RONDO_GRAPH_MULTIPLY, node, value, chunk);
        break;
    case RONDO_GRAPH_DIVIDE:
        rondo_graph_join(RONDO_GRAPH_DIVIDE, node, value, chunk);
        break;
    case RONDO_GRAPH_MAXIMUM:
        rondo_graph_join(RONDO_GRAPH_MAXIMUM, node, value, chunk);
        break;
    case RONDO_GRAPH_MINIMUM:
        rondo_graph_join(RONDO_GRAPH_MINIMUM, node, value, chunk);
        break;
    case RONDO_GRAPH_SELECT:
        rondo_graph_join(RONDO_GRAPH_SELECT, node, value, chunk);
        break;
    default:
        break;
    }
}

RONDO_INLINE void rondo_graph_compute_back(const rondo_graph_node *node, const rondo_real *value,
                                           const rondo_real *gradient, rondo_graph_chunk *chunk)
{
    switch (node->operation) {
    case RONDO_GRAPH_SCALE:
        rondo_graph_map_back(RONDO_GRAPH_SCALE, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_SHIFT:
        rondo_graph_map_back(RONDO_GRAPH_SHIFT, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_CLIP:
        rondo_graph_map_back(RONDO_GRAPH_CLIP, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_SIGMOID:
        rondo_graph_map_back(RONDO_GRAPH_SIGMOID, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_TANH:
        rondo_graph_map_back(RONDO_GRAPH_TANH, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_SOFTPLUS:
        rondo_graph_map_back(RONDO_GRAPH_SOFTPLUS, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_EXP:
        rondo_graph_map_back(RONDO_GRAPH_EXP, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_LOG:
        rondo_graph_map_back(RONDO_GRAPH_LOG, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_SQRT:
        rondo_graph_map_back(RONDO_GRAPH_SQRT, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_SQUARE:
        rondo_graph_map_back(RONDO_GRAPH_SQUARE, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_ABSOLUTE:
        rondo_graph_map_back(RONDO_GRAPH_ABSOLUTE, node, value, gradient, chunk);
        break;
    case RONDO_GRAPH_ADD:
        rondo_graph_join_back(RONDO_GRAPH_ADD, node, gradient, chunk);
        break;
    case RONDO_GRAPH_SUBTRACT:
        rondo_graph_join_back(RONDO_GRAPH_SUBTRACT, node, gradient, chunk);
        break;
    case RONDO_GRAPH_MULTIPLY:
        rondo_graph_join_back(RONDO_GRAPH_MULTIPLY, node, gradient, chunk);
        break;
    case RONDO_GRAPH_DIVIDE:
        rondo_graph_join_back(RONDO_GRAPH_DIVIDE, node, gradient, chunk);
        break;
    case RONDO_GRAPH_MAXIMUM:
        rondo_graph_join_back(RONDO_GRAPH_MAXIMUM, node, gradient, chunk);
        break;
    case RONDO_GRAPH_MINIMUM:
        rondo_graph_join_back(RONDO_GRAPH_MINIMUM, node, gradient, chunk);
        break;
    case RONDO_GRAPH_SELECT:
        rondo_graph_join_back(RONDO_GRAPH_SELECT, node, gradient, chunk);
        break;
    default:
        break;
    }
}

#endif
