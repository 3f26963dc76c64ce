#include "command/bench_report.h"

#include <math.h>
#include <stdio.h>

#include "base/json.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/processor.h"
#include "base/product.h"
#include "base/version.h"

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
                  ", without a common cache");
    if (r->unequal_cores_pairs > 0)
        printf("  not counted: %lld pairs while processors changed or were not equally fast\n",
               (long long)r->unequal_cores_pairs);
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
        rondo_log_warning("threads shared no cache in at least one case: what one wrote reached "
                          "another after %.0f ns, not 30; small layers are slower then",
                          1e9 * trouble->core_to_core_latency);
    if (trouble->background_load > tolerable_background_load)
        rondo_log_warning("other programs used up to %.0f %% of this machine meanwhile: these "
                          "figures are not what it can do",
                          100 * trouble->background_load);
}

/* --- JSON --- */

void rondo_bench_json_begin(rondo_text *json)
{
    rondo_text_add(json, "{\"rondo\": \"%s\",\n \"machine\": {\"processor\": ", RONDO_VERSION);
    rondo_json_add_string(json, rondo_processor_name());
    rondo_text_add(json, ", \"processors\": %d, \"products\": ", rondo_parallel_processors());
    rondo_json_add_string(json, rondo_product_kernel());
    rondo_text_add(json, ", \"vectors\": \"%s\", \"real_bytes\": %zu},\n \"cases\": [",
                   rondo_processor_vectors(), sizeof(rondo_real));
}

static void add_phases(rondo_text *json, const rondo_benchmark_result *r)
{
    rondo_text_add(json, ", \"phases\": [");
    for (int phase = 0; phase < RONDO_PHASE_CHECKPOINT; phase++)
        rondo_text_add(json, "%s{\"name\": \"%s\", \"seconds\": %.6g, \"gflops\": %.5g}",
                       phase > 0 ? ", " : "", rondo_phase_name((rondo_phase)phase),
                       r->phase_seconds[phase], r->phase_flops[phase] / giga);
    rondo_text_add(json, "], \"waiting_seconds\": %.6g, \"profiled_seconds\": %.6g", r->waiting,
                   r->profiled_seconds);
    rondo_text_add(json, ", \"recurrence_threads\": %d", r->recurrence_threads);
}

static void add_speedup(rondo_text *json, const char *name, double times, int64_t pairs)
{
    if (pairs > 0)
        rondo_text_add(json, ", \"%s\": %.4g, \"%s_pairs\": %lld", name, times, name,
                       (long long)pairs);
}

void rondo_bench_json_case(rondo_text *json, const rondo_bench_case *c, bool phases)
{
    const rondo_benchmark_result *r = &c->result;
    rondo_text_add(json, "\n  {\"name\": ");
    rondo_json_add_string(json, c->name);
    rondo_text_add(json, ", \"cell\": ");
    rondo_json_add_string(json, c->cell);
    rondo_text_add(json, ", \"hidden\": %lld, \"batch\": %lld, \"length\": %lld, \"layers\": %lld",
                   (long long)c->hidden, (long long)c->batch, (long long)c->length,
                   (long long)c->layers);
    rondo_text_add(json, ", \"bidirectional\": %s, \"ragged\": %s, \"threads\": %d",
                   c->bidirectional ? "true" : "false", c->ragged ? "true" : "false", c->threads);
    rondo_text_add(json, ", \"threads_used\": %d", r->threads);
    rondo_text_add(json, ", \"steps\": %lld, \"seconds_per_step\": %.6g, \"gflops\": %.5g",
                   (long long)r->steps, r->seconds_per_step, r->flops / giga);
    rondo_text_add(json,
                   ", \"peak_gflops\": %.5g, \"share_of_peak\": %.4g, \"tokens_per_second\": %.6g",
                   r->peak_flops / giga, r->share_of_peak, r->tokens_per_second);
    add_speedup(json, "speedup", r->speedup, r->speedup_pairs);
    add_speedup(json, "speedup_apart", r->speedup_no_shared_cache, r->no_shared_cache_pairs);
    if (r->unequal_cores_pairs > 0)
        rondo_text_add(json, ", \"speedup_uneven_pairs\": %lld", (long long)r->unequal_cores_pairs);
    rondo_text_add(json,
                   ", \"disturbance\": %.3g, \"exchange_nanoseconds\": %.3g, \"evenness\": %.3g",
                   r->background_load, 1e9 * r->core_to_core_latency, r->core_speed_ratio);
    if (phases) add_phases(json, r);
    rondo_text_add(json, "}");
}

void rondo_bench_json_end(rondo_text *json)
{
    rondo_text_add(json, "\n ]");
}
