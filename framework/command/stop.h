/* Stopping cleanly at a signal. */
#ifndef RONDO_COMMAND_STOP_H
#define RONDO_COMMAND_STOP_H

#include <signal.h>

/* From now on SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 and SIGXCPU make what is returned non-zero.
 * A second SIGINT or SIGTERM kills; of the other four, one that was ignored stays ignored. [main]
 */
const volatile sig_atomic_t *rondo_stop_catch(void);

#endif
