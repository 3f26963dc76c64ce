/* Any bytes as a sweep file, and as a plan: messages, or what prints to a text that is read as the
 * same and printed as the same again. */
#include <string.h>

#include "fuzz.h"
#include "sweep/expand.h"

static rondo_sweep *parse_sweep(const char *text)
{
    static rondo_error error;
    rondo_sweep *sweep = NULL;
    error.text[0] = '\0';
    if (rondo_sweep_parse("input/s.yaml", text, &sweep, &error) != RONDO_OK &&
        (sweep || error.text[0] == '\0'))
        fuzz_fail("a refused sweep without a message");
    return sweep;
}

/* Names are unique, and no run's name leads out of its folder. */
static void expand(const rondo_sweep *sweep)
{
    static rondo_error error;
    char name[RONDO_MAX_RUN_NAME];
    rondo_plan plan = {0};
    error.text[0] = '\0';
    rondo_status status = rondo_expand_variants(sweep, &plan, &error);
    if (status && error.text[0] == '\0') fuzz_fail("a refused plan without a message");
    for (int64_t v = 0; !status && v < plan.variant_count; v++) {
        rondo_run_name(v + 1, plan.variants[v].name, sweep->seeds[0], name);
        if (strchr(name, '/') || name[0] == '.' || strlen(name) >= RONDO_MAX_RUN_NAME - 1)
            fuzz_fail("a name that is no folder's");
    }
    rondo_owned_finish(&plan.owned);
}

static void try_sweep(const char *text)
{
    rondo_text first = {0}, second = {0};
    rondo_sweep *sweep = parse_sweep(text);
    if (!sweep) return;
    rondo_sweep_print(sweep, &first);
    double variants = (double)(sweep->case_count + 1) * (double)(sweep->search.trials + 1);
    for (int64_t a = 0; a < sweep->axis_count; a++)
        variants *= (double)sweep->axes[a].values.count;
    if (variants < 2000) expand(sweep);
    rondo_sweep_destroy(sweep);
    sweep = parse_sweep(rondo_text_get(&first));
    if (!sweep) fuzz_fail("a printed sweep that is refused");
    rondo_sweep_print(sweep, &second);
    if (strcmp(rondo_text_get(&first), rondo_text_get(&second)) != 0)
        fuzz_fail("a printed sweep that is another one");
    rondo_sweep_destroy(sweep);
    rondo_text_finish(&first);
    rondo_text_finish(&second);
}

static rondo_plan *parse_plan(const char *text)
{
    static rondo_error error;
    rondo_plan *plan = NULL;
    error.text[0] = '\0';
    if (rondo_plan_parse("input/plan.yaml", text, &plan, &error) != RONDO_OK &&
        (plan || error.text[0] == '\0'))
        fuzz_fail("a refused plan without a message");
    return plan;
}

static void try_plan(const char *text)
{
    rondo_text first = {0}, second = {0};
    rondo_plan *plan = parse_plan(text);
    if (!plan) return;
    rondo_plan_print(plan, &first);
    rondo_plan_destroy(plan);
    plan = parse_plan(rondo_text_get(&first));
    if (!plan) fuzz_fail("a printed plan that is refused");
    rondo_plan_print(plan, &second);
    if (strcmp(rondo_text_get(&first), rondo_text_get(&second)) != 0)
        fuzz_fail("a printed plan that is another one");
    rondo_plan_destroy(plan);
    rondo_text_finish(&first);
    rondo_text_finish(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    try_sweep(text);
    try_plan(text);
    free(text);
    return 0;
}
