#include "data/batches/shard.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct rondo_shard {
    int64_t input_width, target_width;
    bool sequence_targets;
    int64_t *active, *offset, *place, *sequence, *start;
    int32_t *inputs, *targets, *features[RONDO_MAX_FEATURES];
    rondo_real *input_values, *target_values;
    rondo_batch source;
    int64_t *source_active, *source_offset, *source_place, *source_row;
    int32_t *source_inputs;
    int64_t *row_of; /* [rows of the whole minibatch]: the row that a source belongs to */
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Tokens: of shard 0, the longest, each row but its first is no longer than any of the S rows
 * before it. Sources are dealt out by the lengths of their targets, so they may be the longest. */
rondo_shard_size rondo_shard_size_of(const rondo_shard_size *whole, int64_t shards)
{
    rondo_shard_size size = *whole;
    if (shards == 1) return size;
    size.rows = (whole->rows + shards - 1) / shards;
    size.tokens = smaller(size.rows * size.steps, whole->tokens / shards + size.steps);
    size.source_tokens = smaller(size.rows * size.source_steps, whole->source_tokens);
    return size;
}

size_t rondo_shard_bytes(const rondo_shard_size *whole, int64_t shards, size_t token_bytes,
                         size_t row_bytes)
{
    const rondo_shard_size size = rondo_shard_size_of(whole, shards);
    int64_t numbers = 3 * size.rows + 2 * size.steps + 1;
    if (size.source_steps > 0) numbers += 2 * size.rows + 2 * size.source_steps + 1 + whole->rows;
    return (size_t)numbers * sizeof(int64_t) + (size_t)size.tokens * token_bytes +
           (size_t)size.rows * row_bytes + (size_t)size.source_tokens * sizeof(int32_t);
}

/* --- memory --- */

static void *take(int64_t count, size_t size, rondo_error *error)
{
    return error->status ? NULL : rondo_memory_create((size_t)count * size, "a shard", error);
}

static void take_arrays(rondo_shard *shard, const rondo_dataset *dataset,
                        const rondo_shard_size *size, rondo_error *error)
{
    const rondo_sequences *from = &dataset->splits[RONDO_TRAIN];
    bool has_values = from->input_values || from->input_bytes || from->resampling;
    int64_t targets = dataset->schema->sequence_targets ? size->rows : size->tokens;
    shard->active = take(size->steps, sizeof(int64_t), error);
    shard->offset = take(size->steps + 1, sizeof(int64_t), error);
    shard->place = take(size->rows, sizeof(int64_t), error);
    shard->sequence = take(size->rows, sizeof(int64_t), error);
    shard->start = take(size->rows, sizeof(int64_t), error);
    if (from->inputs.data) shard->inputs = take(size->tokens, sizeof(int32_t), error);
    if (from->targets.data) shard->targets = take(targets, sizeof(int32_t), error);
    for (int f = 0; f < RONDO_MAX_FEATURES && from->features[f]; f++)
        shard->features[f] = take(size->tokens, sizeof(int32_t), error);
    if (has_values)
        shard->input_values =
            take(size->tokens * dataset->schema->input_width, sizeof(rondo_real), error);
    if (from->target_values || from->resampling)
        shard->target_values =
            take(targets * dataset->schema->target_width, sizeof(rondo_real), error);
}

static void take_sources(rondo_shard *shard, const rondo_shard_size *size, int64_t whole_rows,
                         rondo_error *error)
{
    if (size->source_steps == 0) return;
    shard->source_active = take(size->source_steps, sizeof(int64_t), error);
    shard->source_offset = take(size->source_steps + 1, sizeof(int64_t), error);
    shard->source_place = take(size->rows, sizeof(int64_t), error);
    shard->source_row = take(size->rows, sizeof(int64_t), error);
    shard->source_inputs = take(size->source_tokens, sizeof(int32_t), error);
    shard->row_of = take(whole_rows, sizeof(int64_t), error);
}

rondo_status rondo_shard_create(const rondo_dataset *dataset, const rondo_shard_size *whole,
                                int64_t shards, rondo_shard **out, rondo_error *error)
{
    const rondo_shard_size size = rondo_shard_size_of(whole, shards);
    *out = NULL;
    rondo_shard *shard = rondo_memory_create(sizeof *shard, "a shard", error);
    if (!shard) return error->status;
    shard->input_width = dataset->schema->input_width;
    shard->target_width = dataset->schema->target_width;
    shard->sequence_targets = dataset->schema->sequence_targets;
    take_arrays(shard, dataset, &size, error);
    take_sources(shard, &size, whole->rows, error);
    if (error->status)
        rondo_shard_destroy(shard);
    else
        *out = shard;
    return error->status;
}

void rondo_shard_destroy(rondo_shard *shard)
{
    if (!shard) return;
    void *const blocks[] = {shard->active,        shard->offset,        shard->place,
                            shard->sequence,      shard->start,         shard->inputs,
                            shard->targets,       shard->input_values,  shard->target_values,
                            shard->source_active, shard->source_offset, shard->source_place,
                            shard->source_row,    shard->source_inputs, shard->row_of};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        rondo_memory_destroy(blocks[i]);
    for (int f = 0; f < RONDO_MAX_FEATURES; f++)
        rondo_memory_destroy(shard->features[f]);
    rondo_memory_destroy(shard);
}

/* --- cutting --- */

int64_t rondo_shard_filled(int64_t rows, int64_t shards)
{
    return smaller(rows, shards);
}

/* Sizes and packing of a shard whose rows have their places; `active` and `offset` are filled. */
static void pack(const rondo_batch *whole, int64_t rows, const int64_t *place, int64_t *active,
                 int64_t *offset, rondo_batch *batch)
{
    int64_t alive = rows, t = 0;
    offset[0] = 0;
    for (; t < whole->steps && whole->active[t] > place[0]; t++) {
        while (place[alive - 1] >= whole->active[t])
            alive--;
        active[t] = alive;
        offset[t + 1] = offset[t] + alive;
    }
    *batch = (rondo_batch){.rows = rows,
                           .steps = t,
                           .tokens = offset[t],
                           .active = active,
                           .offset = offset,
                           .carry = whole->carry,
                           .whole = whole,
                           .place = place};
}

/* Items of `size` bytes per token. */
static void copy_tokens(const rondo_batch *batch, const void *from, void *to, size_t size)
{
    char *next = to;
    for (int64_t t = 0; t < batch->steps; t++) {
        const char *step = (const char *)from + (size_t)batch->whole->offset[t] * size;
        for (int64_t b = 0; b < batch->active[t]; b++, next += size)
            memcpy(next, step + (size_t)batch->place[b] * size, size);
    }
}

static void copy_rows(const rondo_batch *batch, const void *from, void *to, size_t size)
{
    for (int64_t b = 0; b < batch->rows; b++)
        memcpy((char *)to + (size_t)b * size, (const char *)from + (size_t)batch->place[b] * size,
               size);
}

static void copy_targets(const rondo_shard *shard, const void *from, void *to, size_t size,
                         const rondo_batch *batch)
{
    if (shard->sequence_targets)
        copy_rows(batch, from, to, size);
    else
        copy_tokens(batch, from, to, size);
}

static void copy(rondo_shard *shard, const rondo_batch *whole, rondo_batch *batch)
{
    size_t value = sizeof(rondo_real);
    if (whole->inputs) copy_tokens(batch, whole->inputs, shard->inputs, sizeof(int32_t));
    for (int f = 0; f < RONDO_MAX_FEATURES && whole->features[f]; f++) {
        copy_tokens(batch, whole->features[f], shard->features[f], sizeof(int32_t));
        batch->features[f] = shard->features[f];
    }
    if (whole->input_values)
        copy_tokens(batch, whole->input_values, shard->input_values,
                    (size_t)shard->input_width * value);
    if (whole->targets) copy_targets(shard, whole->targets, shard->targets, sizeof(int32_t), batch);
    if (whole->target_values)
        copy_targets(shard, whole->target_values, shard->target_values,
                     (size_t)shard->target_width * value, batch);
    if (whole->sequence) copy_rows(batch, whole->sequence, shard->sequence, sizeof(int64_t));
    if (whole->start) copy_rows(batch, whole->start, shard->start, sizeof(int64_t));
    batch->inputs = whole->inputs ? shard->inputs : NULL;
    batch->input_values = whole->input_values ? shard->input_values : NULL;
    batch->targets = whole->targets ? shard->targets : NULL;
    batch->target_values = whole->target_values ? shard->target_values : NULL;
    batch->label_offset = whole->label_offset;
    batch->label_ids = whole->label_ids;
    batch->sequence = shard->sequence;
    batch->start = shard->start;
}

/* The sources of the shard's rows, in the order that all sources have. */
static void cut_sources(rondo_shard *shard, const rondo_batch *whole, int64_t number,
                        int64_t shards, rondo_batch *batch)
{
    int64_t rows = 0;
    for (int64_t b = 0; b < whole->rows; b++)
        shard->row_of[whole->source_row[b]] = b;
    for (int64_t r = 0; r < whole->rows; r++) {
        int64_t row = shard->row_of[r];
        if (row % shards != number) continue;
        shard->source_row[row / shards] = rows;
        shard->source_place[rows++] = r;
    }
    pack(whole->source, rows, shard->source_place, shard->source_active, shard->source_offset,
         &shard->source);
    copy_tokens(&shard->source, whole->source->inputs, shard->source_inputs, sizeof(int32_t));
    shard->source.inputs = shard->source_inputs;
    batch->source = &shard->source;
    batch->source_row = shard->source_row;
}

void rondo_shard_cut(rondo_shard *shard, const rondo_batch *whole, int64_t number, int64_t shards,
                     rondo_batch *batch)
{
    int64_t rows = (whole->rows - number + shards - 1) / shards;
    for (int64_t b = 0; b < rows; b++)
        shard->place[b] = number + b * shards;
    pack(whole, rows, shard->place, shard->active, shard->offset, batch);
    copy(shard, whole, batch);
    if (whole->source) cut_sources(shard, whole, number, shards, batch);
}
