/* Which phase does which products. The count itself is the network's (model/network.c). */
#include "bench/benchmark.h"
#include "model/gates.h"

static void add_direction(const rondo_network *network, const rondo_direction *d,
                          double flops[RONDO_PHASES])
{
    double trained =
        2 * (double)d->input * (double)(rondo_gates_trained(&d->with_input) * d->hidden);
    double frozen = 2 * (double)d->input * (double)(d->with_input.frozen_blocks * d->hidden);
    double input = trained + frozen;
    double recurrent = 2 * (double)d->output * (double)(d->recurrent_count * d->hidden);
    double projection = d->plan.projection > 0 ? 2 * (double)d->hidden * (double)d->output : 0;
    bool has_input_gradient = rondo_network_needs_input_gradient(network, d);
    flops[RONDO_PHASE_RECURRENT_PRODUCT] += 2 * (recurrent + projection);
    flops[RONDO_PHASE_WEIGHT_GRADIENTS] +=
        projection + 2 * (double)d->output * (double)(rondo_gates_trained_recurrent(d) * d->hidden);
    if (rondo_network_gathers_input(network, d)) return;
    flops[RONDO_PHASE_INPUT_PRODUCT] += has_input_gradient ? 2 * input : input;
    flops[RONDO_PHASE_WEIGHT_GRADIENTS] += trained;
}

void rondo_benchmark_phase_flops(const rondo_network *network, double flops[RONDO_PHASES])
{
    int64_t top = network->layers[network->layer_count - 1].output;
    bool pooled = network->pooling != RONDO_POOLING_NONE;
    double readout = pooled ? 0 : 2 * (double)top * (double)network->output_width;
    for (int phase = 0; phase < RONDO_PHASES; phase++)
        flops[phase] = 0;
    for (int64_t i = 0; i < network->direction_count; i++)
        add_direction(network, &network->directions[i], flops);
    flops[RONDO_PHASE_READOUT] += 2 * readout;
    flops[RONDO_PHASE_WEIGHT_GRADIENTS] += readout;
}
