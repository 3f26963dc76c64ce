/* What `rondo bench` measured, as tables and as JSON. Private to command/bench*.c. */
#ifndef RONDO_COMMAND_BENCH_REPORT_H
#define RONDO_COMMAND_BENCH_REPORT_H

#include "train/benchmark.h"

/* One line of a table, one entry of "cases". */
typedef struct rondo_bench_case {
    const char *name, *cell;
    int64_t hidden, batch, length, layers;
    bool bidirectional, ragged;
    int threads;
    rondo_benchmark_result result;
} rondo_bench_case;

/* Tables, on stdout. */
void rondo_bench_print_title(void);
void rondo_bench_print_line(const rondo_bench_case *c);
void rondo_bench_print_phases(const rondo_bench_case *c);

/* Sentences about the machine where other programs kept it busy, or where its processors share no
 * cache, of the worst case. */
void rondo_bench_print_disturbance(double disturbance, double exchange_seconds);

/* JSON, appended to a text. A document is begin, cases with a comma between, end. */
void rondo_bench_json_begin(rondo_text *json);
void rondo_bench_json_case(rondo_text *json, const rondo_bench_case *c, bool phases);
void rondo_bench_json_end(rondo_text *json);

#endif
