/* How the equations of rondo/autodiff.h are evaluated and differentiated.
 *
 * A row is worked on in chunks of units, one operation after another. A sum over the row needs all of its chunks: sums
 * that depend on no other sum are collected in pass 0, those that need them in pass 1, and so on; the last pass makes
 * the results. Backward goes the other way: sums of gradients of the deepest sums come first. Where there are
 * several passes, values and gradients of the whole row are kept from one to the next, so that each is computed
 * once; of a row that is too long for that, each pass computes again what it needs. Sums have the order of
 * rondo/pointwise.h's lanes, so that results do not depend on the vector's width, and the row scalars keep them
 * between forward and backward.
 */
#ifndef RONDO_AUTODIFF_RUN_H
#define RONDO_AUTODIFF_RUN_H

#include "rondo/autodiff_operations.h"
#include "rondo/row_norm.h"

/* Chunks of values that are kept of a row. */
enum { RONDO_GRAPH_ROOM = (1 << 18) / (int)(RONDO_GRAPH_CHUNK * sizeof(rondo_real)) };

/* A graph, and what follows from it. */
typedef struct rondo_graph_run {
    rondo_graph graph;
    int32_t first_scalar;                   /* row scalar of the stage's first sum */
    int32_t passes;                         /* before the last */
    bool keeps_row;                         /* values of all chunks, from pass to pass */
    int32_t sums[RONDO_MAX_ROW_SCALARS];    /* their nodes */
    int32_t depth[RONDO_GRAPH_NODES];       /* passes that must be over before its value is known */
    uint32_t wanted[RONDO_GRAPH_NODES];     /* bit p: its value is computed in pass p */
    int32_t order[RONDO_GRAPH_NODES];       /* nodes with wanted values, by depth */
    int32_t end[RONDO_MAX_ROW_SCALARS + 2]; /* [d + 1]: behind the last one of depth d in `order` */
    bool is_left[RONDO_GRAPH_NODES]; /* in the gate block that it is a function of, by forward */
    double lanes[RONDO_MAX_ROW_SCALARS][RONDO_LANES]; /* what this pass has collected */
    rondo_real totals[RONDO_MAX_ROW_SCALARS];         /* gradients that reach each sum */
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
        if (rondo_graph_is_sum(node)) run->sums[node->index] = n;
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

/* Kept, a value is computed as soon as it can be. */
static inline void rondo_graph_choose_kept(rondo_graph_run *run, int64_t units)
{
    int64_t chunks = (units + RONDO_GRAPH_CHUNK - 1) / RONDO_GRAPH_CHUNK;
    run->keeps_row = run->passes > 0 && chunks * run->graph.count <= RONDO_GRAPH_ROOM;
    if (!run->keeps_row) return;
    for (int32_t n = 0; n < run->graph.count; n++)
        if (run->wanted[n]) run->wanted[n] = 1u << run->depth[n];
}

static inline void rondo_graph_sort(rondo_graph_run *run)
{
    int32_t count = run->end[0] = 0;
    for (int32_t depth = 0; depth <= run->passes; depth++) {
        for (int32_t n = 0; n < run->graph.count; n++)
            if (run->wanted[n] && run->depth[n] == depth) run->order[count++] = n;
        run->end[depth + 1] = count;
    }
}

static inline void rondo_graph_prepare(rondo_graph_run *run, rondo_equations equations,
                                       const void *config, const rondo_cell_tile *tile)
{
    run->first_scalar = 0;
    for (int64_t s = 0; s < tile->stage; s++) {
        rondo_graph_start(&run->graph, s);
        equations(config, &run->graph);
        run->first_scalar += run->graph.sum_count;
    }
    rondo_graph_start(&run->graph, tile->stage);
    equations(config, &run->graph);
    rondo_graph_find_depths(run);
    rondo_graph_find_wanted(run);
    rondo_graph_find_left(run);
    rondo_graph_choose_kept(run, tile->units);
    rondo_graph_sort(run);
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

/* `sides`: 1, or 2 where there are gradients, too. */
RONDO_INLINE void rondo_graph_move_to(const rondo_graph_run *run, rondo_graph_chunk *chunk,
                                      const rondo_cell_tile *tile, int64_t row, int64_t start,
                                      rondo_real (*room)[RONDO_GRAPH_CHUNK], int64_t sides)
{
    int64_t left = tile->units - start, count = run->graph.count;
    chunk->row = row;
    chunk->start = start;
    chunk->units = left < RONDO_GRAPH_CHUNK ? left : (int64_t)RONDO_GRAPH_CHUNK;
    chunk->blocks = (chunk->units + RONDO_LANES - 1) / RONDO_LANES;
    chunk->values = room + (run->keeps_row ? start / RONDO_GRAPH_CHUNK * count * sides : 0);
    chunk->gradients = chunk->values + count;
}

/* --- sums over a row --- */

/* Sums of values of this depth, or of the gradients that reach them, are now complete. */
RONDO_INLINE void rondo_graph_end_sums(rondo_graph_run *run, const rondo_cell_tile *tile,
                                       int64_t row, int32_t depth, bool is_back)
{
    for (int32_t k = 0; k < run->graph.sum_count; k++) {
        bool is_mean = run->graph.nodes[run->sums[k]].operation == RONDO_GRAPH_ROW_MEAN;
        double total = rondo_lanes_total(run->lanes[k]);
        rondo_real number = (rondo_real)(is_mean ? total / (double)tile->units : total);
        if (run->depth[run->sums[k]] != depth) continue;
        if (is_back)
            run->totals[k] = number;
        else
            rondo_tile_row_scalars(tile, row)[run->first_scalar + k] = number;
    }
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

/* Values of nodes first .. end - 1 of the order, as far as one of the passes computes them. Backward finds activated
 * gates in their blocks. */
RONDO_INLINE void rondo_graph_evaluate(const rondo_graph_run *run, const rondo_cell_tile *tile,
                                       rondo_graph_chunk *chunk, int32_t first, int32_t end,
                                       uint32_t passes, bool is_back)
{
    for (int32_t i = first; i < end; i++) {
        int32_t n = run->order[i];
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

RONDO_INLINE void rondo_graph_forward(rondo_graph_run *run, const rondo_cell_tile *tile,
                                      rondo_graph_chunk *chunk, int32_t pass)
{
    rondo_graph_evaluate(run, tile, chunk, run->keeps_row ? run->end[pass] : 0, run->end[pass + 1],
                         1u << pass, false);
    if (pass == run->passes) rondo_graph_store(run, tile, chunk);
    for (int32_t k = 0; k < run->graph.sum_count; k++) {
        int32_t n = run->sums[k];
        if (run->wanted[n] && run->depth[n] == pass + 1)
            rondo_graph_collect(run->lanes[k], chunk->values[run->graph.nodes[n].a], chunk->units);
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

/* The gradient of a sum is that of each term. */
RONDO_INLINE void rondo_graph_spread(const rondo_graph_run *run, const rondo_graph_node *node,
                                     rondo_graph_chunk *chunk)
{
    rondo_real total = run->totals[node->index];
    rondo_real *d_a = chunk->gradients[node->a];
    int64_t width = chunk->blocks * RONDO_LANES;
    RONDO_INDEPENDENT
    for (int64_t u = 0; u < width; u++)
        d_a[u] += total;
}

/* Gradients from the last operation to the first of this depth; where nothing is kept, from the last of all. Those of
 * sums of this depth are collected; of deeper ones they are known. */
RONDO_INLINE void rondo_graph_reverse(rondo_graph_run *run, rondo_graph_chunk *chunk, int32_t depth)
{
    int32_t last = run->end[run->keeps_row ? depth + 1 : run->passes + 1] - 1;
    for (int32_t k = 0; run->keeps_row && k < run->graph.sum_count; k++)
        if (run->depth[run->sums[k]] == depth + 1)
            rondo_graph_spread(run, &run->graph.nodes[run->sums[k]], chunk);
    for (int32_t i = last; i >= run->end[depth]; i--) {
        int32_t n = run->order[i];
        const rondo_graph_node *node = &run->graph.nodes[n];
        const rondo_real *gradient = chunk->gradients[n];
        if (node->operation <= RONDO_GRAPH_INPUT) continue;
        if (!rondo_graph_is_sum(node))
            rondo_graph_compute_back(node, chunk->values[n], gradient, chunk);
        else if (run->depth[n] == depth)
            rondo_graph_collect(run->lanes[node->index], gradient, chunk->units);
        else
            rondo_graph_spread(run, node, chunk);
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

RONDO_INLINE void rondo_graph_backward(rondo_graph_run *run, const rondo_cell_tile *tile,
                                       rondo_graph_chunk *chunk, int32_t depth)
{
    if (depth == run->passes || !run->keeps_row) {
        rondo_graph_evaluate(run, tile, chunk, 0, run->end[run->passes + 1], UINT32_MAX, true);
        rondo_graph_seed(run, tile, chunk);
    }
    rondo_graph_reverse(run, chunk, depth);
    if (depth == 0) rondo_graph_leave(run, tile, chunk);
}

/* --- a tile --- */

RONDO_INLINE void rondo_graph_walk(rondo_equations equations, const void *config,
                                   const rondo_cell_tile *tile,
                                   rondo_real (*room)[RONDO_GRAPH_CHUNK], bool is_back)
{
    rondo_graph_run run;
    rondo_graph_chunk chunk;
    rondo_graph_prepare(&run, equations, config, tile);
    for (int64_t row = 0; row < tile->rows; row++) {
        for (int32_t pass = 0; pass <= run.passes; pass++) {
            int32_t depth = is_back ? run.passes - pass : pass;
            memset(run.lanes, 0, (size_t)run.graph.sum_count * sizeof run.lanes[0]);
            for (int64_t start = 0; start < tile->units; start += RONDO_GRAPH_CHUNK) {
                rondo_graph_move_to(&run, &chunk, tile, row, start, room, is_back ? 2 : 1);
                if (is_back)
                    rondo_graph_backward(&run, tile, &chunk, depth);
                else
                    rondo_graph_forward(&run, tile, &chunk, depth);
            }
            rondo_graph_end_sums(&run, tile, row, is_back ? depth : depth + 1, is_back);
        }
    }
}

/* forward of a cell with these equations: of all stages. [worker] */
RONDO_INLINE void rondo_autodiff_forward(rondo_equations equations, const void *config,
                                         const rondo_cell_tile *tile)
{
    rondo_real room[RONDO_GRAPH_ROOM][RONDO_GRAPH_CHUNK] __attribute__((aligned(64)));
    rondo_graph_walk(equations, config, tile, room, false);
}

/* backward of such a cell: of all stages. [worker] */
RONDO_INLINE void rondo_autodiff_backward(rondo_equations equations, const void *config,
                                          const rondo_cell_tile *tile)
{
    rondo_real room[2 * RONDO_GRAPH_ROOM][RONDO_GRAPH_CHUNK] __attribute__((aligned(64)));
    rondo_graph_walk(equations, config, tile, room, true);
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
