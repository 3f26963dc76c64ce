/* Scores (sums and weights) become what users read: mean loss, perplexity, accuracy, F1. */
#ifndef RONDO_EVALUATE_REPORT_H
#define RONDO_EVALUATE_REPORT_H

#include "base/text.h"
#include "evaluate/evaluate.h"
#include "model/pass.h"
#include "rondo/loss.h"
#include "store/metrics.h"

double rondo_report_loss(const rondo_score *score);

/* Value of metric number `index` of the loss plugin; not of a RONDO_METRIC_WHOLE. */
double rondo_report_metric(const rondo_loss *loss, const rondo_score *score, int32_t index);

/* One figure of an evaluation, under the name that train.best_by, the metrics and `rondo evaluate`
 * have for it. */
typedef struct rondo_figure {
    const char *name, *unit;
    bool higher_is_better;
    double value;
} rondo_figure;

enum { RONDO_MAX_FIGURES = 1 + RONDO_MAX_METRICS + 5 };

/* All figures: the loss, the loss plugin's metrics, exact_match, macro_f1, those of entities.
 * Returns how many. */
int32_t rondo_report_figures(const rondo_loss *loss, const rondo_evaluation *evaluation,
                             rondo_figure figures[RONDO_MAX_FIGURES]);

/* The figure of that name; false where there is none. */
bool rondo_report_find(const rondo_loss *loss, const rondo_evaluation *evaluation, const char *name,
                       rondo_figure *figure);

/* RONDO_USAGE where train.best_by needs entities and the data's tags spell none, which only the
 * data say. [main] */
rondo_status rondo_report_check_best_by(const rondo_experiment *experiment,
                                        const rondo_dataset *dataset, rondo_error *error);

/* Appends a value; ignored when the record is full. */
void rondo_record_set(rondo_record *record, const char *name, const char *unit, double value);

/* Appends all figures. */
void rondo_record_set_evaluation(rondo_record *record, const rondo_loss *loss,
                                 const rondo_evaluation *evaluation);

/* "loss 1.5230 accuracy 0.5411 perplexity 4.586" */
void rondo_report_line(const rondo_loss *loss, const rondo_evaluation *evaluation,
                       rondo_text *text);

#endif
