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

rondo_status rondo_corpus_grow(rondo_corpus *corpus, rondo_error *error)
{
    return grow_ids(&corpus->inputs, &corpus->input_capacity, corpus->steps + 1, error);
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
    if (corpus->steps == ended) return RONDO_OK;
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
