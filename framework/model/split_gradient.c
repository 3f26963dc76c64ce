#include "model/split_gradient.h"

#include "model/gates.h"
#include "model/layer.h"
#include "model/row_sums.h"
#include "model/step_block.h"
#include "model/weight_gradient.h"

_Static_assert(RONDO_MAX_GRADIENT_PRODUCTS / 2 <= RONDO_SPLIT_K_MOST,
               "every product of a layer in two halves");

static bool pays(const rondo_network *network, const rondo_direction *d, int64_t tokens)
{
    int64_t gates = d->gate_count * d->hidden;
    return gates > 0 &&
           rondo_split_k_pays(tokens, rondo_gates_multiplied_weights(network, d) / gates, gates);
}

int64_t rondo_split_gradient_size(const rondo_network *network, int64_t tokens)
{
    int64_t largest = 0;
    for (int64_t i = 0; i < network->layer_count; i++) {
        const rondo_layer *layer = &network->layers[i];
        int64_t sum = 0;
        for (int64_t j = 0; j < layer->direction_count; j++) {
            const rondo_direction *d = &network->directions[layer->directions[j]];
            if (pays(network, d, tokens)) sum += rondo_gates_multiplied_weights(network, d);
        }
        if (sum > largest) largest = sum;
    }
    return largest;
}

bool rondo_split_gradient_pays(const rondo_pass *pass, const rondo_direction *direction)
{
    return pass->gradients->first_half_tokens < pass->batch->tokens &&
           pays(pass->network, direction, pass->batch->tokens);
}

void rondo_split_gradient_cut(rondo_pass *pass)
{
    const rondo_batch *batch = pass->batch;
    pass->gradients->first_half_tokens = batch->tokens;
    if (rondo_split_gradient_size(pass->network, batch->tokens) == 0) return;
    const rondo_row_lengths ragged = rondo_batch_ragged(batch);
    pass->gradients->first_half_tokens =
        rondo_split_k_list(&ragged, batch->offset, pass->gradients->split_rows);
    for (int64_t n = 0; n < batch->tokens; n++)
        pass->gradients->split_rows_before[n] =
            pass->gradients->before[pass->gradients->split_rows[n]];
}

/* The product over some tokens of the list. */
static rondo_gradient_product part_of(const rondo_pass *pass, const rondo_gradient_product *whole,
                                      rondo_token_range range)
{
    rondo_gradient_product part = *whole;
    part.index = (whole->index ? pass->gradients->split_rows_before : pass->gradients->split_rows) +
                 range.start;
    part.d_index = pass->gradients->split_rows + range.start;
    part.tokens = range.count;
    return part;
}

void rondo_split_gradient_add(rondo_split_gradient *split, const rondo_direction *direction,
                              rondo_gradient_product *products, int64_t count)
{
    const rondo_pass *pass = split->pass;
    const rondo_token_range half[2] = {rondo_step_block_half(pass, 0),
                                       rondo_step_block_half(pass, 1)};
    for (int64_t i = 0; i < count; i++) {
        rondo_gradient_product whole = products[i], *second = &products[count + i];
        products[i] = part_of(pass, &whole, half[0]);
        *second = part_of(pass, &whole, half[1]);
        second->result = split->room;
        second->result_stride = whole.columns;
        if (whole.sums) second->sums = whole.sums + rondo_row_sums_apart(direction);
        split->room += whole.rows * whole.columns;
        split->products[split->count++] = (rondo_split_product){
            whole.result, second->result, whole.rows, whole.columns, whole.result_stride};
    }
}

void rondo_split_gradient_finish(const rondo_split_gradient *split)
{
    rondo_split_k_sum(split->pass->size.threads, split->products, split->count);
}
