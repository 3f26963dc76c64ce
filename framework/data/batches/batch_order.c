#include "data/batches/batch_order.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/sort.h"
#include "data/batches/batching.h"

/* Sequences are sorted by length within windows of so many groups: rows of a minibatch become
 * nearly equally long, and yet an epoch's minibatches are different from the last epoch's. */
enum { WINDOW_GROUPS = 50 };

/* Keeps the order of groups apart from that of sequences, which is drawn at step = epoch. */
static const uint64_t group_order = UINT64_C(1) << 48;

/* What an order is sorted by: falling `by`, then the place it had. */
typedef struct sort_key {
    int64_t by, place, piece;
} sort_key;

/* A group is the pieces that meet; it is taken through its steps minibatch by minibatch. */
struct rondo_batch_order {
    rondo_batches_config config; /* of a stream without what does not apply to it */
    int64_t longest;             /* steps of a minibatch at most; 0: no limit */
    int64_t rows, steps, tokens; /* of the largest minibatch */
    int64_t most_turns;          /* minibatches that the longest piece goes through */
    int64_t piece_count, group_count, count;
    rondo_segment *pieces;
    int64_t epoch;   /* that `order`, `places` and `begin` are for; -1: none yet */
    int64_t *order;  /* [piece_count]: pieces, group after group */
    int64_t *first;  /* [group_count + 1]: where each group begins in `order` */
    int64_t *places; /* [group_count]: the group at each place in the epoch */
    int64_t *begin;  /* [group_count + 1]: the first minibatch of the group at each place */
    int64_t *bucket; /* [piece_count]: longest of each piece's bucket; NULL: no buckets */
    sort_key *keys;  /* [piece_count]: scratch */
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

/* Steps of a piece in the minibatch where it begins. */
static int64_t first_steps(const rondo_batch_order *order, int64_t length)
{
    return order->longest > 0 ? least(order->longest, length) : length;
}

/* Minibatches that a piece goes through. */
static int64_t turns_of(const rondo_batch_order *order, int64_t length)
{
    return order->longest > 0 ? ceiling(length, order->longest) : 1;
}

/* --- pieces --- */

/* The one sequence becomes `piece_count` streams whose lengths differ by at most 1, the longer
 * first. */
static void cut_streams(rondo_batch_order *order, int64_t tokens)
{
    int64_t shorter = tokens / order->piece_count, longer_rows = tokens % order->piece_count;
    int64_t start = 0;
    for (int64_t b = 0; b < order->piece_count; b++) {
        int64_t length = shorter + (b < longer_rows);
        order->pieces[b] = (rondo_segment){.sequence = b, .start = start, .length = length};
        start += length;
    }
}

/* `longest` 0: sequences stay whole. */
static void cut_sequences(rondo_batch_order *order, const rondo_sequences *from, int64_t longest)
{
    int64_t used = 0;
    for (int64_t s = 0; s < from->count; s++) {
        int64_t start = rondo_sequence_start(from, s);
        int64_t end = start + from->offset[s + 1] - from->offset[s];
        while (start < end) {
            int64_t length = longest > 0 ? least(longest, end - start) : end - start;
            order->pieces[used++] =
                (rondo_segment){.sequence = s, .start = start, .length = length};
            start += length;
        }
    }
}

static int64_t count_pieces(const rondo_sequences *from, int64_t longest)
{
    int64_t count = 0;
    if (longest == 0) return from->count;
    for (int64_t s = 0; s < from->count; s++)
        count += ceiling(from->offset[s + 1] - from->offset[s], longest);
    return count;
}

/* Where the state is not carried, each piece of a sequence is on its own. */
static rondo_status make_pieces(rondo_batch_order *order, const rondo_sequences *from, bool stream,
                                rondo_error *error)
{
    int64_t tokens = from->offset[from->count];
    int64_t alone = order->config.carry_state ? 0 : order->config.truncated_bptt;
    order->piece_count =
        stream ? least(order->config.batch_size, tokens) : count_pieces(from, alone);
    order->pieces = rondo_memory_create((size_t)order->piece_count * sizeof *order->pieces,
                                        "the list of sequences", error);
    if (!order->pieces) return error->status;
    if (stream)
        cut_streams(order, tokens);
    else
        cut_sequences(order, from, alone);
    return RONDO_OK;
}

/* --- groups --- */

static void *take(size_t count, size_t size, rondo_error *error)
{
    return rondo_memory_create(count * size, "the order of sequences", error);
}

/* Which pieces meet changes with the epoch; where groups begin does not. */
static rondo_status cut_groups(rondo_batch_order *order, const int64_t *lengths, rondo_error *error)
{
    int64_t pieces = order->piece_count, rows = order->config.batch_size;
    int64_t tokens = order->config.batch_tokens;
    if (order->config.shuffle && tokens > 0) {
        order->bucket = take((size_t)pieces, sizeof *order->bucket, error);
        if (!order->bucket) return error->status;
        order->group_count =
            rondo_batching_by_bucket(lengths, pieces, rows, tokens, NULL, order->bucket);
    } else {
        order->group_count = rondo_batching_in_order(lengths, pieces, rows, tokens, NULL);
    }
    order->first = take((size_t)order->group_count + 1, sizeof *order->first, error);
    if (!order->first) return error->status;
    if (order->bucket)
        rondo_batching_by_bucket(lengths, pieces, rows, tokens, order->first, order->bucket);
    else
        rondo_batching_in_order(lengths, pieces, rows, tokens, order->first);
    return RONDO_OK;
}

static int falling_pieces(const void *left, const void *right)
{
    const rondo_segment *a = left, *b = right;
    if (a->length != b->length) return a->length > b->length ? -1 : 1;
    return (a->start > b->start) - (a->start < b->start);
}

/* The bound on tokens is the sum of the longest, unless tokens are limited. */
static void measure_largest(rondo_batch_order *order, int64_t *lengths)
{
    int64_t limit = order->config.batch_tokens;
    for (int64_t k = 0; k < order->group_count; k++)
        order->rows = most(order->rows, order->first[k + 1] - order->first[k]);
    rondo_sort_falling(lengths, order->piece_count);
    order->steps = lengths[0];
    for (int64_t b = 0; b < order->rows; b++)
        order->tokens += lengths[b];
    if (limit > 0) order->tokens = least(order->tokens, most(limit, order->steps));
}

static rondo_status make_groups(rondo_batch_order *order, rondo_error *error)
{
    int64_t *lengths = calloc((size_t)order->piece_count + 1, sizeof *lengths);
    if (!lengths)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory to order %lld sequences",
                               (long long)order->piece_count);
    if (order->config.shuffle && order->config.batch_tokens > 0)
        qsort(order->pieces, (size_t)order->piece_count, sizeof *order->pieces, falling_pieces);
    for (int64_t i = 0; i < order->piece_count; i++) {
        lengths[i] = first_steps(order, order->pieces[i].length);
        order->most_turns = most(order->most_turns, turns_of(order, order->pieces[i].length));
    }
    rondo_status status = cut_groups(order, lengths, error);
    if (!status) measure_largest(order, lengths);
    free(lengths);
    return status;
}

/* --- the order of an epoch --- */

static int compare_keys(const void *left, const void *right)
{
    const sort_key *a = left, *b = right;
    if (a->by != b->by) return a->by > b->by ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

typedef enum sort_rule { BY_LENGTH, BY_TURNS, BY_BUCKET } sort_rule;

/* In a bucket by turns: more than one has only what is in the bucket of the longest. */
static int64_t sort_number(const rondo_batch_order *order, int64_t piece, sort_rule rule)
{
    int64_t length = order->pieces[piece].length;
    if (rule == BY_LENGTH) return length;
    return turns_of(order, length) + (rule == BY_BUCKET ? order->bucket[piece] : 0);
}

static void sort_part(rondo_batch_order *order, int64_t first, int64_t end, sort_rule rule)
{
    for (int64_t i = first; i < end; i++) {
        int64_t at = order->order[i];
        order->keys[i] = (sort_key){sort_number(order, at, rule), i, at};
    }
    qsort(order->keys + first, (size_t)(end - first), sizeof *order->keys, compare_keys);
    for (int64_t i = first; i < end; i++)
        order->order[i] = order->keys[i].piece;
}

/* Sequences that go through equally many minibatches stay together, so a group's number of
 * minibatches, that of its longest row, is the same in every epoch. Where none goes through more
 * than one the drawn order stays what it is. */
static void sort_shuffled(rondo_batch_order *order)
{
    int64_t count = order->piece_count, window = WINDOW_GROUPS * order->rows;
    if (order->most_turns > 1) sort_part(order, 0, count, BY_TURNS);
    for (int64_t i = 0; i < count; i += window)
        sort_part(order, i, least(i + window, count), BY_LENGTH);
}

static void sort_order(rondo_batch_order *order)
{
    if (order->config.shuffle && !order->bucket) {
        sort_shuffled(order);
        return;
    }
    if (order->bucket) sort_part(order, 0, order->piece_count, BY_BUCKET);
    for (int64_t k = 0; k < order->group_count; k++)
        sort_part(order, order->first[k], order->first[k + 1], BY_LENGTH);
}

static void arrange_epoch(rondo_batch_order *order, int64_t epoch)
{
    bool shuffle = order->config.shuffle;
    rondo_random random = {order->config.seed, RONDO_FOR_SHUFFLE, (uint64_t)epoch};
    for (int64_t i = 0; i < order->piece_count; i++)
        order->order[i] = i;
    for (int64_t k = 0; k < order->group_count; k++)
        order->places[k] = k;
    if (shuffle) rondo_random_shuffle(&random, order->order, order->piece_count);
    sort_order(order);
    random.step += group_order;
    if (shuffle) rondo_random_shuffle(&random, order->places, order->group_count);
    for (int64_t k = 0; k < order->group_count; k++) {
        const rondo_segment *longest = &order->pieces[order->order[order->first[order->places[k]]]];
        order->begin[k + 1] = order->begin[k] + turns_of(order, longest->length);
    }
    order->epoch = epoch;
}

/* --- from outside --- */

static rondo_status make_room(rondo_batch_order *order, rondo_error *error)
{
    size_t pieces = (size_t)order->piece_count, groups = (size_t)order->group_count;
    order->order = take(pieces, sizeof *order->order, error);
    order->keys = take(pieces, sizeof *order->keys, error);
    order->places = take(groups, sizeof *order->places, error);
    order->begin = take(groups + 1, sizeof *order->begin, error);
    bool made = order->order && order->keys && order->places && order->begin;
    return made ? RONDO_OK : error->status;
}

rondo_status rondo_batch_order_create(const rondo_sequences *from, bool stream,
                                      const rondo_batches_config *config, rondo_batch_order **out,
                                      rondo_error *error)
{
    rondo_batch_order *order = calloc(1, sizeof *order);
    *out = NULL;
    if (!order) return rondo_error_set(error, RONDO_FAILED, "not enough memory for minibatches");
    order->config = *config;
    order->longest = config->truncated_bptt;
    if (stream) order->config.shuffle = false;
    if (stream) order->config.batch_tokens = 0;
    rondo_status status = make_pieces(order, from, stream, error);
    if (!status) status = make_groups(order, error);
    if (!status) status = make_room(order, error);
    if (status) {
        rondo_batch_order_destroy(order);
        return status;
    }
    arrange_epoch(order, 0);
    order->count = order->begin[order->group_count];
    *out = order;
    return RONDO_OK;
}

void rondo_batch_order_destroy(rondo_batch_order *order)
{
    if (!order) return;
    void *const blocks[] = {order->pieces, order->order,  order->first, order->places,
                            order->begin,  order->bucket, order->keys};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        rondo_memory_destroy(blocks[i]);
    free(order);
}

void rondo_batch_order_largest(const rondo_batch_order *order, int64_t *rows, int64_t *steps,
                               int64_t *tokens)
{
    *rows = order->rows;
    *steps = order->steps;
    *tokens = order->tokens;
}

int64_t rondo_batch_order_count(const rondo_batch_order *order)
{
    return order->count;
}

size_t rondo_batch_order_bytes(const rondo_batch_order *order)
{
    size_t piece = sizeof *order->pieces + sizeof *order->order + sizeof *order->keys;
    size_t group = sizeof *order->first + sizeof *order->places + sizeof *order->begin;
    if (order->bucket) piece += sizeof *order->bucket;
    bool is_sorted_whole = order->config.shuffle && (order->bucket || order->most_turns > 1);
    if (is_sorted_whole) piece += sizeof *order->keys; /* qsort's own */
    return sizeof *order + (size_t)order->piece_count * piece + (size_t)order->group_count * group;
}

/* The place in the epoch of the group that a minibatch belongs to. */
static int64_t find_place(const rondo_batch_order *order, int64_t position)
{
    int64_t low = 0, high = order->group_count;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (order->begin[middle] <= position)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Rows that have ended are not rows any more; the others stay where they were. */
int64_t rondo_batch_order_get(rondo_batch_order *order, int64_t epoch, int64_t position,
                              rondo_segment *row, bool *carry)
{
    if (order->config.shuffle && order->epoch != epoch) arrange_epoch(order, epoch);
    int64_t place = find_place(order, position), turn = position - order->begin[place];
    const int64_t *first = order->first + order->places[place];
    int64_t rows = 0, done = turn * order->longest;
    for (const int64_t *at = order->order + first[0]; at < order->order + first[1]; at++) {
        const rondo_segment *piece = &order->pieces[*at];
        if (piece->length <= done) break;
        row[rows++] = (rondo_segment){.sequence = piece->sequence,
                                      .start = piece->start + done,
                                      .length = first_steps(order, piece->length - done)};
    }
    *carry = order->config.carry_state && turn > 0;
    return rows;
}
