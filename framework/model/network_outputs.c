/* What the numbers of a prediction are where the loss predicts several for each value of a target. */
#include <stdio.h>

#include "base/text.h"
#include "model/network.h"

static rondo_loss_part part_of(const rondo_network *network, int64_t output)
{
    rondo_loss_part part = {0};
    if (network->loss->part)
        network->loss->part(network->loss_options, output / network->target_width, &part);
    return part;
}

void rondo_network_output_part(const rondo_network *network, int64_t output,
                               char name[RONDO_OUTPUT_PART_NAME])
{
    char number[32];
    const rondo_loss_part part = part_of(network, output);
    snprintf(name, RONDO_OUTPUT_PART_NAME, "%s%s%s", part.name ? part.name : "",
             part.has_number ? "_" : "",
             part.has_number ? rondo_text_of_real(part.number, number) : "");
}

bool rondo_network_output_is_spread(const rondo_network *network, int64_t output)
{
    return part_of(network, output).is_spread;
}
