#include "model/split_k.h"

#include "base/parallel.h"
#include "model/row_sums.h"

/* How often operands have to outnumber the weights, and tokens that fill a block of depths each
 * half.
 */
enum { OPERANDS_A_WEIGHT = 6, LEAST_TOKENS = 512, ROWS_A_TASK = 8 };

/* Inputs of the products of all stages, without what is looked up. */
static int64_t inputs_of(const rondo_network *network, const rondo_direction *d)
{
    bool one_hot = d->layer == 0 && network->input_kind == RONDO_INPUT_ONE_HOT;
    return d->hidden + (one_hot ? 0 : d->input);
}

static int64_t weights_of(const rondo_network *network, const rondo_direction *d)
{
    return inputs_of(network, d) * d->gate_count * d->hidden;
}

static bool pays(const rondo_network *network, const rondo_direction *d, int64_t tokens)
{
    int64_t operands = tokens * (inputs_of(network, d) + d->gate_count * d->hidden);
    return tokens >= LEAST_TOKENS && operands >= OPERANDS_A_WEIGHT * weights_of(network, d);
}

/* What a direction needs, summed over a layer's, of the layer that needs most. */
static int64_t largest_layer(const rondo_network *network, int64_t tokens,
                             int64_t (*needed)(const rondo_network *, const rondo_direction *))
{
    int64_t largest = 0;
    for (int64_t i = 0; i < network->layer_count; i++) {
        const rondo_layer *layer = &network->layers[i];
        int64_t sum = 0;
        for (int64_t j = 0; j < layer->direction_count; j++) {
            const rondo_direction *d = &network->directions[layer->directions[j]];
            if (pays(network, d, tokens)) sum += needed(network, d);
        }
        if (sum > largest) largest = sum;
    }
    return largest;
}

static int64_t sums_of(const rondo_network *network, const rondo_direction *d)
{
    (void)network;
    return rondo_row_sums_room(d);
}

int64_t rondo_split_k_size(const rondo_network *network, int64_t tokens)
{
    return largest_layer(network, tokens, weights_of);
}

int64_t rondo_split_k_sums(const rondo_network *network, int64_t tokens)
{
    return largest_layer(network, tokens, sums_of);
}

bool rondo_split_k_pays(const rondo_pass *pass, const rondo_direction *direction)
{
    return pass->first_half_tokens < pass->batch->tokens &&
           pays(pass->network, direction, pass->batch->tokens);
}

/* Packed rows of rows [first, end), step by step. */
static int64_t list_rows(rondo_pass *pass, int64_t first, int64_t end, int64_t next)
{
    const rondo_batch *batch = pass->batch;
    for (int64_t t = 0; t < batch->steps && batch->active[t] > first; t++)
        for (int64_t b = first; b < end && b < batch->active[t]; b++) {
            pass->split_rows[next] = batch->offset[t] + b;
            pass->split_rows_before[next++] = pass->before[batch->offset[t] + b];
        }
    return next;
}

void rondo_split_k_cut(rondo_pass *pass)
{
    const rondo_batch *batch = pass->batch;
    pass->first_half_tokens = batch->tokens;
    if (rondo_split_k_size(pass->network, batch->tokens) == 0) return;
    int64_t middle = rondo_partition_middle(batch);
    pass->first_half_tokens = list_rows(pass, 0, middle, 0);
    list_rows(pass, middle, batch->rows, pass->first_half_tokens);
}

/* The product over some tokens of the list. */
static rondo_gradient_product part_of(const rondo_pass *pass, const rondo_gradient_product *whole,
                                      int64_t first, int64_t tokens)
{
    rondo_gradient_product part = *whole;
    part.index = (whole->index ? pass->split_rows_before : pass->split_rows) + first;
    part.d_index = pass->split_rows + first;
    part.tokens = tokens;
    return part;
}

void rondo_split_k_add(rondo_split_k *split, rondo_gradient_product *products, int64_t count)
{
    const rondo_pass *pass = split->pass;
    int64_t middle = pass->first_half_tokens, rest = pass->batch->tokens - middle;
    for (int64_t i = 0; i < count; i++) {
        rondo_gradient_product whole = products[i], *second = &products[count + i];
        products[i] = part_of(pass, &whole, 0, middle);
        *second = part_of(pass, &whole, middle, rest);
        second->result = split->room;
        second->result_stride = whole.columns;
        split->room += whole.rows * whole.columns;
        split->products[split->count++] = (rondo_split_product){
            whole.result, second->result, whole.rows, whole.columns, whole.result_stride};
    }
}

static void add_task(void *context, int64_t task, int thread)
{
    const rondo_split_product *h = context;
    int64_t first = task * ROWS_A_TASK;
    int64_t end = first + ROWS_A_TASK < h->rows ? first + ROWS_A_TASK : h->rows;
    (void)thread;
    for (int64_t row = first; row < end; row++) {
        rondo_real *restrict sum = h->result + row * h->result_stride;
        const rondo_real *restrict more = h->second + row * h->columns;
        for (int64_t j = 0; j < h->columns; j++)
            sum[j] += more[j];
    }
}

void rondo_split_k_finish(const rondo_split_k *split)
{
    rondo_work work[RONDO_MAX_GRADIENT_PRODUCTS / 2];
    for (int64_t i = 0; i < split->count; i++)
        work[i] = (rondo_work){add_task, (void *)&split->products[i],
                               (split->products[i].rows + ROWS_A_TASK - 1) / ROWS_A_TASK};
    if (split->count > 0) rondo_parallel_all(split->pass->size.threads, work, split->count);
}
