/* How long a single step takes: one sequence, one step at a time, its states carried on, as sampling
 * and streams do it. Every step is timed by itself. */
#ifndef RONDO_BENCH_BENCHMARK_STEPS_H
#define RONDO_BENCH_BENCHMARK_STEPS_H

#include <signal.h>

#include "session/session.h"

typedef struct rondo_step_plan {
    int64_t steps;                     /* timed; 0: as many as take `seconds` */
    double seconds;                    /* for steps == 0 */
    const volatile sig_atomic_t *stop; /* non-zero: no more steps; set by a signal handler */
} rondo_step_plan;

typedef struct rondo_step_result {
    int64_t steps;
    double median, percentile_99; /* seconds */
    double steps_per_second;      /* of all together */
    double weight_bytes;          /* that the products of a step read, each weight once */
} rondo_step_result;

/* Of a session with parameters, on its threads. RONDO_USAGE for networks that have no single steps:
 * with directions from the end, pooling, or an encoder. RONDO_STOPPED at a stop. [main] */
rondo_status rondo_benchmark_steps(const rondo_session *session, const rondo_step_plan *plan,
                                   rondo_step_result *result, rondo_error *error);

#endif
