/* Predictions of two parts, and no value that stands for them.
 * Rejected: the required function answer is missing */
#include "sound_loss.h"

static int64_t parts(const void *config)
{
    (void)config;
    return 2;
}

static void part(const void *config, int64_t i, rondo_loss_part *part)
{
    (void)config;
    part->name = i == 0 ? "first" : "second";
}

static void rows(const void *config, const rondo_loss_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++)
        sound_row(tile, r);
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_loss_parts;
const rondo_loss rondo_plugin_loss_parts = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "loss_parts",
             .summary = "a test", .equations = "loss = -log p_y", .source = "tests/kit/broken",
             .options = sound_options},
    .target = RONDO_TARGET_VALUES,
    .rows = rows,
    .activate = sound_activate,
    .parts = parts,
    .part = part,
};
