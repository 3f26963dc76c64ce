/* `rondo bench --step`: single steps of one sequence. Private to command/bench*.c. */
#ifndef RONDO_COMMAND_BENCH_STEPS_H
#define RONDO_COMMAND_BENCH_STEPS_H

#include "bench/benchmark_steps.h"

/* Prints what was measured, as a table or as JSON; `name`: of the config or the run. */
rondo_status rondo_bench_steps_run(const char *name, const rondo_session *session,
                                   const rondo_step_plan *plan, bool json, rondo_error *error);

#endif
