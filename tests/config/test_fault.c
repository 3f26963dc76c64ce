/* Memory that runs out at the N-th allocation, N = 1, 2, 3 .. until the load works: a status, one
 * line, no handle, and (under the address sanitizer) no leak. */
#include "support.h"
#include "support/fault.h"

/* Loads with the N-th and all later allocations failing, until the status is `last`. */
static void check_load(const char *path, const char *set, rondo_status last)
{
    rondo_status status = RONDO_FAILED;
    int n = 0;
    while (status == RONDO_FAILED && n < 5000) {
        rondo_error error = {0};
        rondo_experiment *experiment = (rondo_experiment *)&error;
        fault_arm(FAULT_MEMORY, ++n, true);
        status = rondo_experiment_load(path, &set, 1, registry, &experiment, &error);
        fault_disarm();
        CHECK((status == RONDO_OK) == (experiment != NULL));
        if (status) CHECK(error.text[0] != '\0');
        if (status == RONDO_FAILED) CHECK(strchr(error.text, '\n') == NULL);
        rondo_experiment_destroy(experiment);
    }
    CHECK_INTEGER(status, last);
    CHECK(n > 50);
}

static void test_load(void)
{
    check_load("good/extends_chain.yaml", "data.vocabulary.unknown=none", RONDO_OK);
}

static void test_load_with_mistakes(void)
{
    check_load("bad/unknown_keys.yaml", "train.epochs={a: 1}", RONDO_USAGE);
}

static void test_print_says_when_it_failed(void)
{
    rondo_experiment *experiment = parse(LEAST, NULL);
    rondo_text text = {0};
    fault_arm(FAULT_MEMORY, 1, true);
    if (experiment) rondo_experiment_print(experiment, &text);
    fault_disarm();
    CHECK(experiment && text.failed);
    rondo_text_finish(&text);
    if (experiment) rondo_experiment_print(experiment, &text);
    CHECK(!text.failed);
    rondo_text_finish(&text);
    rondo_experiment_destroy(experiment);
}

/* A key is not left out because there is no memory to see whether it counts. */
static void test_short_print_says_when_it_failed(void)
{
    rondo_experiment *experiment = parse(LEAST, NULL);
    rondo_text whole = {0};
    CHECK(experiment != NULL);
    if (!experiment) return;
    rondo_experiment_print_short(experiment, &whole);
    CHECK(!whole.failed);
    bool is_whole = false;
    for (int n = 1; !is_whole && n < 5000; n++) {
        rondo_text text = {0};
        fault_arm(FAULT_MEMORY, n, true);
        rondo_experiment_print_short(experiment, &text);
        fault_disarm();
        CHECK(text.failed || text.length >= whole.length);
        is_whole = !text.failed && strcmp(rondo_text_get(&text), rondo_text_get(&whole)) == 0;
        rondo_text_finish(&text);
    }
    CHECK(is_whole);
    rondo_text_finish(&whole);
    rondo_experiment_destroy(experiment);
}

int main(void)
{
    if (!support_start()) return 1;
    rondo_experiment_destroy(parse(LEAST, NULL)); /* plugins are loaded before memory is short */
    RUN(test_load);
    RUN(test_load_with_mistakes);
    RUN(test_print_says_when_it_failed);
    RUN(test_short_print_says_when_it_failed);
    return support_end();
}
