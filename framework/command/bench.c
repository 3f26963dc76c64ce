#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/processor.h"
#include "base/product.h"
#include "command/bench_grid.h"
#include "command/bench_report.h"
#include "command/bench_steps.h"
#include "command/command.h"
#include "command/data_hint.h"
#include "command/stop.h"
#include "train/trainer.h"

static const double seconds_of_config = 3, seconds_of_case = 1, seconds_of_quick_case = 0.2;
static const double times_for_pairs = 5; /* as long where pairs are compared */

typedef struct bench_arguments {
    const char *config;
    rondo_argument_list sets, plugins;
    int64_t steps, threads;
    bool json, grid, phases, quick, speedup, step;
    const char *cells, *hidden, *batch, *length, *layers, *directions, *shape, *against, *precision;
} bench_arguments;

/* Of a config, besides what a case has. */
typedef struct config_facts {
    double start_up_seconds; /* from the verb to the first step */
    size_t planned_memory;
} config_facts;

static double mebibytes(size_t bytes)
{
    return (double)bytes / (1024.0 * 1024.0);
}

static void print_text(const rondo_bench_case *c, const config_facts *facts)
{
    const rondo_benchmark_result *r = &c->result;
    printf(
        "%s: %s, %lld layers, the first of %lld units%s, %lld sequences x %lld steps, %d threads\n",
        c->name, c->cell, (long long)c->layers, (long long)c->hidden,
        c->bidirectional ? ", bidirectional" : "", (long long)c->batch, (long long)c->length,
        c->threads);
    printf("%s, %d processors; products: %s (%s); element-wise: %s\n\n", rondo_processor_name(),
           rondo_parallel_processors(), rondo_product_kernel(), rondo_product_reason(),
           rondo_processor_vectors());
    rondo_bench_print_phases(c);
    printf("\n%-22s %12.3f ms, median of %lld\n", "step", 1e3 * r->seconds_per_step,
           (long long)r->steps);
    printf("%-22s %12.2f GFLOP/s\n", "products", r->flops / 1e9);
    printf("%-22s %12.2f GFLOP/s, matrices of 768 x 768\n", "peak", r->peak_flops / 1e9);
    printf("%-22s %12.1f %%\n", "share of peak", 100 * r->share_of_peak);
    printf("%-22s %12.0f\n", "tokens/s", r->tokens_per_second);
    printf("%-22s %12.1f MiB; planned without data set: %.1f MiB\n", "peak memory",
           mebibytes(rondo_processor_peak_memory()), mebibytes(facts->planned_memory));
    printf("%-22s %12.1f ms, to the first step\n", "start", 1e3 * facts->start_up_seconds);
}

static rondo_status print_json(const rondo_bench_case *c, const config_facts *facts,
                               rondo_error *error)
{
    rondo_text text = {0};
    rondo_json json = {.text = &text};
    rondo_bench_json_begin(&json);
    rondo_bench_json_case(&json, c, true);
    rondo_bench_json_end(&json);
    rondo_json_break(&json, 1);
    rondo_json_integer(&json, "peak_memory_bytes", (int64_t)rondo_processor_peak_memory());
    rondo_json_integer(&json, "planned_memory_bytes", (int64_t)facts->planned_memory);
    rondo_json_break(&json, 1);
    rondo_json_rounded(&json, "start_up_seconds", facts->start_up_seconds, 6);
    rondo_json_rounded(&json, "checkpoint_seconds", c->result.checkpoint_seconds, 6);
    rondo_json_end(&json, '}');
    if (text.failed)
        rondo_error_set(error, RONDO_FAILED, "not enough memory: JSON");
    else
        puts(rondo_text_get(&text));
    rondo_text_finish(&text);
    return error->status;
}

/* The config's first layer stands for its layers. */
static rondo_bench_case case_of(const char *name, const rondo_session *session,
                                const rondo_pass_size *size, const rondo_batches *batches)
{
    const rondo_model_config *model = &session->experiment->model;
    const rondo_layer_config *first = &model->layers[0];
    int64_t room = size->rows * size->steps * rondo_batches_count(batches);
    return (rondo_bench_case){.name = name,
                              .cell = first->cell->head.name,
                              .hidden = first->hidden,
                              .batch = size->rows,
                              .length = size->steps,
                              .layers = model->layer_count,
                              .bidirectional = first->bidirectional,
                              .ragged = rondo_batches_tokens(batches) < room * 9 / 10,
                              .threads = session->threads};
}

static rondo_status run_steps(const bench_arguments *arguments, const rondo_session *session,
                              rondo_error *error)
{
    const rondo_step_plan plan = {
        .steps = arguments->steps, .seconds = seconds_of_config, .stop = rondo_stop_catch()};
    return rondo_bench_steps_run(arguments->config, session, &plan, arguments->json, error);
}

/* Single steps of what a run has learned. */
static rondo_status run_folder(const bench_arguments *arguments, rondo_registry *registry,
                               rondo_error *error)
{
    rondo_session session;
    rondo_status status = rondo_session_restore(arguments->config, false, NULL,
                                                (int)arguments->threads, registry, &session, error);
    if (status) return status;
    status = run_steps(arguments, &session, error);
    rondo_session_finish(&session);
    return status;
}

static rondo_status run_session(const bench_arguments *arguments, rondo_session *session,
                                double started, rondo_error *error)
{
    rondo_batches *batches;
    rondo_memory_plan memory;
    config_facts facts;
    rondo_pass_size size = {.threads = session->threads, .training = true};
    rondo_benchmark_plan plan = {.steps = arguments->steps,
                                 .seconds = seconds_of_config,
                                 .phases = true,
                                 .checkpoint = true,
                                 .choose_threads = session->threads_open,
                                 .stop = rondo_stop_catch()};
    rondo_status status = rondo_session_batches(session, RONDO_TRAIN, true, &batches, error);
    if (status) return status;
    rondo_pass_size_cover(&size, batches);
    rondo_bench_case c = case_of(arguments->config, session, &size, batches);
    rondo_benchmark_work work = {.session = session, .batches = batches};
    status = rondo_trainer_plan(session->network, session->experiment, session->dataset, &size,
                                &memory, error);
    facts.planned_memory = memory.total;
    facts.start_up_seconds = rondo_clock_seconds() - started;
    if (!status) status = rondo_benchmark_run(&work, &plan, &c.result, error);
    rondo_batches_destroy(batches);
    if (status) return status;
    rondo_bench_trouble trouble = {0};
    rondo_bench_trouble_add(&trouble, &c.result);
    rondo_bench_print_trouble(&trouble);
    if (arguments->json) return print_json(&c, &facts, error);
    print_text(&c, &facts);
    return RONDO_OK;
}

static rondo_status run_config(const bench_arguments *arguments, rondo_registry *registry,
                               rondo_error *error)
{
    double started = rondo_clock_seconds();
    rondo_experiment *experiment;
    rondo_session session;
    rondo_status status =
        rondo_experiment_load(arguments->config, arguments->sets.items, arguments->sets.count,
                              registry, &experiment, error);
    if (status) return status;
    if ((status = rondo_command_check_folder(experiment, error))) {
        rondo_experiment_destroy(experiment);
        return status;
    }
    status = rondo_data_hint_start(arguments->config, experiment, (int)arguments->threads, &session,
                                   error);
    if (status) return status;
    status = arguments->step ? run_steps(arguments, &session, error)
                             : run_session(arguments, &session, started, error);
    rondo_session_finish(&session);
    return status;
}

static rondo_status run_grid(const bench_arguments *arguments, rondo_registry *registry,
                             rondo_error *error)
{
    rondo_bench_grid grid = {arguments->cells,  arguments->hidden,    arguments->batch,
                             arguments->length, arguments->layers,    arguments->directions,
                             arguments->shape,  arguments->precision, arguments->against,
                             arguments->quick,  arguments->json,      (int)arguments->threads};
    double seconds = arguments->quick ? seconds_of_quick_case : seconds_of_case;
    rondo_benchmark_plan plan = {.steps = arguments->steps,
                                 .seconds =
                                     arguments->speedup ? times_for_pairs * seconds : seconds,
                                 .phases = arguments->phases,
                                 .choose_threads = arguments->threads == 0 && !arguments->speedup,
                                 .stop = rondo_stop_catch(),
                                 .speedup = arguments->speedup};
    if (grid.threads == 0) grid.threads = rondo_parallel_processors();
    return rondo_bench_grid_run(&grid, &plan, registry, error);
}

/* CONFIG or --grid, and what belongs to the other left out. */
static rondo_status check(const bench_arguments *a, rondo_error *error)
{
    bool sizes = a->cells || a->hidden || a->batch || a->length || a->layers || a->directions ||
                 a->shape || a->against || a->precision || a->quick || a->phases || a->speedup;
    if (a->grid && a->config)
        return rondo_error_set(error, RONDO_USAGE, "%s: --grid takes no config", a->config);
    if (a->grid && a->sets.count > 0)
        return rondo_error_set(error, RONDO_USAGE, "--set: --grid takes no config to override");
    if (!a->grid && !a->config)
        return rondo_error_set(error, RONDO_USAGE,
                               "CONFIG is missing: a YAML file, or --grid for fixed sizes");
    if (a->against && (a->phases || a->speedup))
        return rondo_error_set(error, RONDO_USAGE,
                               "--against: takes neither --phases nor --speedup");
    if (a->step && a->grid)
        return rondo_error_set(error, RONDO_USAGE, "--step: takes a config or a run, not --grid");
    if (a->step && a->sets.count > 0 && rondo_file_is_folder(a->config))
        return rondo_error_set(error, RONDO_USAGE, "--set: a run is measured as it was trained");
    if (!a->grid && sizes)
        return rondo_error_set(
            error, RONDO_USAGE,
            "--cells, --hidden, --batch, --length, --layers, --directions, "
            "--shape, --against, --precision, --phases, --speedup and --quick belong to --grid; a "
            "config has sizes of its own");
    return RONDO_OK;
}

rondo_status rondo_command_bench(int argc, char **argv, rondo_error *error)
{
    bench_arguments a = {0};
    const rondo_argument table[] = {
        {RONDO_ARGUMENT_WORD, "CONFIG", NULL, false, 0, 0, &a.config,
         "the experiment: a YAML file; for --step a run folder, too"},
        RONDO_ARGUMENT_SETS(a.sets),
        {RONDO_ARGUMENT_INTEGER, "--steps", "N", false, 0, 1e6, &a.steps,
         "steps to time; 0: as many as take a few seconds"},
        RONDO_ARGUMENT_THREADS(a.threads),
        {RONDO_ARGUMENT_FLAG, "--json", NULL, false, 0, 0, &a.json, "print JSON"},
        RONDO_ARGUMENT_PLUGINS(a.plugins),
        {RONDO_ARGUMENT_FLAG, "--step", NULL, false, 0, 0, &a.step,
         "time single steps of one sequence, as `rondo sample` makes them, instead of training"},
        {RONDO_ARGUMENT_FLAG, "--grid", NULL, false, 0, 0, &a.grid,
         "measure fixed sizes instead of a config, all combinations of:"},
        {RONDO_ARGUMENT_TEXT, "--cells", "LIST", false, 0, 0, &a.cells,
         "rnn,gru,lstm,lstm_peephole, or any cell plugin"},
        {RONDO_ARGUMENT_TEXT, "--hidden", "LIST", false, 0, 0, &a.hidden, "64,128,256,512,1024"},
        {RONDO_ARGUMENT_TEXT, "--batch", "LIST", false, 0, 0, &a.batch, "sequences: 16,64"},
        {RONDO_ARGUMENT_TEXT, "--length", "LIST", false, 0, 0, &a.length, "steps: 50,100"},
        {RONDO_ARGUMENT_TEXT, "--layers", "LIST", false, 0, 0, &a.layers, "1,2"},
        {RONDO_ARGUMENT_TEXT, "--directions", "LIST", false, 0, 0, &a.directions,
         "1,2 (2: bidirectional)"},
        {RONDO_ARGUMENT_TEXT, "--shape", "LIST", false, 0, 0, &a.shape,
         "full,ragged (ragged: lengths spread over 1 .. length)"},
        {RONDO_ARGUMENT_TEXT, "--against", "CELL", false, 0, 0, &a.against,
         "time each case in turns with this cell, and print how many times as fast it is"},
        {RONDO_ARGUMENT_TEXT, "--precision", "NAME", false, 0, 0, &a.precision,
         "what products multiply: float32 or bfloat16, as train.precision"},
        {RONDO_ARGUMENT_FLAG, "--phases", NULL, false, 0, 0, &a.phases,
         "print where the time goes in each case of the grid"},
        {RONDO_ARGUMENT_FLAG, "--speedup", NULL, false, 0, 0, &a.speedup,
         "measure the speedup over one thread, in interleaved pairs of rounds"},
        {RONDO_ARGUMENT_FLAG, "--quick", NULL, false, 0, 0, &a.quick,
         "length 50, one layer, one direction unless given; less time per case"},
        RONDO_ARGUMENTS_END};
    rondo_registry *registry;
    bool help;
    rondo_status status = rondo_command_parse(
        table, "bench", "Measure the speed of training steps, and where their time goes.", argc,
        argv, &help, error);
    if (status || help) return status;
    if ((status = check(&a, error))) return status;
    status = rondo_command_registry(&a.plugins, &registry, error);
    if (status) return status;
    if (a.grid)
        status = run_grid(&a, registry, error);
    else if (a.step && rondo_file_is_folder(a.config))
        status = run_folder(&a, registry, error);
    else
        status = run_config(&a, registry, error);
    rondo_registry_destroy(registry);
    return status;
}
