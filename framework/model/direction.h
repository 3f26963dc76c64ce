/* One layer in one direction: its cell's plan becomes parameters of the layout. Private to model/. */
#ifndef RONDO_MODEL_DIRECTION_H
#define RONDO_MODEL_DIRECTION_H

#include "model/network.h"

/* Appends a parameter to the network's layout. [main] */
rondo_status rondo_network_add(rondo_network *network, rondo_parameter parameter, int64_t *index,
                               rondo_error *error);

/* The next direction of a layer, with all that it trains. RONDO_FAILED: a plan that is out of bounds, no
 * memory. RONDO_USAGE: widths that do not go with the cell. [main] */
rondo_status rondo_direction_add(rondo_network *network, int64_t layer, bool reverse,
                                 const rondo_direction_config *config, rondo_error *error);

/* What the cell's plan freezes: constants, which stand behind all that is trained. [main] */
rondo_status rondo_direction_add_constants(rondo_network *network, int64_t number,
                                           rondo_error *error);

#endif
