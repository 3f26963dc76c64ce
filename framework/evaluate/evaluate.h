/* A split through the network, forward only. */
#ifndef RONDO_EVALUATE_EVALUATE_H
#define RONDO_EVALUATE_EVALUATE_H

#include "data/judge.h"
#include "evaluate/class_counts.h"
#include "evaluate/entities.h"
#include "evaluate/exact_match.h"
#include "model/pass.h"

/* What was found: sums over tokens, and what a task adds to them. */
typedef struct rondo_evaluation {
    rondo_score score;
    bool of_text; /* its predictions are symbols: perplexity means something */
    bool has_classes;
    double macro_f1; /* of the classes */
    bool has_entities;
    rondo_label_count entities; /* of all types */
    rondo_exact_match match;    /* decoded 0: nothing was */
} rondo_evaluation;

/* All minibatches of `batches`, which are the split's, with the parameters loaded into `pass`;
 * every token counts once. Classes are counted where `classes` is not NULL, entities where
 * `entities` is not NULL, which needs `classes`; with something to judge (`judge` may be NULL) the
 * pass must keep predictions, and the judge is cleared first. The progress bar is shown with the
 * split's name. [main] */
void rondo_evaluate_batches(rondo_pass *pass, rondo_batches *batches, rondo_split split,
                            rondo_class_counts *classes, rondo_entities *entities,
                            rondo_judge *judge, rondo_evaluation *evaluation);

#endif
