#include "infer/split_items.h"

#include <assert.h>

#include "base/memory.h"
#include "infer/split_rows.h"

static rondo_status check(const rondo_session *session, rondo_split split, rondo_error *error)
{
    const char *name = rondo_split_name(split);
    if (session->network->encoder)
        return rondo_error_set(error, RONDO_USAGE,
                               "--items cannot compare encoder-decoders, whose answers are texts");
    if (session->network->loss->sequence)
        return rondo_error_set(
            error, RONDO_USAGE,
            "--items cannot compare models with the loss %s, which has no loss of "
            "single steps",
            session->network->loss->head.name);
    if (session->dataset->splits[split].count == 0)
        return rondo_error_set(error, RONDO_USAGE, "the data have no %s split", name);
    if (session->dataset->stream)
        return rondo_error_set(error, RONDO_USAGE,
                               "the %s split is one stream of text, without sequences to compare",
                               name);
    return RONDO_OK;
}

static rondo_status allocate(const rondo_session *session, rondo_split split,
                             rondo_split_items *items, rondo_error *error)
{
    const rondo_sequences *sequences = &session->dataset->splits[split];
    size_t bytes = (size_t)sequences->count * sizeof(double);
    *items =
        (rondo_split_items){.count = sequences->count,
                            .has_classes = session->network->loss->target == RONDO_TARGET_CLASS,
                            .prediction_count = rondo_split_rows_count(session, split)};
    items->losses = rondo_memory_create(bytes, "losses of sequences", error);
    if (items->losses) items->weights = rondo_memory_create(bytes, "losses of sequences", error);
    if (items->weights) items->right = rondo_memory_create(bytes, "losses of sequences", error);
    if (items->right)
        items->answers = rondo_memory_create((size_t)items->prediction_count, "answers", error);
    return items->answers ? RONDO_OK : error->status;
}

static int32_t best_class(const rondo_network *network, const rondo_real *prediction)
{
    int32_t best = network->first_class;
    for (int32_t c = best + 1; c < (int32_t)network->output_width; c++)
        if (prediction[c] > prediction[best]) best = c;
    return best;
}

typedef struct item_taker {
    const rondo_network *network;
    rondo_split_items *items;
} item_taker;

static void take(void *context, const rondo_split_row *at)
{
    const item_taker *t = context;
    rondo_split_items *items = t->items;
    const rondo_batch *batch = at->batch;
    int64_t width = t->network->output_width, s = at->sequence;
    double loss = 0, metrics[RONDO_MAX_METRICS];
    const rondo_loss_tile tile = {
        .rows = 1,
        .width = width,
        .prediction = at->prediction,
        .prediction_stride = width,
        .target_class = batch->targets ? batch->targets + at->row : NULL,
        .target_values =
            batch->target_values ? batch->target_values + at->row * t->network->target_width : NULL,
        .loss = &loss,
        .metrics = metrics,
        .first_class = t->network->first_class,
        .target_width = t->network->target_width};
    t->network->loss->rows(t->network->loss_options, &tile);
    items->losses[s] += loss;
    items->weights[s] += 1;
    if (!items->has_classes) return;
    assert(batch->targets);
    bool right = best_class(t->network, at->prediction) == batch->targets[at->row];
    items->right[s] += right;
    items->answers[at->place] = right ? RONDO_ITEM_RIGHT : RONDO_ITEM_WRONG;
}

rondo_status rondo_split_items_make(const rondo_session *session, rondo_split split,
                                    rondo_split_items *items, rondo_error *error)
{
    item_taker t = {session->network, items};
    *items = (rondo_split_items){0};
    rondo_status status = check(session, split, error);
    if (!status) status = allocate(session, split, items, error);
    return status ? status : rondo_split_rows_each(session, split, take, &t, error);
}

void rondo_split_items_finish(rondo_split_items *items)
{
    rondo_memory_destroy(items->losses);
    rondo_memory_destroy(items->weights);
    rondo_memory_destroy(items->right);
    rondo_memory_destroy(items->answers);
    *items = (rondo_split_items){0};
}
