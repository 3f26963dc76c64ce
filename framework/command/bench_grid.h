/* `rondo bench --grid`: every combination of some cells and sizes. Private to command/bench*.c. */
#ifndef RONDO_COMMAND_BENCH_GRID_H
#define RONDO_COMMAND_BENCH_GRID_H

#include "base/error.h"
#include "bench/benchmark.h"
#include "plugin/registry.h"

/* Lists as typed ("64,128"); NULL: the fixed grid's. */
typedef struct rondo_bench_grid {
    const char *cells, *hidden, *batch, *length, *layers, *directions, *shape;
    const char *precision; /* NULL: float32 */
    const char *against;   /* a cell that each case is timed in turns with; NULL: none */
    bool quick;            /* the fixed grid is smaller, and less time is spent on a case */
    bool json;
    int threads;
} rondo_bench_grid;

rondo_status rondo_bench_grid_run(const rondo_bench_grid *grid, const rondo_benchmark_plan *plan,
                                  rondo_registry *registry, rondo_error *error);

#endif
