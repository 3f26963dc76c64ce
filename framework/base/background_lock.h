/* One lock of the whole process. */
#ifndef RONDO_BASE_BACKGROUND_LOCK_H
#define RONDO_BASE_BACKGROUND_LOCK_H

/* Held by the thread that called the first, until it calls the second: what is [main] elsewhere,
 * since it uses what the process has once, is then called by one thread at a time. Not to be taken
 * twice. [any] */
void rondo_process_lock(void);
void rondo_process_unlock(void);

#endif
