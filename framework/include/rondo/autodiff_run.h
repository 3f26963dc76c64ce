/* How the equations of rondo/autodiff.h are evaluated and differentiated.
 *
 * A row is worked on in chunks of units that fit into the first-level cache, one operation after another. A sum
 * over the row needs all of its chunks: sums that depend on no other sum are collected in pass 0, those that need
 * them in pass 1, and so on; the last pass makes the results. Backward goes the other way: sums of gradients of the
 * deepest sums come first. Sums have the order of rondo/pointwise.h's lanes, so that results do not depend on the
 * vector's width, and the row scalars keep them between forward and backward.
 */
#ifndef RONDO_AUTODIFF_RUN_H
#define RONDO_AUTODIFF_RUN_H

#include "rondo/autodiff_operations.h"
#include "rondo/row_norm.h"

/* A graph, and what follows from it. */
typedef struct rondo_graph_run {
    rondo_graph graph;
    int32_t first_scalar;               /* row scalar of the stage's first sum */
    int32_t passes;                     /* before the last */
    int32_t depth[RONDO_GRAPH_NODES];   /* passes that must be over before its value is known */
    uint32_t wanted[RONDO_GRAPH_NODES]; /* bit p: its value is needed in pass p */
    bool is_left[RONDO_GRAPH_NODES];    /* in the gate block that it is a function of, by forward */
} rondo_graph_run;

/* --- what follows from a graph --- */

static inline bool rondo_graph_is_sum(const rondo_graph_node *node)
{
    return node->operation == RONDO_GRAPH_ROW_SUM || node->operation == RONDO_GRAPH_ROW_MEAN;
}

static inline int32_t rondo_graph_larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static inline void rondo_graph_find_depths(rondo_graph_run *run)
{
    run->passes = run->depth[0] = 0;
    for (int32_t n = 1; n < run->graph.count; n++) {
        const rondo_graph_node *node = &run->graph.nodes[n];
        int32_t deepest = rondo_graph_larger(run->depth[node->a], run->depth[node->b]);
        run->depth[n] = rondo_graph_larger(deepest, run->depth[node->c]) + rondo_graph_is_sum(node);
        run->passes = rondo_graph_larger(run->passes, run->depth[n]);
    }
}

static inline void rondo_graph_find_wanted(rondo_graph_run *run)
{
    uint32_t *wanted = run->wanted;
    memset(wanted, 0, (size_t)run->graph.count * sizeof *wanted);
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++)
        wanted[run->graph.states[i]] |= 1u << run->passes;
    for (int32_t i = 0; i < RONDO_MAX_INTERMEDIATES; i++)
        wanted[run->graph.intermediates[i]] |= 1u << run->passes;
    for (int32_t n = run->graph.count - 1; n > 0; n--) {
        const rondo_graph_node *node = &run->graph.nodes[n];
        if (rondo_graph_is_sum(node) && wanted[n]) {
            wanted[node->a] |= 1u << (run->depth[n] - 1);
        } else {
            wanted[node->a] |= wanted[n];
            wanted[node->b] |= wanted[n];
            wanted[node->c] |= wanted[n];
        }
    }
}

/* Functions whose slope follows from their value. */
static inline bool rondo_graph_may_be_left(const rondo_graph_node *node)
{
    return node->operation == RONDO_GRAPH_SIGMOID || node->operation == RONDO_GRAPH_TANH ||
           node->operation == RONDO_GRAPH_SOFTPLUS || node->operation == RONDO_GRAPH_EXP;
}

static inline void rondo_graph_find_left(rondo_graph_run *run)
{
    const rondo_graph *graph = &run->graph;
    int32_t readers[RONDO_GRAPH_NODES] = {0};
    for (int32_t n = 1; n < graph->count; n++) {
        readers[graph->nodes[n].a]++;
        readers[graph->nodes[n].b]++;
        readers[graph->nodes[n].c]++;
    }
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++)
        readers[graph->states[i]]++;
    for (int32_t i = 0; i < RONDO_MAX_INTERMEDIATES; i++)
        readers[graph->intermediates[i]]++;
    for (int32_t n = 0; n < graph->count; n++) {
        const rondo_graph_node *node = &graph->nodes[n];
        run->is_left[n] = rondo_graph_may_be_left(node) && (run->wanted[n] >> run->passes & 1) &&
                          graph->nodes[node->a].operation == RONDO_GRAPH_GATE &&
                          readers[node->a] == 1;
    }
}

static inline void rondo_graph_prepare(rondo_graph_run *run, rondo_equations equations,
                                       const void *config, int64_t stage)
{
    run->first_scalar = 0;
    for (int64_t s = 0; s < stage; s++) {
        rondo_graph_start(&run->graph, s);
        equations(config, &run->graph);
        run->first_scalar += run->graph.sum_count;
    }
    rondo_graph_start(&run->graph, stage);
    equations(config, &run->graph);
    rondo_graph_find_depths(run);
    rondo_graph_find_wanted(run);
    rondo_graph_find_left(run);
}

/* --- a chunk: what is read and written --- */

/* Where a value that is read, or written, lies in the tile; NULL: of an operation, or of one number. */
RONDO_INLINE const rondo_real *rondo_graph_source(const rondo_graph_node *node,
                                                  const rondo_cell_tile *tile, int64_t row)
{
    switch (node->operation) {
    case RONDO_GRAPH_GATE:
        return rondo_tile_gate(tile, row, node->index);
    case RONDO_GRAPH_SEPARATE:
        return rondo_tile_separate(tile, row, node->index);
    case RONDO_GRAPH_PREVIOUS:
        return rondo_tile_previous(tile, row, node->index);
    case RONDO_GRAPH_INTERMEDIATE:
        return rondo_tile_intermediate(tile, row, node->index);
    case RONDO_GRAPH_UNIT_PARAMETER:
        return tile->unit_parameters[node->index];
    case RONDO_GRAPH_INPUT:
        return rondo_tile_input(tile, row);
    default:
        return NULL;
    }
}

/* Where the gradient of such a value is left, or NULL. */
RONDO_INLINE rondo_real *rondo_graph_target(const rondo_graph_node *node,
                                            const rondo_cell_tile *tile, int64_t row)
{
    switch (node->operation) {
    case RONDO_GRAPH_GATE:
        return rondo_tile_gate(tile, row, node->index);
    case RONDO_GRAPH_SEPARATE:
        return rondo_tile_separate(tile, row, node->index);
    case RONDO_GRAPH_PREVIOUS:
        return rondo_tile_d_previous(tile, row, node->index);
    case RONDO_GRAPH_INTERMEDIATE:
        return rondo_tile_d_intermediate(tile, row, node->index);
    case RONDO_GRAPH_UNIT_PARAMETER:
    case RONDO_GRAPH_SHARED_PARAMETER:
        return rondo_tile_tape(tile, row, node->index);
    case RONDO_GRAPH_INPUT:
        return rondo_tile_d_input(tile, row);
    default:
        return NULL;
    }
}

/* Whether the gradient is added to what is there. */
RONDO_INLINE bool rondo_graph_target_adds(const rondo_graph_node *node)
{
    return node->operation == RONDO_GRAPH_PREVIOUS || node->operation == RONDO_GRAPH_INTERMEDIATE ||
           node->operation == RONDO_GRAPH_INPUT;
}

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

RONDO_INLINE void rondo_graph_move_to(rondo_graph_chunk *chunk, const rondo_cell_tile *tile,
                                      int64_t row, int64_t start)
{
    int64_t left = tile->units - start;
    chunk->row = row;
    chunk->start = start;
    chunk->units = left < RONDO_GRAPH_CHUNK ? left : (int64_t)RONDO_GRAPH_CHUNK;
    chunk->blocks = (chunk->units + RONDO_LANES - 1) / RONDO_LANES;
}

/* --- forward --- */

/* A sum's value, a number that all units share, or what a gate block holds already. */
RONDO_INLINE void rondo_graph_get(const rondo_graph_run *run, int32_t n,
                                  const rondo_cell_tile *tile, rondo_graph_chunk *chunk)
{
    const rondo_graph_node *node = &run->graph.nodes[n];
    const rondo_real *source = rondo_graph_source(node, tile, chunk->row);
    rondo_real *value = chunk->values[n], number = (rondo_real)node->low;
    if (source) {
        rondo_graph_load(value, source + chunk->start, chunk);
        return;
    }
    if (node->operation == RONDO_GRAPH_SHARED_PARAMETER)
        number = tile->unit_parameters[node->index][0];
    else if (rondo_graph_is_sum(node))
        number = rondo_tile_row_scalars(tile, chunk->row)[run->first_scalar + node->index];
    rondo_graph_fill(value, number, 0, chunk->blocks * RONDO_LANES);
}

/* The values that are wanted in one of the passes. Backward finds activated gates in their blocks. */
RONDO_INLINE void rondo_graph_evaluate(const rondo_graph_run *run, const rondo_cell_tile *tile,
                                       rondo_graph_chunk *chunk, uint32_t passes, bool is_back)
{
    int32_t count = run->graph.count;
    for (int32_t n = 0; n < count; n++) {
        const rondo_graph_node *node = &run->graph.nodes[n];
        if (!(run->wanted[n] & passes)) continue;
        if (is_back && run->is_left[n])
            rondo_graph_load(chunk->values[n],
                             rondo_tile_gate(tile, chunk->row, run->graph.nodes[node->a].index) +
                                 chunk->start,
                             chunk);
        else if (node->operation <= RONDO_GRAPH_INPUT || rondo_graph_is_sum(node))
            rondo_graph_get(run, n, tile, chunk);
        else
            rondo_graph_compute(node, chunk->values[n], chunk);
    }
}

RONDO_INLINE void rondo_graph_store(const rondo_graph_run *run, const rondo_cell_tile *tile,
                                    const rondo_graph_chunk *chunk)
{
    const rondo_graph *graph = &run->graph;
    int64_t row = chunk->row, start = chunk->start, units = chunk->units;
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++)
        if (graph->states[i])
            rondo_graph_copy(rondo_tile_state(tile, row, i) + start,
                             chunk->values[graph->states[i]], units);
    for (int32_t i = 0; i < RONDO_MAX_INTERMEDIATES; i++)
        if (graph->intermediates[i])
            rondo_graph_copy(rondo_tile_intermediate(tile, row, i) + start,
                             chunk->values[graph->intermediates[i]], units);
    for (int32_t n = 0; n < graph->count; n++)
        if (run->is_left[n])
            rondo_graph_copy(rondo_tile_gate(tile, row, graph->nodes[graph->nodes[n].a].index) +
                                 start,
                             chunk->values[n], units);
}

/* Adds the chunk's units to the lanes of sum k. */
RONDO_INLINE void rondo_graph_collect(rondo_graph_chunk *chunk, int32_t k, const rondo_real *value)
{
    double *lanes = chunk->lanes[k];
    int64_t units = chunk->units, whole = units - units % RONDO_LANES;
    for (int64_t u = 0; u < whole; u += RONDO_LANES)
        for (int l = 0; l < RONDO_LANES; l++)
            lanes[l] += (double)value[u + l];
    for (int64_t u = whole; u < units; u++)
        lanes[u - whole] += (double)value[u];
}

/* All lanes become the sum or mean. */
RONDO_INLINE rondo_real rondo_graph_total(const rondo_graph_chunk *chunk,
                                          const rondo_graph_node *node, int64_t units)
{
    double total = rondo_lanes_total(chunk->lanes[node->index]);
    return (rondo_real)(node->operation == RONDO_GRAPH_ROW_MEAN ? total / (double)units : total);
}

/* Adds a chunk to the sums that are known behind pass `pass`. */
RONDO_INLINE void rondo_graph_collect_sums(const rondo_graph_run *run, rondo_graph_chunk *chunk,
                                           int32_t pass)
{
    for (int32_t n = 0; n < run->graph.count; n++) {
        const rondo_graph_node *node = &run->graph.nodes[n];
        if (rondo_graph_is_sum(node) && run->depth[n] == pass + 1)
            rondo_graph_collect(chunk, node->index, chunk->values[node->a]);
    }
}

RONDO_INLINE void rondo_graph_keep_sums(const rondo_graph_run *run, const rondo_cell_tile *tile,
                                        const rondo_graph_chunk *chunk, int32_t pass)
{
    for (int32_t n = 0; n < run->graph.count; n++) {
        const rondo_graph_node *node = &run->graph.nodes[n];
        if (rondo_graph_is_sum(node) && run->depth[n] == pass + 1)
            rondo_tile_row_scalars(tile, chunk->row)[run->first_scalar + node->index] =
                rondo_graph_total(chunk, node, tile->units);
    }
}

/* forward of a cell with these equations: of all stages. [worker] */
RONDO_INLINE void rondo_autodiff_forward(rondo_equations equations, const void *config,
                                         const rondo_cell_tile *tile)
{
    rondo_graph_run run;
    rondo_graph_chunk chunk;
    rondo_graph_prepare(&run, equations, config, tile->stage);
    for (int64_t row = 0; row < tile->rows; row++) {
        for (int32_t pass = 0; pass <= run.passes; pass++) {
            if (pass < run.passes) memset(chunk.lanes, 0, sizeof chunk.lanes);
            for (int64_t start = 0; start < tile->units; start += RONDO_GRAPH_CHUNK) {
                rondo_graph_move_to(&chunk, tile, row, start);
                rondo_graph_evaluate(&run, tile, &chunk, 1u << pass, false);
                if (pass < run.passes)
                    rondo_graph_collect_sums(&run, &chunk, pass);
                else
                    rondo_graph_store(&run, tile, &chunk);
            }
            if (pass < run.passes) rondo_graph_keep_sums(&run, tile, &chunk, pass);
        }
    }
}

/* --- backward --- */

/* Gradients of what the stage wrote. */
RONDO_INLINE void rondo_graph_seed(const rondo_graph_run *run, const rondo_cell_tile *tile,
                                   rondo_graph_chunk *chunk)
{
    const rondo_graph *graph = &run->graph;
    int64_t row = chunk->row, start = chunk->start, units = chunk->units;
    for (int32_t n = 0; n < graph->count; n++)
        rondo_graph_fill(chunk->gradients[n], 0, 0, chunk->blocks * RONDO_LANES);
    for (int32_t i = 0; i < RONDO_MAX_STATES; i++)
        if (graph->states[i])
            rondo_graph_add_to(chunk->gradients[graph->states[i]],
                               rondo_tile_d_state(tile, row, i) + start, units);
    for (int32_t i = 0; i < RONDO_MAX_INTERMEDIATES; i++)
        if (graph->intermediates[i])
            rondo_graph_add_to(chunk->gradients[graph->intermediates[i]],
                               rondo_tile_d_intermediate(tile, row, i) + start, units);
}

/* Gradients from the last operation to the first. Those of sums of this depth are collected; of deeper ones
 * they are known. */
RONDO_INLINE void rondo_graph_reverse(const rondo_graph_run *run, rondo_graph_chunk *chunk,
                                      int32_t depth)
{
    for (int32_t n = run->graph.count - 1; n > 0; n--) {
        const rondo_graph_node *node = &run->graph.nodes[n];
        const rondo_real *gradient = chunk->gradients[n];
        if (node->operation <= RONDO_GRAPH_INPUT || !run->wanted[n]) continue;
        if (!rondo_graph_is_sum(node)) {
            rondo_graph_compute_back(node, chunk->values[n], gradient, chunk);
        } else if (run->depth[n] == depth) {
            rondo_graph_collect(chunk, node->index, gradient);
        } else if (run->depth[n] > depth) {
            rondo_real total = chunk->totals[node->index];
            rondo_real *d_a = chunk->gradients[node->a];
            int64_t width = chunk->blocks * RONDO_LANES;
            RONDO_INDEPENDENT
            for (int64_t u = 0; u < width; u++)
                d_a[u] += total;
        }
    }
}

RONDO_INLINE void rondo_graph_leave(const rondo_graph_run *run, const rondo_cell_tile *tile,
                                    const rondo_graph_chunk *chunk)
{
    for (int32_t n = 1; n < run->graph.count; n++) {
        const rondo_graph_node *node = &run->graph.nodes[n];
        rondo_real *target = rondo_graph_target(node, tile, chunk->row);
        if (!target) continue;
        if (rondo_graph_target_adds(node))
            rondo_graph_add_to(target + chunk->start, chunk->gradients[n], chunk->units);
        else
            rondo_graph_copy(target + chunk->start, chunk->gradients[n], chunk->units);
    }
}

/* backward of such a cell: of all stages. [worker] */
RONDO_INLINE void rondo_autodiff_backward(rondo_equations equations, const void *config,
                                          const rondo_cell_tile *tile)
{
    rondo_graph_run run;
    rondo_graph_chunk chunk;
    rondo_graph_prepare(&run, equations, config, tile->stage);
    for (int64_t row = 0; row < tile->rows; row++) {
        for (int32_t depth = run.passes; depth >= 0; depth--) {
            if (depth > 0) memset(chunk.lanes, 0, sizeof chunk.lanes);
            for (int64_t start = 0; start < tile->units; start += RONDO_GRAPH_CHUNK) {
                rondo_graph_move_to(&chunk, tile, row, start);
                rondo_graph_evaluate(&run, tile, &chunk, UINT32_MAX, true);
                rondo_graph_seed(&run, tile, &chunk);
                rondo_graph_reverse(&run, &chunk, depth);
                if (depth == 0) rondo_graph_leave(&run, tile, &chunk);
            }
            for (int32_t n = 1; n < run.graph.count; n++)
                if (rondo_graph_is_sum(&run.graph.nodes[n]) && run.depth[n] == depth)
                    chunk.totals[run.graph.nodes[n].index] =
                        rondo_graph_total(&chunk, &run.graph.nodes[n], tile->units);
        }
    }
}

/* unit_parameter_gradient of such a cell with this plan. [worker] */
RONDO_INLINE void
rondo_autodiff_unit_parameter_gradient(void (*plan)(const void *config, rondo_cell_plan *plan),
                                       const void *config, const rondo_cell_tile *tile,
                                       rondo_real *const *d_unit_parameters)
{
    rondo_cell_plan own;
    memset(&own, 0, sizeof own);
    plan(config, &own);
    for (int32_t i = 0; i < own.unit_parameter_count; i++) {
        double total = 0;
        bool is_shared = own.unit_parameters[i].flags & RONDO_PARAMETER_SHARED;
        if (own.unit_parameters[i].flags & RONDO_PARAMETER_FROZEN) continue;
        for (int64_t row = 0; row < tile->rows; row++) {
            const rondo_real *share = rondo_tile_tape(tile, row, i);
            if (is_shared)
                total += rondo_row_total(share, NULL, 1, 0, tile->units);
            else
                rondo_graph_add_to(d_unit_parameters[i], share, tile->units);
        }
        if (is_shared) d_unit_parameters[i][0] += (rondo_real)total;
    }
}

#endif
