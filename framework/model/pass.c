#include "model/pass.h"

#include <stdio.h>
#include <string.h>

#include "base/parallel.h"
#include "model/halves.h"
#include "model/team.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void rondo_pass_size_cover(rondo_pass_size *size, const rondo_batches *batches)
{
    int64_t rows, steps, tokens, source_steps, source_tokens;
    rondo_batches_largest(batches, &rows, &steps, &tokens);
    rondo_batches_largest_source(batches, &source_steps, &source_tokens);
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
    for (int m = 0; m < RONDO_MAX_METRICS; m++)
        score->metrics[m] += more->metrics[m];
}

/* --- what the pass needs, taken from the arena in one fixed order --- */

static rondo_real *take(rondo_pass *pass, int64_t count)
{
    return rondo_arena_reals(&pass->arena, count);
}

static rondo_real *take_panels(rondo_pass *pass, int64_t depth, int64_t columns)
{
    if (columns == 0) return NULL;
    return take(pass, rondo_product_packed_size(depth, columns));
}

/* All but an encoder. */
static bool has_readout(const rondo_network *network)
{
    return network->output_width > 0;
}

static void plan_track_states(rondo_pass *pass, rondo_track *track)
{
    const rondo_direction *d = track->direction;
    int64_t rows = pass->size.rows * d->hidden;
    for (int32_t i = 0; i < d->plan.state_count; i++) {
        track->state[i] = take(pass, (pass->size.tokens + pass->size.rows) * d->hidden);
        track->carried[i] = take(pass, rows);
        snprintf(track->carried_name[i], sizeof track->carried_name[i], "%slayers/%lld/%s/%s",
                 pass->network->prefix, (long long)d->layer, d->reverse ? "backward" : "forward",
                 d->plan.states[i]);
        if (!pass->size.training) continue;
        track->d_state[i] = take(pass, rows);
        track->d_previous[i] = take(pass, rows);
        track->d_initial[i] = take(pass, rows);
        if (!has_readout(pass->network)) track->d_final[i] = take(pass, rows);
        if (pass->size.inspection)
            track->kept_gradient[i] = take(pass, pass->size.tokens * d->hidden);
        if (d->zoneout[i] <= 0) continue;
        track->proposed[i] = take(pass, pass->size.tokens * d->hidden);
        track->zoned[i] = rondo_arena_take(&pass->arena, (size_t)(pass->size.tokens * d->hidden));
    }
    for (int32_t i = 0; i < d->plan.made_count; i++) {
        track->made[i] = take(pass, pass->size.tokens * d->hidden);
        if (pass->size.training) track->d_made[i] = take(pass, rows);
    }
}

static void plan_recurrent_dropout(rondo_pass *pass, rondo_track *track)
{
    const rondo_direction *d = track->direction;
    if (!pass->size.training || d->recurrent_dropout <= 0) return;
    track->recurrent_scale = take(pass, pass->size.rows * d->hidden);
    track->d_dropped = take(pass, pass->size.rows * d->hidden);
    for (int32_t s = 0; s < d->plan.stage_count; s++)
        track->dropped[s] = take(pass, pass->size.tokens * d->hidden);
}

static void plan_track_panels(rondo_pass *pass, rondo_track *track)
{
    const rondo_direction *d = track->direction;
    int64_t hidden = d->hidden, gates = d->gate_count * hidden;
    bool one_hot = d->layer == 0 && pass->network->input_kind == RONDO_INPUT_ONE_HOT;
    if (!one_hot) track->input_panels = take_panels(pass, d->input, gates);
    if (pass->size.training && rondo_network_needs_input_gradient(pass->network, d))
        track->input_back_panels = take_panels(pass, gates, d->input);
    for (int32_t s = 0; s < d->plan.stage_count; s++) {
        int64_t beside = d->plan.stages[s].beside_count * hidden;
        int64_t added = d->plan.stages[s].gate_count * hidden - beside;
        track->recurrent_panels[s] = take_panels(pass, hidden, added);
        track->beside_panels[s] = take_panels(pass, hidden, beside);
        if (!pass->size.training) continue;
        if (added > 0) track->recurrent_back_panels[s] = take_panels(pass, added, hidden);
        if (beside > 0) track->beside_back_panels[s] = take_panels(pass, beside, hidden);
    }
}

static void plan_tracks(rondo_pass *pass)
{
    int64_t tokens = pass->size.tokens;
    for (int64_t i = 0; i < pass->network->direction_count; i++) {
        rondo_track *track = &pass->tracks[i];
        const rondo_direction *d = track->direction = &pass->network->directions[i];
        track->gates = take(pass, tokens * d->gate_count * d->hidden);
        if (d->beside_count > 0) track->beside = take(pass, tokens * d->beside_count * d->hidden);
        if (d->plan.tape_count > 0)
            track->tape = take(pass, tokens * d->plan.tape_count * d->hidden);
        if (pass->size.inspection)
            track->activity =
                rondo_arena_take(&pass->arena, (size_t)d->gate_count * sizeof *track->activity);
        plan_track_states(pass, track);
        plan_recurrent_dropout(pass, track);
        plan_track_panels(pass, track);
    }
}

static void plan_layers(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t tokens = pass->size.tokens;
    for (int64_t i = 0; i < network->layer_count; i++) {
        const rondo_layer *layer = &network->layers[i];
        bool normed = layer->norm_gains >= 0;
        if (layer->direction_count > 1 || layer->dropout > 0 || normed || layer->residual)
            pass->layers[i].output = take(pass, tokens * layer->output);
        if (normed && pass->size.training) {
            pass->layers[i].normalised = take(pass, tokens * layer->output);
            pass->layers[i].norm_scale = take(pass, tokens);
        }
        if (layer->dropout > 0 && pass->size.training)
            pass->layers[i].kept = rondo_arena_take(&pass->arena, (size_t)(tokens * layer->output));
    }
}

static void plan_input(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t tokens = pass->size.tokens;
    bool drops = network->input_dropout > 0 && pass->size.training;
    bool one_hot = network->input_kind == RONDO_INPUT_ONE_HOT;
    if (network->embedding >= 0 || (drops && !one_hot))
        pass->first_input = take(pass, tokens * network->first_width);
    if (drops)
        pass->first_kept =
            rondo_arena_take(&pass->arena, (size_t)(tokens * (one_hot ? 1 : network->first_width)));
    if (network->unknown_rate > 0 && pass->size.training)
        pass->replaced = rondo_arena_take(&pass->arena, (size_t)tokens * sizeof *pass->replaced);
}

static void plan_gradients(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t widest = network->embedding >= 0 ? network->first_width : 0;
    for (int64_t i = 0; i < network->layer_count; i++)
        widest = larger(widest, network->layers[i].output);
    pass->d_output = take(pass, pass->size.tokens * widest);
    pass->d_input = take(pass, pass->size.tokens * widest);
    int64_t left = rondo_gradient_products_size(network, pass->size.tokens, pass->block);
    if (network->encoder) left = larger(left, rondo_bridge_products_size(network, pass->size.rows));
    if (network->attention_width > 0)
        left = larger(left, rondo_attention_products_size(network, &pass->size));
    pass->left = take(pass, left);
    size_t tokens = sizeof *pass->before * (size_t)pass->size.tokens;
    pass->before = rondo_arena_take(&pass->arena, tokens);
    pass->halves = rondo_arena_take(&pass->arena, tokens);
    pass->halves_before = rondo_arena_take(&pass->arena, tokens);
    pass->second_half = take(pass, rondo_halves_size(network, pass->size.tokens));
    pass->half_sums = rondo_arena_take(
        &pass->arena, sizeof(double) * (size_t)rondo_halves_sums(network, pass->size.tokens));
}

static void plan_pooling(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t count = pass->size.rows * network->layers[network->layer_count - 1].output;
    if (network->pooling == RONDO_POOLING_NONE) return;
    pass->row_steps =
        rondo_arena_take(&pass->arena, sizeof *pass->row_steps * (size_t)pass->size.rows);
    pass->pooled = take(pass, count);
    if (network->pooling == RONDO_POOLING_MAX)
        pass->largest_step =
            rondo_arena_take(&pass->arena, sizeof *pass->largest_step * (size_t)count);
    if (pass->size.training) pass->d_pooled = take(pass, count);
}

static void plan_readout(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t top = network->layers[network->layer_count - 1].output;
    pass->block = rondo_readout_block(network, &pass->size);
    pass->prediction = take(pass, pass->block * network->output_width);
    pass->readout_panels = take_panels(pass, top, network->output_width);
    if (pass->size.training) {
        pass->readout_back_panels = take_panels(pass, network->output_width, top);
        pass->bias_sums =
            rondo_arena_take(&pass->arena, sizeof(double) * (size_t)network->output_width);
    }
    size_t row = sizeof(double) *
                 (size_t)rondo_network_predictions(network, pass->size.rows, pass->size.tokens);
    pass->row_loss = rondo_arena_take(&pass->arena, row);
    pass->row_metrics =
        rondo_arena_take(&pass->arena, row * (size_t)larger(network->loss->metric_count, 1));
}

static void plan(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    int64_t scratch = rondo_product_scratch(RONDO_CHUNK);
    plan_tracks(pass);
    plan_layers(pass);
    plan_input(pass);
    plan_pooling(pass);
    if (has_readout(network)) plan_readout(pass);
    if (pass->size.training) plan_gradients(pass);
    if (network->encoder) rondo_bridge_plan(pass);
    if (network->attention_width > 0) rondo_attention_plan(pass);
    int64_t left = rondo_team_left_size(network, &pass->size);
    for (int i = 0; i < pass->size.threads; i++)
        pass->scratch[i] = take(pass, scratch);
    for (int i = 0; i < 2 * pass->size.threads; i++)
        pass->team_left[i] = take(pass, left);
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

/* A pass whose buffers are only counted. */
static rondo_status create_counted(const rondo_network *network, const rondo_pass_size *size,
                                   rondo_pass **out, rondo_error *error)
{
    *out = NULL;
    rondo_pass *pass = rondo_memory_create(sizeof *pass, "pass", error);
    if (!pass) return error->status;
    pass->network = network;
    pass->size = *size;
    size_t directions = (size_t)network->direction_count, layers = (size_t)network->layer_count;
    pass->tracks = rondo_memory_create(directions * sizeof *pass->tracks, "pass", error);
    pass->layers = rondo_memory_create(layers * sizeof *pass->layers, "pass", error);
    pass->scratch =
        rondo_memory_create((size_t)size->threads * sizeof *pass->scratch, "pass", error);
    pass->team_left =
        rondo_memory_create((size_t)size->threads * 2 * sizeof *pass->team_left, "pass", error);
    pass->barriers =
        rondo_memory_create((size_t)size->threads * sizeof *pass->barriers, "pass", error);
    size_t links = (size_t)network->link_count;
    size_t matrices = directions * (2 + 4 * RONDO_MAX_STAGES) + 2 * links + 8;
    pass->packings = rondo_memory_create(matrices * sizeof *pass->packings, "pass", error);
    pass->packing_work = rondo_memory_create(matrices * sizeof *pass->packing_work, "pass", error);
    pass->bridge.links = rondo_memory_create(links * sizeof *pass->bridge.links, "pass", error);
    if (!pass->tracks || !pass->layers || !pass->packings || !pass->packing_work ||
        !pass->scratch || !pass->team_left || !pass->barriers || !pass->bridge.links ||
        create_encoder(pass, error)) {
        rondo_pass_destroy(pass);
        return error->status;
    }
    plan(pass);
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
    if (!status) plan(pass);
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
    rondo_memory_destroy(pass->tracks);
    rondo_memory_destroy(pass->layers);
    rondo_memory_destroy(pass->scratch);
    rondo_memory_destroy(pass->team_left);
    rondo_memory_destroy(pass->barriers);
    rondo_memory_destroy(pass->packings);
    rondo_memory_destroy(pass->packing_work);
    rondo_memory_destroy(pass->bridge.links);
    rondo_memory_destroy(pass);
}

/* --- one minibatch --- */

void rondo_pass_set_profile(rondo_pass *pass, rondo_profile *profile)
{
    pass->profile = profile;
    if (pass->encoder) rondo_pass_set_profile(pass->encoder, profile);
}

void rondo_pass_use_threads(rondo_pass *pass, int threads)
{
    pass->size.threads = threads;
    if (pass->encoder) rondo_pass_use_threads(pass->encoder, threads);
}

void rondo_pass_set_exchange(rondo_pass *pass, double seconds)
{
    pass->exchange_seconds = seconds;
    if (pass->encoder) rondo_pass_set_exchange(pass->encoder, seconds);
}

void rondo_pass_set_classes(rondo_pass *pass, int32_t *classes, int32_t first)
{
    pass->classes = classes;
    pass->first_class = first;
}

void rondo_pass_load(rondo_pass *pass, const rondo_real *parameters)
{
    pass->parameters = parameters;
    rondo_panels_load(pass);
    if (pass->encoder) rondo_pass_load(pass->encoder, parameters);
}

/* States of rows that do not go on from the preceding minibatch start at zero. */
static void start_states(rondo_pass *pass)
{
    if (pass->batch->carry) return;
    for (int64_t i = 0; i < pass->network->direction_count; i++) {
        rondo_track *track = &pass->tracks[i];
        size_t bytes = (size_t)(pass->size.rows * track->direction->hidden) * sizeof(rondo_real);
        for (int32_t s = 0; s < track->direction->plan.state_count; s++)
            memset(track->carried[s], 0, bytes);
    }
}

/* Of a ragged minibatch the states before each row do not lie packed in the forward direction. */
static void index_rows_before(rondo_pass *pass)
{
    const rondo_batch *batch = pass->batch;
    for (int64_t t = 0; t < batch->steps; t++) {
        int64_t first = t > 0 ? batch->rows + batch->offset[t - 1] : 0;
        for (int64_t b = 0; b < batch->active[t]; b++)
            pass->before[batch->offset[t] + b] = first + b;
    }
}

/* The minibatch at hand; `gradient` NULL: forward only. */
static void begin(rondo_pass *pass, const rondo_batch *batch, int64_t step, rondo_real *gradient)
{
    pass->batch = batch;
    pass->training = gradient != NULL;
    pass->step = step;
    pass->gradient = gradient;
    if (!pass->training) return;
    index_rows_before(pass);
    rondo_halves_cut(pass);
}

static void layers_forward(rondo_pass *pass)
{
    rondo_input_forward(pass);
    for (pass->layer = 0; pass->layer < pass->network->layer_count; pass->layer++)
        rondo_layer_forward(pass);
}

static void layers_backward(rondo_pass *pass)
{
    for (pass->layer = pass->network->layer_count - 1; pass->layer >= 0; pass->layer--)
        rondo_layer_backward(pass);
    rondo_input_backward(pass);
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

void rondo_pass_evaluate(rondo_pass *pass, const rondo_batch *batch, rondo_score *score)
{
    begin(pass, batch, 0, NULL);
    forward(pass, score);
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
    rondo_pass_start_training(pass, batch, step, gradient, score);
    rondo_pass_finish_training(pass);
}

const rondo_real *rondo_pass_prediction(const rondo_pass *pass)
{
    return pass->prediction;
}
