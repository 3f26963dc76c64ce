/* How threads of this folder begin. */
#ifndef RONDO_BASE_BACKGROUND_THREAD_H
#define RONDO_BASE_BACKGROUND_THREAD_H

#include <pthread.h>

/* pthread_create of a thread that takes no signals: they are the main thread's. [main] */
int rondo_thread_create(pthread_t *thread, void *(*function)(void *), void *context);

#endif
