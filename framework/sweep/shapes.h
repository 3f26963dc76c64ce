/* Variants of one shape have the same data, network and sizes of steps: what is known of one is
 * known of all. Here configs meet their data. Private to sweep/ and to the verb sweep. */
#ifndef RONDO_SWEEP_SHAPES_H
#define RONDO_SWEEP_SHAPES_H

#include "session/dataset_cache.h"
#include "session/session.h"
#include "sweep/examine.h"

typedef struct rondo_shape {
    const char *key;                   /* rondo_examined */
    int64_t variant;                   /* the first that has it */
    int64_t variants;                  /* that have it */
    int64_t parameters;                /* that are trained */
    int64_t epoch_steps, epoch_tokens; /* of the training split */
    int64_t valid_tokens, test_tokens;
    double epoch_flops; /* of training */
    size_t memory;      /* of a run with one thread, without program and data */
} rondo_shape;

typedef struct rondo_shapes { /* of plan.h */
    int64_t count;
    rondo_shape *items;  /* live as long as the plan */
    int64_t *of_variant; /* [plan->variant_count]: index of the shape */
} rondo_shapes;

/* Meets every shape with its data, each data set read once: mistakes that only the data show are
 * told together. [main] */
rondo_status rondo_shapes_find(const rondo_sweep *sweep, rondo_plan *plan,
                               const rondo_examined *examined, rondo_registry *registry,
                               rondo_dataset_cache *cache, rondo_shapes *shapes,
                               rondo_error *error);

/* A session without parameters of a variant's config, on the cache's data. [main] */
rondo_status rondo_variant_plan(const rondo_sweep *sweep, const rondo_plan_variant *variant,
                                rondo_registry *registry, rondo_dataset_cache *cache,
                                rondo_session *session, rondo_error *error);

#endif
