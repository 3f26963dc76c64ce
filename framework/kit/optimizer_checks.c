/* What optimizer.h promises of an optimizer. */
#include "kit/kit.h"

#include <math.h>
#include <string.h>

#include "kit/call.h"

enum { STEPS = 5, GRADIENT_SEED = 80 };

/* A tensor that is trained: a matrix, whose numbers fill no vectors of a processor, or a vector. */
typedef struct tensor_shape {
    int64_t rows, columns;
    int32_t kind; /* rondo_tensor_kind */
} tensor_shape;

static const tensor_shape shapes[] = {{5, 13, RONDO_TENSOR_WEIGHTS}, {1, 67, RONDO_TENSOR_BIASES}};

/* Parameters, gradient and slots, each with redzones. */
typedef struct training {
    const rondo_optimizer *optimizer;
    const void *config;
    rondo_optimizer_plan plan;
    rondo_optimizer_tensor tensor;
    int64_t count;
    kit_array parameter, gradient, direction;
    kit_array slot[RONDO_MAX_SLOTS];
    double numbers[RONDO_MAX_OPTIMIZER_NUMBERS + 1]; /* with a guard behind */
} training;

static const double guard = 1234567.0;

static int64_t slot_size(const training *t, int32_t i)
{
    switch (t->plan.slots[i].shape) {
    case RONDO_SLOT_ROWS:
        return t->tensor.rows;
    case RONDO_SLOT_COLUMNS:
        return t->tensor.columns;
    case RONDO_SLOT_TENSOR:
        return 1;
    default:
        return t->count;
    }
}

static void training_start(training *t, const rondo_optimizer *optimizer, const void *config,
                           const tensor_shape *shape)
{
    *t = (training){.optimizer = optimizer,
                    .config = config,
                    .tensor = {.name = "tensor",
                               .rows = shape->rows,
                               .columns = shape->columns,
                               .kind = shape->kind},
                    .count = shape->rows * shape->columns};
    kit_call_enter("plan", -1, -1);
    optimizer->plan(config, &t->plan);
    kit_call_leave();
    kit_array_start(&t->parameter, 1, 1, t->count, 0);
    kit_array_start(&t->gradient, 1, 1, t->count, 0);
    kit_array_start(&t->direction, 1, 1, t->count, 0);
    kit_array_name(&t->parameter, "parameter", -1);
    kit_array_name(&t->gradient, "gradient", -1);
    kit_array_name(&t->direction, "direction", -1);
    kit_array_randomize(&t->parameter, 41);
    for (int32_t i = 0; i < t->plan.slot_count; i++) {
        kit_array_start(&t->slot[i], 1, 1, slot_size(t, i), 0);
        kit_array_name(&t->slot[i], "slot", i);
        memset(t->slot[i].data, 0, (size_t)slot_size(t, i) * sizeof(rondo_real));
    }
    t->numbers[t->plan.number_count] = guard;
}

static void training_finish(training *t)
{
    kit_array_finish(&t->parameter);
    kit_array_finish(&t->gradient);
    kit_array_finish(&t->direction);
    for (int32_t i = 0; i < t->plan.slot_count; i++)
        kit_array_finish(&t->slot[i]);
}

static rondo_update slice_of(const training *t, int64_t step, double rate, int64_t from,
                             int64_t count)
{
    rondo_update u = {.count = count,
                      .step = step,
                      .learning_rate = rate,
                      .parameter = t->parameter.data + from,
                      .numbers = t->numbers,
                      .tensor = &t->tensor,
                      .first = from,
                      .parameter_norm = NAN,
                      .gradient_norm = NAN,
                      .direction_norm = NAN};
    for (int32_t i = 0; i < t->plan.slot_count; i++)
        u.slot[i] = t->slot[i].data + (t->plan.slots[i].shape == RONDO_SLOT_ELEMENTS ? from : 0);
    if (t->optimizer->direction) u.direction = t->direction.data + from;
    return u;
}

static double norm(const kit_array *array, int64_t count, bool wanted)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += (double)array->data[i] * (double)array->data[i];
    return wanted ? sqrt(sum) : NAN;
}

static int64_t slice_size(const training *t, int64_t slice)
{
    return t->plan.whole_tensors || slice > t->count ? t->count : slice;
}

/* Slices from the last to the first: no order is promised. */
static void update(training *t, int64_t step, double rate, int64_t slice)
{
    const rondo_optimizer_advance now = {
        .step = step, .learning_rate = rate, .numbers = t->numbers};
    int64_t size = slice_size(t, slice), last = (t->count - 1) / size * size;
    kit_call_enter("advance", -1, step);
    if (t->optimizer->advance) t->optimizer->advance(t->config, &now);
    kit_call_leave();
    kit_array_poison(&t->direction);
    for (int64_t from = last; t->optimizer->direction && from >= 0; from -= size) {
        int64_t count = from + size < t->count ? size : t->count - from;
        rondo_update u = slice_of(t, step, rate, from, count);
        u.gradient = t->gradient.data + from;
        kit_call_enter("direction", -1, step);
        t->optimizer->direction(t->config, &u);
        kit_call_leave();
    }
    double parameter = norm(&t->parameter, t->count, t->plan.norms & RONDO_NORM_PARAMETER);
    double gradient = norm(&t->gradient, t->count, t->plan.norms & RONDO_NORM_GRADIENT);
    double direction = norm(&t->direction, t->count, t->plan.norms & RONDO_NORM_DIRECTION);
    for (int64_t from = last; from >= 0; from -= size) {
        int64_t count = from + size < t->count ? size : t->count - from;
        rondo_update u = slice_of(t, step, rate, from, count);
        u.gradient = t->gradient.data + from;
        u.parameter_norm = parameter;
        u.gradient_norm = gradient;
        u.direction_norm = direction;
        kit_call_enter("update", -1, step);
        t->optimizer->update(t->config, &u);
        kit_call_leave();
    }
}

/* With a validation after every step: what an optimizer makes of it is part of the run. */
static void run_steps(training *t, int64_t slice)
{
    for (int64_t step = 1; step <= STEPS; step++) {
        const rondo_validation seen = {kit_random(GRADIENT_SEED, (uint64_t)step), step % 2 == 0};
        kit_array_randomize(&t->gradient, GRADIENT_SEED + (uint64_t)step);
        update(t, step, t->optimizer->learning_rate, slice);
        kit_call_enter("judge", -1, step);
        if (t->optimizer->judge) t->optimizer->judge(t->config, step, t->numbers, &seen);
        kit_call_leave();
    }
}

static bool check_plan(kit_report *kit, const training *t)
{
    rondo_optimizer_plan again = {0};
    t->optimizer->plan(t->config, &again);
    if (again.slot_count != t->plan.slot_count || again.number_count != t->plan.number_count)
        return kit_fail(kit, "plan gives another count when called again");
    for (int32_t i = 0; i < again.slot_count; i++) {
        if (strcmp(again.slots[i].name, t->plan.slots[i].name) != 0)
            return kit_fail(kit, "plan gives another name when called again");
    }
    return true;
}

static bool check_state(kit_report *kit, const training *t, const char *when)
{
    if (!kit_array_finite(&t->parameter))
        return kit_fail(kit, "a parameter is not finite %s", when);
    if (t->optimizer->direction && !kit_array_finite(&t->direction))
        return kit_fail(kit, "direction leaves values unwritten or not finite %s", when);
    if (!kit_array_intact(&t->parameter) || !kit_array_intact(&t->gradient) ||
        !kit_array_intact(&t->direction))
        return kit_fail(kit, "update writes outside its slice");
    for (int32_t i = 0; i < t->plan.slot_count; i++) {
        if (!kit_array_finite(&t->slot[i])) return kit_fail(kit, "a slot is not finite %s", when);
        if (!kit_array_intact(&t->slot[i])) return kit_fail(kit, "update writes outside its slot");
    }
    for (int32_t i = 0; i < t->plan.number_count; i++)
        if (!isfinite(t->numbers[i]))
            return kit_fail(kit, "number %s is not finite %s", t->plan.numbers[i], when);
    if (t->numbers[t->plan.number_count] != guard)
        return kit_fail(kit, "a number behind the last is written");
    return true;
}

static bool same_state(const training *a, const training *b)
{
    bool same = kit_array_same(&a->parameter, &b->parameter) &&
                memcmp(a->numbers, b->numbers, sizeof a->numbers) == 0;
    for (int32_t i = 0; i < a->plan.slot_count; i++)
        same = same && kit_array_same(&a->slot[i], &b->slot[i]);
    return same;
}

static const int64_t slices[] = {67, 1, 16, 13};
static const char *const slice_sentences[] = {"the same input gives other bytes when run again",
                                              "slices of 1 give other bytes than the whole",
                                              "slices of 16 give other bytes than the whole",
                                              "slices of 13 give other bytes than the whole"};

static bool check_slices(kit_report *kit, const rondo_optimizer *optimizer, const void *config,
                         const tensor_shape *shape)
{
    training whole;
    training_start(&whole, optimizer, config, shape);
    run_steps(&whole, slices[0]);
    bool good = check_plan(kit, &whole) && check_state(kit, &whole, "after five steps");
    for (int i = 0; good && i < 4; i++) {
        training other;
        training_start(&other, optimizer, config, shape);
        run_steps(&other, slices[i]);
        if (!same_state(&whole, &other)) good = kit_fail(kit, "%s", slice_sentences[i]);
        training_finish(&other);
    }
    training_finish(&whole);
    return good;
}

static void evaluate(const training *t, kit_array *weights, int64_t slice)
{
    int64_t size = slice_size(t, slice);
    for (int64_t from = 0; from < t->count; from += size) {
        int64_t count = from + size < t->count ? size : t->count - from;
        const rondo_update u = slice_of(t, STEPS, NAN, from, count);
        kit_call_enter("evaluation_weights", -1, STEPS);
        t->optimizer->evaluation_weights(t->config, &u, weights->data + from);
        kit_call_leave();
    }
}

static bool check_evaluation(kit_report *kit, const rondo_optimizer *optimizer, const void *config,
                             const tensor_shape *shape)
{
    training t, kept;
    kit_array whole, other;
    bool good = true;
    if (!optimizer->evaluation_weights) return true;
    training_start(&t, optimizer, config, shape);
    training_start(&kept, optimizer, config, shape);
    run_steps(&t, slices[0]);
    run_steps(&kept, slices[0]);
    kit_array_start(&whole, 1, 1, t.count, 0);
    evaluate(&t, &whole, slices[0]);
    if (!kit_array_finite(&whole))
        good = kit_fail(kit, "evaluation_weights leaves weights unwritten or not finite");
    if (good && !kit_array_intact(&whole))
        good = kit_fail(kit, "evaluation_weights writes outside its slice");
    for (int i = 0; good && i < 4; i++) {
        kit_array_start(&other, 1, 1, t.count, 0);
        evaluate(&t, &other, slices[i]);
        if (!kit_array_same(&whole, &other))
            good = kit_fail(kit, "evaluation_weights: %s", slice_sentences[i]);
        kit_array_finish(&other);
    }
    if (good && !same_state(&t, &kept))
        good = kit_fail(kit, "evaluation_weights changes what training goes on with");
    kit_array_finish(&whole);
    training_finish(&t);
    training_finish(&kept);
    return good;
}

static bool check_rate_zero(kit_report *kit, const rondo_optimizer *optimizer, const void *config,
                            const tensor_shape *shape)
{
    training t;
    kit_array parameter, gradient;
    training_start(&t, optimizer, config, shape);
    kit_array_copy(&parameter, &t.parameter);
    kit_array_randomize(&t.gradient, 90);
    kit_array_copy(&gradient, &t.gradient);
    update(&t, 1, 0.0, t.count);
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

static bool check_direction(kit_report *kit, const rondo_optimizer *optimizer, const void *config,
                            const tensor_shape *shape)
{
    training t;
    kit_array kept;
    bool good = true;
    if (!optimizer->direction) return true;
    training_start(&t, optimizer, config, shape);
    kit_array_randomize(&t.gradient, 91);
    kit_array_copy(&kept, &t.parameter);
    rondo_update u = slice_of(&t, 1, optimizer->learning_rate, 0, t.count);
    const rondo_optimizer_advance now = {
        .step = 1, .learning_rate = optimizer->learning_rate, .numbers = t.numbers};
    u.gradient = t.gradient.data;
    if (optimizer->advance) optimizer->advance(config, &now);
    optimizer->direction(config, &u);
    if (!kit_array_same(&kept, &t.parameter)) good = kit_fail(kit, "direction changes parameters");
    kit_array_finish(&kept);
    training_finish(&t);
    return good;
}

static double half_square(const training *t)
{
    double sum = 0;
    for (int64_t i = 0; i < t->count; i++) {
        double p = (double)t->parameter.data[i];
        sum += p * p / 2;
    }
    return sum;
}

/* The gradient of |p|^2 / 2 is p: going down must bring the parameters nearer to zero. */
static bool check_descent(kit_report *kit, const rondo_optimizer *optimizer, const void *config,
                          const tensor_shape *shape)
{
    training t;
    training_start(&t, optimizer, config, shape);
    double start = half_square(&t);
    for (int64_t step = 1; step <= 200; step++) {
        memcpy(t.gradient.data, t.parameter.data, (size_t)t.count * sizeof(rondo_real));
        update(&t, step, optimizer->learning_rate, t.count);
    }
    bool good = check_state(kit, &t, "after 200 steps");
    if (good && !(half_square(&t) < start))
        good = kit_fail(kit, "200 steps down a square at the default rate do not lead down");
    training_finish(&t);
    return good;
}

static bool check_zero_gradient(kit_report *kit, const rondo_optimizer *optimizer,
                                const void *config, const tensor_shape *shape)
{
    training t;
    training_start(&t, optimizer, config, shape);
    memset(t.gradient.data, 0, (size_t)t.count * sizeof(rondo_real));
    for (int64_t step = 1; step <= STEPS; step++)
        update(&t, step, optimizer->learning_rate, t.count);
    bool good = check_state(kit, &t, "with gradients of zero");
    training_finish(&t);
    return good;
}

/* After steps that left something in the slots. */
static bool check_no_op(kit_report *kit, const rondo_optimizer *optimizer, const void *config,
                        const tensor_shape *shape)
{
    rondo_optimizer_plan plan = {0};
    training t, kept;
    bool good = true;
    optimizer->plan(config, &plan);
    if (!(plan.flags & RONDO_OPTIMIZER_ZERO_IS_NO_OP)) return true;
    training_start(&t, optimizer, config, shape);
    training_start(&kept, optimizer, config, shape);
    run_steps(&t, slices[0]);
    run_steps(&kept, slices[0]);
    memset(t.gradient.data, 0, (size_t)t.count * sizeof(rondo_real));
    update(&t, STEPS + 1, optimizer->learning_rate, t.count);
    memcpy(t.numbers, kept.numbers, sizeof t.numbers);
    if (!same_state(&t, &kept))
        good = kit_fail(kit, "a gradient of 0 changes parameters or slots, although the plan says "
                             "RONDO_OPTIMIZER_ZERO_IS_NO_OP");
    training_finish(&t);
    training_finish(&kept);
    return good;
}

void kit_check_optimizer(kit_report *kit, const rondo_optimizer *optimizer, const void *config)
{
    bool good = true;
    for (size_t i = 0; good && i < sizeof shapes / sizeof *shapes; i++)
        good = check_slices(kit, optimizer, config, &shapes[i]) &&
               check_rate_zero(kit, optimizer, config, &shapes[i]) &&
               check_direction(kit, optimizer, config, &shapes[i]) &&
               check_zero_gradient(kit, optimizer, config, &shapes[i]) &&
               check_no_op(kit, optimizer, config, &shapes[i]) &&
               check_evaluation(kit, optimizer, config, &shapes[i]) &&
               check_descent(kit, optimizer, config, &shapes[i]);
}

int64_t kit_trace_optimizer(const rondo_optimizer *optimizer, const void *config,
                            double values[KIT_TRACE])
{
    training t;
    training_start(&t, optimizer, config, &shapes[0]);
    run_steps(&t, slices[0]);
    int64_t count = t.count;
    for (int64_t i = 0; i < count; i++)
        values[i] = (double)t.parameter.data[i];
    training_finish(&t);
    return count;
}
