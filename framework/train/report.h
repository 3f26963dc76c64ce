/* Scores (sums and weights) become what users read: mean loss, perplexity, accuracy. */
#ifndef RONDO_TRAIN_REPORT_H
#define RONDO_TRAIN_REPORT_H

#include "base/text.h"
#include "model/pass.h"
#include "rondo/loss.h"
#include "store/metrics.h"

double rondo_report_loss(const rondo_score *score);

/* Value of metric number `index` of the loss plugin; not of a RONDO_METRIC_WHOLE. */
double rondo_report_metric(const rondo_loss *loss, const rondo_score *score, int32_t index);

/* Appends a value; ignored when the record is full. */
void rondo_record_set(rondo_record *record, const char *name, const char *unit, double value);

/* Appends loss and all metrics. */
void rondo_record_set_score(rondo_record *record, const rondo_loss *loss, const rondo_score *score);

/* "loss 1.5230 accuracy 0.5411 perplexity 4.586" */
void rondo_report_line(const rondo_loss *loss, const rondo_score *score, rondo_text *text);

#endif
