#include "model/used_rows.h"

#include <string.h>

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static rondo_parameter_span span_to(int64_t first, int64_t end)
{
    first = least(first, end);
    return (rondo_parameter_span){first, end - first};
}

/* The first row from `row` on that is, or is not, used; the embedding's end where there is none. */
static int64_t next_row(const rondo_used_rows *used, int64_t row, int is_used)
{
    const uint8_t *found = memchr(used->is_used + row, is_used, (size_t)(used->rows - row));
    return found ? found - used->is_used : used->rows;
}

/* Used rows that follow one another are one span. */
rondo_parameter_span rondo_used_rows_span(const rondo_used_rows *used, int64_t from, int64_t end)
{
    if (!used || from >= used->offset + used->rows * used->columns) return span_to(from, end);
    if (from < used->offset) return span_to(from, least(end, used->offset));
    int64_t row = next_row(used, (from - used->offset) / used->columns, 1);
    if (row == used->rows) return span_to(used->offset + row * used->columns, end);
    int64_t first = used->offset + row * used->columns;
    int64_t stop = used->offset + next_row(used, row, 0) * used->columns;
    return span_to(first > from ? first : from, least(end, stop));
}
