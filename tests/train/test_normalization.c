/* What the summed loss is divided by: for rows of T steps, `sequences` with rate r and norm c is
 * `tokens` with rate r T and norm c / T. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "plugin/registry.h"
#include "train/trainer.h"

/* TOKENS / ROWS is a multiple of STEPS, so every minibatch is full. */
enum { ROWS = 4, STEPS = 10, TOKENS = 240, MOST_PARAMETERS = 2000 };

static const char config[] = "behavior_version: 1\n"
                             "data: {path: normalization.txt, batch_size: 4, truncated_bptt: 10,\n"
                             "  split: {valid: 0}}\n"
                             "model: {input: one_hot, layers: [{cell: lstm, hidden: 7}]}\n"
                             "train: {epochs: 3, log_every: 0}\n"
                             "output: {folder: normalization_run}\n"
                             "optimizer: {name: sgd, options: {momentum: 0.9}}\n";

typedef struct result {
    int64_t count;
    double parameters[MOST_PARAMETERS];
} result;

static void write_text(void)
{
    char text[TOKENS + 1];
    rondo_error error = {0};
    for (int i = 0; i < TOKENS; i++)
        text[i] = (char)('a' + (i * i / 3 + i) % 5);
    text[TOKENS] = '\n';
    CHECK_INTEGER(rondo_file_write("normalization.txt", text, sizeof text, &error), RONDO_OK);
}

/* Trains from the start with these four keys set; the parameters at the end. */
static void train(rondo_registry *registry, const char *rule, double rate, double norm, result *out)
{
    static const volatile sig_atomic_t never;
    char sets[3][64];
    const char *const list[] = {sets[0], sets[1], sets[2]};
    rondo_error error = {0};
    rondo_experiment *experiment = NULL;
    rondo_session session;
    rondo_trainer_options options = {.overwrite = true, .stop = &never, .registry = registry};
    snprintf(sets[0], sizeof sets[0], "loss.normalization=%s", rule);
    snprintf(sets[1], sizeof sets[1], "optimizer.learning_rate=%.17g", rate);
    snprintf(sets[2], sizeof sets[2], "clip.norm=%.17g", norm);
    *out = (result){0};
    rondo_status status =
        rondo_experiment_parse("test", ".", config, list, 3, registry, &experiment, &error);
    if (!status) status = rondo_session_start(experiment, 1, &session, &error);
    if (status) fprintf(stderr, "%s\n", error.text);
    CHECK_INTEGER(status, RONDO_OK);
    if (status) return;
    const rondo_sequences *split = &session.dataset->splits[RONDO_TRAIN];
    CHECK_INTEGER(split->offset[split->count], TOKENS);
    CHECK_INTEGER(rondo_trainer_run(&session, &options, &error), RONDO_OK);
    out->count = session.network->layout.size;
    CHECK(out->count <= MOST_PARAMETERS);
    for (int64_t i = 0; i < out->count && i < MOST_PARAMETERS; i++)
        out->parameters[i] = (double)session.parameters[i];
    rondo_session_finish(&session);
}

static double distance(const result *a, const result *b)
{
    double largest = a->count == b->count && a->count > 0 ? 0 : INFINITY;
    for (int64_t i = 0; i < a->count; i++)
        largest = fmax(largest, fabs(a->parameters[i] - b->parameters[i]));
    return largest;
}

static void sequences_are_tokens_times_steps(void)
{
    static const double rate = 0.05;
    static const double norms[] = {0, 0.5, 100};
    static result by_sequences[3], by_tokens, unscaled;
    const char *folder = RONDO_BINARY_DIR "/plugins-double";
    rondo_registry *registry = NULL;
    rondo_error error = {0};
    write_text();
    CHECK_INTEGER(rondo_registry_create(&folder, 1, &registry, &error), RONDO_OK);
    if (!registry) return;
    for (int i = 0; i < 3; i++) {
        train(registry, "sequences", rate, norms[i], &by_sequences[i]);
        train(registry, "tokens", rate * STEPS, norms[i] / STEPS, &by_tokens);
        CHECK(distance(&by_sequences[i], &by_tokens) < 1e-12);
        train(registry, "tokens", rate, norms[i], &unscaled);
        CHECK(distance(&by_sequences[i], &unscaled) > 1e-3);
    }
    CHECK(distance(&by_sequences[0], &by_sequences[1]) > 1e-3);
    CHECK(distance(&by_sequences[0], &by_sequences[2]) == 0);
    rondo_registry_destroy(registry);
}

int main(void)
{
    RUN(sequences_are_tokens_times_steps);
    return check_end();
}
