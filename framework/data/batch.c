#include "data/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "data/cut.h"
#include "data/gather.h"
#include "data/source_rows.h"

/* Sequences are sorted by length within windows of so many minibatches: rows of a minibatch become
 * nearly equally long, and yet an epoch's minibatches are different from the last epoch's. */
enum { WINDOW_MINIBATCHES = 50 };

/* Keeps the order of minibatches apart from that of sequences, which is drawn at step = epoch. */
static const uint64_t minibatch_order = UINT64_C(1) << 48;

typedef struct sort_key {
    int64_t length, place, piece;
} sort_key;

struct rondo_batches {
    rondo_sequences from;
    int64_t input_width, target_width;
    rondo_batches_config config;
    bool stream, sequence_targets;
    int64_t rows, steps, tokens; /* of the largest minibatch */
    int64_t count, all_tokens;
    int64_t piece_count;
    rondo_piece *pieces;
    int64_t epoch;    /* that `order` and `places` are for; -1: none yet */
    int64_t *order;   /* [piece_count]: pieces, minibatch after minibatch */
    int64_t *places;  /* [count]: the minibatch at each position */
    int64_t *first;   /* [count + 1]: where each minibatch begins in `order`; NULL: a stream */
    int64_t *bucket;  /* [piece_count]: longest of each piece's bucket; NULL: no buckets */
    sort_key *keys;   /* [piece_count]: scratch */
    rondo_piece *row; /* [rows]: what the rows of this minibatch are cut from */
    int64_t *active, *offset, *sequence, *start;
    int32_t *inputs, *targets;
    int32_t *features[RONDO_MAX_FEATURES];
    rondo_real *input_values, *target_values;
    rondo_source_rows *sources; /* of pairs; else NULL */
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t ceiling(int64_t a, int64_t b)
{
    return a / b + (a % b > 0);
}

/* The one sequence becomes `rows` streams whose lengths differ by at most 1, the longer first. */
static void cut_streams(rondo_batches *batches)
{
    int64_t shorter = batches->all_tokens / batches->rows;
    int64_t longer_rows = batches->all_tokens % batches->rows, start = 0;
    for (int64_t b = 0; b < batches->rows; b++) {
        int64_t length = shorter + (b < longer_rows);
        batches->pieces[b] = (rondo_piece){.sequence = b, .start = start, .length = length};
        start += length;
    }
}

static void cut_sequences(rondo_batches *batches)
{
    int64_t longest = batches->config.truncated_bptt, used = 0;
    for (int64_t s = 0; s < batches->from.count; s++) {
        int64_t start = rondo_sequence_start(&batches->from, s);
        int64_t end = start + batches->from.offset[s + 1] - batches->from.offset[s];
        while (start < end) {
            int64_t length = longest > 0 ? least(longest, end - start) : end - start;
            batches->pieces[used++] =
                (rondo_piece){.sequence = s, .start = start, .length = length};
            start += length;
        }
    }
}

static int64_t count_pieces(const rondo_batches *batches)
{
    int64_t longest = batches->config.truncated_bptt, count = 0;
    if (batches->stream) return least(batches->config.batch_size, batches->all_tokens);
    if (longest == 0) return batches->from.count;
    for (int64_t s = 0; s < batches->from.count; s++)
        count += ceiling(batches->from.offset[s + 1] - batches->from.offset[s], longest);
    return count;
}

static int falling(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a < b) - (a > b);
}

static int falling_pieces(const void *left, const void *right)
{
    const rondo_piece *a = left, *b = right;
    if (a->length != b->length) return a->length > b->length ? -1 : 1;
    return (a->start > b->start) - (a->start < b->start);
}

static void *take(size_t count, size_t size, rondo_error *error)
{
    return rondo_memory_create(count * size, "a minibatch", error);
}

/* Which pieces meet changes with the epoch; where minibatches begin does not. */
static rondo_status cut_minibatches(rondo_batches *batches, const int64_t *lengths,
                                    rondo_error *error)
{
    int64_t pieces = batches->piece_count, rows = batches->config.batch_size;
    int64_t tokens = batches->config.batch_tokens;
    if (batches->config.shuffle && tokens > 0) {
        batches->bucket = take((size_t)pieces, sizeof *batches->bucket, error);
        if (!batches->bucket) return error->status;
        batches->count = rondo_cut_buckets(lengths, pieces, rows, tokens, NULL, batches->bucket);
    } else {
        batches->count = rondo_cut_in_order(lengths, pieces, rows, tokens, NULL);
    }
    batches->first = take((size_t)batches->count + 1, sizeof *batches->first, error);
    if (!batches->first) return error->status;
    if (batches->bucket)
        rondo_cut_buckets(lengths, pieces, rows, tokens, batches->first, batches->bucket);
    else
        rondo_cut_in_order(lengths, pieces, rows, tokens, batches->first);
    return RONDO_OK;
}

/* The bound on tokens is the sum of the longest, unless tokens are limited. */
static void measure_largest(rondo_batches *batches, int64_t *lengths)
{
    int64_t limit = batches->config.batch_tokens;
    batches->rows = 0;
    for (int64_t k = 0; k < batches->count; k++)
        batches->rows = most(batches->rows, batches->first[k + 1] - batches->first[k]);
    qsort(lengths, (size_t)batches->piece_count, sizeof *lengths, falling);
    batches->steps = lengths[0];
    for (int64_t b = 0; b < batches->rows; b++)
        batches->tokens += lengths[b];
    if (limit > 0) batches->tokens = least(batches->tokens, most(limit, batches->steps));
}

static rondo_status measure_sequences(rondo_batches *batches, rondo_error *error)
{
    const rondo_batches_config *config = &batches->config;
    int64_t *lengths = malloc((size_t)batches->piece_count * sizeof *lengths);
    if (!lengths)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory to order %lld sequences",
                               (long long)batches->piece_count);
    if (config->shuffle && config->batch_tokens > 0)
        qsort(batches->pieces, (size_t)batches->piece_count, sizeof *batches->pieces,
              falling_pieces);
    for (int64_t i = 0; i < batches->piece_count; i++)
        lengths[i] = batches->pieces[i].length;
    rondo_status status = cut_minibatches(batches, lengths, error);
    if (!status) measure_largest(batches, lengths);
    free(lengths);
    return status;
}

static void measure_streams(rondo_batches *batches)
{
    int64_t longest = batches->pieces[0].length, limit = batches->config.truncated_bptt;
    batches->steps = limit > 0 ? least(limit, longest) : longest;
    batches->count = ceiling(longest, batches->steps);
    for (int64_t b = 0; b < batches->rows; b++)
        batches->tokens += least(batches->steps, batches->pieces[b].length);
}

static rondo_status make_pieces(rondo_batches *batches, rondo_error *error)
{
    batches->piece_count = count_pieces(batches);
    batches->rows = least(batches->config.batch_size, batches->piece_count);
    batches->pieces = rondo_memory_create((size_t)batches->piece_count * sizeof *batches->pieces,
                                          "the list of sequences", error);
    if (!batches->pieces) return error->status;
    if (batches->stream) {
        cut_streams(batches);
        measure_streams(batches);
        return RONDO_OK;
    }
    cut_sequences(batches);
    return measure_sequences(batches, error);
}

size_t rondo_batch_bytes(int64_t rows, int64_t steps, int64_t tokens, size_t token_bytes,
                         size_t row_bytes)
{
    size_t own_bytes = sizeof(rondo_piece) + 2 * sizeof(int64_t); /* row, sequence, start */
    size_t step_bytes = 2 * sizeof(int64_t);                      /* active, offset */
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
    batches->order = take((size_t)batches->piece_count, sizeof *batches->order, error);
    batches->keys = take((size_t)batches->piece_count, sizeof *batches->keys, error);
    batches->places = take((size_t)batches->count, sizeof *batches->places, error);
    if (!batches->row || !batches->sequence || !batches->start || !batches->active ||
        !batches->offset || !batches->order || !batches->keys || !batches->places)
        return error->status;
    if (from->inputs && !(batches->inputs = take(tokens, sizeof(int32_t), error)))
        return error->status;
    if (from->targets && !(batches->targets = take(targets, sizeof(int32_t), error)))
        return error->status;
    for (int f = 0; f < RONDO_MAX_FEATURES && from->features[f]; f++)
        if (!(batches->features[f] = take(tokens, sizeof(int32_t), error))) return error->status;
    size_t values = tokens * (size_t)batches->input_width;
    if ((from->input_values || from->input_bytes || from->fresh) &&
        !(batches->input_values = take(values, sizeof(rondo_real), error)))
        return error->status;
    if ((from->target_values || from->fresh) &&
        !(batches->target_values =
              take(targets * (size_t)batches->target_width, sizeof(rondo_real), error)))
        return error->status;
    return RONDO_OK;
}

rondo_status rondo_batches_create(const rondo_dataset *dataset, rondo_split split,
                                  const rondo_batches_config *config, rondo_batches **out,
                                  rondo_error *error)
{
    rondo_status status = RONDO_OK;
    rondo_batches *batches = NULL;
    const rondo_sequences *from = &dataset->splits[split];
    *out = NULL;
    if (from->count == 0)
        return rondo_error_set(error, RONDO_USAGE, "the data set has no %s split",
                               rondo_split_name(split));
    if (config->batch_size < 1 || config->truncated_bptt < 0 || config->batch_tokens < 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "data: batch_size must be at least 1, truncated_bptt and "
                               "batch_tokens at least 0");
    if (dataset->sequence_targets && config->truncated_bptt > 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "data.truncated_bptt: one target a sequence needs the whole "
                               "sequence: 0");
    batches = calloc(1, sizeof *batches);
    if (!batches) return rondo_error_set(error, RONDO_FAILED, "not enough memory for minibatches");
    batches->from = *from;
    batches->input_width = dataset->input_width;
    batches->target_width = dataset->target_width;
    batches->config = *config;
    batches->stream = dataset->stream;
    batches->sequence_targets = dataset->sequence_targets;
    batches->all_tokens = from->offset[from->count];
    batches->epoch = -1;
    if ((status = make_pieces(batches, error))) goto cleanup;
    if ((status = make_room(batches, error))) goto cleanup;
    if (dataset->sources[split].count > 0) {
        status = rondo_source_rows_create(&dataset->sources[split], batches->rows,
                                          &batches->sources, error);
        if (status) goto cleanup;
    }
    *out = batches;
    batches = NULL;
cleanup:
    rondo_batches_destroy(batches);
    return status;
}

void rondo_batches_destroy(rondo_batches *batches)
{
    if (!batches) return;
    void *const blocks[] = {batches->pieces,       batches->order,         batches->places,
                            batches->row,          batches->active,        batches->offset,
                            batches->inputs,       batches->targets,       batches->sequence,
                            batches->input_values, batches->target_values, batches->keys,
                            batches->first,        batches->bucket,        batches->start};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        rondo_memory_destroy(blocks[i]);
    for (int f = 0; f < RONDO_MAX_FEATURES; f++)
        rondo_memory_destroy(batches->features[f]);
    rondo_source_rows_destroy(batches->sources);
    free(batches);
}

void rondo_batches_largest(const rondo_batches *batches, int64_t *rows, int64_t *steps,
                           int64_t *tokens)
{
    *rows = batches->rows;
    *steps = batches->steps;
    *tokens = batches->tokens;
}

void rondo_batches_largest_source(const rondo_batches *batches, int64_t *steps, int64_t *tokens)
{
    *steps = *tokens = 0;
    if (batches->sources) rondo_source_rows_largest(batches->sources, steps, tokens);
}

int64_t rondo_batches_count(const rondo_batches *batches)
{
    return batches->count;
}

int64_t rondo_batches_tokens(const rondo_batches *batches)
{
    return batches->all_tokens;
}

/* Longer pieces first; equally long ones stay in the order they had. */
static int compare_keys(const void *left, const void *right)
{
    const sort_key *a = left, *b = right;
    if (a->length != b->length) return a->length > b->length ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

/* Sorts a part of the order by falling length, or by bucket where these are given. */
static void sort_part(rondo_batches *batches, int64_t first, int64_t end, const int64_t *bucket)
{
    for (int64_t i = first; i < end; i++) {
        int64_t at = batches->order[i];
        int64_t length = bucket ? bucket[at] : batches->pieces[at].length;
        batches->keys[i] = (sort_key){length, i, at};
    }
    qsort(batches->keys + first, (size_t)(end - first), sizeof *batches->keys, compare_keys);
    for (int64_t i = first; i < end; i++)
        batches->order[i] = batches->keys[i].piece;
}

static void sort_order(rondo_batches *batches)
{
    int64_t count = batches->piece_count, window = WINDOW_MINIBATCHES * batches->rows;
    if (batches->config.shuffle && !batches->bucket) {
        for (int64_t i = 0; i < count; i += window)
            sort_part(batches, i, least(i + window, count), NULL);
        return;
    }
    if (batches->bucket) sort_part(batches, 0, count, batches->bucket);
    for (int64_t k = 0; k < batches->count; k++)
        sort_part(batches, batches->first[k], batches->first[k + 1], NULL);
}

static void arrange_epoch(rondo_batches *batches, int64_t epoch)
{
    const rondo_batches_config *config = &batches->config;
    rondo_random random = {config->seed, RONDO_FOR_SHUFFLE, (uint64_t)epoch};
    for (int64_t i = 0; i < batches->piece_count; i++)
        batches->order[i] = i;
    for (int64_t k = 0; k < batches->count; k++)
        batches->places[k] = k;
    if (config->shuffle) rondo_random_shuffle(&random, batches->order, batches->piece_count);
    sort_order(batches);
    random.step += minibatch_order;
    if (config->shuffle) rondo_random_shuffle(&random, batches->places, batches->count);
    batches->epoch = epoch;
}

/* Fills the rows of a minibatch, by falling length; returns how many there are. */
static int64_t choose_rows(rondo_batches *batches, int64_t epoch, int64_t position)
{
    if (batches->epoch < 0 || (batches->config.shuffle && batches->epoch != epoch))
        arrange_epoch(batches, epoch);
    const int64_t *first = batches->first + batches->places[position];
    int64_t rows = first[1] - first[0];
    for (int64_t b = 0; b < rows; b++)
        batches->row[b] = batches->pieces[batches->order[first[0] + b]];
    return rows;
}

/* Streams that have ended are not rows any more. */
static int64_t choose_streams(rondo_batches *batches, int64_t position)
{
    int64_t done = position * batches->steps, rows = 0;
    while (rows < batches->rows && batches->pieces[rows].length > done) {
        const rondo_piece *stream = &batches->pieces[rows];
        batches->row[rows++] =
            (rondo_piece){.sequence = stream->sequence,
                          .start = stream->start + done,
                          .length = least(batches->steps, stream->length - done)};
    }
    return rows;
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
    const rondo_gather all = {.from = &batches->from,
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
    rondo_gather_run(&all);
}

void rondo_batches_get(rondo_batches *batches, int64_t epoch, int64_t position, rondo_batch *batch)
{
    int64_t rows =
        batches->stream ? choose_streams(batches, position) : choose_rows(batches, epoch, position);
    measure(batches, rows, batch);
    batch->carry = batches->stream && batches->config.carry_state && position > 0;
    gather(batches, epoch, batch);
    if (batches->sources) rondo_source_rows_get(batches->sources, batch);
}
