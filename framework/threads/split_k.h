/* Products over ragged rows in two halves.
 *
 * A product over all tokens reads, on every thread, what the others have just written. Where the
 * result is small beside the operands that costs more than the arithmetic saves: so the rows are
 * cut into two halves of about equal work, each half's products are summed by themselves, near the
 * threads that have those rows, and then the two sums are added. Whether and where to cut follows
 * from the sizes and the lengths, never from the thread count.
 */
#ifndef RONDO_THREADS_SPLIT_K_H
#define RONDO_THREADS_SPLIT_K_H

#include "rondo/real.h"
#include "threads/partition.h"

/* Of a product [inputs, tokens] x [tokens, outputs]. [any] */
bool rondo_split_k_pays(int64_t tokens, int64_t inputs, int64_t outputs);

/* Lists the packed rows of the first half of the rows, step by step, then those of the second; row
 * b at step t is packed row offset[t] + b. Returns how many are of the first half. [any] */
int64_t rondo_split_k_list(const rondo_row_lengths *ragged, const int64_t *offset, int64_t *list);

/* A product whose second half has a place of its own. */
typedef struct rondo_split_product {
    rondo_real *result;       /* [rows, columns], rows result_stride apart: of the first half */
    const rondo_real *second; /* [rows, columns] */
    int64_t rows, columns, result_stride;
} rondo_split_product;

/* The second halves are added to the first; at most RONDO_SPLIT_K_MOST. [main] */
enum { RONDO_SPLIT_K_MOST = 194 };
void rondo_split_k_sum(int threads, const rondo_split_product *products, int64_t count);

#endif
