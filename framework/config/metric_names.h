/* Metrics by name alone, without a config: those of the registry, their parts, and the rows that loss
 * plugins make (rondo/loss.h). */
#ifndef RONDO_CONFIG_METRIC_NAMES_H
#define RONDO_CONFIG_METRIC_NAMES_H

#include "base/error.h"
#include "config/metric.h"

/* Which direction is better, of a metric, of a part of one, or of a row that the loss plugin `loss`
 * (NULL: not known) makes; false: there is no such name. Of a plugin that is not known, every one
 * there is is asked. [main] */
bool rondo_metric_direction(rondo_registry *registry, const char *loss, const char *name,
                            bool *higher_is_better);

/* What a metric, a part of one or a row of loss plugins is: unit, direction, who has it. RONDO_USAGE:
 * there is none of that name; the message has those there are, and the nearest. [main] */
rondo_status rondo_metric_describe(rondo_registry *registry, const char *name, rondo_text *text,
                                   rondo_error *error);

/* Every name that is no metric of the registry, and whose it is: "part of agreement", "loss
 * softmax_cross_entropy". [main] */
typedef void rondo_metric_visit(void *context, const char *name, const char *owner);
void rondo_metric_visit_rows(rondo_registry *registry, rondo_metric_visit *visit, void *context);

#endif
