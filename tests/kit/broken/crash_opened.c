/* Something runs while the file is opened.
 * Rejected: opening the file, or plan with its defaults, writes through a NULL pointer */
#include "sound_cell.h"

static rondo_real *volatile nowhere;

__attribute__((constructor)) static void start(void)
{
    *nowhere = 1;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

SOUND_PLUGIN(crash_opened);
