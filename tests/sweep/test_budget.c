/* Equal parameters and equal tokens, against counts by hand. The Reber grammar has V = 9 symbols,
 * one-hot; the readout has 9 H + 9 parameters.
 *
 *   rnn    H V + H H + H       + 9 H + 9 =    H^2 + 19 H + 9
 *   gru    3 (H V + H H + H)   + 9 H + 9 =  3 H^2 + 39 H + 9
 *   lstm   4 (H V + H H + H)   + 9 H + 9 =  4 H^2 + 49 H + 9
 *   two lstm layers of H:      + 4 (2 H H + H)  = 12 H^2 + 53 H + 9
 */
#include "sweep/budget.h"

#include "sweep/estimate.h"
#include "sweep/support.h"

static void check_width(const rondo_plan *plan, int64_t variant, const char *path,
                        const char *width, int64_t parameters)
{
    const rondo_plan_variant *it = &plan->variants[variant];
    CHECK_TEXT(value_of(it, path), width);
    CHECK_INTEGER(it->parameters, parameters);
}

static void test_the_largest_width_that_fits(void)
{
    rondo_plan *plan = plan_of("base: base.yaml\n"
                               "variants:\n"
                               "  rnn: {model.layers.0.cell: rnn}\n"
                               "  gru: {model.layers.0.cell: gru}\n"
                               "  lstm: {model.layers.0.cell: lstm}\n"
                               "  deep: {model.layers.1: {cell: lstm, hidden: 1}}\n"
                               "budget:\n"
                               "  parameters: 5000\n"
                               "  solve: [model.layers.0.hidden, model.layers.1.hidden]\n");
    if (!plan) return;
    check_width(plan, 0, "model.layers.0.hidden", "61", 61 * 61 + 19 * 61 + 9);     /* 62: 5031 */
    check_width(plan, 1, "model.layers.0.hidden", "34", 3 * 34 * 34 + 39 * 34 + 9); /* 35: 5049 */
    check_width(plan, 2, "model.layers.0.hidden", "29", 4 * 29 * 29 + 49 * 29 + 9); /* 30: 5079 */
    check_width(plan, 3, "model.layers.0.hidden", "18", 12 * 18 * 18 + 53 * 18 + 9);
    CHECK_TEXT(value_of(&plan->variants[3], "model.layers.1.hidden"), "18"); /* 19: 5348 */
    CHECK_TEXT(value_of(&plan->variants[0], "model.layers.1.hidden"), "");   /* no second layer */
    CHECK_INTEGER(plan->budget_parameters, 5000);
    rondo_plan_destroy(plan);
}

/* Exactly reached at 29 units, one less than that at 28. */
static void test_a_budget_that_is_met_exactly(void)
{
    rondo_plan *plan = plan_of("base: base.yaml\n"
                               "budget: {parameters: 4794, solve: model.layers.0.hidden}\n");
    if (plan) check_width(plan, 0, "model.layers.0.hidden", "29", 4794);
    rondo_plan_destroy(plan);
    plan = plan_of("base: base.yaml\n"
                   "budget: {parameters: 4793, solve: model.layers.0.hidden}\n");
    if (plan) check_width(plan, 0, "model.layers.0.hidden", "28", 4 * 28 * 28 + 49 * 28 + 9);
    rondo_plan_destroy(plan);
    plan = plan_of("base: base.yaml\n" /* the least: one unit */
                   "budget: {parameters: 62, solve: model.layers.0.hidden}\n");
    if (plan) check_width(plan, 0, "model.layers.0.hidden", "1", 62);
    rondo_plan_destroy(plan);
}

/* Clockwork's four modules need four units: 9 H + H of the input, 10 of the block triangular matrix, and
 * 9 H + 9. */
static void test_a_cell_that_needs_some_units(void)
{
    rondo_plan *plan = plan_of("base: base.yaml\n"
                               "set: {model.layers.0.cell: clockwork}\n"
                               "budget: {parameters: 119, solve: model.layers.0.hidden}\n");
    if (plan)
        check_width(plan, 0, "model.layers.0.hidden", "4", 10 * 4 + 10 + 9 * 4 + 9); /* 5: 120 */
    rondo_plan_destroy(plan);
    CHECK_TEXT(messages("base: base.yaml\n"
                        "set: {model.layers.0.cell: clockwork}\n"
                        "budget: {parameters: 94, solve: model.layers.0.hidden}\n"),
               "s.yaml:3:1: budget.parameters: 94: cannot be reached with model.layers.0.hidden: "
               "at least 95 parameters, with the value 4");
}

/* ON-LSTM with C units a chunk: (4 H + 2 H / C) (9 + H + 1) + 9 H + 9, of multiples of C alone. */
static int64_t ordered_count(int64_t hidden, int64_t chunk)
{
    return (4 * hidden + 2 * hidden / chunk) * (hidden + 10) + 9 * hidden + 9;
}

static void test_units_that_share_weights(void)
{
    CHECK(ordered_count(20, 10) < 5000 && ordered_count(30, 10) >= 5000); /* 2,709 and 5,319 */
    rondo_plan *plan = plan_of(
        "base: base.yaml\n"
        "set: {model.layers.0.cell: ordered_neurons_lstm, model.layers.0.options.chunk: 10}\n"
        "budget: {parameters: 5000, solve: model.layers.0.hidden}\n");
    if (plan) check_width(plan, 0, "model.layers.0.hidden", "20", ordered_count(20, 10));
    rondo_plan_destroy(plan);
    plan = plan_of(
        "base: base.yaml\n"
        "set: {model.layers.0.cell: ordered_neurons_lstm, model.layers.0.options.chunk: 4}\n"
        "budget: {parameters: 5000, solve: model.layers.0.hidden}\n");
    if (plan) check_width(plan, 0, "model.layers.0.hidden", "24", ordered_count(24, 4));
    rondo_plan_destroy(plan);
    CHECK_TEXT(
        messages(
            "base: base.yaml\n"
            "set: {model.layers.0.cell: ordered_neurons_lstm, model.layers.0.options.chunk: 10}\n"
            "budget: {parameters: 900, solve: model.layers.0.hidden}\n"),
        "s.yaml:3:1: budget.parameters: 900: cannot be reached with model.layers.0.hidden: "
        "at least 939 parameters, with the value 10");
}

/* 4 * 65536^2 + 49 * 65536 + 9 is the most that a key of at most 65536 units allows. */
static void test_budgets_that_cannot_be(void)
{
    CHECK_TEXT(messages("base: base.yaml\n"
                        "budget: {parameters: 61, solve: model.layers.0.hidden}\n"),
               "s.yaml:2:1: budget.parameters: 61: cannot be reached with model.layers.0.hidden: "
               "at least 62 parameters, with the value 1");
    CHECK_TEXT(messages("base: base.yaml\n"
                        "budget: {parameters: 99000000000, solve: model.layers.0.hidden}\n"),
               "s.yaml:2:1: budget.parameters: 99000000000: cannot be reached with "
               "model.layers.0.hidden: at most 17183080457 parameters, with the value 65536");
    CHECK_TEXT(messages("base: base.yaml\n"
                        "budget: {parameters: 5000, solve: data.batch_size}\n"),
               "s.yaml:2:1: budget.parameters: 5000: budget.solve has no effect on the number of "
               "parameters");
    CHECK_CONTAINS(messages("base: base.yaml\n"
                            "budget: {parameters: 5000, solve: model.layers.0.hiden}\n"),
                   "s.yaml:2:1: model.layers.0.hiden: unknown key");
    CHECK_CONTAINS(messages("base: base.yaml\n"
                            "budget: {parameters: 5000, solve: model.layers.3.hidden}\n"),
                   "the variant has none of the layers that budget.solve names");
    CHECK_CONTAINS(messages("base: base.yaml\n"
                            "axes: {model.layers.0.hidden: [3, 4]}\n"
                            "budget: {parameters: 5000, solve: model.layers.0.hidden}\n"),
                   "model.layers.0.hidden: is set by axes, and by budget.solve as well");
}

/* A learning rate changes no width: what was solved once is taken again, and is the same. */
static void test_a_search_is_solved_alike(void)
{
    rondo_plan *plan =
        plan_of("base: base.yaml\n"
                "search: {trials: 5, draw: {optimizer.learning_rate: {uniform: [0.1, 0.2]}}}\n"
                "budget: {parameters: 5000, solve: model.layers.0.hidden}\n");
    for (int64_t v = 0; plan && v < 5; v++)
        check_width(plan, v, "model.layers.0.hidden", "29", 4794);
    rondo_plan_destroy(plan);
}

static void test_tokens_become_steps(void)
{
    CHECK_INTEGER(rondo_budget_steps(300, 300, 10), 10);
    CHECK_INTEGER(rondo_budget_steps(1000, 300, 10), 34);
    CHECK_INTEGER(rondo_budget_steps(990, 300, 10), 33);
    CHECK_INTEGER(rondo_budget_steps(991, 300, 10), 34);
    CHECK_INTEGER(rondo_budget_steps(1, 300, 10), 1);
}

/* 100 sequences are 10 update steps an epoch, and 20 with minibatches of 5: as many epochs. */
static void test_a_budget_of_tokens(void)
{
    rondo_plan *plan = plan_of("base: base.yaml\n"
                               "axes: {data.batch_size: [10, 5]}\n"
                               "budget: {tokens: 3000}\n");
    if (!plan) return;
    int64_t large = 0, small = 0;
    CHECK(rondo_text_integer(value_of(&plan->variants[0], "train.max_steps"), &large));
    CHECK(rondo_text_integer(value_of(&plan->variants[1], "train.max_steps"), &small));
    CHECK(small == 2 * large || small == 2 * large - 1);
    CHECK_TEXT(value_of(&plan->variants[0], "train.epochs"),
               value_of(&plan->variants[1], "train.epochs"));
    rondo_plan_destroy(plan);
    CHECK_CONTAINS(messages("base: base.yaml\nset: {train.epochs: 3}\nbudget: {tokens: 3000}\n"),
                   "train.epochs: is set by set, and by budget.tokens as well");
    CHECK_CONTAINS(messages("base: base.yaml\nbudget: {tokens: 9007199254740992}\n"),
                   "s.yaml:2:1: budget.tokens: 9007199254740992 are ");
}

static void test_seconds_are_a_key_of_the_config(void)
{
    rondo_plan *plan = plan_of("base: base.yaml\nbudget: {seconds: 2.5}\n");
    if (!plan) return;
    CHECK_TEXT(value_of(&plan->variants[0], "train.max_seconds"), "2.5");
    CHECK_NEAR(plan->budget_seconds, 2.5, 0);
    rondo_plan_destroy(plan);
}

static void test_estimates_by_hand(void)
{
    const rondo_halving_config none = {0};
    const rondo_halving_config third = {
        .keep_part = 1, .keep_of = 3, .rung_count = 3, .rungs = {1, 3, 9}};
    CHECK_NEAR(rondo_halving_share(&none, 9), 1, 0);
    /* 9 runs for 1 epoch, 3 for 2 more, 1 for 6 more, of 9 times 9. */
    CHECK_NEAR(rondo_halving_share(&third, 9), 21.0 / 81, 1e-15);
    CHECK_INTEGER(rondo_estimate_steps(3, 10, 0), 30);
    CHECK_INTEGER(rondo_estimate_steps(3, 10, 25), 25);
    CHECK_INTEGER(rondo_estimate_steps(3, 10, 31), 30);
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_the_largest_width_that_fits);
    RUN(test_a_budget_that_is_met_exactly);
    RUN(test_a_cell_that_needs_some_units);
    RUN(test_units_that_share_weights);
    RUN(test_budgets_that_cannot_be);
    RUN(test_a_search_is_solved_alike);
    RUN(test_tokens_become_steps);
    RUN(test_a_budget_of_tokens);
    RUN(test_seconds_are_a_key_of_the_config);
    RUN(test_estimates_by_hand);
    return support_end();
}
