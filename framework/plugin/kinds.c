#include "plugin/kinds.h"

#include <string.h>

#include "rondo/cell.h"
#include "rondo/communicator.h"
#include "rondo/loss.h"
#include "rondo/optimizer.h"
#include "rondo/schedule.h"

#define PLUGIN_SIZES(type) sizeof(type), sizeof(type) /* has not grown since */
#define OWN_SIZES          sizeof(rondo_plugin), sizeof(rondo_plugin)

static const rondo_kind_facts kinds[RONDO_KINDS] = {
    [RONDO_KIND_CELL - 1] = {"cell", "cells", sizeof(rondo_cell), offsetof(rondo_cell, surrogate),
                             false, false},
    [RONDO_KIND_LOSS - 1] = {"loss", "losses", sizeof(rondo_loss), offsetof(rondo_loss, parts),
                             false, false},
    [RONDO_KIND_OPTIMIZER - 1] = {"optimizer", "optimizers", PLUGIN_SIZES(rondo_optimizer), false,
                                  false},
    [RONDO_KIND_COMMUNICATOR - 1] = {"communicator", "communicators",
                                     PLUGIN_SIZES(rondo_communicator), false, true},
    [RONDO_KIND_SCHEDULE - 1] = {"schedule", "schedules", PLUGIN_SIZES(rondo_schedule), false,
                                 false},
    [RONDO_KIND_FORMAT - 1] = {"format", "formats", OWN_SIZES, true, false},
    [RONDO_KIND_TASK - 1] = {"task", "tasks", OWN_SIZES, true, false},
    [RONDO_KIND_METRIC - 1] = {"metric", "metrics", OWN_SIZES, true, false},
};

const rondo_kind_facts *rondo_kind_find(uint32_t kind)
{
    return kind >= 1 && kind <= RONDO_KINDS ? &kinds[kind - 1] : NULL;
}

bool rondo_kind_named(const char *name, rondo_plugin_kind *kind)
{
    for (int k = 0; k < RONDO_KINDS; k++) {
        if (strcmp(kinds[k].name, name) != 0 && strcmp(kinds[k].plural, name) != 0) continue;
        *kind = (rondo_plugin_kind)(k + 1);
        return true;
    }
    return false;
}
