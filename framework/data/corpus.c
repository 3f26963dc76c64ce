#include "data/corpus.h"

#include <stdlib.h>

#include "base/memory.h"

static rondo_status grow_ids(int32_t **ids, int64_t *capacity, int64_t count, rondo_error *error)
{
    if (count <= *capacity) return RONDO_OK;
    void *block = *ids;
    rondo_status status =
        rondo_memory_grow(&block, capacity, count, sizeof **ids, "the symbols of a text", error);
    *ids = block;
    return status;
}

/* From the last on: none is overwritten before it has been read. */
static void widen(void *ids, int64_t count, int32_t from, int32_t to)
{
    const rondo_ids narrow = {ids, from};
    for (int64_t i = count - 1; i >= 0; i--)
        rondo_ids_put(ids, to, i, rondo_ids_get(narrow, i));
}

rondo_status rondo_corpus_reserve(rondo_corpus *corpus, int64_t bytes, rondo_error *error)
{
    int64_t room = corpus->input_capacity * corpus->input_size;
    rondo_status status =
        rondo_memory_grow(&corpus->inputs, &room, bytes, 1, "the symbols of a text", error);
    if (status) return status;
    if (corpus->input_size == 0) corpus->input_size = 1;
    corpus->input_capacity = room / corpus->input_size;
    return RONDO_OK;
}

rondo_status rondo_corpus_grow(rondo_corpus *corpus, int32_t input, rondo_error *error)
{
    int32_t size = rondo_ids_size((int64_t)input + 1);
    if (size < corpus->input_size) size = corpus->input_size;
    int64_t bytes = corpus->input_capacity * corpus->input_size;
    rondo_status status = rondo_memory_grow(&corpus->inputs, &bytes, (corpus->steps + 1) * size, 1,
                                            "the symbols of a text", error);
    if (status) return status;
    if (size > corpus->input_size) widen(corpus->inputs, corpus->steps, corpus->input_size, size);
    corpus->input_size = size;
    corpus->input_limit = size == 4 ? INT32_MAX : INT32_C(1) << 8 * size;
    corpus->input_capacity = bytes / size;
    return RONDO_OK;
}

rondo_status rondo_corpus_add_pair(rondo_corpus *corpus, int32_t input, int32_t target,
                                   rondo_error *error)
{
    rondo_status status =
        grow_ids(&corpus->targets, &corpus->target_capacity, corpus->steps + 1, error);
    if (status) return status;
    corpus->targets[corpus->steps] = target;
    return rondo_corpus_add(corpus, input, error);
}

rondo_status rondo_corpus_add_feature(rondo_corpus *corpus, int64_t f, int32_t symbol,
                                      rondo_error *error)
{
    rondo_status status =
        grow_ids(&corpus->features[f], &corpus->feature_capacity[f], corpus->steps + 1, error);
    if (!status) corpus->features[f][corpus->steps] = symbol;
    return status;
}

rondo_status rondo_corpus_end_sequence(rondo_corpus *corpus, rondo_error *error)
{
    int64_t ended = corpus->sequences > 0 ? corpus->offset[corpus->sequences] : 0;
    return corpus->steps == ended ? RONDO_OK : rondo_corpus_end_any(corpus, error);
}

rondo_status rondo_corpus_end_any(rondo_corpus *corpus, rondo_error *error)
{
    void *offset = corpus->offset;
    rondo_status status =
        rondo_memory_grow(&offset, &corpus->offset_capacity, corpus->sequences + 2,
                          sizeof *corpus->offset, "the offsets of sequences", error);
    corpus->offset = offset;
    if (status) return status;
    corpus->offset[0] = 0;
    corpus->offset[++corpus->sequences] = corpus->steps;
    return RONDO_OK;
}

rondo_status rondo_corpus_end_labelled(rondo_corpus *corpus, int32_t label, rondo_error *error)
{
    rondo_status status =
        grow_ids(&corpus->labels, &corpus->label_capacity, corpus->sequences + 1, error);
    if (status) return status;
    corpus->labels[corpus->sequences] = label;
    return rondo_corpus_end_sequence(corpus, error);
}

void rondo_corpus_finish(rondo_corpus *corpus)
{
    free(corpus->offset);
    free(corpus->inputs);
    free(corpus->targets);
    free(corpus->labels);
    for (int f = 0; f < RONDO_MAX_FEATURES; f++)
        free(corpus->features[f]);
    *corpus = (rondo_corpus){0};
}
