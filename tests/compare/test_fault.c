/* Memory that runs out at the N-th allocation of a comparison, N = 1, 2, 3 .. until it works: a status, one
 * line, and (under the address sanitizer) no leak. */
#include "base/scratch.h"
#include "check.h"
#include "support/fault.h"
#include "support/registry.h"

#include <math.h>
#include <stdio.h>

#include "compare/comparison.h"

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    scratch_write(path, text, strlen(text));
}

/* What training leaves of one epoch. */
static void make_run(const char *folder, const char *cell, int seed, double loss)
{
    char text[1024];
    scratch_folder(folder);
    snprintf(text, sizeof text,
             "behavior_version: 1\nseed: %d\ntask: language_model\ndata: {path: none.txt}\n"
             "model:\n  layers:\n    - {cell: %s, hidden: 16}\n    - {cell: %s, hidden: 17}\n"
             "optimizer: {name: adam, learning_rate: 0.01}\ntrain: {epochs: 1}\n",
             seed, cell, cell);
    write_file(folder, "config.yaml", text);
    snprintf(
        text, sizeof text,
        "{\"kind\": \"units\", \"of\": \"test\", \"loss\": \"nats\"}\n"
        "{\"kind\": \"data\", \"step\": 0, \"epoch\": 0, \"train_fingerprint\": 11}\n"
        "{\"kind\": \"epoch\", \"step\": 9, \"epoch\": 1, \"loss\": %g}\n"
        "{\"kind\": \"valid\", \"step\": 9, \"epoch\": 1, \"loss\": %g}\n"
        "{\"kind\": \"test\", \"step\": 9, \"epoch\": 1, \"loss\": %g, \"checkpoint_epoch\": 1}\n",
        loss, loss, loss);
    write_file(folder, "metrics.jsonl", text);
}

static rondo_status compare(const rondo_compare_options *options, rondo_comparison *comparison,
                            rondo_error *error)
{
    static const char *const paths[] = {"gru-1", "gru-2", "lstm-1", "lstm-2"};
    rondo_status status = rondo_comparison_collect(paths, 4, options, comparison, error);
    if (status) return status;
    status = rondo_comparison_analyse(comparison, error);
    if (status) rondo_comparison_finish(comparison);
    return status;
}

static void memory_runs_out(void)
{
    rondo_registry *registry = NULL;
    rondo_error error = {0};
    rondo_comparison comparison;
    CHECK_INTEGER(test_registry_create(RONDO_BINARY_DIR "/plugins", &registry, &error), RONDO_OK);
    make_run("gru-1", "gru", 1, 1.25);
    make_run("gru-2", "gru", 2, 1.5);
    make_run("lstm-1", "lstm", 1, 1);
    make_run("lstm-2", "lstm", 2, 1.5);
    const rondo_compare_options options = {.margin = NAN, .registry = registry};
    rondo_status status = RONDO_FAILED;
    int n = 0;
    while (status && n < 5000) {
        error = (rondo_error){0};
        fault_arm(FAULT_MEMORY, ++n, true);
        status = compare(&options, &comparison, &error);
        fault_disarm();
        if (status) CHECK_CONTAINS(error.text, "not enough memory");
        if (status) CHECK_INTEGER(status, RONDO_FAILED);
    }
    CHECK_INTEGER(status, RONDO_OK);
    CHECK(n > 100);
    CHECK_INTEGER(comparison.variant_count, 2);
    CHECK_TEXT(comparison.variants[0].hidden_text, "16+17");
    CHECK(comparison.variants[0].value.mean == 1.375);
    CHECK(comparison.variants[1].value.mean == 1.25);
    rondo_comparison_finish(&comparison);
    rondo_registry_destroy(registry);
}

int main(void)
{
    RUN(memory_runs_out);
    return check_end();
}
