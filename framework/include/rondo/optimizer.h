/* The optimizer ABI: element-wise update of a slice of parameters from its gradient.
 *
 * Slots (momenta, second moments) are arrays of the parameters' size, allocated, zeroed and
 * checkpointed by the host under the names the plugin gives. Any slicing gives the same result.
 */
#ifndef RONDO_OPTIMIZER_H
#define RONDO_OPTIMIZER_H

#include "rondo/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RONDO_MAX_SLOTS = 4 };

typedef struct rondo_update {
    int64_t count;                     /* parameters in this slice */
    int64_t step;                      /* 1 for the first update of the run */
    double learning_rate;              /* after the schedule */
    const rondo_real *gradient;        /* [count], mean over tokens, clipped */
    rondo_real *parameter;             /* [count], updated */
    rondo_real *slot[RONDO_MAX_SLOTS]; /* [count] each, updated; zero before step 1 */
} rondo_update;

typedef struct rondo_optimizer {
    rondo_plugin head;
    double learning_rate; /* default of optimizer.learning_rate */

    /* REQUIRED. Number of slots with these options; their names are written. [main] */
    int32_t (*slots)(const void *config, const char *names[RONDO_MAX_SLOTS]);

    /* REQUIRED. [worker] */
    void (*update)(const void *config, const rondo_update *update);
} rondo_optimizer;

#ifdef __cplusplus
}
#endif
#endif
