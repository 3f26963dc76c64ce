#include "base/thread_pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/memory.h"
#include "base/spin.h"

/* What to do, in one number, so that a thread that is not concerned reads nothing else: how many
 * orders there were, then how many threads this one is for. */
enum { COUNT_BITS = 16, MOST_THREADS = (1 << COUNT_BITS) - 1 };

static struct {
    _Alignas(RONDO_ALIGNMENT) atomic_ullong order;
    rondo_thread_pool_work work; /* of the order */
    void *context;
    atomic_int held;                                 /* threads with lower numbers do not sleep */
    _Alignas(RONDO_ALIGNMENT) atomic_int unfinished; /* threads at work, without the first */
    _Alignas(RONDO_ALIGNMENT) atomic_bool taken;     /* by a thread that runs or holds */
    atomic_int sleepers;
    atomic_bool first_sleeps;
    int threads;          /* with the one that takes the pool */
    atomic_int numbered;  /* those of them that have a number */
    pthread_mutex_t lock; /* of what sleeps */
    pthread_cond_t awakened, finished;
} pool = {.threads = 1,
          .numbered = 1,
          .lock = PTHREAD_MUTEX_INITIALIZER,
          .awakened = PTHREAD_COND_INITIALIZER,
          .finished = PTHREAD_COND_INITIALIZER};

/* Of the thread that has the pool, while it is not at work itself. */
static _Thread_local bool holds;

/* --- the threads --- */

static int count_of(unsigned long long order)
{
    return (int)(order & MOST_THREADS);
}

/* Either the thread sees what awakens it, or whoever does that sees the thread among the sleepers:
 * both write first and then read, in the one order of all such operations. */
static void sleep_after(unsigned long long seen, int thread)
{
    pthread_mutex_lock(&pool.lock);
    atomic_fetch_add(&pool.sleepers, 1);
    while (atomic_load(&pool.order) == seen && thread >= atomic_load(&pool.held))
        pthread_cond_wait(&pool.awakened, &pool.lock);
    atomic_fetch_sub(&pool.sleepers, 1);
    pthread_mutex_unlock(&pool.lock);
}

static void awaken(void)
{
    if (atomic_load(&pool.sleepers) == 0) return;
    pthread_mutex_lock(&pool.lock);
    pthread_cond_broadcast(&pool.awakened);
    pthread_mutex_unlock(&pool.lock);
}

static bool has_changed(unsigned long long seen, unsigned long long *order)
{
    *order = atomic_load_explicit(&pool.order, memory_order_acquire);
    return *order != seen;
}

static unsigned long long wait_for_order(unsigned long long seen, int thread)
{
    unsigned long long order;
    for (;;) {
        for (int spin = 0; spin < RONDO_SPINS; spin++) {
            if (has_changed(seen, &order)) return order;
            rondo_spin_pause();
        }
        if (thread >= atomic_load_explicit(&pool.held, memory_order_relaxed))
            sleep_after(seen, thread);
        while (thread < atomic_load_explicit(&pool.held, memory_order_relaxed)) {
            if (has_changed(seen, &order)) return order;
            sched_yield();
        }
    }
}

static void finish(void)
{
    if (atomic_fetch_sub(&pool.unfinished, 1) > 1 || !atomic_load(&pool.first_sleeps)) return;
    pthread_mutex_lock(&pool.lock);
    pthread_cond_signal(&pool.finished);
    pthread_mutex_unlock(&pool.lock);
}

/* Numbers go by who comes first. An order that is older than the thread of a number is not for that
 * number. */
static void *serve(void *nothing)
{
    int thread = atomic_fetch_add(&pool.numbered, 1);
    unsigned long long order = 0;
    (void)nothing;
    for (;;) {
        order = wait_for_order(order, thread);
        if (thread >= count_of(order)) continue;
        pool.work(pool.context, thread, count_of(order));
        finish();
    }
    return NULL;
}

/* --- the thread that has the pool --- */

static void forget_threads(void)
{
    atomic_store(&pool.order, 0);
    atomic_store(&pool.held, 0);
    atomic_store(&pool.taken, false);
    atomic_store(&pool.sleepers, 0);
    pool.threads = 1;
    atomic_store(&pool.numbered, 1);
    pthread_mutex_init(&pool.lock, NULL);
    pthread_cond_init(&pool.awakened, NULL);
    pthread_cond_init(&pool.finished, NULL);
}

static bool start_thread(void)
{
    pthread_attr_t detached;
    pthread_t thread;
    sigset_t all, before;
    if (pthread_attr_init(&detached) != 0) return false;
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    sigfillset(&all); /* a new thread has the mask of the one that creates it */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&thread, &detached, serve, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
    return failure == 0;
}

/* How many of `threads` there are. */
static int start_threads(int threads)
{
    static atomic_bool registered;
    if (threads > MOST_THREADS) threads = MOST_THREADS;
    if (threads > pool.threads && !atomic_exchange(&registered, true))
        pthread_atfork(NULL, NULL, forget_threads);
    while (pool.threads < threads && start_thread())
        pool.threads++;
    return pool.threads < threads ? pool.threads : threads;
}

static bool take(void)
{
    return !atomic_exchange(&pool.taken, true);
}

static void give_back(void)
{
    atomic_store(&pool.taken, false);
}

static void wait_for_others(bool may_sleep)
{
    for (int spin = 0; atomic_load_explicit(&pool.unfinished, memory_order_acquire) > 0; spin++) {
        if (spin < RONDO_SPINS) {
            rondo_spin_pause();
        } else if (!may_sleep) {
            sched_yield();
        } else {
            pthread_mutex_lock(&pool.lock);
            atomic_store(&pool.first_sleeps, true);
            while (atomic_load(&pool.unfinished) > 0)
                pthread_cond_wait(&pool.finished, &pool.lock);
            atomic_store(&pool.first_sleeps, false);
            pthread_mutex_unlock(&pool.lock);
        }
    }
}

static void run(int count, rondo_thread_pool_work work, void *context, bool are_held)
{
    unsigned long long orders =
        (atomic_load_explicit(&pool.order, memory_order_relaxed) >> COUNT_BITS) + 1;
    pool.work = work;
    pool.context = context;
    atomic_store_explicit(&pool.unfinished, count - 1, memory_order_relaxed);
    atomic_store(&pool.order, orders << COUNT_BITS | (unsigned)count);
    if (!are_held) awaken();
    holds = false;
    work(context, 0, count);
    holds = are_held;
    wait_for_others(!are_held);
}

void rondo_thread_pool_run(int threads, rondo_thread_pool_work work, void *context)
{
    if (threads > 1 && holds) {
        int held = atomic_load_explicit(&pool.held, memory_order_relaxed);
        run(threads < held ? threads : held, work, context, true);
    } else if (threads > 1 && take()) {
        run(start_threads(threads), work, context, false);
        give_back();
    } else {
        work(context, 0, 1);
    }
}

bool rondo_thread_pool_hold(int threads)
{
    if (!take()) return false;
    holds = true;
    atomic_store(&pool.held, start_threads(threads));
    awaken();
    return true;
}

void rondo_thread_pool_release(void)
{
    atomic_store(&pool.held, 0);
    holds = false;
    give_back();
}
