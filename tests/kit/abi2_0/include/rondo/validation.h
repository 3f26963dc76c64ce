/* What schedules and optimizers are told of a validation. */
#ifndef RONDO_VALIDATION_H
#define RONDO_VALIDATION_H

#include <stdbool.h>

/* One validation, by the figure that train.monitor names. */
typedef struct rondo_validation {
    double cost;      /* falls as the figure gets better; may be no number */
    bool is_improved; /* on the last that was, by more than train.early_stopping.min_delta */
} rondo_validation;

#endif
