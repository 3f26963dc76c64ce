#include "base/parallel.h"

#include <math.h>
#include <omp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"

#if defined(__SSE2__)
#include <xmmintrin.h>

/* Bits of the MXCSR register: results that are denormal become zero; so do operands. */
enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 };

static unsigned flush_denormals(void)
{
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
    return before;
}

static void restore_denormals(unsigned before)
{
    _mm_setcsr(before);
}
#else
static unsigned flush_denormals(void)
{
    return 0;
}

static void restore_denormals(unsigned before)
{
    (void)before;
}
#endif

void rondo_parallel_restart(char **argv)
{
    static const char *const chosen[] = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OMP_PROC_BIND",
                                         "OMP_PLACES", "GOMP_CPU_AFFINITY"};
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (getenv(chosen[i])) return;
    if (setenv("GOMP_SPINCOUNT", "1000", 1) == 0) execv("/proc/self/exe", argv);
}

int rondo_parallel_processors(void)
{
    return omp_get_num_procs();
}

enum { MOST_SHARES = 64 };

typedef struct share {
    _Alignas(RONDO_ALIGNMENT) atomic_llong next; /* a cache line of its own */
} share;

typedef struct task_pool {
    const rondo_work *work;
    int64_t kinds;
    int shares;
    share share[MOST_SHARES];
} task_pool;

/* Task `number` of a share, which has its part of every kind, one after the other; false when there
 * are not so many. */
static bool run_of_share(const task_pool *p, int64_t which, int64_t number, int thread)
{
    for (int64_t kind = 0; kind < p->kinds; kind++) {
        const rondo_work *work = &p->work[kind];
        int64_t first = work->count * which / p->shares;
        int64_t count = work->count * (which + 1) / p->shares - first;
        if (number < count) {
            work->task(work->context, first + number, thread);
            return true;
        }
        number -= count;
    }
    return false;
}

static void run_shares(task_pool *p, int thread)
{
    for (int i = 0; i < p->shares; i++) {
        int which = (thread + i) % p->shares;
        atomic_llong *next = &p->share[which].next;
        while (run_of_share(p, which, atomic_fetch_add_explicit(next, 1, memory_order_relaxed),
                            thread)) {
        }
    }
}

/* Looks so often before the processor is given away: some tens of microseconds. */
enum { SPINS = 1000 };

/* Returns when *seen is no longer `old`; what was written before it changed is then visible. */
static void wait_for_change(const atomic_int *seen, int old)
{
    for (int spin = 0; atomic_load_explicit(seen, memory_order_acquire) == old; spin++) {
        if (spin >= SPINS) {
            sched_yield();
            continue;
        }
#if defined(__SSE2__)
        _mm_pause();
#endif
    }
}

static void run_worker(rondo_worker worker, void *context, int thread, int count)
{
    unsigned mode = flush_denormals();
    worker(context, thread, count);
    restore_denormals(mode);
}

/* --- the parallel region: threads that wait without sleeping --- */

/* What the first thread gives all others to do: a number more in `round` says that there is a new
 * worker, or none, which is the end. */
typedef struct team {
    atomic_int round;
    int count; /* threads that take part */
    rondo_worker worker;
    void *context;
    _Alignas(RONDO_ALIGNMENT)
        atomic_int done; /* rounds of all other threads; a cache line of its own */
    int size;
} team;

/* Of the thread that gives the work. */
static _Thread_local team *current_team;

static void worker_loop(team *c, int thread)
{
    for (int round = 0;; round++) {
        wait_for_change(&c->round, round);
        if (!c->worker) return;
        if (thread < c->count) run_worker(c->worker, c->context, thread, c->count);
        atomic_fetch_add_explicit(&c->done, 1, memory_order_release);
    }
}

static void dispatch(team *c, int count, rondo_worker worker, void *context)
{
    c->count = count < c->size ? count : c->size;
    c->worker = worker;
    c->context = context;
    atomic_fetch_add_explicit(&c->round, 1, memory_order_release);
}

static void run_in_team(team *c, int threads, rondo_worker worker, void *context)
{
    dispatch(c, threads, worker, context);
    run_worker(worker, context, 0, c->count);
    int all = (c->size - 1) * atomic_load_explicit(&c->round, memory_order_relaxed), done;
    while ((done = atomic_load_explicit(&c->done, memory_order_acquire)) != all)
        wait_for_change(&c->done, done);
}

void rondo_parallel_region(int threads, void (*body)(void *context), void *context)
{
    team c = {0};
    if (threads <= 1 || current_team) {
        body(context);
        return;
    }
#pragma omp parallel num_threads(threads)
    {
        if (omp_get_thread_num() == 0) {
            c.size = omp_get_num_threads();
            current_team = &c;
            body(context);
            current_team = NULL;
            dispatch(&c, 0, NULL, NULL);
        } else {
            worker_loop(&c, omp_get_thread_num());
        }
    }
}

void rondo_parallel_run(int threads, rondo_worker worker, void *context)
{
    if (threads <= 1) {
        run_worker(worker, context, 0, 1);
        return;
    }
    if (current_team) {
        run_in_team(current_team, threads, worker, context);
        return;
    }
#pragma omp parallel num_threads(threads)
    run_worker(worker, context, omp_get_thread_num(), omp_get_num_threads());
}

static void share_worker(void *context, int thread, int count)
{
    (void)count;
    run_shares(context, thread);
}

void rondo_parallel_all(int threads, const rondo_work *work, int64_t kinds)
{
    task_pool p = {.work = work, .kinds = kinds, .shares = 1};
    int64_t tasks = 0;
    for (int64_t i = 0; i < kinds; i++)
        tasks += work[i].count;
    if (threads > tasks) threads = (int)tasks;
    if (threads > 1) p.shares = threads < MOST_SHARES ? threads : MOST_SHARES;
    rondo_parallel_run(threads, share_worker, &p);
}

void rondo_parallel_for(int threads, int64_t tasks, rondo_parallel_task task, void *context)
{
    rondo_work work = {task, context, tasks};
    rondo_parallel_all(threads, &work, 1);
}

void rondo_barrier_wait(rondo_barrier *barrier, int members)
{
    if (members <= 1) return;
    int round = atomic_load_explicit(&barrier->round, memory_order_acquire);
    if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) + 1 < members) {
        wait_for_change(&barrier->round, round);
        return;
    }
    atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&barrier->round, round + 1, memory_order_release);
}

/* --- latency from core to core --- */

enum { ROUND_TRIPS = 50, BURSTS = 3, PROBE_SPINS = 4000 };

typedef struct latency_probe {
    rondo_barrier barrier;
    _Alignas(RONDO_ALIGNMENT) atomic_int turn; /* a cache line of its own */
    _Alignas(RONDO_ALIGNMENT) double longest;
} latency_probe;

static void wait_for_turn(const latency_probe *e, int turn)
{
    for (int spin = 0; atomic_load_explicit(&e->turn, memory_order_acquire) != turn; spin++)
        if (spin >= PROBE_SPINS) sched_yield();
}

/* Each writes when it has seen the other's number. */
static void take_turns(latency_probe *e, int first)
{
    for (int turn = first; turn < 2 * ROUND_TRIPS; turn += 2) {
        wait_for_turn(e, turn);
        atomic_store_explicit(&e->turn, turn + 1, memory_order_release);
    }
}

/* Seconds between the first thread and another, measured by the first; the best burst counts,
 * because any may have been interrupted. */
static double latency_between(latency_probe *e, int other, int thread, int count)
{
    double best = HUGE_VAL;
    for (int burst = 0; burst < BURSTS; burst++) {
        if (thread == 0) atomic_store(&e->turn, 0);
        rondo_barrier_wait(&e->barrier, count);
        double started = rondo_clock_seconds();
        if (thread == 0) take_turns(e, 0);
        if (thread == other) take_turns(e, 1);
        if (thread == 0) wait_for_turn(e, 2 * ROUND_TRIPS);
        best = fmin(best, (rondo_clock_seconds() - started) / (2 * ROUND_TRIPS));
        rondo_barrier_wait(&e->barrier, count);
    }
    return best;
}

static void latency_worker(void *context, int thread, int count)
{
    latency_probe *e = context;
    for (int other = 1; other < count; other++) {
        double seconds = latency_between(e, other, thread, count);
        if (thread == 0) e->longest = fmax(e->longest, seconds);
    }
}

double rondo_parallel_core_to_core_latency(int threads)
{
    latency_probe e = {0};
    if (threads > 1 && threads <= rondo_parallel_processors())
        rondo_parallel_run(threads, latency_worker, &e);
    return e.longest;
}
