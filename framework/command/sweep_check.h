/* rondo sweep FILE --check: what a sweep is, and what it will need. */
#ifndef RONDO_COMMAND_SWEEP_CHECK_H
#define RONDO_COMMAND_SWEEP_CHECK_H

#include "plugin/registry.h"
#include "sweep/sweep.h"

/* Prints the plan with parameters, memory, FLOPs and time. Writes and keeps nothing. [main] */
rondo_status rondo_sweep_check_run(const rondo_sweep *sweep, rondo_registry *registry,
                                   rondo_error *error);

/* Adds to a message that data are missing what brings them (command/data_hint.h), where the base's
 * head says so. Gives the error's status. [main] */
rondo_status rondo_sweep_hint(const rondo_sweep *sweep, rondo_registry *registry,
                              rondo_error *error);

#endif
