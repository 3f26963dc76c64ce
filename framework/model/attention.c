/* Attention (Luong, Pham & Manning 2015, global): what the readout sees of a decoder's step t is
 *
 *     k_j = s_j (dot), or s_j W_k (general)      s_j: the encoder's top output at step j
 *     a_tj = softmax over j of h_t k_j           h_t: the decoder's top output
 *     c_t = sum over j of a_tj s_j
 *     o_t = tanh([c_t, h_t] W_o)
 *
 * A row's steps and its source's steps are one task, so every sum has one order and nothing is
 * padded. Products with weights are taken in chunks of packed rows, as everywhere. */
#include "model/attention.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "model/layer.h"
#include "model/panels.h"
#include "model/weight_gradient.h"
#include "rondo/pointwise.h"

static int64_t top_width(const rondo_network *network)
{
    return network->layers[network->layer_count - 1].output;
}

static int64_t joined_width(const rondo_network *network)
{
    return network->attention_width + top_width(network);
}

static bool is_general(const rondo_pass *pass)
{
    return pass->network->attention_keys >= 0;
}

/* --- what it needs --- */

void rondo_attention_plan(rondo_pass *pass)
{
    rondo_attention *a = pass->attention;
    const rondo_network *network = pass->network;
    int64_t hidden = top_width(network), joined = joined_width(network);
    int64_t tokens = pass->size.tokens, width = network->attention_width;
    int64_t sources = pass->size.source_tokens;
    a->output = rondo_arena_reals(&pass->arena, tokens * hidden);
    a->joined = rondo_arena_reals(&pass->arena, tokens * joined);
    a->weights = rondo_arena_reals(&pass->arena, tokens * pass->size.source_steps);
    a->panels = rondo_arena_reals(&pass->arena, rondo_product_packed_size(joined, hidden));
    if (network->attention_keys >= 0) {
        a->keys = rondo_arena_reals(&pass->arena, sources * hidden);
        a->key_panels = rondo_arena_reals(&pass->arena, rondo_product_packed_size(width, hidden));
    }
    if (!pass->size.training) return;
    a->d_output = rondo_arena_reals(&pass->arena, tokens * hidden);
    a->d_joined = rondo_arena_reals(&pass->arena, tokens * joined);
    a->d_weights = rondo_arena_reals(&pass->arena, pass->size.rows * pass->size.source_steps);
    a->back_panels = rondo_arena_reals(&pass->arena, rondo_product_packed_size(hidden, joined));
    if (network->attention_keys < 0) return;
    a->d_keys = rondo_arena_reals(&pass->arena, sources * hidden);
    a->key_back_panels = rondo_arena_reals(&pass->arena, rondo_product_packed_size(hidden, width));
}

int64_t rondo_attention_products_size(const rondo_network *network, const rondo_pass_size *size)
{
    int64_t output = rondo_product_left_size(joined_width(network), size->tokens);
    int64_t keys = rondo_product_left_size(network->attention_width, size->source_tokens);
    return output > keys ? output : keys;
}

void rondo_attention_add_packings(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    const rondo_attention *a = pass->attention;
    int64_t hidden = top_width(network);
    rondo_panels_add(pass, joined_width(network), hidden,
                     rondo_pass_weights(pass, network->attention_weights), hidden, a->panels,
                     a->back_panels);
    if (is_general(pass))
        rondo_panels_add(pass, network->attention_width, hidden,
                         rondo_pass_weights(pass, network->attention_keys), hidden, a->key_panels,
                         a->key_back_panels);
}

/* --- rows --- */

static const rondo_real *top_output(const rondo_pass *pass)
{
    return rondo_pass_layer_output(pass, pass->network->layer_count - 1);
}

static const rondo_real *keys_of(const rondo_pass *pass)
{
    return is_general(pass) ? pass->attention->keys : top_output(pass->encoder);
}

static rondo_real dot(const rondo_real *restrict a, const rondo_real *restrict b, int64_t count)
{
    rondo_real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add_scaled(rondo_real *restrict sum, const rondo_real *restrict more, rondo_real scale,
                       int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        sum[i] += scale * more[i];
}

/* A row of the decoder and the packed rows of its source: source step j is offset[j] + row. */
typedef struct source_rows {
    const int64_t *offset;
    int64_t row, steps;
} source_rows;

static source_rows source_rows_of(const rondo_pass *pass, int64_t b)
{
    const rondo_batch *source = pass->encoder->batch;
    source_rows p = {source->offset, pass->batch->source_row[b], 0};
    while (p.steps < source->steps && source->active[p.steps] > p.row)
        p.steps++;
    return p;
}

static void soften(rondo_real *weights, int64_t count)
{
    rondo_real highest = weights[0], sum = 0;
    for (int64_t j = 1; j < count; j++)
        if (weights[j] > highest) highest = weights[j];
    for (int64_t j = 0; j < count; j++)
        sum += weights[j] = rondo_exp(weights[j] - highest);
    for (int64_t j = 0; j < count; j++)
        weights[j] /= sum;
}

static void look_task(void *context, int64_t b, int thread)
{
    rondo_pass *pass = context;
    const rondo_batch *batch = pass->batch;
    int64_t hidden = top_width(pass->network), width = pass->network->attention_width;
    const rondo_real *sources = top_output(pass->encoder), *keys = keys_of(pass);
    const source_rows p = source_rows_of(pass, b);
    (void)thread;
    for (int64_t t = 0; t < batch->steps && batch->active[t] > b; t++) {
        int64_t n = batch->offset[t] + b;
        const rondo_real *state = top_output(pass) + n * hidden;
        rondo_real *weights = pass->attention->weights + n * pass->size.source_steps;
        rondo_real *joined = pass->attention->joined + n * (width + hidden);
        for (int64_t j = 0; j < p.steps; j++)
            weights[j] = dot(state, keys + (p.offset[j] + p.row) * hidden, hidden);
        soften(weights, p.steps);
        memset(joined, 0, (size_t)width * sizeof *joined);
        for (int64_t j = 0; j < p.steps; j++)
            add_scaled(joined, sources + (p.offset[j] + p.row) * width, weights[j], width);
        memcpy(joined + width, state, (size_t)hidden * sizeof *joined);
    }
}

static void look_back_task(void *context, int64_t b, int thread)
{
    rondo_pass *pass = context;
    const rondo_batch *batch = pass->batch;
    const rondo_attention *a = pass->attention;
    int64_t hidden = top_width(pass->network), width = pass->network->attention_width;
    const rondo_real *sources = top_output(pass->encoder), *keys = keys_of(pass);
    rondo_real *d_sources = pass->encoder->d_output;
    rondo_real *d_keys = is_general(pass) ? a->d_keys : d_sources;
    rondo_real *d_weights = a->d_weights + b * pass->size.source_steps;
    const source_rows p = source_rows_of(pass, b);
    (void)thread;
    for (int64_t j = 0; j < p.steps; j++) {
        int64_t m = p.offset[j] + p.row;
        memset(d_sources + m * width, 0, (size_t)width * sizeof *d_sources);
        memset(d_keys + m * hidden, 0, (size_t)hidden * sizeof *d_keys);
    }
    for (int64_t t = 0; t < batch->steps && batch->active[t] > b; t++) {
        int64_t n = batch->offset[t] + b;
        const rondo_real *state = top_output(pass) + n * hidden;
        const rondo_real *weights = a->weights + n * pass->size.source_steps;
        const rondo_real *d_joined = a->d_joined + n * (width + hidden);
        rondo_real *d_state = pass->d_output + n * hidden, mean = 0;
        memcpy(d_state, d_joined + width, (size_t)hidden * sizeof *d_state);
        for (int64_t j = 0; j < p.steps; j++) {
            d_weights[j] = dot(d_joined, sources + (p.offset[j] + p.row) * width, width);
            mean += weights[j] * d_weights[j];
        }
        for (int64_t j = 0; j < p.steps; j++) {
            int64_t m = p.offset[j] + p.row;
            rondo_real d_score = weights[j] * (d_weights[j] - mean);
            add_scaled(d_state, keys + m * hidden, d_score, hidden);
            add_scaled(d_keys + m * hidden, state, d_score, hidden);
            add_scaled(d_sources + m * width, d_joined, weights[j], width);
        }
    }
}

/* --- products, by chunks of packed rows --- */

static int64_t chunks(int64_t rows)
{
    return (rows + RONDO_CHUNK - 1) / RONDO_CHUNK;
}

static int64_t chunk_rows(int64_t chunk, int64_t rows)
{
    int64_t left = rows - chunk * RONDO_CHUNK;
    return left < RONDO_CHUNK ? left : RONDO_CHUNK;
}

/* result rows of a chunk = (result +) rows of `left` x panels. */
static void multiply(const rondo_pass *pass, int64_t chunk, int64_t all_rows,
                     const rondo_real *left, int64_t depth, const rondo_real *panels,
                     rondo_real *result, int64_t columns, bool adds, int thread)
{
    int64_t first = chunk * RONDO_CHUNK;
    rondo_matrix matrix = {left + first * depth, depth, 1};
    const rondo_addend addend = {adds ? result + first * columns : NULL, columns};
    rondo_product_packed(chunk_rows(chunk, all_rows), depth, columns, matrix, panels, 0, columns,
                         addend, result + first * columns, columns, pass->scratch[thread]);
}

static void keys_task(void *context, int64_t chunk, int thread)
{
    const rondo_pass *pass = context;
    multiply(pass, chunk, pass->encoder->batch->tokens, top_output(pass->encoder),
             pass->network->attention_width, pass->attention->key_panels, pass->attention->keys,
             top_width(pass->network), 0, thread);
}

static void output_task(void *context, int64_t chunk, int thread)
{
    const rondo_pass *pass = context;
    const rondo_attention *a = pass->attention;
    int64_t hidden = top_width(pass->network), tokens = pass->batch->tokens;
    rondo_real *output = a->output + chunk * RONDO_CHUNK * hidden;
    multiply(pass, chunk, tokens, a->joined, joined_width(pass->network), a->panels, a->output,
             hidden, 0, thread);
    for (int64_t i = 0; i < chunk_rows(chunk, tokens) * hidden; i++)
        output[i] = rondo_tanh(output[i]);
}

static void output_back_task(void *context, int64_t chunk, int thread)
{
    const rondo_pass *pass = context;
    const rondo_attention *a = pass->attention;
    int64_t hidden = top_width(pass->network), tokens = pass->batch->tokens;
    int64_t first = chunk * RONDO_CHUNK * hidden;
    int64_t end = first + chunk_rows(chunk, tokens) * hidden;
    for (int64_t i = first; i < end; i++)
        a->d_output[i] = pass->d_output[i] * rondo_tanh_slope(a->output[i]);
    multiply(pass, chunk, tokens, a->d_output, hidden, a->back_panels, a->d_joined,
             joined_width(pass->network), 0, thread);
}

static void keys_back_task(void *context, int64_t chunk, int thread)
{
    const rondo_pass *pass = context;
    multiply(pass, chunk, pass->encoder->batch->tokens, pass->attention->d_keys,
             top_width(pass->network), pass->attention->key_back_panels, pass->encoder->d_output,
             pass->network->attention_width, 1, thread);
}

static void add_gradient(const rondo_pass *pass, const rondo_real *input, int64_t rows,
                         int64_t tokens, const rondo_real *d_output, int64_t parameter)
{
    int64_t hidden = top_width(pass->network);
    const rondo_gradient_product product = {.input = input,
                                            .rows = rows,
                                            .tokens = tokens,
                                            .d_output = d_output,
                                            .d_stride = hidden,
                                            .columns = hidden,
                                            .result = rondo_pass_gradient_of(pass, parameter),
                                            .result_stride = hidden};
    rondo_gradient_products_run(pass, &product, 1, NULL, 0);
}

void rondo_attention_forward(rondo_pass *pass)
{
    int threads = pass->size.threads;
    if (pass->batch->source && is_general(pass))
        rondo_parallel_for(threads, chunks(pass->encoder->batch->tokens), keys_task, pass);
    rondo_parallel_for(threads, pass->batch->rows, look_task, pass);
    rondo_parallel_for(threads, chunks(pass->batch->tokens), output_task, pass);
}

void rondo_attention_backward(rondo_pass *pass)
{
    const rondo_attention *a = pass->attention;
    const rondo_network *network = pass->network;
    int threads = pass->size.threads;
    rondo_parallel_for(threads, chunks(pass->batch->tokens), output_back_task, pass);
    add_gradient(pass, a->joined, joined_width(network), pass->batch->tokens, a->d_output,
                 network->attention_weights);
    rondo_parallel_for(threads, pass->batch->rows, look_back_task, pass);
    if (!is_general(pass)) return;
    int64_t tokens = pass->encoder->batch->tokens;
    rondo_parallel_for(threads, chunks(tokens), keys_back_task, pass);
    add_gradient(pass, top_output(pass->encoder), network->attention_width, tokens, a->d_keys,
                 network->attention_keys);
}
