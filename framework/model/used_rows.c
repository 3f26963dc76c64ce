#include "model/used_rows.h"

#include <string.h>

int64_t rondo_used_rows_find(const int32_t *symbols, int64_t tokens, int64_t rows, uint8_t *marks,
                             int32_t *used)
{
    int64_t count = 0;
    memset(marks, 0, (size_t)rows);
    for (int64_t n = 0; n < tokens; n++)
        marks[symbols[n]] = 1;
    for (int64_t row = 0; row < rows; row++)
        if (marks[row]) used[count++] = (int32_t)row;
    return count;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Place in the list of the first used row that is not before `row`. */
static int64_t place_of(const rondo_used_rows *used, int64_t row)
{
    int64_t low = 0, high = used->count;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (used->used[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static rondo_parameter_span span_to(int64_t first, int64_t end)
{
    return (rondo_parameter_span){first, first < end ? end - first : 0};
}

/* Used rows that follow one another are one span. */
rondo_parameter_span rondo_used_rows_span(const rondo_used_rows *used, int64_t from, int64_t end)
{
    if (!used) return span_to(from, end);
    int64_t behind = used->offset + used->rows * used->columns;
    if (from < used->offset) return span_to(from, least(end, used->offset));
    if (from >= behind) return span_to(from, end);
    int64_t place = place_of(used, (from - used->offset) / used->columns), last = place;
    if (place == used->count) return span_to(behind, end);
    while (last + 1 < used->count && used->used[last + 1] == used->used[last] + 1)
        last++;
    int64_t first = used->offset + used->used[place] * used->columns;
    int64_t stop = used->offset + (used->used[last] + 1) * used->columns;
    return span_to(first > from ? first : from, least(end, stop));
}
