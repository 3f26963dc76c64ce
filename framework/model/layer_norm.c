/* Layer normalisation of a layer's output (Ba, Kiros & Hinton 2016, arXiv:1607.06450, equation 3;
 * variance and epsilon as torch.nn.LayerNorm): for each row h of H numbers
 *
 *     n = (h - mean(h)) s,   s = 1 / sqrt(mean((h - mean(h))^2) + epsilon)
 *     y = g * n + b
 *
 * and back:
 *
 *     dg = sum dy * n,   db = sum dy        over all rows, in their order
 *     dn = dy * g,       dh = s (dn - mean(dn) - n mean(dn * n))
 *
 * Sums are made in double. Rows do not depend on each other; gains and biases are summed by ranges
 * of columns. */
#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "model/layer.h"

enum { COLUMNS_A_TASK = 64 };

static const rondo_layer *layer_of(const rondo_pass *pass)
{
    return &pass->network->layers[pass->layer];
}

static double mean_of(const rondo_real *values, int64_t width)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < width; j++)
        sum += (double)values[j];
    return sum / (double)width;
}

static double variance_of(const rondo_real *values, double mean, int64_t width)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < width; j++)
        sum += ((double)values[j] - mean) * ((double)values[j] - mean);
    return sum / (double)width;
}

static double mean_product(const rondo_real *a, const rondo_real *b, int64_t width)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < width; j++)
        sum += (double)a[j] * (double)b[j];
    return sum / (double)width;
}

/* --- forward --- */

/* `row` becomes y; n and s are kept for the way back where there is room. */
static void normalise_row(const rondo_pass *pass, int64_t n, rondo_real *row)
{
    const rondo_layer *layer = layer_of(pass);
    const rondo_layer_buffer *buffer = &pass->layers[pass->layer];
    const rondo_real *gains = rondo_pass_weights(pass, layer->norm_gains);
    const rondo_real *biases = rondo_pass_weights(pass, layer->norm_biases);
    int64_t width = layer->output;
    double mean = mean_of(row, width);
    double scale = 1.0 / sqrt(variance_of(row, mean, width) + layer->norm_epsilon);
    for (int64_t j = 0; j < width; j++)
        row[j] = (rondo_real)(((double)row[j] - mean) * scale);
    if (pass->training) {
        memcpy(buffer->normalised + n * width, row, (size_t)width * sizeof *row);
        buffer->norm_scale[n] = (rondo_real)scale;
    }
    for (int64_t j = 0; j < width; j++)
        row[j] = gains[j] * row[j] + biases[j];
}

static int64_t chunk_end(const rondo_pass *pass, int64_t chunk)
{
    int64_t end = (chunk + 1) * RONDO_CHUNK;
    return end < pass->batch->tokens ? end : pass->batch->tokens;
}

static void forward_task(void *context, int64_t chunk, int thread)
{
    const rondo_pass *pass = context;
    int64_t width = layer_of(pass)->output;
    double start = rondo_profile_start(pass->profile);
    for (int64_t n = chunk * RONDO_CHUNK; n < chunk_end(pass, chunk); n++)
        normalise_row(pass, n, pass->layers[pass->layer].output + n * width);
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_ELEMENT_WISE, start);
}

static int64_t chunk_count(const rondo_pass *pass)
{
    return (pass->batch->tokens + RONDO_CHUNK - 1) / RONDO_CHUNK;
}

void rondo_layer_norm_forward(rondo_pass *pass)
{
    if (layer_of(pass)->norm_gains < 0) return;
    rondo_parallel_for(pass->size.threads, chunk_count(pass), forward_task, pass);
}

/* --- backward --- */

static void parameters_task(void *context, int64_t task, int thread)
{
    const rondo_pass *pass = context;
    const rondo_layer *layer = layer_of(pass);
    int64_t width = layer->output, first = task * COLUMNS_A_TASK;
    int64_t count = width - first < COLUMNS_A_TASK ? width - first : COLUMNS_A_TASK;
    double gains[COLUMNS_A_TASK] = {0}, biases[COLUMNS_A_TASK] = {0};
    double start = rondo_profile_start(pass->profile);
    for (int64_t n = 0; n < pass->batch->tokens; n++) {
        const rondo_real *restrict d = pass->d_output + n * width + first;
        const rondo_real *restrict normalised =
            pass->layers[pass->layer].normalised + n * width + first;
        for (int64_t j = 0; j < count; j++) {
            gains[j] += (double)d[j] * (double)normalised[j];
            biases[j] += (double)d[j];
        }
    }
    for (int64_t j = 0; j < count; j++) {
        rondo_pass_gradient_of(pass, layer->norm_gains)[first + j] = (rondo_real)gains[j];
        rondo_pass_gradient_of(pass, layer->norm_biases)[first + j] = (rondo_real)biases[j];
    }
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_WEIGHT_GRADIENTS, start);
}

/* dy of row n becomes dh. */
static void row_backward(const rondo_pass *pass, int64_t n)
{
    const rondo_layer *layer = layer_of(pass);
    int64_t width = layer->output;
    const rondo_real *gains = rondo_pass_weights(pass, layer->norm_gains);
    const rondo_real *normalised = pass->layers[pass->layer].normalised + n * width;
    rondo_real *d = pass->d_output + n * width;
    for (int64_t j = 0; j < width; j++)
        d[j] *= gains[j];
    double mean = mean_of(d, width), along = mean_product(d, normalised, width);
    double scale = (double)pass->layers[pass->layer].norm_scale[n];
    for (int64_t j = 0; j < width; j++)
        d[j] = (rondo_real)(scale * ((double)d[j] - mean - (double)normalised[j] * along));
}

static void backward_task(void *context, int64_t chunk, int thread)
{
    const rondo_pass *pass = context;
    double start = rondo_profile_start(pass->profile);
    for (int64_t n = chunk * RONDO_CHUNK; n < chunk_end(pass, chunk); n++)
        row_backward(pass, n);
    rondo_profile_add(pass->profile, thread, RONDO_PHASE_ELEMENT_WISE, start);
}

void rondo_layer_norm_backward(rondo_pass *pass)
{
    const rondo_layer *layer = layer_of(pass);
    if (layer->norm_gains < 0) return;
    rondo_parallel_for(pass->size.threads, (layer->output + COLUMNS_A_TASK - 1) / COLUMNS_A_TASK,
                       parameters_task, pass);
    rondo_parallel_for(pass->size.threads, chunk_count(pass), backward_task, pass);
}
