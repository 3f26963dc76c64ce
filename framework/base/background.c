#include "base/background.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/background_thread.h"

/* All fields but `thread` are read and written under the lock only. */
struct rondo_background {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    void (*function)(void *context); /* NULL: nothing to do */
    void *context;
    bool ending;
};

static void *work(void *argument)
{
    rondo_background *background = argument;
    pthread_mutex_lock(&background->lock);
    while (!background->ending) {
        if (!background->function) {
            pthread_cond_wait(&background->changed, &background->lock);
            continue;
        }
        void (*function)(void *) = background->function;
        void *context = background->context;
        pthread_mutex_unlock(&background->lock);
        function(context);
        pthread_mutex_lock(&background->lock);
        background->function = NULL;
        pthread_cond_signal(&background->changed);
    }
    pthread_mutex_unlock(&background->lock);
    return NULL;
}

static void do_nothing(void *context)
{
    (void)context;
}

rondo_status rondo_background_create(rondo_background **out, rondo_error *error)
{
    rondo_background *background = calloc(1, sizeof *background);
    *out = NULL;
    if (!background) return rondo_error_set(error, RONDO_FAILED, "not enough memory for a thread");
    int failure = pthread_mutex_init(&background->lock, NULL);
    if (failure) goto no_lock;
    failure = pthread_cond_init(&background->changed, NULL);
    if (failure) goto no_condition;
    background->function = do_nothing;
    failure = rondo_thread_create(&background->thread, work, background);
    if (failure) goto no_thread;
    rondo_background_wait(background);
    *out = background;
    return RONDO_OK;
no_thread:
    pthread_cond_destroy(&background->changed);
no_condition:
    pthread_mutex_destroy(&background->lock);
no_lock:
    free(background);
    return rondo_error_set(error, RONDO_FAILED, "cannot start a thread: %s", strerror(failure));
}

static void wait_locked(rondo_background *background)
{
    while (background->function)
        pthread_cond_wait(&background->changed, &background->lock);
}

void rondo_background_destroy(rondo_background *background)
{
    if (!background) return;
    pthread_mutex_lock(&background->lock);
    wait_locked(background);
    background->ending = true;
    pthread_cond_signal(&background->changed);
    pthread_mutex_unlock(&background->lock);
    pthread_join(background->thread, NULL);
    pthread_cond_destroy(&background->changed);
    pthread_mutex_destroy(&background->lock);
    free(background);
}

void rondo_background_start(rondo_background *background, void (*function)(void *context),
                            void *context)
{
    pthread_mutex_lock(&background->lock);
    wait_locked(background);
    background->function = function;
    background->context = context;
    pthread_cond_signal(&background->changed);
    pthread_mutex_unlock(&background->lock);
}

void rondo_background_wait(rondo_background *background)
{
    pthread_mutex_lock(&background->lock);
    wait_locked(background);
    pthread_mutex_unlock(&background->lock);
}
