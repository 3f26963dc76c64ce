/* Packing of operands of bfloat16 products (base/product_bfloat16.h): here they are rounded. */
#include "base/product_private.h"

#ifdef RONDO_HAVE_BFLOAT16

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#include "base/product_bfloat16.h"

#define BFLOAT16_CODE __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

enum { LANES = 16, BOTH = 2 * LANES };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t pairs_of(int64_t depth)
{
    return (depth + 1) / 2;
}

/* Of the first `count` of 16 lanes. */
static __mmask16 lanes(int64_t count)
{
    if (count >= LANES) return 0xffff;
    return (__mmask16)(count <= 0 ? 0U : (1U << count) - 1);
}

/* --- A by rows --- */

/* `count` numbers that follow one another, to where an even or odd depth begins. */
BFLOAT16_CODE static void round_row(uint16_t *to, const float *from, int64_t count)
{
    int64_t d = 0;
    for (; d + BOTH <= count; d += BOTH) {
        __m512 low = _mm512_loadu_ps(from + d), high = _mm512_loadu_ps(from + d + LANES);
        _mm512_storeu_si512(to + d, (__m512i)_mm512_cvtne2ps_pbh(high, low));
    }
    for (; d < count; d += LANES) {
        __mmask16 mask = lanes(count - d);
        __m512 rest = _mm512_maskz_loadu_ps(mask, from + d);
        _mm256_mask_storeu_epi16(to + d, mask, (__m256i)_mm512_cvtneps_pbh(rest));
    }
}

/* The same of numbers that lie apart. */
static void round_apart(uint16_t *to, const float *from, int64_t step, int64_t count)
{
    float near[RONDO_BFLOAT16_DEPTH];
    for (int64_t first = 0; first < count; first += RONDO_BFLOAT16_DEPTH) {
        int64_t some = smaller(RONDO_BFLOAT16_DEPTH, count - first);
        for (int64_t i = 0; i < some; i++)
            near[i] = from[(first + i) * step];
        round_row(to + first, near, some);
    }
}

static void fill_last_pair(uint16_t *row, int64_t depth)
{
    static const uint16_t zero = 0;
    if (depth % 2 != 0) memcpy(row + depth, &zero, sizeof zero);
}

void rondo_bfloat16_pack_rows(rondo_pair *packed, int64_t row_pairs, int64_t rows, rondo_matrix a,
                              const int64_t *index, int64_t depth_start, int64_t depth)
{
    const float *start = a.data + depth_start * a.column_stride;
    for (int64_t i = 0; i < rows; i++) {
        const float *from = start + (index ? index[i] : i) * a.row_stride;
        uint16_t *to = (uint16_t *)(packed + i * row_pairs);
        if (a.column_stride == 1)
            round_row(to, from, depth);
        else
            round_apart(to, from, a.column_stride, depth);
        fill_last_pair(to, depth);
    }
}

void rondo_bfloat16_pack_depths(rondo_real *left, int64_t rows, int64_t depth, int64_t first_depth,
                                int64_t depth_count, const rondo_real *data, int64_t stride)
{
    int64_t row_pairs = rondo_bfloat16_row_pairs(depth);
    for (int64_t i = 0; i < rows; i++) {
        uint16_t *to = (uint16_t *)((rondo_pair *)left + i * row_pairs);
        round_row(to + first_depth, data + i * stride, depth_count);
        if (first_depth + depth_count == depth) fill_last_pair(to, depth);
    }
}

/* --- panels of pairs --- */

/* Pairs of 16 columns of two rows that follow one another in depth. */
BFLOAT16_CODE static inline __m512i pair_up(const float *even, const float *odd, __mmask16 mask)
{
    const __m512i order =
        _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6,
                         21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    __m512 low = _mm512_maskz_loadu_ps(mask, even);
    __m512 high = odd ? _mm512_maskz_loadu_ps(mask, odd) : _mm512_setzero_ps();
    return _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(high, low));
}

/* Rows of the depths, one after another or where an index says. */
static const float *row_at(const float *data, int64_t stride, const int64_t *index, int64_t d)
{
    return data + (index ? index[d] : d) * stride;
}

/* Depths [0, depth) of `columns` columns, to panels of `width`, which are packed row by row: panel by
 * panel would touch a new page at every depth. */
BFLOAT16_CODE static inline __attribute__((always_inline)) void
pack_pairs(rondo_pair *packed, const int64_t width, int64_t depth, int64_t columns,
           const float *data, int64_t stride, const int64_t *index)
{
    int64_t pairs = pairs_of(depth);
    for (int64_t p = 0; p < pairs; p++) {
        const float *even = row_at(data, stride, index, 2 * p);
        const float *odd = 2 * p + 1 < depth ? row_at(data, stride, index, 2 * p + 1) : NULL;
        rondo_pair *to = packed + p * width;
        for (int64_t first = 0; first < columns; first += width, to += width * pairs)
            for (int64_t j = 0; j < width; j += LANES)
                _mm512_storeu_si512(to + j, pair_up(even + first + j, odd ? odd + first + j : NULL,
                                                    lanes(columns - first - j)));
    }
}

/* One panel whose depths lie `across` apart and its columns `along`: the columns are rounded into
 * rows first, then these are turned. */
BFLOAT16_CODE static void pack_turned(rondo_pair *panel, int64_t depth, int64_t columns,
                                      const float *data, int64_t along, int64_t across)
{
    enum { PANEL = RONDO_BFLOAT16_PANEL, DEPTHS = 64, PAIRS = DEPTHS / 2 };
    const __m512i rows =
        _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                           _mm512_set1_epi32(PAIRS + 1));
    rondo_pair turned[PANEL][PAIRS + 1];
    memset(turned, 0, sizeof turned);
    for (int64_t first = 0; first < depth; first += DEPTHS) {
        int64_t some = smaller(DEPTHS, depth - first);
        for (int64_t j = 0; j < columns; j++) {
            const float *from = data + j * along + first * across;
            uint16_t *to = (uint16_t *)turned[j];
            if (across == 1)
                round_row(to, from, some);
            else
                round_apart(to, from, across, some);
            fill_last_pair(to, some);
        }
        for (int64_t p = 0; p < pairs_of(some); p++, panel += PANEL)
            for (int64_t j = 0; j < PANEL; j += LANES)
                _mm512_storeu_si512(panel + j, _mm512_i32gather_epi32(rows, &turned[j][p], 4));
    }
}

/* Panels [first_panel, +panel_count) of a block of depths, from its first one on. */
BFLOAT16_CODE static void pack_block(rondo_pair *block, int64_t depth, int64_t columns,
                                     rondo_matrix b, const int64_t *index, int64_t first_panel,
                                     int64_t panel_count)
{
    enum { PANEL = RONDO_BFLOAT16_PANEL };
    int64_t first = first_panel * PANEL, size = PANEL * pairs_of(depth);
    const float *data = b.data + first * b.column_stride;
    columns = smaller(columns - first, panel_count * PANEL);
    block += first_panel * size;
    if (b.column_stride == 1) {
        pack_pairs(block, PANEL, depth, columns, data, b.row_stride, index);
        return;
    }
    for (int64_t j = 0; j < columns; j += PANEL, block += size)
        pack_turned(block, depth, smaller(PANEL, columns - j), data + j * b.column_stride,
                    b.column_stride, b.row_stride);
}

void rondo_bfloat16_pack_columns(rondo_pair *packed, int64_t depth, int64_t columns, rondo_matrix b,
                                 const int64_t *index, int64_t depth_start)
{
    if (index)
        index += depth_start;
    else
        b.data += depth_start * b.row_stride;
    pack_block(packed, depth, columns, b, index, 0,
               rondo_bfloat16_parts(columns, RONDO_BFLOAT16_PANEL));
}

void rondo_bfloat16_pack(rondo_real *packed, int64_t depth, int64_t columns, rondo_matrix b,
                         int64_t first_panel, int64_t panel_count)
{
    int64_t panels = rondo_bfloat16_parts(columns, RONDO_BFLOAT16_PANEL);
    for (int64_t start = 0; start < depth; start += RONDO_BFLOAT16_DEPTH) {
        rondo_matrix rest = {b.data + start * b.row_stride, b.row_stride, b.column_stride};
        pack_block((rondo_pair *)packed + start / 2 * panels * RONDO_BFLOAT16_PANEL,
                   smaller(RONDO_BFLOAT16_DEPTH, depth - start), columns, rest, NULL, first_panel,
                   panel_count);
    }
}

BFLOAT16_CODE void rondo_bfloat16_pack_left(rondo_real *packed, int64_t rows, int64_t depth,
                                            const rondo_real *data, int64_t stride,
                                            const int64_t *index, int64_t first_panel,
                                            int64_t panel_count)
{
    enum { PANEL = RONDO_BFLOAT16_LEFT_PANEL };
    int64_t panels = rondo_bfloat16_parts(rows, PANEL), first = first_panel * PANEL;
    int64_t some = smaller(rows - first, panel_count * PANEL);
    for (int64_t start = 0; start < depth; start += RONDO_BFLOAT16_DEPTH) {
        int64_t count = smaller(RONDO_BFLOAT16_DEPTH, depth - start);
        rondo_pair *block = (rondo_pair *)packed + start / 2 * panels * PANEL;
        pack_pairs(block + first * pairs_of(count), PANEL, count, some,
                   data + first + (index ? 0 : start * stride), stride,
                   index ? index + start : NULL);
    }
}

#endif
