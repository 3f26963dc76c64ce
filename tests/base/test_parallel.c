/* Loops, runs and threads that stay together: every task once, workers at the same time, more
 * threads than processors, and denormals that are flushed in the work alone. Threads sleep and are
 * awakened, are not there when the system gives none, and serve one caller at a time. */
#define _GNU_SOURCE /* sched_setaffinity */
#include "check.h"

#include <errno.h>
#include <float.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/background.h"
#include "base/parallel.h"

enum { TASKS = 1000, MOST_THREADS = 8, ROUNDS = 200 };

static const int thread_counts[] = {1, 2, 3, 5, MOST_THREADS};
enum { COUNTS = sizeof thread_counts / sizeof *thread_counts };

/* How often each task ran. */
typedef struct tally {
    atomic_int times[TASKS];
    atomic_int strangers; /* threads that do not exist */
    int threads;
} tally;

static void count_task(void *context, int64_t task, int thread)
{
    tally *t = context;
    atomic_fetch_add(&t->times[task], 1);
    if (thread < 0 || thread >= t->threads) atomic_fetch_add(&t->strangers, 1);
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
    CHECK_INTEGER(atomic_load(&t.strangers), 0);
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

/* --- what the pool does --- */

static void rest(long milliseconds)
{
    nanosleep(&(struct timespec){0, milliseconds * 1000000}, NULL);
}

static void rest_in_one(void *context, int thread, int count)
{
    (void)count;
    if (thread == *(const int *)context) rest(5);
}

/* Longer than anybody spins: the threads sleep when the next work comes, and the first one sleeps
 * when the last of the others is done. */
static void sleepers_are_awakened(void)
{
    for (int slowest = 0; slowest < 3; slowest++) {
        for (int i = 0; i < 5; i++) {
            rest(5);
            rondo_parallel_run(3, rest_in_one, &slowest);
            rest(5);
            rondo_parallel_region(3 + i, check_all, &(int){3});
        }
    }
}

static void rest_then_check(void *context)
{
    rest(5);
    check_all(context);
}

static void sleepers_are_awakened_together(void)
{
    for (int i = 0; i < 5; i++) {
        rondo_parallel_region(3, rest_then_check, &(int){3});
        rest(5);
    }
}

static void run_within(void *context, int thread, int count)
{
    (void)thread, (void)count;
    meeting m = {0};
    rondo_parallel_run(4, meet, &m);
    if (atomic_load(&m.counted) != 1) atomic_fetch_add((atomic_int *)context, 1);
}

static void run_within_body(void *context)
{
    rondo_parallel_run(2, run_within, context);
}

static void work_within_work_runs_alone(void)
{
    atomic_int wrong = 0;
    rondo_parallel_run(3, run_within, &wrong);
    rondo_parallel_region(2, run_within_body, &wrong);
    CHECK_INTEGER(atomic_load(&wrong), 0);
}

static void run_beside(void *context)
{
    rondo_parallel_run(3, meet, context);
}

static void hold_and_run_beside(void *context)
{
    rondo_background *background;
    rondo_error error = {0};
    meeting m = {0};
    CHECK_INTEGER(rondo_background_create(&background, &error), RONDO_OK);
    rondo_background_start(background, run_beside, &m);
    rondo_background_wait(background);
    CHECK_INTEGER(atomic_load(&m.counted), 1);
    check_all(context);
    rondo_background_destroy(background);
}

static void one_caller_at_a_time(void)
{
    rondo_parallel_region(3, hold_and_run_beside, &(int){3});
    check_runs(3);
}

static void look_at_signals(void *context, int thread, int count)
{
    sigset_t blocked;
    (void)count;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    if (sigismember(&blocked, SIGTERM) != (thread > 0)) atomic_fetch_add((atomic_int *)context, 1);
}

static void signals_are_for_the_main_thread(void)
{
    atomic_int wrong = 0;
    rondo_parallel_run(3, look_at_signals, &wrong);
    CHECK_INTEGER(atomic_load(&wrong), 0);
}

static int status_of(pid_t child)
{
    int status = -1;
    waitpid(child, &status, 0);
    return status;
}

/* The threads are the parent's; the child starts its own. */
static void child_has_threads(void)
{
    check_runs(4);
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        check_failures = 0;
        check_runs(3);
        check_loops(4);
        check_runs(2);
        _exit(check_failures > 0);
    }
    CHECK_INTEGER(status_of(child), 0);
}

static int threads_allowed = -1; /* below 0: any number */

int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int __wrap_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *context)
{
    if (threads_allowed == 0) return EAGAIN;
    if (threads_allowed > 0) threads_allowed--;
    return __real_pthread_create(thread, attributes, start, context);
}

static void more_than_the_system_starts(void)
{
    for (int allowed = 0; allowed < 3; allowed++) {
        meeting m = {0};
        pid_t child = fork(); /* has no threads yet */
        if (child == 0) {
            alarm(60);
            check_failures = 0;
            threads_allowed = allowed;
            rondo_parallel_run(6, meet, &m);
            CHECK_INTEGER(atomic_load(&m.counted), 1 + allowed);
            check_loops(6);
            threads_allowed = -1;
            check_runs(6);
            _exit(check_failures > 0);
        }
        CHECK_INTEGER(status_of(child), 0);
    }
}

static void processors_are_those_allowed(void)
{
    cpu_set_t before, one;
    size_t first = 0;
    if (sched_getaffinity(0, sizeof before, &before) != 0) return;
    CHECK_INTEGER(rondo_parallel_processors(), CPU_COUNT(&before));
    while (!CPU_ISSET(first, &before))
        first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    CHECK_INTEGER(sched_setaffinity(0, sizeof one, &one), 0);
    CHECK_INTEGER(rondo_parallel_processors(), 1);
    check_runs(3);
    sched_setaffinity(0, sizeof before, &before);
}

int main(void)
{
    RUN(more_than_the_system_starts);
    RUN(alone);
    RUN(together);
    RUN(fewer_than_are_together);
    RUN(no_more_than_are_together);
    RUN(together_within_together);
    RUN(one_after_another);
    RUN(sleepers_are_awakened);
    RUN(sleepers_are_awakened_together);
    RUN(work_within_work_runs_alone);
    RUN(one_caller_at_a_time);
    RUN(signals_are_for_the_main_thread);
    RUN(child_has_threads);
    RUN(processors_are_those_allowed);
    return check_end();
}
