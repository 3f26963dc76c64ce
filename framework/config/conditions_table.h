/* The table of conditions. Private to config/conditions*.c. */
#ifndef RONDO_CONFIG_CONDITIONS_TABLE_H
#define RONDO_CONFIG_CONDITIONS_TABLE_H

#include "config/conditions.h"

#define RONDO_CONDITION_DRAWN  "a fraction, a number"
#define RONDO_CONDITION_JUDGES "one that follows validations" /* of schedule.name */

extern const rondo_condition rondo_conditions[]; /* ends with path NULL */

#endif
