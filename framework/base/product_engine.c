/* Which engine computes products. */
#include <stddef.h>

#include "base/product_choice.h"
#include "base/product_private.h"

static const rondo_product_engine *engine = &rondo_product_engine_blis;

const char *rondo_precision_lacks(rondo_precision precision)
{
    if (precision == RONDO_FLOAT32) return NULL;
#ifdef RONDO_HAVE_BFLOAT16
    static bool asked, has;
    if (!asked) has = rondo_processor_facts_get().has_bfloat16;
    asked = true;
    return has ? NULL : "a processor with AVX512_BF16";
#elif defined RONDO_DOUBLE
    return "the build for single precision";
#else
    return "an x86 processor with AVX512_BF16";
#endif
}

bool rondo_precision_is_slow(rondo_precision precision)
{
    const rondo_processor_facts facts = rondo_processor_facts_get();
    return precision == RONDO_BFLOAT16 && rondo_product_bfloat16_is_slow(&facts);
}

/* Written where it changes only: threads of a host of the library, which all use float32, call this at
 * the same time. */
void rondo_product_use(rondo_precision precision)
{
    const rondo_product_engine *wanted = &rondo_product_engine_blis;
#ifdef RONDO_HAVE_BFLOAT16
    if (precision == RONDO_BFLOAT16) wanted = &rondo_product_engine_bfloat16;
#else
    (void)precision;
#endif
    if (engine != wanted) engine = wanted;
}

bool rondo_product_is_by_blis(void)
{
    return engine == &rondo_product_engine_blis;
}

rondo_product_blocks rondo_product_block_sizes(void)
{
    return engine->block_sizes();
}

const char *rondo_product_kernel(void)
{
    return engine->name();
}

const char *rondo_product_rounding(void)
{
    return engine->rounding();
}

const char *rondo_product_reason(void)
{
    return engine == &rondo_product_engine_blis ? rondo_product_blis_reason()
                                                : "chosen by train.precision";
}

int64_t rondo_product_scratch(int64_t rows)
{
    return engine->scratch(rows);
}

int64_t rondo_product_left_size(int64_t rows, int64_t depth)
{
    return engine->left_size(rows, depth);
}

int64_t rondo_product_left_offset(int64_t rows, int64_t start)
{
    return engine->left_offset(rows, start);
}

int64_t rondo_product_depths_size(int64_t rows, int64_t depth)
{
    return engine->depths_size(rows, depth);
}

int64_t rondo_product_packed_size(int64_t depth, int64_t columns)
{
    return engine->packed_size(depth, columns);
}

int64_t rondo_product_panel_count(int64_t columns)
{
    return engine->panel_count(columns);
}

int64_t rondo_product_left_panel_count(int64_t rows)
{
    return engine->left_panel_count(rows);
}

void rondo_product_pack(rondo_real *packed, int64_t depth, int64_t columns, rondo_matrix b,
                        int64_t first_panel, int64_t panel_count)
{
    engine->pack(packed, depth, columns, b, first_panel, panel_count);
}

void rondo_product_packed(int64_t rows, int64_t depth, int64_t columns, rondo_matrix a,
                          const rondo_real *packed, int64_t first_column, int64_t column_count,
                          rondo_addend addend, rondo_real *c, int64_t c_stride, rondo_real *scratch)
{
    engine->packed(rows, depth, columns, a, packed, first_column, column_count, addend, c, c_stride,
                   scratch);
}

void rondo_product_scattered(int64_t rows, int64_t depth, int64_t columns, const rondo_real *a,
                             int64_t a_stride, const int64_t *index, const rondo_real *packed,
                             const rondo_column_blocks *of, rondo_addend addend, rondo_real *c,
                             int64_t c_stride, rondo_real *scratch)
{
    engine->scattered(rows, depth, columns, a, a_stride, index, packed, of, addend, c, c_stride,
                      scratch);
}

void rondo_product_pack_depths(rondo_real *left, int64_t rows, int64_t depth, int64_t first_depth,
                               int64_t depth_count, const rondo_real *data, int64_t stride)
{
    engine->pack_depths(left, rows, depth, first_depth, depth_count, data, stride);
}

void rondo_product_multiply(int64_t rows, int64_t depth, int64_t columns, const rondo_real *left,
                            const rondo_real *packed, int64_t first_column, int64_t column_count,
                            rondo_addend addend, rondo_real *c, int64_t c_stride)
{
    engine->multiply(rows, depth, columns, left, packed, first_column, column_count, addend, c,
                     c_stride);
}

void rondo_product_pack_left(rondo_real *packed, int64_t rows, int64_t depth,
                             const rondo_real *data, int64_t stride, const int64_t *index,
                             int64_t first_panel, int64_t panel_count)
{
    engine->pack_left(packed, rows, depth, data, stride, index, first_panel, panel_count);
}

void rondo_product_columns(const rondo_product_left *lefts, int64_t count, int64_t columns,
                           int64_t depth, rondo_matrix b, const int64_t *index, rondo_real beta,
                           int64_t c_stride, rondo_real *scratch)
{
    engine->columns(lefts, count, columns, depth, b, index, beta, c_stride, scratch);
}
