#include "model/step_block.h"

#include "model/gates.h"

/* What a layer leaves for its weight gradients until that is cut into blocks, what it leaves in a
 * block, and its weights: with more of them a block costs more additions than it saves reading. */
enum { MOST_BYTES = 16 * 1024 * 1024, BLOCK_BYTES = 1024 * 1024, WEIGHT_BYTES = 512 * 1024 };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t bytes_of(int64_t reals)
{
    return reals * (int64_t)sizeof(rondo_real);
}

/* What a step writes or reads of a token. */
static int64_t token_bytes(const rondo_direction *d)
{
    int64_t blocks = d->gate_count + d->separate_count + d->plan.tape_count +
                     d->plan.intermediate_count + d->plan.state_count - 1;
    return bytes_of(blocks * d->hidden + d->output);
}

/* Two directions would go back through blocks of opposite ends, while their input has one gradient. */
static bool is_cut(const rondo_network *network, const rondo_layer *layer, int64_t tokens)
{
    const rondo_direction *d = &network->directions[layer->directions[0]];
    int64_t weights = rondo_gates_multiplied_weights(network, d);
    return layer->direction_count == 1 && bytes_of(weights) <= WEIGHT_BYTES &&
           tokens * token_bytes(d) > MOST_BYTES;
}

static int64_t block_tokens(const rondo_network *network, const rondo_layer *layer)
{
    return BLOCK_BYTES / token_bytes(&network->directions[layer->directions[0]]);
}

int64_t rondo_step_block_tokens(const rondo_network *network, const rondo_layer *layer,
                                int64_t rows, int64_t tokens)
{
    if (!is_cut(network, layer, tokens)) return tokens;
    int64_t uncut = MOST_BYTES / token_bytes(&network->directions[layer->directions[0]]);
    return smaller(tokens, larger(uncut, larger(rows, block_tokens(network, layer))));
}

static const rondo_layer *layer_at_hand(const rondo_pass *pass)
{
    return &pass->network->layers[pass->layer];
}

/* As many steps before step `end` as fit, one at least. */
static int64_t first_of(const rondo_pass *pass, int64_t end)
{
    const rondo_batch *batch = pass->batch;
    int64_t most = block_tokens(pass->network, layer_at_hand(pass)), first = end - 1;
    if (!is_cut(pass->network, layer_at_hand(pass), batch->tokens)) return 0;
    while (first > 0 && batch->offset[end] - batch->offset[first - 1] <= most)
        first--;
    return first;
}

static void take_before(rondo_pass *pass, int64_t end)
{
    int64_t first = first_of(pass, end);
    pass->block = (rondo_step_block){.first_step = first,
                                     .end_step = end,
                                     .first_token = pass->batch->offset[first],
                                     .end_token = pass->batch->offset[end],
                                     .is_first = end == pass->batch->steps,
                                     .is_last = first == 0};
}

void rondo_step_block_start(rondo_pass *pass)
{
    take_before(pass, pass->batch->steps);
}

void rondo_step_block_next(rondo_pass *pass)
{
    take_before(pass, pass->block.first_step);
}

void rondo_step_block_take(const rondo_step_block *block, rondo_gradient_product *products,
                           int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        rondo_gradient_product *p = &products[i];
        if (p->index)
            p->index += block->first_token;
        else
            p->input += block->first_token * p->rows;
        p->d_output += block->first_token * p->d_stride;
        p->tokens = block->end_token - block->first_token;
    }
}

/* Where in an ascending list the first one stands that is not before `row`. */
static int64_t find_row(const int64_t *rows, int64_t first, int64_t end, int64_t row)
{
    while (first < end) {
        int64_t middle = first + (end - first) / 2;
        if (rows[middle] < row)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

rondo_token_range rondo_step_block_half(const rondo_pass *pass, int half)
{
    const rondo_gradient_buffers *g = pass->gradients;
    int64_t from = half == 0 ? 0 : g->first_half_tokens;
    int64_t to = half == 0 ? g->first_half_tokens : pass->batch->tokens;
    int64_t start = find_row(g->split_rows, from, to, pass->block.first_token);
    int64_t end = find_row(g->split_rows, from, to, pass->block.end_token);
    return (rondo_token_range){start, end - start};
}
