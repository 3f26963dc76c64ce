/* All structs that plugins and rondo share, for tools/abi: never linked into anything. */
#include "rondo/cell.h"
#include "rondo/communicator.h"
#include "rondo/loss.h"
#include "rondo/optimizer.h"
#include "rondo/plugin.h"
#include "rondo/schedule.h"
#include "rondo/validation.h"

RONDO_PLUGIN_EXPORT void rondo_abi(const rondo_plugin *plugin, const rondo_cell *cell,
                                   const rondo_loss *loss, const rondo_optimizer *optimizer,
                                   const rondo_schedule *schedule,
                                   const rondo_communicator *communicator);

void rondo_abi(const rondo_plugin *plugin, const rondo_cell *cell, const rondo_loss *loss,
               const rondo_optimizer *optimizer, const rondo_schedule *schedule,
               const rondo_communicator *communicator)
{
    (void)plugin, (void)cell, (void)loss, (void)optimizer, (void)schedule, (void)communicator;
}
