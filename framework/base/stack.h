/* The room that threads have for their local variables. */
#ifndef RONDO_BASE_STACK_H
#define RONDO_BASE_STACK_H

#include "base/error.h"

/* RONDO_USAGE where the environment (OMP_STACKSIZE, GOMP_STACKSIZE) or the shell (ulimit -s) leaves
 * so little that a thread would crash. [main] */
rondo_status rondo_stack_check(rondo_error *error);

#endif
