/* Generated data sets: long-dependency tasks made from the seed, without a file.
 *
 * Each sequence is a pure function of (seed, split, number), so the splits never meet and nothing
 * depends on what was generated before it.
 *
 *   copy       Arjovsky, Shah & Bengio (2016), section 5.1, after Hochreiter & Schmidhuber (1997)
 *   reber      embedded Reber grammar: Hochreiter & Schmidhuber (1997), section 5.1
 *   agreement  subject and verb of English sentences, after Linzen, Dupoux & Goldberg (2016)
 *   adding     sums of two marked numbers: data/formats/adding.h
 *   digits     strings of digits as noisy frames: data/formats/generate_digits.h
 */
#ifndef RONDO_DATA_FORMATS_GENERATOR_H
#define RONDO_DATA_FORMATS_GENERATOR_H

#include "base/random.h"
#include "data/assemble.h"

typedef enum rondo_generator_name {
    RONDO_COPY = 0,
    RONDO_REBER = 1,
    RONDO_AGREEMENT = 2,
    RONDO_ADDING = 3,
    RONDO_DIGITS = 4
} rondo_generator_name;

/* Options of data.format generated. What does not belong to the generator is below its range. */
typedef struct rondo_generator_config {
    int name;      /* rondo_generator_name */
    int64_t count; /* training sequences of an epoch */
    int64_t valid; /* sequences of the other splits */
    int64_t test;
    bool resample_each_epoch; /* adding: new training sequences in each epoch */
    int64_t length;           /* copy: blanks; agreement: longest distance; adding: steps; digits:
                                 most digits */
    int64_t symbols;          /* copy, digits: different ones */
    int64_t copied;           /* copy: symbols to remember */
    double attractors;        /* agreement: share of nouns between with the other number */
    double noise;             /* digits: standard deviation */
} rondo_generator_config;

extern const rondo_format rondo_format_generated;

/* Those of a config, or NULL where its data are not generated. [any] */
const rondo_generator_config *rondo_generator_of(const rondo_data_config *data);

/* Random numbers of one sequence, one after another. */
typedef struct rondo_random_stream {
    rondo_random random;
    uint64_t next;
} rondo_random_stream;

/* Those of sequence `number` (below 2^54) of a split. [any] */
rondo_random_stream rondo_random_stream_start(uint64_t seed, rondo_split split, int64_t number);
/* Uniform in [0, 1). [any] */
double rondo_random_stream_uniform(rondo_random_stream *stream);
/* Uniform in 0 .. count-1. [any] */
int64_t rondo_random_stream_below(rondo_random_stream *stream, int64_t count);

/* Where a generator of symbols writes. */
typedef struct rondo_generation {
    const rondo_generator_config *config;
    rondo_symbols *inputs, *targets; /* targets: copy only */
    rondo_corpus *corpus;
    rondo_random_stream stream; /* of the sequence at hand */
    rondo_error *error;
} rondo_generation;

/* One step more of the sequence at hand; `target` is NULL for a language model. */
rondo_status rondo_generation_put(rondo_generation *generation, const char *input,
                                  const char *target);

/* The generators of symbols: one sequence each. */
rondo_status rondo_generate_copy(rondo_generation *generation);
rondo_status rondo_generate_reber(rondo_generation *generation);
rondo_status rondo_generate_agreement(rondo_generation *generation);

/* Sequences of a split; 0 where it has none. */
int64_t rondo_generator_count(const rondo_generator_config *config, rondo_split split);

/* All sequences of the split that is asked for; `path` is not looked at. Not for generators of values.
 * [main] */
rondo_status rondo_generate(const char *path, const rondo_corpus_request *request,
                            rondo_error *error);

#endif
