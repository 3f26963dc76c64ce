/* Whether a plugin's loops were built for wide vectors: a hint, never a failure. */
#ifndef RONDO_KIT_VECTORISED_H
#define RONDO_KIT_VECTORISED_H

#include "rondo/plugin.h"

/* Prints a hint where no function of the plugin, or one only of a cell, has versions for several processors
 * (RONDO_VECTORISED). */
void kit_hint_vectorised(const rondo_plugin *plugin);

#endif
