/* Packing of operands into panels (base/product_private.h). */
#include "base/prefetch.h"
#include "base/product_private.h"

#include <stdbool.h>
#include <string.h>

static int64_t blocks_of(int64_t count, int64_t block)
{
    return (count + block - 1) / block;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t left_size(int64_t rows)
{
    const rondo_panel_sizes *k = rondo_panel_sizes_get();
    return blocks_of(rows, k->row_block) * k->row_pack * k->depth_block;
}

int64_t rondo_panels_count(int64_t columns)
{
    return blocks_of(columns, rondo_panel_sizes_get()->column_block);
}

int64_t rondo_panels_packed_size(int64_t depth, int64_t columns)
{
    return rondo_panels_count(columns) * rondo_panel_sizes_get()->column_pack * depth;
}

int64_t rondo_panels_scratch(int64_t rows)
{
    int64_t left = left_size(rows);
    int64_t right =
        rondo_panels_packed_size(rondo_panel_sizes_get()->depth_block, RONDO_PRODUCT_RANGE);
    return left > right ? left : right;
}

int64_t rondo_panels_left_count(int64_t rows)
{
    return blocks_of(rows, rondo_panel_sizes_get()->row_block);
}

int64_t rondo_panels_left_size(int64_t rows, int64_t depth)
{
    return rondo_panels_left_count(rows) * rondo_panel_sizes_get()->row_pack * depth;
}

typedef rondo_real four __attribute__((vector_size(4 * sizeof(rondo_real))));

/* A piece of a row. As vectors, because a compiler makes a call of memcpy out of 32 single numbers. */
static inline __attribute__((always_inline)) void
copy_width(rondo_real *restrict to, const int64_t width, const rondo_real *restrict from)
{
    enum { FOUR = 4 };
    int64_t i = 0;
#pragma GCC unroll 8
    for (; i + FOUR <= width; i += FOUR) {
        four numbers;
        memcpy(&numbers, from + i, sizeof numbers);
        memcpy(to + i, &numbers, sizeof numbers);
    }
    for (; i < width; i++)
        to[i] = from[i];
}

/* Four rows `along` apart, four depths each, to four depths `width` apart. */
static inline void transpose_four(rondo_real *panel, int64_t width, const rondo_real *source,
                                  int64_t along)
{
    four rows[4];
    for (int i = 0; i < 4; i++)
        memcpy(&rows[i], source + i * along, sizeof rows[i]);
    four low01 = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
    four low23 = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
    four high01 = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
    four high23 = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
    four depths[4] = {__builtin_shufflevector(low01, low23, 0, 1, 4, 5),
                      __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
                      __builtin_shufflevector(high01, high23, 0, 1, 4, 5),
                      __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
    for (int d = 0; d < 4; d++)
        memcpy(panel + d * width, &depths[d], sizeof depths[d]);
}

/* Two rows, four depths each. */
static inline void transpose_two(rondo_real *panel, int64_t width, const rondo_real *source,
                                 int64_t along)
{
    four rows[2];
    for (int i = 0; i < 2; i++)
        memcpy(&rows[i], source + i * along, sizeof rows[i]);
    four low = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
    four high = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
    memcpy(panel, &low, 2 * sizeof *panel);
    memcpy(panel + width, (rondo_real *)&low + 2, 2 * sizeof *panel);
    memcpy(panel + 2 * width, &high, 2 * sizeof *panel);
    memcpy(panel + 3 * width, (rondo_real *)&high + 2, 2 * sizeof *panel);
}

/* Rows that lie contiguous become depths that do; widths are even. */
static inline __attribute__((always_inline)) void
pack_transposed(rondo_real *panel, const int64_t width, int64_t depth, const rondo_real *source,
                int64_t along)
{
    int64_t d = 0;
    for (; d + 4 <= depth; d += 4) {
        for (int64_t i = 0; i + 4 <= width; i += 4)
            transpose_four(panel + d * width + i, width, source + i * along + d, along);
        if (width % 4 == 2)
            transpose_two(panel + d * width + width - 2, width, source + (width - 2) * along + d,
                          along);
    }
    for (; d < depth; d++)
        for (int64_t i = 0; i < width; i++)
            panel[d * width + i] = source[i * along + d];
}

/* A whole panel whose width the compiler knows, so that a depth is a few vector moves. */
static inline __attribute__((always_inline)) void pack_width(rondo_real *restrict panel,
                                                             const int64_t width, int64_t depth,
                                                             const rondo_real *restrict source,
                                                             int64_t along, int64_t across)
{
    if (along == 1) {
        for (int64_t d = 0; d < depth; d++)
            copy_width(panel + d * width, width, source + d * across);
    } else if (across == 1) {
        pack_transposed(panel, width, depth, source, along);
    } else {
        for (int64_t d = 0; d < depth; d++)
            for (int64_t i = 0; i < width; i++)
                panel[d * width + i] = source[i * along + d * across];
    }
}

/* The widths of today's kernels, single and double; false for any other. */
static bool pack_known_width(rondo_real *panel, int64_t width, int64_t depth,
                             const rondo_real *source, int64_t along, int64_t across)
{
    switch (width) {
    case 4:
        pack_width(panel, 4, depth, source, along, across);
        return true;
    case 6:
        pack_width(panel, 6, depth, source, along, across);
        return true;
    case 8:
        pack_width(panel, 8, depth, source, along, across);
        return true;
    case 12:
        pack_width(panel, 12, depth, source, along, across);
        return true;
    case 16:
        pack_width(panel, 16, depth, source, along, across);
        return true;
    case 32:
        pack_width(panel, 32, depth, source, along, across);
        return true;
    default:
        return false;
    }
}

/* A panel that is not full, depths `across` apart or where an index says. A depth is copied in pieces of 8, 4, 2 and 1
 * numbers: branches that every depth takes alike. */
static void fill_some(rondo_real *restrict panel, int64_t pack, int64_t width, int64_t depth,
                      const rondo_real *restrict data, int64_t across, const int64_t *index)
{
    enum { EIGHT = 8, FOUR = 4, TWO = 2 };
    memset(panel, 0, (size_t)(pack * depth) * sizeof *panel);
    for (int64_t d = 0; d < depth; d++, panel += pack) {
        const rondo_real *row = data + (index ? index[d] : d) * across;
        int64_t at = 0;
        for (; at + EIGHT <= width; at += EIGHT)
            copy_width(panel + at, EIGHT, row + at);
        if (width & FOUR) {
            copy_width(panel + at, FOUR, row + at);
            at += FOUR;
        }
        if (width & TWO) {
            memcpy(panel + at, row + at, TWO * sizeof *panel);
            at += TWO;
        }
        if (width & 1) panel[at] = row[at];
    }
}

/* One panel, panel[d * pack + i] = source(i, d) for i < width, zero up to `pack`. `along` is the
 * stride from i to i + 1, `across` the stride from one depth to the next. */
static void pack_panel(rondo_real *panel, int64_t pack, int64_t width, int64_t depth,
                       const rondo_real *source, int64_t along, int64_t across)
{
    if (width == pack && pack_known_width(panel, width, depth, source, along, across)) return;
    if (along == 1) {
        fill_some(panel, pack, width, depth, source, across, NULL);
        return;
    }
    for (int64_t d = 0; d < depth; d++)
        for (int64_t i = 0; i < pack; i++)
            panel[d * pack + i] = i < width ? source[i * along + d * across] : 0;
}

void rondo_panels_pack_rows(rondo_real *packed, int64_t rows, rondo_matrix a, int64_t depth_start,
                            int64_t depth)
{
    const rondo_panel_sizes *k = rondo_panel_sizes_get();
    const rondo_real *start = a.data + depth_start * a.column_stride;
    rows = rondo_panels_rows_at_once(k, rows, depth);
    for (int64_t row = 0; row < rows; row += k->row_block) {
        pack_panel(packed, k->row_pack, smaller(k->row_block, rows - row), depth,
                   start + row * a.row_stride, a.row_stride, a.column_stride);
        packed += k->row_pack * depth;
    }
}

/* Rows [0, width) of a panel, each from where it lies. */
static void pack_apart(const rondo_panel_sizes *k, rondo_real *restrict panel, int64_t width,
                       int64_t depth, const rondo_real *data, int64_t stride, const int64_t *index)
{
    for (int64_t i = 0; i < k->row_pack; i++) {
        const rondo_real *row = i < width ? data + index[i] * stride : NULL;
        for (int64_t d = 0; d < depth; d++)
            panel[d * k->row_pack + i] = row ? row[d] : 0;
    }
}

void rondo_panels_pack_scattered(rondo_real *packed, int64_t rows, const rondo_real *data,
                                 int64_t stride, const int64_t *index, int64_t depth_start,
                                 int64_t depth)
{
    const rondo_panel_sizes *k = rondo_panel_sizes_get();
    const rondo_real *start = data + depth_start;
    rows = rondo_panels_rows_at_once(k, rows, depth);
    for (int64_t row = 0; row < rows; row += k->row_block) {
        int64_t width = smaller(k->row_block, rows - row);
        if (rondo_panels_follow(index + row, width))
            pack_panel(packed, k->row_pack, width, depth, start + index[row] * stride, stride, 1);
        else
            pack_apart(k, packed, width, depth, start, stride, index + row);
        packed += k->row_pack * depth;
    }
}

/* Whole panels of a matrix stored by rows, row by row: reading it panel by panel would touch a new page at
 * every depth. Panel p of depth d goes to packed[(p * depth + d) * width]. */
static inline __attribute__((always_inline)) void
pack_rows_width(rondo_real *restrict packed, const int64_t width, int64_t panels, int64_t depth,
                const rondo_real *restrict source, int64_t stride, const int64_t *index)
{
    enum { AHEAD = 8, SHORT_BYTES = 256 }; /* short pieces cost more to ask for than they gain */
    size_t bytes = (size_t)(panels * width) * sizeof *source;
    for (int64_t d = 0; d < depth; d++) {
        const rondo_real *restrict row = source + (index ? index[d] : d) * stride;
        int64_t next = smaller(d + AHEAD, depth - 1);
        if (bytes > SHORT_BYTES)
            rondo_prefetch(source + (index ? index[next] : next) * stride, bytes);
        for (int64_t p = 0; p < panels; p++)
            copy_width(packed + (p * depth + d) * width, width, row + p * width);
    }
}

static bool pack_rows(rondo_real *packed, int64_t width, int64_t panels, int64_t depth,
                      const rondo_real *source, int64_t stride, const int64_t *index)
{
    if (width == 32)
        pack_rows_width(packed, 32, panels, depth, source, stride, index);
    else if (width == 16)
        pack_rows_width(packed, 16, panels, depth, source, stride, index);
    else if (width == 8)
        pack_rows_width(packed, 8, panels, depth, source, stride, index);
    else
        return false;
    return true;
}

/* Columns [first_panel, +panel_count) of one depth block, packed at `block`. */
static void pack_right_block(rondo_real *block, int64_t columns, int64_t depth, rondo_matrix b,
                             int64_t first_panel, int64_t panel_count)
{
    const rondo_panel_sizes *k = rondo_panel_sizes_get();
    int64_t whole = smaller(panel_count, columns / k->column_block - first_panel);
    const rondo_real *start = b.data + first_panel * k->column_block * b.column_stride;
    rondo_real *panel = block + first_panel * k->column_pack * depth;
    bool by_rows = b.column_stride == 1 && k->column_pack == k->column_block && whole > 0 &&
                   pack_rows(panel, k->column_block, whole, depth, start, b.row_stride, NULL);
    for (int64_t p = by_rows ? whole : 0; p < panel_count; p++) {
        int64_t column = (first_panel + p) * k->column_block;
        pack_panel(panel + p * k->column_pack * depth, k->column_pack,
                   smaller(k->column_block, columns - column), depth,
                   start + p * k->column_block * b.column_stride, b.column_stride, b.row_stride);
    }
}

void rondo_panels_pack(rondo_real *packed, int64_t depth, int64_t columns, rondo_matrix b,
                       int64_t first_panel, int64_t panel_count)
{
    const rondo_panel_sizes *k = rondo_panel_sizes_get();
    int64_t panels = rondo_panels_count(columns);
    for (int64_t start = 0; start < depth; start += k->depth_block) {
        rondo_matrix rest = {b.data + start * b.row_stride, b.row_stride, b.column_stride};
        pack_right_block(packed + start * panels * k->column_pack, columns,
                         smaller(k->depth_block, depth - start), rest, first_panel, panel_count);
    }
}

void rondo_panels_pack_depths(rondo_real *left, int64_t rows, int64_t depth, int64_t first_depth,
                              int64_t depth_count, const rondo_real *data, int64_t stride)
{
    const rondo_panel_sizes *k = rondo_panel_sizes_get();
    int64_t panels = rondo_panels_left_count(rows), end = first_depth + depth_count;
    int64_t in_panels = rondo_panels_rows(k, rows);
    for (int64_t from = first_depth, to; from < end; from = to) {
        int64_t start = from / k->depth_block * k->depth_block;
        int64_t block_depth = smaller(k->depth_block, depth - start);
        to = smaller(start + block_depth, end);
        rondo_real *panel = left + start * panels * k->row_pack;
        const rondo_real *source = data + from - first_depth;
        for (int64_t row = 0; row < in_panels; row += k->row_block) {
            pack_panel(panel + (from - start) * k->row_pack, k->row_pack,
                       smaller(k->row_block, in_panels - row), to - from, source + row * stride,
                       stride, 1);
            panel += k->row_pack * block_depth;
        }
        for (int64_t row = in_panels; row < rows; row++, panel += block_depth)
            memcpy(panel + from - start, source + row * stride,
                   (size_t)(to - from) * sizeof *panel);
    }
}

/* Depths [0, depth) of one panel, gathered from rows of `data`. */
static inline __attribute__((always_inline)) void gather_width(rondo_real *restrict panel,
                                                               const int64_t width, int64_t depth,
                                                               const rondo_real *restrict data,
                                                               int64_t stride, const int64_t *index)
{
    for (int64_t d = 0; d < depth; d++)
        copy_width(panel + d * width, width, data + index[d] * stride);
}

static void gather_panel(rondo_real *panel, int64_t pack, int64_t width, int64_t depth,
                         const rondo_real *data, int64_t stride, const int64_t *index)
{
    if (width == 6 && pack == 6)
        gather_width(panel, 6, depth, data, stride, index);
    else if (width == 8 && pack == 8)
        gather_width(panel, 8, depth, data, stride, index);
    else if (width == 16 && pack == 16)
        gather_width(panel, 16, depth, data, stride, index);
    else if (width == 32 && pack == 32)
        gather_width(panel, 32, depth, data, stride, index);
    else
        fill_some(panel, pack, width, depth, data, stride, index);
}

void rondo_panels_pack_columns(rondo_real *packed, int64_t depth, int64_t columns, rondo_matrix b,
                               const int64_t *index, int64_t depth_start)
{
    const rondo_panel_sizes *k = rondo_panel_sizes_get();
    if (!index) {
        b.data += depth_start * b.row_stride;
        pack_right_block(packed, columns, depth, b, 0, rondo_panels_count(columns));
        return;
    }
    int64_t whole = k->column_pack == k->column_block ? columns / k->column_block : 0;
    index += depth_start;
    if (whole > 0 && !pack_rows(packed, k->column_block, whole, depth, b.data, b.row_stride, index))
        whole = 0;
    for (int64_t p = whole; p * k->column_block < columns; p++)
        gather_panel(packed + p * k->column_pack * depth, k->column_pack,
                     smaller(k->column_block, columns - p * k->column_block), depth,
                     b.data + p * k->column_block, b.row_stride, index);
}

/* Panels [first_panel, +panel_count) of one depth block. Many are filled row by row, because long pieces of
 * rows come faster from memory; few one by one, because rows of panels stand in each other's way in a cache. */
static void pack_left_block(rondo_real *block, int64_t rows, int64_t depth, const rondo_real *data,
                            int64_t stride, const int64_t *index, int64_t first_panel,
                            int64_t panel_count)
{
    enum { FEW = 8 };
    const rondo_panel_sizes *k = rondo_panel_sizes_get();
    int64_t whole = smaller(panel_count, rows / k->row_block - first_panel);
    rondo_real *panel = block + first_panel * k->row_pack * depth;
    const rondo_real *start = data + first_panel * k->row_block;
    bool by_rows = k->row_pack == k->row_block && whole > FEW &&
                   pack_rows(panel, k->row_block, whole, depth, start, stride, index);
    for (int64_t p = by_rows ? whole : 0; p < panel_count; p++) {
        int64_t row = (first_panel + p) * k->row_block, width = smaller(k->row_block, rows - row);
        rondo_real *out = panel + p * k->row_pack * depth;
        if (index)
            gather_panel(out, k->row_pack, width, depth, data + row, stride, index);
        else
            pack_panel(out, k->row_pack, width, depth, data + row, 1, stride);
    }
}

void rondo_panels_pack_left(rondo_real *packed, int64_t rows, int64_t depth, const rondo_real *data,
                            int64_t stride, const int64_t *index, int64_t first_panel,
                            int64_t panel_count)
{
    const rondo_panel_sizes *k = rondo_panel_sizes_get();
    int64_t panels = rondo_panels_left_count(rows);
    for (int64_t start = 0; start < depth; start += k->depth_block)
        pack_left_block(packed + start * panels * k->row_pack, rows,
                        smaller(k->depth_block, depth - start),
                        index ? data : data + start * stride, stride, index ? index + start : NULL,
                        first_panel, panel_count);
}
