/* Weight gradients, after the recurrence: products over all steps and rows of the whole minibatch,
 * divided among threads by output tile. No copy a thread; of small layers two halves of the rows
 * (split_k.h), whatever the thread count; one order of additions. */
#include "model/weight_gradient.h"

#include <string.h>

#include "base/parallel.h"
#include "model/attention.h"
#include "model/bridge.h"
#include "model/forms.h"
#include "model/gates.h"
#include "model/groups.h"
#include "model/input.h"
#include "model/layer.h"
#include "model/readout.h"
#include "model/row_sums.h"
#include "model/split_gradient.h"
#include "model/step_block.h"

/* Short pieces are so many panels of a task that packs, and so many ranges of a product. NEAR_BYTES is about
 * what a second-level cache holds. */
enum { SHORT_PANELS = 8, SHORT_RANGES = 8, NEAR_BYTES = 2 * 1024 * 1024 };

/* Products at work. Those that follow one another and have the same d_output are a group: it is
 * packed once for all of them. Products of the same input share its packed form, too. Tasks of both
 * loops are numbered through all inputs, and through all groups. */
typedef struct product_list {
    const rondo_pass *pass;
    const rondo_gradient_product *products;
    rondo_real *left[RONDO_MAX_GRADIENT_PRODUCTS];  /* of each product */
    int64_t group_end[RONDO_MAX_GRADIENT_PRODUCTS]; /* one behind each group's last product */
    int64_t range[RONDO_MAX_GRADIENT_PRODUCTS];     /* of each group: columns of a task */
    int64_t groups;
    bool is_whole; /* inputs are packed, and products made, in as few pieces as there can be */
    int64_t first_pack[RONDO_MAX_GRADIENT_PRODUCTS + 1]; /* of each product */
    int64_t first_task[RONDO_MAX_GRADIENT_PRODUCTS + 1]; /* of each group */
} product_list;

static int64_t parts(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* To which of the numbered spans a task belongs; *task becomes its number within it. */
static int64_t find_span(const int64_t *first, int64_t *task)
{
    int64_t which = 0;
    while (*task >= first[which + 1])
        which++;
    *task -= first[which];
    return which;
}

static int64_t panels_of_task(const product_list *list, int64_t product)
{
    int64_t panels = rondo_product_left_panel_count(list->products[product].rows);
    return list->is_whole ? panels : least(panels, SHORT_PANELS);
}

static void pack_task(void *context, int64_t task, int thread)
{
    const product_list *list = context;
    int64_t which = find_span(list->first_pack, &task);
    const rondo_gradient_product *p = &list->products[which];
    int64_t some = panels_of_task(list, which), first = task * some;
    int64_t rest = rondo_product_left_panel_count(p->rows) - first;
    double start = rondo_profile_start(list->pass->profile);
    rondo_product_pack_left(list->left[which], p->rows, p->tokens, p->input, p->rows, p->index,
                            first, least(some, rest));
    rondo_profile_add(list->pass->profile, thread, RONDO_PHASE_WEIGHT_GRADIENTS, start);
}

/* Tokens [start, +count) of a product that wants sums of d_output, which are in a cache then. */
static void add_sums(const rondo_gradient_product *p, int64_t start, int64_t count, int64_t first,
                     int64_t columns)
{
    const rondo_column_sums some = {.data = p->d_output + (p->d_index ? 0 : start * p->d_stride),
                                    .index = p->d_index ? p->d_index + start : NULL,
                                    .rows = count,
                                    .stride = p->d_stride};
    rondo_column_sums_add(&some, first, columns, p->sums + first);
}

/* Of no tokens: the second half of the rows may all have ended before a block of steps. */
static void clear_range(const rondo_gradient_product *p, int64_t count, int64_t first,
                        int64_t columns)
{
    for (int64_t i = 0; i < count; i++)
        for (int64_t row = 0; row < p[i].rows; row++)
            memset(p[i].result + row * p[i].result_stride + first, 0,
                   (size_t)columns * sizeof *p[i].result);
}

/* Columns [first, +columns) of the group whose first product is p, some tokens after others. */
static void multiply_range(const product_list *list, int64_t group, const rondo_gradient_product *p,
                           int64_t first, int64_t columns, rondo_real *scratch)
{
    rondo_product_left lefts[RONDO_MAX_GRADIENT_PRODUCTS];
    int64_t depth = rondo_product_block_sizes().depth, some = p->sums ? depth : p->tokens;
    int64_t count = &list->products[list->group_end[group]] - p;
    if (p->tokens == 0 && !p->add) clear_range(p, count, first, columns);
    for (int64_t start = 0; start < p->tokens; start += some) {
        int64_t tokens = least(some, p->tokens - start);
        rondo_matrix d_output = {p->d_output + first + (p->d_index ? 0 : start * p->d_stride),
                                 p->d_stride, 1};
        for (int64_t i = 0; i < count; i++)
            lefts[i] = (rondo_product_left){list->left[p - list->products + i] +
                                                rondo_product_left_offset(p[i].rows, start),
                                            p[i].rows, p[i].result + first};
        rondo_product_columns(lefts, count, columns, tokens, d_output,
                              p->d_index ? p->d_index + start : NULL, p->add || start > 0 ? 1 : 0,
                              p->result_stride, scratch);
        if (p->sums) add_sums(p, start, tokens, first, columns);
    }
}

static void product_task(void *context, int64_t task, int thread)
{
    const product_list *list = context;
    int64_t group = find_span(list->first_task, &task);
    const rondo_gradient_product *p = &list->products[group > 0 ? list->group_end[group - 1] : 0];
    int64_t first = task * list->range[group];
    double start = rondo_profile_start(list->pass->profile);
    multiply_range(list, group, p, first, least(list->range[group], p->columns - first),
                   list->pass->scratch[thread]);
    rondo_profile_add(list->pass->profile, thread, RONDO_PHASE_WEIGHT_GRADIENTS, start);
}

/* Columns of a task: whole pairs of panels, which kernels of many registers multiply together. */
static int64_t range_of(int64_t columns, int64_t ranges)
{
    int64_t pair = 2 * rondo_product_block_sizes().columns;
    ranges = larger(ranges, parts(columns, RONDO_PRODUCT_RANGE / pair * pair));
    return parts(parts(columns, ranges), pair) * pair;
}

static bool is_same_input(const rondo_gradient_product *a, const rondo_gradient_product *b)
{
    return a->input == b->input && a->index == b->index && a->rows == b->rows &&
           a->tokens == b->tokens;
}

static bool is_same_output(const rondo_gradient_product *a, const rondo_gradient_product *b)
{
    return a->d_output == b->d_output && a->d_index == b->d_index && a->d_stride == b->d_stride &&
           a->columns == b->columns && a->tokens == b->tokens &&
           a->result_stride == b->result_stride && a->add == b->add;
}

/* The first product with the same input, whose packed form it is. */
static int64_t owner_of(const product_list *list, int64_t product)
{
    int64_t owner = 0;
    while (!is_same_input(&list->products[owner], &list->products[product]))
        owner++;
    return owner;
}

static void find_groups(product_list *list, int64_t count)
{
    for (int64_t i = 0; i < count; list->groups++) {
        const rondo_gradient_product *p = &list->products[i];
        while (i < count && is_same_output(p, &list->products[i]))
            i++;
        list->group_end[list->groups] = i;
    }
}

static const rondo_gradient_product *last_of(const product_list *list, int64_t group)
{
    return &list->products[list->group_end[group] - 1];
}

/* Rows that lie in memory are read several times as fast in long pieces; of a minibatch that is cut into blocks of
 * steps what only the forward pass touched does. Several threads need short ones to choose from. */
static bool pays_whole(const product_list *list)
{
    int64_t reals = 0;
    if (list->pass->size.threads > 1) return false;
    if (rondo_pass_is_cut(list->pass)) return true;
    for (int64_t g = 0; g < list->groups; g++)
        reals += last_of(list, g)->tokens * last_of(list, g)->columns;
    return reals * (int64_t)sizeof(rondo_real) > NEAR_BYTES;
}

static void number_inputs(product_list *list, int64_t count)
{
    rondo_real *left = list->pass->gradients->left;
    for (int64_t i = 0; i < count; i++) {
        const rondo_gradient_product *p = &list->products[i];
        int64_t owner = owner_of(list, i);
        list->left[i] = owner < i ? list->left[owner] : left;
        list->first_pack[i + 1] = list->first_pack[i];
        if (owner < i) continue;
        left += rondo_product_left_size(p->rows, p->tokens);
        list->first_pack[i + 1] +=
            parts(rondo_product_left_panel_count(p->rows), panels_of_task(list, i));
    }
}

static void number_groups(product_list *list)
{
    for (int64_t g = 0; g < list->groups; g++) {
        int64_t columns = last_of(list, g)->columns;
        list->range[g] = range_of(columns, list->is_whole ? 1 : SHORT_RANGES);
        list->first_task[g + 1] = list->first_task[g] + parts(columns, list->range[g]);
    }
}

void rondo_gradient_products_run(const rondo_pass *pass, const rondo_gradient_product *products,
                                 int64_t count, const rondo_work *more, int64_t more_count)
{
    rondo_work work[1 + RONDO_MAX_MORE_WORK];
    product_list list = {.pass = pass, .products = products};
    find_groups(&list, count);
    list.is_whole = pays_whole(&list);
    number_inputs(&list, count);
    number_groups(&list);
    rondo_parallel_for(pass->size.threads, list.first_pack[count], pack_task, &list);
    work[0] = (rondo_work){product_task, &list, list.first_task[list.groups]};
    for (int64_t i = 0; i < more_count; i++)
        work[1 + i] = more[i];
    rondo_parallel_all(pass->size.threads, work, 1 + more_count);
}

/* The input of a layer and every stage's source are packed once a direction. */
static int64_t layer_size(const rondo_network *network, const rondo_layer *layer, int64_t rows,
                          int64_t all_tokens)
{
    int64_t size = 0, tokens = rondo_step_block_tokens(network, layer, rows, all_tokens);
    for (int64_t i = 0; i < layer->direction_count; i++) {
        const rondo_direction *d = &network->directions[layer->directions[i]];
        size += rondo_product_left_size(d->input, tokens);
        for (int32_t s = 0; s < d->plan.stage_count; s++)
            if (d->plan.stages[s].source != RONDO_SOURCE_NONE)
                size += rondo_product_left_size(d->output, tokens);
        if (d->plan.projection > 0) size += rondo_product_left_size(d->hidden, tokens);
    }
    return size;
}

int64_t rondo_gradient_products_size(const rondo_network *network, int64_t rows, int64_t tokens,
                                     int64_t block)
{
    bool tied = network->readout_weights < 0;
    int64_t top = network->layers[network->layer_count - 1].output;
    int64_t size = rondo_product_left_size(tied ? network->output_width : top, block);
    for (int64_t i = 0; i < network->layer_count; i++) {
        int64_t needed = layer_size(network, &network->layers[i], rows, tokens);
        if (needed > size) size = needed;
    }
    return size;
}

void rondo_gradients_plan(rondo_pass *pass)
{
    const rondo_network *network = pass->network;
    rondo_gradient_buffers *g = pass->gradients;
    int64_t left = rondo_gradient_products_size(network, pass->size.rows, pass->size.tokens,
                                                pass->readout->block);
    if (network->encoder) left = larger(left, rondo_bridge_products_size(network, pass->size.rows));
    if (network->attention_width > 0)
        left = larger(left, rondo_attention_products_size(network, &pass->size));
    g->left = rondo_arena_reals(&pass->arena, left);
    size_t tokens = sizeof *g->before * (size_t)pass->size.tokens;
    g->before = rondo_arena_take(&pass->arena, tokens);
    g->split_rows = rondo_arena_take(&pass->arena, tokens);
    g->split_rows_before = rondo_arena_take(&pass->arena, tokens);
    g->second_half =
        rondo_arena_reals(&pass->arena, rondo_split_gradient_size(network, pass->size.tokens));
}

/* Of a ragged minibatch the states before each row do not lie packed in the forward direction. */
static void index_rows_before(rondo_pass *pass)
{
    const rondo_batch *batch = pass->batch;
    for (int64_t t = 0; t < batch->steps; t++) {
        int64_t first = t > 0 ? batch->rows + batch->offset[t - 1] : 0;
        for (int64_t b = 0; b < batch->active[t]; b++)
            pass->gradients->before[batch->offset[t] + b] = first + b;
    }
}

void rondo_gradients_index(rondo_pass *pass)
{
    index_rows_before(pass);
    rondo_split_gradient_cut(pass);
}

/* --- one layer --- */

/* The rows of a stage's source, packed as the gates are or with an index that says where they lie.
 */
static void set_source(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                       int32_t number, rondo_gradient_product *product)
{
    const rondo_batch *batch = pass->batch;
    int32_t source = buffers->direction->plan.stages[number].source;
    product->rows = buffers->direction->output;
    product->tokens = batch->tokens;
    if (buffers->dropped[number]) {
        product->input = buffers->dropped[number];
        return;
    }
    if (source >= RONDO_SOURCE_INTERMEDIATE(0)) {
        product->input = buffers->intermediate[source - RONDO_SOURCE_INTERMEDIATE(0)];
        return;
    }
    product->input = buffers->state[source];
    bool packed = buffers->direction->reverse || batch->tokens == batch->rows * batch->steps;
    product->index = packed ? NULL : pass->gradients->before;
}

/* Gradients of some gate blocks of a stage: in `gates`, or of U source in `separate`. */
typedef struct gate_range {
    const rondo_real *d_output;
    int64_t stride; /* of its rows */
    int64_t first, count;
} gate_range;

/* dW of those blocks that have input weights. */
static int64_t add_input_products(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                                  const gate_range *range, rondo_gradient_product *products)
{
    const rondo_direction *d = buffers->direction;
    int64_t hidden = d->hidden, count = 0;
    for (int64_t i = 0; i < d->with_input.count && !buffers->gathers_input; i++) {
        const rondo_gate_run *run = &d->with_input.runs[i];
        int64_t first = larger(run->first_gate, range->first);
        int64_t end = least(run->first_gate + run->count, range->first + range->count);
        if (first >= end || run->is_frozen) continue;
        products[count++] = (rondo_gradient_product){
            .input = rondo_pass_layer_input(pass, pass->layer),
            .rows = d->input,
            .tokens = pass->batch->tokens,
            .d_output = buffers->gates + first * hidden,
            .d_stride = d->gate_count * hidden,
            .columns = (end - first) * hidden,
            .result = rondo_run_gradient(pass, buffers, i) + (first - run->first_gate) * hidden,
            .result_stride = rondo_run_stride(d, i)};
    }
    return count;
}

/* dU of blocks whose gradients lie in `range`; `first_block` is the first one's in U. */
static int64_t add_recurrent_product(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                                     int32_t number, const gate_range *range, int64_t first_block,
                                     rondo_gradient_product *product)
{
    const rondo_direction *d = buffers->direction;
    if (range->count == 0 || d->plan.stages[number].source == RONDO_SOURCE_NONE) return 0;
    if (rondo_gates_are_frozen(d, first_block, range->count)) return 0;
    rondo_real *all = buffers->d_formed_weights
                          ? buffers->d_formed_weights
                          : rondo_pass_gradient_of(pass, d->recurrent_weights);
    *product = (rondo_gradient_product){.d_output = range->d_output + range->first * d->hidden,
                                        .d_stride = range->stride,
                                        .columns = range->count * d->hidden,
                                        .result = all + first_block * d->hidden,
                                        .result_stride = d->recurrent_count * d->hidden};
    set_source(pass, buffers, number, product);
    return 1;
}

/* dU and dW of one stage: of blocks added to W x, which have one gradient for both, then of separate
 * blocks. */
static int64_t add_stage_products(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                                  int32_t number, rondo_gradient_product *products)
{
    const rondo_direction *d = buffers->direction;
    const rondo_cell_stage *stage = &d->plan.stages[number];
    int64_t added = stage->gate_count - stage->separate_count, block = d->first_recurrent[number];
    int64_t gates = d->gate_count * d->hidden, separate = d->separate_count * d->hidden;
    const gate_range sums = {buffers->gates, gates, d->first_gate[number], added};
    const gate_range fed = {buffers->gates, gates, d->first_gate[number] + added,
                            stage->separate_count};
    const gate_range back = {buffers->separate, separate, d->first_separate[number],
                             stage->separate_count};
    int64_t count = add_recurrent_product(pass, buffers, number, &sums, block, products);
    count += add_input_products(pass, buffers, &sums, products + count);
    count += add_recurrent_product(pass, buffers, number, &back, block + added, products + count);
    return count + add_input_products(pass, buffers, &fed, products + count);
}

/* dW_p */
static int64_t add_projection_product(const rondo_pass *pass,
                                      const rondo_direction_buffers *buffers,
                                      rondo_gradient_product *product)
{
    const rondo_direction *d = buffers->direction;
    if (d->plan.projection == 0) return 0;
    *product =
        (rondo_gradient_product){.input = buffers->unprojected,
                                 .rows = d->hidden,
                                 .tokens = pass->batch->tokens,
                                 .d_output = buffers->d_projected,
                                 .d_stride = d->output,
                                 .columns = d->output,
                                 .result = rondo_pass_gradient_of(pass, d->projection_weights),
                                 .result_stride = d->output};
    return 1;
}

static int64_t add_direction_products(const rondo_pass *pass,
                                      const rondo_direction_buffers *buffers,
                                      rondo_gradient_product *products)
{
    int64_t count = 0;
    for (int32_t s = 0; s < buffers->direction->plan.stage_count; s++)
        count += add_stage_products(pass, buffers, s, products + count);
    return count + add_projection_product(pass, buffers, products + count);
}

/* What is at work for a layer. */
typedef struct layer_work {
    rondo_gradient_product products[RONDO_MAX_GRADIENT_PRODUCTS];
    int64_t count;
    rondo_work more[RONDO_MAX_MORE_WORK];
    int64_t more_count;
    rondo_split_gradient split;
    rondo_row_sums sums[2];
} layer_work;

/* Products and sums of one direction, in halves where that pays. */
static void add_direction(const rondo_pass *pass, const rondo_direction_buffers *buffers,
                          layer_work *w, rondo_row_sums *sums)
{
    const rondo_direction *d = buffers->direction;
    rondo_gradient_product *products = w->products + w->count;
    int64_t count = add_direction_products(pass, buffers, products);
    for (int64_t i = 0; i < count; i++)
        products[i].add = !pass->block.is_first;
    *sums = (rondo_row_sums){
        .pass = pass, .buffers = buffers, .halved = rondo_split_gradient_pays(pass, d)};
    w->more_count += rondo_row_sums_start(sums, products, count, w->more + w->more_count);
    if (sums->halved)
        rondo_split_gradient_add(&w->split, d, products, count);
    else
        rondo_step_block_take(&pass->block, products, count);
    w->count += sums->halved ? 2 * count : count;
}

void rondo_weight_gradients(rondo_pass *pass)
{
    const rondo_layer *layer = &pass->network->layers[pass->layer];
    layer_work w;
    w.count = w.more_count = 0;
    w.split = (rondo_split_gradient){.pass = pass, .room = pass->gradients->second_half};
    if (pass->directions[layer->directions[0]].needs_input_gradient)
        w.more[w.more_count++] = rondo_input_gradient_work(pass);
    for (int64_t i = 0; i < layer->direction_count; i++)
        add_direction(pass, &pass->directions[layer->directions[i]], &w, &w.sums[i]);
    rondo_gradient_products_run(pass, w.products, w.count, w.more, w.more_count);
    if (!pass->block.is_last) return;
    rondo_split_gradient_finish(&w.split);
    for (int64_t i = 0; i < layer->direction_count; i++) {
        const rondo_direction_buffers *buffers = &pass->directions[layer->directions[i]];
        rondo_row_sums_finish(&w.sums[i]);
        rondo_forms_gradient(pass, buffers);
        if (!buffers->gathers_input) rondo_groups_gradient(pass, buffers);
    }
}
