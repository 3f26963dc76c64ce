/* The readout, the loss and their gradients (readout.c). Private to model/. */
#ifndef RONDO_MODEL_READOUT_H
#define RONDO_MODEL_READOUT_H

#include "model/pass_private.h"

enum { RONDO_READOUT_CHUNK = 240 }; /* rows of a product, at most */

typedef struct rondo_readout_buffers {
    rondo_real *prediction; /* [block, K]: of the block of predictions at hand, then its gradient */
    int64_t block;          /* predictions of a readout block */
    double *bias_sums;      /* [K]: gradient of the readout biases so far */
    double *row_loss;       /* [predictions] */
    double *row_metrics;    /* [predictions, M] */
    rondo_real *panels, *back_panels;
    double *sequence_loss;       /* [B], of a loss of whole sequences */
    double *sequence_metrics;    /* [B, M] */
    double *sequence_gradients;  /* [B, sizes of the loss's own parameters] */
    double *sequence_scratch;    /* [threads, of the longest sequence] */
    int64_t *sequence_rows;      /* [threads, T] */
    int64_t own_size;            /* of the loss's own parameters together */
    int32_t *labels;             /* [B, T]: label sequences that are answered */
    int64_t *label_counts;       /* [B] */
    int32_t *classes;            /* [N]: the most probable that are answered; NULL: not wanted */
    const double *class_weights; /* [K], of training; NULL: all alike */
} rondo_readout_buffers;

void rondo_readout_plan(rondo_pass *pass);
void rondo_readout_add_packings(rondo_pass *pass);
void rondo_readout_run(rondo_pass *pass, rondo_score *score);

/* Losses of whole sequences (sequence_loss.c), of all predictions of the minibatch: losses, answers
 * where they are wanted and, while training, gradients in the place of predictions and of the loss's own
 * parameters. */
void rondo_sequence_loss_plan(rondo_pass *pass);
void rondo_sequence_loss_run(rondo_pass *pass);

/* Predictions of a readout block for a pass of that size. */
int64_t rondo_readout_block(const rondo_network *network, const rondo_pass_size *size);

#endif
