/* Pairs: a round on all threads, and the same steps on one right after it.
 *
 * A pair says how many times as fast the threads are only while the processors stay where they
 * were, and each is all the time as fast as any other, and as the first one alone, which it is not
 * where two of them are one core. Others are only counted.
 */
#ifndef RONDO_BENCH_BENCHMARK_PAIRS_H
#define RONDO_BENCH_BENCHMARK_PAIRS_H

#include <stdbool.h>

#include "base/product_peak.h"
#include "bench/time_samples.h"

/* From which ratio on two processors count as equally fast. */
extern const double rondo_benchmark_equal_cores;

/* Of the machine, at one moment. */
typedef struct rondo_machine_sample {
    bool no_shared_cache; /* threads have no common cache */
    rondo_product_sample peak;
} rondo_machine_sample;

/* Zeroed: none. */
typedef struct rondo_pairs {
    rondo_samples speedups, speedups_no_shared_cache; /* with and without a common cache */
    int64_t unequal_cores;                            /* which count for neither */
} rondo_pairs;

/* rate, rate_alone: tokens per second on all threads and on one; seen: before, between and after the
 * two; peak_alone: of one thread, right after. */
rondo_status rondo_pairs_add(rondo_pairs *pairs, double rate, double rate_alone,
                             const rondo_machine_sample seen[3], double peak_alone,
                             rondo_error *error);

/* Those that count. */
int64_t rondo_pairs_count(const rondo_pairs *pairs);

void rondo_pairs_finish(rondo_pairs *pairs);

#endif
