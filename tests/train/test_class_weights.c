/* A class of weight 3 trains as if each of its examples stood three times in the data; balanced is
 * scikit-learn's n / (K n_k). */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "train/trained.h"

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

static rondo_registry *registry;

static void train(const char *path, const char *weights, trained *out)
{
    char sets[2][96];
    const char *const list[] = {sets[0], sets[1]};
    snprintf(sets[0], sizeof sets[0], "data.path=%s", path);
    snprintf(sets[1], sizeof sets[1], "loss.options.class_weights=%s", weights);
    trained_run(registry, config, list, 2, out);
}

static void weight_is_repetition(void)
{
    static trained plain, weighted, repeated, halved;
    train("once.csv", "none", &plain);
    train("once.csv", "{b: 3}", &weighted);
    train("once.csv", "{a: 0.5, b: 1.5}", &halved);
    train("thrice.csv", "none", &repeated);
    CHECK(trained_distance(&weighted, &repeated) < 1e-12);
    CHECK(trained_distance(&weighted, &halved) < 1e-12);
    CHECK(trained_distance(&weighted, &plain) > 1e-3);
}

/* Classes are the last two of the dictionary. */
static void balanced_classes_weigh_alike(void)
{
    static trained balanced, repeated;
    train("once.csv", "balanced", &balanced);
    train("thrice.csv", "balanced", &repeated);
    CHECK(fabs(balanced.class_weights[2] - 4.0 / (2 * 3)) < 1e-15);
    CHECK(fabs(balanced.class_weights[3] - 4.0 / (2 * 1)) < 1e-15);
    CHECK(fabs(repeated.class_weights[2] - 1) < 1e-15 &&
          fabs(repeated.class_weights[3] - 1) < 1e-15);
    CHECK(trained_distance(&balanced, &repeated) < 1e-12);
}

/* A class of weight 0 is never learned from. */
static void weight_zero_leaves_a_class_out(void)
{
    static trained without, alone;
    train("once.csv", "{b: 0}", &without);
    train("once.csv", "{b: 1.0e-14}", &alone);
    CHECK(trained_distance(&without, &alone) < 1e-9);
}

static void mistakes(void)
{
    static trained r;
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
    rondo_error error = {0};
    registry = trained_plugins();
    CHECK_INTEGER(rondo_file_write("once.csv", once, strlen(once), &error), RONDO_OK);
    CHECK_INTEGER(rondo_file_write("thrice.csv", thrice, strlen(thrice), &error), RONDO_OK);
    RUN(weight_is_repetition);
    RUN(balanced_classes_weigh_alike);
    RUN(weight_zero_leaves_a_class_out);
    RUN(mistakes);
    rondo_registry_destroy(registry);
    return check_end();
}
