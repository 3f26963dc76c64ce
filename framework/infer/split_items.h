/* How a model does on each sequence of a split: what tests of items are made of
 * (statistics/items.h). */
#ifndef RONDO_INFER_SPLIT_ITEMS_H
#define RONDO_INFER_SPLIT_ITEMS_H

#include "session/session.h"

/* Predictions have the numbers of rondo_split_outputs: one per sequence, or one per step in the split's
 * order; a number that no prediction has is RONDO_ITEM_NONE. */
enum { RONDO_ITEM_NONE = 0, RONDO_ITEM_WRONG = 1, RONDO_ITEM_RIGHT = 2 };

typedef struct rondo_split_items {
    int64_t count;    /* of sequences */
    double *losses;   /* [count]: sums over the predictions of each */
    double *weights;  /* [count]: predictions */
    bool has_classes; /* what is predicted is a class, and may be right */
    double *right;    /* [count]: predictions that are right */
    int64_t prediction_count;
    uint8_t *answers; /* [prediction_count]: RONDO_ITEM_..; classes only */
} rondo_split_items;

/* The session has its data, and that split. RONDO_USAGE: the split is one stream, which has no
 * sequences, or the model is an encoder-decoder. Finish in any case. [main] */
rondo_status rondo_split_items_make(const rondo_session *session, rondo_split split,
                                    rondo_split_items *items, rondo_error *error);
void rondo_split_items_finish(rondo_split_items *items);

#endif
