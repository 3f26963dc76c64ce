/* The readout z = R h + b, the loss and their gradients: row chunks in parallel, row losses summed
 * in double in the order of rows. */
#include <string.h>

#include "base/parallel.h"
#include "model/workspace.h"

static const rondo_layer *top_layer(const rondo_pass *pass)
{
    return &pass->network->layers[pass->network->layer_count - 1];
}

static bool has_targets(const rondo_batch *batch)
{
    return batch->targets || batch->target_values;
}

static void predict_chunk(const rondo_pass *pass, int64_t first, int64_t rows, rondo_real *scratch)
{
    const rondo_network *network = pass->network;
    int64_t width = network->output_width, hidden = top_layer(pass)->output;
    rondo_real *prediction = pass->prediction + first * width;
    rondo_matrix output = {rondo_pass_layer_output(pass, network->layer_count - 1) + first * hidden,
                           hidden, 1};
    bool biased = network->readout_biases >= 0;
    for (int64_t n = 0; biased && n < rows; n++)
        memcpy(prediction + n * width, rondo_pass_weights(pass, network->readout_biases),
               (size_t)width * sizeof(rondo_real));
    rondo_product_packed(rows, hidden, width, output, pass->readout_panels, 0, width,
                         biased ? 1 : 0, prediction, width, scratch);
}

/* Row losses; while training the prediction becomes its own gradient. */
static void judge_chunk(const rondo_pass *pass, int64_t first, int64_t rows)
{
    const rondo_network *network = pass->network;
    const rondo_batch *batch = pass->batch;
    int64_t width = network->output_width;
    rondo_real *prediction = pass->prediction + first * width;
    rondo_loss_tile tile = {.rows = rows,
                            .width = width,
                            .prediction = prediction,
                            .prediction_stride = width,
                            .target_class = batch->targets ? batch->targets + first : NULL,
                            .target_values =
                                batch->target_values ? batch->target_values + first * width : NULL,
                            .loss = pass->row_loss + first,
                            .metrics = pass->row_metrics + first * network->loss->metric_count,
                            .d_prediction = pass->training ? prediction : NULL};
    network->loss->rows(network->loss_options, &tile);
}

static void readout_task(void *context, int64_t chunk, int thread)
{
    const rondo_pass *pass = context;
    int64_t first = chunk * RONDO_CHUNK, left = pass->batch->tokens - first;
    int64_t rows = left < RONDO_CHUNK ? left : RONDO_CHUNK;
    int64_t width = pass->network->output_width, hidden = top_layer(pass)->output;
    double start = rondo_profile_start(pass->profile);
    predict_chunk(pass, first, rows, pass->scratch[thread]);
    if (has_targets(pass->batch)) judge_chunk(pass, first, rows);
    rondo_matrix d_prediction = {pass->prediction + first * width, width, 1};
    if (pass->training)
        rondo_product_packed(rows, width, hidden, d_prediction, pass->readout_back_panels, 0,
                             hidden, 0, pass->d_output + first * hidden, hidden,
                             pass->scratch[thread]);
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_READOUT, start);
}

static void add_row_losses(const rondo_pass *pass, rondo_score *score)
{
    const rondo_loss *loss = pass->network->loss;
    rondo_score sum = {.weight = (double)pass->batch->tokens};
    for (int64_t n = 0; n < pass->batch->tokens; n++) {
        sum.loss += pass->row_loss[n];
        for (int32_t m = 0; m < loss->metric_count; m++)
            if (loss->metrics[m].rule == RONDO_METRIC_MEAN)
                sum.metrics[m] += pass->row_metrics[n * loss->metric_count + m];
    }
    rondo_score_add(score, &sum);
}

void rondo_readout_forward(rondo_pass *pass, rondo_score *score)
{
    rondo_parallel_for(pass->size.threads, (pass->batch->tokens + RONDO_CHUNK - 1) / RONDO_CHUNK,
                       readout_task, pass);
    if (has_targets(pass->batch)) add_row_losses(pass, score);
}

void rondo_readout_gradients(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t width = network->output_width, hidden = top_layer(pass)->output;
    rondo_gradient_product product = {
        .input = rondo_pass_layer_output(pass, network->layer_count - 1),
        .rows = hidden,
        .d_output = pass->prediction,
        .d_stride = width,
        .columns = width,
        .result = rondo_pass_gradient_of(pass, network->readout_weights),
        .result_stride = width};
    rondo_gradient_products_run(pass, &product, 1);
    if (network->readout_biases >= 0)
        rondo_column_sums(pass, pass->prediction, pass->batch->tokens, width, width,
                          rondo_pass_gradient_of(pass, network->readout_biases));
}
