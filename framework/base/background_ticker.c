#include "base/background_ticker.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/background_thread.h"

struct rondo_ticker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    double seconds;
    void (*function)(void *context);
    void *context;
    bool begun, ending; /* under the lock */
};

static void advance(struct timespec *time, double seconds)
{
    static const long second = 1000000000;
    time->tv_sec += (time_t)seconds;
    time->tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
    if (time->tv_nsec < second) return;
    time->tv_nsec -= second;
    time->tv_sec++;
}

static void *work(void *argument)
{
    rondo_ticker *ticker = argument;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    advance(&next, ticker->seconds);
    pthread_mutex_lock(&ticker->lock);
    ticker->begun = true;
    pthread_cond_signal(&ticker->changed);
    while (!ticker->ending) {
        if (pthread_cond_timedwait(&ticker->changed, &ticker->lock, &next) != ETIMEDOUT) continue;
        pthread_mutex_unlock(&ticker->lock);
        ticker->function(ticker->context);
        clock_gettime(CLOCK_MONOTONIC, &next);
        advance(&next, ticker->seconds);
        pthread_mutex_lock(&ticker->lock);
    }
    pthread_mutex_unlock(&ticker->lock);
    return NULL;
}

/* The system's clock may be set back or forth; this one may not. */
static int create_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int failure = pthread_condattr_init(&attributes);
    if (failure) return failure;
    failure = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (!failure) failure = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return failure;
}

static void wait_until_begun(rondo_ticker *ticker)
{
    pthread_mutex_lock(&ticker->lock);
    while (!ticker->begun)
        pthread_cond_wait(&ticker->changed, &ticker->lock);
    pthread_mutex_unlock(&ticker->lock);
}

rondo_status rondo_ticker_create(double seconds, void (*function)(void *context), void *context,
                                 rondo_ticker **out, rondo_error *error)
{
    rondo_ticker *ticker = calloc(1, sizeof *ticker);
    *out = NULL;
    if (!ticker) return rondo_error_set(error, RONDO_FAILED, "not enough memory for a thread");
    ticker->seconds = seconds;
    ticker->function = function;
    ticker->context = context;
    int failure = pthread_mutex_init(&ticker->lock, NULL);
    if (failure) goto no_lock;
    failure = create_condition(&ticker->changed);
    if (failure) goto no_condition;
    failure = rondo_thread_create(&ticker->thread, work, ticker);
    if (failure) goto no_thread;
    wait_until_begun(ticker);
    *out = ticker;
    return RONDO_OK;
no_thread:
    pthread_cond_destroy(&ticker->changed);
no_condition:
    pthread_mutex_destroy(&ticker->lock);
no_lock:
    free(ticker);
    return rondo_error_set(error, RONDO_FAILED, "cannot start a thread: %s", strerror(failure));
}

void rondo_ticker_destroy(rondo_ticker *ticker)
{
    if (!ticker) return;
    pthread_mutex_lock(&ticker->lock);
    ticker->ending = true;
    pthread_cond_signal(&ticker->changed);
    pthread_mutex_unlock(&ticker->lock);
    pthread_join(ticker->thread, NULL);
    pthread_cond_destroy(&ticker->changed);
    pthread_mutex_destroy(&ticker->lock);
    free(ticker);
}
