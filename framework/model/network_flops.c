/* Floating-point operations of a network's products. */
#include "model/gates.h"

/* Of one prediction, forward. */
static double readout_flops(const rondo_network *network)
{
    int64_t top = network->layers[network->layer_count - 1].output;
    return 2.0 * (double)(top * network->output_width);
}

static double product_flops(const rondo_network *network, bool training)
{
    bool pooled = network->pooling != RONDO_POOLING_NONE;
    double flops = pooled ? 0 : (training ? 3 : 1) * readout_flops(network);
    for (int64_t i = 0; i < network->direction_count; i++) {
        const rondo_direction *d = &network->directions[i];
        double trained = (double)(rondo_gates_trained(&d->with_input) * d->hidden);
        double frozen = (double)(d->with_input.frozen_blocks * d->hidden);
        double input = rondo_network_gathers_input(network, d) ? 0 : (double)d->input;
        double passes = rondo_network_needs_input_gradient(network, d) ? 6 : 4;
        flops += (training ? passes : 2) * input * trained;
        flops += (training ? passes - 2 : 2) * input * frozen;
        flops += (training ? 4 : 2) * (double)(d->output * d->recurrent_count * d->hidden);
        if (training)
            flops += 2 * (double)(d->output * rondo_gates_trained_recurrent(d) * d->hidden);
        if (d->plan.projection > 0) flops += (training ? 6 : 2) * (double)(d->hidden * d->output);
    }
    return flops;
}

double rondo_network_forward_flops(const rondo_network *network)
{
    return product_flops(network, false);
}

double rondo_network_training_flops(const rondo_network *network)
{
    return product_flops(network, true);
}

double rondo_network_sequence_flops(const rondo_network *network)
{
    return network->pooling == RONDO_POOLING_NONE ? 0 : 3 * readout_flops(network);
}
