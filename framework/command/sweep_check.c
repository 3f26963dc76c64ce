#include "command/sweep_check.h"

#include <stdio.h>

#include "base/parallel.h"
#include "base/processor.h"
#include "command/command.h"
#include "command/data_hint.h"
#include "command/stop.h"
#include "sweep/estimate.h"

static const double measuring_seconds = 30; /* for all shapes together */

typedef struct check {
    const rondo_sweep *sweep;
    rondo_plan *plan;
    rondo_shapes shapes;
    rondo_estimate estimate;
} check;

/* "45 s", "12 min", "3.4 h", "5 days" */
static void add_time(rondo_text *text, double seconds)
{
    if (seconds < 100)
        rondo_text_add(text, "%.*f s", seconds < 10 ? 2 : 0, seconds);
    else if (seconds < 6000)
        rondo_text_add(text, "%.0f min", seconds / 60);
    else if (seconds < 48 * 3600)
        rondo_text_add(text, "%.1f h", seconds / 3600);
    else
        rondo_text_add(text, "%.1f days", seconds / 86400);
}

static void add_budget(const check *c, rondo_text *text)
{
    const rondo_budget_config *budget = &c->sweep->budget;
    char seconds[32];
    if (budget->parameters > 0) {
        rondo_text_add(text, "budget: at most %lld parameters, with",
                       (long long)budget->parameters);
        for (int64_t i = 0; i < budget->solve_count; i++)
            rondo_text_add(text, "%s %s", i > 0 ? "," : "", budget->solve[i]);
        rondo_text_add(text, " as large as they allow\n");
    }
    if (budget->tokens > 0)
        rondo_text_add(text,
                       "budget: %lld training tokens per run, as update steps of the mean size, "
                       "rounded up (train.max_steps)\n",
                       (long long)budget->tokens);
    if (budget->seconds > 0)
        rondo_text_add(text,
                       "budget: %s s of update steps per run, or train.epochs if they end sooner; "
                       "results then depend on the machine\n",
                       rondo_text_of_real(budget->seconds, seconds));
}

static void add_count(rondo_text *text, int64_t count, const char *what)
{
    rondo_text_add(text, "%lld %s%s", (long long)count, what, count == 1 ? "" : "s");
}

static void add_head(const check *c, rondo_text *text)
{
    const rondo_plan *plan = c->plan;
    const char *separator = "";
    rondo_text_add(text, "sweep %s in %s: ", plan->name, c->sweep->output.folder);
    add_count(text, plan->run_count, "run");
    rondo_text_add(text, ": ");
    add_count(text, plan->variant_count, "variant");
    rondo_text_add(text, ", ");
    add_count(text, c->sweep->seed_count, "seed");
    rondo_text_add(text, "\n");
    rondo_text_add(text, "a seed changes: ");
    for (int s = 0; s < RONDO_SEEDS; s++) {
        if (!plan->vary[s]) continue;
        rondo_text_add(text, "%s%s", separator, rondo_seed_name((rondo_seed)s));
        separator = ", ";
    }
    rondo_text_add(text, "\n");
    if (plan->search)
        rondo_text_add(text, "search: %lld trials, the same draws for all variants\n",
                       (long long)c->sweep->search.trials);
    add_budget(c, text);
    if (plan->halving.rung_count > 0) {
        rondo_text_add(text, "halving: by %s, runs that train to epoch", plan->halving.metric);
        int64_t alive = plan->run_count;
        for (int64_t i = 0; i < plan->halving.rung_count; i++) {
            rondo_text_add(text, "%s %lld: %lld", i > 0 ? "," : "",
                           (long long)plan->halving.rungs[i], (long long)alive);
            alive = rondo_halving_keep(&plan->halving, alive);
        }
        rondo_text_add(text, "\n");
    }
    if (plan->metric) {
        char margin[32];
        rondo_text_add(text, "compare: %s", plan->metric);
        if (plan->baseline) rondo_text_add(text, ", with %s", plan->baseline);
        if (plan->margin > 0)
            rondo_text_add(text, ", margin %s", rondo_text_of_real(plan->margin, margin));
        rondo_text_add(text, "\n");
    }
}

static void add_variants(const check *c, rondo_text *text)
{
    rondo_text_add(text, "\n%12s %12s %13s %12s  variant\n", "parameters", "memory",
                   "FLOPs per run", "time per run");
    for (int64_t v = 0; v < c->plan->variant_count; v++) {
        const rondo_plan_variant *variant = &c->plan->variants[v];
        rondo_text time = {0};
        char memory[32];
        snprintf(memory, sizeof memory, "%.1f MiB",
                 (double)c->shapes.items[c->shapes.of_variant[v]].memory / (1024.0 * 1024.0));
        add_time(&time, c->estimate.run_seconds[v]);
        rondo_text_add(text, "%12lld %12s %13.3g %12s  %s:", (long long)variant->parameters, memory,
                       c->estimate.run_flops[v], rondo_text_get(&time), variant->name);
        for (int64_t i = 0; i < variant->settings.count; i++)
            rondo_text_add(text, " %s=%s", variant->settings.items[i].path,
                           variant->settings.items[i].value);
        rondo_text_add(text, "\n");
        text->failed |= time.failed;
        rondo_text_finish(&time);
    }
}

static void add_total(const check *c, rondo_text *text)
{
    const rondo_estimate *estimate = &c->estimate;
    int workers = rondo_parallel_processors();
    rondo_text_add(text, "\ntotal: %.3g FLOPs, ", estimate->flops);
    add_time(text, estimate->seconds);
    rondo_text_add(text, " with one worker of one thread, ");
    add_time(text, estimate->seconds / workers);
    rondo_text_add(text, " with %d (the processors here)", workers);
    if (c->plan->halving.rung_count > 0)
        rondo_text_add(text, "; %.0f %% of what it would be without halving",
                       100 * estimate->halving_share);
    rondo_text_add(text,
                   "\ntimes are estimated from %lld update steps each of %lld of %lld different "
                   "networks, measured now\n",
                   5LL, (long long)estimate->measured, (long long)c->shapes.count);
    rondo_text_add(text,
                   "program and data: %.1f MiB per worker, in addition to the memory of a run\n",
                   (double)rondo_processor_memory() / (1024.0 * 1024.0));
}

static void add_runs(const check *c, rondo_text *text)
{
    rondo_text_add(text, "\nruns\n");
    for (int64_t i = 0; i < c->plan->run_count; i++)
        rondo_text_add(text, "  %s\n", c->plan->runs[i].folder);
}

rondo_status rondo_sweep_hint(const rondo_sweep *sweep, rondo_registry *registry,
                              rondo_error *error)
{
    rondo_experiment *base;
    rondo_error ignored = {0};
    rondo_text hint = {0};
    if (rondo_experiment_load(sweep->base_path, NULL, 0, registry, &base, &ignored))
        return error->status;
    rondo_data_hint(sweep->base_path, base, &hint);
    rondo_experiment_destroy(base);
    rondo_data_hint_add(&hint, error);
    rondo_text_finish(&hint);
    return error->status;
}

rondo_status rondo_sweep_check_run(const rondo_sweep *sweep, rondo_registry *registry,
                                   rondo_error *error)
{
    enum { KEPT = 4 };
    check c = {.sweep = sweep};
    rondo_dataset_cache *cache;
    rondo_text text = {0};
    rondo_status status = rondo_dataset_cache_create(KEPT, &cache, error);
    if (status) return status;
    status = rondo_plan_make_on(sweep, registry, cache, &c.shapes, &c.plan, error);
    if (status) rondo_sweep_hint(sweep, registry, error);
    if (!status) status = rondo_plan_check_folder(sweep, c.plan, error);
    if (!status)
        status = rondo_estimate_make(sweep, c.plan, &c.shapes, registry, cache, measuring_seconds,
                                     rondo_stop_catch(), &c.estimate, error);
    if (!status) {
        add_head(&c, &text);
        add_variants(&c, &text);
        add_total(&c, &text);
        add_runs(&c, &text);
        status = rondo_command_print_report(&text, error);
    }
    rondo_plan_destroy(c.plan);
    rondo_dataset_cache_destroy(cache);
    return status;
}
