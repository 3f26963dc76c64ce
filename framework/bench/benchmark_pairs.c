#include "bench/benchmark_pairs.h"

#include <math.h>

const double rondo_benchmark_equal_cores = 0.93;

static bool are_alike(double one, double other)
{
    return fmin(one, other) >= rondo_benchmark_equal_cores * fmax(one, other);
}

static bool is_steady(const rondo_machine_sample *seen, int count, double peak_alone)
{
    for (int i = 0; i < count; i++)
        if (seen[i].no_shared_cache != seen[0].no_shared_cache ||
            seen[i].peak.core_speed_ratio < rondo_benchmark_equal_cores ||
            !are_alike(seen[i].peak.flops, peak_alone * seen[i].peak.threads))
            return false;
    return true;
}

rondo_status rondo_pairs_add(rondo_pairs *pairs, double rate, double rate_alone,
                             const rondo_machine_sample seen[3], double peak_alone,
                             rondo_error *error)
{
    if (!is_steady(seen, 3, peak_alone)) {
        pairs->unequal_cores++;
        return RONDO_OK;
    }
    return rondo_samples_add(seen[0].no_shared_cache ? &pairs->speedups_no_shared_cache
                                                     : &pairs->speedups,
                             rate / rate_alone, error);
}

int64_t rondo_pairs_count(const rondo_pairs *pairs)
{
    return pairs->speedups.count + pairs->speedups_no_shared_cache.count;
}

void rondo_pairs_finish(rondo_pairs *pairs)
{
    rondo_samples_finish(&pairs->speedups);
    rondo_samples_finish(&pairs->speedups_no_shared_cache);
}
