#include "infer/sampling.h"

#include <math.h>
#include <stdlib.h>

#include "data/text/vocabulary.h"

static int compare(const void *left, const void *right)
{
    const rondo_candidate *a = left, *b = right;
    if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
    return (a->symbol > b->symbol) - (a->symbol < b->symbol);
}

static int64_t find_largest(const rondo_real *logits, int64_t first, int64_t width)
{
    int64_t best = first;
    for (int64_t i = first; i < width; i++)
        if (logits[i] > logits[best]) best = i;
    return best;
}

/* How many of the sorted candidates both filters leave. */
static int64_t count_kept(const rondo_sampling_config *config, const rondo_candidate *candidates,
                          int64_t count)
{
    double sum = 0, reached = 0;
    int64_t kept = 0;
    if (config->top_k > 0 && config->top_k < count) count = config->top_k;
    if (config->top_p >= 1) return count;
    for (int64_t i = 0; i < count; i++)
        sum += candidates[i].weight;
    do
        reached += candidates[kept++].weight;
    while (kept < count && reached < config->top_p * sum);
    return kept;
}

static void filter(const rondo_sampling_config *config, int64_t first, int64_t width,
                   rondo_candidate *candidates, double *weights)
{
    int64_t count = width - first;
    for (int64_t i = 0; i < count; i++)
        candidates[i] = (rondo_candidate){weights[first + i], (int32_t)(first + i)};
    qsort(candidates, (size_t)count, sizeof *candidates, compare);
    for (int64_t i = count_kept(config, candidates, count); i < count; i++)
        weights[candidates[i].symbol] = 0;
}

double rondo_sampling_weigh(const rondo_sampling_config *config, const rondo_real *logits,
                            int64_t width, rondo_candidate *candidates, double *weights)
{
    int64_t first = config->allow_unknown ? RONDO_UNKNOWN_ID : RONDO_UNKNOWN_ID + 1;
    int64_t best = find_largest(logits, first, width);
    double sum = 0;
    for (int64_t i = 0; i < width; i++) {
        double below = (double)logits[i] - (double)logits[best];
        weights[i] = i < first                  ? 0
                     : config->temperature <= 0 ? i == best
                                                : exp(below / config->temperature);
    }
    if (config->top_k > 0 || config->top_p < 1) filter(config, first, width, candidates, weights);
    for (int64_t i = 0; i < width; i++)
        sum += weights[i];
    return sum;
}

int32_t rondo_sampling_pick(const double *weights, double sum, int64_t width, double uniform)
{
    double left = uniform * sum;
    int32_t last = RONDO_END_ID;
    for (int32_t i = 0; i < width; i++) {
        if (weights[i] <= 0) continue;
        last = i;
        left -= weights[i];
        if (left < 0) break;
    }
    return last;
}
