#include "command/bench_grid.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/product.h"
#include "base/terminal.h"
#include "base/text.h"
#include "bench/benchmark_case.h"
#include "bench/time_samples.h"
#include "command/bench_report.h"

enum { MOST_VALUES = 128, MOST_NAME = 64 };
enum { TURNS = 7 }; /* with another cell: odd, for a median that was measured */

/* A list of whole numbers in some range, or of words. */
typedef struct value_list {
    int64_t count;
    int64_t numbers[MOST_VALUES];
    char words[MOST_VALUES][MOST_NAME];
} value_list;

typedef struct grid_lists {
    value_list cells, hidden, batch, length, layers, directions, shapes;
} grid_lists;

/* --- lists --- */

static rondo_status split(const char *option, const char *text, value_list *list,
                          rondo_error *error)
{
    list->count = 0;
    for (;;) {
        size_t length = strcspn(text, ",");
        if (length == 0 || length >= MOST_NAME)
            return rondo_error_set(error, RONDO_USAGE,
                                   "%s: values are separated by one comma, without blanks", option);
        if (list->count == MOST_VALUES)
            return rondo_error_set(error, RONDO_USAGE, "%s: more than %d values", option,
                                   MOST_VALUES);
        snprintf(list->words[list->count++], MOST_NAME, "%.*s", (int)length, text);
        if (text[length] == '\0') return RONDO_OK;
        text += length + 1;
    }
}

static rondo_status read_numbers(const char *option, const char *text, int64_t high,
                                 value_list *list, rondo_error *error)
{
    rondo_status status = split(option, text, list, error);
    for (int64_t i = 0; i < list->count && !status; i++) {
        int64_t *number = &list->numbers[i];
        bool good = rondo_text_integer(list->words[i], number) && *number >= 1 && *number <= high;
        if (!good)
            status =
                rondo_error_set(error, RONDO_USAGE, "%s: \"%s\" is not an integer in [1, %lld]",
                                option, list->words[i], (long long)high);
    }
    return status;
}

static rondo_status read_shapes(const char *text, value_list *list, rondo_error *error)
{
    rondo_status status = split("--shape", text, list, error);
    for (int64_t i = 0; i < list->count && !status; i++) {
        list->numbers[i] = strcmp(list->words[i], "ragged") == 0;
        if (!list->numbers[i] && strcmp(list->words[i], "full") != 0)
            status = rondo_error_set(error, RONDO_USAGE,
                                     "--shape: \"%s\" is not one of full, ragged", list->words[i]);
    }
    return status;
}

static const char *or_else(const char *given, const char *fallback)
{
    return given ? given : fallback;
}

static rondo_status read_lists(const rondo_bench_grid *grid, grid_lists *lists, rondo_error *error)
{
    bool quick = grid->quick;
    rondo_status status =
        split("--cells", or_else(grid->cells, "rnn,gru,lstm,lstm_peephole"), &lists->cells, error);
    if (!status)
        status = read_numbers("--hidden", or_else(grid->hidden, "64,128,256,512,1024"), 65536,
                              &lists->hidden, error);
    if (!status)
        status =
            read_numbers("--batch", or_else(grid->batch, "16,64"), 1048576, &lists->batch, error);
    if (!status)
        status = read_numbers("--length", or_else(grid->length, quick ? "50" : "50,100"), 1048576,
                              &lists->length, error);
    if (!status)
        status = read_numbers("--layers", or_else(grid->layers, quick ? "1" : "1,2"),
                              RONDO_MAX_LAYERS, &lists->layers, error);
    if (!status)
        status = read_numbers("--directions", or_else(grid->directions, quick ? "1" : "1,2"), 2,
                              &lists->directions, error);
    if (!status) status = read_shapes(or_else(grid->shape, "full,ragged"), &lists->shapes, error);
    return status;
}

/* --- cases --- */

static int64_t case_count(const grid_lists *lists)
{
    return lists->cells.count * lists->hidden.count * lists->batch.count * lists->length.count *
           lists->layers.count * lists->directions.count * lists->shapes.count;
}

/* The next digit of a number whose digits have as many values as a list. */
static int64_t take_digit(int64_t *number, const value_list *list)
{
    int64_t digit = *number % list->count;
    *number /= list->count;
    return digit;
}

/* Case `index`: cells change slowest, full and ragged fastest. */
static rondo_case_size size_of_case(const grid_lists *lists, int64_t index)
{
    rondo_case_size size = {0};
    size.ragged = lists->shapes.numbers[take_digit(&index, &lists->shapes)];
    size.bidirectional = lists->directions.numbers[take_digit(&index, &lists->directions)] == 2;
    size.layers = lists->layers.numbers[take_digit(&index, &lists->layers)];
    size.length = lists->length.numbers[take_digit(&index, &lists->length)];
    size.batch = lists->batch.numbers[take_digit(&index, &lists->batch)];
    size.hidden = lists->hidden.numbers[take_digit(&index, &lists->hidden)];
    size.cell = lists->cells.words[take_digit(&index, &lists->cells)];
    return size;
}

/* Nor before it is known what products multiply. */
static rondo_status choose_precision(const char *name, rondo_error *error)
{
    const char *lacking = rondo_precision_lacks(RONDO_BFLOAT16);
    if (!name || strcmp(name, "float32") == 0) return RONDO_OK;
    if (strcmp(name, "bfloat16") != 0)
        return rondo_error_set(error, RONDO_USAGE,
                               "--precision: \"%s\" is not one of float32, bfloat16", name);
    if (lacking)
        return rondo_error_set(error, RONDO_USAGE, "--precision: bfloat16 needs %s", lacking);
    rondo_product_use(RONDO_BFLOAT16);
    return RONDO_OK;
}

static rondo_status run_case(const rondo_case_size *size, int threads,
                             const rondo_benchmark_plan *plan, rondo_registry *registry,
                             rondo_benchmark_result *result, rondo_error *error)
{
    rondo_case made;
    rondo_status status = rondo_case_start(size, threads, registry, &made, error);
    if (status) return status;
    rondo_benchmark_work work = {.session = &made.session, .batch = &made.batch};
    status = rondo_benchmark_run(&work, plan, result, error);
    rondo_case_finish(&made);
    return status;
}

/* One after the other, TURNS times: both see the same neighbours and clock rates. */
static rondo_status run_turns(rondo_benchmark_work work[2], const rondo_benchmark_plan *plan,
                              rondo_bench_case *c, rondo_error *error)
{
    rondo_benchmark_result rival;
    rondo_samples ratios = {0}, seconds = {0};
    rondo_status status = RONDO_OK;
    for (int turn = 0; turn < TURNS && !status; turn++) {
        status = rondo_benchmark_run(&work[0], plan, &c->result, error);
        if (!status) status = rondo_benchmark_run(&work[1], plan, &rival, error);
        if (status) break;
        double ratio = rival.seconds_per_step / c->result.seconds_per_step;
        c->rival.lowest = turn == 0 ? ratio : fmin(c->rival.lowest, ratio);
        c->rival.highest = turn == 0 ? ratio : fmax(c->rival.highest, ratio);
        status = rondo_samples_add(&ratios, ratio, error);
        if (!status) status = rondo_samples_add(&seconds, rival.seconds_per_step, error);
    }
    c->rival.ratio = rondo_samples_median(&ratios);
    c->rival.seconds_per_step = rondo_samples_median(&seconds);
    rondo_samples_finish(&ratios);
    rondo_samples_finish(&seconds);
    return status;
}

/* The time of a case is that of all its turns. */
static rondo_status run_against(const rondo_case_size *size, const char *against,
                                const rondo_benchmark_plan *plan, rondo_registry *registry,
                                rondo_bench_case *c, rondo_error *error)
{
    rondo_case own, other;
    rondo_case_size other_size = *size;
    rondo_benchmark_plan turn = *plan;
    other_size.cell = c->rival.cell = against;
    turn.seconds = plan->seconds / TURNS;
    rondo_status status = rondo_case_start(size, c->threads, registry, &own, error);
    if (status) return status;
    status = rondo_case_start(&other_size, c->threads, registry, &other, error);
    if (!status) {
        rondo_benchmark_work work[2] = {{.session = &own.session, .batch = &own.batch},
                                        {.session = &other.session, .batch = &other.batch}};
        status = run_turns(work, &turn, c, error);
        rondo_case_finish(&other);
    }
    rondo_case_finish(&own);
    return status;
}

static void show(const rondo_bench_case *c, bool phases, rondo_json *json)
{
    if (json) {
        rondo_bench_json_case(json, c, phases);
        return;
    }
    rondo_progress_hide();
    rondo_bench_print_line(c);
    if (phases) rondo_bench_print_phases(c);
    fflush(stdout);
    rondo_progress_show();
}

/* *done: cases shown, whatever the status is. */
static rondo_status run_cases(const rondo_bench_grid *grid, const grid_lists *lists,
                              const rondo_benchmark_plan *plan, rondo_registry *registry,
                              rondo_json *json, int64_t *done, rondo_error *error)
{
    rondo_bench_trouble trouble = {0};
    int64_t count = case_count(lists);
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < count; i++) {
        char name[RONDO_CASE_NAME];
        rondo_case_size size = size_of_case(lists, i);
        rondo_bench_case c = {.name = name,
                              .cell = size.cell,
                              .hidden = size.hidden,
                              .batch = size.batch,
                              .length = size.length,
                              .layers = size.layers,
                              .bidirectional = size.bidirectional,
                              .ragged = size.ragged,
                              .threads = grid->threads};
        size.precision = grid->precision;
        rondo_case_name(&size, name);
        rondo_progress_set(i, name);
        status = grid->against ? run_against(&size, grid->against, plan, registry, &c, error)
                               : run_case(&size, grid->threads, plan, registry, &c.result, error);
        if (status) break;
        show(&c, plan->phases, json);
        rondo_bench_trouble_add(&trouble, &c.result);
        *done = i + 1;
    }
    rondo_progress_finish();
    rondo_bench_print_trouble(&trouble);
    if (status != RONDO_STOPPED) return status;
    return rondo_error_set(error, status, "stopped by a signal after %lld of %lld cases",
                           (long long)*done, (long long)count);
}

/* Nothing has run before all cells are known. */
static rondo_status check_cells(const value_list *cells, rondo_registry *registry,
                                rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < cells->count && !status; i++)
        status = rondo_case_check_cell(cells->words[i], registry, error);
    return status;
}

/* The cases that were done, also where one failed or a signal stopped the rest. */
static bool print_json(rondo_json *json)
{
    rondo_bench_json_end(json);
    rondo_json_end(json, '}');
    if (!json->text->failed) puts(rondo_text_get(json->text));
    return !json->text->failed;
}

rondo_status rondo_bench_grid_run(const rondo_bench_grid *grid, const rondo_benchmark_plan *plan,
                                  rondo_registry *registry, rondo_error *error)
{
    grid_lists lists;
    rondo_text text = {0};
    rondo_json json = {.text = &text};
    int64_t done = 0;
    rondo_status status = read_lists(grid, &lists, error);
    if (!status) status = check_cells(&lists.cells, registry, error);
    if (!status && grid->against) status = rondo_case_check_cell(grid->against, registry, error);
    if (!status) status = choose_precision(grid->precision, error);
    if (status) return status;
    if (grid->json)
        rondo_bench_json_begin(&json);
    else
        rondo_bench_print_title();
    rondo_progress_start("bench", case_count(&lists), "cases");
    status = run_cases(grid, &lists, plan, registry, grid->json ? &json : NULL, &done, error);
    if (grid->json && done > 0 && !print_json(&json) && !status)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: JSON");
    rondo_text_finish(&text);
    return status;
}
