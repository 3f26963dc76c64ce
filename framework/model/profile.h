/* Where the time of a pass goes: seconds by phase and thread. Measured only while a profile is set
 * (rondo bench); without one no clock is read. Times never change a result. */
#ifndef RONDO_MODEL_PROFILE_H
#define RONDO_MODEL_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/memory.h"

typedef enum rondo_phase {
    RONDO_PHASE_GATHER = 0,        /* embedding or one-hot rows, dropout, and their gradients */
    RONDO_PHASE_INPUT_PRODUCT,     /* W x + b of all steps, and the gradient of x */
    RONDO_PHASE_RECURRENT_PRODUCT, /* U h of each step, and back */
    RONDO_PHASE_ELEMENT_WISE,      /* the cell's own functions, copies of states, layer norm */
    RONDO_PHASE_READOUT,           /* readout, loss, their gradients with respect to h */
    RONDO_PHASE_WEIGHT_GRADIENTS,
    RONDO_PHASE_PACK,   /* weights into panels */
    RONDO_PHASE_UPDATE, /* clipping and optimizer */
    RONDO_PHASE_DATA,   /* gathering minibatches */
    RONDO_PHASE_CHECKPOINT,
    RONDO_PHASES
} rondo_phase;

enum { RONDO_PROFILE_THREADS = 256 };

/* One thread's seconds, on cache lines of its own. */
typedef struct rondo_profile_thread {
    _Alignas(RONDO_ALIGNMENT) double seconds[RONDO_PHASES];
} rondo_profile_thread;

typedef struct rondo_profile {
    rondo_profile_thread threads[RONDO_PROFILE_THREADS];
} rondo_profile;

const char *rondo_phase_name(rondo_phase phase); /* "input product" */

/* The clock, or 0 without a profile. */
static inline double rondo_profile_start(const rondo_profile *profile)
{
    return profile ? rondo_clock_seconds() : 0;
}

/* Adds the time since `start` to a phase; returns the clock, the start of what follows. */
static inline double rondo_profile_add(rondo_profile *profile, int thread, rondo_phase phase,
                                       double start)
{
    if (!profile) return 0;
    double now = rondo_clock_seconds();
    profile->threads[thread % RONDO_PROFILE_THREADS].seconds[phase] += now - start;
    return now;
}

#endif
