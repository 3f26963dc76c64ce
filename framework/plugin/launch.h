/* How this process was started: alone, or as one of several by mpirun or srun. From the environment
 * that they give it; nothing is loaded. */
#ifndef RONDO_PLUGIN_LAUNCH_H
#define RONDO_PLUGIN_LAUNCH_H

#include <stdint.h>

enum { RONDO_LAUNCH_NAMES = 3 };

typedef struct rondo_launch {
    int64_t rank, size; /* 0 of 1: alone */
    const char *by;     /* "mpirun (Open MPI)", "srun"; NULL: alone */
    const char *communicators[RONDO_LAUNCH_NAMES + 1]; /* plugins that could fit, the likeliest
                                                          first; ends with NULL */
} rondo_launch;

/* What the environment says. [main] */
rondo_launch rondo_launch_find(void);

#endif
