/* What `rondo bench` measured, as tables and as JSON. Private to command/bench*.c. */
#ifndef RONDO_COMMAND_BENCH_REPORT_H
#define RONDO_COMMAND_BENCH_REPORT_H

#include "base/json.h"
#include "bench/benchmark.h"

/* The same sizes with another cell, in turns: what it takes for a step, and how many times as fast the
 * case is, median and range of the turns. */
typedef struct rondo_bench_rival {
    const char *cell; /* NULL: none */
    double seconds_per_step;
    double ratio, lowest, highest;
} rondo_bench_rival;

/* One line of a table, one entry of "cases". */
typedef struct rondo_bench_case {
    const char *name, *cell;
    int64_t hidden, batch, length, layers;
    bool bidirectional, ragged;
    int threads;
    rondo_benchmark_result result;
    rondo_bench_rival rival;
} rondo_bench_case;

/* Tables, on stdout. */
void rondo_bench_print_title(void);
void rondo_bench_print_line(const rondo_bench_case *c);
void rondo_bench_print_phases(const rondo_bench_case *c);

/* Of some cases, the worst: other programs, processors without a common cache, processors that are
 * not equally fast. */
typedef struct rondo_bench_trouble {
    double background_load, core_to_core_latency, core_speed_loss;
} rondo_bench_trouble;

void rondo_bench_trouble_add(rondo_bench_trouble *trouble, const rondo_benchmark_result *result);

/* Sentences about the machine, if there was any. */
void rondo_bench_print_trouble(const rondo_bench_trouble *trouble);

/* JSON: an object whose last key so far is the list of cases; the caller ends the object. */
void rondo_bench_json_begin(rondo_json *json);
void rondo_bench_json_shape(rondo_json *json, const rondo_bench_case *c);
void rondo_bench_json_case(rondo_json *json, const rondo_bench_case *c, bool phases);
void rondo_bench_json_end(rondo_json *json);

#endif
