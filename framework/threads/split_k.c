#include "threads/split_k.h"

#include "base/parallel.h"

/* How often operands have to outnumber the results, and tokens that fill a block of depths each
 * half. */
enum { OPERANDS_A_RESULT = 6, LEAST_TOKENS = 512, ROWS_A_TASK = 8 };

bool rondo_split_k_pays(int64_t tokens, int64_t inputs, int64_t outputs)
{
    return tokens >= LEAST_TOKENS &&
           tokens * (inputs + outputs) >= OPERANDS_A_RESULT * inputs * outputs;
}

/* Packed rows of rows [first, end), step by step. */
static int64_t list_rows(const rondo_row_lengths *ragged, const int64_t *offset, int64_t first,
                         int64_t end, int64_t *list)
{
    int64_t count = 0;
    for (int64_t t = 0; t < ragged->steps && ragged->active[t] > first; t++)
        for (int64_t b = first; b < end && b < ragged->active[t]; b++)
            list[count++] = offset[t] + b;
    return count;
}

int64_t rondo_split_k_list(const rondo_row_lengths *ragged, const int64_t *offset, int64_t *list)
{
    int64_t middle = rondo_partition_middle(ragged);
    int64_t count = list_rows(ragged, offset, 0, middle, list);
    list_rows(ragged, offset, middle, ragged->rows, list + count);
    return count;
}

static void add_task(void *context, int64_t task, int thread)
{
    const rondo_split_product *p = context;
    int64_t first = task * ROWS_A_TASK;
    int64_t end = first + ROWS_A_TASK < p->rows ? first + ROWS_A_TASK : p->rows;
    (void)thread;
    for (int64_t row = first; row < end; row++) {
        rondo_real *restrict sum = p->result + row * p->result_stride;
        const rondo_real *restrict more = p->second + row * p->columns;
        for (int64_t j = 0; j < p->columns; j++)
            sum[j] += more[j];
    }
}

void rondo_split_k_sum(int threads, const rondo_split_product *products, int64_t count)
{
    rondo_work work[RONDO_SPLIT_K_MOST];
    for (int64_t i = 0; i < count; i++)
        work[i] = (rondo_work){add_task, (void *)&products[i],
                               (products[i].rows + ROWS_A_TASK - 1) / ROWS_A_TASK};
    if (count > 0) rondo_parallel_all(threads, work, count);
}
