#include "model/forms.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "model/cayley.h"
#include "model/gates.h"
#include "model/groups.h"

rondo_form rondo_form_of(const rondo_cell_gate *gate, int64_t hidden)
{
    return (rondo_form){.kind = gate->form,
                        .size = gate->form_size,
                        .hidden = hidden,
                        .stored_stride = hidden / gate->unit_group,
                        .share = gate->form_share,
                        .unit_group = gate->unit_group,
                        .source_group = gate->source_group};
}

/* First unit of block or group number `block`. */
static int64_t first_of(rondo_form form, int64_t block)
{
    return block * form.hidden / form.size;
}

/* Numbers of all blocks that are there: of a group and later ones, of a block alone. */
static int64_t block_numbers(rondo_form form)
{
    int64_t count = 0;
    for (int64_t b = 0; b < form.size; b++) {
        int64_t width = first_of(form, b + 1) - first_of(form, b);
        bool is_triangular = form.kind == RONDO_FORM_BLOCK_TRIANGULAR;
        count += width * (is_triangular ? form.hidden - first_of(form, b) : width);
    }
    return count;
}

void rondo_form_shape(rondo_form form, int64_t *rows, int64_t *columns)
{
    *rows = 1;
    switch (form.kind) {
    case RONDO_FORM_BLOCK_DIAGONAL:
    case RONDO_FORM_BLOCK_TRIANGULAR:
        *columns = block_numbers(form);
        break;
    case RONDO_FORM_ANTISYMMETRIC:
    case RONDO_FORM_ORTHOGONAL:
        *columns = form.hidden * (form.hidden - 1) / 2;
        break;
    case RONDO_FORM_LOW_RANK:
        *rows = form.hidden;
        *columns = 2 * form.size;
        break;
    default:
        *rows = form.hidden / form.source_group;
        *columns = form.hidden / form.unit_group;
        break;
    }
}

int64_t rondo_form_first_units(rondo_form form)
{
    return (int64_t)floor(form.share * (double)form.hidden + 0.5);
}

double rondo_form_start(rondo_form form)
{
    double hidden = (double)form.hidden, size = (double)form.size;
    if (form.kind == RONDO_FORM_BLOCK_DIAGONAL) return sqrt(3.0 * size / hidden);
    /* a sum of `size` products of two numbers: size (bound^2 / 3)^2 = 1 / hidden */
    if (form.kind == RONDO_FORM_LOW_RANK) return pow(9.0 / (hidden * size), 0.25);
    return sqrt(3.0 / hidden);
}

/* Row by row: units of a row's block, or of the groups up to its own. */
static void row_range(rondo_form form, int64_t row, int64_t *block, int64_t *first, int64_t *count)
{
    while (row >= first_of(form, *block + 1))
        ++*block;
    int64_t end = first_of(form, *block + 1);
    *first = form.kind == RONDO_FORM_BLOCK_TRIANGULAR ? 0 : first_of(form, *block);
    *count = end - *first;
}

static void expand_blocks(rondo_form form, const rondo_real *stored, rondo_real *u, int64_t stride)
{
    int64_t block = 0, first, count;
    for (int64_t row = 0; row < form.hidden; row++) {
        row_range(form, row, &block, &first, &count);
        memset(u + row * stride, 0, (size_t)form.hidden * sizeof *u);
        memcpy(u + row * stride + first, stored, (size_t)count * sizeof *u);
        stored += count;
    }
}

static void reduce_blocks(rondo_form form, const rondo_real *d_u, int64_t stride,
                          rondo_real *d_stored)
{
    int64_t block = 0, first, count;
    for (int64_t row = 0; row < form.hidden; row++) {
        row_range(form, row, &block, &first, &count);
        memcpy(d_stored, d_u + row * stride + first, (size_t)count * sizeof *d_u);
        d_stored += count;
    }
}

static void expand_antisymmetric(rondo_form form, const rondo_real *stored, rondo_real *u,
                                 int64_t stride)
{
    for (int64_t row = 0; row < form.hidden; row++) {
        u[row * stride + row] = 0;
        for (int64_t column = row + 1; column < form.hidden; column++) {
            u[row * stride + column] = *stored;
            u[column * stride + row] = -*stored++;
        }
    }
}

static void reduce_antisymmetric(rondo_form form, const rondo_real *d_u, int64_t stride,
                                 rondo_real *d_stored)
{
    for (int64_t row = 0; row < form.hidden; row++)
        for (int64_t column = row + 1; column < form.hidden; column++)
            *d_stored++ = d_u[row * stride + column] - d_u[column * stride + row];
}

/* Row i of the stored numbers: row i of P, then column i of Q. */
static void expand_low_rank(rondo_form form, const rondo_real *stored, rondo_real *u,
                            int64_t stride)
{
    int64_t rank = form.size, width = 2 * rank;
    for (int64_t row = 0; row < form.hidden; row++) {
        for (int64_t column = 0; column < form.hidden; column++) {
            double sum = 0;
            for (int64_t k = 0; k < rank; k++)
                sum += (double)stored[row * width + k] * (double)stored[column * width + rank + k];
            u[row * stride + column] = (rondo_real)sum;
        }
    }
}

/* dP = dU Q', dQ = P' dU */
static void reduce_low_rank(rondo_form form, const rondo_real *stored, const rondo_real *d_u,
                            int64_t stride, rondo_real *d_stored)
{
    int64_t rank = form.size, width = 2 * rank;
    for (int64_t i = 0; i < form.hidden; i++) {
        for (int64_t k = 0; k < rank; k++) {
            double d_p = 0, d_q = 0;
            for (int64_t j = 0; j < form.hidden; j++) {
                d_p += (double)d_u[i * stride + j] * (double)stored[j * width + rank + k];
                d_q += (double)d_u[j * stride + i] * (double)stored[j * width + k];
            }
            d_stored[i * width + k] = (rondo_real)d_p;
            d_stored[i * width + rank + k] = (rondo_real)d_q;
        }
    }
}

static void expand_dale(rondo_form form, const rondo_real *stored, rondo_real *u, int64_t stride)
{
    int64_t excitatory = rondo_form_first_units(form);
    for (int64_t row = 0; row < form.hidden; row++) {
        const rondo_real *a = stored + row * form.hidden;
        rondo_real sign = row < excitatory ? 1 : -1;
        for (int64_t column = 0; column < form.hidden; column++)
            u[row * stride + column] = a[column] > 0 ? sign * a[column] : 0;
    }
}

static void reduce_dale(rondo_form form, const rondo_real *stored, const rondo_real *d_u,
                        int64_t stride, rondo_real *d_stored)
{
    int64_t excitatory = rondo_form_first_units(form);
    for (int64_t row = 0; row < form.hidden; row++) {
        int64_t first = row * form.hidden;
        rondo_real sign = row < excitatory ? 1 : -1;
        for (int64_t column = 0; column < form.hidden; column++)
            d_stored[first + column] =
                stored[first + column] > 0 ? sign * d_u[row * stride + column] : 0;
    }
}

static rondo_groups groups_of(rondo_form form)
{
    return (rondo_groups){.rows = form.hidden / form.source_group,
                          .columns = form.hidden / form.unit_group,
                          .row_group = form.source_group,
                          .column_group = form.unit_group};
}

void rondo_form_expand(rondo_form form, const rondo_real *stored, rondo_real *u, int64_t stride)
{
    switch (form.kind) {
    case RONDO_FORM_BLOCK_DIAGONAL:
    case RONDO_FORM_BLOCK_TRIANGULAR:
        expand_blocks(form, stored, u, stride);
        break;
    case RONDO_FORM_ANTISYMMETRIC:
        expand_antisymmetric(form, stored, u, stride);
        break;
    case RONDO_FORM_LOW_RANK:
        expand_low_rank(form, stored, u, stride);
        break;
    case RONDO_FORM_DALE:
        expand_dale(form, stored, u, stride);
        break;
    default:
        rondo_groups_expand(groups_of(form), stored, form.stored_stride, u, stride);
        break;
    }
}

void rondo_form_reduce(rondo_form form, const rondo_real *stored, const rondo_real *d_u,
                       int64_t stride, rondo_real *d_stored)
{
    switch (form.kind) {
    case RONDO_FORM_BLOCK_DIAGONAL:
    case RONDO_FORM_BLOCK_TRIANGULAR:
        reduce_blocks(form, d_u, stride, d_stored);
        break;
    case RONDO_FORM_ANTISYMMETRIC:
        reduce_antisymmetric(form, d_u, stride, d_stored);
        break;
    case RONDO_FORM_LOW_RANK:
        reduce_low_rank(form, stored, d_u, stride, d_stored);
        break;
    case RONDO_FORM_DALE:
        reduce_dale(form, stored, d_u, stride, d_stored);
        break;
    default:
        rondo_groups_reduce(groups_of(form), d_u, stride, d_stored, form.stored_stride);
        break;
    }
}

/* --- all gates of a direction --- */

typedef struct form_job {
    const rondo_pass *pass;
    const rondo_direction_buffers *buffers;
} form_job;

/* Stored numbers of a block of recurrent weights: a parameter of its own, or columns of the matrix that
 * the dense gates share. */
typedef struct stored_block {
    rondo_form form;
    int64_t parameter, column;
    bool is_frozen;
} stored_block;

static stored_block block_at(const rondo_direction *d, int64_t block)
{
    const rondo_cell_gate *gate = rondo_gates_at(d, rondo_gates_of_recurrent_block(d, block));
    rondo_form form = rondo_form_of(gate, d->hidden);
    if (!rondo_gates_is_shared(gate))
        return (stored_block){form, d->form_weights[block], 0, gate->flags & RONDO_GATE_FROZEN};
    form.stored_stride = d->dense_count * d->hidden;
    return (stored_block){form, d->recurrent_weights, d->form_weights[block] * d->hidden, false};
}

static bool is_orthogonal(const stored_block *at)
{
    return at->form.kind == RONDO_FORM_ORTHOGONAL;
}

/* What an orthogonal block keeps between forward and backward, and what such blocks share. */
static rondo_cayley cayley_of(const rondo_direction_buffers *buffers, const stored_block *at,
                              int64_t number)
{
    int64_t hidden = at->form.hidden;
    return (rondo_cayley){.hidden = hidden,
                          .negative = rondo_form_first_units(at->form),
                          .inverse = buffers->inverses + number * hidden * hidden,
                          .work = buffers->inverse_work};
}

static void load_task(void *context, int64_t block, int thread)
{
    const form_job *job = context;
    const rondo_direction *d = job->buffers->direction;
    const stored_block at = block_at(d, block);
    (void)thread;
    if (is_orthogonal(&at)) return;
    rondo_form_expand(at.form, rondo_pass_weights(job->pass, at.parameter) + at.column,
                      job->buffers->formed_weights + block * d->hidden,
                      d->recurrent_count * d->hidden);
}

static void gradient_task(void *context, int64_t block, int thread)
{
    const form_job *job = context;
    const rondo_direction *d = job->buffers->direction;
    const stored_block at = block_at(d, block);
    (void)thread;
    if (at.is_frozen || is_orthogonal(&at)) return;
    rondo_form_reduce(at.form, rondo_pass_weights(job->pass, at.parameter) + at.column,
                      job->buffers->d_formed_weights + block * d->hidden,
                      d->recurrent_count * d->hidden,
                      rondo_pass_gradient_of(job->pass, at.parameter) + at.column);
}

/* Orthogonal blocks: each by all threads, one after another. */
static void load_orthogonal(const rondo_pass *pass, const rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    int64_t number = 0;
    for (int64_t block = 0; block < d->recurrent_count; block++) {
        const stored_block at = block_at(d, block);
        if (!is_orthogonal(&at)) continue;
        const rondo_cayley cayley = cayley_of(buffers, &at, number++);
        rondo_cayley_expand(&cayley, rondo_pass_weights(pass, at.parameter),
                            buffers->formed_weights + block * d->hidden,
                            d->recurrent_count * d->hidden, pass->size.threads);
    }
}

static void orthogonal_gradient(const rondo_pass *pass, const rondo_direction_buffers *buffers)
{
    const rondo_direction *d = buffers->direction;
    int64_t number = 0;
    for (int64_t block = 0; block < d->recurrent_count; block++) {
        const stored_block at = block_at(d, block);
        if (!is_orthogonal(&at)) continue;
        const rondo_cayley cayley = cayley_of(buffers, &at, number++);
        if (at.is_frozen) continue;
        rondo_cayley_reduce(&cayley, buffers->d_formed_weights + block * d->hidden,
                            d->recurrent_count * d->hidden,
                            rondo_pass_gradient_of(pass, at.parameter), pass->size.threads);
    }
}

int64_t rondo_forms_orthogonal(const rondo_direction *direction)
{
    int64_t count = 0;
    for (int64_t block = 0; block < direction->recurrent_count; block++) {
        const stored_block at = block_at(direction, block);
        count += is_orthogonal(&at);
    }
    return count;
}

void rondo_forms_load(const rondo_pass *pass, const rondo_direction_buffers *buffers)
{
    form_job job = {pass, buffers};
    if (!buffers->formed_weights) return;
    rondo_parallel_for(pass->size.threads, buffers->direction->recurrent_count, load_task, &job);
    load_orthogonal(pass, buffers);
}

void rondo_forms_gradient(const rondo_pass *pass, const rondo_direction_buffers *buffers)
{
    form_job job = {pass, buffers};
    if (!buffers->formed_weights) return;
    rondo_parallel_for(pass->size.threads, buffers->direction->recurrent_count, gradient_task,
                       &job);
    orthogonal_gradient(pass, buffers);
}
