/* A class of weight 3 trains as if each of its examples stood three times in the data; balanced is
 * scikit-learn's n / (K n_k). */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "plugin/registry.h"
#include "train/trainer.h"

enum { MOST_PARAMETERS = 2000 };

/* Full minibatches: every update is a mean over all texts. */
static const char config[] = "behavior_version: 1\n"
                             "task: classification\n"
                             "data: {format: table, path: PATH, batch_size: 100, shuffle: false,\n"
                             "  table: {text: text, label: label}, split: {valid: 0}}\n"
                             "model: {input: {embedding: 4}, pooling: mean,\n"
                             "  layers: [{cell: gru, hidden: 5}]}\n"
                             "train: {epochs: 4}\n"
                             "output: {folder: class_weights_run}\n"
                             "optimizer: {name: sgd, learning_rate: 0.5}\n";

static const char *const once = "text,label\np p p p q q r,a\nq p p p p r q,a\np r q p p p q,a\n"
                                "p q r,b\n";
static const char *const thrice = "text,label\np p p p q q r,a\nq p p p p r q,a\np r q p p p q,a\n"
                                  "p q r,b\np q r,b\np q r,b\n";

typedef struct result {
    int64_t count;
    double parameters[MOST_PARAMETERS];
    double weights[8];
    rondo_status status;
    rondo_error error;
} result;

static rondo_registry *registry;

static void train(const char *path, const char *weights, result *out)
{
    static const volatile sig_atomic_t never;
    char sets[2][96];
    const char *const list[] = {sets[0], sets[1]};
    rondo_error error = {0};
    rondo_experiment *experiment = NULL;
    rondo_session session;
    rondo_trainer_options options = {.overwrite = true, .stop = &never, .registry = registry};
    snprintf(sets[0], sizeof sets[0], "data.path=%s", path);
    snprintf(sets[1], sizeof sets[1], "loss.options.class_weights=%s", weights);
    *out = (result){0};
    out->status =
        rondo_experiment_parse("test", ".", config, list, 2, registry, &experiment, &error);
    if (!out->status) out->status = rondo_session_start(experiment, 1, &session, &error);
    if (out->status) {
        out->error = error;
        return;
    }
    for (int64_t k = 0; session.class_weights && k < session.network->output_width; k++)
        out->weights[k] = session.class_weights[k];
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

static void weight_is_repetition(void)
{
    static result plain, weighted, repeated, halved;
    train("once.csv", "none", &plain);
    train("once.csv", "{b: 3}", &weighted);
    train("once.csv", "{a: 0.5, b: 1.5}", &halved);
    train("thrice.csv", "none", &repeated);
    CHECK(distance(&weighted, &repeated) < 1e-12);
    CHECK(distance(&weighted, &halved) < 1e-12);
    CHECK(distance(&weighted, &plain) > 1e-3);
}

/* Classes are the last two of the dictionary. */
static void balanced_classes_weigh_alike(void)
{
    static result balanced, repeated;
    train("once.csv", "balanced", &balanced);
    train("thrice.csv", "balanced", &repeated);
    CHECK(fabs(balanced.weights[2] - 4.0 / (2 * 3)) < 1e-15);
    CHECK(fabs(balanced.weights[3] - 4.0 / (2 * 1)) < 1e-15);
    CHECK(fabs(repeated.weights[2] - 1) < 1e-15 && fabs(repeated.weights[3] - 1) < 1e-15);
    CHECK(distance(&balanced, &repeated) < 1e-12);
}

/* A class of weight 0 is never learned from. */
static void weight_zero_leaves_a_class_out(void)
{
    static result without, alone;
    train("once.csv", "{b: 0}", &without);
    train("once.csv", "{b: 1.0e-14}", &alone);
    CHECK(distance(&without, &alone) < 1e-9);
}

static void mistakes(void)
{
    static result r;
    train("once.csv", "{c: 2}", &r);
    CHECK_INTEGER(r.status, RONDO_USAGE);
    CHECK(strstr(r.error.text, "the training data has no class \"c\"") != NULL);
    train("once.csv", "{a: 0, b: 0}", &r);
    CHECK(strstr(r.error.text, "every class has weight 0") != NULL);
    train("once.csv", "{a: -1}", &r);
    CHECK(strstr(r.error.text, "loss.options.class_weights.a: \"-1\" is not a real number") !=
          NULL);
    train("once.csv", "balance", &r);
    CHECK(strstr(r.error.text, "\"balance\" is not none, balanced, or a mapping") != NULL);
    train("once.csv", "[1, 2]", &r);
    CHECK_INTEGER(r.status, RONDO_USAGE);
}

int main(void)
{
    const char *folder = RONDO_BINARY_DIR "/plugins-double";
    rondo_error error = {0};
    CHECK_INTEGER(rondo_registry_create(&folder, 1, &registry, &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_write("once.csv", once, strlen(once), &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_write("thrice.csv", thrice, strlen(thrice), &error), RONDO_OK);
    if (!registry) return 1;
    RUN(weight_is_repetition);
    RUN(balanced_classes_weigh_alike);
    RUN(weight_zero_leaves_a_class_out);
    RUN(mistakes);
    rondo_registry_destroy(registry);
    return check_end();
}
