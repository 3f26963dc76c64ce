/* Numbers that a section keeps for each state of its cell (zoneout), as option rows: what reads,
 * prints and describes options does the same with them. */
#ifndef RONDO_CONFIG_STATES_H
#define RONDO_CONFIG_STATES_H

#include "config/sections.h"

/* A row a state, named like it, real in [0, 1), default 0; fields are within the section's struct.
 * No rows where the cell has no sound plan with these options (NULL: the defaults). */
void rondo_state_rows(const rondo_state_key *key, const rondo_plugin *cell, const void *options,
                      rondo_option rows[RONDO_MAX_STATES + 1]);

#endif
