/* What only a generated task can tell of a prediction: whether it is right by the task's own rules.
 *
 *   reber      legal_sequences: share of the strings in which at every step each symbol that may
 *              come next is predicted more strongly than each that may not (Hochreiter &
 *              Schmidhuber 1997, section 5.1)
 *   agreement  agreement: share of the sentences in which the right one of "was" and "were" is
 *              predicted more strongly (Linzen, Dupoux & Goldberg 2016); then the same by the words
 *              between noun and verb
 */
#ifndef RONDO_DATA_JUDGE_H
#define RONDO_DATA_JUDGE_H

#include "data/batches/batch.h"

enum { RONDO_MAX_VERDICTS = 42, RONDO_VERDICT_NAME = 40, RONDO_JUDGE_SYMBOLS = 8 };

/* A share of sequences. */
typedef struct rondo_verdict {
    char name[RONDO_VERDICT_NAME];
    int64_t right, all;
} rondo_verdict;

typedef struct rondo_judge {
    int generator;                    /* rondo_generator_name; -1: nothing to judge */
    int64_t width;                    /* of a prediction */
    int32_t ids[RONDO_JUDGE_SYMBOLS]; /* of the symbols it looks for */
    int64_t bin;                      /* agreement: distances of one verdict */
    int64_t count;                    /* of verdicts; the first one is over all sequences */
    rondo_verdict verdicts[RONDO_MAX_VERDICTS];
} rondo_judge;

/* Whether such data are judged, which takes whole sequences. [any] */
bool rondo_judge_takes(const rondo_data_config *config);

/* For the data set that the config describes, with that dictionary; there is nothing to judge when
 * a symbol it looks for is not in it. [any] */
void rondo_judge_start(const rondo_data_config *config, const rondo_vocabulary *names,
                       rondo_judge *judge);

/* 0 where nothing was added. */
double rondo_verdict_share(const rondo_verdict *verdict);

/* Forgets what was added. */
void rondo_judge_clear(rondo_judge *judge);

/* Whole sequences and what is predicted for them: [N, width], before or
 * after the loss's activation. */
void rondo_judge_add(rondo_judge *judge, const rondo_batch *batch, const rondo_real *prediction);

#endif
