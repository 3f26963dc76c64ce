#include "model/profile.h"

const char *rondo_phase_name(rondo_phase phase)
{
    static const char *const names[RONDO_PHASES] = {
        "gather",       "input product",    "recurrent product",
        "element-wise", "readout and loss", "weight gradients",
        "pack weights", "update",           "data",
        "checkpoint"};
    return names[phase];
}
