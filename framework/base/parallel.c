#include "base/parallel.h"

#include <omp.h>

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
