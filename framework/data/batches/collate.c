#include "data/batches/collate.h"

#include <string.h>

#include "data/formats/adding.h"

static void gather_symbols(const rondo_collation *g, const int32_t *from, int32_t *to)
{
    for (int64_t t = 0; t < g->steps; t++)
        for (int64_t b = 0; b < g->active[t]; b++)
            *to++ = from[g->row[b].start + t];
}

static void gather_narrow(const rondo_collation *g, const uint8_t *from, int32_t *to)
{
    for (int64_t t = 0; t < g->steps; t++)
        for (int64_t b = 0; b < g->active[t]; b++)
            *to++ = from[g->row[b].start + t];
}

static void gather_half(const rondo_collation *g, const uint16_t *from, int32_t *to)
{
    for (int64_t t = 0; t < g->steps; t++)
        for (int64_t b = 0; b < g->active[t]; b++)
            *to++ = from[g->row[b].start + t];
}

static void gather_ids(const rondo_collation *g, rondo_ids from, int32_t *to)
{
    if (from.size == 1)
        gather_narrow(g, from.data, to);
    else if (from.size == 2)
        gather_half(g, from.data, to);
    else
        gather_symbols(g, from.data, to);
}

static void gather_values(const rondo_collation *g, int64_t width, const rondo_real *from,
                          rondo_real *to)
{
    for (int64_t t = 0; t < g->steps; t++)
        for (int64_t b = 0; b < g->active[t]; b++, to += width)
            memcpy(to, from + (g->row[b].start + t) * width, (size_t)width * sizeof *to);
}

static void gather_bytes(const rondo_collation *g, int64_t width, const uint8_t *from,
                         rondo_real *to)
{
    for (int64_t t = 0; t < g->steps; t++)
        for (int64_t b = 0; b < g->active[t]; b++, to += width)
            for (int64_t j = 0; j < width; j++)
                to[j] = (rondo_real)from[(g->row[b].start + t) * width + j] / 255;
}

static void gather_sequence_targets(const rondo_collation *g)
{
    int64_t width = g->target_width;
    for (int64_t b = 0; b < g->rows; b++) {
        int64_t s = g->row[b].sequence;
        if (g->from->targets.data) g->targets[b] = rondo_ids_get(g->from->targets, s);
        if (g->from->target_values)
            memcpy(g->target_values + b * width, g->from->target_values + s * width,
                   (size_t)width * sizeof *g->target_values);
    }
}

/* All equally long: step t of row b is packed row t * rows + b. */
static void make_fresh(const rondo_collation *g)
{
    int64_t width = g->input_width;
    for (int64_t b = 0; b < g->rows; b++)
        rondo_resampling_fill(g->from->resampling, g->epoch, g->row[b].sequence, g->rows * width,
                              g->input_values + b * width, g->target_values + b);
}

void rondo_collation_run(const rondo_collation *g)
{
    const rondo_sequences *from = g->from;
    if (from->resampling) {
        make_fresh(g);
        return;
    }
    if (from->inputs.data) gather_ids(g, from->inputs, g->inputs);
    for (int f = 0; f < RONDO_MAX_FEATURES && from->features[f]; f++)
        gather_symbols(g, from->features[f], g->features[f]);
    if (from->input_values) gather_values(g, g->input_width, from->input_values, g->input_values);
    if (from->input_bytes) gather_bytes(g, g->input_width, from->input_bytes, g->input_values);
    if (g->sequence_targets) {
        gather_sequence_targets(g);
        return;
    }
    if (from->targets.data) gather_ids(g, from->targets, g->targets);
    if (from->target_values)
        gather_values(g, g->target_width, from->target_values, g->target_values);
}
