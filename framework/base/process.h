/* Other processes of this machine. */
#ifndef RONDO_BASE_PROCESS_H
#define RONDO_BASE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* When a process was started, in the kernel's ticks since the boot; 0 where unknown. With its
 * number it names a process: numbers are used again. [any] */
int64_t rondo_process_start(int64_t process);

/* Whether a process of that number is there that may have written what was written at `when`: not
 * one that was started afterwards. [any] */
bool rondo_process_lived(int64_t process, time_t when);

#endif
