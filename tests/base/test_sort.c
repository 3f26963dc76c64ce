/* Orders and medians by hand. */
#include <math.h>

#include "base/sort.h"
#include "check.h"

static void medians(void)
{
    double odd[] = {3.5, -1.25, 2.75}, even[] = {9, 1, 4, 2}, one[] = {6.5};
    CHECK_NEAR(rondo_median(odd, 3), 2.75, 0);
    CHECK_NEAR(rondo_median(even, 4), 3, 0);
    CHECK_NEAR(rondo_median(one, 1), 6.5, 0);
    CHECK_NEAR(rondo_median(one, 0), 0, 0);
}

static void orders(void)
{
    double numbers[] = {2, INFINITY, -0.5, 2, -INFINITY, 1e-300};
    const double rising[] = {-INFINITY, -0.5, 1e-300, 2, 2, INFINITY};
    int64_t counts[] = {3, INT64_MIN, 7, 3, INT64_MAX};
    const int64_t falling[] = {INT64_MAX, 7, 3, 3, INT64_MIN};
    rondo_sort_numbers(numbers, 6);
    for (int i = 0; i < 6; i++)
        CHECK(numbers[i] == rising[i]);
    rondo_sort_falling(counts, 5);
    for (int i = 0; i < 5; i++)
        CHECK_INTEGER(counts[i], falling[i]);
    rondo_sort_numbers(NULL, 0);
    rondo_sort_falling(NULL, 0);
}

int main(void)
{
    RUN(medians);
    RUN(orders);
    return check_end();
}
