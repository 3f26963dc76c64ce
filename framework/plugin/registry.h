/* What a config can name: (kind, name) -> constant struct. Plugins are found in folders; what is
 * built into the program is added as tables. The loader behind it is plugin/library.h.
 *
 * Folders searched, first hit wins: --plugins folders, then RONDO_PLUGINS (colon-separated), then
 * the folder beside the program (`<program's folder>/plugins`), or beside the shared library that
 * this is part of (`plugins` and `rondo/plugins`), then the installed one. In each,
 * cells/ losses/ optimizers/ communicators/ schedules/ and NAME.so in them. The build in double precision
 * looks in `plugins-double`: of every folder it takes FOLDER-double where there is one, else
 * FOLDER. A config names a plugin by name only ([a-z][a-z0-9_]*): it cannot make rondo load a file
 * of its choosing. Plugins are opened RTLD_NOW | RTLD_LOCAL, when first asked for, and never
 * closed.
 */
#ifndef RONDO_PLUGIN_REGISTRY_H
#define RONDO_PLUGIN_REGISTRY_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "rondo/cell.h"
#include "rondo/communicator.h"
#include "rondo/loss.h"
#include "rondo/optimizer.h"
#include "rondo/schedule.h"

typedef struct rondo_registry rondo_registry;

/* `folders`: from the command line, may be NULL when folder_count is 0. Scans names, loads nothing.
 */
rondo_status rondo_registry_create(const char *const *folders, int64_t folder_count,
                                   rondo_registry **out, rondo_error *error);
void rondo_registry_destroy(rondo_registry *registry);

/* Adds what is built into the program: `table` ends with NULL, and its structs outlive the
 * registry. A plugin of the same kind and name stays before it. RONDO_FAILED where a struct does
 * not fit (as for files, below) or the name is there already. */
rondo_status rondo_registry_add(rondo_registry *registry, const rondo_plugin *const *table,
                                rondo_error *error);

/* "cell", "schedule" .. */
const char *rondo_registry_kind_name(rondo_plugin_kind kind);

/* Loads when needed. Unknown name: RONDO_USAGE, with the names there are and the nearest. A file
 * that does not fit (no symbol, ABI version, struct size, real size, kind, name, bad rows, missing
 * function): RONDO_FAILED, each with its own sentence. Valid until the registry is destroyed. */
rondo_status rondo_registry_find(rondo_registry *registry, rondo_plugin_kind kind, const char *name,
                                 const rondo_plugin **out, rondo_error *error);

/* Names found, sorted; where each comes from: a file, or "built in". Borrowed. */
int64_t rondo_registry_count(const rondo_registry *registry, rondo_plugin_kind kind);
/* "gru, lstm, rnn" for an error; of many the command that lists them. [any] */
void rondo_registry_add_names(const rondo_registry *registry, rondo_plugin_kind kind,
                              rondo_text *text);

const char *rondo_registry_name(const rondo_registry *registry, rondo_plugin_kind kind,
                                int64_t index);
const char *rondo_registry_path(const rondo_registry *registry, rondo_plugin_kind kind,
                                int64_t index);

/* The checks of find, for what is built in: equations and source may be missing, rows may be texts
 * or required, and defaults may stand for "not given". */
rondo_status rondo_plugin_check_built_in(const rondo_plugin *plugin, rondo_error *error);

/* For rondo_plugin_load: whatever kind the file says it is. */
#define RONDO_KIND_ANY ((rondo_plugin_kind)0)

/* The checks of find, for one file named directly; used by find and by the conformance kit. */
rondo_status rondo_plugin_load(const char *path, rondo_plugin_kind kind, const rondo_plugin **out,
                               rondo_error *error);

/* The checks that depend on options (a cell's plan, an optimizer's slots, a schedule's state), for
 * a filled config struct; find does them with the defaults. */
rondo_status rondo_plugin_check(const rondo_plugin *plugin, const void *config, rondo_error *error);

#endif
