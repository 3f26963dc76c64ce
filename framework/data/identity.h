/* Which data a run was trained with: a fingerprint of each split, so that whoever comes back to the
 * run can tell whether a split is still the one it was.
 *
 * Fingerprints are of what the network sees: symbol ids as 32-bit integers, values rounded to
 * single precision, and tags that training never saw by their names. They depend neither on where
 * the files lie nor on how large numbers are in this build, and a split that is read alone has the
 * fingerprint it has among the others.
 */
#ifndef RONDO_DATA_IDENTITY_H
#define RONDO_DATA_IDENTITY_H

#include "base/text.h"
#include "data/dataset.h"

typedef struct rondo_split_identity {
    int64_t sequences, tokens; /* 0: there is no such split */
    uint64_t fingerprint;
} rondo_split_identity;

typedef struct rondo_identity {
    bool known;            /* false: of a run from before there were any */
    uint64_t dictionaries; /* of all vocabularies */
    rondo_split_identity splits[RONDO_SPLITS];
} rondo_identity;

/* Of the splits that the data set holds. [main] */
rondo_identity rondo_identity_of(const rondo_dataset *dataset);

bool rondo_split_identity_same(const rondo_split_identity *a, const rondo_split_identity *b);

/* Adds how a split differs: "test: 20 sequences, 131 tokens then, 19 sequences, 124 tokens now";
 * nothing where it does not. Behind other text comes "; " first. */
void rondo_identity_add_difference(const rondo_identity *then, const rondo_identity *now,
                                   rondo_split split, rondo_text *text);

#endif
