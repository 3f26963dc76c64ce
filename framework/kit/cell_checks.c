/* What cell.h promises of a cell, apart from its gradients being right. */
#include "kit/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/background.h"
#include "kit/call.h"

static const kit_tiling whole = {0, 0};

static const kit_shape one_step = {
    .rows = 3, .input = 2, .hidden = 7, .gap = 5, .lengths = {1, 1, 1}};
static const kit_shape ragged = {
    .rows = 6, .input = 5, .hidden = 37, .gap = 3, .lengths = {5, 5, 4, 2, 1, 1}};

static bool check_plan_pure(kit_report *kit, const rondo_cell *cell, const void *config)
{
    rondo_cell_plan first, second;
    memset(&first, 0, sizeof first);
    memset(&second, 0, sizeof second);
    kit_call_enter("plan", -1, -1);
    cell->plan(config, &first);
    cell->plan(config, &second);
    kit_call_leave();
    if (memcmp(&first, &second, sizeof first) == 0) return true;
    return kit_fail(kit, "plan gives another plan when called again");
}

static bool check_intact(kit_report *kit, kit_pass *pass, const kit_problem *problem,
                         const char *function)
{
    kit_named_array list[KIT_MAX_ARRAYS];
    int64_t count = kit_pass_arrays(pass, problem, list);
    for (int64_t i = 0; i < count; i++) {
        if (!kit_array_intact(list[i].array))
            return kit_fail(kit, "%s writes outside its tile of %s", function, list[i].name);
    }
    return true;
}

/* Names in `inputs` (space around each) are compared; the others may change. */
static bool check_unchanged(kit_report *kit, kit_pass *pass, kit_pass *before,
                            const kit_problem *problem, const char *function, const char *inputs)
{
    kit_named_array now[KIT_MAX_ARRAYS], then[KIT_MAX_ARRAYS];
    int64_t count = kit_pass_arrays(pass, problem, now);
    kit_pass_arrays(before, problem, then);
    for (int64_t i = 0; i < count; i++) {
        char name[32] = " ";
        strcat(strcat(name, now[i].name), " ");
        if (strstr(inputs, name) && !kit_array_same(now[i].array, then[i].array))
            return kit_fail(kit, "%s changes its input %s", function, now[i].name);
    }
    return true;
}

static void copy_pass(kit_pass *copy, kit_pass *pass, const kit_problem *problem)
{
    kit_named_array from[KIT_MAX_ARRAYS], to[KIT_MAX_ARRAYS];
    kit_pass_start(copy, problem);
    int64_t count = kit_pass_arrays(pass, problem, from);
    kit_pass_arrays(copy, problem, to);
    for (int64_t i = 0; i < count; i++)
        kit_array_set(to[i].array, from[i].array);
}

/* Forward of one step, stage by stage. maker[i] becomes the stage that made intermediate i. */
static bool check_step_forward(kit_report *kit, const kit_problem *problem, kit_pass *pass,
                               int32_t maker[RONDO_MAX_INTERMEDIATES])
{
    const rondo_cell_plan *plan = &problem->plan;
    bool good = true;
    for (int32_t i = 0; i < plan->intermediate_count; i++)
        maker[i] = -1;
    for (int32_t s = 0; good && s < plan->stage_count; s++) {
        kit_pass before;
        kit_step_products(problem, pass, 0, s);
        copy_pass(&before, pass, problem);
        kit_step_call(problem, pass, 0, s, false, whole);
        good = check_intact(kit, pass, problem, "forward") &&
               check_unchanged(kit, pass, &before, problem, "forward",
                               " previous unit_parameters input noise ");
        for (int32_t i = 0; good && i < plan->intermediate_count; i++) {
            if (kit_array_same(&pass->intermediate[i], &before.intermediate[i])) continue;
            if (maker[i] >= 0)
                good = kit_fail(kit, "intermediate %s is written by two stages",
                                plan->intermediates[i]);
            maker[i] = s;
        }
        kit_pass_finish(&before);
    }
    if (good) kit_step_project(problem, pass, 0);
    for (int32_t i = 0; good && i < plan->state_count; i++) {
        if (!kit_array_finite(&pass->state[i]))
            good = kit_fail(kit,
                            "forward leaves a value of state %s unwritten or not finite, or reads "
                            "what nobody wrote",
                            plan->states[i]);
    }
    for (int32_t i = 0; good && i < plan->intermediate_count; i++) {
        if (maker[i] < 0 || !kit_array_finite(&pass->intermediate[i]))
            good = kit_fail(kit, "intermediate %s is not written, or not finite",
                            plan->intermediates[i]);
    }
    return good;
}

/* a + what was there before, within rounding. */
static bool added_to(const kit_array *result, const kit_array *plain, uint64_t seed)
{
    double tolerance = sizeof(rondo_real) == sizeof(double) ? 1e-12 : 1e-4;
    uint64_t index = 0;
    for (int64_t r = 0; r < plain->rows; r++) {
        for (int64_t u = 0; u < plain->units; u++) {
            double start = (double)(rondo_real)kit_random(seed, index++);
            double want = (double)kit_array_at(plain, r, 0)[u] + start;
            double got = (double)kit_array_at(result, r, 0)[u];
            if (!(fabs(got - want) <= tolerance * fmax(1, fabs(want)))) return false;
        }
    }
    return true;
}

static void add_random(kit_array *array, uint64_t seed)
{
    uint64_t index = 0;
    for (int64_t r = 0; r < array->rows; r++) {
        for (int64_t u = 0; u < array->units; u++)
            kit_array_at(array, r, 0)[u] += (rondo_real)kit_random(seed, index++);
    }
}

/* Values that the host reads: gradients of the gate blocks a stage fills, and of its inputs. */
static bool check_step_finite(kit_report *kit, const kit_problem *problem, kit_pass *pass)
{
    bool good = kit_array_finite(&pass->gates) && kit_array_finite(&pass->separate);
    for (int32_t i = 0; i < problem->plan.state_count; i++)
        good = good && kit_array_finite(&pass->d_initial[i]);
    for (int32_t i = 0; i < problem->plan.intermediate_count; i++)
        good = good && kit_array_finite(&pass->d_intermediate[i]);
    if (problem->plan.wants_input) good = good && kit_array_finite(&pass->d_input);
    for (int32_t i = 0; i < problem->plan.unit_parameter_count; i++)
        good = good && kit_array_finite(&pass->d_unit_parameters[i]);
    if (good) return true;
    return kit_fail(kit, "backward gives values that are not finite: it reads what forward did not "
                         "write, or leaves a gradient unwritten");
}

/* The same call once more, with other numbers already in what must be added to. */
static bool check_adds(kit_report *kit, const kit_problem *problem, kit_pass *before,
                       kit_pass *after, int32_t stage, const int32_t *maker)
{
    const rondo_cell_plan *plan = &problem->plan;
    bool good = true;
    for (int32_t i = 0; i < plan->state_count; i++)
        add_random(&before->d_initial[i], 50);
    if (plan->wants_input) add_random(&before->d_input, 55);
    for (int32_t i = 0; i < plan->intermediate_count; i++) {
        if (maker[i] != stage) add_random(&before->d_intermediate[i], 60);
    }
    kit_step_call(problem, before, 0, stage, true, whole);
    for (int32_t i = 0; good && i < plan->state_count; i++) {
        if (!added_to(&before->d_initial[i], &after->d_initial[i], 50))
            good =
                kit_fail(kit, "backward overwrites d_previous of state %s instead of adding to it",
                         plan->states[i]);
    }
    if (good && plan->wants_input && !added_to(&before->d_input, &after->d_input, 55))
        good = kit_fail(kit, "backward overwrites d_input instead of adding to it");
    for (int32_t i = 0; good && i < plan->intermediate_count; i++) {
        if (maker[i] != stage &&
            !added_to(&before->d_intermediate[i], &after->d_intermediate[i], 60))
            good = kit_fail(kit, "backward overwrites d_intermediate of %s instead of adding to it",
                            plan->intermediates[i]);
    }
    return good;
}

static bool check_step_backward(kit_report *kit, const kit_problem *problem, kit_pass *pass,
                                const int32_t *maker)
{
    bool good = true;
    kit_fill_gradients(problem, pass);
    for (int32_t v = 0; v < problem->plan.unit_parameter_count; v++)
        kit_array_randomize(&pass->d_unit_parameters[v], 70);
    kit_step_project_back(problem, pass, 0);
    for (int32_t s = problem->plan.stage_count - 1; good && s >= 0; s--) {
        kit_pass before;
        copy_pass(&before, pass, problem);
        kit_step_call(problem, pass, 0, s, true, whole);
        good =
            check_intact(kit, pass, problem, "backward") &&
            check_unchanged(kit, pass, &before, problem, "backward",
                            " previous unit_parameters input noise state intermediate d_state ") &&
            check_step_finite(kit, problem, pass) &&
            check_adds(kit, problem, &before, pass, s, maker);
        kit_pass_finish(&before);
        kit_step_source_gradient(problem, pass, 0, s);
    }
    return good;
}

static bool check_one_step(kit_report *kit, const rondo_cell *cell, const void *config)
{
    kit_problem problem;
    kit_pass pass;
    int32_t maker[RONDO_MAX_INTERMEDIATES];
    kit_problem_start(&problem, cell, config, &one_step, 11);
    kit_pass_start(&pass, &problem);
    bool good = check_step_forward(kit, &problem, &pass, maker) &&
                check_step_backward(kit, &problem, &pass, maker);
    kit_pass_finish(&pass);
    kit_problem_finish(&problem);
    return good;
}

typedef struct run {
    const kit_problem *problem;
    kit_tiling tiling;
    kit_pass pass;
    int thread;
} run;

static void start_run(run *r)
{
    kit_pass_start(&r->pass, r->problem);
}

static void run_passes(void *argument)
{
    run *r = argument;
    kit_call_thread(r->thread);
    kit_forward(r->problem, &r->pass, r->tiling);
    kit_backward(r->problem, &r->pass, r->tiling);
}

static bool same_passes(kit_pass *a, kit_pass *b, const kit_problem *problem)
{
    kit_named_array first[KIT_MAX_ARRAYS], second[KIT_MAX_ARRAYS];
    int64_t count = kit_pass_arrays(a, problem, first);
    kit_pass_arrays(b, problem, second);
    for (int64_t i = 0; i < count; i++) {
        if (!kit_array_same(first[i].array, second[i].array)) return false;
    }
    return true;
}

static bool check_against(kit_report *kit, run *reference, kit_tiling tiling, const char *sentence)
{
    run other = {.problem = reference->problem, .tiling = tiling};
    start_run(&other);
    run_passes(&other);
    bool good = check_intact(kit, &other.pass, other.problem, "forward or backward");
    if (good && !same_passes(&reference->pass, &other.pass, reference->problem))
        good = kit_fail(kit, "%s", sentence);
    kit_pass_finish(&other.pass);
    return good;
}

static bool check_threads(kit_report *kit, run *reference)
{
    rondo_background *threads[KIT_MOST_THREADS] = {NULL};
    run runs[KIT_MOST_THREADS];
    rondo_error error = {0};
    bool good = true;
    for (int i = 0; i < KIT_MOST_THREADS; i++) {
        runs[i] = (run){.problem = reference->problem, .thread = i + 1};
        start_run(&runs[i]);
        if (good && rondo_background_create(&threads[i], &error))
            good = kit_fail(kit, "no %d threads to check with: %s", KIT_MOST_THREADS, error.text);
    }
    for (int i = 0; good && i < KIT_MOST_THREADS; i++)
        rondo_background_start(threads[i], run_passes, &runs[i]);
    for (int i = 0; i < KIT_MOST_THREADS; i++)
        rondo_background_destroy(threads[i]);
    for (int i = 0; i < KIT_MOST_THREADS; i++) {
        if (good && !same_passes(&reference->pass, &runs[i].pass, reference->problem))
            good = kit_fail(kit, "four threads at once give other bytes than one");
        kit_pass_finish(&runs[i].pass);
    }
    return good;
}

static bool check_bytes(kit_report *kit, const rondo_cell *cell, const void *config)
{
    kit_problem problem;
    kit_problem_start(&problem, cell, config, &ragged, 12);
    run reference = {.problem = &problem};
    start_run(&reference);
    run_passes(&reference);
    const char *rows = "rows one at a time give other bytes than all at once: a row depends on "
                       "other rows";
    bool good =
        check_against(kit, &reference, whole, "the same input gives other bytes when run again") &&
        check_against(kit, &reference, (kit_tiling){1, 0}, rows) &&
        check_against(kit, &reference, (kit_tiling){4, 0}, rows);
    if (good && !problem.plan.whole_rows) {
        const char *units = "units in parts give other bytes than all at once (a cell that needs "
                            "all units says whole_rows)";
        good = check_against(kit, &reference, (kit_tiling){0, 1}, units) &&
               check_against(kit, &reference, (kit_tiling){2, 13}, units);
    }
    good = good && check_threads(kit, &reference);
    kit_pass_finish(&reference.pass);
    kit_problem_finish(&problem);
    return good;
}

/* Pre-activations of about +-100 and +-10000: an exp of them is infinite, and infinities make NaN. */
static bool check_large(kit_report *kit, const rondo_cell *cell, const void *config)
{
    static const double scales[] = {1e2, 1e4};
    bool good = true;
    for (int i = 0; good && i < 2; i++) {
        kit_shape shape = {.rows = 2, .input = 2, .hidden = 5, .lengths = {3, 2}};
        shape.input_scale = scales[i];
        kit_problem problem;
        kit_pass pass;
        kit_problem_start(&problem, cell, config, &shape, 13 + (uint64_t)i);
        kit_pass_start(&pass, &problem);
        kit_forward(&problem, &pass, whole);
        for (int32_t s = 0; good && s < problem.plan.state_count; s++)
            if (!kit_array_finite(&pass.state[s]))
                good = kit_fail(kit,
                                "forward gives a state %s that is not finite where inputs are as "
                                "large as %g: an exp that overflows?",
                                problem.plan.states[s], scales[i]);
        if (good) kit_backward(&problem, &pass, whole);
        if (good && !(kit_array_finite(&pass.gates) && kit_array_finite(&pass.separate) &&
                      kit_array_finite(&pass.d_initial[0])))
            good = kit_fail(kit,
                            "backward gives gradients that are not finite where inputs are as "
                            "large as %g: an exp that overflows, or a division by 0?",
                            scales[i]);
        kit_pass_finish(&pass);
        kit_problem_finish(&problem);
    }
    return good;
}

/* Without noise, as in evaluation. */
static bool check_evaluation(kit_report *kit, const rondo_cell *cell, const void *config)
{
    kit_problem problem;
    kit_pass pass;
    bool good = true;
    kit_problem_start(&problem, cell, config, &one_step, 16);
    kit_pass_start(&pass, &problem);
    pass.is_evaluation = true;
    kit_forward(&problem, &pass, whole);
    for (int32_t s = 0; good && s < problem.plan.state_count; s++)
        if (!kit_array_finite(&pass.state[s]))
            good = kit_fail(kit, "without noise forward leaves a value of state %s unwritten",
                            problem.plan.states[s]);
    kit_pass_finish(&pass);
    kit_problem_finish(&problem);
    return good;
}

void kit_check_cell(kit_report *kit, const rondo_cell *cell, const void *config)
{
    if (!check_plan_pure(kit, cell, config) || !check_one_step(kit, cell, config) ||
        !check_bytes(kit, cell, config) || !check_large(kit, cell, config) ||
        !check_evaluation(kit, cell, config))
        return;
    if (cell->surrogate)
        kit_note(kit, "gradients were not compared with differences: backward is %s",
                 cell->surrogate);
    else if (sizeof(rondo_real) == sizeof(double))
        kit_check_cell_gradient(kit, cell, config);
}
