/* The number type of parameters, activations and gradients.
 *
 * rondo is built twice from one source: the float build trains, the double build (RONDO_DOUBLE
 * defined) checks gradients to 1e-6. A plugin is built for both; the loader compares
 * real_size and refuses the wrong one. Sums over rows and steps are kept in double in both.
 */
#ifndef RONDO_REAL_H
#define RONDO_REAL_H

#ifdef RONDO_DOUBLE
typedef double rondo_real;
#else
typedef float rondo_real;
#endif

#endif
