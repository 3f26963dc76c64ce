#include "base/background_thread.h"

#include <signal.h>

/* A new thread has the signal mask of the one that creates it. */
int rondo_thread_create(pthread_t *thread, void *(*function)(void *), void *context)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(thread, NULL, function, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}
