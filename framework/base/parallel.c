#include "base/parallel.h"

#include <omp.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

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
    if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT")) return;
    if (setenv("GOMP_SPINCOUNT", "1000", 1) == 0) execv("/proc/self/exe", argv);
}

int rondo_parallel_processors(void)
{
    return omp_get_num_procs();
}

void rondo_parallel_for(int threads, int64_t tasks, rondo_task task, void *context)
{
    if (threads > tasks) threads = (int)tasks;
    if (threads <= 1) {
        unsigned mode = flush_denormals();
        for (int64_t i = 0; i < tasks; i++)
            task(context, i, 0);
        restore_denormals(mode);
        return;
    }
#pragma omp parallel num_threads(threads)
    {
        unsigned mode = flush_denormals();
#pragma omp for schedule(dynamic, 1)
        for (int64_t i = 0; i < tasks; i++)
            task(context, i, omp_get_thread_num());
        restore_denormals(mode);
    }
}

static void mixed_task(void *context, int64_t task, int thread)
{
    const rondo_work *work = context;
    while (task >= work->count)
        task -= work++->count;
    work->task(work->context, task, thread);
}

void rondo_parallel_all(int threads, const rondo_work *work, int64_t kinds)
{
    int64_t tasks = 0;
    for (int64_t i = 0; i < kinds; i++)
        tasks += work[i].count;
    rondo_parallel_for(threads, tasks, mixed_task, (void *)work);
}

void rondo_parallel_run(int threads, rondo_worker worker, void *context)
{
    if (threads <= 1) {
        unsigned mode = flush_denormals();
        worker(context, 0, 1);
        restore_denormals(mode);
        return;
    }
#pragma omp parallel num_threads(threads)
    {
        unsigned mode = flush_denormals();
        worker(context, omp_get_thread_num(), omp_get_num_threads());
        restore_denormals(mode);
    }
}

/* Looks at the round before the processor is given away: a few microseconds. */
enum { SPINS = 4000 };

static void wait_for_round(const rondo_barrier *barrier, int round)
{
    for (int spin = 0; atomic_load_explicit(&barrier->round, memory_order_acquire) == round;
         spin++) {
        if (spin >= SPINS) {
            sched_yield();
            continue;
        }
#if defined(__SSE2__)
        _mm_pause();
#endif
    }
}

void rondo_barrier_wait(rondo_barrier *barrier, int members)
{
    if (members <= 1) return;
    int round = atomic_load_explicit(&barrier->round, memory_order_acquire);
    if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) + 1 < members) {
        wait_for_round(barrier, round);
        return;
    }
    atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&barrier->round, round + 1, memory_order_release);
}
