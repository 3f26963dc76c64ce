/* Part of the wrapper of BLIS (base/product.c). */
#include "base/product_peak.h"

#include <blis.h>
#include <math.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/product_private.h"

enum { WIDTH = 768, ELEMENTS = WIDTH * WIDTH, MATRICES = 3 };

struct rondo_product_peak {
    int threads, calls;
    rondo_real *matrices; /* A, B and C of each thread */
    double *best;         /* FLOP/s of each thread's best call */
    rondo_barrier barrier;
};

/* For other engines than BLIS A and B are packed, from what C holds. */
static void pack(rondo_product_peak *peak)
{
    for (int i = 0; i < peak->threads && !rondo_product_is_by_blis(); i++) {
        rondo_real *a = peak->matrices + (size_t)i * MATRICES * ELEMENTS;
        rondo_real *b = a + ELEMENTS, *c = b + ELEMENTS;
        rondo_product_pack_depths(a, WIDTH, WIDTH, 0, WIDTH, c, WIDTH);
        rondo_product_pack(b, WIDTH, WIDTH, (rondo_matrix){c, WIDTH, 1}, 0,
                           rondo_product_panel_count(WIDTH));
    }
}

rondo_status rondo_product_peak_create(int threads, rondo_product_peak **out, rondo_error *error)
{
    int processors = rondo_parallel_processors();
    *out = NULL;
    rondo_product_peak *peak = rondo_memory_create(sizeof *peak, "peak", error);
    if (!peak) return error->status;
    peak->threads = threads < processors ? threads : processors;
    size_t count = (size_t)peak->threads * MATRICES * ELEMENTS;
    peak->matrices = rondo_memory_create(count * sizeof(rondo_real), "peak", error);
    peak->best = rondo_memory_create((size_t)peak->threads * sizeof(double), "peak", error);
    if (!peak->matrices || !peak->best) {
        rondo_product_peak_destroy(peak);
        return error->status;
    }
    for (size_t i = 0; i < count; i++)
        peak->matrices[i] = (rondo_real)((double)(i % 1013) / 1013 - 0.5);
    pack(peak);
    *out = peak;
    return RONDO_OK;
}

void rondo_product_peak_destroy(rondo_product_peak *peak)
{
    if (!peak) return;
    rondo_memory_destroy(peak->matrices);
    rondo_memory_destroy(peak->best);
    rondo_memory_destroy(peak);
}

/* On one thread, whatever BLIS_NUM_THREADS says. */
static void multiply(rondo_real *matrices)
{
    rondo_real one = 1, zero = 0;
    rondo_real *a = matrices, *b = a + ELEMENTS, *c = b + ELEMENTS;
    rntm_t runtime;
    if (!rondo_product_is_by_blis()) {
        rondo_product_multiply(WIDTH, WIDTH, WIDTH, a, b, 0, WIDTH, (rondo_addend){0}, c, WIDTH);
        return;
    }
    bli_rntm_init_from_global(&runtime);
    bli_rntm_set_num_threads(1, &runtime);
#ifdef RONDO_DOUBLE
    bli_dgemm_ex(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, WIDTH, WIDTH, WIDTH, &one, a, WIDTH, 1, b,
                 WIDTH, 1, &zero, c, WIDTH, 1, NULL, &runtime);
#else
    bli_sgemm_ex(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, WIDTH, WIDTH, WIDTH, &one, a, WIDTH, 1, b,
                 WIDTH, 1, &zero, c, WIDTH, 1, NULL, &runtime);
#endif
}

static void peak_worker(void *context, int thread, int count)
{
    rondo_product_peak *peak = context;
    rondo_real *matrices = peak->matrices + (size_t)thread * MATRICES * ELEMENTS;
    double shortest = 0;
    rondo_barrier_wait(&peak->barrier, count);
    for (int i = 0; i < peak->calls; i++) {
        double started = rondo_clock_seconds();
        multiply(matrices);
        double seconds = rondo_clock_seconds() - started;
        if (i == 0 || seconds < shortest) shortest = seconds;
    }
    peak->best[thread] = 2.0 * WIDTH * WIDTH * WIDTH / shortest;
}

rondo_product_sample rondo_product_peak_sample(rondo_product_peak *peak, int threads, int calls)
{
    double least = HUGE_VAL, most = 0;
    peak->calls = calls < 1 ? 1 : calls;
    if (threads > peak->threads) threads = peak->threads;
    rondo_product_sample sample = {.threads = threads};
    for (int i = 0; i < threads; i++)
        peak->best[i] = 0;
    rondo_parallel_run(threads, peak_worker, peak);
    for (int i = 0; i < threads; i++) {
        sample.flops += peak->best[i];
        least = fmin(least, peak->best[i]);
        most = fmax(most, peak->best[i]);
    }
    sample.core_speed_ratio = least / most;
    return sample;
}
