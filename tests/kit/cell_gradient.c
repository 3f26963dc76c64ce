/* Gradients against central differences, for every parameter, input and initial state.
 *
 * Differences of fourth order at a step and at half of it must agree first: where they do not, a
 * kink (of a rectifier, say) lies between, and other values are drawn. The bound stays 1e-6. */
#include "reference.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS = 200 };

static const double step = 2e-4, bound = 1e-6, agreement = 2e-7;

static const kit_shape shapes[] = {
    {.rows = 1, .input = 1, .hidden = 1, .gap = 0, .lengths = {1}},
    {.rows = 1, .input = 3, .hidden = 5, .gap = 2, .lengths = {4}},
    {.rows = 3, .input = 2, .hidden = 3, .gap = 1, .lengths = {4, 2, 1}},
    {.rows = 5, .input = 1, .hidden = 3, .gap = 0, .lengths = {1, 1, 1, 1, 1}},
    {.rows = 1, .input = 1, .hidden = 2, .gap = 0, .lengths = {20}},
};

static double loss_at(kit_problem *problem, int64_t index, double value)
{
    kit_pass pass;
    rondo_real kept = problem->values[index];
    problem->values[index] = (rondo_real)value;
    kit_pass_start(&pass, problem);
    kit_forward(problem, &pass, (kit_tiling){0, 0});
    double loss = kit_loss(problem, &pass);
    kit_pass_finish(&pass);
    problem->values[index] = kept;
    return loss;
}

/* (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h */
static double difference(kit_problem *problem, int64_t index, double h)
{
    double x = (double)problem->values[index];
    double near = loss_at(problem, index, x + h) - loss_at(problem, index, x - h);
    double far = loss_at(problem, index, x + 2 * h) - loss_at(problem, index, x - 2 * h);
    return (8 * near - far) / (12 * h);
}

static bool agree(double a, double b, double relative, double largest)
{
    double size = fmax(fmax(fabs(a), fabs(b)), 1e-4 * fmax(1, largest));
    return fabs(a - b) <= relative * size;
}

/* False where the function is not smooth around these values. */
static bool differences(kit_problem *problem, double *numeric, double *largest)
{
    *largest = 0;
    for (int64_t i = 0; i < problem->value_count; i++) {
        numeric[i] = difference(problem, i, step);
        *largest = fmax(*largest, fabs(numeric[i]));
        if (!agree(numeric[i], difference(problem, i, step / 2), agreement, *largest)) return false;
    }
    return true;
}

static const char *role_text(kit_part_role role)
{
    static const char *const texts[] = {
        [KIT_INPUT_WEIGHT] = "input weights W of gate",
        [KIT_RECURRENT_WEIGHT] = "recurrent weights U of gate",
        [KIT_BIAS] = "bias of gate",
        [KIT_RECURRENT_BIAS] = "recurrent bias of gate",
        [KIT_UNIT_PARAMETER] = "unit parameter",
        [KIT_INPUT] = "the",
        [KIT_INITIAL] = "the initial state",
    };
    return texts[role];
}

static void compare(kit_report *kit, const kit_problem *problem, const rondo_real *exact,
                    const double *numeric, double largest)
{
    for (int64_t p = 0; p < problem->part_count; p++) {
        const kit_part *part = &problem->parts[p];
        for (int64_t i = part->start; i < part->start + part->count; i++) {
            if (agree((double)exact[i], numeric[i], bound, largest)) continue;
            kit_fail(kit,
                     "the gradient of %s %s is wrong: %.9g, by differences %.9g (number %lld; %lld "
                     "rows, %lld steps, %lld units)",
                     role_text(part->role), part->name, (double)exact[i], numeric[i],
                     (long long)(i - part->start), (long long)problem->shape.rows,
                     (long long)problem->steps, (long long)problem->shape.hidden);
            break;
        }
    }
}

static void analytic(const kit_problem *problem, rondo_real *gradient)
{
    kit_pass pass;
    kit_pass_start(&pass, problem);
    kit_forward(problem, &pass, (kit_tiling){0, 0});
    kit_backward(problem, &pass, (kit_tiling){0, 0});
    kit_gradient(problem, &pass, gradient);
    kit_pass_finish(&pass);
}

static void check_shape(kit_report *kit, const rondo_cell *cell, const void *config,
                        const kit_shape *shape)
{
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        kit_problem problem;
        double largest;
        kit_problem_start(&problem, cell, config, shape, 100 + draw);
        double *numeric = kit_allocate(problem.value_count, sizeof *numeric);
        rondo_real *exact = kit_allocate(problem.value_count, sizeof *exact);
        bool smooth = differences(&problem, numeric, &largest);
        if (smooth) {
            analytic(&problem, exact);
            compare(kit, &problem, exact, numeric, largest);
        }
        free(numeric);
        free(exact);
        kit_problem_finish(&problem);
        if (smooth) return;
    }
    kit_fail(kit, "central differences do not settle: forward is not a smooth function");
}

void kit_check_cell_gradient(kit_report *kit, const rondo_cell *cell, const void *config)
{
    int64_t failures = kit->failures;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && kit->failures == failures; i++)
        check_shape(kit, cell, config, &shapes[i]);
}
