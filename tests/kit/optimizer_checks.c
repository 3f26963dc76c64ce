/* What optimizer.h promises of an optimizer. */
#include "kit.h"

#include <math.h>
#include <string.h>

enum { COUNT = 67, STEPS = 5 };

/* Parameters, gradient and slots, each with redzones. */
typedef struct training {
    const rondo_optimizer *optimizer;
    const void *config;
    int32_t slot_count;
    kit_array parameter, gradient;
    kit_array slot[RONDO_MAX_SLOTS];
} training;

static void training_start(training *t, const rondo_optimizer *optimizer, const void *config)
{
    const char *names[RONDO_MAX_SLOTS] = {NULL};
    *t = (training){.optimizer = optimizer, .config = config};
    t->slot_count = optimizer->slots(config, names);
    kit_array_start(&t->parameter, 1, 1, COUNT, 0);
    kit_array_start(&t->gradient, 1, 1, COUNT, 0);
    kit_array_randomize(&t->parameter, 41);
    for (int32_t i = 0; i < t->slot_count; i++) {
        kit_array_start(&t->slot[i], 1, 1, COUNT, 0);
        memset(t->slot[i].data, 0, COUNT * sizeof(rondo_real));
    }
}

static void training_finish(training *t)
{
    kit_array_finish(&t->parameter);
    kit_array_finish(&t->gradient);
    for (int32_t i = 0; i < t->slot_count; i++)
        kit_array_finish(&t->slot[i]);
}

static void update(training *t, int64_t step, double rate, int64_t slice)
{
    for (int64_t from = 0; from < COUNT; from += slice) {
        rondo_update u = {.count = from + slice < COUNT ? slice : COUNT - from,
                          .step = step,
                          .learning_rate = rate,
                          .gradient = t->gradient.data + from,
                          .parameter = t->parameter.data + from};
        for (int32_t i = 0; i < t->slot_count; i++)
            u.slot[i] = t->slot[i].data + from;
        t->optimizer->update(t->config, &u);
    }
}

static void run_steps(training *t, int64_t slice, uint64_t seed)
{
    for (int64_t step = 1; step <= STEPS; step++) {
        kit_array_randomize(&t->gradient, seed + (uint64_t)step);
        update(t, step, t->optimizer->learning_rate, slice);
    }
}

static bool check_slots(kit_report *kit, const training *t)
{
    const char *again[RONDO_MAX_SLOTS] = {NULL}, *names[RONDO_MAX_SLOTS] = {NULL};
    int32_t count = t->optimizer->slots(t->config, names);
    if (t->optimizer->slots(t->config, again) != count)
        return kit_fail(kit, "slots gives another count when called again");
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(names[i], again[i]) != 0)
            return kit_fail(kit, "slots gives another name when called again");
    }
    return true;
}

static bool check_state(kit_report *kit, const training *t, const char *when)
{
    if (!kit_array_finite(&t->parameter))
        return kit_fail(kit, "a parameter is not finite %s", when);
    if (!kit_array_intact(&t->parameter) || !kit_array_intact(&t->gradient))
        return kit_fail(kit, "update writes outside its slice");
    for (int32_t i = 0; i < t->slot_count; i++) {
        if (!kit_array_finite(&t->slot[i])) return kit_fail(kit, "a slot is not finite %s", when);
        if (!kit_array_intact(&t->slot[i])) return kit_fail(kit, "update writes outside its slot");
    }
    return true;
}

static bool same_state(const training *a, const training *b)
{
    bool same = kit_array_same(&a->parameter, &b->parameter);
    for (int32_t i = 0; i < a->slot_count; i++)
        same = same && kit_array_same(&a->slot[i], &b->slot[i]);
    return same;
}

static bool check_slices(kit_report *kit, const rondo_optimizer *optimizer, const void *config)
{
    static const int64_t slices[] = {COUNT, 1, 16, 13};
    static const char *const sentences[] = {"the same input gives other bytes when run again",
                                            "slices of 1 give other bytes than the whole",
                                            "slices of 16 give other bytes than the whole",
                                            "slices of 13 give other bytes than the whole"};
    training whole;
    training_start(&whole, optimizer, config);
    run_steps(&whole, COUNT, 80);
    bool good = check_slots(kit, &whole) && check_state(kit, &whole, "after five steps");
    for (int i = 0; good && i < 4; i++) {
        training other;
        training_start(&other, optimizer, config);
        run_steps(&other, slices[i], 80);
        if (!same_state(&whole, &other)) good = kit_fail(kit, "%s", sentences[i]);
        training_finish(&other);
    }
    training_finish(&whole);
    return good;
}

static bool check_rate_zero(kit_report *kit, const rondo_optimizer *optimizer, const void *config)
{
    training t;
    kit_array parameter, gradient;
    training_start(&t, optimizer, config);
    kit_array_copy(&parameter, &t.parameter);
    kit_array_randomize(&t.gradient, 90);
    kit_array_copy(&gradient, &t.gradient);
    update(&t, 1, 0.0, COUNT);
    bool good = true;
    if (!kit_array_same(&parameter, &t.parameter))
        good = kit_fail(kit, "a learning rate of 0 changes parameters");
    if (good && !kit_array_same(&gradient, &t.gradient))
        good = kit_fail(kit, "update changes its input gradient");
    kit_array_finish(&parameter);
    kit_array_finish(&gradient);
    training_finish(&t);
    return good;
}

static double half_square(const training *t)
{
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
        double p = (double)t->parameter.data[i];
        sum += p * p / 2;
    }
    return sum;
}

/* The gradient of |p|^2 / 2 is p: going down must bring the parameters nearer to zero. */
static bool check_descent(kit_report *kit, const rondo_optimizer *optimizer, const void *config)
{
    training t;
    training_start(&t, optimizer, config);
    double start = half_square(&t);
    for (int64_t step = 1; step <= 200; step++) {
        memcpy(t.gradient.data, t.parameter.data, COUNT * sizeof(rondo_real));
        update(&t, step, optimizer->learning_rate, COUNT);
    }
    bool good = check_state(kit, &t, "after 200 steps");
    if (good && !(half_square(&t) < start))
        good = kit_fail(kit, "200 steps down a square at the default rate do not lead down");
    training_finish(&t);
    return good;
}

static bool check_zero_gradient(kit_report *kit, const rondo_optimizer *optimizer,
                                const void *config)
{
    training t;
    training_start(&t, optimizer, config);
    memset(t.gradient.data, 0, COUNT * sizeof(rondo_real));
    for (int64_t step = 1; step <= STEPS; step++)
        update(&t, step, optimizer->learning_rate, COUNT);
    bool good = check_state(kit, &t, "with gradients of zero");
    training_finish(&t);
    return good;
}

void kit_check_optimizer(kit_report *kit, const rondo_optimizer *optimizer, const void *config)
{
    if (check_slices(kit, optimizer, config) && check_rate_zero(kit, optimizer, config) &&
        check_zero_gradient(kit, optimizer, config))
        check_descent(kit, optimizer, config);
}
