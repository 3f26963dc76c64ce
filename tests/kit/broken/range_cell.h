/* A sound cell with three options, for cells that are wrong only at some of their values. */
#ifndef RANGE_CELL_H
#define RANGE_CELL_H

#include "sound_cell.h"

typedef struct range_config {
    int64_t depth;
    double leak;
    bool loud;
} range_config;

static const rondo_option options[] = {
    RONDO_INTEGER(range_config, depth, 2, 1, 4, "how deep"),
    RONDO_REAL(range_config, leak, 0.5, 0, 1, RONDO_OPEN_LOW, "how much leaks"),
    RONDO_BOOLEAN(range_config, loud, 0, "whether loud"),
    RONDO_OPTIONS_END,
};

/* Backward that is wrong. */
static inline void range_double_gate(const rondo_cell_tile *tile)
{
    for (int64_t r = 0; r < tile->rows; r++)
        for (int64_t u = 0; u < tile->units; u++)
            rondo_tile_gate(tile, r, 1)[u] *= 2;
}

#endif
