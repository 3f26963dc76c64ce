/* Keys that had another name once: a config of behavior_version 1 may still use it.
 *
 * One table says which; its renames are applied to a tree when everything that makes it (extends,
 * --set) is in place, before it is read. Whatever asks for a value by its path knows the new name
 * only. */
#ifndef RONDO_CONFIG_RENAMES_H
#define RONDO_CONFIG_RENAMES_H

#include "config/owned.h"
#include "config/problems.h"
#include "config/yaml.h"
#include "plugin/registry.h"

/* "*" stands for any one key or number in a list; those of `now` are the same as those of `old`. A
 * new path "SECTION.options.KEY" is an option of what the section names. The old key then means
 * something only where that has such an option; elsewhere it is passed over where a config could
 * always have it: with its default, in a resolved config, or said before the section named
 * something else. Where what the section names has an option of the old name, that one is meant. */
typedef struct rondo_rename {
    const char *old; /* "schedule.factor", "data.series.*" */
    const char *now; /* "schedule.options.factor", "data.options.*" */
    const char *of;  /* names, "a, b", of those whose option it was; NULL: of all that have it */
} rondo_rename;

/* Of this program (renames_table.c); ends with old NULL. */
extern const rondo_rename rondo_renames[];

/* Entries keep their places. A key under both names: of two files, or a file and --set, what was
 * said later counts; otherwise it is a mistake. Nodes live in `owned`. */
void rondo_renames_apply(const rondo_rename *table, rondo_node *root, rondo_registry *registry,
                         rondo_owned *owned, rondo_problems *problems);

/* The new name of a key at `path`, or of what is in it; `path` itself where it has no other.
 * Without a tree nothing says what a section names: its options are taken for those of `of`. */
const char *rondo_renames_path(const rondo_rename *table, const char *path,
                               char now[RONDO_PATH_SIZE]);

/* Whether two paths are names of one key. */
bool rondo_renames_same(const rondo_rename *table, const char *a, const char *b);

typedef struct rondo_old_key {
    const char *name;          /* "best_by" */
    char now[RONDO_PATH_SIZE]; /* "train.monitor" */
} rondo_old_key;

/* Old names of keys that once stood in the section: fills at most `room`, and says how many. */
int64_t rondo_renames_below(const rondo_rename *table, const char *section, rondo_old_key *keys,
                            int64_t room);

#endif
