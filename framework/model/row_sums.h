/* Gradients that are sums over rows and steps: biases and a cell's unit parameters. Private to model/.
 */
#ifndef RONDO_MODEL_ROW_SUMS_H
#define RONDO_MODEL_ROW_SUMS_H

#include "model/layer.h"
#include "model/weight_gradient.h"

/* result[j] = sum over rows of data[row * stride + j], j < columns, in double, in row order. */
typedef struct rondo_column_sums {
    rondo_profile *profile;
    const rondo_real *data;
    const int64_t *index; /* [rows]: the rows to be summed; NULL: the first ones */
    int64_t rows, stride, columns;
    double *sums;       /* [columns]: what was summed before, and gets the new sums; NULL: zero */
    rondo_real *result; /* NULL: the sums are all that is wanted */
} rondo_column_sums;

/* Adds columns [first, +count) of all rows to `sums` [count]. */
void rondo_column_sums_add(const rondo_column_sums *of, int64_t first, int64_t count, double *sums);

/* The work of these sums; they must live until it is done. */
rondo_work rondo_column_sums_work(rondo_column_sums *sums);

/* The bias of all gate blocks that one array of gradients belongs to. */
typedef struct rondo_bias_sums {
    int64_t columns;
    double *sums;            /* [columns], of the first half of the rows or of all */
    rondo_real *gradient;    /* [columns] */
    rondo_column_sums of[2]; /* where no product makes the sums: one, or one of each half */
} rondo_bias_sums;

/* Of one direction: biases, each whole or in two halves of the rows, and unit parameters. */
typedef struct rondo_row_sums {
    rondo_bias_sums biases[2];
    int64_t bias_count;
    const rondo_pass *pass;
    const rondo_direction_buffers *buffers;
    bool halved;
    int64_t units_a_task; /* of unit parameters */
} rondo_row_sums;

/* A direction's row_sums: of both halves of its rows; those of the second are so far behind the first's. */
int64_t rondo_row_sums_room(const rondo_direction *direction);
int64_t rondo_row_sums_apart(const rondo_direction *direction);

/* Fills in the rest of `sums`, of which pass, buffers and halved are given, and which must live until
 * finish. The direction's products make those sums that they can, while they have the rows in a cache; the
 * work for the others is added to the list. Returns how many kinds. */
int64_t rondo_row_sums_start(rondo_row_sums *sums, rondo_gradient_product *products, int64_t count,
                             rondo_work *work);

/* After the work: the halves are added. */
void rondo_row_sums_finish(const rondo_row_sums *sums);

#endif
