/* Stopping cleanly at SIGINT or SIGTERM. */
#ifndef RONDO_COMMAND_STOP_H
#define RONDO_COMMAND_STOP_H

#include <signal.h>

/* From now on either signal makes what is returned non-zero; the second one kills. [main] */
const volatile sig_atomic_t *rondo_stop_catch(void);

#endif
