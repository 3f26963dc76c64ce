#include "data/batches/source_rows.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/sort.h"

/* A row of the minibatch and how long its source is. */
typedef struct source_key {
    int64_t length, row;
} source_key;

struct rondo_source_rows {
    rondo_sequences from;
    int64_t rows, steps, tokens; /* of the largest minibatch */
    rondo_batch batch;           /* of the sources */
    source_key *keys;            /* [rows] */
    int64_t *active, *offset, *sequence, *source_row;
    int32_t *inputs;
};

static rondo_status measure(rondo_source_rows *rows, rondo_error *error)
{
    int64_t count = rows->from.count;
    int64_t *lengths = malloc((size_t)count * sizeof *lengths);
    if (!lengths) return rondo_error_set(error, RONDO_FAILED, "not enough memory for sources");
    for (int64_t s = 0; s < count; s++)
        lengths[s] = rows->from.offset[s + 1] - rows->from.offset[s];
    rondo_sort_falling(lengths, count);
    rows->steps = lengths[0];
    for (int64_t b = 0; b < rows->rows; b++)
        rows->tokens += lengths[b];
    free(lengths);
    return RONDO_OK;
}

size_t rondo_batch_source_bytes(int64_t rows, int64_t steps, int64_t tokens)
{
    return (size_t)rows * (sizeof(source_key) + 2 * sizeof(int64_t)) +
           (size_t)(2 * steps + 1) * sizeof(int64_t) + (size_t)tokens * sizeof(int32_t);
}

static rondo_status make_room(rondo_source_rows *rows, rondo_error *error)
{
    static const char what[] = "the sources of a minibatch";
    size_t count = (size_t)rows->rows, steps = (size_t)rows->steps;
    rows->keys = rondo_memory_create(count * sizeof *rows->keys, what, error);
    rows->sequence = rondo_memory_create(count * sizeof *rows->sequence, what, error);
    rows->source_row = rondo_memory_create(count * sizeof *rows->source_row, what, error);
    rows->active = rondo_memory_create(steps * sizeof *rows->active, what, error);
    rows->offset = rondo_memory_create((steps + 1) * sizeof *rows->offset, what, error);
    rows->inputs = rondo_memory_create((size_t)rows->tokens * sizeof *rows->inputs, what, error);
    bool made = rows->keys && rows->sequence && rows->source_row && rows->active && rows->offset &&
                rows->inputs;
    return made ? RONDO_OK : error->status;
}

rondo_status rondo_source_rows_create(const rondo_sequences *sources, int64_t rows,
                                      rondo_source_rows **out, rondo_error *error)
{
    rondo_source_rows *made = calloc(1, sizeof *made);
    *out = NULL;
    if (!made) return rondo_error_set(error, RONDO_FAILED, "not enough memory for sources");
    made->from = *sources;
    made->rows = rows;
    rondo_status status = measure(made, error);
    if (!status) status = make_room(made, error);
    if (status)
        rondo_source_rows_destroy(made);
    else
        *out = made;
    return status;
}

void rondo_source_rows_destroy(rondo_source_rows *rows)
{
    if (!rows) return;
    void *const blocks[] = {rows->keys,   rows->sequence, rows->source_row,
                            rows->active, rows->offset,   rows->inputs};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        rondo_memory_destroy(blocks[i]);
    free(rows);
}

void rondo_source_rows_largest(const rondo_source_rows *rows, int64_t *steps, int64_t *tokens)
{
    *steps = rows->steps;
    *tokens = rows->tokens;
}

static int longer_first(const void *left, const void *right)
{
    const source_key *a = left, *b = right;
    if (a->length != b->length) return a->length > b->length ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static void order_rows(rondo_source_rows *rows, const rondo_batch *batch)
{
    const int64_t *offset = rows->from.offset;
    for (int64_t b = 0; b < batch->rows; b++) {
        int64_t sequence = batch->sequence[b];
        rows->keys[b] = (source_key){offset[sequence + 1] - offset[sequence], b};
    }
    qsort(rows->keys, (size_t)batch->rows, sizeof *rows->keys, longer_first);
    for (int64_t r = 0; r < batch->rows; r++) {
        rows->source_row[rows->keys[r].row] = r;
        rows->sequence[r] = batch->sequence[rows->keys[r].row];
    }
}

void rondo_source_rows_get(rondo_source_rows *rows, rondo_batch *batch)
{
    int64_t active = batch->rows, steps, *offset = rows->offset;
    order_rows(rows, batch);
    steps = rows->keys[0].length;
    offset[0] = 0;
    for (int64_t t = 0; t < steps; t++) {
        while (rows->keys[active - 1].length <= t)
            active--;
        rows->active[t] = active;
        offset[t + 1] = offset[t] + active;
        for (int64_t r = 0; r < active; r++)
            rows->inputs[offset[t] + r] =
                rondo_ids_get(rows->from.inputs, rows->from.offset[rows->sequence[r]] + t);
    }
    rows->batch = (rondo_batch){.rows = batch->rows,
                                .steps = steps,
                                .tokens = offset[steps],
                                .active = rows->active,
                                .offset = offset,
                                .inputs = rows->inputs,
                                .sequence = rows->sequence};
    batch->source = &rows->batch;
    batch->source_row = rows->source_row;
}
