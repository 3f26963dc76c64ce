/* Sums between ranks while this rank still computes.
 *
 * Of a rank's last shard the gradient of a layer is there long before those of the layers below it.
 * So a helper thread passes its sums on meanwhile:
 *
 *     main      .. | forward | backward: top layer | next layer   | .. | input |
 *     helper                 | scores, readout     | top layer    | ..        | rest |
 *
 * It first gathers the scores of all ranks: where the loss is not finite, on whichever rank, all of
 * them go no further. Otherwise all sum up the same parts of the gradient in the same order, each
 * as soon as it is there. What is added to what, and so every bit, is as without overlap.
 */
#ifndef RONDO_TRAIN_OVERLAP_H
#define RONDO_TRAIN_OVERLAP_H

#include "model/pass.h"
#include "train/tree_sum.h"

typedef struct rondo_overlap rondo_overlap;

/* What the helper calls: first gather, which says whether there is anything to sum up. */
typedef struct rondo_overlap_work {
    bool (*gather)(void *context);
    void *context;
    rondo_tree_sum *sum;
} rondo_overlap_work;

/* Of a network without encoder. `work` is copied. [main] */
rondo_status rondo_overlap_create(const rondo_network *network, const rondo_overlap_work *work,
                                  rondo_overlap **out, rondo_error *error);
void rondo_overlap_destroy(rondo_overlap *overlap);

/* Starts the helper, with nothing to sum up yet. [main] */
void rondo_overlap_begin(rondo_overlap *overlap);

/* The gradient of the readout, of a layer, of all is there. [main] */
void rondo_overlap_readout_done(rondo_overlap *overlap);
void rondo_overlap_layer_done(rondo_overlap *overlap, int64_t layer);
void rondo_overlap_all_done(rondo_overlap *overlap);

/* Until the helper has ended; *gathered: of the seconds of this call those before it had gathered.
 * [main] */
void rondo_overlap_wait(rondo_overlap *overlap, double *gathered);

#endif
