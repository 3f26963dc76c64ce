#include "model/pass.h"

#include <math.h>
#include <string.h>

#include "model/attention.h"
#include "model/bridge.h"
#include "model/input.h"
#include "model/member.h"
#include "model/panels.h"
#include "model/pooling.h"
#include "model/readout.h"
#include "model/weight_gradient.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void rondo_pass_size_cover(rondo_pass_size *size, const rondo_batches *batches)
{
    int64_t rows, steps, tokens, source_steps, source_tokens;
    rondo_batches_largest(batches, &rows, &steps, &tokens);
    rondo_batches_largest_source(batches, &source_steps, &source_tokens);
    size->labels = larger(size->labels, rondo_batches_longest_labels(batches));
    size->rows = larger(size->rows, rows);
    size->steps = larger(size->steps, steps);
    size->tokens = larger(size->tokens, tokens);
    if (source_steps > 0) size->source_rows = size->rows;
    size->source_steps = larger(size->source_steps, source_steps);
    size->source_tokens = larger(size->source_tokens, source_tokens);
}

void rondo_score_add(rondo_score *score, const rondo_score *more)
{
    score->loss += more->loss;
    score->weight += more->weight;
    score->class_weight += more->class_weight;
    for (int m = 0; m < RONDO_MAX_METRICS; m++)
        score->metrics[m] += more->metrics[m];
}

static rondo_status create_counted(const rondo_network *network, const rondo_pass_size *size,
                                   rondo_pass **out, rondo_error *error);

/* A decoder's pass has one of the encoder inside. */
static rondo_status create_encoder(rondo_pass *pass, rondo_error *error)
{
    const rondo_network *encoder = pass->network->encoder;
    const rondo_pass_size size = {.rows = pass->size.source_rows,
                                  .steps = pass->size.source_steps,
                                  .tokens = pass->size.source_tokens,
                                  .threads = pass->size.threads,
                                  .training = pass->size.training};
    return encoder ? create_counted(encoder, &size, &pass->encoder, error) : RONDO_OK;
}

/* A pass and what its stations own, in one block. */
typedef struct whole_pass {
    rondo_pass pass; /* the first, so that its address is the block's */
    rondo_input_buffers input;
    rondo_pooling_buffers pooling;
    rondo_readout_buffers readout;
    rondo_gradient_buffers gradients;
    rondo_team_buffers teams;
    rondo_packing_list packings;
    rondo_bridge bridge;
    rondo_attention attention;
} whole_pass;

static rondo_pass *create_whole(rondo_error *error)
{
    whole_pass *whole = rondo_memory_create(sizeof *whole, "pass", error);
    if (!whole) return NULL;
    whole->pass = (rondo_pass){.input = &whole->input,
                               .pooling = &whole->pooling,
                               .readout = &whole->readout,
                               .gradients = &whole->gradients,
                               .teams = &whole->teams,
                               .packings = &whole->packings,
                               .bridge = &whole->bridge,
                               .attention = &whole->attention};
    return &whole->pass;
}

/* What is indexed by layer, direction and thread. */
static rondo_status create_lists(rondo_pass *pass, rondo_error *error)
{
    const rondo_network *network = pass->network;
    size_t directions = (size_t)network->direction_count, layers = (size_t)network->layer_count;
    size_t threads = (size_t)pass->size.threads;
    pass->directions = rondo_memory_create(directions * sizeof *pass->directions, "pass", error);
    pass->layers = rondo_memory_create(layers * sizeof *pass->layers, "pass", error);
    pass->scratch = rondo_memory_create(threads * sizeof *pass->scratch, "pass", error);
    if (!pass->directions || !pass->layers || !pass->scratch) return rondo_error_status(error);
    rondo_status status = rondo_teams_start(pass, error);
    if (!status) status = rondo_panels_start(pass, error);
    if (!status) status = rondo_bridge_start(pass, error);
    return status;
}

/* A pass whose buffers are only counted. */
static rondo_status create_counted(const rondo_network *network, const rondo_pass_size *size,
                                   rondo_pass **out, rondo_error *error)
{
    *out = NULL;
    rondo_pass *pass = create_whole(error);
    if (!pass) return rondo_error_status(error);
    pass->network = network;
    pass->size = *size;
    rondo_product_use(network->precision);
    if (create_lists(pass, error) || create_encoder(pass, error)) {
        rondo_pass_destroy(pass);
        return rondo_error_status(error);
    }
    rondo_pass_plan(pass);
    *out = pass;
    return RONDO_OK;
}

rondo_status rondo_pass_bytes(const rondo_network *network, const rondo_pass_size *size,
                              size_t *bytes, rondo_error *error)
{
    rondo_pass *pass;
    *bytes = 0;
    rondo_status status = create_counted(network, size, &pass, error);
    if (status) return status;
    *bytes = pass->arena.used + (pass->encoder ? pass->encoder->arena.used : 0);
    rondo_pass_destroy(pass);
    return RONDO_OK;
}

/* Counted buffers get their memory. */
static rondo_status start(rondo_pass *pass, rondo_error *error)
{
    rondo_status status = rondo_arena_start(&pass->arena, "activations and packed weights", error);
    if (!status) rondo_pass_plan(pass);
    return status;
}

rondo_status rondo_pass_create(const rondo_network *network, const rondo_pass_size *size,
                               rondo_pass **out, rondo_error *error)
{
    rondo_pass *pass;
    *out = NULL;
    rondo_status status = create_counted(network, size, &pass, error);
    if (status) return status;
    if (pass->encoder) status = start(pass->encoder, error);
    if (!status) status = start(pass, error);
    if (status)
        rondo_pass_destroy(pass);
    else
        *out = pass;
    return status;
}

void rondo_pass_destroy(rondo_pass *pass)
{
    if (!pass) return;
    rondo_pass_destroy(pass->encoder);
    rondo_arena_finish(&pass->arena);
    rondo_teams_finish(pass);
    rondo_panels_finish(pass);
    rondo_bridge_finish(pass);
    rondo_memory_destroy(pass->directions);
    rondo_memory_destroy(pass->layers);
    rondo_memory_destroy(pass->scratch);
    rondo_memory_destroy(pass);
}

/* --- one minibatch --- */

void rondo_pass_set_profile(rondo_pass *pass, rondo_profile *profile)
{
    pass->profile = profile;
    if (pass->encoder) rondo_pass_set_profile(pass->encoder, profile);
}

void rondo_pass_set_watcher(rondo_pass *pass, const rondo_pass_watcher *watcher)
{
    pass->watcher = watcher;
}

void rondo_pass_use_threads(rondo_pass *pass, int threads)
{
    pass->size.threads = threads;
    if (pass->encoder) rondo_pass_use_threads(pass->encoder, threads);
}

void rondo_pass_set_core_to_core_latency(rondo_pass *pass, double seconds)
{
    pass->teams->core_to_core_latency = seconds;
    if (pass->encoder) rondo_pass_set_core_to_core_latency(pass->encoder, seconds);
}

void rondo_pass_set_classes(rondo_pass *pass, int32_t *classes)
{
    pass->readout->classes = classes;
}

void rondo_pass_set_class_weights(rondo_pass *pass, const double *weights)
{
    pass->readout->class_weights = weights;
}

void rondo_pass_load(rondo_pass *pass, const rondo_real *parameters)
{
    pass->parameters = parameters;
    rondo_product_use(pass->network->precision);
    rondo_panels_load(pass);
    if (pass->encoder) rondo_pass_load(pass->encoder, parameters);
}

/* States of rows that do not go on from the preceding minibatch start at zero. */
static void start_states(rondo_pass *pass)
{
    if (pass->batch->carry) return;
    for (int64_t i = 0; i < pass->network->direction_count; i++) {
        rondo_direction_buffers *buffers = &pass->directions[i];
        const rondo_direction *d = buffers->direction;
        for (int32_t s = 0; s < d->plan.state_count; s++)
            memset(buffers->carried[s], 0,
                   (size_t)(pass->size.rows * rondo_direction_width(d, s)) * sizeof(rondo_real));
    }
}

/* The minibatch at hand; `gradient` NULL: forward only. */
static void begin(rondo_pass *pass, const rondo_batch *batch, int64_t step, rondo_real *gradient)
{
    rondo_product_use(pass->network->precision);
    pass->batch = batch;
    pass->training = gradient != NULL;
    pass->step = step;
    pass->gradient = gradient;
    pass->block = (rondo_step_block){
        .end_step = batch->steps, .end_token = batch->tokens, .is_first = true, .is_last = true};
    rondo_thread_speed_settle(pass->teams->thread_speeds, pass->size.threads, pass->teams->speeds);
    if (!pass->training) return;
    rondo_gradients_index(pass);
}

static void layers_forward(rondo_pass *pass)
{
    rondo_input_forward(pass);
    for (pass->layer = 0; pass->layer < pass->network->layer_count; pass->layer++)
        rondo_layer_forward(pass);
}

static void layers_backward(rondo_pass *pass)
{
    const rondo_pass_watcher *watcher = pass->watcher;
    for (pass->layer = pass->network->layer_count - 1; pass->layer >= 0; pass->layer--) {
        rondo_layer_backward(pass);
        if (watcher && pass->layer > 0) watcher->layer_done(watcher->context, pass->layer);
    }
    rondo_input_backward(pass);
    if (watcher) watcher->layer_done(watcher->context, 0); /* its weights of one-hot inputs, too */
}

static void encode(rondo_pass *pass)
{
    begin(pass->encoder, pass->batch->source, pass->step, pass->gradient);
    start_states(pass->encoder);
    layers_forward(pass->encoder);
    rondo_bridge_forward(pass);
}

/* Without attention only the last of an encoder's outputs go further, as states. */
static void encode_backward(rondo_pass *pass)
{
    rondo_pass *encoder = pass->encoder;
    int64_t width = encoder->network->layers[encoder->network->layer_count - 1].output;
    rondo_bridge_backward(pass);
    if (pass->network->attention_width == 0)
        memset(encoder->d_output, 0,
               (size_t)(encoder->batch->tokens * width) * sizeof *encoder->d_output);
    layers_backward(encoder);
}

static void forward(rondo_pass *pass, rondo_score *score)
{
    if (pass->encoder && pass->batch->source)
        encode(pass);
    else
        start_states(pass);
    layers_forward(pass);
    rondo_pooling_forward(pass);
    if (pass->network->attention_width > 0) rondo_attention_forward(pass);
    rondo_readout_run(pass, score);
}

/* A minibatch in all stations, within one parallel region. */
typedef struct pass_run {
    rondo_pass *pass;
    rondo_score *score;
} pass_run;

static void run_pass(void *context)
{
    const pass_run *run = context;
    const rondo_pass_watcher *watcher = run->pass->training ? run->pass->watcher : NULL;
    forward(run->pass, run->score);
    if (watcher) watcher->forward_done(watcher->context, run->score);
    if (run->pass->training && isfinite(run->score->loss)) rondo_pass_finish_training(run->pass);
}

void rondo_pass_evaluate(rondo_pass *pass, const rondo_batch *batch, rondo_score *score)
{
    pass_run run = {pass, score};
    begin(pass, batch, 0, NULL);
    rondo_parallel_region(pass->size.threads, run_pass, &run);
}

void rondo_pass_start_training(rondo_pass *pass, const rondo_batch *batch, int64_t step,
                               rondo_real *gradient, rondo_score *score)
{
    begin(pass, batch, step, gradient);
    forward(pass, score);
}

void rondo_pass_finish_training(rondo_pass *pass)
{
    rondo_pooling_backward(pass);
    if (pass->network->attention_width > 0) rondo_attention_backward(pass);
    layers_backward(pass);
    if (pass->encoder) encode_backward(pass);
}

void rondo_pass_train(rondo_pass *pass, const rondo_batch *batch, int64_t step,
                      rondo_real *gradient, rondo_score *score)
{
    pass_run run = {pass, score};
    begin(pass, batch, step, gradient);
    rondo_parallel_region(pass->size.threads, run_pass, &run);
}

const rondo_real *rondo_pass_prediction(const rondo_pass *pass)
{
    return pass->readout->prediction;
}
