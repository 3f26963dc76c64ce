/* A tree becomes an experiment: a walk over the section tables that fills defaults, sets what the
 * config gives, and collects every mistake. */
#ifndef RONDO_CONFIG_READER_H
#define RONDO_CONFIG_READER_H

#include "config/reader_value.h"

/* Reads a whole config. Keys with problems keep their defaults; a plugin with problems stays NULL.
 */
void rondo_reader_read(const rondo_reader *reader, const rondo_node *root,
                       rondo_experiment *experiment);

#endif
