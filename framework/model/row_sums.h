/* Gradients that are sums over rows and steps: biases and a cell's unit parameters. Private to model/.
 */
#ifndef RONDO_MODEL_ROW_SUMS_H
#define RONDO_MODEL_ROW_SUMS_H

#include "model/layer.h"

/* result[j] = sum over rows of data[row * stride + j], j < columns, in double, in row order. */
typedef struct rondo_column_sums {
    rondo_profile *profile;
    const rondo_real *data;
    const int64_t *index; /* [rows]: the rows to be summed; NULL: the first ones */
    int64_t rows, stride, columns;
    double *sums;       /* [columns]: what was summed before, and gets the new sums; NULL: zero */
    rondo_real *result; /* NULL: the sums are all that is wanted */
} rondo_column_sums;

/* The work of these sums; they must live until it is done. */
rondo_work rondo_column_sums_work(rondo_column_sums *sums);

/* Of one direction: biases, each whole or in two halves of the rows, and unit parameters. */
typedef struct rondo_row_sums {
    rondo_column_sums biases[2][2];
    rondo_real *gradients[2]; /* of the biases */
    int64_t bias_count;
    bool halved;
    const rondo_pass *pass;
    const rondo_direction_buffers *buffers;
    int64_t units_a_task; /* of a task */
} rondo_row_sums;

/* Sums of both halves of a direction's rows. */
int64_t rondo_row_sums_room(const rondo_direction *direction);

/* Fills `sums`, which must live until finish, and adds its work to the list; `half_sums` is that
 * room where rows are halved, else NULL. Returns how many kinds. */
int64_t rondo_row_sums_start(rondo_row_sums *sums, const rondo_pass *pass,
                             const rondo_direction_buffers *buffers, double *half_sums,
                             rondo_work *work);

/* After the work: the halves are added. */
void rondo_row_sums_finish(const rondo_row_sums *sums);

#endif
