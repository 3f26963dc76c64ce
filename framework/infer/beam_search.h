/* The best target of each source, by beam search over the decoder; a beam of 1 is greedy search.
 *
 * Each source has `beam` hypotheses. At a step every hypothesis y_1 .. y_t is continued by every
 * symbol; the best `beam` go on, by s = log p(y_1 .. y_t | x). A continuation by the end symbol
 * that is among the best `beam` of all is finished, with score s / penalty(t), t counting the end
 * symbol:
 *
 *     penalty(t) = ((5 + t) / 6)^alpha       (Wu et al. 2016, eq. 14), or t^alpha
 *
 * A source is done when none that goes on can become better than the best finished one; or when
 * `beam` are finished and none that goes on is better as it stands (a count alone would stop at
 * ends that are hardly probable, before the probable one has come to its end). After `longest`
 * symbols hypotheses can only end. The unknown symbol is never written. Equal scores: the earlier
 * hypothesis, then the smaller id. A source's target does not depend on the sources searched beside
 * it.
 */
#ifndef RONDO_INFER_BEAM_SEARCH_H
#define RONDO_INFER_BEAM_SEARCH_H

#include "data/batches/batch.h"
#include "model/network.h"

typedef enum rondo_length_rule { RONDO_LENGTH_WU = 0, RONDO_LENGTH_POWER = 1 } rondo_length_rule;

typedef struct rondo_beam_config {
    int64_t beam;
    double alpha; /* 0: no length penalty */
    rondo_length_rule rule;
    int64_t longest;                                  /* symbols, without the end symbol */
    int64_t source_rows, source_steps, source_tokens; /* largest minibatch of sources */
    int threads;
} rondo_beam_config;

typedef struct rondo_beam_search rondo_beam_search;

/* Exact bytes of create. [main] */
rondo_status rondo_beam_search_bytes(const rondo_network *network, const rondo_beam_config *config,
                                     size_t *bytes, rondo_error *error);

/* Over an encoder-decoder, which must outlive it. [main] */
rondo_status rondo_beam_search_create(const rondo_network *network, const rondo_beam_config *config,
                                      rondo_beam_search **out, rondo_error *error);
void rondo_beam_search_destroy(rondo_beam_search *search);

/* To be called after every change of the parameters. [main] */
void rondo_beam_search_load(rondo_beam_search *search, const rondo_real *parameters);

/* Searches the targets of all sources, of at most `longest` symbols (not above the config's).
 * Cannot fail. [main] */
void rondo_beam_search_run(rondo_beam_search *search, const rondo_batch *source, int64_t longest);

/* What was found for a row of the sources: ids without the end symbol, and the score (may be NULL).
 * Valid until the next run. */
const int32_t *rondo_beam_search_get(const rondo_beam_search *search, int64_t source_row,
                                     int64_t *length, double *score);

#endif
