/* The loader gives what rondo_batches_get gives, in whatever order it is asked. */
#include "check.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/random.h"
#include "data/batches/batch_loader.h"

enum { SEQUENCES = 300, LONGEST = 20, MAX_STEPS = SEQUENCES * LONGEST, WIDTH = 2 };

typedef struct sample {
    rondo_dataset dataset;
    rondo_schema schema;
    int64_t offset[SEQUENCES + 1];
    int32_t inputs[MAX_STEPS];
    rondo_real values[MAX_STEPS * WIDTH];
} sample;

static sample *make_sample(bool stream)
{
    rondo_random random = {.seed = 6, .purpose = RONDO_FOR_TEST};
    sample *made = calloc(1, sizeof *made);
    int64_t sequences = stream ? 1 : SEQUENCES;
    for (int64_t s = 0; s < sequences; s++) {
        int64_t more = (int64_t)(rondo_random_uniform(&random, (uint64_t)s) * LONGEST);
        made->offset[s + 1] = made->offset[s] + (stream ? MAX_STEPS : 1 + more);
    }
    for (int32_t i = 0; i < MAX_STEPS; i++) {
        made->inputs[i] = i;
        for (int j = 0; j < WIDTH; j++)
            made->values[i * WIDTH + j] = (rondo_real)(3 * i + j);
    }
    made->dataset.stream = stream;
    made->dataset.schema = &made->schema;
    made->dataset.schema->target_width = WIDTH;
    made->dataset.splits[RONDO_TRAIN] = (rondo_sequences){.count = sequences,
                                                          .offset = made->offset,
                                                          .inputs = rondo_ids_of(made->inputs),
                                                          .target_values = made->values};
    return made;
}

typedef struct pair {
    sample *from;
    rondo_batch_loader *loader;
    rondo_batches *batches; /* what it is compared with */
} pair;

static pair pair_of(bool stream)
{
    rondo_error error = {0};
    rondo_batches_config config = {.batch_size = 16,
                                   .truncated_bptt = stream ? 7 : 0,
                                   .carry_state = stream,
                                   .shuffle = !stream,
                                   .seed = 4};
    pair p = {.from = make_sample(stream)};
    CHECK_INTEGER(
        rondo_batch_loader_create(&p.from->dataset, RONDO_TRAIN, &config, &p.loader, &error),
        RONDO_OK);
    CHECK_INTEGER(rondo_batches_create(&p.from->dataset, RONDO_TRAIN, &config, &p.batches, &error),
                  RONDO_OK);
    return p;
}

static void pair_destroy(pair *p)
{
    rondo_batch_loader_destroy(p->loader);
    rondo_batches_destroy(p->batches);
    free(p->from);
}

static bool is_same(const rondo_batch *a, const rondo_batch *b)
{
    size_t rows = (size_t)a->rows, steps = (size_t)a->steps, tokens = (size_t)a->tokens;
    return a->rows == b->rows && a->steps == b->steps && a->tokens == b->tokens &&
           a->carry == b->carry && !a->targets && !a->input_values &&
           memcmp(a->active, b->active, steps * sizeof *a->active) == 0 &&
           memcmp(a->offset, b->offset, (steps + 1) * sizeof *a->offset) == 0 &&
           memcmp(a->sequence, b->sequence, rows * sizeof *a->sequence) == 0 &&
           memcmp(a->inputs, b->inputs, tokens * sizeof *a->inputs) == 0 &&
           memcmp(a->target_values, b->target_values, tokens * WIDTH * sizeof *a->target_values) ==
               0;
}

/* How many of the two minibatches differ: 0 or 1. */
static int compare(pair *p, int64_t epoch, int64_t position)
{
    rondo_batch got, expected;
    rondo_batch_loader_get(p->loader, epoch, position, &got);
    rondo_batches_get(p->batches, epoch, position, &expected);
    return !is_same(&got, &expected);
}

static void in_order(void)
{
    for (int stream = 0; stream < 2; stream++) {
        pair p = pair_of(stream);
        int64_t count = rondo_batches_count(rondo_batch_loader_batches(p.loader));
        int different = 0;
        CHECK_INTEGER(count, rondo_batches_count(p.batches));
        CHECK(count > 10);
        for (int64_t epoch = 0; epoch < 3; epoch++)
            for (int64_t k = 0; k < count; k++)
                different += compare(&p, epoch, k);
        CHECK_INTEGER(different, 0);
        pair_destroy(&p);
    }
}

/* A resumed run starts within an epoch; tests go back, repeat and leave epochs out. */
static void jumps(void)
{
    static const int64_t asked[][2] = {{1, 5}, {1, 6}, {1, 6}, {1, 5}, {0, 0}, {0, 1},
                                       {4, 1}, {4, 2}, {2, 0}, {1, 0}, {1, 1}, {0, 3}};
    for (int stream = 0; stream < 2; stream++) {
        pair p = pair_of(stream);
        int different = 0;
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
            different += compare(&p, asked[i][0], asked[i][1]);
        CHECK_INTEGER(different, 0);
        pair_destroy(&p);
    }
}

/* The minibatch at hand stays as it is while the next one is gathered. */
static void a_minibatch_stays(void)
{
    pair p = pair_of(false);
    rondo_batch held, expected, after;
    rondo_batch_loader_get(p.loader, 0, 0, &held);
    rondo_batches_get(p.batches, 0, 0, &expected);
    for (int i = 0; i < 1000; i++)
        CHECK(is_same(&held, &expected));
    rondo_batch_loader_get(p.loader, 0, 1, &after);
    CHECK(after.inputs != held.inputs);
    pair_destroy(&p);
}

static void destroyed_while_gathering(void)
{
    for (int i = 0; i < 50; i++) {
        pair p = pair_of(i % 2);
        CHECK_INTEGER(compare(&p, i, 3), 0);
        pair_destroy(&p);
    }
    pair p = pair_of(false);
    pair_destroy(&p);
    rondo_batch_loader_destroy(NULL);
}

static void waiting_is_counted(void)
{
    pair p = pair_of(false);
    double started = rondo_clock_seconds();
    CHECK(rondo_batch_loader_waited(p.loader) == 0);
    CHECK_INTEGER(compare(&p, 0, 0), 0);
    double first = rondo_batch_loader_waited(p.loader);
    CHECK(first > 0);
    CHECK_INTEGER(compare(&p, 5, 2), 0);
    double second = rondo_batch_loader_waited(p.loader);
    CHECK(second > first);
    CHECK(second < rondo_clock_seconds() - started);
    pair_destroy(&p);
}

static void a_split_that_is_not_there(void)
{
    rondo_error error = {0};
    rondo_batch_loader *loader = (rondo_batch_loader *)1;
    rondo_batches_config config = {.batch_size = 2};
    sample *from = make_sample(false);
    CHECK_INTEGER(rondo_batch_loader_create(&from->dataset, RONDO_TEST, &config, &loader, &error),
                  RONDO_USAGE);
    CHECK(loader == NULL);
    CHECK_TEXT(error.text, "the data set has no test split");
    free(from);
}

int main(void)
{
    RUN(in_order);
    RUN(jumps);
    RUN(a_minibatch_stays);
    RUN(destroyed_while_gathering);
    RUN(waiting_is_counted);
    RUN(a_split_that_is_not_there);
    return check_end();
}
