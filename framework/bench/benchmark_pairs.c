#include "bench/benchmark_pairs.h"

#include <math.h>

#include "bench/benchmark.h"

const double rondo_benchmark_even = 0.93;

static bool are_alike(double one, double other)
{
    return fmin(one, other) >= rondo_benchmark_even * fmax(one, other);
}

static bool is_steady(const rondo_surroundings *seen, int count, double peak_alone)
{
    for (int i = 0; i < count; i++)
        if (seen[i].apart != seen[0].apart || seen[i].peak.evenness < rondo_benchmark_even ||
            !are_alike(seen[i].peak.flops, peak_alone * seen[i].peak.threads))
            return false;
    return true;
}

rondo_status rondo_pairs_add(rondo_pairs *pairs, double rate, double rate_alone,
                             const rondo_surroundings seen[3], double peak_alone,
                             rondo_error *error)
{
    if (!is_steady(seen, 3, peak_alone)) {
        pairs->uneven++;
        return RONDO_OK;
    }
    return rondo_samples_add(seen[0].apart ? &pairs->speedups_apart : &pairs->speedups,
                             rate / rate_alone, error);
}

int64_t rondo_pairs_count(const rondo_pairs *pairs)
{
    return pairs->speedups.count + pairs->speedups_apart.count;
}

void rondo_pairs_finish(rondo_pairs *pairs)
{
    rondo_samples_finish(&pairs->speedups);
    rondo_samples_finish(&pairs->speedups_apart);
}
