#define _GNU_SOURCE /* sched_getaffinity */
#include "base/parallel.h"

#include <math.h>
#include <sched.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/spin.h"
#include "base/thread_pool.h"

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

/* The set of processors must be as large as that of the system, which does not say how large. */
int rondo_parallel_processors(void)
{
    enum { USUAL = 1024, MOST = 1 << 16 };
    int count = 0;
    for (size_t most = USUAL; most <= MOST && count == 0; most *= 2) {
        cpu_set_t *set = CPU_ALLOC(most);
        if (set && sched_getaffinity(0, CPU_ALLOC_SIZE(most), set) == 0)
            count = CPU_COUNT_S(CPU_ALLOC_SIZE(most), set);
        CPU_FREE(set);
    }
    return count > 0 ? count : 1;
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

/* Returns when *seen is no longer `old`; what was written before it changed is then visible. */
static void wait_for_change(const atomic_int *seen, int old)
{
    for (int spin = 0; atomic_load_explicit(seen, memory_order_acquire) == old; spin++) {
        if (spin < RONDO_SPINS)
            rondo_spin_pause();
        else
            sched_yield();
    }
}

typedef struct flushed_work {
    rondo_worker worker;
    void *context;
} flushed_work;

static void run_flushed(void *context, int thread, int count)
{
    const flushed_work *work = context;
    unsigned mode = flush_denormals();
    work->worker(work->context, thread, count);
    restore_denormals(mode);
}

void rondo_parallel_region(int threads, void (*body)(void *context), void *context)
{
    bool holds = threads > 1 && rondo_thread_pool_hold(threads);
    body(context);
    if (holds) rondo_thread_pool_release();
}

void rondo_parallel_run(int threads, rondo_worker worker, void *context)
{
    rondo_thread_pool_run(threads, run_flushed, &(flushed_work){worker, context});
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
