/* The readout z = R h + b, the loss and their gradients; h are the top layer's outputs at all
 * steps, packed, or what pooling made of them, one row per sequence. Rows are taken in blocks, so that
 * a vocabulary of 50,000 does not need tokens x vocabulary numbers at once: each block is
 * predicted, judged and sent back to h in row chunks, then adds its share to the readout's
 * gradients in column ranges. Row losses are summed in double in the order of rows. */
#include "model/readout.h"

#include <string.h>

#include "base/parallel.h"
#include "model/attention.h"
#include "model/layer.h"
#include "model/panels.h"
#include "model/pooling.h"
#include "model/row_sums.h"
#include "model/weight_gradient.h"

/* A block holds about so many predictions at most; a chunk, a task's rows of it, is several pieces. */
enum { BLOCK_PREDICTIONS = 4 * 1024 * 1024, PIECE = 48, MOST_PIECES = RONDO_READOUT_CHUNK / PIECE };

/* Blocks are whole multiples of the products' block depth: then the bits of the gradients do not
 * depend on the size of a block. */
int64_t rondo_readout_block(const rondo_network *network, const rondo_pass_size *size)
{
    int64_t depth = rondo_product_block_sizes().depth;
    int64_t rows = BLOCK_PREDICTIONS / network->output_width / depth * depth;
    int64_t all = rondo_network_predictions(network, size->rows, size->tokens);
    if (rows < depth) rows = depth;
    return size->predictions || network->loss->sequence || rows > all ? all : rows;
}

static const rondo_layer *top_layer(const rondo_pass *pass)
{
    return &pass->network->layers[pass->network->layer_count - 1];
}

void rondo_readout_plan(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t top = network->layers[network->layer_count - 1].output;
    pass->readout->block = rondo_readout_block(network, &pass->size);
    pass->readout->prediction =
        rondo_arena_reals(&pass->arena, pass->readout->block * network->output_width);
    pass->readout->panels = rondo_pass_take_panels(pass, top, network->output_width);
    if (pass->size.training) {
        pass->readout->back_panels = rondo_pass_take_panels(pass, network->output_width, top);
        pass->readout->bias_sums =
            rondo_arena_take(&pass->arena, sizeof(double) * (size_t)network->output_width);
    }
    rondo_sequence_loss_plan(pass);
    size_t row = sizeof(double) *
                 (size_t)rondo_network_predictions(network, pass->size.rows, pass->size.tokens);
    pass->readout->row_loss = rondo_arena_take(&pass->arena, row);
    pass->readout->row_metrics = rondo_arena_take(
        &pass->arena,
        row * (size_t)(network->loss->metric_count > 0 ? network->loss->metric_count : 1));
}

static const rondo_real *readout_input(const rondo_pass *pass)
{
    if (pass->pooling->pooled) return pass->pooling->pooled;
    if (pass->attention->output) return pass->attention->output;
    return rondo_pass_layer_output(pass, pass->network->layer_count - 1);
}

static int64_t prediction_count(const rondo_pass *pass)
{
    return rondo_network_predictions(pass->network, pass->batch->rows, pass->batch->tokens);
}

/* A block of rows at work. */
typedef struct row_block {
    const rondo_pass *pass;
    int64_t first, rows;
    int64_t chunk; /* rows of a task */
} row_block;

/* As many as there can be: the weights of a large vocabulary come from memory once a chunk. Several
 * threads need some to choose from. */
static int64_t chunk_of(const rondo_pass *pass, int64_t rows)
{
    int64_t tasks = pass->size.threads > 1 ? 2 * (int64_t)pass->size.threads : 1;
    int64_t pieces = (rows + PIECE - 1) / PIECE / tasks;
    if (pieces < 1) pieces = 1;
    return PIECE * (pieces < MOST_PIECES ? pieces : MOST_PIECES);
}

/* Rows [first, +rows) of the minibatch; `prediction` is theirs. */
static void predict_chunk(const rondo_pass *pass, int64_t first, int64_t rows,
                          rondo_real *prediction, rondo_real *scratch)
{
    const rondo_network *network = pass->network;
    int64_t width = network->output_width, hidden = top_layer(pass)->output;
    rondo_matrix input = {readout_input(pass) + first * hidden, hidden, 1};
    bool biased = network->readout_biases >= 0;
    const rondo_addend biases = {biased ? rondo_pass_weights(pass, network->readout_biases) : NULL,
                                 0};
    rondo_product_packed(rows, hidden, width, input, pass->readout->panels, 0, width, biases,
                         prediction, width, scratch);
}

/* d(weighted loss): each row's gradient times the weight of its class. */
static void weigh_gradients(const rondo_pass *pass, int64_t first, int64_t rows,
                            rondo_real *d_prediction)
{
    int64_t width = pass->network->output_width;
    for (int64_t n = 0; n < rows; n++) {
        rondo_real weight =
            (rondo_real)pass->readout->class_weights[pass->batch->targets[first + n]];
        for (int64_t k = 0; k < width; k++)
            d_prediction[n * width + k] *= weight;
    }
}

/* Row losses; while training the prediction becomes its own gradient. */
static void judge_chunk(const rondo_pass *pass, int64_t first, int64_t rows, rondo_real *prediction)
{
    const rondo_network *network = pass->network;
    const rondo_batch *batch = pass->batch;
    int64_t width = network->output_width;
    rondo_loss_tile tile = {
        .rows = rows,
        .width = width,
        .prediction = prediction,
        .prediction_stride = width,
        .target_class = batch->targets ? batch->targets + first : NULL,
        .target_values =
            batch->target_values ? batch->target_values + first * network->target_width : NULL,
        .loss = pass->readout->row_loss + first,
        .metrics = pass->readout->row_metrics + first * network->loss->metric_count,
        .d_prediction = pass->training ? prediction : NULL,
        .first_class = network->first_class,
        .target_width = network->target_width};
    network->loss->rows(network->loss_options, &tile);
    if (pass->training && pass->readout->class_weights)
        weigh_gradients(pass, first, rows, prediction);
    for (int64_t n = 0; pass->selected && n < rows; n++)
        if (!pass->selected[first + n])
            memset(prediction + n * width, 0, (size_t)width * sizeof *prediction);
}

/* The most probable class of each row; the first of several that are equal. */
static void choose_classes(const rondo_pass *pass, int64_t rows, const rondo_real *prediction,
                           int32_t *classes)
{
    int32_t width = (int32_t)pass->network->output_width;
    for (int64_t n = 0; n < rows; n++, prediction += width) {
        int32_t best = pass->network->first_class;
        for (int32_t k = best + 1; k < width; k++)
            if (prediction[k] > prediction[best]) best = k;
        classes[n] = best;
    }
}

/* What is done with a chunk, in this order: all at once, or with the loss of whole sequences between. */
enum { PREDICTS = 1, JUDGES = 2, GOES_BACK = 4 };

static void work_on_chunk(const row_block *b, int64_t chunk, int thread, int work)
{
    const rondo_pass *pass = b->pass;
    int64_t start_row = chunk * b->chunk, left = b->rows - start_row;
    int64_t first = b->first + start_row, rows = left < b->chunk ? left : b->chunk;
    int64_t width = pass->network->output_width, hidden = top_layer(pass)->output;
    rondo_real *prediction = pass->readout->prediction + start_row * width;
    rondo_real *d_input = pass->pooling->pooled ? pass->pooling->d_pooled : pass->d_output;
    double start = rondo_profile_start(pass->profile);
    if (work & PREDICTS) predict_chunk(pass, first, rows, prediction, pass->scratch[thread]);
    if (work & JUDGES && pass->readout->classes && !pass->training)
        choose_classes(pass, rows, prediction, pass->readout->classes + first);
    if (work & JUDGES && rondo_batch_has_targets(pass->batch))
        judge_chunk(pass, first, rows, prediction);
    rondo_matrix d_prediction = {prediction, width, 1};
    if (work & GOES_BACK && pass->training)
        rondo_product_packed(rows, width, hidden, d_prediction, pass->readout->back_panels, 0,
                             hidden, (rondo_addend){0}, d_input + first * hidden, hidden,
                             pass->scratch[thread]);
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_READOUT, start);
}

static void chunk_task(void *context, int64_t chunk, int thread)
{
    work_on_chunk(context, chunk, thread, PREDICTS | JUDGES | GOES_BACK);
}

static void predict_task(void *context, int64_t chunk, int thread)
{
    work_on_chunk(context, chunk, thread, PREDICTS);
}

static void back_task(void *context, int64_t chunk, int thread)
{
    work_on_chunk(context, chunk, thread, GOES_BACK);
}

/* A loss of whole sequences is of the minibatch, which is one block. */
static void run_block(rondo_pass *pass, row_block *b)
{
    b->chunk = chunk_of(pass, b->rows);
    int64_t chunks = (b->rows + b->chunk - 1) / b->chunk;
    if (!pass->network->loss->sequence) {
        rondo_parallel_for(pass->size.threads, chunks, chunk_task, b);
        return;
    }
    rondo_parallel_for(pass->size.threads, chunks, predict_task, b);
    rondo_sequence_loss_run(pass);
    if (pass->training) rondo_parallel_for(pass->size.threads, chunks, back_task, b);
}

/* dR = h' dz; of tied weights dE = dz' h, to which input.c adds the gradient of their use as input.
 */
static rondo_gradient_product weight_product(const rondo_pass *pass, const row_block *b)
{
    const rondo_network *network = pass->network;
    int64_t width = network->output_width, hidden = top_layer(pass)->output;
    const rondo_real *input = readout_input(pass) + b->first * hidden;
    rondo_gradient_product product = {.tokens = b->rows, .add = b->first > 0};
    bool tied = network->readout_weights < 0;
    product.input = tied ? pass->readout->prediction : input;
    product.rows = tied ? width : hidden;
    product.d_output = tied ? input : pass->readout->prediction;
    product.d_stride = product.columns = product.result_stride = tied ? hidden : width;
    product.result =
        rondo_pass_gradient_of(pass, tied ? network->embedding : network->readout_weights);
    return product;
}

/* The block's share of the readout's gradients. */
static void add_gradients(const rondo_pass *pass, const row_block *b)
{
    const rondo_network *network = pass->network;
    rondo_gradient_product product = weight_product(pass, b);
    bool biased = network->readout_biases >= 0, tied = network->readout_weights < 0;
    rondo_column_sums sums = {.profile = pass->profile,
                              .data = pass->readout->prediction,
                              .rows = b->rows,
                              .stride = network->output_width,
                              .columns = network->output_width,
                              .sums = pass->readout->bias_sums};
    rondo_work work = rondo_column_sums_work(&sums);
    if (biased && !tied) product.sums = pass->readout->bias_sums;
    rondo_gradient_products_run(pass, &product, 1, &work, biased && tied ? 1 : 0);
}

static void finish_biases(const rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    if (network->readout_biases < 0) return;
    rondo_real *gradient = rondo_pass_gradient_of(pass, network->readout_biases);
    for (int64_t k = 0; k < network->output_width; k++)
        gradient[k] = (rondo_real)pass->readout->bias_sums[k];
}

static void add_sequence_losses(const rondo_pass *pass, rondo_score *score)
{
    const rondo_loss *loss = pass->network->loss;
    bool by_step = loss->target == RONDO_TARGET_CLASS;
    double count = (double)(by_step ? prediction_count(pass) : pass->batch->rows);
    rondo_score sum = {.weight = count, .class_weight = count};
    for (int64_t b = 0; b < pass->batch->rows; b++) {
        sum.loss += pass->readout->sequence_loss[b];
        for (int32_t m = 0; m < loss->metric_count; m++)
            sum.metrics[m] += pass->readout->sequence_metrics[b * loss->metric_count + m];
    }
    rondo_score_add(score, &sum);
}

static void add_row_losses(const rondo_pass *pass, rondo_score *score)
{
    const rondo_loss *loss = pass->network->loss;
    int64_t count = prediction_count(pass);
    bool weighted = pass->training && pass->readout->class_weights;
    rondo_score sum = {.weight = (double)count, .class_weight = weighted ? 0 : (double)count};
    for (int64_t n = 0; n < count; n++) {
        sum.loss += pass->readout->row_loss[n];
        if (weighted) sum.class_weight += pass->readout->class_weights[pass->batch->targets[n]];
        for (int32_t m = 0; m < loss->metric_count; m++)
            if (rondo_loss_metric_has_rows(&loss->metrics[m]))
                sum.metrics[m] += pass->readout->row_metrics[n * loss->metric_count + m];
    }
    rondo_score_add(score, &sum);
}

void rondo_readout_run(rondo_pass *pass, rondo_score *score)
{
    int64_t count = prediction_count(pass);
    row_block b = {.pass = pass};
    if (pass->training)
        memset(pass->readout->bias_sums, 0, (size_t)pass->network->output_width * sizeof(double));
    for (; b.first < count; b.first += pass->readout->block) {
        b.rows = count - b.first < pass->readout->block ? count - b.first : pass->readout->block;
        run_block(pass, &b);
        if (pass->training) add_gradients(pass, &b);
    }
    if (pass->training) finish_biases(pass);
    if (!rondo_batch_has_targets(pass->batch)) return;
    if (pass->network->loss->sequence)
        add_sequence_losses(pass, score);
    else
        add_row_losses(pass, score);
}

/* Tied weights are the embedding [symbols, top]: what is forward for it is backward here. */
void rondo_readout_add_packings(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t top = network->layers[network->layer_count - 1].output, width = network->output_width;
    if (network->readout_weights < 0)
        rondo_panels_add(pass, width, top, rondo_pass_weights(pass, network->embedding), top,
                         pass->readout->back_panels, pass->readout->panels);
    else
        rondo_panels_add(pass, top, width, rondo_pass_weights(pass, network->readout_weights),
                         width, pass->readout->panels, pass->readout->back_panels);
}
