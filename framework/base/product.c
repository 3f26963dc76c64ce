/* The wrapper of BLIS, and the products themselves. BLIS 1.0 renamed the look-up of kernels and made
 * their operands void pointers; before 0.9 they did not take m and n. Where neither look-up
 * compiles, bli_gemm multiplies blocks of one fixed size in the kernel's place. */
#include "base/product.h"

#include <blis.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/product_choice.h"
#include "base/product_private.h"
#include "base/product_rows.h"

#ifdef RONDO_DOUBLE
#define PRODUCT_TYPE BLIS_DOUBLE
#else
#define PRODUCT_TYPE BLIS_FLOAT
#endif

enum { MAX_BLOCK = 2048 }; /* reals of the largest register block of any kernel, with room */

#if defined RONDO_BLIS_CONTEXT_1
typedef gemm_ukr_ft product_kernel;
#elif defined RONDO_BLIS_CONTEXT_0_9 && defined RONDO_DOUBLE
typedef dgemm_ukr_ft product_kernel;
#elif defined RONDO_BLIS_CONTEXT_0_9
typedef sgemm_ukr_ft product_kernel;
#else
typedef void (*product_kernel)(dim_t m, dim_t n, dim_t k, rondo_real *alpha, rondo_real *a,
                               rondo_real *b, rondo_real *beta, rondo_real *c, inc_t row_stride,
                               inc_t column_stride, auxinfo_t *aux, cntx_t *context);
#endif

/* BLIS kernels prefer to store C by rows or by columns; for the latter the roles of A and B are
 * exchanged (C' = B' A'), so that C is always stored the way it is fast. */
typedef struct kernel_state {
    product_kernel call;
    cntx_t *context;
    bool exchanged;
    rondo_panel_sizes sizes;
    const rondo_row_kernels *own; /* which multiply in the place of `call`; NULL: none */
    bool own_chosen;
    int64_t far_bytes;
} kernel_state;

#if defined RONDO_BLIS_CONTEXT_1 || defined RONDO_BLIS_CONTEXT_0_9

static const char kernel_note[] = "";
static const bool has_micro_kernel = true;

#ifdef RONDO_BLIS_CONTEXT_1
static void *kernel_address(cntx_t *context)
{
    return bli_cntx_get_ukr_dt(PRODUCT_TYPE, BLIS_GEMM_UKR, context);
}

static bool prefers_rows(cntx_t *context)
{
    return bli_cntx_ukr_prefers_rows_dt(PRODUCT_TYPE, BLIS_GEMM_UKR, context);
}
#else
static void *kernel_address(cntx_t *context)
{
    return bli_cntx_get_l3_nat_ukr_dt(PRODUCT_TYPE, BLIS_GEMM_UKR, context);
}

static bool prefers_rows(cntx_t *context)
{
    return bli_cntx_l3_nat_ukr_prefers_rows_dt(PRODUCT_TYPE, BLIS_GEMM_UKR, context);
}
#endif

static kernel_state query_kernel(void)
{
    kernel_state state = {0};
    bli_init();
    state.context = (cntx_t *)bli_gks_query_cntx();
    void *address = kernel_address(state.context); /* BLIS hands kernels out as object pointers */
    memcpy(&state.call, &address, sizeof state.call);
    state.exchanged = !prefers_rows(state.context);
    bszid_t rows = state.exchanged ? BLIS_NR : BLIS_MR;
    bszid_t columns = state.exchanged ? BLIS_MR : BLIS_NR;
    state.sizes = (rondo_panel_sizes){
        .row_block = bli_cntx_get_blksz_def_dt(PRODUCT_TYPE, rows, state.context),
        .row_pack = bli_cntx_get_blksz_max_dt(PRODUCT_TYPE, rows, state.context),
        .column_block = bli_cntx_get_blksz_def_dt(PRODUCT_TYPE, columns, state.context),
        .column_pack = bli_cntx_get_blksz_max_dt(PRODUCT_TYPE, columns, state.context),
        .depth_block = bli_cntx_get_blksz_def_dt(PRODUCT_TYPE, BLIS_KC, state.context)};
    return state;
}

#else

static const char kernel_note[] = " by bli_gemm";
static const bool has_micro_kernel = false;

/* Into a corner of its own and with no addition, because bli_gemm rounds another way where C lies
 * otherwise. */
static void multiply_by_gemm(dim_t m, dim_t n, dim_t k, rondo_real *alpha, rondo_real *a,
                             rondo_real *b, rondo_real *beta, rondo_real *c, inc_t row_stride,
                             inc_t column_stride, auxinfo_t *aux, cntx_t *context)
{
    rondo_real corner[MAX_BLOCK] __attribute__((aligned(RONDO_ALIGNMENT))), zero = 0;
    (void)aux, (void)context;
#ifdef RONDO_DOUBLE
    bli_dgemm(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, m, n, k, alpha, a, 1, m, b, n, 1, &zero, corner,
              n, 1);
#else
    bli_sgemm(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, m, n, k, alpha, a, 1, m, b, n, 1, &zero, corner,
              n, 1);
#endif
    for (dim_t i = 0; i < m; i++)
        for (dim_t j = 0; j < n; j++) {
            rondo_real *sum = c + i * row_stride + j * column_stride;
            *sum = *beta == 0 ? corner[i * n + j] : *sum + corner[i * n + j];
        }
}

/* Blocks large enough that what bli_gemm does besides multiplying counts little. */
static kernel_state query_kernel(void)
{
    bli_init();
    bli_thread_set_num_threads(1);
    return (kernel_state){.call = multiply_by_gemm,
                          .sizes = {.row_block = 32,
                                    .row_pack = 32,
                                    .column_block = 32,
                                    .column_pack = 32,
                                    .depth_block = 256}};
}

#endif

/* Filled once, by the first caller, before any thread is started: rondo_product_block_sizes is
 * called when the network is built. */
static kernel_state *kernel(void)
{
    static kernel_state state;
    if (!state.call) state = query_kernel();
    return &state;
}

static const char *name_of_kernel(void)
{
    static char name[96];
    kernel(); /* BLIS aborts where it is asked before it is initialised */
    if (name[0] == '\0')
        snprintf(name, sizeof name, "BLIS %s %s%s", bli_info_get_version_str(),
                 bli_arch_string(bli_arch_query_id()), kernel_note);
    return name;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* c[row_block, column_block] = beta c + left right, with full register blocks only. */
static void call_kernel(const kernel_state *k, int64_t depth, const rondo_real *left,
                        const rondo_real *right, rondo_real beta, rondo_real *c, int64_t c_stride,
                        auxinfo_t *aux)
{
    rondo_real one = 1;
    rondo_real *a = (rondo_real *)(k->exchanged ? right : left);
    rondo_real *b = (rondo_real *)(k->exchanged ? left : right);
    dim_t m = k->exchanged ? k->sizes.column_block : k->sizes.row_block;
    dim_t n = k->exchanged ? k->sizes.row_block : k->sizes.column_block;
    inc_t row_stride = k->exchanged ? 1 : c_stride;
    inc_t column_stride = k->exchanged ? c_stride : 1;
    k->call(m, n, depth, &one, a, b, &beta, c, row_stride, column_stride, aux, k->context);
}

/* --- kernels of our own --- */

/* For a trial of them: one register block. */
static void multiply_one_block(int64_t depth, const rondo_real *left, const rondo_real *right,
                               rondo_real beta, rondo_real *c, int64_t c_stride)
{
    auxinfo_t aux = {0};
    call_kernel(kernel(), depth, left, right, beta, c, c_stride, &aux);
}

/* Those that give the bits of the kernel in use, which is asked: other kernels of BLIS add in other
 * orders, or round between. DEPTH is BLIS's with AVX2; its 384 with AVX-512 would fill a first-level cache. */
static void choose_own(kernel_state *k)
{
    enum { DEPTH = 256 };
    const rondo_processor_facts facts = rondo_processor_facts_get();
    const rondo_row_kernels *own = rondo_row_kernels_best(k->sizes.column_pack);
    k->own_chosen = true;
    if (!has_micro_kernel || !own || !rondo_row_kernels_agree(own, &k->sizes, multiply_one_block))
        return;
    k->own = own;
    k->far_bytes = rondo_product_far_bytes(&facts);
    k->sizes.depth_block = DEPTH;
    k->sizes.any_rows = true;
    k->sizes.row_block = k->sizes.row_pack = own->rows;
}

const rondo_panel_sizes *rondo_panel_sizes_get(void)
{
    kernel_state *k = kernel();
    if (!k->own_chosen) choose_own(k);
    return &k->sizes;
}

/* Every element is a chain of fused multiplications and additions over a block of depths, whatever computes it. */
static const char *rounding(void)
{
    static char text[48];
    const rondo_panel_sizes *sizes = rondo_panel_sizes_get();
    if (!sizes->any_rows) return name_of_kernel();
    if (text[0] == '\0')
        snprintf(text, sizeof text, "fused, blocks of %lld", (long long)sizes->depth_block);
    return text;
}

static rondo_product_blocks block_sizes(void)
{
    const rondo_panel_sizes *sizes = rondo_panel_sizes_get();
    int64_t rows = sizes->any_rows ? 1 : sizes->row_block;
    return (rondo_product_blocks){rows, sizes->column_block, sizes->depth_block};
}

/* --- products --- */

/* Rows of A in panels, and those behind them, which are not. */
typedef struct split_left {
    int64_t rows, in_panels;
    const rondo_real *panels;
    rondo_row_left rest;
} split_left;

/* Where row i of C begins: rows follow one another, or lie where an index says. */
static rondo_real *row_of(rondo_real *c, int64_t c_stride, const int64_t *index, int64_t i)
{
    return c + (index ? index[i] : i) * c_stride;
}

/* A block at the edge of C, or one whose rows lie apart: computed whole into a corner of its own,
 * then the part that exists is added with the same single rounding as inside. */
static void call_at_edge(const kernel_state *k, int64_t rows, int64_t columns, int64_t depth,
                         const rondo_real *left, const rondo_real *right, rondo_real beta,
                         rondo_real *c, int64_t c_stride, const int64_t *index, auxinfo_t *aux)
{
    rondo_real corner[MAX_BLOCK] __attribute__((aligned(RONDO_ALIGNMENT)));
    call_kernel(k, depth, left, right, 0, corner, k->sizes.column_block, aux);
    for (int64_t i = 0; i < rows; i++) {
        const rondo_real *sum = corner + i * k->sizes.column_block;
        rondo_real *row = row_of(c, c_stride, index, i);
        for (int64_t j = 0; j < columns; j++)
            row[j] = beta == 0 ? sum[j] : row[j] + sum[j];
    }
}

/* c = beta c + packed left (rows) x packed right (columns) by BLIS's kernel, one depth block; index:
 * NULL where rows of c follow one another. The panel of B stays in the first-level cache while all
 * row panels pass. */
static void multiply_panels(int64_t rows, int64_t columns, int64_t depth, const rondo_real *left,
                            const rondo_real *right, rondo_real beta, rondo_real *c,
                            int64_t c_stride, const int64_t *index)
{
    const kernel_state *k = kernel();
    auxinfo_t aux = {0};
    for (int64_t column = 0; column < columns; column += k->sizes.column_block) {
        int64_t width = smaller(k->sizes.column_block, columns - column);
        const rondo_real *row_panel = left;
        for (int64_t row = 0; row < rows; row += k->sizes.row_block) {
            int64_t height = smaller(k->sizes.row_block, rows - row);
            const int64_t *rest = index ? index + row : NULL;
            rondo_real *corner = (index ? c : c + row * c_stride) + column;
            bli_auxinfo_set_next_ab((void *)(row_panel + k->sizes.row_pack * depth), (void *)right,
                                    &aux);
            if (height == k->sizes.row_block && width == k->sizes.column_block &&
                (!rest || rondo_panels_follow(rest, height)))
                call_kernel(k, depth, row_panel, right, beta, row_of(corner, c_stride, rest, 0),
                            c_stride, &aux);
            else
                call_at_edge(k, height, width, depth, row_panel, right, beta, corner, c_stride,
                             rest, &aux);
            row_panel += k->sizes.row_pack * depth;
        }
        right += k->sizes.column_pack * depth;
    }
}

/* BLIS's kernel adds to nothing but C, which begins as the addend therefore. Returns its beta. */
static rondo_real begin_as_addend(int64_t rows, int64_t columns, const rondo_product_result *c)
{
    if (!c->addend.data || (c->addend.data == c->data && c->addend.stride == c->stride))
        return c->addend.data ? 1 : 0;
    for (int64_t i = 0; i < rows; i++)
        memcpy(row_of(c->data, c->stride, c->index, i),
               c->addend.data + (c->index ? c->index[i] : i) * c->addend.stride,
               (size_t)columns * sizeof(rondo_real));
    return 1;
}

/* The same of all rows: panels of B that a second-level cache holds meet first the panels of A, then
 * what is left of its rows. */
static void multiply_block(const split_left *left, int64_t depth, const rondo_row_right *right,
                           const rondo_product_result *c)
{
    enum { PANELS = 4 };
    const kernel_state *k = kernel();
    int64_t in_panels = left->in_panels, rest = left->rows - in_panels;
    int64_t columns = right->columns, pack = k->sizes.column_pack, block = k->sizes.column_block;
    int64_t step = in_panels > 0 && rest > 0 ? PANELS * block : columns;
    for (int64_t column = 0; column < columns; column += step) {
        int64_t some = smaller(step, columns - column);
        rondo_row_right of = *right;
        of.first = column;
        of.count = some;
        const rondo_product_result first = rondo_product_result_at(c, 0, column);
        if (k->own)
            rondo_rows_multiply_panels(k->own, in_panels, depth, left->panels, &of, &first);
        else
            multiply_panels(
                in_panels, some, depth, left->panels, right->panels + column / block * pack * depth,
                begin_as_addend(in_panels, some, &first), first.data, first.stride, first.index);
        if (rest == 0) continue;
        const rondo_product_result others = rondo_product_result_at(c, in_panels, column);
        rondo_rows_multiply(k->own, rest, depth, &left->rest, &of, &others);
    }
}

/* Columns [first, +count) of a packed B, in the depth block that begins at `start`. After the last step of a
 * recurrence comes its first. */
static rondo_row_right columns_of_packed(const rondo_real *packed, int64_t depth, int64_t columns,
                                         int64_t start, int64_t first, int64_t count)
{
    const rondo_panel_sizes *sizes = &kernel()->sizes;
    int64_t panel = first / sizes->column_block, end = start + sizes->depth_block;
    int64_t next = end < depth ? end : 0;
    const rondo_real *at[2];
    for (int i = 0; i < 2; i++) {
        int64_t from = i == 0 ? start : next, depths = smaller(sizes->depth_block, depth - from);
        at[i] = packed + (from * rondo_panels_count(columns) + panel * depths) * sizes->column_pack;
    }
    int64_t bytes = rondo_panels_packed_size(depth, columns) * (int64_t)sizeof(rondo_real);
    return (rondo_row_right){at[0], count, 0, count, at[1], bytes > kernel()->far_bytes};
}

static void multiply_scattered(int64_t rows, int64_t depth, int64_t columns, const rondo_real *a,
                               int64_t a_stride, const int64_t *index, const rondo_real *packed,
                               const rondo_column_blocks *of, rondo_addend addend, rondo_real *c,
                               int64_t c_stride, rondo_real *scratch)
{
    const kernel_state *k = kernel();
    for (int64_t start = 0; start < depth; start += k->sizes.depth_block) {
        int64_t count = smaller(k->sizes.depth_block, depth - start);
        int64_t in_panels = rondo_panels_rows_at_once(&k->sizes, rows, count);
        const rondo_product_result to =
            rondo_product_result_of_block(start, addend, c, c_stride, index);
        const split_left left = {
            rows, in_panels, scratch, {a + start, a_stride, 1, index + in_panels}};
        rondo_panels_pack_scattered(scratch, rows, a, a_stride, index, start, count);
        for (int64_t i = 0; i < of->blocks; i++) {
            int64_t first = of->first + i * of->apart;
            const rondo_row_right right =
                columns_of_packed(packed, depth, columns, start, first, of->count);
            const rondo_product_result some = rondo_product_result_at(&to, 0, first);
            multiply_block(&left, count, &right, &some);
        }
    }
}

static void multiply_packed(int64_t rows, int64_t depth, int64_t columns, rondo_matrix a,
                            const rondo_real *packed, int64_t first_column, int64_t column_count,
                            rondo_addend addend, rondo_real *c, int64_t c_stride,
                            rondo_real *scratch)
{
    const kernel_state *k = kernel();
    for (int64_t start = 0; start < depth; start += k->sizes.depth_block) {
        int64_t count = smaller(k->sizes.depth_block, depth - start);
        int64_t in_panels = rondo_panels_rows_at_once(&k->sizes, rows, count);
        const rondo_row_right right =
            columns_of_packed(packed, depth, columns, start, first_column, column_count);
        const rondo_product_result to =
            rondo_product_result_of_block(start, addend, c, c_stride, NULL);
        const rondo_real *rest = a.data + in_panels * a.row_stride + start * a.column_stride;
        const split_left left = {
            rows, in_panels, scratch, {rest, a.row_stride, a.column_stride, NULL}};
        rondo_panels_pack_rows(scratch, rows, a, start, count);
        multiply_block(&left, count, &right, &to);
    }
}

static void multiply_left(int64_t rows, int64_t depth, int64_t columns,
                          const rondo_real *packed_left, const rondo_real *packed,
                          int64_t first_column, int64_t column_count, rondo_addend addend,
                          rondo_real *c, int64_t c_stride)
{
    const kernel_state *k = kernel();
    int64_t left_panels = rondo_panels_left_count(rows);
    int64_t in_panels = rondo_panels_rows(&k->sizes, rows);
    for (int64_t start = 0; start < depth; start += k->sizes.depth_block) {
        int64_t count = smaller(k->sizes.depth_block, depth - start);
        const rondo_row_right right =
            columns_of_packed(packed, depth, columns, start, first_column, column_count);
        const rondo_real *block = packed_left + start * left_panels * k->sizes.row_pack;
        const rondo_real *rest = block + in_panels / k->sizes.row_block * k->sizes.row_pack * count;
        const rondo_product_result to =
            rondo_product_result_of_block(start, addend, c, c_stride, NULL);
        const split_left left = {rows, in_panels, block, {rest, count, 1, NULL}};
        multiply_block(&left, count, &right, &to);
    }
}

/* One depth block of A's rows, some at a time that stay in the second-level cache. A panel that is
 * not full is multiplied row by row where kernels can. */
static void multiply_rows(const rondo_product_left *all, int64_t start, int64_t depth,
                          int64_t columns, const rondo_real *right, bool adds, int64_t c_stride)
{
    const kernel_state *k = kernel();
    int64_t panels = rondo_panels_left_count(all->rows), block = k->sizes.row_block;
    int64_t most = RONDO_ROWS_IN_CACHE / block * block;
    const rondo_row_right near = {right, columns, 0, columns, right, false};
    const rondo_real *packed = all->packed + start * panels * k->sizes.row_pack;
    for (int64_t row = 0; row < all->rows; row += most) {
        int64_t rows = smaller(most, all->rows - row);
        int64_t full = k->own ? rows / block * block : rows;
        const rondo_real *first = packed + row / block * k->sizes.row_pack * depth;
        const rondo_real *rest = first + full / block * k->sizes.row_pack * depth;
        rondo_real *c = all->c + row * c_stride;
        const rondo_product_result to = {c, c_stride, NULL, {adds ? c : NULL, c_stride}};
        const split_left left = {rows, full, first, {rest, 1, k->sizes.row_pack, NULL}};
        multiply_block(&left, depth, &near, &to);
    }
}

static void multiply_columns(const rondo_product_left *lefts, int64_t count, int64_t columns,
                             int64_t depth, rondo_matrix b, const int64_t *index, rondo_real beta,
                             int64_t c_stride, rondo_real *scratch)
{
    int64_t block = kernel()->sizes.depth_block;
    for (int64_t start = 0; start < depth; start += block) {
        int64_t depths = smaller(block, depth - start);
        rondo_panels_pack_columns(scratch, depths, columns, b, index, start);
        for (int64_t i = 0; i < count; i++)
            multiply_rows(&lefts[i], start, depths, columns, scratch, start > 0 || beta != 0,
                          c_stride);
    }
}

const rondo_product_engine rondo_product_engine_blis = {
    .name = name_of_kernel,
    .rounding = rounding,
    .block_sizes = block_sizes,
    .scratch = rondo_panels_scratch,
    .left_size = rondo_panels_left_size,
    .left_offset = rondo_panels_left_size,
    .depths_size = rondo_panels_left_size,
    .packed_size = rondo_panels_packed_size,
    .panel_count = rondo_panels_count,
    .left_panel_count = rondo_panels_left_count,
    .pack = rondo_panels_pack,
    .packed = multiply_packed,
    .scattered = multiply_scattered,
    .pack_depths = rondo_panels_pack_depths,
    .multiply = multiply_left,
    .pack_left = rondo_panels_pack_left,
    .columns = multiply_columns,
};
