/* Fixed sizes to time, without a config file or data: what `rondo bench --grid` runs.
 *
 *   x [T, B, hidden] given  ->  layers  ->  linear readout to 32 values  ->  mean squared error
 *
 * Everything is random but fixed; the gradient of x is not needed; the optimizer is Adam. The same
 * model is timed in PyTorch by tools/compare_pytorch.py.
 */
#ifndef RONDO_BENCH_BENCHMARK_CASE_H
#define RONDO_BENCH_BENCHMARK_CASE_H

#include <stdbool.h>

#include "data/batches/batch.h"
#include "plugin/registry.h"
#include "session/session.h"

enum { RONDO_CASE_OUTPUTS = 32, RONDO_CASE_NAME = 96 };

typedef struct rondo_case_size {
    const char *cell; /* a name of rondo_case_cells, or any cell plugin, with its defaults */
    int64_t hidden;   /* also the width of the input */
    int64_t batch, length, layers;
    bool bidirectional;
    const char *precision; /* train.precision; NULL: float32 */
    bool ragged;           /* lengths spread evenly over 1 .. length; else all are `length` */
} rondo_case_size;

/* The grid's cells, NULL at the end. "gru" is the form of cuDNN and PyTorch, reset after the
 * product. */
extern const char *const rondo_case_cells[];

/* RONDO_USAGE where there is no such cell. [main] */
rondo_status rondo_case_check_cell(const char *cell, rondo_registry *registry, rondo_error *error);

/* "lstm-h512-b64-t100-l2-bi-ragged" */
void rondo_case_name(const rondo_case_size *size, char name[RONDO_CASE_NAME]);

/* Length of row b, falling: the quantile (batch - b - 1/2) / batch of the uniform distribution on
 * 1 .. length, so that every program that is compared has the same lengths. */
int64_t rondo_case_row_length(const rondo_case_size *size, int64_t b);

typedef struct rondo_case {
    rondo_session session; /* without a data set */
    rondo_batch batch;
    int64_t *active, *offset, *sequence;
    rondo_real *inputs, *targets;
} rondo_case;

/* Destroy with finish. [main] */
rondo_status rondo_case_start(const rondo_case_size *size, int threads, rondo_registry *registry,
                              rondo_case *out, rondo_error *error);
void rondo_case_finish(rondo_case *made);

#endif
