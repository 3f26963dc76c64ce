#include "command/bench_steps.h"

#include <stdio.h>

#include "base/parallel.h"
#include "base/processor.h"
#include "base/product.h"
#include "command/bench_report.h"
#include "command/command.h"

static const double micro = 1e-6, giga = 1e9, mebi = 1024.0 * 1024.0;

/* The first layer stands for all. */
static rondo_bench_case case_of(const char *name, const rondo_session *session)
{
    const rondo_model_config *model = &session->experiment->model;
    return (rondo_bench_case){.name = name,
                              .cell = model->layers[0].cell->head.name,
                              .hidden = model->layers[0].hidden,
                              .batch = 1,
                              .length = 1,
                              .layers = model->layer_count,
                              .threads = session->threads};
}

static void print_text(const rondo_bench_case *c, const rondo_step_result *r)
{
    printf("%s: %s, %lld layers, the first of %lld units, one sequence step by step, %d threads\n",
           c->name, c->cell, (long long)c->layers, (long long)c->hidden, c->threads);
    printf("%s, %d processors; products: %s (%s); element-wise: %s\n\n", rondo_processor_name(),
           rondo_parallel_processors(), rondo_product_kernel(), rondo_product_reason(),
           rondo_processor_vectors());
    printf("%-22s %12.2f us, median of %lld\n", "step", r->median / micro, (long long)r->steps);
    printf("%-22s %12.2f us\n", "99th percentile", r->percentile_99 / micro);
    printf("%-22s %12.0f\n", "steps/s", r->steps_per_second);
    printf("%-22s %12.2f MiB a step, %.1f GB/s\n", "weights read", r->weight_bytes / mebi,
           r->weight_bytes / r->median / giga);
}

static rondo_status print_json(const rondo_bench_case *c, const rondo_step_result *r,
                               rondo_error *error)
{
    rondo_text text = {0};
    rondo_json json = {.text = &text};
    rondo_bench_json_begin(&json);
    rondo_json_break(&json, 2);
    rondo_json_begin(&json, NULL, '{');
    rondo_bench_json_shape(&json, c);
    rondo_json_integer(&json, "steps", r->steps);
    rondo_json_rounded(&json, "median_microseconds", r->median / micro, 5);
    rondo_json_rounded(&json, "percentile_99_microseconds", r->percentile_99 / micro, 5);
    rondo_json_rounded(&json, "steps_per_second", r->steps_per_second, 6);
    rondo_json_integer(&json, "weight_bytes", (int64_t)r->weight_bytes);
    rondo_json_end(&json, '}');
    rondo_bench_json_end(&json);
    rondo_json_end(&json, '}');
    rondo_text_add(&text, "\n");
    return rondo_command_print(&text, error);
}

rondo_status rondo_bench_steps_run(const char *name, const rondo_session *session,
                                   const rondo_step_plan *plan, bool json, rondo_error *error)
{
    rondo_step_result result;
    rondo_status status = rondo_benchmark_steps(session, plan, &result, error);
    if (status) return status;
    rondo_bench_case c = case_of(name, session);
    if (json) return print_json(&c, &result, error);
    print_text(&c, &result);
    return RONDO_OK;
}
