/* How fast training steps are, and where their time goes.
 *
 * A step is what the trainer does for one update: minibatch, pass, update, packing. Steps are timed
 * in rounds of some tens of milliseconds; before and after each round the machine's peak is
 * measured (base/product_peak.h), so that both see the same neighbours and the same clock rate. All
 * figures are medians: of steps, or of rounds where they are shares of a peak. Phases are measured
 * in steps of their own, because their clocks cost time.
 */
#ifndef RONDO_BENCH_BENCHMARK_H
#define RONDO_BENCH_BENCHMARK_H

#include <signal.h>
#include <stdbool.h>

#include "model/pass.h"
#include "model/profile.h"
#include "session/session.h"
#include "train/update.h"

/* What is trained. Minibatches are gathered one after another, as in training; or, where `batches`
 * is NULL, every step trains `batch`. */
typedef struct rondo_benchmark_work {
    rondo_session *session;
    rondo_batches *batches;
    const rondo_batch *batch;
} rondo_benchmark_work;

typedef struct rondo_benchmark_plan {
    int64_t steps;       /* timed; 0: as many as take `seconds`, but at least a few */
    double seconds;      /* for steps == 0 */
    bool phases;         /* measure phases too */
    bool checkpoint;     /* and the writing of a checkpoint; needs the session's data set */
    bool choose_threads; /* the session's or fewer, as many as are fastest */
    bool speedup;        /* every round times one thread too */
    const volatile sig_atomic_t *stop; /* non-zero: no more steps; set by a signal handler */
} rondo_benchmark_plan;

typedef struct rondo_benchmark_result {
    int64_t steps; /* timed */
    int threads;   /* that trained */
    double seconds_per_step;
    double tokens_per_step;   /* mean of the timed ones */
    double tokens_per_second; /* real tokens: no padding */
    double flops;             /* a second; of products alone, for real tokens */
    double peak_flops;        /* a second, on the session's threads */
    double share_of_peak;
    double background_load; /* share of the machine's processors that other programs used meanwhile;
                           a busy machine makes long steps look longer than short ones */
    double
        core_to_core_latency; /* until a thread sees what another has written (base/parallel.h) */
    double core_speed_ratio;  /* of processors: the slowest in times of the fastest, mean of all
                                 rounds */
    /* with plan.speedup: tokens per second in times of one thread's, medians of pairs of a round
     * each, those with and without a common cache each for themselves; 0 without pairs. Pairs while
     * the processors changed, or were not equally fast, are only counted. */
    double speedup, speedup_no_shared_cache;
    int64_t speedup_pairs, no_shared_cache_pairs, unequal_cores_pairs;
    /* with plan.phases; seconds are of a step and of the average thread, so that they and `waiting`
     * add up to profiled_seconds */
    double phase_seconds[RONDO_PHASES];
    double phase_flops[RONDO_PHASES]; /* a second; 0 where a phase has no products */
    double waiting;                   /* threads without work, and work of one thread only */
    double profiled_seconds;
    int recurrence_threads; /* threads that took part in the recurrence */
    /* with plan.checkpoint */
    double checkpoint_seconds;
} rondo_benchmark_result;

/* Seconds; where the latency between cores is longer, the threads have no common cache. */
extern const double rondo_benchmark_latency_within_cache;

/* The session's parameters are trained on the way. A loss that is not finite fails; at a stop it
 * returns RONDO_STOPPED, without a result. [main] */
rondo_status rondo_benchmark_run(const rondo_benchmark_work *work, const rondo_benchmark_plan *plan,
                                 rondo_benchmark_result *result, rondo_error *error);

/* Floating-point operations of the products of each phase, for one token of a training step; their
 * sum is rondo_network_training_flops. */
void rondo_benchmark_phase_flops(const rondo_network *network, double flops[RONDO_PHASES]);

/* Median seconds of writing a checkpoint of this state, on the file system of the run's output
 * folder; nothing is left there. Private to train/benchmark*.c. */
rondo_status rondo_benchmark_checkpoint(const rondo_session *session, const rondo_updater *updater,
                                        const rondo_pass *pass, double *seconds,
                                        rondo_error *error);

#endif
