/* What a model predicts for each step, or for all steps, of sequences that come one after another: they
 * are collected to a minibatch, predicted together, and forgotten. Of classes that is the most probable
 * one; of label sequences, those that the loss answers, in place of classes. */
#ifndef RONDO_INFER_PREDICTOR_H
#define RONDO_INFER_PREDICTOR_H

#include <stdbool.h>

#include "data/batches/batch.h"
#include "data/corpus.h"
#include "model/pass.h"
#include "session/session.h"

typedef enum rondo_probability {
    RONDO_PROBABILITY_NONE,
    RONDO_PROBABILITY_BEST, /* of the class that is answered */
    RONDO_PROBABILITY_ALL   /* of all classes; of a model of values, these */
} rondo_probability;

typedef struct rondo_predictor {
    const rondo_session *session;
    rondo_probability wants;
    rondo_unknowns unknowns; /* symbols looked up for it, by the caller, who warns of them */
    rondo_corpus corpus;     /* sequences that wait; the caller adds to it */
    rondo_pass *pass;        /* grows with the minibatches */
    rondo_pass_size size;
    int32_t *row_classes;  /* [tokens of the pass] */
    rondo_real *row;       /* [K]: probabilities of one row */
    int32_t *classes;      /* [steps of the corpus], after a run */
    double *probabilities; /* likewise; NULL where they are not wanted */
    rondo_real *rows;      /* [steps or sequences, K], where all are wanted */
    int32_t *labels; /* [steps], of a loss of label sequences: from a sequence's first step on, */
    int64_t *label_counts; /* [sequences]: so many */
    int64_t class_capacity, probability_capacity, row_capacity, label_capacity, count_capacity;
} rondo_predictor;

/* The session, with its dictionaries, must outlive it. Finish in any case. [main] */
rondo_status rondo_predictor_start(const rondo_session *session, rondo_probability wants,
                                   rondo_predictor *predictor, rondo_error *error);
void rondo_predictor_finish(rondo_predictor *predictor);

/* As many sequences wait as a minibatch of evaluation takes, or more tokens than a window holds. */
bool rondo_predictor_is_full(const rondo_predictor *predictor);

/* Predicts all sequences that wait: classes and probabilities of corpus step i at i or, with
 * pooling, of sequence i. They do not depend on what is predicted together, nor on the threads.
 * [main] */
rondo_status rondo_predictor_run(rondo_predictor *predictor, rondo_error *error);

/* The same for sequences of the caller's (at least one), in place of those that wait: symbols, or values as the
 * model reads them, of which `rows` then has what the loss makes of the predictions. [main] */
rondo_status rondo_predictor_run_sequences(rondo_predictor *predictor,
                                           const rondo_sequences *sequences, rondo_error *error);

/* No sequence waits any more. */
void rondo_predictor_clear(rondo_predictor *predictor);

#endif
