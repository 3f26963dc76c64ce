#include "train/split_items.h"

#include "base/memory.h"
#include "model/pass.h"

static rondo_status check(const rondo_session *session, rondo_split split, rondo_error *error)
{
    const char *name = rondo_split_name(split);
    if (session->network->encoder)
        return rondo_error_set(error, RONDO_USAGE,
                               "items of an encoder-decoder are not compared: what it answers are "
                               "texts");
    if (session->dataset->splits[split].count == 0)
        return rondo_error_set(error, RONDO_USAGE, "the data have no %s split", name);
    if (session->dataset->stream)
        return rondo_error_set(error, RONDO_USAGE,
                               "the %s split is one stream of text, without sequences to compare",
                               name);
    return RONDO_OK;
}

static int64_t count_predictions(const rondo_sequences *sequences, bool pooled)
{
    int64_t most = 0;
    if (pooled) return sequences->count;
    for (int64_t s = 0; s < sequences->count; s++) {
        int64_t end =
            rondo_sequence_start(sequences, s) + sequences->offset[s + 1] - sequences->offset[s];
        if (end > most) most = end;
    }
    return most;
}

static rondo_status allocate(const rondo_session *session, rondo_split split,
                             rondo_split_items *items, rondo_error *error)
{
    const rondo_sequences *sequences = &session->dataset->splits[split];
    bool pooled = session->network->pooling != RONDO_POOLING_NONE;
    size_t bytes = (size_t)sequences->count * sizeof(double);
    *items =
        (rondo_split_items){.count = sequences->count,
                            .has_classes = session->network->loss->target == RONDO_TARGET_CLASS,
                            .prediction_count = count_predictions(sequences, pooled)};
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

/* Row `row` of the predictions belongs to sequence s and has the number `place`. */
static void take(const rondo_network *network, const rondo_pass *pass, const rondo_batch *batch,
                 int64_t row, int64_t s, int64_t place, rondo_split_items *items)
{
    int64_t width = network->output_width;
    const rondo_real *prediction = rondo_pass_prediction(pass) + row * width;
    double loss = 0, metrics[RONDO_MAX_METRICS];
    const rondo_loss_tile tile = {
        .rows = 1,
        .width = width,
        .prediction = prediction,
        .prediction_stride = width,
        .target_class = batch->targets ? batch->targets + row : NULL,
        .target_values = batch->target_values ? batch->target_values + row * width : NULL,
        .loss = &loss,
        .metrics = metrics,
        .first_class = network->first_class};
    network->loss->rows(network->loss_options, &tile);
    items->losses[s] += loss;
    items->weights[s] += 1;
    if (!items->has_classes) return;
    bool right = best_class(network, prediction) == batch->targets[row];
    items->right[s] += right;
    items->answers[place] = right ? RONDO_ITEM_RIGHT : RONDO_ITEM_WRONG;
}

static void take_batch(const rondo_network *network, const rondo_pass *pass,
                       const rondo_batch *batch, rondo_split_items *items)
{
    bool pooled = network->pooling != RONDO_POOLING_NONE;
    for (int64_t b = 0; pooled && b < batch->rows; b++)
        take(network, pass, batch, b, batch->sequence[b], batch->sequence[b], items);
    for (int64_t t = 0; !pooled && t < batch->steps; t++)
        for (int64_t b = 0; b < batch->active[t]; b++)
            take(network, pass, batch, batch->offset[t] + b, batch->sequence[b],
                 batch->start[b] + t, items);
}

rondo_status rondo_split_items_make(const rondo_session *session, rondo_split split,
                                    rondo_split_items *items, rondo_error *error)
{
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_pass_size size = {.threads = session->threads, .predictions = true};
    *items = (rondo_split_items){0};
    rondo_status status = check(session, split, error);
    if (!status) status = allocate(session, split, items, error);
    if (!status) status = rondo_session_batches(session, split, false, &batches, error);
    if (status) return status;
    rondo_pass_size_cover(&size, batches);
    status = rondo_pass_create(session->network, &size, &pass, error);
    if (!status) rondo_pass_load(pass, session->parameters);
    for (int64_t i = 0; !status && i < rondo_batches_count(batches); i++) {
        rondo_batch batch;
        rondo_score unused = {0};
        rondo_batches_get(batches, 0, i, &batch);
        rondo_pass_evaluate(pass, &batch, &unused);
        take_batch(session->network, pass, &batch, items);
    }
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    return status;
}

void rondo_split_items_finish(rondo_split_items *items)
{
    rondo_memory_destroy(items->losses);
    rondo_memory_destroy(items->weights);
    rondo_memory_destroy(items->right);
    rondo_memory_destroy(items->answers);
    *items = (rondo_split_items){0};
}
