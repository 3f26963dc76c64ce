/* Random search: the value of a key in a trial. Private to sweep/. */
#ifndef RONDO_SWEEP_DRAW_H
#define RONDO_SWEEP_DRAW_H

#include "sweep/sweep.h"

/* A function of the search's seed, the trial (from 1) and the key alone: neither other keys nor
 * more trials change it, and all variants get the same. A number is written as it reads back.
 * `value` lives in `owned`. [main] */
rondo_setting rondo_sweep_draw_value(const rondo_sweep_draw *draw, int64_t seed, int64_t trial,
                                     rondo_owned *owned);

#endif
