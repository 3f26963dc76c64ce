/* Waiting without the system: how often to look before the processor is given away. */
#ifndef RONDO_BASE_SPIN_H
#define RONDO_BASE_SPIN_H

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Some tens of microseconds: waking a thread that sleeps takes as long. */
enum { RONDO_SPINS = 1000 };

/* Between two looks: leaves the core to its other thread for a moment. [any] */
static inline void rondo_spin_pause(void)
{
#if defined(__SSE2__)
    _mm_pause();
#endif
}

#endif
