/* Minibatches of a split, in their order: rows chosen, collated and packed. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/batches/batch_order.h"
#include "data/batches/collate.h"
#include "data/batches/source_rows.h"

struct rondo_batches {
    rondo_sequences from;
    int64_t input_width, target_width;
    bool sequence_targets;
    int64_t rows, steps, tokens; /* of the largest minibatch */
    int64_t all_tokens;
    rondo_batch_order *order;
    bool shares_order;  /* it is another's */
    rondo_segment *row; /* [rows]: what the rows of this minibatch are cut from */
    int64_t *active, *offset, *sequence, *start;
    int32_t *inputs, *targets;
    int32_t *features[RONDO_MAX_FEATURES];
    rondo_real *input_values, *target_values;
    rondo_source_rows *sources; /* of pairs; else NULL */
};

static void *take(size_t count, size_t size, rondo_error *error)
{
    return rondo_memory_create(count * size, "a minibatch", error);
}

size_t rondo_batch_bytes(int64_t rows, int64_t steps, int64_t tokens, size_t token_bytes,
                         size_t row_bytes)
{
    size_t own_bytes = sizeof(rondo_segment) + 2 * sizeof(int64_t); /* row, sequence, start */
    size_t step_bytes = 2 * sizeof(int64_t);                        /* active, offset */
    return (size_t)rows * (own_bytes + row_bytes) + (size_t)steps * step_bytes + sizeof(int64_t) +
           (size_t)tokens * token_bytes;
}

static rondo_status make_room(rondo_batches *batches, rondo_error *error)
{
    const rondo_sequences *from = &batches->from;
    size_t rows = (size_t)batches->rows, steps = (size_t)batches->steps;
    size_t tokens = (size_t)batches->tokens;
    size_t targets = batches->sequence_targets ? rows : tokens;
    batches->row = take(rows, sizeof *batches->row, error);
    batches->sequence = take(rows, sizeof *batches->sequence, error);
    batches->start = take(rows, sizeof *batches->start, error);
    batches->active = take(steps, sizeof *batches->active, error);
    batches->offset = take(steps + 1, sizeof *batches->offset, error);
    if (!batches->row || !batches->sequence || !batches->start || !batches->active ||
        !batches->offset)
        return error->status;
    if (from->inputs.data && !(batches->inputs = take(tokens, sizeof(int32_t), error)))
        return error->status;
    if (from->targets.data && !(batches->targets = take(targets, sizeof(int32_t), error)))
        return error->status;
    for (int f = 0; f < RONDO_MAX_FEATURES && from->features[f]; f++)
        if (!(batches->features[f] = take(tokens, sizeof(int32_t), error))) return error->status;
    size_t values = tokens * (size_t)batches->input_width;
    if ((from->input_values || from->input_bytes || from->resampling) &&
        !(batches->input_values = take(values, sizeof(rondo_real), error)))
        return error->status;
    if ((from->target_values || from->resampling) &&
        !(batches->target_values =
              take(targets * (size_t)batches->target_width, sizeof(rondo_real), error)))
        return error->status;
    return RONDO_OK;
}

static rondo_status check_config(const rondo_dataset *dataset, rondo_split split,
                                 const rondo_batches_config *config, rondo_error *error)
{
    if (dataset->splits[split].count == 0)
        return rondo_error_set(error, RONDO_USAGE, "the data set has no %s split",
                               rondo_split_name(split));
    if (config->batch_size < 1 || config->truncated_bptt < 0 || config->batch_tokens < 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "data: batch_size must be at least 1, truncated_bptt and "
                               "batch_tokens at least 0");
    if (dataset->schema->sequence_targets && config->truncated_bptt > 0)
        return rondo_error_set(
            error, RONDO_USAGE,
            "data.truncated_bptt: must be 0 (one target per sequence needs the whole sequence)");
    return RONDO_OK;
}

/* The order is there. */
static rondo_status make_gathering(rondo_batches *batches, const rondo_dataset *dataset,
                                   rondo_split split, rondo_error *error)
{
    batches->from = dataset->splits[split];
    batches->input_width = dataset->schema->input_width;
    batches->target_width = dataset->schema->target_width;
    batches->sequence_targets = dataset->schema->sequence_targets;
    batches->all_tokens = batches->from.offset[batches->from.count];
    rondo_batch_order_largest(batches->order, &batches->rows, &batches->steps, &batches->tokens);
    rondo_status status = make_room(batches, error);
    if (!status && dataset->sources[split].count > 0)
        status = rondo_source_rows_create(&dataset->sources[split], batches->rows,
                                          &batches->sources, error);
    return status;
}

rondo_status rondo_batches_create(const rondo_dataset *dataset, rondo_split split,
                                  const rondo_batches_config *config, rondo_batches **out,
                                  rondo_error *error)
{
    *out = NULL;
    rondo_status status = check_config(dataset, split, config, error);
    if (status) return status;
    rondo_batches *batches = calloc(1, sizeof *batches);
    if (!batches) return rondo_error_set(error, RONDO_FAILED, "not enough memory for minibatches");
    status = rondo_batch_order_create(&dataset->splits[split], dataset->stream, config,
                                      &batches->order, error);
    if (!status) status = make_gathering(batches, dataset, split, error);
    if (status)
        rondo_batches_destroy(batches);
    else
        *out = batches;
    return status;
}

rondo_status rondo_batches_create_beside(const rondo_batches *other, const rondo_dataset *dataset,
                                         rondo_split split, rondo_batches **out, rondo_error *error)
{
    *out = NULL;
    rondo_batches *batches = calloc(1, sizeof *batches);
    if (!batches) return rondo_error_set(error, RONDO_FAILED, "not enough memory for minibatches");
    batches->order = other->order;
    batches->shares_order = true;
    rondo_status status = make_gathering(batches, dataset, split, error);
    if (status)
        rondo_batches_destroy(batches);
    else
        *out = batches;
    return status;
}

void rondo_batches_destroy(rondo_batches *batches)
{
    if (!batches) return;
    void *const blocks[] = {batches->row,          batches->active,  batches->offset,
                            batches->sequence,     batches->start,   batches->inputs,
                            batches->input_values, batches->targets, batches->target_values};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        rondo_memory_destroy(blocks[i]);
    for (int f = 0; f < RONDO_MAX_FEATURES; f++)
        rondo_memory_destroy(batches->features[f]);
    rondo_source_rows_destroy(batches->sources);
    if (!batches->shares_order) rondo_batch_order_destroy(batches->order);
    free(batches);
}

void rondo_batches_largest(const rondo_batches *batches, int64_t *rows, int64_t *steps,
                           int64_t *tokens)
{
    *rows = batches->rows;
    *steps = batches->steps;
    *tokens = batches->tokens;
}

int64_t rondo_batches_longest_labels(const rondo_batches *batches)
{
    const int64_t *offset = batches->from.label_offset;
    int64_t longest = 0;
    for (int64_t s = 0; offset && s < batches->from.count; s++)
        if (offset[s + 1] - offset[s] > longest) longest = offset[s + 1] - offset[s];
    return longest;
}

void rondo_batches_largest_source(const rondo_batches *batches, int64_t *steps, int64_t *tokens)
{
    *steps = *tokens = 0;
    if (batches->sources) rondo_source_rows_largest(batches->sources, steps, tokens);
}

size_t rondo_batches_order_bytes(const rondo_batches *batches)
{
    return rondo_batch_order_bytes(batches->order);
}

int64_t rondo_batches_count(const rondo_batches *batches)
{
    return rondo_batch_order_count(batches->order);
}

int64_t rondo_batches_tokens(const rondo_batches *batches)
{
    return batches->all_tokens;
}

/* Sizes from the rows' lengths. */
static void measure(rondo_batches *batches, int64_t rows, rondo_batch *batch)
{
    int64_t active = rows;
    *batch = (rondo_batch){.rows = rows,
                           .steps = batches->row[0].length,
                           .active = batches->active,
                           .offset = batches->offset,
                           .inputs = batches->inputs,
                           .input_values = batches->input_values,
                           .targets = batches->targets,
                           .target_values = batches->target_values,
                           .label_offset = batches->from.label_offset,
                           .label_ids = batches->from.label_ids,
                           .sequence = batches->sequence,
                           .start = batches->start};
    batches->offset[0] = 0;
    for (int64_t t = 0; t < batch->steps; t++) {
        while (batches->row[active - 1].length <= t)
            active--;
        batches->active[t] = active;
        batches->offset[t + 1] = batches->offset[t] + active;
    }
    for (int64_t b = 0; b < rows; b++) {
        batches->sequence[b] = batches->row[b].sequence;
        batches->start[b] = batches->row[b].start;
    }
    for (int f = 0; f < RONDO_MAX_FEATURES; f++)
        batch->features[f] = batches->features[f];
    batch->tokens = batches->offset[batch->steps];
}

static void gather(const rondo_batches *batches, int64_t epoch, const rondo_batch *batch)
{
    const rondo_collation all = {.from = &batches->from,
                                 .input_width = batches->input_width,
                                 .target_width = batches->target_width,
                                 .sequence_targets = batches->sequence_targets,
                                 .epoch = epoch,
                                 .row = batches->row,
                                 .rows = batch->rows,
                                 .steps = batch->steps,
                                 .active = batches->active,
                                 .inputs = batches->inputs,
                                 .features = batches->features,
                                 .targets = batches->targets,
                                 .input_values = batches->input_values,
                                 .target_values = batches->target_values};
    rondo_collation_run(&all);
}

void rondo_batches_get(rondo_batches *batches, int64_t epoch, int64_t position, rondo_batch *batch)
{
    bool carry;
    int64_t rows = rondo_batch_order_get(batches->order, epoch, position, batches->row, &carry);
    measure(batches, rows, batch);
    batch->carry = carry;
    gather(batches, epoch, batch);
    if (batches->sources) rondo_source_rows_get(batches->sources, batch);
}
