/* Values from sequences of values: one for the whole sequence behind pooling, or one for every
 * step. The target is the mean of what has been read, so each step counts. */
#include "check.h"

#include <stdlib.h>

#include "base/hdf5.h"
#include "base/random.h"
#include "evaluate/evaluate.h"
#include "support/registry.h"
#include "train/trainer.h"

enum { SEQUENCES = 300, SHORTEST = 3, LONGEST = 9 };

typedef struct sample {
    int64_t offsets[SEQUENCES + 1];
    double inputs[SEQUENCES * LONGEST];
    double running[SEQUENCES * LONGEST]; /* mean up to each step */
    double whole[SEQUENCES];
} sample;

static double variance(const double *values, int64_t count)
{
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += values[i];
        squares += values[i] * values[i];
    }
    return squares / (double)count - sum * sum / (double)(count * count);
}

static void draw(sample *made, uint64_t stream)
{
    const rondo_random random = {17, RONDO_FOR_TEST, stream};
    uint64_t index = 0;
    for (int s = 0; s < SEQUENCES; s++) {
        int64_t start = made->offsets[s], steps = SHORTEST;
        steps += (int64_t)(rondo_random_uniform(&random, index++) * (LONGEST - SHORTEST + 1));
        double sum = 0;
        for (int64_t t = 0; t < steps; t++) {
            made->inputs[start + t] = rondo_random_uniform(&random, index++);
            sum += made->inputs[start + t];
            made->running[start + t] = sum / (double)(t + 1);
        }
        made->whole[s] = sum / (double)steps;
        made->offsets[s + 1] = start + steps;
    }
}

static void put(rondo_hdf5 *file, const char *path, rondo_hdf5_type type, int32_t rank,
                int64_t rows, const void *data)
{
    rondo_error error = {0};
    const int64_t extent[2] = {rows, 1};
    CHECK(!rondo_hdf5_write(file, path, type, rank, extent, data, &error));
}

static void put_split(rondo_hdf5 *file, const char *split, const sample *s, bool whole)
{
    char path[64];
    int64_t steps = s->offsets[SEQUENCES];
    snprintf(path, sizeof path, "/%s/offsets", split);
    put(file, path, RONDO_HDF5_INT64, 1, SEQUENCES + 1, s->offsets);
    snprintf(path, sizeof path, "/%s/inputs", split);
    put(file, path, RONDO_HDF5_FLOAT64, 2, steps, s->inputs);
    snprintf(path, sizeof path, "/%s/targets", split);
    put(file, path, RONDO_HDF5_FLOAT64, 2, whole ? SEQUENCES : steps,
        whole ? s->whole : s->running);
}

static void write_file(const char *path, const sample *train, const sample *valid, bool whole)
{
    rondo_hdf5 *file = NULL;
    rondo_error error = {0};
    CHECK(!rondo_hdf5_create(path, &file, &error));
    CHECK(!rondo_hdf5_set_text(file, "/", "rondo_format", "ragged sequences", &error));
    CHECK(!rondo_hdf5_set_integer(file, "/", "version", 1, &error));
    if (whole) CHECK(!rondo_hdf5_set_text(file, "/", "targets", "sequence", &error));
    put_split(file, "train", train, whole);
    put_split(file, "valid", valid, whole);
    CHECK(!rondo_hdf5_close(file, &error));
}

static const char config[] = "behavior_version: 1\n"
                             "task: regression\n"
                             "data: {format: hdf5, path: regression.h5, batch_size: 20}\n"
                             "model: {input: values, layers: [{cell: gru, hidden: 10}]}\n"
                             "loss: {name: mean_squared_error}\n"
                             "train: {epochs: 30, log_every: 0}\n"
                             "output: {folder: regression_run, checkpoint_every: {epochs: 0}}\n"
                             "optimizer: {name: adam, learning_rate: 0.01}\n";

/* Loss on the validation split of the parameters that training ends with. */
static double valid_loss(const rondo_session *session, int64_t *predictions)
{
    rondo_batches *batches = NULL;
    rondo_pass *pass = NULL;
    rondo_error error = {0};
    rondo_evaluation evaluation;
    rondo_evaluator *evaluator = NULL;
    rondo_pass_size size = {.threads = 1};
    CHECK(!rondo_session_batches(session, RONDO_VALID, false, &batches, &error));
    rondo_batches_largest(batches, &size.rows, &size.steps, &size.tokens);
    CHECK(!rondo_pass_create(session->network, &size, &pass, &error));
    CHECK(!rondo_evaluator_create(session, &size, &evaluator, &error));
    rondo_pass_load(pass, session->parameters);
    rondo_evaluator_run(evaluator, pass, batches, RONDO_VALID, RONDO_EVALUATE_ALL, &evaluation);
    rondo_evaluator_destroy(evaluator);
    rondo_pass_destroy(pass);
    rondo_batches_destroy(batches);
    *predictions = (int64_t)evaluation.score.weight;
    return evaluation.score.loss / evaluation.score.weight;
}

static double train(rondo_registry *registry, const char *pooling, int64_t *predictions)
{
    static const volatile sig_atomic_t never;
    char set[64];
    const char *const sets[] = {set};
    rondo_error error = {0};
    rondo_experiment *experiment = NULL;
    rondo_session session;
    rondo_trainer_options options = {.overwrite = true, .stop = &never, .registry = registry};
    snprintf(set, sizeof set, "model.pooling=%s", pooling);
    rondo_status status =
        rondo_experiment_parse("test", ".", config, sets, 1, registry, &experiment, &error);
    if (!status) status = rondo_session_start(experiment, 1, &session, &error);
    if (status) fprintf(stderr, "%s\n", error.text);
    CHECK_INTEGER(status, RONDO_OK);
    if (status) return HUGE_VAL;
    CHECK_INTEGER(rondo_trainer_run(&session, &options, &error), RONDO_OK);
    double loss = valid_loss(&session, predictions);
    rondo_session_finish(&session);
    return loss;
}

static rondo_registry *registry;
static sample training, validation;

/* At most 3 % of the variance is left unexplained. */
static void one_value_a_sequence(void)
{
    static const char *const poolings[] = {"last", "mean", "max"};
    int64_t predictions = 0;
    write_file("regression.h5", &training, &validation, true);
    for (int i = 0; i < 3; i++) {
        double loss = train(registry, poolings[i], &predictions);
        CHECK(loss < 0.03 * variance(validation.whole, SEQUENCES));
        CHECK_INTEGER(predictions, SEQUENCES);
    }
}

static void one_value_a_step(void)
{
    int64_t predictions = 0, steps = validation.offsets[SEQUENCES];
    write_file("regression.h5", &training, &validation, false);
    double loss = train(registry, "none", &predictions);
    CHECK(loss < 0.03 * variance(validation.running, steps));
    CHECK_INTEGER(predictions, steps);
}

int main(void)
{
    const char *folder = RONDO_BINARY_DIR "/plugins-double";
    rondo_error error = {0};
    if (test_registry_create(folder, &registry, &error)) return 1;
    draw(&training, 1);
    draw(&validation, 2);
    RUN(one_value_a_sequence);
    RUN(one_value_a_step);
    rondo_registry_destroy(registry);
    return check_end();
}
