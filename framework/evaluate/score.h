/* Sums of a loss plugin's rows become what users read: mean loss, accuracy, perplexity. */
#ifndef RONDO_EVALUATE_SCORE_H
#define RONDO_EVALUATE_SCORE_H

#include "model/pass.h"
#include "rondo/loss.h"

double rondo_score_loss(const rondo_score *score);

/* Value of metric number `row` of the loss plugin; not of a RONDO_METRIC_WHOLE. */
double rondo_score_row(const rondo_loss *loss, const rondo_score *score, int32_t row);

#endif
