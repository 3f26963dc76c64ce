#include "base/background_lock.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void rondo_process_lock(void)
{
    pthread_mutex_lock(&lock);
}

void rondo_process_unlock(void)
{
    pthread_mutex_unlock(&lock);
}
