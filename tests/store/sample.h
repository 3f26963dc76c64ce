/* A small checkpoint whose contents follow from its step, and what reads it back. */
#ifndef RONDO_TESTS_STORE_SAMPLE_H
#define RONDO_TESTS_STORE_SAMPLE_H

#include <stdbool.h>

#include "store/checkpoint.h"

enum { SAMPLE_ROWS = 37, SAMPLE_COLUMNS = 53, SAMPLE_ARRAYS = 3, SAMPLE_NAMES = 4 };

typedef struct sample {
    rondo_real weights[SAMPLE_ROWS * SAMPLE_COLUMNS];
    rondo_real bias[SAMPLE_COLUMNS];
    rondo_real moments[SAMPLE_ROWS * SAMPLE_COLUMNS];
    rondo_real carried[2 * SAMPLE_COLUMNS];
    int64_t step, epoch;
    double best_loss;
    rondo_array parameters[2], slots[1], states[1];
    rondo_progress_value values[3];
    rondo_checkpoint checkpoint;
} sample;

extern const char *const sample_config;
extern const char *const sample_names[SAMPLE_NAMES];

/* Of a language model over these names; the same object always. */
rondo_schema *sample_schema(void);

/* Tables that point into the sample, its memory filled with what belongs to `step`. */
void sample_make(sample *s, int64_t step);

/* The same tables, memory filled with a pattern that no step has. */
void sample_blank(sample *s);

/* Is the memory what belongs to its step, bit for bit? */
bool sample_is_whole(const sample *s);

#endif
