/* The same plugin in double precision, ../plugins-double/KIND/NAME.so: what it computes is what the float
 * build is measured by, and the kit of its precision checks it against differences. */
#ifndef RONDO_KIT_TWIN_H
#define RONDO_KIT_TWIN_H

#include "kit/kit.h"

typedef struct kit_twin {
    bool is_there;
    char *path;          /* of the plugin */
    char *program;       /* the kit in double precision */
    const char *missing; /* what is, where it is not there */
    double *values;      /* what kit_twin_trace of the twin wrote */
    int64_t count;
} kit_twin;

/* In the kit in double precision there is none. */
void kit_twin_start(kit_twin *twin, const char *path);
void kit_twin_finish(kit_twin *twin);

/* Writes what the plugin makes of every option set to standard output as doubles: of cells states and
 * gradients, each for a few shapes and draws. False: the plugin cannot be loaded. */
bool kit_twin_trace(const char *path);

/* Compares the plugin with them, loosely. Where a draw of a cell lies near a kink, float may fall
 * on its other side, so a number is wrong that is so in every draw. */
void kit_twin_compare(kit_report *kit, const kit_twin *twin, const rondo_plugin *plugin,
                      const void *config, int64_t variant);

/* Runs the kit in double precision on it; true where there is none. */
bool kit_twin_check(const kit_twin *twin, int64_t seconds);

/* Runs `--table` of the kit in double precision with these options; its exit status. */
int kit_twin_show_table(const kit_twin *twin, const char *const *options, int option_count);

#endif
