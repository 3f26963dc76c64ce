/* Minibatches: packing, streams, the order of an epoch, and that nothing is lost or seen twice. */
#include "check.h"

#include <stdlib.h>

#include "base/random.h"
#include "data/batches/batch.h"

enum { MAX_SEQUENCES = 700, MAX_STEPS = 20000, WIDTH = 3 };

/* Input i of the split is i, its target is i + 100000; values say the same with a feature each. So
 * every packed row tells where it came from. */
typedef struct sample {
    rondo_dataset dataset;
    rondo_schema schema;
    int64_t offset[MAX_SEQUENCES + 1];
    int32_t inputs[MAX_STEPS], targets[MAX_STEPS];
    rondo_real values[MAX_STEPS * WIDTH];
    int64_t most_tokens; /* that minibatches are checked for; 0: none */
} sample;

static sample *make_sample(int64_t sequences, int64_t longest, bool stream)
{
    rondo_random random = {.seed = 5, .purpose = RONDO_FOR_TEST};
    sample *made = calloc(1, sizeof *made);
    for (int64_t s = 0; s < sequences; s++) {
        int64_t more = (int64_t)(rondo_random_uniform(&random, (uint64_t)s) * (double)longest);
        made->offset[s + 1] = made->offset[s] + (stream ? longest : 1 + more);
    }
    for (int32_t i = 0; i < made->offset[sequences]; i++) {
        made->inputs[i] = i;
        made->targets[i] = i + 100000;
        for (int j = 0; j < WIDTH; j++)
            made->values[i * WIDTH + j] = (rondo_real)(10 * i + j);
    }
    made->dataset.stream = stream;
    made->dataset.schema = &made->schema;
    made->dataset.schema->input_width = WIDTH;
    made->dataset.splits[RONDO_TRAIN] = (rondo_sequences){.count = sequences,
                                                          .offset = made->offset,
                                                          .inputs = rondo_ids_of(made->inputs),
                                                          .targets = rondo_ids_of(made->targets)};
    return made;
}

static rondo_batches *batches_of(const sample *from, const rondo_batches_config *config)
{
    rondo_error error = {0};
    rondo_batches *batches = NULL;
    CHECK_INTEGER(rondo_batches_create(&from->dataset, RONDO_TRAIN, config, &batches, &error),
                  RONDO_OK);
    return batches;
}

/* The promises of batch.h for one minibatch; marks what it saw. Returns how many are broken. */
static int check_packing(const sample *from, const rondo_batches *batches, const rondo_batch *batch,
                         int64_t limit, int *seen)
{
    int64_t rows, steps, tokens, total = 0;
    int broken = 0;
    rondo_batches_largest(batches, &rows, &steps, &tokens);
    broken += batch->rows > rows || batch->steps > steps || batch->tokens > tokens;
    broken += batch->rows < 1 || batch->active[0] != batch->rows;
    broken += limit > 0 && batch->steps > limit;
    broken += from->most_tokens > 0 && batch->rows > 1 && batch->tokens > from->most_tokens;
    for (int64_t t = 0; t < batch->steps; t++) {
        broken += batch->offset[t] != total;
        broken += batch->active[t] < 1 || (t > 0 && batch->active[t] > batch->active[t - 1]);
        for (int64_t b = 0; b < batch->active[t]; b++) {
            int32_t at = batch->inputs[batch->offset[t] + b];
            int64_t s = from->dataset.stream ? 0 : batch->sequence[b];
            broken += at < from->offset[s] || at >= from->offset[s + 1];
            broken += at != batch->inputs[b] + t;
            broken += batch->targets[batch->offset[t] + b] != at + 100000;
            seen[at]++;
        }
        total += batch->active[t];
    }
    return broken + (total != batch->tokens || batch->offset[batch->steps] != total);
}

/* A whole epoch: every token once, and the counts as promised. */
static void check_epoch(const sample *from, const rondo_batches_config *config, int64_t epoch)
{
    static int seen[MAX_STEPS];
    rondo_batches *batches = batches_of(from, config);
    int64_t all = from->offset[from->dataset.splits[RONDO_TRAIN].count], tokens = 0;
    int broken = 0, not_once = 0;
    memset(seen, 0, sizeof seen);
    for (int64_t k = 0; k < rondo_batches_count(batches); k++) {
        rondo_batch batch;
        rondo_batches_get(batches, epoch, k, &batch);
        broken += check_packing(from, batches, &batch, config->truncated_bptt, seen);
        tokens += batch.tokens;
    }
    for (int64_t i = 0; i < MAX_STEPS; i++)
        not_once += seen[i] != (i < all);
    CHECK_INTEGER(broken, 0);
    CHECK_INTEGER(not_once, 0);
    CHECK_INTEGER(tokens, all);
    CHECK_INTEGER(rondo_batches_tokens(batches), all);
    rondo_batches_destroy(batches);
}

static void every_token_once(void)
{
    static const int64_t sizes[] = {1, 3, 16, 64, 699, 5000};
    static const int64_t limits[] = {0, 1, 7, 100};
    sample *ragged = make_sample(700, 25, false);
    sample *stream = make_sample(1, 1000, true);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t j = 0; j < sizeof limits / sizeof *limits; j++) {
            rondo_batches_config config = {
                .batch_size = sizes[i], .truncated_bptt = limits[j], .seed = 3};
            check_epoch(stream, &config, 0);
            check_epoch(ragged, &config, 0);
            for (int carry = 0; carry < 2; carry++) {
                config.carry_state = carry;
                config.shuffle = false;
                check_epoch(ragged, &config, 0);
                config.shuffle = true;
                check_epoch(ragged, &config, 0);
                check_epoch(ragged, &config, 9);
            }
        }
    free(ragged);
    free(stream);
}

/* The picture in batch.h, with rows given in another order. */
static void packed_as_drawn(void)
{
    static const int64_t active[] = {4, 4, 2, 1}, offset[] = {0, 4, 8, 10, 11};
    static const int64_t sequence[] = {2, 0, 1, 3};
    static const int32_t inputs[] = {5, 0, 3, 9, 6, 1, 4, 10, 7, 2, 8};
    sample *from = make_sample(4, 1, false);
    const int64_t starts[] = {0, 3, 5, 9, 11};
    memcpy(from->offset, starts, sizeof starts);
    for (int32_t i = 0; i < 11; i++)
        from->inputs[i] = i;
    rondo_batches_config config = {.batch_size = 8};
    rondo_batches *batches = batches_of(from, &config);
    rondo_batch batch;
    rondo_batches_get(batches, 0, 0, &batch);
    CHECK_INTEGER(rondo_batches_count(batches), 1);
    CHECK_INTEGER(batch.rows, 4);
    CHECK_INTEGER(batch.steps, 4);
    CHECK_INTEGER(batch.tokens, 11);
    CHECK(!batch.carry);
    CHECK(memcmp(batch.active, active, sizeof active) == 0);
    CHECK(memcmp(batch.offset, offset, sizeof offset) == 0);
    CHECK(memcmp(batch.sequence, sequence, sizeof sequence) == 0);
    CHECK(memcmp(batch.inputs, inputs, sizeof inputs) == 0);
    rondo_batches_destroy(batches);
    free(from);
}

/* 11 steps, 4 streams of 3 3 3 2, two steps at a time. */
static void parallel_streams(void)
{
    static const int32_t first[] = {0, 3, 6, 9, 1, 4, 7, 10}, second[] = {2, 5, 8};
    sample *from = make_sample(1, 11, true);
    rondo_batches_config config = {.batch_size = 4, .truncated_bptt = 2, .carry_state = true};
    rondo_batches *batches = batches_of(from, &config);
    rondo_batch batch;
    int64_t rows, steps, tokens;
    rondo_batches_largest(batches, &rows, &steps, &tokens);
    CHECK_INTEGER(rows, 4);
    CHECK_INTEGER(steps, 2);
    CHECK_INTEGER(tokens, 8);
    CHECK_INTEGER(rondo_batches_count(batches), 2);
    rondo_batches_get(batches, 0, 0, &batch);
    CHECK(!batch.carry);
    CHECK_INTEGER(batch.tokens, 8);
    CHECK(memcmp(batch.inputs, first, sizeof first) == 0);
    rondo_batches_get(batches, 0, 1, &batch);
    CHECK(batch.carry);
    CHECK_INTEGER(batch.rows, 3);
    CHECK_INTEGER(batch.steps, 1);
    CHECK(memcmp(batch.inputs, second, sizeof second) == 0);
    CHECK_INTEGER(batch.sequence[2], 2);
    rondo_batches_get(batches, 1, 0, &batch);
    CHECK(!batch.carry);
    rondo_batches_destroy(batches);

    config.carry_state = false;
    batches = batches_of(from, &config);
    rondo_batches_get(batches, 0, 1, &batch);
    CHECK(!batch.carry);
    rondo_batches_destroy(batches);

    config.batch_size = 100;
    batches = batches_of(from, &config);
    rondo_batches_get(batches, 0, 0, &batch);
    CHECK_INTEGER(batch.rows, 11);
    CHECK_INTEGER(batch.steps, 1);
    CHECK_INTEGER(rondo_batches_count(batches), 1);
    rondo_batches_destroy(batches);
    free(from);
}

/* Long sequences are cut, and the pieces, each on its own, know whose they are. */
static void pieces_of_long_sequences(void)
{
    sample *from = make_sample(2, 1, false);
    from->offset[1] = 5;
    from->offset[2] = 7;
    for (int32_t i = 0; i < 7; i++)
        from->inputs[i] = i;
    rondo_batches_config config = {.batch_size = 3, .truncated_bptt = 2};
    rondo_batches *batches = batches_of(from, &config);
    rondo_batch batch;
    CHECK_INTEGER(rondo_batches_count(batches), 2);
    rondo_batches_get(batches, 0, 0, &batch);
    CHECK_INTEGER(batch.rows, 3);
    CHECK_INTEGER(batch.tokens, 5);
    CHECK_INTEGER(batch.sequence[2], 0);
    CHECK_INTEGER(batch.inputs[2], 4);
    rondo_batches_get(batches, 0, 1, &batch);
    CHECK_INTEGER(batch.sequence[0], 1);
    CHECK_INTEGER(batch.inputs[0], 5);
    CHECK(!batch.carry);
    rondo_batches_destroy(batches);
    free(from);
}

/* One target a row, in the order of rows, classes or values. */
static void targets_of_sequences(void)
{
    sample *from = make_sample(50, 9, false);
    rondo_sequences *split = &from->dataset.splits[RONDO_TRAIN];
    from->dataset.schema->sequence_targets = true;
    from->dataset.schema->target_width = WIDTH;
    rondo_batches_config config = {.batch_size = 7, .shuffle = true};
    for (int values = 0; values < 2; values++) {
        split->targets = rondo_ids_of(values ? NULL : from->targets);
        split->target_values = values ? from->values : NULL;
        rondo_batches *batches = batches_of(from, &config);
        int64_t wrong = 0, seen = 0;
        for (int64_t k = 0; k < rondo_batches_count(batches); k++) {
            rondo_batch batch;
            rondo_batches_get(batches, 0, k, &batch);
            seen += batch.rows;
            for (int64_t b = 0; b < batch.rows; b++) {
                int64_t s = batch.sequence[b];
                if (!values) wrong += batch.targets[b] != s + 100000;
                for (int64_t j = 0; values && j < WIDTH; j++)
                    wrong += batch.target_values[b * WIDTH + j] != (rondo_real)(10 * s + j);
            }
        }
        CHECK_INTEGER(wrong, 0);
        CHECK_INTEGER(seen, 50);
        rondo_batches_destroy(batches);
    }
    rondo_error error = {0};
    rondo_batches *none = NULL;
    config.truncated_bptt = 5;
    CHECK_INTEGER(rondo_batches_create(&from->dataset, RONDO_TRAIN, &config, &none, &error),
                  RONDO_USAGE);
    CHECK_TEXT(error.text,
               "data.truncated_bptt: must be 0 (one target per sequence needs the whole sequence)");
    free(from);
}

/* Lengths 5 2 7, two steps at a time: rows 2 0 1 until they end. */
static void rows_go_on(void)
{
    static const int32_t inputs[4][6] = {{7, 0, 5, 8, 1, 6},
                                         {9, 2, 10, 3, -1, -1},
                                         {11, 4, 12, -1, -1, -1},
                                         {13, -1, -1, -1, -1, -1}};
    static const int64_t starts[] = {0, 5, 7, 14}, rows[] = {3, 2, 2, 1}, tokens[] = {6, 4, 3, 1};
    sample *from = make_sample(3, 1, false);
    memcpy(from->offset, starts, sizeof starts);
    for (int32_t i = 0; i < 14; i++)
        from->inputs[i] = i;
    rondo_batches_config config = {.batch_size = 3, .truncated_bptt = 2, .carry_state = true};
    rondo_batches *batches = batches_of(from, &config);
    int64_t most_rows, steps, most_tokens;
    rondo_batches_largest(batches, &most_rows, &steps, &most_tokens);
    CHECK_INTEGER(most_rows, 3);
    CHECK_INTEGER(steps, 2);
    CHECK_INTEGER(most_tokens, 6);
    CHECK_INTEGER(rondo_batches_count(batches), 4);
    for (int64_t k = 0; k < 4; k++) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, k, &batch);
        CHECK_INTEGER(batch.rows, rows[k]);
        CHECK_INTEGER(batch.tokens, tokens[k]);
        CHECK_INTEGER(batch.carry, k > 0);
        CHECK(memcmp(batch.inputs, inputs[k], (size_t)tokens[k] * sizeof(int32_t)) == 0);
        CHECK_INTEGER(batch.sequence[0], 2);
    }
    rondo_batches_destroy(batches);
    free(from);
}

/* What a row was cut from in the minibatch before. */
typedef struct last_rows {
    int64_t count, sequence[MAX_SEQUENCES], end[MAX_SEQUENCES];
} last_rows;

static int64_t end_of_row(const rondo_batch *batch, int64_t row)
{
    int64_t steps = batch->steps;
    while (batch->active[steps - 1] <= row)
        steps--;
    return batch->start[row] + steps;
}

/* Each row goes on where it ended or, where nothing is carried, begins a sequence; a row that is
 * gone had come to its sequence's end. Returns how many do not. */
static int follow(const sample *from, const rondo_batch *batch, last_rows *last)
{
    int broken = batch->carry && batch->rows > last->count;
    for (int64_t b = batch->carry ? batch->rows : 0; b < last->count; b++)
        broken += last->end[b] != from->offset[last->sequence[b] + 1];
    for (int64_t b = 0; b < batch->rows; b++) {
        int64_t s = batch->sequence[b];
        broken += batch->carry ? s != last->sequence[b] || batch->start[b] != last->end[b]
                               : batch->start[b] != from->offset[s];
        last->sequence[b] = s;
        last->end[b] = end_of_row(batch, b);
    }
    last->count = batch->rows;
    return broken;
}

static void rows_stay_with_their_sequences(void)
{
    static const int64_t sizes[] = {1, 3, 16, 5000}, limits[] = {1, 7, 24}, tokens[] = {0, 60};
    static last_rows last;
    sample *from = make_sample(700, 25, false);
    for (int i = 0; i < 4 * 3 * 2 * 2; i++) {
        rondo_batches_config config = {.batch_size = sizes[i % 4],
                                       .truncated_bptt = limits[i / 4 % 3],
                                       .batch_tokens = tokens[i / 12 % 2],
                                       .shuffle = i / 24,
                                       .carry_state = true,
                                       .seed = 3};
        rondo_batches *batches = batches_of(from, &config);
        int broken = 0;
        last.count = 0;
        for (int64_t epoch = 0; epoch < 3; epoch++)
            for (int64_t k = 0; k < rondo_batches_count(batches); k++) {
                rondo_batch batch;
                rondo_batches_get(batches, epoch, k, &batch);
                broken += follow(from, &batch, &last);
                broken += k == 0 && batch.carry;
            }
        for (int64_t b = 0; b < last.count; b++)
            broken += last.end[b] != from->offset[last.sequence[b] + 1];
        CHECK_INTEGER(broken, 0);
        rondo_batches_destroy(batches);
    }
    free(from);
}

/* A number that two equal minibatches share, and hardly others. */
static uint64_t digest(const rondo_batch *batch)
{
    uint64_t sum = (uint64_t)batch->rows;
    for (int64_t i = 0; i < batch->tokens; i++)
        sum = sum * UINT64_C(1099511628211) + (uint64_t)batch->inputs[i] + 1;
    for (int64_t b = 0; b < batch->rows; b++)
        sum = sum * UINT64_C(1099511628211) + (uint64_t)batch->sequence[b] + 1;
    return sum;
}

/* Asked for backwards and in turns between epochs, each is what it was in order. */
static void any_order_gives_the_same(void)
{
    enum { EPOCHS = 3, COUNT = 44 };
    uint64_t sums[EPOCHS][COUNT];
    rondo_batch batch;
    int different = 0;
    sample *from = make_sample(700, 25, false);
    rondo_batches_config config = {.batch_size = 16, .shuffle = true, .seed = 11};
    rondo_batches *batches = batches_of(from, &config);
    CHECK_INTEGER(rondo_batches_count(batches), COUNT);
    for (int epoch = 0; epoch < EPOCHS; epoch++)
        for (int k = 0; k < COUNT; k++) {
            rondo_batches_get(batches, epoch, k, &batch);
            sums[epoch][k] = digest(&batch);
        }
    for (int k = COUNT - 1; k >= 0; k--)
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            rondo_batches_get(batches, epoch, k, &batch);
            different += digest(&batch) != sums[epoch][k];
        }
    CHECK_INTEGER(different, 0);
    rondo_batches_destroy(batches);
    batches = batches_of(from, &config);
    rondo_batches_get(batches, 2, 5, &batch);
    CHECK(digest(&batch) == sums[2][5]);
    CHECK(sums[0][5] != sums[1][5]);
    rondo_batches_destroy(batches);
    config.seed = 12;
    batches = batches_of(from, &config);
    rondo_batches_get(batches, 2, 5, &batch);
    CHECK(digest(&batch) != sums[2][5]);
    rondo_batches_destroy(batches);
    free(from);
}

/* A limit that no sequence reaches changes nothing. */
static void a_long_piece_is_the_sequence(void)
{
    sample *from = make_sample(700, 25, false);
    for (int i = 0; i < 4; i++) {
        rondo_batches_config config = {
            .batch_size = 16, .batch_tokens = i / 2 * 200, .shuffle = i % 2, .seed = 11};
        rondo_batches *whole = batches_of(from, &config), *cut;
        rondo_batch batch, same;
        int different = 0;
        config.truncated_bptt = 25;
        config.carry_state = true;
        cut = batches_of(from, &config);
        CHECK_INTEGER(rondo_batches_count(cut), rondo_batches_count(whole));
        for (int64_t k = 0; k < rondo_batches_count(cut); k++) {
            rondo_batches_get(whole, 5, k, &batch);
            rondo_batches_get(cut, 5, k, &same);
            different += digest(&batch) != digest(&same) || same.carry;
        }
        CHECK_INTEGER(different, 0);
        rondo_batches_destroy(whole);
        rondo_batches_destroy(cut);
    }
    free(from);
}

/* Sum over minibatches of rows times steps: what would be computed with padding. */
static double padded_share(const sample *from, bool shuffle)
{
    rondo_batches_config config = {.batch_size = 8, .shuffle = shuffle, .seed = 2};
    rondo_batches *batches = batches_of(from, &config);
    double area = 0;
    for (int64_t k = 0; k < rondo_batches_count(batches); k++) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, k, &batch);
        area += (double)(batch.rows * batch.steps);
    }
    double share = area / (double)rondo_batches_tokens(batches);
    rondo_batches_destroy(batches);
    return share;
}

static void rows_are_nearly_equally_long(void)
{
    sample *from = make_sample(700, 25, false);
    CHECK(padded_share(from, false) > 1.5);
    CHECK(padded_share(from, true) < 1.1);
    free(from);
}

/* Without shuffling, minibatch k holds sequences k * batch_size and on. */
static void file_order_without_shuffling(void)
{
    sample *from = make_sample(20, 25, false);
    rondo_batches_config config = {.batch_size = 6};
    rondo_batches *batches = batches_of(from, &config);
    for (int64_t k = 0; k < 4; k++) {
        rondo_batch batch;
        uint64_t seen = 0;
        rondo_batches_get(batches, k, k, &batch);
        for (int64_t b = 0; b < batch.rows; b++)
            seen |= UINT64_C(1) << batch.sequence[b];
        CHECK(seen == (k < 3 ? UINT64_C(0x3F) << 6 * k : UINT64_C(3) << 18));
    }
    rondo_batches_destroy(batches);
    free(from);
}

static void values_are_gathered_whole(void)
{
    sample *from = make_sample(50, 9, false);
    rondo_sequences *split = &from->dataset.splits[RONDO_TRAIN];
    split->input_values = from->values;
    split->target_values = from->values;
    split->inputs = (rondo_ids){0};
    split->targets = (rondo_ids){0};
    from->dataset.schema->target_width = WIDTH;
    rondo_batches_config config = {.batch_size = 7, .shuffle = true};
    rondo_batches *batches = batches_of(from, &config);
    int wrong = 0;
    for (int64_t k = 0; k < rondo_batches_count(batches); k++) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, k, &batch);
        CHECK(batch.inputs == NULL && batch.targets == NULL);
        for (int64_t t = 0; t < batch.steps; t++)
            for (int64_t b = 0; b < batch.active[t]; b++)
                for (int64_t j = 0; j < WIDTH; j++) {
                    int64_t at = (batch.offset[t] + b) * WIDTH + j;
                    int64_t step = from->offset[batch.sequence[b]] + t;
                    wrong += batch.input_values[at] != (rondo_real)(10 * step + j);
                    wrong += batch.target_values[at] != (rondo_real)(10 * step + j);
                }
    }
    CHECK_INTEGER(wrong, 0);
    rondo_batches_destroy(batches);
    free(from);
}

/* Limits from less than a sequence to more than the epoch: each is kept, each token seen once. */
static void tokens_are_limited(void)
{
    static const int64_t limits[] = {1, 24, 60, 200, 1000, 100000};
    sample *from = make_sample(700, 25, false);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (int cut = 0; cut < 3; cut++) {
            rondo_batches_config config = {.batch_size = 40,
                                           .batch_tokens = limits[i],
                                           .truncated_bptt = cut ? 7 : 0,
                                           .carry_state = cut == 2,
                                           .seed = 3};
            from->most_tokens = limits[i];
            check_epoch(from, &config, 0);
            config.shuffle = true;
            check_epoch(from, &config, 0);
            check_epoch(from, &config, 9);
        }
    free(from);
}

/* Lengths 3 2 4 6 1, at most 3 sequences or 6 tokens, in order: 3 2 | 4 | 6 | 1. */
static void tokens_in_order(void)
{
    static const int64_t starts[] = {0, 3, 5, 9, 15, 16}, rows[] = {2, 1, 1, 1};
    sample *from = make_sample(5, 1, false);
    memcpy(from->offset, starts, sizeof starts);
    rondo_batches_config config = {.batch_size = 3, .batch_tokens = 6};
    rondo_batches *batches = batches_of(from, &config);
    int64_t largest_rows, steps, tokens, first = 0;
    rondo_batches_largest(batches, &largest_rows, &steps, &tokens);
    CHECK_INTEGER(largest_rows, 2);
    CHECK_INTEGER(steps, 6);
    CHECK_INTEGER(tokens, 6);
    CHECK_INTEGER(rondo_batches_count(batches), 4);
    for (int64_t k = 0; k < 4; k++) {
        rondo_batch batch;
        rondo_batches_get(batches, 0, k, &batch);
        CHECK_INTEGER(batch.rows, rows[k]);
        CHECK_INTEGER(batch.sequence[0], first);
        first += rows[k];
    }
    rondo_batches_destroy(batches);
    free(from);
}

/* Sequences that sequence `s` meets in an epoch's minibatch, as a sum of their numbers. */
static int64_t company_of(rondo_batches *batches, int64_t epoch, int64_t s)
{
    for (int64_t k = 0; k < rondo_batches_count(batches); k++) {
        rondo_batch batch;
        int64_t sum = 0;
        bool is_here = false;
        rondo_batches_get(batches, epoch, k, &batch);
        for (int64_t b = 0; b < batch.rows; b++) {
            is_here = is_here || batch.sequence[b] == s;
            sum += batch.sequence[b];
        }
        if (is_here) return sum;
    }
    return -1;
}

/* Minibatches are nearly full and their rows nearly equally long, and yet a sequence meets others
 * in every epoch; an epoch is what it was, whenever it is asked for. */
static void buckets_are_full_and_random(void)
{
    enum { LIMIT = 200, EPOCHS = 3 };
    sample *from = make_sample(700, 25, false);
    rondo_batches_config config = {
        .batch_size = 1000, .batch_tokens = LIMIT, .shuffle = true, .seed = 2};
    rondo_batches *batches = batches_of(from, &config);
    int64_t count = rondo_batches_count(batches), all = rondo_batches_tokens(batches);
    uint64_t sums[EPOCHS] = {0};
    double area = 0;
    int alike = 0;
    CHECK(all > LIMIT * 30);
    CHECK((double)(count * LIMIT) < 1.2 * (double)all);
    for (int epoch = 0; epoch < EPOCHS; epoch++)
        for (int64_t k = 0; k < count; k++) {
            rondo_batch batch;
            rondo_batches_get(batches, epoch, k, &batch);
            sums[epoch] = 31 * sums[epoch] + digest(&batch);
            area += (double)(batch.rows * batch.steps) / EPOCHS;
        }
    CHECK(area < 1.15 * (double)all);
    for (int64_t s = 0; s < 700; s += 7)
        alike += company_of(batches, 0, s) == company_of(batches, 1, s);
    CHECK(alike < 10);
    CHECK(sums[0] != sums[1] && sums[1] != sums[2]);
    uint64_t again = 0;
    for (int64_t k = 0; k < count; k++) {
        rondo_batch batch;
        rondo_batches_get(batches, 1, k, &batch);
        again = 31 * again + digest(&batch);
    }
    CHECK(again == sums[1]);
    rondo_batches_destroy(batches);
    free(from);
}

static void what_cannot_be_is_refused(void)
{
    rondo_error error = {0};
    rondo_batches *batches = (rondo_batches *)1;
    sample *from = make_sample(3, 4, false);
    rondo_batches_config config = {.batch_size = 2};
    CHECK_INTEGER(rondo_batches_create(&from->dataset, RONDO_TEST, &config, &batches, &error),
                  RONDO_USAGE);
    CHECK(batches == NULL);
    CHECK_TEXT(error.text, "the data set has no test split");
    config.batch_size = 0;
    CHECK_INTEGER(rondo_batches_create(&from->dataset, RONDO_TRAIN, &config, &batches, &error),
                  RONDO_USAGE);
    CHECK_TEXT(error.text,
               "data: batch_size must be at least 1, truncated_bptt and batch_tokens at least 0");
    free(from);
}

int main(void)
{
    RUN(every_token_once);
    RUN(packed_as_drawn);
    RUN(parallel_streams);
    RUN(pieces_of_long_sequences);
    RUN(rows_go_on);
    RUN(rows_stay_with_their_sequences);
    RUN(a_long_piece_is_the_sequence);
    RUN(any_order_gives_the_same);
    RUN(rows_are_nearly_equally_long);
    RUN(file_order_without_shuffling);
    RUN(targets_of_sequences);
    RUN(values_are_gathered_whole);
    RUN(tokens_are_limited);
    RUN(tokens_in_order);
    RUN(buckets_are_full_and_random);
    RUN(what_cannot_be_is_refused);
    return check_end();
}
