/* One record of metrics: numbers by name, at a step of the run (store/metrics.h). */
#ifndef RONDO_STORE_METRICS_RECORD_H
#define RONDO_STORE_METRICS_RECORD_H

#include <stdint.h>

enum { RONDO_MAX_RECORD_VALUES = 112 }; /* all rows of metrics, and what stands beside them */

typedef struct rondo_record_value {
    const char *name; /* "loss", "perplexity", "gradient_norm", "learning_rate" */
    const char *unit; /* "nats", "1", "tokens/s", "s" */
    double value;     /* written as null to JSON when not finite */
} rondo_record_value;

typedef struct rondo_record {
    const char *kind;
    int64_t step;
    int64_t epoch; /* 1 for the first; as users count */
    int32_t count;
    rondo_record_value values[RONDO_MAX_RECORD_VALUES];
} rondo_record;

#endif
