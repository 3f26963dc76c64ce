/* What a reader makes of one file: symbol numbers (data/text/symbols.h) of all sequences, one after
 * another. Sequence s is steps offset[s] .. offset[s+1]-1. Targets are of steps, or labels of
 * sequences, or there are none. Start with {0}. */
#ifndef RONDO_DATA_CORPUS_H
#define RONDO_DATA_CORPUS_H

#include <stdint.h>

#include "base/error.h"
#include "config/experiment.h"
#include "data/batches/ids.h"

typedef struct rondo_corpus {
    int64_t sequences, steps;
    int64_t *offset;  /* [sequences + 1]; NULL before the first sequence ends */
    void *inputs;     /* [steps], of input_size bytes each: rondo_corpus_inputs */
    int32_t *targets; /* [steps] or NULL */
    int32_t *labels;  /* [sequences] or NULL */
    int32_t *features[RONDO_MAX_FEATURES]; /* [steps] each, those that there are */
    int32_t input_size, input_limit;       /* input numbers that need more bytes begin there */
    int64_t offset_capacity, input_capacity, target_capacity, label_capacity;
    int64_t feature_capacity[RONDO_MAX_FEATURES];
} rondo_corpus;

static inline rondo_ids rondo_corpus_inputs(const rondo_corpus *corpus)
{
    return (rondo_ids){corpus->inputs, corpus->input_size};
}

/* Room for so many bytes of inputs: what is not filled takes no memory, and none is copied. */
rondo_status rondo_corpus_reserve(rondo_corpus *corpus, int64_t bytes, rondo_error *error);

/* Room for one input more, with so many bytes each that it fits. */
rondo_status rondo_corpus_grow(rondo_corpus *corpus, int32_t input, rondo_error *error);

/* Inline: called for each character of a text. */
static inline rondo_status rondo_corpus_add(rondo_corpus *corpus, int32_t input, rondo_error *error)
{
    if (corpus->steps == corpus->input_capacity || input >= corpus->input_limit) {
        rondo_status status = rondo_corpus_grow(corpus, input, error);
        if (status) return status;
    }
    rondo_ids_put(corpus->inputs, corpus->input_size, corpus->steps++, input);
    return RONDO_OK;
}

rondo_status rondo_corpus_add_pair(rondo_corpus *corpus, int32_t input, int32_t target,
                                   rondo_error *error);

/* Feature number f of the step that is added next. */
rondo_status rondo_corpus_add_feature(rondo_corpus *corpus, int64_t f, int32_t symbol,
                                      rondo_error *error);

/* The steps since the last end are a sequence; nothing happens where there are none. */
rondo_status rondo_corpus_end_sequence(rondo_corpus *corpus, rondo_error *error);

/* The same, also of no step. */
rondo_status rondo_corpus_end_any(rondo_corpus *corpus, rondo_error *error);

/* The same, of steps that there are; the sequence's label is that symbol number. */
rondo_status rondo_corpus_end_labelled(rondo_corpus *corpus, int32_t label, rondo_error *error);

void rondo_corpus_finish(rondo_corpus *corpus);

#endif
