/* The order of an epoch is drawn anew for each, uniformly, and no draw of it knows of another: epochs, seeds, and
 * within an epoch the order of sequences and that of minibatches. */
#include "check.h"

#include <stdlib.h>

#include "data/batches/batch.h"

enum { SEQUENCES = 30, EPOCHS = 400 };

static int64_t order[EPOCHS][SEQUENCES]; /* the sequence at each position of each epoch */

/* Sequences of one step, `rows` of them a minibatch. */
static void draw(uint64_t seed, int64_t rows, int64_t batch_tokens)
{
    static int64_t offset[SEQUENCES + 1];
    static int32_t symbols[SEQUENCES];
    rondo_schema schema = {.input_width = SEQUENCES};
    rondo_dataset dataset = {.schema = &schema};
    rondo_batches *batches = NULL;
    rondo_error error = {0};
    for (int s = 0; s < SEQUENCES; s++) {
        offset[s + 1] = s + 1;
        symbols[s] = s;
    }
    dataset.splits[RONDO_TRAIN] = (rondo_sequences){.count = SEQUENCES,
                                                    .offset = offset,
                                                    .inputs = rondo_ids_of(symbols),
                                                    .targets = rondo_ids_of(symbols)};
    const rondo_batches_config config = {
        .batch_size = rows, .batch_tokens = batch_tokens, .shuffle = true, .seed = seed};
    CHECK(!rondo_batches_create(&dataset, RONDO_TRAIN, &config, &batches, &error));
    for (int64_t epoch = 0; epoch < EPOCHS; epoch++) {
        int64_t seen = 0;
        for (int64_t k = 0; k < rondo_batches_count(batches); k++) {
            rondo_batch batch;
            rondo_batches_get(batches, epoch, k, &batch);
            for (int64_t b = 0; b < batch.rows; b++)
                order[epoch][seen++] = batch.sequence[b];
        }
        CHECK_INTEGER(seen, SEQUENCES);
    }
    rondo_batches_destroy(batches);
}

/* Of the mean of EPOCHS numbers of that deviation; above 4.5 once in 150,000 times. */
static void check_mean(double sum, double mean, double deviation)
{
    double z = (sum / EPOCHS - mean) / (deviation / sqrt(EPOCHS));
    CHECK(fabs(z) < 4.5);
    if (!(fabs(z) < 4.5)) fprintf(stderr, "z = %.1f\n", z);
}

/* A random permutation has one fixed point in the mean, with deviation 1. The square of one, which is what two orders
 * of the same numbers would make, has two. */
static void check_fixed_points(void)
{
    double fixed = 0;
    for (int e = 0; e < EPOCHS; e++)
        for (int i = 0; i < SEQUENCES; i++)
            fixed += order[e][i] == i;
    check_mean(fixed, 1, 1);
}

/* Every sequence is everywhere equally often: chi^2 of 29 degrees is above 67 once in 12,000 times. */
static void check_places(void)
{
    for (int sequence = 0; sequence < SEQUENCES; sequence += 7) {
        double counts[SEQUENCES] = {0}, expected = (double)EPOCHS / SEQUENCES, chi = 0;
        for (int e = 0; e < EPOCHS; e++)
            for (int i = 0; i < SEQUENCES; i++)
                counts[i] += order[e][i] == sequence;
        for (int i = 0; i < SEQUENCES; i++)
            chi += (counts[i] - expected) * (counts[i] - expected) / expected;
        CHECK(chi < 67);
    }
}

/* Places that two epochs agree on: one in the mean, as of a permutation and another. */
static void check_epochs(void)
{
    double same = 0;
    for (int e = 0; e < EPOCHS; e++)
        for (int i = 0; i < SEQUENCES; i++)
            same += order[e][i] == order[(e + 1) % EPOCHS][i];
    check_mean(same, 1, 1);
}

static void sequences_and_minibatches(void)
{
    for (uint64_t seed = 1; seed < 4; seed++) {
        draw(seed, 1, 0);
        check_fixed_points();
        check_places();
        check_epochs();
    }
}

/* Where a minibatch has several rows, and where tokens are limited, too. */
static void other_sizes(void)
{
    draw(1, 4, 0);
    check_places();
    check_epochs();
    draw(1, 100, 3);
    check_places();
    check_epochs();
}

/* Two seeds agree on no more places than two epochs. */
static void seeds(void)
{
    static int64_t first[EPOCHS][SEQUENCES];
    double same = 0;
    draw(1, 1, 0);
    memcpy(first, order, sizeof first);
    draw(2, 1, 0);
    for (int e = 0; e < EPOCHS; e++)
        for (int i = 0; i < SEQUENCES; i++)
            same += first[e][i] == order[e][i];
    check_mean(same, 1, 1);
    draw(1, 1, 0);
    CHECK(memcmp(first, order, sizeof first) == 0);
}

int main(void)
{
    RUN(sequences_and_minibatches);
    RUN(other_sizes);
    RUN(seeds);
    return check_end();
}
