/* Which function of the plugin runs, and how it ended where it did not return: a check runs in a process
 * of its own, which shares this with the one that reports. */
#ifndef RONDO_KIT_CALL_H
#define RONDO_KIT_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "kit/kit.h"

/* Around every call of a function of the plugin. stage -1: it belongs to none; step -1: to no step. */
void kit_call_enter(const char *function, int32_t stage, int64_t step);
void kit_call_leave(void);

/* Threads of a check other than the first name themselves 1 .. KIT_MOST_THREADS. */
enum { KIT_MOST_THREADS = 4 };
void kit_call_thread(int number);

/* Pointers of what a plan does not declare are NULL, as in the host; or they are places that say what they
 * would be, once a NULL was followed. */
bool kit_call_names_pointers(void);

typedef void (*kit_check)(kit_report *kit, const void *context);

/* Runs check(kit, context) in a process of its own and adds what it found. A process that crashes, or a call
 * that takes more than kit->seconds, is a failure that says where. */
void kit_call_apart(kit_report *kit, kit_check check, const void *context);

#endif
