/* What the equations of rondo/autodiff.h may read, compute and write: each of these records an operation of a
 * graph, and gives the value that it will have. */
#ifndef RONDO_AUTODIFF_GRAPH_H
#define RONDO_AUTODIFF_GRAPH_H

#include "rondo/cell.h"
#include "rondo/pointwise.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RONDO_GRAPH_NODES = 128 };

typedef enum rondo_graph_operation {
    RONDO_GRAPH_CONSTANT, /* low */
    /* number `index` of its kind */
    RONDO_GRAPH_GATE,
    RONDO_GRAPH_SEPARATE,
    RONDO_GRAPH_PREVIOUS,
    RONDO_GRAPH_INTERMEDIATE,
    RONDO_GRAPH_UNIT_PARAMETER,
    RONDO_GRAPH_SHARED_PARAMETER,
    RONDO_GRAPH_INPUT,
    /* of a, and some of numbers */
    RONDO_GRAPH_SCALE, /* a low */
    RONDO_GRAPH_SHIFT, /* a + low */
    RONDO_GRAPH_CLIP,  /* a moved into [low, high] */
    RONDO_GRAPH_SIGMOID,
    RONDO_GRAPH_TANH,
    RONDO_GRAPH_SOFTPLUS,
    RONDO_GRAPH_EXP,
    RONDO_GRAPH_LOG,
    RONDO_GRAPH_SQRT,
    RONDO_GRAPH_SQUARE,
    RONDO_GRAPH_ABSOLUTE,
    RONDO_GRAPH_ROW_SUM, /* over all units */
    RONDO_GRAPH_ROW_MEAN,
    /* of a and b */
    RONDO_GRAPH_ADD,
    RONDO_GRAPH_SUBTRACT,
    RONDO_GRAPH_MULTIPLY,
    RONDO_GRAPH_DIVIDE,
    RONDO_GRAPH_MAXIMUM,
    RONDO_GRAPH_MINIMUM,
    RONDO_GRAPH_SELECT /* c > 0 ? a : b */
} rondo_graph_operation;

typedef struct rondo_graph_node {
    rondo_graph_operation operation;
    int32_t a, b, c; /* nodes before this one; 0 where there is none */
    int32_t index;   /* of a value that is read; of a row's sum: which one of the stage's */
    double low, high;
} rondo_graph_node;

/* The operations of one stage, each after those it reads. Node 0 is the number 0. */
typedef struct rondo_graph {
    int64_t stage;
    int32_t count;
    int32_t sum_count;                              /* sums and means over rows */
    int32_t states[RONDO_MAX_STATES];               /* the node that is written to it; 0: none */
    int32_t intermediates[RONDO_MAX_INTERMEDIATES]; /* likewise */
    const char *refusal;                            /* NULL, or what is wrong */
    rondo_graph_node nodes[RONDO_GRAPH_NODES];
} rondo_graph;

typedef struct rondo_value {
    rondo_graph *graph;
    int32_t node;
} rondo_value;

typedef void (*rondo_equations)(const void *config, rondo_graph *graph);

/* --- recording --- */

static inline void rondo_graph_start(rondo_graph *graph, int64_t stage)
{
    graph->stage = stage;
    graph->count = 1;
    graph->sum_count = 0;
    graph->refusal = NULL;
    memset(graph->states, 0, sizeof graph->states);
    memset(graph->intermediates, 0, sizeof graph->intermediates);
    memset(&graph->nodes[0], 0, sizeof graph->nodes[0]);
}

static inline void rondo_graph_refuse(rondo_graph *graph, const char *refusal)
{
    if (!graph->refusal) graph->refusal = refusal;
}

/* What is too much becomes node 0; the plan is then refused. */
static inline rondo_value rondo_graph_add(rondo_graph *graph, rondo_graph_node node)
{
    rondo_value value = {graph, 0};
    if (graph->count < RONDO_GRAPH_NODES) {
        value.node = graph->count++;
        graph->nodes[value.node] = node;
    } else {
        rondo_graph_refuse(graph, "equations have more than 127 operations in one stage");
    }
    return value;
}

/* Read twice, it is one node, whose gradient is then complete. */
static inline rondo_value rondo_graph_read(rondo_graph *graph, rondo_graph_operation operation,
                                           int32_t index)
{
    rondo_graph_node node = {operation, 0, 0, 0, index, 0, 0};
    rondo_value value = {graph, 1};
    for (; value.node < graph->count; value.node++)
        if (graph->nodes[value.node].operation == operation &&
            graph->nodes[value.node].index == index)
            return value;
    return rondo_graph_add(graph, node);
}

static inline rondo_value rondo_graph_unary(rondo_graph_operation operation, rondo_value a,
                                            double low, double high)
{
    rondo_graph_node node = {operation, a.node, 0, 0, 0, low, high};
    return rondo_graph_add(a.graph, node);
}

static inline rondo_value rondo_graph_binary(rondo_graph_operation operation, rondo_value a,
                                             rondo_value b)
{
    rondo_graph_node node = {operation, a.node, b.node, 0, 0, 0, 0};
    return rondo_graph_add(a.graph, node);
}

static inline rondo_value rondo_graph_sum(rondo_graph_operation operation, rondo_value a)
{
    rondo_graph_node node = {operation, a.node, 0, 0, a.graph->sum_count, 0, 0};
    if (a.graph->sum_count == RONDO_MAX_ROW_SCALARS) {
        rondo_graph_refuse(a.graph, "equations have more than 16 sums and means over rows");
        a.node = 0;
        return a;
    }
    a.graph->sum_count++;
    return rondo_graph_add(a.graph, node);
}

/* --- what equations read --- */

/* Gate block g, counted over all stages: W x_t + b [+ U source]. */
static inline rondo_value rondo_graph_gate(rondo_graph *graph, int32_t g)
{
    return rondo_graph_read(graph, RONDO_GRAPH_GATE, g);
}

/* Separate block g, counted over all stages: U source + b_recurrent. */
static inline rondo_value rondo_graph_separate(rondo_graph *graph, int32_t g)
{
    return rondo_graph_read(graph, RONDO_GRAPH_SEPARATE, g);
}

/* State i of the preceding step. */
static inline rondo_value rondo_graph_previous(rondo_graph *graph, int32_t i)
{
    return rondo_graph_read(graph, RONDO_GRAPH_PREVIOUS, i);
}

/* Intermediate i, of an earlier stage. */
static inline rondo_value rondo_graph_intermediate(rondo_graph *graph, int32_t i)
{
    return rondo_graph_read(graph, RONDO_GRAPH_INTERMEDIATE, i);
}

static inline rondo_value rondo_graph_unit_parameter(rondo_graph *graph, int32_t i)
{
    return rondo_graph_read(graph, RONDO_GRAPH_UNIT_PARAMETER, i);
}

/* One that has the flag RONDO_PARAMETER_SHARED. */
static inline rondo_value rondo_graph_shared_parameter(rondo_graph *graph, int32_t i)
{
    return rondo_graph_read(graph, RONDO_GRAPH_SHARED_PARAMETER, i);
}

/* x_t itself, which must be as wide as the layer. */
static inline rondo_value rondo_graph_input(rondo_graph *graph)
{
    return rondo_graph_read(graph, RONDO_GRAPH_INPUT, 0);
}

static inline rondo_value rondo_graph_constant(rondo_graph *graph, double number)
{
    rondo_graph_node node = {RONDO_GRAPH_CONSTANT, 0, 0, 0, 0, number, 0};
    return rondo_graph_add(graph, node);
}

/* --- what equations write --- */

static inline void rondo_graph_write(rondo_value value, int32_t *place)
{
    if (*place) rondo_graph_refuse(value.graph, "equations write a state or intermediate twice");
    if (value.node == 0) value = rondo_graph_constant(value.graph, 0);
    *place = value.node;
}

static inline void rondo_graph_write_state(rondo_graph *graph, int32_t i, rondo_value value)
{
    if (i >= 0 && i < RONDO_MAX_STATES)
        rondo_graph_write(value, &graph->states[i]);
    else
        rondo_graph_refuse(graph, "equations write a state that the plan does not have");
}

/* For later stages, as their source or to be read. */
static inline void rondo_graph_write_intermediate(rondo_graph *graph, int32_t i, rondo_value value)
{
    if (i >= 0 && i < RONDO_MAX_INTERMEDIATES)
        rondo_graph_write(value, &graph->intermediates[i]);
    else
        rondo_graph_refuse(graph, "equations write an intermediate that the plan does not have");
}

/* --- operations --- */

static inline rondo_value rondo_value_add(rondo_value a, rondo_value b)
{
    return rondo_graph_binary(RONDO_GRAPH_ADD, a, b);
}

static inline rondo_value rondo_value_subtract(rondo_value a, rondo_value b)
{
    return rondo_graph_binary(RONDO_GRAPH_SUBTRACT, a, b);
}

static inline rondo_value rondo_value_multiply(rondo_value a, rondo_value b)
{
    return rondo_graph_binary(RONDO_GRAPH_MULTIPLY, a, b);
}

static inline rondo_value rondo_value_divide(rondo_value a, rondo_value b)
{
    return rondo_graph_binary(RONDO_GRAPH_DIVIDE, a, b);
}

/* Of two equal values the gradient is a's. */
static inline rondo_value rondo_value_maximum(rondo_value a, rondo_value b)
{
    return rondo_graph_binary(RONDO_GRAPH_MAXIMUM, a, b);
}

static inline rondo_value rondo_value_minimum(rondo_value a, rondo_value b)
{
    return rondo_graph_binary(RONDO_GRAPH_MINIMUM, a, b);
}

/* condition > 0 ? a : b; the condition has no gradient. */
static inline rondo_value rondo_value_select(rondo_value condition, rondo_value a, rondo_value b)
{
    rondo_graph_node node = {RONDO_GRAPH_SELECT, a.node, b.node, condition.node, 0, 0, 0};
    return rondo_graph_add(a.graph, node);
}

/* a * number and a + number */
static inline rondo_value rondo_value_scale(rondo_value a, double number)
{
    return rondo_graph_unary(RONDO_GRAPH_SCALE, a, number, 0);
}

static inline rondo_value rondo_value_shift(rondo_value a, double number)
{
    return rondo_graph_unary(RONDO_GRAPH_SHIFT, a, number, 0);
}

static inline rondo_value rondo_value_negate(rondo_value a)
{
    return rondo_value_scale(a, -1);
}

static inline rondo_value rondo_value_one_minus(rondo_value a)
{
    return rondo_value_shift(rondo_value_negate(a), 1);
}

/* share * a + (1 - share) * b */
static inline rondo_value rondo_value_mix(rondo_value share, rondo_value a, rondo_value b)
{
    return rondo_value_add(b, rondo_value_multiply(share, rondo_value_subtract(a, b)));
}

static inline rondo_value rondo_value_sigmoid(rondo_value a)
{
    return rondo_graph_unary(RONDO_GRAPH_SIGMOID, a, 0, 0);
}

static inline rondo_value rondo_value_tanh(rondo_value a)
{
    return rondo_graph_unary(RONDO_GRAPH_TANH, a, 0, 0);
}

static inline rondo_value rondo_value_softplus(rondo_value a)
{
    return rondo_graph_unary(RONDO_GRAPH_SOFTPLUS, a, 0, 0);
}

/* Moved into [low, high]; outside the slope is 0. */
static inline rondo_value rondo_value_clip(rondo_value a, double low, double high)
{
    return rondo_graph_unary(RONDO_GRAPH_CLIP, a, low, high);
}

static inline rondo_value rondo_value_relu(rondo_value a)
{
    return rondo_value_clip(a, 0, HUGE_VAL);
}

/* As Keras 2 and ONNX have it: 0.2 a + 0.5, moved into [0, 1]. */
static inline rondo_value rondo_value_hard_sigmoid(rondo_value a)
{
    return rondo_value_clip(rondo_value_shift(rondo_value_scale(a, 0.2), 0.5), 0, 1);
}

static inline rondo_value rondo_value_exp(rondo_value a)
{
    return rondo_graph_unary(RONDO_GRAPH_EXP, a, 0, 0);
}

static inline rondo_value rondo_value_log(rondo_value a)
{
    return rondo_graph_unary(RONDO_GRAPH_LOG, a, 0, 0);
}

static inline rondo_value rondo_value_sqrt(rondo_value a)
{
    return rondo_graph_unary(RONDO_GRAPH_SQRT, a, 0, 0);
}

static inline rondo_value rondo_value_square(rondo_value a)
{
    return rondo_graph_unary(RONDO_GRAPH_SQUARE, a, 0, 0);
}

static inline rondo_value rondo_value_absolute(rondo_value a)
{
    return rondo_graph_unary(RONDO_GRAPH_ABSOLUTE, a, 0, 0);
}

/* Over all units of the row, in double precision; every unit gets the sum or the mean. */
static inline rondo_value rondo_value_row_sum(rondo_value a)
{
    return rondo_graph_sum(RONDO_GRAPH_ROW_SUM, a);
}

static inline rondo_value rondo_value_row_mean(rondo_value a)
{
    return rondo_graph_sum(RONDO_GRAPH_ROW_MEAN, a);
}

/* Layer normalisation without gain and bias (Ba, Kiros & Hinton 2016, equation 4): two sums. */
static inline rondo_value rondo_value_row_normalize(rondo_value a, double epsilon)
{
    rondo_value centered = rondo_value_subtract(a, rondo_value_row_mean(a));
    rondo_value variance = rondo_value_row_mean(rondo_value_square(centered));
    return rondo_value_divide(centered, rondo_value_sqrt(rondo_value_shift(variance, epsilon)));
}

#ifdef __cplusplus
}
#endif

#endif
