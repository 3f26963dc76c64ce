#include "evaluate/label_count.h"

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

double rondo_label_precision(const rondo_label_count *count)
{
    return share(count->correct, count->predicted);
}

double rondo_label_recall(const rondo_label_count *count)
{
    return share(count->correct, count->gold);
}

double rondo_label_f1(const rondo_label_count *count)
{
    double precision = rondo_label_precision(count), recall = rondo_label_recall(count);
    double sum = precision + recall;
    return sum > 0 ? 2 * precision * recall / sum : 0;
}
