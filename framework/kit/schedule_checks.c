/* What schedule.h promises of a schedule. */
#include "kit/kit.h"

#include <math.h>
#include <string.h>

#include "kit/call.h"

enum { GUARD = 4, ROOM = RONDO_MAX_SCHEDULE_STATE + GUARD };
static const double guard = 0x1.23456789abcdep+5; /* behind the numbers; nobody may change it */

/* The lengths of runs: the shortest there are, epochs that do not end with the run, a long one. */
typedef struct run_shape {
    int64_t total_steps, steps_per_epoch, warmup_steps;
} run_shape;

static const run_shape shapes[] = {{1, 1, 0},  {2, 1, 1},  {3, 7, 2},      {10, 1, 20},
                                   {64, 8, 9}, {50, 7, 0}, {4000, 40, 100}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* What validations may say; an epoch has the next of them. */
static const rondo_validation validations[] = {
    {4, true},         {3, true},         {3, false},      {2.999, false},
    {NAN, false},      {2.5, true},       {0, true},       {-1, true},
    {-0.5, false},     {INFINITY, false}, {-1, false},     {-1.01, false},
    {-INFINITY, true}, {1e300, false},    {-1e300, false}, {1, false}};
enum { VALIDATIONS = sizeof validations / sizeof *validations };

/* A run: its numbers, and where it is. */
typedef struct course {
    const rondo_schedule *schedule;
    const void *config;
    run_shape shape;
    int32_t count;
    int64_t step;
    double numbers[ROOM];
} course;

static course start(const rondo_schedule *schedule, const void *config, run_shape shape)
{
    const char *names[RONDO_MAX_SCHEDULE_STATE] = {NULL};
    course c = {.schedule = schedule, .config = config, .shape = shape, .step = 1};
    c.count = schedule->state ? schedule->state(config, names) : 0;
    for (int i = c.count; i < ROOM; i++)
        c.numbers[i] = guard;
    return c;
}

static double factor_at(const course *c, int64_t step)
{
    const rondo_schedule_position position = {.step = step,
                                              .total_steps = c->shape.total_steps,
                                              .epoch = (step - 1) / c->shape.steps_per_epoch + 1,
                                              .steps_per_epoch = c->shape.steps_per_epoch,
                                              .warmup_steps = c->shape.warmup_steps,
                                              .state = c->numbers};
    kit_call_enter("factor", -1, step);
    double factor = c->schedule->factor(c->config, &position);
    kit_call_leave();
    return factor;
}

/* One update further, with the validation of an epoch that ends. */
static double advance(course *c)
{
    double factor = factor_at(c, c->step);
    if (c->schedule->judge && c->step % c->shape.steps_per_epoch == 0) {
        int64_t epoch = c->step / c->shape.steps_per_epoch;
        kit_call_enter("judge", -1, c->step);
        c->schedule->judge(c->config, c->numbers, &validations[(epoch - 1) % VALIDATIONS]);
        kit_call_leave();
    }
    c->step++;
    return factor;
}

static bool is_same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool check_numbers(kit_report *kit, const course *c)
{
    for (int i = 0; i < c->count; i++)
        if (!isfinite(c->numbers[i])) return kit_fail(kit, "a number of its state is not finite");
    for (int i = c->count; i < ROOM; i++)
        if (!is_same(c->numbers[i], guard)) return kit_fail(kit, "judge writes outside its state");
    return true;
}

/* Also beyond the end: a run may have been made longer. */
static bool check_course(kit_report *kit, const rondo_schedule *schedule, const void *config,
                         run_shape shape)
{
    course c = start(schedule, config, shape);
    while (c.step <= shape.total_steps + shape.steps_per_epoch) {
        course before = c;
        double factor = factor_at(&c, c.step);
        if (memcmp(before.numbers, c.numbers, sizeof c.numbers) != 0)
            return kit_fail(kit, "factor changes its state");
        if (!isfinite(factor) || factor < 0)
            return kit_fail(kit, "factor is %g in update %lld of %lld", factor, (long long)c.step,
                            (long long)shape.total_steps);
        if (!is_same(factor, factor_at(&c, c.step)))
            return kit_fail(kit, "factor is another when called again");
        advance(&c);
        if (!check_numbers(kit, &c)) return false;
    }
    return true;
}

/* Nothing is remembered but in the state: two runs side by side are what each is alone, and an
 * earlier update has the factor that it had. */
static bool check_apart(kit_report *kit, const rondo_schedule *schedule, const void *config,
                        run_shape shape)
{
    course alone = start(schedule, config, shape), one = alone;
    course other = start(schedule, config, shapes[SHAPES - 1]);
    double first = factor_at(&alone, 1);
    while (alone.step <= shape.total_steps)
        advance(&alone);
    while (one.step <= shape.total_steps) {
        advance(&one);
        advance(&other);
        advance(&other);
    }
    if (memcmp(alone.numbers, one.numbers, sizeof alone.numbers) != 0)
        return kit_fail(kit, "a run's state is another beside a second run");
    if (!is_same(factor_at(&alone, one.step), factor_at(&one, one.step)))
        return kit_fail(kit, "a run's factor is another beside a second run");
    course again = start(schedule, config, shape);
    if (!is_same(first, factor_at(&again, 1)))
        return kit_fail(kit, "the first factor is another after a run");
    return true;
}

static bool check_names(kit_report *kit, const rondo_schedule *schedule, const void *config)
{
    const char *names[RONDO_MAX_SCHEDULE_STATE] = {NULL}, *again[RONDO_MAX_SCHEDULE_STATE] = {NULL};
    if (!schedule->state) return true;
    int32_t count = schedule->state(config, names);
    if (schedule->state(config, again) != count)
        return kit_fail(kit, "state gives another count when called again");
    for (int32_t i = 0; i < count; i++)
        if (strcmp(names[i], again[i]) != 0)
            return kit_fail(kit, "state gives another name when called again");
    return true;
}

void kit_check_schedule(kit_report *kit, const rondo_schedule *schedule, const void *config)
{
    bool good = check_names(kit, schedule, config);
    for (int i = 0; good && i < SHAPES; i++)
        good = check_course(kit, schedule, config, shapes[i]) &&
               check_apart(kit, schedule, config, shapes[i]);
}
