/* How many sources are translated exactly: greedy search compared with the targets. */
#ifndef RONDO_EVALUATE_EXACT_MATCH_H
#define RONDO_EVALUATE_EXACT_MATCH_H

#include "infer/beam_search.h"
#include "model/pass.h"

typedef struct rondo_exact_match {
    int64_t decoded; /* sequences looked at */
    int64_t exact;   /* of them, all symbols right and none more */
} rondo_exact_match;

double rondo_exact_match_rate(const rondo_exact_match *match);

/* What a greedy search over minibatches of that size needs; targets have at most `steps` steps. */
rondo_beam_config rondo_exact_match_config(const rondo_pass_size *size);

/* Whole minibatches in their order, until at least `limit` sequences are decoded (0: all), with the
 * parameters loaded into `search`. The progress bar is shown under `title` (NULL: none). [main] */
rondo_exact_match rondo_exact_match_count(rondo_beam_search *search, rondo_batches *batches,
                                          int64_t limit, const char *title);

#endif
