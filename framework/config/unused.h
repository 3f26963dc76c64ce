/* Keys that the config gives although they do not count in it (config/conditions.h).
 *
 * A config is read twice: as it is, to see what it chooses; then without such keys. In a file, one
 * whose value is what it would be anyway does no harm (resolved configs write out every key).
 * Otherwise it is a mistake, unless what makes it void was said later than the key itself: files
 * that a config extends come first, then the config, then all --set together. So `data.format:
 * text` in a config that extends one of a time series leaves its data.series behind. */
#ifndef RONDO_CONFIG_UNUSED_H
#define RONDO_CONFIG_UNUSED_H

#include "config/conditions.h"
#include "config/owned.h"
#include "config/yaml.h"

typedef struct rondo_unused {
    struct rondo_unused *next;
    const char *path;
    rondo_place place;
    const rondo_condition *condition;
    bool is_section; /* a list or section that nothing looks at */
    bool is_old;     /* said before what makes it void */
} rondo_unused;

/* Takes keys that do not count in `experiment`, which was read from the tree, out of the tree; keys
 * with problems stay. Entries live in `owned`. */
rondo_unused *rondo_unused_take(rondo_node *root, const rondo_experiment *experiment,
                                const rondo_problems *problems, rondo_owned *owned);

/* Reports those that are mistakes. `before` was read with them, `now` without. Where a deciding key
 * has a problem of its own, nothing is said. */
void rondo_unused_report(const rondo_unused *first, const rondo_experiment *before,
                         const rondo_experiment *now, rondo_problems *problems);

#endif
