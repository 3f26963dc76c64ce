/* The helper thread: order, visibility, sleeping, its end, and a system without another thread. */
#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/background.h"
#include "base/background_ticker.h"

static bool threads_are_refused, births_are_slow;

/* Of the one thread that is created at a time while births are slow. */
static struct birth {
    void *(*start)(void *);
    void *argument;
    atomic_bool over;
} birth;

static void *begin_slowly(void *nothing)
{
    (void)nothing;
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    atomic_store(&birth.over, true);
    return birth.start(birth.argument);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument)
{
    if (threads_are_refused) return EAGAIN;
    if (!births_are_slow) return __real_pthread_create(thread, attributes, start, argument);
    birth.start = start;
    birth.argument = argument;
    atomic_store(&birth.over, false);
    return __real_pthread_create(thread, attributes, begin_slowly, NULL);
}

static rondo_background *make(void)
{
    rondo_error error = {0};
    rondo_background *made = NULL;
    CHECK_INTEGER(rondo_background_create(&made, &error), RONDO_OK);
    return made;
}

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void sleep_milliseconds(long count)
{
    nanosleep(&(struct timespec){.tv_sec = count / 1000, .tv_nsec = count % 1000 * 1000000}, NULL);
}

typedef struct diary {
    int64_t count, last, out_of_order;
    int64_t asked; /* written by the main thread before each start */
    pthread_t thread;
    bool blocks_signals;
    bool slow;
} diary;

static void write_diary(void *context)
{
    diary *d = context;
    sigset_t mask;
    if (d->slow) sleep_milliseconds(200);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    d->blocks_signals = sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGTERM) == 1;
    d->thread = pthread_self();
    d->out_of_order += d->asked != d->last + 1;
    d->last = d->asked;
    d->count++;
}

static void one_after_another_on_one_other_thread(void)
{
    enum { TIMES = 2000 };
    diary d = {0};
    pthread_t first = pthread_self();
    int wrong_threads = 0;
    rondo_background *background = make();
    rondo_background_wait(background);
    for (int i = 1; i <= TIMES; i++) {
        d.asked = i;
        rondo_background_start(background, write_diary, &d);
        rondo_background_wait(background);
        if (i == 1) first = d.thread;
        wrong_threads += !pthread_equal(first, d.thread);
        wrong_threads += pthread_equal(pthread_self(), d.thread) != 0;
    }
    rondo_background_wait(background);
    CHECK_INTEGER(d.count, TIMES);
    CHECK_INTEGER(d.out_of_order, 0);
    CHECK_INTEGER(wrong_threads, 0);
    CHECK(d.blocks_signals);
    rondo_background_destroy(background);
}

static void start_waits_for_the_one_before(void)
{
    diary slow = {.asked = 1, .slow = true}, quick = {.asked = 1};
    rondo_background *background = make();
    rondo_background_start(background, write_diary, &slow);
    rondo_background_start(background, write_diary, &quick);
    CHECK_INTEGER(slow.count, 1);
    rondo_background_wait(background);
    CHECK_INTEGER(quick.count, 1);
    rondo_background_destroy(background);
}

static void destroy_waits(void)
{
    diary d = {.asked = 1, .slow = true};
    rondo_background *background = make();
    rondo_background_start(background, write_diary, &d);
    rondo_background_destroy(background);
    CHECK_INTEGER(d.count, 1);
    rondo_background_destroy(NULL);
    rondo_background_destroy(make());
}

/* Neither the idle helper nor the waiting main thread uses the processor. */
static void waiting_is_sleeping(void)
{
    diary d = {.asked = 1, .slow = true};
    rondo_background *background = make();
    double before = processor_seconds();
    sleep_milliseconds(200);
    rondo_background_start(background, write_diary, &d);
    rondo_background_wait(background);
    CHECK(processor_seconds() - before < 0.05);
    rondo_background_destroy(background);
}

/* Memory checkers hold a lock while a thread begins, which a child would wait for in vain. */
static void check_fork(void)
{
    int status = 1;
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        char *volatile memory = malloc(1000);
        free(memory);
        _exit(0);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

static void do_nothing(void *context)
{
    (void)context;
}

static void a_process_can_be_forked_beside_it(void)
{
    for (int i = 0; i < 100; i++) {
        rondo_error error = {0};
        rondo_ticker *ticker;
        rondo_background *background = make();
        check_fork();
        rondo_background_destroy(background);
        CHECK_INTEGER(rondo_ticker_create(1000, do_nothing, NULL, &ticker, &error), RONDO_OK);
        check_fork();
        rondo_ticker_destroy(ticker);
    }
}

static void what_creates_a_thread_waits_for_its_birth(void)
{
    rondo_error error = {0};
    rondo_ticker *ticker;
    births_are_slow = true;
    rondo_background *background = make();
    CHECK(atomic_load(&birth.over));
    CHECK_INTEGER(rondo_ticker_create(1000, do_nothing, NULL, &ticker, &error), RONDO_OK);
    CHECK(atomic_load(&birth.over));
    births_are_slow = false;
    rondo_ticker_destroy(ticker);
    rondo_background_destroy(background);
}

static void no_thread_to_be_had(void)
{
    rondo_error error = {0};
    rondo_background *background = (rondo_background *)1;
    threads_are_refused = true;
    CHECK_INTEGER(rondo_background_create(&background, &error), RONDO_FAILED);
    threads_are_refused = false;
    CHECK(background == NULL);
    CHECK_CONTAINS(error.text, "cannot start a thread: ");
}

static void count_up(void *context)
{
    atomic_fetch_add((atomic_int *)context, 1);
}

/* Again and again while the main thread sleeps, and never after the end. */
static void test_ticker(void)
{
    rondo_error error = {0};
    rondo_ticker *ticker;
    atomic_int count = 0;
    CHECK_INTEGER(rondo_ticker_create(0.001, count_up, &count, &ticker, &error), RONDO_OK);
    for (int i = 0; i < 10000 && atomic_load(&count) < 3; i++)
        sleep_milliseconds(1);
    rondo_ticker_destroy(ticker);
    int at_the_end = atomic_load(&count);
    CHECK(at_the_end >= 3);
    sleep_milliseconds(5);
    CHECK_INTEGER(atomic_load(&count), at_the_end);
    CHECK_INTEGER(rondo_ticker_create(1000, count_up, &count, &ticker, &error), RONDO_OK);
    rondo_ticker_destroy(ticker); /* does not wait for the next call */
    rondo_ticker_destroy(NULL);
    threads_are_refused = true;
    CHECK_INTEGER(rondo_ticker_create(1, count_up, &count, &ticker, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, "cannot start a thread: Resource temporarily unavailable");
    CHECK(ticker == NULL);
    threads_are_refused = false;
}

int main(void)
{
    RUN(one_after_another_on_one_other_thread);
    RUN(start_waits_for_the_one_before);
    RUN(destroy_waits);
    RUN(waiting_is_sleeping);
    RUN(a_process_can_be_forked_beside_it);
    RUN(what_creates_a_thread_waits_for_its_birth);
    RUN(no_thread_to_be_had);
    RUN(test_ticker);
    return check_end();
}
