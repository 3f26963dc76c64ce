/* A whole run keeps its folder through a loss of power at any moment: no name is given to contents
 * that are not on the disk, and a checkpoint is never newer than the metrics that lead to it. */
#include "check.h"

#include "base/durable.h"
#include "base/file.h"
#include "train/trained.h"

static const char config[] =
    "behavior_version: 1\n"
    "data: {path: durable.txt, batch_size: 4, truncated_bptt: 5,\n"
    "  split: {valid: 0.2}}\n"
    "model: {input: one_hot, layers: [{cell: rnn, hidden: 3}]}\n"
    "train: {epochs: 3, log_every: 1}\n"
    "output: {folder: durable_run, keep_checkpoints: 2, checkpoint_every: {steps: 2}}\n"
    "optimizer: {name: sgd, learning_rate: 0.5}\n";

static void a_run(void)
{
    static const char text[] = "the cat sees the dog that sees the cat that saw a bird and a dog\n"
                               "the dog sees the cat that sees the dog that saw a bird and a cat\n";
    static trained out;
    rondo_error error = {0};
    rondo_registry *registry = trained_plugins();
    CHECK_INTEGER(rondo_file_write("durable.txt", text, strlen(text), &error), RONDO_OK);
    fault_record();
    trained_run(registry, config, NULL, 0, &out);
    const recording r = durable_take();
    const char *fault = durable_fault(&r);
    CHECK_INTEGER(out.status, RONDO_OK);
    CHECK_TEXT(fault ? fault : "", "");
    CHECK(r.count < FAULT_EVENTS);
    CHECK(durable_count(&r, FILE_RENAME, "latest.h5") > 6);
    CHECK(durable_count(&r, FILE_RENAME, "latest-1.h5") > 5);
    CHECK(durable_count(&r, FILE_RENAME, "best.h5") > 0);
    CHECK_INTEGER(durable_count(&r, FILE_RENAME, "config.yaml"), 1);
    for (int i = -1; (i = durable_find(&r, i + 1, FILE_RENAME, "latest.h5")) >= 0;) {
        CHECK(durable_find(&r, 0, FILE_WRITE, "metrics.jsonl") < i);
        CHECK(durable_flushed(&r, i, "metrics.jsonl"));
    }
    CHECK(durable_flushed(&r, r.count, "metrics.jsonl"));
    rondo_registry_destroy(registry);
}

int main(void)
{
    RUN(a_run);
    return check_end();
}
