/* What an evaluation found, as users read it: a line, a table, JSON, records of the metrics. */
#ifndef RONDO_EVALUATE_REPORT_H
#define RONDO_EVALUATE_REPORT_H

#include "base/json.h"
#include "base/text.h"
#include "evaluate/evaluate.h"
#include "store/metrics.h"

/* Appends a value; ignored when the record is full. */
void rondo_record_set(rondo_record *record, const char *name, const char *unit, double value);

/* Appends all rows that were measured, but those with a record of their own: a validation has no
 * such record, and appends these, too. */
void rondo_record_set_evaluation(rondo_record *record, const rondo_evaluator *evaluator,
                                 const rondo_evaluation *evaluation);

/* Appends the rows whose own kind of record it is. */
void rondo_record_set_own(rondo_record *record, const rondo_evaluator *evaluator,
                          const rondo_evaluation *evaluation);

/* "loss 1.5230 accuracy 0.5411 perplexity 4.586": the rows of a record of that kind, but of parts only
 * that which chooses the best epoch. */
void rondo_report_line(const rondo_evaluator *evaluator, const rondo_evaluation *evaluation,
                       const char *kind, rondo_text *text);

/* A table with one line for each row that has no record of its own. */
void rondo_report_table(const rondo_evaluator *evaluator, const rondo_evaluation *evaluation,
                        rondo_text *text);

/* `"loss": .., "metrics": {NAME: .., ..}`, with the lines of the table. */
void rondo_report_json(const rondo_evaluator *evaluator, const rondo_evaluation *evaluation,
                       rondo_json *json);

/* What was counted besides, as tables below that one, each after an empty line: classes, entities,
 * forecasts. */
void rondo_report_counts_table(const rondo_evaluator *evaluator, rondo_text *text);

/* The same as members of a JSON object. */
void rondo_report_counts_json(const rondo_evaluator *evaluator, rondo_json *json);

#endif
