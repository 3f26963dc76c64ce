/* What every rondo plugin has in common: its head, its options, its one exported symbol.
 *
 * A plugin is a shared object that exports exactly one data symbol, a constant struct:
 *
 *     plugins/cells/lstm.c  ->  lstm.so  ->  const rondo_cell rondo_plugin_lstm
 *
 * File stem, symbol suffix, head.name and the name written in a config are the same word.
 * A plugin links neither BLIS nor HDF5, never allocates, never starts threads, and its functions
 * that are called while training cannot fail: everything they need was checked before.
 *
 * Function tags: [main] called once, from the main thread; [worker] called from any thread on data
 * that no other thread touches at that time.
 */
#ifndef RONDO_PLUGIN_H
#define RONDO_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rondo/real.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version is raised when a published meaning changes; a plugin of another version is refused.
 *
 * Within a version structs only grow: a plugin's struct at its end, what the host passes out of its reserved
 * fields or at its end; what is reserved must be 0. The revision is raised with every release that has grown
 * something. A plugin of an earlier revision has a shorter struct, and what it does not have counts as 0:
 * the host copies it into a struct of its own. One of a later revision may count on what the host does not
 * do, and is refused. */
#define RONDO_ABI_VERSION  2u
#define RONDO_ABI_REVISION 3u

/* Revisions of version 2:
 *   1  rondo_cell.surrogate; rondo_loss.parts, part, answer, parameters, scratch and sequence; RONDO_OPTION_REALS
 *   2  rondo_cell_gate.form_share, RONDO_FORM_DALE, RONDO_FORM_ORTHOGONAL; RONDO_GATE_FROZEN,
 *      RONDO_PARAMETER_FROZEN; rondo_cell_plan.projection,
 *      noise_count, refusal, refused; rondo_cell_tile.noise;
 *      RONDO_TARGET_LABELS, rondo_loss.label_scratch
 *   3  rondo_cell_gate.unit_group, source_group */

#define RONDO_PLUGIN_EXPORT __attribute__((visibility("default")))

typedef enum rondo_plugin_kind {
    RONDO_KIND_CELL = 1,
    RONDO_KIND_LOSS = 2,
    RONDO_KIND_OPTIMIZER = 3,
    RONDO_KIND_COMMUNICATOR = 4,
    RONDO_KIND_SCHEDULE = 5,
    /* Built into the program: their structs are the framework's own and may change. */
    RONDO_KIND_FORMAT = 6,
    RONDO_KIND_TASK = 7,
    RONDO_KIND_METRIC = 8
} rondo_plugin_kind;

typedef enum rondo_option_type {
    RONDO_OPTION_END = 0,
    RONDO_OPTION_INTEGER, /* int64_t field */
    RONDO_OPTION_REAL,    /* double field */
    RONDO_OPTION_BOOLEAN, /* bool field */
    RONDO_OPTION_CHOICE,  /* int field: index into choices */
    RONDO_OPTION_TEXT,    /* const char * field; what is built in only, not plugins */
    RONDO_OPTION_REALS    /* rondo_reals field: [0.1, 0.5, 0.9] */
} rondo_option_type;

enum {
    RONDO_OPEN_LOW = 1,      /* low itself is not allowed */
    RONDO_OPEN_HIGH = 2,     /* high itself is not allowed */
    RONDO_REQUIRED = 4,      /* no default: the config must give it; what is built in only */
    RONDO_WITH_PREVIOUS = 8, /* does something only where the option in the row before is not 0,
                               false, its first choice or a text that is not given: a config that
                               sets it alone is refused */
    RONDO_LIST = 16 /* a text that may be written as a list, [a, b] for "a, b"; built in only */
};

enum { RONDO_MAX_REALS = 16 };

/* An option that is a list of at least one number. */
typedef struct rondo_reals {
    int64_t count;
    double values[RONDO_MAX_REALS];
} rondo_reals;

/* One option: one row. Defaults, validation, error texts, `rondo describe` and
 * configs/reference.yaml all come from this row. Help is lower case, without a final period. */
typedef struct rondo_option {
    const char *name; /* key in the config = field in the struct */
    int32_t type;     /* rondo_option_type */
    uint32_t flags;   /* RONDO_OPEN_LOW | RONDO_OPEN_HIGH | .. */
    size_t offset;    /* of the field in the config struct */
    double fallback;  /* default of numbers, booleans (0, 1) and choices (index) */
    double low,
        high; /* range of numbers, also of those in a list; use -HUGE_VAL, HUGE_VAL for no limit */
    const char *const *choices; /* NULL-terminated names of a choice */
    const char *fallback_text;  /* default of a text, or of a list: "0.1, 0.5, 0.9" */
    const char *help;
    const void *reserved[2];
} rondo_option;

/* The compiler checks the field's type: a row whose field is of another type does not build. */
#ifdef __cplusplus
extern "C++" {
template <typename Field, typename Wanted> struct rondo_field_check;
template <typename Field> struct rondo_field_check<Field, Field> {
    enum { is_of_that_type = 0 };
};
}
#define RONDO_FIELD_OFFSET(config, field, field_type)                                              \
    (offsetof(config, field) +                                                                     \
     static_cast<size_t>(rondo_field_check<decltype(config::field), field_type>::is_of_that_type))
#else
#define RONDO_FIELD_OFFSET(config, field, field_type)                                              \
    _Generic(((config *)0)->field, field_type : offsetof(config, field))
#endif

/* clang-format 14 takes #field for a directive. */
/* clang-format off */
#define RONDO_INTEGER(config, field, fallback, low, high, help)                                    \
    {#field, RONDO_OPTION_INTEGER, 0, RONDO_FIELD_OFFSET(config, field, int64_t), fallback, low,   \
     high, NULL, NULL, help, {NULL, NULL}}
#define RONDO_REAL(config, field, fallback, low, high, flags, help)                                \
    {#field, RONDO_OPTION_REAL, flags, RONDO_FIELD_OFFSET(config, field, double), fallback, low,   \
     high, NULL, NULL, help, {NULL, NULL}}
#define RONDO_BOOLEAN(config, field, fallback, help)                                               \
    {#field, RONDO_OPTION_BOOLEAN, 0, RONDO_FIELD_OFFSET(config, field, bool), fallback, 0, 1,     \
     NULL, NULL, help, {NULL, NULL}}
#define RONDO_CHOICE(config, field, fallback, names, help)                                         \
    {#field, RONDO_OPTION_CHOICE, 0, RONDO_FIELD_OFFSET(config, field, int), fallback, 0, 0,       \
     names, NULL, help, {NULL, NULL}}
#define RONDO_REAL_LIST(config, field, fallback, low, high, flags, help)                           \
    {#field, RONDO_OPTION_REALS, flags, RONDO_FIELD_OFFSET(config, field, rondo_reals), 0, low,    \
     high, NULL, fallback, help, {NULL, NULL}}
#define RONDO_BOOLEAN_WITH_PREVIOUS(config, field, fallback, help)                                 \
    {#field, RONDO_OPTION_BOOLEAN, RONDO_WITH_PREVIOUS, RONDO_FIELD_OFFSET(config, field, bool),   \
     fallback, 0, 1, NULL, NULL, help, {NULL, NULL}}
#define RONDO_CHOICE_WITH_PREVIOUS(config, field, fallback, names, help)                           \
    {#field, RONDO_OPTION_CHOICE, RONDO_WITH_PREVIOUS, RONDO_FIELD_OFFSET(config, field, int),     \
     fallback, 0, 0, names, NULL, help, {NULL, NULL}}
#define RONDO_OPTIONS_END                                                                          \
    {NULL, RONDO_OPTION_END, 0, 0, 0, 0, 0, NULL, NULL, NULL, {NULL, NULL}}
/* clang-format on */

/* First member of every plugin struct. */
typedef struct rondo_plugin {
    uint32_t abi_version;  /* RONDO_ABI_VERSION it was compiled with, + 65536 RONDO_ABI_REVISION */
    uint32_t struct_size;  /* sizeof the whole plugin struct */
    uint32_t kind;         /* rondo_plugin_kind */
    uint32_t real_size;    /* sizeof(rondo_real) it was compiled with */
    const char *name;      /* "lstm": equals the file stem */
    const char *summary;   /* one sentence */
    const char *equations; /* one equation per line, in the notation of the file's comment */
    const char *source;    /* paper, with equation numbers */
    size_t config_size;    /* the host allocates the config struct and fills it from options */
    const rondo_option *options; /* ends with RONDO_OPTIONS_END; never NULL */

    /* Reserved, NULL: extensions. What only some plugins or some hosts have will be asked for by name,
     * `const void *(*extension)(const char *id)`, with ids like "rondo.state_labels/1", and get NULL where a
     * plugin does not know the name. No host asks yet. */
    const void *extension;
    const void *reserved[3];
} rondo_plugin;

#define RONDO_PLUGIN_HEAD(plugin_kind, plugin_struct)                                              \
    .abi_version = RONDO_ABI_VERSION | RONDO_ABI_REVISION << 16,                                   \
    .struct_size = sizeof(plugin_struct), .kind = plugin_kind, .real_size = sizeof(rondo_real)

#ifdef __cplusplus
}
#endif
#endif
