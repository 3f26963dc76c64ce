/* The room that threads have for their local variables. */
#ifndef RONDO_BASE_STACK_H
#define RONDO_BASE_STACK_H

#include "base/error.h"

/* RONDO_USAGE where the shell (ulimit -s) leaves so little that a thread would crash. [main] */
rondo_status rondo_stack_check(rondo_error *error);

#endif
