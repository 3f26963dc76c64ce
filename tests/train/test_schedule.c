/* Factors of the learning rate, update after update: against PyTorch's schedulers (schedules.txt,
 * made by schedules.py), and courses of validations followed by hand. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "support/registry.h"
#include "train/monitor.h"
#include "train/schedule.h"

static rondo_registry *registry;

/* The experiment whose section `schedule` is that. */
static rondo_experiment *parse(const char *schedule)
{
    char text[512];
    rondo_experiment *experiment = NULL;
    rondo_error error = {0};
    snprintf(text, sizeof text,
             "behavior_version: 1\ndata: {path: input.txt}\n"
             "model: {layers: [{cell: lstm, hidden: 8}]}\noptimizer: {name: adam}\nschedule: %s\n",
             schedule);
    CHECK_INTEGER(rondo_experiment_parse("test", "/", text, NULL, 0, registry, &experiment, &error),
                  RONDO_OK);
    CHECK_TEXT(error.text, "");
    return experiment;
}

/* A run's length, and what it says after each epoch; then `factor`, update after update. */
typedef struct course {
    const rondo_experiment *experiment;
    int64_t total_steps, steps_per_epoch;
    rondo_monitor monitor;
    rondo_schedule_state state;
} course;

static double factor_of(const course *c, int64_t step)
{
    const rondo_schedule_position position = {.step = step,
                                              .total_steps = c->total_steps,
                                              .epoch = (step - 1) / c->steps_per_epoch + 1,
                                              .steps_per_epoch = c->steps_per_epoch,
                                              .warmup_steps = c->experiment->schedule.warmup_steps,
                                              .state = c->state.numbers};
    return rondo_schedule_factor(&c->experiment->schedule, &position);
}

static void judge(course *c, double cost)
{
    const rondo_monitored seen =
        rondo_monitor_add(&c->monitor, &c->experiment->train.early_stopping, cost, 0);
    const rondo_validation validation = {.cost = cost, .is_improved = seen.is_improved};
    rondo_schedule_judge(&c->experiment->schedule, &validation, &c->state);
}

/* The next line of a text, without its end; NULL: there is none. */
static char *next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (!end) return NULL;
    *end = '\0';
    *text = end + 1;
    return line;
}

static void follow_pytorch(const char *schedule, char *run, char *factors)
{
    rondo_experiment *experiment = parse(schedule);
    course c = {.experiment = experiment,
                .monitor = {.best_cost = INFINITY, .reference_cost = INFINITY}};
    if (!experiment) return;
    c.total_steps = strtoll(run, &run, 10);
    c.steps_per_epoch = strtoll(run, &run, 10);
    int64_t wrong = 0;
    for (int64_t step = 1; step <= c.total_steps; step++) {
        double expected = strtod(factors, &factors), factor = factor_of(&c, step);
        if (!(fabs(factor - expected) <= 1e-13)) {
            if (wrong++ == 0)
                printf("%s: update %lld has %.17g, PyTorch %.17g\n", schedule, (long long)step,
                       factor, expected);
        }
        if (*run && step % c.steps_per_epoch == 0) judge(&c, strtod(run, &run));
    }
    CHECK_INTEGER(wrong, 0);
    CHECK(factors[strspn(factors, " ")] == '\0');
    rondo_experiment_destroy(experiment);
}

static void test_pytorch(void)
{
    char *text = NULL, *rest;
    size_t size;
    rondo_error error = {0};
    int64_t cases = 0;
    CHECK_INTEGER(rondo_file_read(RONDO_SOURCE_DIR "/tests/train/schedules.txt", 1 << 20, &text,
                                  &size, &error),
                  RONDO_OK);
    rest = text;
    for (char *schedule; rest && (schedule = next_line(&rest)); cases++) {
        char *run = next_line(&rest);
        follow_pytorch(schedule, run, next_line(&rest));
    }
    CHECK(cases >= 19);
    free(text);
}

/* Reductions after each validation. */
static void follow(const char *schedule, const char *costs, const char *expected)
{
    rondo_experiment *experiment = parse(schedule);
    course c = {.experiment = experiment,
                .total_steps = 1000,
                .steps_per_epoch = 10,
                .monitor = {.best_cost = INFINITY, .reference_cost = INFINITY}};
    char seen[64] = "";
    size_t length = 0;
    for (int64_t step = 11; experiment && *costs; step += 10) {
        char *end;
        judge(&c, strtod(costs, &end));
        costs = end;
        length += (size_t)snprintf(seen + length, sizeof seen - length, "%s%g", length ? " " : "",
                                   log2(1 / factor_of(&c, step)));
    }
    CHECK_TEXT(seen, expected);
    rondo_experiment_destroy(experiment);
}

/* Gains of 50 %, 25 %, exactly 10 %, less, none, a loss; with ramp all that comes after the first.
 */
static void test_newbob(void)
{
    static const char ramp[] = "{name: newbob, options: {min_delta: 0.125}}";
    static const char single[] = "{name: newbob, options: {min_delta: 0.125, ramp: false}}";
    static const char none[] = "{name: newbob, options: {min_delta: 0, ramp: false}}";
    follow(single, "8 4 3 2.625 2.5 2.5 3 1", "0 0 0 0 1 2 3 3");
    follow(ramp, "8 4 3 2.625 2.5 2.5 3 1", "0 0 0 0 1 2 3 4");
    /* Equal is a gain of 0: enough where 0 is asked. */
    follow(none, "4 4 4.5 4.5 4", "0 0 1 1 1");
    /* Against the one before, not the best: 5 is worse than 4, and 4.25 much better than 5. */
    follow(single, "4 5 4.25 4", "0 1 1 2");
    /* Figures of which more is better come as their negatives: -0.5 to -0.5625 is an eighth. */
    follow(single, "-0.5 -0.5625 -0.625 -1", "0 0 1 1");
    /* What is no number gains nothing, and the next is measured against the last number. */
    follow(single, "nan 8 nan 4 inf 3", "0 0 1 1 2 2");
    follow("{name: newbob, options: {minimum: 0.25}}", "1 1 1 1 1 1", "0 1 2 2 2 2");
    follow("{name: newbob}", "100 99 98.5 90", "0 0 1 2");
}

/* Patience, improvements, and what is no number, beside PyTorch's courses. */
static void test_plateau(void)
{
    follow("{name: plateau, options: {patience: 2}}", "4 4 4 4 4 3 5 5 5", "0 0 1 1 2 2 2 3 3");
    follow("{name: plateau, options: {patience: 1}}", "nan 4 nan 3", "1 1 2 2");
    follow("{name: plateau, options: {patience: 1, minimum: 0.25}}", "4 4 4 4 3", "0 1 2 2 2");
}

/* Where PyTorch has no minimum: epochs 1, 2, .. by hand. */
static void test_minimum(void)
{
    static const double factors[] = {1, 0.5, 0.25, 0.2, 0.2};
    static const char *const schedules[] = {
        "{name: step, options: {factor: 0.5, minimum: 0.2}}",
        "{name: exponential, options: {factor: 0.5, after_epochs: 1, minimum: 0.2}}"};
    for (int s = 0; s < 2; s++) {
        rondo_experiment *experiment = parse(schedules[s]);
        const course c = {.experiment = experiment, .total_steps = 50, .steps_per_epoch = 10};
        for (int64_t epoch = 0; experiment && epoch < 5; epoch++) {
            CHECK(factor_of(&c, 10 * epoch + 1) == factors[epoch]);
            CHECK(factor_of(&c, 10 * epoch + 10) == factors[epoch]);
        }
        rondo_experiment_destroy(experiment);
    }
}

/* Only what follows validations remembers anything. */
static void test_state(void)
{
    static const struct {
        const char *schedule, *first, *last;
        int32_t count;
    } cases[] = {{"{name: constant}", NULL, NULL, 0},
                 {"{name: cosine}", NULL, NULL, 0},
                 {"{name: plateau}", "waited", "reductions", 2},
                 {"{name: newbob}", "judged", "reductions", 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *names[RONDO_MAX_SCHEDULE_STATE] = {NULL};
        rondo_experiment *experiment = parse(cases[i].schedule);
        if (!experiment) continue;
        CHECK_INTEGER(rondo_schedule_names(&experiment->schedule, names), cases[i].count);
        if (cases[i].count > 0) CHECK_TEXT(names[0], cases[i].first);
        if (cases[i].count > 0) CHECK_TEXT(names[cases[i].count - 1], cases[i].last);
        rondo_experiment_destroy(experiment);
    }
}

int main(void)
{
    rondo_error error = {0};
    unsetenv("RONDO_PLUGINS");
    if (test_registry_create(RONDO_BINARY_DIR "/plugins", &registry, &error)) {
        fprintf(stderr, "cannot start: %s\n", error.text);
        return 1;
    }
    RUN(test_pytorch);
    RUN(test_newbob);
    RUN(test_plateau);
    RUN(test_minimum);
    RUN(test_state);
    rondo_registry_destroy(registry);
    return check_end();
}
