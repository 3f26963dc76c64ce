/* Precision, recall and F1 of entities by type, as `rondo evaluate` shows them. */
#ifndef RONDO_EVALUATE_ENTITY_REPORT_H
#define RONDO_EVALUATE_ENTITY_REPORT_H

#include "base/json.h"
#include "base/text.h"
#include "evaluate/entities.h"

/* A table with one row for each type that occurs, then one of all. */
void rondo_entity_report_table(const rondo_entities *entities, rondo_text *text);

/* `"entities": {TYPE: {"precision": .., "recall": .., "f1": .., "gold": .., "predicted": ..,
 * "correct": ..}, ..}` */
void rondo_entity_report_json(const rondo_entities *entities, rondo_json *json);

#endif
