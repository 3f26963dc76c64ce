/* Keys that are right one by one and wrong together. */
#ifndef RONDO_CONFIG_CHECKS_H
#define RONDO_CONFIG_CHECKS_H

#include "config/reader.h"

/* Reports at the key that is most likely to be changed; a pair of keys of which one already has a
 * problem is left alone. */
void rondo_checks_run(rondo_problems *problems, const rondo_node *root,
                      const rondo_experiment *experiment);

#endif
