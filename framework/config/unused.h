/* Keys that the config gives although they do not count in it (config/conditions.h).
 *
 * A config is read until there are none: as it is, to see what it chooses; then without such keys,
 * which may have decided over others. In a file, one
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
    const rondo_experiment *before; /* which was read with it, and does not meet the condition */
    bool is_section;                /* a list or section that nothing looks at */
    bool is_old;                    /* said before what makes it void */
} rondo_unused;

/* Takes keys that do not count in `experiment`, which was read from the tree, out of the tree; keys
 * with problems stay. They follow those that stand behind `taken`, which were taken before. Entries
 * live in `owned`, and `experiment` as long as they. False: there are none. */
bool rondo_unused_take(rondo_node *root, const rondo_experiment *experiment,
                       const rondo_problems *problems, rondo_unused *taken, rondo_owned *owned);

/* Reports those that are mistakes; `now` was read without all of them. Where a deciding key has a
 * problem of its own, nothing is said. */
void rondo_unused_report(const rondo_unused *first, const rondo_experiment *now,
                         rondo_problems *problems);

#endif
