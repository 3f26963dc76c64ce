/* Gradients against central differences, for every parameter, input and initial state.
 *
 * Differences of fourth order at a step and at half of it must agree first: where they do not, a
 * kink (of a rectifier, say) lies between, and that number is compared with other values. The bound stays
 * 1e-6. */
#include "kit/reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DRAWS = 200 };

static const double step = 2e-4, bound = 1e-6, agreement = 2e-7;

/* The smallest; blocks and rows with gaps; ragged; many rows; values that saturate and clip; far steps. */
static const kit_shape shapes[] = {
    {.rows = 1, .input = 1, .hidden = 1, .gap = 0, .lengths = {1}},
    {.rows = 1, .input = 3, .hidden = 5, .gap = 2, .lengths = {4}},
    {.rows = 3, .input = 2, .hidden = 3, .gap = 1, .lengths = {4, 2, 1}},
    {.rows = 5, .input = 1, .hidden = 3, .gap = 0, .lengths = {1, 1, 1, 1, 1}},
    {.rows = 4,
     .input = 2,
     .hidden = 3,
     .lengths = {2, 2, 1, 1},
     .input_scale = 4,
     .state_scale = 4},
    {.rows = 1, .input = 1, .hidden = 2, .gap = 0, .lengths = {20}},
    {.rows = 1, .input = 1, .hidden = 1, .gap = 0, .lengths = {40}},
};

enum { SHAPES = sizeof shapes / sizeof *shapes, OF_TABLE = 2 };

/* One draw of values and what was found with it. */
typedef struct draw {
    kit_problem problem;
    kit_pass pass;
    rondo_real *exact;
    double *numeric;
} draw;

static void draw_start(draw *d, const rondo_cell *cell, const void *config, const kit_shape *shape,
                       uint64_t seed)
{
    kit_problem_start(&d->problem, cell, config, shape, seed);
    d->exact = kit_allocate(d->problem.value_count, sizeof *d->exact);
    d->numeric = kit_allocate(d->problem.value_count, sizeof *d->numeric);
    kit_pass_start(&d->pass, &d->problem);
    kit_forward(&d->problem, &d->pass, (kit_tiling){0, 0});
    kit_backward(&d->problem, &d->pass, (kit_tiling){0, 0});
    kit_gradient(&d->problem, &d->pass, d->exact);
}

static void draw_finish(draw *d)
{
    kit_pass_finish(&d->pass);
    kit_problem_finish(&d->problem);
    free(d->exact);
    free(d->numeric);
}

static double loss_at(draw *d, int64_t index, double value)
{
    rondo_real kept = d->problem.values[index];
    d->problem.values[index] = (rondo_real)value;
    kit_pass_again(&d->pass, &d->problem);
    kit_forward(&d->problem, &d->pass, (kit_tiling){0, 0});
    double loss = kit_loss(&d->problem, &d->pass);
    d->problem.values[index] = kept;
    return loss;
}

/* (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h */
static double difference(draw *d, int64_t index, double h)
{
    double x = (double)d->problem.values[index];
    double near = loss_at(d, index, x + h) - loss_at(d, index, x - h);
    double far = loss_at(d, index, x + 2 * h) - loss_at(d, index, x - 2 * h);
    return (8 * near - far) / (12 * h);
}

static bool agree(double a, double b, double relative, double largest)
{
    double size = fmax(fmax(fabs(a), fabs(b)), 1e-4 * fmax(1, largest));
    return fabs(a - b) <= relative * size;
}

/* False where the function is not smooth around the value. */
static bool is_smooth(draw *d, int64_t index, double largest)
{
    d->numeric[index] = difference(d, index, step);
    return agree(d->numeric[index], difference(d, index, step / 2), agreement, largest);
}

/* What is still to be compared, over draws. */
typedef struct comparison {
    bool *is_compared; /* [value_count] */
    int64_t left;
    double largest; /* difference so far */
} comparison;

static bool has_gradient(const kit_problem *problem, const kit_part *part)
{
    return part->role != KIT_UNIT_PARAMETER || !kit_is_frozen(&problem->plan, part->index);
}

/* The numbers of a part that are smooth here; the first wrong one is a failure. */
static void compare_part(kit_report *kit, draw *d, const kit_part *part, comparison *p)
{
    bool is_wrong = false;
    for (int64_t i = part->start; i < part->start + part->count; i++) {
        if (p->is_compared[i] || !is_smooth(d, i, p->largest)) continue;
        p->is_compared[i] = true;
        p->left--;
        if (!has_gradient(&d->problem, part)) continue;
        p->largest = fmax(p->largest, fabs(d->numeric[i]));
        if (is_wrong || agree((double)d->exact[i], d->numeric[i], bound, p->largest)) continue;
        is_wrong = true;
        kit_fail(kit,
                 "the gradient of %s %s is wrong: %.9g, by differences %.9g (number %lld; %lld "
                 "rows, %lld steps, %lld units)",
                 kit_part_role_text(part->role), part->name, (double)d->exact[i], d->numeric[i],
                 (long long)(i - part->start), (long long)d->problem.shape.rows,
                 (long long)d->problem.steps, (long long)d->problem.shape.hidden);
    }
}

static void check_shape(kit_report *kit, const rondo_cell *cell, const void *config,
                        const kit_shape *shape)
{
    comparison p = {.left = 1};
    int64_t failures = kit->failures;
    for (uint64_t seed = 100; seed < 100 + DRAWS && p.left > 0 && kit->failures == failures;
         seed++) {
        draw d;
        draw_start(&d, cell, config, shape, seed);
        if (!p.is_compared) {
            p.left = d.problem.value_count;
            p.is_compared = kit_allocate(p.left, sizeof *p.is_compared);
        }
        for (int64_t i = 0; i < d.problem.part_count; i++)
            compare_part(kit, &d, &d.problem.parts[i], &p);
        draw_finish(&d);
    }
    if (p.left > 0 && kit->failures == failures)
        kit_fail(kit, "central differences do not settle: forward is not a smooth function");
    free(p.is_compared);
}

void kit_check_cell_gradient(kit_report *kit, const rondo_cell *cell, const void *config)
{
    int64_t failures = kit->failures;
    for (size_t i = 0; i < SHAPES && kit->failures == failures; i++)
        check_shape(kit, cell, config, &shapes[i]);
}

void kit_print_gradients(const rondo_cell *cell, const void *config)
{
    draw d;
    draw_start(&d, cell, config, &shapes[OF_TABLE], 100);
    printf("# gradients of a random sum of outputs; %lld sequences of at most %lld steps, %lld "
           "inputs, %lld units\n",
           (long long)d.problem.shape.rows, (long long)d.problem.steps,
           (long long)d.problem.shape.input, (long long)d.problem.shape.hidden);
    printf("%-40s %6s %20s %20s %10s\n", "# of", "number", "analytic", "by differences",
           "relative");
    for (int64_t p = 0; p < d.problem.part_count; p++) {
        const kit_part *part = &d.problem.parts[p];
        char name[128];
        if (!has_gradient(&d.problem, part)) continue;
        snprintf(name, sizeof name, "%s %s", kit_part_role_text(part->role), part->name);
        for (int64_t i = part->start; i < part->start + part->count; i++) {
            bool smooth = is_smooth(&d, i, 1);
            double a = (double)d.exact[i], b = d.numeric[i], size = fmax(fabs(a), fabs(b));
            printf("%-40s %6lld %20.12g %20.12g %10.2g%s\n", name, (long long)(i - part->start), a,
                   b, size > 0 ? fabs(a - b) / size : 0, smooth ? "" : "  at a kink");
        }
    }
    draw_finish(&d);
}
