#include "base/parallel.h"

#include <omp.h>

#if defined(__SSE2__)
#include <pmmintrin.h>
#include <xmmintrin.h>

static unsigned flush_denormals(void)
{
    unsigned before = _mm_getcsr();
    _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
    _MM_SET_DENORMALS_ZERO_MODE(_MM_DENORMALS_ZERO_ON);
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

int rondo_parallel_processors(void)
{
    return omp_get_num_procs();
}

void rondo_parallel_for(int threads, int64_t tasks, rondo_task task, void *context)
{
    if (threads > tasks) threads = (int)tasks;
    if (threads <= 1) {
        unsigned mode = flush_denormals();
        for (int64_t i = 0; i < tasks; i++) task(context, i, 0);
        restore_denormals(mode);
        return;
    }
#pragma omp parallel num_threads(threads)
    {
        unsigned mode = flush_denormals();
#pragma omp for schedule(dynamic, 1)
        for (int64_t i = 0; i < tasks; i++) task(context, i, omp_get_thread_num());
        restore_denormals(mode);
    }
}
