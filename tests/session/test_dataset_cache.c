/* Data sets kept between runs, and which seed decides what. */
#include "session/dataset_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "check.h"
#include "data/batches/batch.h"
#include "session/session.h"
#include "train/noise.h"
#include "train/trained.h"

static rondo_registry *registry;

static const char config[] = "behavior_version: 1\n"
                             "task: language_model\n"
                             "data:\n"
                             "  format: generated\n"
                             "  generator: {name: reber, count: 60, valid: 20, test: 20}\n"
                             "  batch_size: 10\n"
                             "model:\n"
                             "  input: one_hot\n"
                             "  layers: [{cell: lstm, hidden: 4, dropout: 0.2}]\n"
                             "optimizer: {name: adam}\n"
                             "train: {epochs: 2, weight_noise: 0.01}\n"
                             "output: {folder: test_dataset_cache_run}\n";

static rondo_experiment *parse(const char *first, const char *second)
{
    const char *sets[] = {first, second};
    rondo_experiment *experiment = NULL;
    rondo_error error = {0};
    int64_t count = (first ? 1 : 0) + (second ? 1 : 0);
    rondo_experiment_parse("test", ".", config, sets, count, registry, &experiment, &error);
    if (!experiment) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    return experiment;
}

static rondo_dataset *take(rondo_dataset_cache *cache, const char *first, const char *second)
{
    rondo_experiment *experiment = parse(first, second);
    rondo_dataset *dataset = NULL;
    rondo_error error = {0};
    CHECK(rondo_dataset_cache_take(cache, experiment, &dataset, &error) == RONDO_OK);
    rondo_experiment_destroy(experiment);
    return dataset;
}

static void test_a_data_set_is_read_once(void)
{
    rondo_dataset_cache *cache = NULL;
    rondo_error error = {0};
    CHECK(rondo_dataset_cache_create(2, &cache, &error) == RONDO_OK);
    const rondo_dataset *first = take(cache, NULL, NULL);
    CHECK(take(cache, "model.layers.0.hidden=7", NULL) == first);
    CHECK(take(cache, "data.batch_size=5", "data.shuffle=false") == first);
    CHECK(take(cache, "seed=3", "seeds.data=1") == first);
    CHECK_INTEGER(rondo_dataset_cache_reads(cache), 1);
    CHECK(take(cache, "seed=3", NULL) != first);
    CHECK(take(cache, NULL, NULL) == first);
    CHECK_INTEGER(rondo_dataset_cache_reads(cache), 2);
    /* A third one pushes out what was not used for longest: that of seed 3. */
    take(cache, "data.options.count=61", NULL);
    CHECK_INTEGER(rondo_dataset_cache_reads(cache), 3);
    CHECK(take(cache, NULL, NULL) == first);
    CHECK_INTEGER(rondo_dataset_cache_reads(cache), 3);
    take(cache, "seed=3", NULL);
    CHECK_INTEGER(rondo_dataset_cache_reads(cache), 4);
    rondo_dataset_cache_destroy(cache);
}

/* Whoever changes a file between two runs gets what it says then. */
static void test_a_changed_file_is_read_again(void)
{
    static const char text[] =
        "behavior_version: 1\n"
        "task: language_model\n"
        "data: {path: test_dataset_cache_text.txt, batch_size: 2, truncated_bptt: 5}\n"
        "model: {layers: [{cell: lstm, hidden: 4}]}\n"
        "optimizer: {name: adam}\n"
        "output: {folder: test_dataset_cache_run}\n";
    static const char *const contents[] = {"abc abc abc abc abc abc\n", "abc abd abc abc abc abc\n",
                                           "abc abd abc abc abc abc\n"};
    rondo_dataset_cache *cache = NULL;
    rondo_error error = {0};
    uint64_t fingerprints[3] = {0};
    CHECK(rondo_dataset_cache_create(4, &cache, &error) == RONDO_OK);
    for (int i = 0; i < 3; i++) {
        rondo_experiment *experiment = NULL;
        rondo_dataset *dataset = NULL;
        if (i < 2)
            CHECK(rondo_file_write("test_dataset_cache_text.txt", contents[i], strlen(contents[i]),
                                   &error) == RONDO_OK);
        CHECK(rondo_file_write("other.txt", contents[i], 5 + (size_t)i, &error) == RONDO_OK);
        CHECK(rondo_experiment_parse("test", ".", text, NULL, 0, registry, &experiment, &error) ==
              RONDO_OK);
        CHECK(rondo_dataset_cache_take(cache, experiment, &dataset, &error) == RONDO_OK);
        if (dataset) fingerprints[i] = dataset->fingerprint;
        rondo_experiment_destroy(experiment);
    }
    CHECK(fingerprints[0] != fingerprints[1] && fingerprints[1] == fingerprints[2]);
    CHECK_INTEGER(rondo_dataset_cache_reads(cache), 2); /* another file beside does not count */
    rondo_dataset_cache_destroy(cache);
    remove("test_dataset_cache_text.txt");
    remove("other.txt");
}

/* What a run starts from. */
typedef struct beginning {
    uint64_t parameters, order, data, noise, masks;
} beginning;

static uint64_t order_of(const rondo_session *session)
{
    rondo_batches *batches = NULL;
    rondo_error error = {0};
    uint64_t sum = 0;
    CHECK(rondo_session_batches(session, RONDO_TRAIN, true, &batches, &error) == RONDO_OK);
    for (int64_t i = 0; batches && i < rondo_batches_count(batches); i++) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, i, &batch);
        sum = rondo_file_checksum(sum, batch.sequence, (size_t)batch.rows * sizeof *batch.sequence);
    }
    rondo_batches_destroy(batches);
    return sum;
}

static beginning begin(const char *first, const char *second)
{
    rondo_experiment *experiment = parse(first, second);
    rondo_session session;
    rondo_error error = {0};
    if (rondo_session_start(experiment, 1, &session, &error)) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    rondo_noise noise = {0};
    CHECK(rondo_noise_start(experiment, &session.network->layout, &noise, &error) == RONDO_OK);
    beginning b = {.parameters = rondo_file_checksum(0, session.parameters,
                                                     (size_t)session.network->layout.size *
                                                         sizeof(rondo_real)),
                   .order = order_of(&session),
                   .data = session.dataset->fingerprint,
                   .noise = noise.seed,
                   .masks = session.network->seed};
    rondo_noise_finish(&noise);
    rondo_session_finish(&session);
    return b;
}

static void test_a_seed_of_its_own_changes_its_part_alone(void)
{
    const beginning base = begin(NULL, NULL);
    const beginning parameters = begin("seeds.initialization=7", NULL);
    CHECK(parameters.parameters != base.parameters && parameters.order == base.order &&
          parameters.data == base.data && parameters.noise == base.noise &&
          parameters.masks == base.masks);
    const beginning order = begin("seeds.order=7", NULL);
    CHECK(order.parameters == base.parameters && order.order != base.order &&
          order.data == base.data && order.noise == base.noise && order.masks == base.masks);
    const beginning masks = begin("seeds.masks=7", NULL);
    CHECK(masks.parameters == base.parameters && masks.order == base.order &&
          masks.data == base.data && masks.noise == 7 && masks.masks == 7);
    const beginning data = begin("seeds.data=7", NULL);
    CHECK(data.parameters == base.parameters && data.data != base.data &&
          data.noise == base.noise && data.masks == base.masks);
    const beginning all = begin("seed=7", NULL);
    CHECK(all.parameters == parameters.parameters && all.data == data.data && all.masks == 7);
}

/* `seed` is nothing but the four together: the bits of a whole run. */
static void test_the_seed_is_all_of_them(void)
{
    static const char *const whole[] = {"seed=5"};
    static const char *const parts[] = {"seeds.initialization=5", "seeds.order=5", "seeds.masks=5",
                                        "seeds.data=5"};
    static const char *const three[] = {"seeds.initialization=5", "seeds.order=5", "seeds.data=5"};
    static trained a, b, c;
    trained_run(registry, config, whole, 1, &a);
    trained_run(registry, config, parts, 4, &b);
    trained_run(registry, config, three, 3, &c);
    CHECK(trained_distance(&a, &b) == 0);
    CHECK(trained_distance(&a, &c) > 0);
}

/* Sequences of one epoch only are the data's, although every epoch makes them. */
static void test_resampled_sequences_follow_the_seed_of_the_data(void)
{
    static const char adding[] = "behavior_version: 1\n"
                                 "task: regression\n"
                                 "data:\n"
                                 "  format: generated\n"
                                 "  generator: {name: adding, count: 50, valid: 10, length: 10, "
                                 "resample_each_epoch: true}\n"
                                 "  batch_size: 10\n"
                                 "model: {input: values, layers: [{cell: rnn, hidden: 4}]}\n"
                                 "loss: {name: mean_squared_error}\n"
                                 "optimizer: {name: adam}\n"
                                 "train: {epochs: 1}\n"
                                 "output: {folder: test_dataset_cache_run}\n";
    static const char *const base[] = {"seed=1"}, *const data[] = {"seeds.data=2"},
                             *const same[] = {"seed=3", "seeds.data=1", "seeds.initialization=1",
                                              "seeds.order=1"};
    static trained a, b, c;
    trained_run(registry, adding, base, 1, &a);
    trained_run(registry, adding, data, 1, &b);
    trained_run(registry, adding, same, 4, &c);
    CHECK(trained_distance(&a, &b) > 0);
    CHECK(trained_distance(&a, &c) == 0); /* there are no masks in it */
}

int main(void)
{
    registry = trained_plugins();
    RUN(test_a_data_set_is_read_once);
    RUN(test_a_changed_file_is_read_again);
    RUN(test_a_seed_of_its_own_changes_its_part_alone);
    RUN(test_the_seed_is_all_of_them);
    RUN(test_resampled_sequences_follow_the_seed_of_the_data);
    rondo_registry_destroy(registry);
    return check_end();
}
