/* Weight noise: what it is, and that an update takes its gradient at the noisy weights and moves
 * the weights without noise. */
#include "check.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "support/registry.h"
#include "train/noise.h"
#include "train/trainer.h"

static const char config[] = "behavior_version: 1\n"
                             "seed: 3\n"
                             "data: {path: noise.txt, batch_size: 4, truncated_bptt: 10,\n"
                             "  split: {valid: 0}}\n"
                             "model: {input: {embedding: 5}, layers: [{cell: lstm, hidden: 7}]}\n"
                             "train: {max_steps: 1, log_every: 0, weight_noise: 0.1}\n"
                             "output: {folder: noise_run}\n"
                             "optimizer: {name: sgd, learning_rate: 0.5}\n";

static rondo_registry *registry;

static bool start(const char *set, rondo_session *session)
{
    rondo_experiment *experiment = NULL;
    rondo_error error = {0};
    rondo_status status =
        rondo_experiment_parse("test", ".", config, &set, 1, registry, &experiment, &error);
    if (!status) status = rondo_session_start(experiment, 1, session, &error);
    if (status) fprintf(stderr, "%s\n", error.text);
    CHECK_INTEGER(status, RONDO_OK);
    return status == RONDO_OK;
}

static rondo_real *copy_of(const rondo_layout *layout, const rondo_real *from)
{
    rondo_error error = {0};
    size_t bytes = (size_t)layout->size * sizeof *from;
    rondo_real *copy = rondo_memory_create(bytes, "test", &error);
    if (from) memcpy(copy, from, bytes);
    return copy;
}

/* Mean 0 and the deviation asked for; other numbers for another step; the same for any threads. */
static void numbers(void)
{
    enum { SIZE = 100001 }; /* odd: half a pair is left */
    static rondo_real clean[SIZE + 16], noisy[SIZE + 16], again[SIZE + 16];
    const rondo_layout layout = {.size = SIZE + 16, .trained_size = SIZE};
    const rondo_noise noise = {0.25, 1, noisy}, repeated = {0.25, 1, again};
    double sum = 0, squares = 0;
    for (int i = 0; i < SIZE + 16; i++)
        clean[i] = (rondo_real)(i % 10);
    rondo_noise_add(&noise, &layout, 7, 1, clean);
    for (int i = 0; i < SIZE; i++) {
        double difference = (double)noisy[i] - (double)clean[i];
        sum += difference;
        squares += difference * difference;
    }
    CHECK(fabs(sum / SIZE) < 4 * 0.25 / sqrt(SIZE));
    CHECK_NEAR(sqrt(squares / SIZE), 0.25, 0.003);
    for (int i = SIZE; i < SIZE + 16; i++)
        CHECK(noisy[i] == clean[i]);
    for (int threads = 2; threads < 6; threads++) {
        memset(again, 0, sizeof again);
        rondo_noise_add(&repeated, &layout, 7, threads, clean);
        CHECK(memcmp(noisy, again, sizeof noisy) == 0);
    }
    rondo_noise_add(&repeated, &layout, 8, 1, clean);
    int64_t same = 0;
    for (int i = 0; i < SIZE; i++)
        same += noisy[i] == again[i];
    CHECK(same < 10);
}

/* parameters - rate * gradient(at) / tokens, into `at`. */
static void step_by_hand(const rondo_session *s, rondo_real *at)
{
    const rondo_layout *layout = &s->network->layout;
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_batch batch;
    rondo_score score = {0};
    rondo_error error = {0};
    rondo_pass_size size = {.threads = 1, .training = true};
    rondo_real *gradient = copy_of(layout, NULL);
    CHECK_INTEGER(rondo_session_batches(s, RONDO_TRAIN, true, &batches, &error), RONDO_OK);
    rondo_batches_largest(batches, &size.rows, &size.steps, &size.tokens);
    CHECK_INTEGER(rondo_pass_create(s->network, &size, &pass, &error), RONDO_OK);
    rondo_batches_get(batches, 0, 0, &batch);
    rondo_pass_load(pass, at);
    rondo_pass_train(pass, &batch, 1, gradient, &score);
    for (int64_t i = 0; i < layout->size; i++)
        at[i] = s->parameters[i] - 0.5 * gradient[i] / score.weight;
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    rondo_memory_destroy(gradient);
}

static double distance(const rondo_layout *layout, const rondo_real *a, const rondo_real *b)
{
    double largest = 0;
    for (int64_t p = 0; p < layout->count; p++) {
        const rondo_parameter *part = &layout->parameters[p];
        for (int64_t i = part->offset; i < part->offset + part->rows * part->columns; i++)
            largest = fmax(largest, fabs(a[i] - b[i]));
    }
    return largest;
}

static void update(void)
{
    static const volatile sig_atomic_t never;
    rondo_session s;
    rondo_error error = {0};
    rondo_trainer_options options = {.overwrite = true, .stop = &never, .registry = registry};
    if (!start("seed=3", &s)) return;
    const rondo_layout *layout = &s.network->layout;
    rondo_real *noisy = copy_of(layout, NULL), *plain = copy_of(layout, s.parameters);
    rondo_noise_add(&(rondo_noise){0.1, 3, noisy}, layout, 1, 1, s.parameters);
    step_by_hand(&s, noisy);
    step_by_hand(&s, plain);
    CHECK_INTEGER(rondo_trainer_run(&s, &options, &error), RONDO_OK);
    CHECK(distance(layout, s.parameters, noisy) < 1e-14);
    CHECK(distance(layout, s.parameters, plain) > 1e-4);
    rondo_session_finish(&s);
    if (!start("train.weight_noise=0", &s)) return;
    CHECK_INTEGER(rondo_trainer_run(&s, &options, &error), RONDO_OK);
    CHECK(distance(&s.network->layout, s.parameters, plain) < 1e-14);
    rondo_session_finish(&s);
    rondo_memory_destroy(noisy);
    rondo_memory_destroy(plain);
}

int main(void)
{
    const char *folder = RONDO_BINARY_DIR "/plugins-double";
    static const char text[] = "the cat sees the dog that sees the cat that saw a bird\n"
                               "the dog sees the cat that sees the dog that saw a bird\n";
    rondo_error error = {0};
    CHECK_INTEGER(test_registry_create(folder, &registry, &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_write("noise.txt", text, strlen(text), &error), RONDO_OK);
    RUN(numbers);
    RUN(update);
    rondo_registry_destroy(registry);
    return check_end();
}
