/* From the predictions of a step to the symbol that is drawn: temperature, then the k most probable
 * (Fan, Lewis & Dauphin 2018), then the nucleus of probability p among those (Holtzman, Buys, Du,
 * Forbes & Choi 2020). */
#ifndef RONDO_INFER_SAMPLING_H
#define RONDO_INFER_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

#include "rondo/real.h"

typedef struct rondo_sampling_config {
    double temperature; /* logits are divided by it; 0: always the most probable symbol */
    int64_t top_k;      /* only the k most probable; 0: all */
    double top_p;       /* of these only the fewest whose probabilities, the largest first, add up
                           to p or more, one at least; 1: all */
    bool allow_unknown; /* otherwise the unknown symbol is left out before everything else: its
                           probability is shared out, which is what drawing again until another
                           symbol comes amounts to */
} rondo_sampling_config;

typedef struct rondo_candidate {
    double weight;
    int32_t symbol;
} rondo_candidate;

/* Weights of all symbols, 0 for those that cannot be drawn, and their sum in the order of symbols:
 * the probability of a symbol is its weight divided by it. Of equally probable symbols the one with
 * the lower id counts as the more probable. candidates: scratch. Both arrays: [width], width at
 * least 2. [any] */
double rondo_sampling_weigh(const rondo_sampling_config *config, const rondo_real *logits,
                            int64_t width, rondo_candidate *candidates, double *weights);

/* The symbol at `uniform`, in [0, 1), of the distribution. [any] */
int32_t rondo_sampling_pick(const double *weights, double sum, int64_t width, double uniform);

#endif
