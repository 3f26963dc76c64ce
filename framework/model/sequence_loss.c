/* Losses that look at whole sequences (rondo_loss.sequence): a task for each row of the minibatch. The
 * gradients of the loss's own parameters are kept row by row and added up in the order of rows. */
#include <string.h>

#include "base/parallel.h"
#include "data/label_sequences.h"
#include "model/readout.h"

static int64_t own_size(const rondo_network *network, int32_t parameter)
{
    const rondo_parameter *p = &network->layout.parameters[network->loss_parameters[parameter]];
    return p->rows * p->columns;
}

static bool is_of_labels(const rondo_pass *pass)
{
    return pass->network->loss->target == RONDO_TARGET_LABELS;
}

static int64_t scratch_of(const rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    const rondo_loss *loss = network->loss;
    return is_of_labels(pass)
               ? loss->label_scratch(network->loss_options, pass->size.steps, network->output_width,
                                     pass->size.labels)
               : loss->scratch(network->loss_options, pass->size.steps, network->output_width);
}

void rondo_sequence_loss_plan(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    rondo_readout_buffers *readout = pass->readout;
    size_t rows = (size_t)pass->size.rows, threads = (size_t)pass->size.threads;
    int64_t metrics = network->loss->metric_count > 0 ? network->loss->metric_count : 1;
    if (!network->loss->sequence) return;
    readout->own_size = 0;
    for (int32_t i = 0; i < network->loss_parameter_count; i++)
        readout->own_size += own_size(network, i);
    readout->sequence_loss = rondo_arena_take(&pass->arena, rows * sizeof(double));
    readout->sequence_metrics =
        rondo_arena_take(&pass->arena, rows * (size_t)metrics * sizeof(double));
    readout->sequence_scratch =
        rondo_arena_take(&pass->arena, threads * (size_t)scratch_of(pass) * sizeof(double));
    readout->sequence_rows =
        rondo_arena_take(&pass->arena, threads * (size_t)pass->size.steps * sizeof(int64_t));
    if (is_of_labels(pass)) {
        readout->labels =
            rondo_arena_take(&pass->arena, rows * (size_t)pass->size.steps * sizeof(int32_t));
        readout->label_counts = rondo_arena_take(&pass->arena, rows * sizeof(int64_t));
    }
    if (pass->size.training)
        readout->sequence_gradients =
            rondo_arena_take(&pass->arena, rows * (size_t)readout->own_size * sizeof(double));
}

/* The steps of row b. */
static int64_t find_rows(const rondo_batch *batch, int64_t b, int64_t *rows)
{
    int64_t steps = 0;
    for (; steps < batch->steps && b < batch->active[steps]; steps++)
        rows[steps] = batch->offset[steps] + b;
    return steps;
}

/* What is known of row b, and where its answer goes. */
static void take_targets(const rondo_pass *pass, int64_t b, rondo_loss_sequence *sequence)
{
    const rondo_batch *batch = pass->batch;
    rondo_readout_buffers *readout = pass->readout;
    if (!is_of_labels(pass)) {
        sequence->target_class = batch->targets;
        sequence->classes = pass->training ? NULL : readout->classes;
        return;
    }
    sequence->blank = RONDO_BLANK_ID;
    if (batch->label_offset)
        sequence->labels = rondo_batch_labels(batch, b, &sequence->label_count);
    if (pass->training) return;
    sequence->answer = readout->labels + b * pass->size.steps;
    sequence->answer_count = &readout->label_counts[b];
}

static void sequence_task(void *context, int64_t b, int thread)
{
    const rondo_pass *pass = context;
    const rondo_network *network = pass->network;
    rondo_readout_buffers *readout = pass->readout;
    int64_t *rows = readout->sequence_rows + thread * pass->size.steps;
    double *own = pass->training ? readout->sequence_gradients + b * readout->own_size : NULL;
    rondo_loss_sequence sequence = {
        .steps = find_rows(pass->batch, b, rows),
        .width = network->output_width,
        .row = rows,
        .prediction = readout->prediction,
        .prediction_stride = network->output_width,
        .first_class = network->first_class,
        .loss = &readout->sequence_loss[b],
        .metrics = readout->sequence_metrics + b * network->loss->metric_count,
        .d_prediction = pass->training ? readout->prediction : NULL,
        .scratch = readout->sequence_scratch + thread * scratch_of(pass)};
    take_targets(pass, b, &sequence);
    if (own) memset(own, 0, (size_t)readout->own_size * sizeof *own);
    for (int32_t i = 0; i < network->loss_parameter_count; i++) {
        sequence.parameters[i] = rondo_pass_weights(pass, network->loss_parameters[i]);
        sequence.d_parameters[i] = own;
        if (own) own += own_size(network, i);
    }
    network->loss->sequence(network->loss_options, &sequence);
}

static void add_gradients(const rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    const rondo_readout_buffers *readout = pass->readout;
    for (int64_t i = 0, p = 0; p < network->loss_parameter_count; p++) {
        rondo_real *gradient = rondo_pass_gradient_of(pass, network->loss_parameters[p]);
        for (int64_t k = 0; k < own_size(network, (int32_t)p); k++, i++) {
            double sum = 0;
            for (int64_t b = 0; b < pass->batch->rows; b++)
                sum += readout->sequence_gradients[b * readout->own_size + i];
            gradient[k] = (rondo_real)sum;
        }
    }
}

void rondo_sequence_loss_run(rondo_pass *pass)
{
    bool is_wanted = rondo_batch_has_targets(pass->batch) || pass->readout->classes ||
                     (is_of_labels(pass) && !pass->training);
    if (!is_wanted) return;
    rondo_parallel_for(pass->size.threads, pass->batch->rows, sequence_task, pass);
    if (pass->training) add_gradients(pass);
}

const int32_t *rondo_pass_labels(const rondo_pass *pass, int64_t b, int64_t *count)
{
    *count = pass->readout->label_counts[b];
    return pass->readout->labels + b * pass->size.steps;
}
