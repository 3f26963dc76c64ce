/* Weights packed into panels, once an update (panels.c). Private to model/. */
#ifndef RONDO_MODEL_PANELS_H
#define RONDO_MODEL_PANELS_H

#include "model/pass_private.h"
#include "model/profile.h"

/* One matrix of weights to be packed. */
typedef struct rondo_packing {
    rondo_real *panels;
    int64_t depth, columns;
    rondo_matrix matrix;
    rondo_profile *profile;
} rondo_packing;

/* All matrices, and the work of packing them. */
typedef struct rondo_packing_list {
    rondo_packing *items;
    rondo_work *work;
    int64_t count;
} rondo_packing_list;

/* finish in any case. [main] */
rondo_status rondo_panels_start(rondo_pass *pass, rondo_error *error);
void rondo_panels_finish(rondo_pass *pass);

/* Packs all weights of the pass. [main] */
void rondo_panels_load(rondo_pass *pass);

/* Weights [inputs, outputs] to be packed, also transposed; panels that are NULL are left out. */
void rondo_panels_add(rondo_pass *pass, int64_t inputs, int64_t outputs, const rondo_real *weights,
                      int64_t stride, rondo_real *panels, rondo_real *back_panels);

#endif
