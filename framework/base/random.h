/* Counter-based random numbers: value = f(seed, purpose, step, index). Nothing to save, nothing to
 * share: any thread computes any value, and a checkpoint holds no generator state.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011); known answers are tested.
 */
#ifndef RONDO_BASE_RANDOM_H
#define RONDO_BASE_RANDOM_H

#include <stdint.h>

/* What numbers are drawn for; each purpose is a stream of its own. Never renumber. */
typedef enum rondo_purpose {
    RONDO_FOR_INITIALIZATION = 1, /* step: parameter index in the layout */
    RONDO_FOR_SHUFFLE = 2,        /* step: epoch */
    RONDO_FOR_SPLIT = 3,
    RONDO_FOR_DROPOUT = 4,  /* step: update; index packs layer, row, time, unit */
    RONDO_FOR_SAMPLING = 5, /* step: sample; index: symbol */
    RONDO_FOR_TEST = 6,
    RONDO_FOR_WEIGHT_NOISE = 7,      /* step: update; index: half the place in the layout */
    RONDO_FOR_PERMUTATION = 8,       /* of an image's pixels; seed: data.options.permutation */
    RONDO_FOR_RECURRENT_DROPOUT = 9, /* step: update; index packs direction, row, unit */
    RONDO_FOR_ZONEOUT = 10, /* step: update; index packs direction, state, row, time, unit */
    RONDO_FOR_SCHEDULED_SAMPLING = 11, /* step: update; index: token, and which of two */
    RONDO_FOR_UNKNOWN = 12,   /* step: update; index packs time, row: which inputs become unknown */
    RONDO_FOR_GENERATOR = 20, /* step: split and number of the sequence; index: draw */
    RONDO_FOR_SEARCH = 30,    /* of a sweep; step: trial; index: checksum of the key */
    RONDO_FOR_RESAMPLING = 31, /* step: which statistic, and sample; index: draw */
    RONDO_FOR_INPUT_NOISE =
        32,                   /* step: update; index packs time, row, half the number in the row */
    RONDO_FOR_CELL_NOISE = 33 /* step: update; index packs direction, row, time, block, unit */
} rondo_purpose;

typedef struct rondo_random {
    uint64_t seed;
    uint32_t purpose;
    uint64_t step;
} rondo_random;

/* Four independent 32-bit words for one index. [any] */
void rondo_random_words(const rondo_random *random, uint64_t index, uint32_t words[4]);

/* Choices, each made with probability 1 - rate: chosen[i] is that of number from + i of a row of choices
 * which takes indices first, first + 1, .., four choices per index, one per word. [any] */
void rondo_random_choose(const rondo_random *random, uint64_t first, int64_t from, int64_t count,
                         double rate, uint8_t *chosen);

/* Uniform in [0, 1) with 53 bits. [any] */
double rondo_random_uniform(const rondo_random *random, uint64_t index);

/* Standard normal (Box & Muller 1958). [any] */
double rondo_random_normal(const rondo_random *random, uint64_t index);

/* Two independent standard normals of one index, the first of them rondo_random_normal's. [any] */
void rondo_random_normal_pair(const rondo_random *random, uint64_t index, double pair[2]);

/* order[0..count) becomes a uniformly random permutation of its contents (Fisher & Yates). [any] */
void rondo_random_shuffle(const rondo_random *random, int64_t *order, int64_t count);

#endif
