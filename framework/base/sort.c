#include "base/sort.h"

#include <stdlib.h>

static int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static int compare_falling(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a < b) - (a > b);
}

void rondo_sort_numbers(double *numbers, int64_t count)
{
    if (count > 1) qsort(numbers, (size_t)count, sizeof *numbers, compare_numbers);
}

void rondo_sort_falling(int64_t *numbers, int64_t count)
{
    if (count > 1) qsort(numbers, (size_t)count, sizeof *numbers, compare_falling);
}

double rondo_median(double *numbers, int64_t count)
{
    if (count == 0) return 0;
    rondo_sort_numbers(numbers, count);
    return count % 2 ? numbers[count / 2] : (numbers[count / 2 - 1] + numbers[count / 2]) / 2;
}
