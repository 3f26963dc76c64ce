#include "command/predict.h"
#include "data/forecasting.h"

void rondo_predict_values(const rondo_network *network, const rondo_dataset *dataset,
                          rondo_split split, int64_t row, const rondo_real *outputs, double *values)
{
    const rondo_forecasting *of = dataset->forecasting;
    for (int64_t i = 0; i < network->output_width; i++) {
        int64_t target = i % network->target_width;
        values[i] = (double)outputs[i];
        if (!of) continue;
        values[i] = of->in_units(of, split, row, target, values[i]);
        if (rondo_network_output_is_spread(network, i))
            values[i] -= of->in_units(of, split, row, target, 0);
    }
}
