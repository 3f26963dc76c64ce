/* Loops, runs and threads that stay together: every task once, workers at the same time, more
 * threads than processors, and denormals that are flushed in the work alone. */
#include "check.h"

#include <float.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/parallel.h"

enum { TASKS = 1000, MOST_THREADS = 8, ROUNDS = 200 };

static const int thread_counts[] = {1, 2, 3, 5, MOST_THREADS};
enum { COUNTS = sizeof thread_counts / sizeof *thread_counts };

/* How often each task ran. */
typedef struct tally {
    atomic_int times[TASKS];
    atomic_int out_of_range; /* threads that do not exist */
    int threads;
} tally;

static void count_task(void *context, int64_t task, int thread)
{
    tally *t = context;
    atomic_fetch_add(&t->times[task], 1);
    if (thread < 0 || thread >= t->threads) atomic_fetch_add(&t->out_of_range, 1);
}

static void check_loops(int threads)
{
    static tally t;
    t = (tally){.threads = threads};
    for (int round = 0; round < ROUNDS; round++)
        rondo_parallel_for(threads, TASKS, count_task, &t);
    bool once = true;
    for (int i = 0; i < TASKS; i++)
        once = once && atomic_load(&t.times[i]) == ROUNDS;
    CHECK(once);
    CHECK_INTEGER(atomic_load(&t.out_of_range), 0);
}

/* Workers that wait for each other end only when all run at the same time. */
typedef struct meeting {
    rondo_barrier barrier;
    atomic_int workers, counted;
} meeting;

static void meet(void *context, int thread, int count)
{
    meeting *m = context;
    (void)thread;
    for (int i = 0; i < 100; i++)
        rondo_barrier_wait(&m->barrier, count);
    atomic_fetch_add(&m->workers, 1);
    atomic_store(&m->counted, count);
}

static void check_runs(int threads)
{
    meeting m = {0};
    rondo_parallel_run(threads, meet, &m);
    CHECK_INTEGER(atomic_load(&m.workers), threads);
    CHECK_INTEGER(atomic_load(&m.counted), threads);
}

/* Two numbers whose product is a denormal, which the compiler must not know. */
static volatile float tiny = FLT_MIN, half = 0.5f;

static void multiply(void *context, int64_t task, int thread)
{
    (void)thread;
    ((float *)context)[task] = tiny * half;
}

static void check_denormals(int threads)
{
    float products[MOST_THREADS];
    rondo_parallel_for(threads, MOST_THREADS, multiply, products);
    for (int i = 0; i < MOST_THREADS; i++)
        CHECK(products[i] == 0);
    CHECK(tiny * half > 0);
}

static void check_all(void *context)
{
    const int *threads = context;
    check_loops(*threads);
    check_runs(*threads);
    check_denormals(*threads);
}

static void alone(void)
{
    for (int i = 0; i < COUNTS; i++) {
        int threads = thread_counts[i];
        check_all(&threads);
    }
}

static void together(void)
{
    for (int i = 0; i < COUNTS; i++) {
        int threads = thread_counts[i];
        rondo_parallel_region(threads, check_all, &threads);
    }
}

static void fewer_than_are_together(void)
{
    int threads = 2;
    rondo_parallel_region(MOST_THREADS, check_all, &threads);
}

/* There are no more than stay together. */
static void more_than_are_together(void *context)
{
    meeting m = {0};
    rondo_parallel_run(MOST_THREADS, meet, &m);
    CHECK_INTEGER(atomic_load(&m.counted), *(const int *)context);
    check_loops(MOST_THREADS);
}

static void no_more_than_are_together(void)
{
    int threads = 2;
    rondo_parallel_region(threads, more_than_are_together, &threads);
}

static void stay_within(void *context)
{
    rondo_parallel_region(MOST_THREADS, check_all, context);
}

static void together_within_together(void)
{
    int threads = 2;
    rondo_parallel_region(3, stay_within, &threads);
}

static void one_after_another(void)
{
    int threads = 2;
    for (int i = 0; i < 50; i++)
        rondo_parallel_region(2 + i % 3, check_all, &threads);
}

int main(void)
{
    RUN(alone);
    RUN(together);
    RUN(fewer_than_are_together);
    RUN(no_more_than_are_together);
    RUN(together_within_together);
    RUN(one_after_another);
    return check_end();
}
