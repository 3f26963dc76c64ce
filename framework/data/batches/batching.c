#include "data/batches/batching.h"

#include <stdbool.h>

/* A bucket has at least so many minibatches, so that there is something to shuffle, and goes on
 * while sequences are at least 7/8 of its longest, so that minibatches are nearly full. */
enum { LEAST_MINIBATCHES = 4, SHORTEST_EIGHTHS = 7 };

int64_t rondo_batching_in_order(const int64_t *lengths, int64_t count, int64_t most_rows,
                                int64_t most_tokens, int64_t *first)
{
    int64_t used = 0, rows = 0, tokens = 0;
    for (int64_t i = 0; i < count; i++) {
        bool is_full = rows == most_rows || (most_tokens > 0 && tokens + lengths[i] > most_tokens);
        if (rows == 0 || is_full) {
            if (first) first[used] = i;
            used++;
            rows = tokens = 0;
        }
        rows++;
        tokens += lengths[i];
    }
    if (first) first[used] = count;
    return used;
}

/* Rows of a minibatch in which any may be as long as `longest`. */
static int64_t rows_of(int64_t longest, int64_t most_rows, int64_t most_tokens)
{
    int64_t rows = most_tokens / longest;
    if (rows < 1) return 1;
    return rows < most_rows ? rows : most_rows;
}

int64_t rondo_batching_by_bucket(const int64_t *lengths, int64_t count, int64_t most_rows,
                                 int64_t most_tokens, int64_t *first, int64_t *bucket)
{
    int64_t used = 0, longest = 0, rows = 0, begun = 0;
    for (int64_t i = 0; i < count; i += rows) {
        bool is_short = 8 * lengths[i] < SHORTEST_EIGHTHS * longest;
        if (i == 0 || (is_short && used - begun >= LEAST_MINIBATCHES)) {
            longest = lengths[i];
            rows = rows_of(longest, most_rows, most_tokens);
            begun = used;
        }
        if (first) first[used] = i;
        for (int64_t j = i; j < i + rows && j < count; j++)
            bucket[j] = longest;
        used++;
    }
    if (first) first[used] = count;
    return used;
}
