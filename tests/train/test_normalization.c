/* What the summed loss is divided by: for rows of T steps, `sequences` with rate r and norm c is
 * `tokens` with rate r T and norm c / T. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "train/trained.h"

/* TOKENS / ROWS is a multiple of STEPS, so every minibatch is full. */
enum { ROWS = 4, STEPS = 10, TOKENS = 240 };

static const char config[] = "behavior_version: 1\n"
                             "data: {path: normalization.txt, batch_size: 4, truncated_bptt: 10,\n"
                             "  split: {valid: 0}}\n"
                             "model: {input: one_hot, layers: [{cell: lstm, hidden: 7}]}\n"
                             "train: {epochs: 3, log_every: 0}\n"
                             "output: {folder: normalization_run}\n"
                             "optimizer: {name: sgd, options: {momentum: 0.9}}\n";

static void write_text(void)
{
    char text[TOKENS + 1];
    rondo_error error = {0};
    for (int i = 0; i < TOKENS; i++)
        text[i] = (char)('a' + (i * i / 3 + i) % 5);
    text[TOKENS] = '\n';
    CHECK_INTEGER(rondo_file_write("normalization.txt", text, sizeof text, &error), RONDO_OK);
}

static void train(rondo_registry *registry, const char *rule, double rate, double norm,
                  trained *out)
{
    char sets[3][64];
    const char *const list[] = {sets[0], sets[1], sets[2]};
    snprintf(sets[0], sizeof sets[0], "loss.normalization=%s", rule);
    snprintf(sets[1], sizeof sets[1], "optimizer.learning_rate=%.17g", rate);
    snprintf(sets[2], sizeof sets[2], "clip.norm=%.17g", norm);
    trained_run(registry, config, list, 3, out);
    if (out->status) fprintf(stderr, "%s\n", out->error.text);
    CHECK_INTEGER(out->status, RONDO_OK);
    CHECK_INTEGER(out->tokens, TOKENS);
}

static void sequences_are_tokens_times_steps(void)
{
    static const double rate = 0.05;
    static const double norms[] = {0, 0.5, 100};
    static trained by_sequences[3], by_tokens, unscaled;
    rondo_registry *registry = trained_plugins();
    write_text();
    for (int i = 0; i < 3; i++) {
        train(registry, "sequences", rate, norms[i], &by_sequences[i]);
        train(registry, "tokens", rate * STEPS, norms[i] / STEPS, &by_tokens);
        CHECK(trained_distance(&by_sequences[i], &by_tokens) < 1e-12);
        train(registry, "tokens", rate, norms[i], &unscaled);
        CHECK(trained_distance(&by_sequences[i], &unscaled) > 1e-3);
    }
    CHECK(trained_distance(&by_sequences[0], &by_sequences[1]) > 1e-3);
    CHECK(trained_distance(&by_sequences[0], &by_sequences[2]) == 0);
    rondo_registry_destroy(registry);
}

int main(void)
{
    RUN(sequences_are_tokens_times_steps);
    return check_end();
}
