#include "command/bench_report.h"

#include <math.h>
#include <stdio.h>

#include "base/json.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/processor.h"
#include "base/product.h"
#include "base/version.h"
#include "bench/benchmark_pairs.h"

static const double giga = 1e9;
static const double tolerable_background_load = 0.05;

/* --- tables --- */

void rondo_bench_print_title(void)
{
    printf("%-42s %12s %10s %10s %8s %12s\n", "case", "ms a step", "GFLOP/s", "peak", "share",
           "tokens/s");
}

static void print_speedup(int threads, double times, int64_t pairs, const char *where)
{
    if (pairs > 0)
        printf("  %d threads: %.2f times as fast as one%s (%lld pairs)\n", threads, times, where,
               (long long)pairs);
}

void rondo_bench_print_line(const rondo_bench_case *c)
{
    const rondo_benchmark_result *r = &c->result;
    printf("%-42s %12.3f %10.2f %10.2f %7.1f%% %12.0f\n", c->name, 1e3 * r->seconds_per_step,
           r->flops / giga, r->peak_flops / giga, 100 * r->share_of_peak, r->tokens_per_second);
    print_speedup(r->threads, r->speedup, r->speedup_pairs, "");
    print_speedup(r->threads, r->speedup_no_shared_cache, r->no_shared_cache_pairs,
                  ", without a shared cache");
    if (r->unequal_cores_pairs > 0)
        printf("  not counted: %lld pairs while processors changed or were not equally fast\n",
               (long long)r->unequal_cores_pairs);
    if (c->rival.cell)
        printf("  %.2f times as fast as %s, which takes %.3f ms (turns: %.2f to %.2f)\n",
               c->rival.ratio, c->rival.cell, 1e3 * c->rival.seconds_per_step, c->rival.lowest,
               c->rival.highest);
}

static void print_phase(const char *name, double seconds, const rondo_benchmark_result *r,
                        double flops)
{
    printf("  %-20s %12.3f %7.1f%%", name, 1e3 * seconds, 100 * seconds / r->profiled_seconds);
    if (flops > 0) printf(" %10.2f %7.1f%%", flops / giga, 100 * flops / r->peak_flops);
    printf("\n");
}

void rondo_bench_print_phases(const rondo_bench_case *c)
{
    const rondo_benchmark_result *r = &c->result;
    printf("  %-20s %12s %8s %10s %8s\n", "phase", "ms a step", "of time", "GFLOP/s", "of peak");
    for (int phase = 0; phase < RONDO_PHASE_CHECKPOINT; phase++)
        if (r->phase_seconds[phase] > 0)
            print_phase(rondo_phase_name((rondo_phase)phase), r->phase_seconds[phase], r,
                        r->phase_flops[phase]);
    print_phase("waiting", r->waiting, r, 0);
    printf("  %-20s %12.3f\n", "all", 1e3 * r->profiled_seconds);
    if (r->checkpoint_seconds > 0)
        printf("  %-20s %12.3f each time one is written\n",
               rondo_phase_name(RONDO_PHASE_CHECKPOINT), 1e3 * r->checkpoint_seconds);
    printf("  %d of %d threads used, %d in the recurrence\n", r->threads, c->threads,
           r->recurrence_threads);
}

void rondo_bench_trouble_add(rondo_bench_trouble *trouble, const rondo_benchmark_result *result)
{
    trouble->background_load = fmax(trouble->background_load, result->background_load);
    trouble->core_to_core_latency =
        fmax(trouble->core_to_core_latency, result->core_to_core_latency);
    trouble->core_speed_loss = fmax(trouble->core_speed_loss, 1 - result->core_speed_ratio);
}

void rondo_bench_print_trouble(const rondo_bench_trouble *trouble)
{
    if (trouble->core_speed_loss > 1 - rondo_benchmark_equal_cores)
        rondo_log_warning("processors were not equally fast: the slowest did %.0f %% of what the "
                          "fastest did; other machines on the same cores, or slow cores",
                          100 * (1 - trouble->core_speed_loss));
    if (trouble->core_to_core_latency > rondo_benchmark_latency_within_cache)
        rondo_log_warning("threads shared no cache in at least one case: the core-to-core latency "
                          "was %.0f ns, not 30, which slows small layers",
                          1e9 * trouble->core_to_core_latency);
    if (trouble->background_load > tolerable_background_load)
        rondo_log_warning("other programs used up to %.0f %% of this machine during the "
                          "measurement: it can be faster than shown",
                          100 * trouble->background_load);
}

/* --- JSON --- */

void rondo_bench_json_begin(rondo_json *json)
{
    rondo_json_begin(json, NULL, '{');
    rondo_json_string(json, "rondo", RONDO_VERSION);
    rondo_json_break(json, 1);
    rondo_json_begin(json, "machine", '{');
    rondo_json_string(json, "processor", rondo_processor_name());
    rondo_json_integer(json, "processors", rondo_parallel_processors());
    rondo_json_string(json, "products", rondo_product_kernel());
    rondo_json_string(json, "kernels", rondo_product_reason());
    rondo_json_string(json, "vectors", rondo_processor_vectors());
    rondo_json_integer(json, "real_bytes", sizeof(rondo_real));
    rondo_json_end(json, '}');
    rondo_json_break(json, 1);
    rondo_json_begin(json, "cases", '[');
}

static void add_phases(rondo_json *json, const rondo_benchmark_result *r)
{
    rondo_json_begin(json, "phases", '[');
    for (int phase = 0; phase < RONDO_PHASE_CHECKPOINT; phase++) {
        rondo_json_begin(json, NULL, '{');
        rondo_json_string(json, "name", rondo_phase_name((rondo_phase)phase));
        rondo_json_rounded(json, "seconds", r->phase_seconds[phase], 6);
        rondo_json_rounded(json, "gflops", r->phase_flops[phase] / giga, 5);
        rondo_json_end(json, '}');
    }
    rondo_json_end(json, ']');
    rondo_json_rounded(json, "waiting_seconds", r->waiting, 6);
    rondo_json_rounded(json, "profiled_seconds", r->profiled_seconds, 6);
    rondo_json_integer(json, "recurrence_threads", r->recurrence_threads);
}

static void add_speedups(rondo_json *json, const rondo_benchmark_result *r)
{
    if (r->speedup_pairs > 0) {
        rondo_json_rounded(json, "speedup", r->speedup, 4);
        rondo_json_integer(json, "speedup_pairs", r->speedup_pairs);
    }
    if (r->no_shared_cache_pairs > 0) {
        rondo_json_rounded(json, "speedup_apart", r->speedup_no_shared_cache, 4);
        rondo_json_integer(json, "speedup_apart_pairs", r->no_shared_cache_pairs);
    }
    if (r->unequal_cores_pairs > 0)
        rondo_json_integer(json, "speedup_uneven_pairs", r->unequal_cores_pairs);
}

void rondo_bench_json_shape(rondo_json *json, const rondo_bench_case *c)
{
    rondo_json_string(json, "name", c->name);
    rondo_json_string(json, "cell", c->cell);
    rondo_json_integer(json, "hidden", c->hidden);
    rondo_json_integer(json, "batch", c->batch);
    rondo_json_integer(json, "length", c->length);
    rondo_json_integer(json, "layers", c->layers);
    rondo_json_bool(json, "bidirectional", c->bidirectional);
    rondo_json_bool(json, "ragged", c->ragged);
    rondo_json_integer(json, "threads", c->threads);
}

static void add_rival(rondo_json *json, const rondo_bench_rival *rival)
{
    rondo_json_begin(json, "against", '{');
    rondo_json_string(json, "cell", rival->cell);
    rondo_json_rounded(json, "seconds_per_step", rival->seconds_per_step, 6);
    rondo_json_rounded(json, "times_as_fast", rival->ratio, 4);
    rondo_json_rounded(json, "lowest", rival->lowest, 4);
    rondo_json_rounded(json, "highest", rival->highest, 4);
    rondo_json_end(json, '}');
}

void rondo_bench_json_case(rondo_json *json, const rondo_bench_case *c, bool phases)
{
    const rondo_benchmark_result *r = &c->result;
    rondo_json_break(json, 2);
    rondo_json_begin(json, NULL, '{');
    rondo_bench_json_shape(json, c);
    rondo_json_integer(json, "threads_used", r->threads);
    rondo_json_integer(json, "steps", r->steps);
    rondo_json_rounded(json, "seconds_per_step", r->seconds_per_step, 6);
    rondo_json_rounded(json, "gflops", r->flops / giga, 5);
    rondo_json_rounded(json, "peak_gflops", r->peak_flops / giga, 5);
    rondo_json_rounded(json, "share_of_peak", r->share_of_peak, 4);
    rondo_json_rounded(json, "tokens_per_step", r->tokens_per_step, 6);
    rondo_json_rounded(json, "tokens_per_second", r->tokens_per_second, 6);
    add_speedups(json, r);
    rondo_json_rounded(json, "disturbance", r->background_load, 3);
    rondo_json_rounded(json, "exchange_nanoseconds", 1e9 * r->core_to_core_latency, 3);
    rondo_json_rounded(json, "evenness", r->core_speed_ratio, 3);
    if (c->rival.cell) add_rival(json, &c->rival);
    if (phases) add_phases(json, r);
    rondo_json_end(json, '}');
}

void rondo_bench_json_end(rondo_json *json)
{
    rondo_json_break(json, 1);
    rondo_json_end(json, ']');
}
