/* Splits: how many symbols or lines each gets, in which order, and when there are too few. */
#include "check.h"
#include "support.h"

static int64_t steps_of(const rondo_dataset *dataset, rondo_split split)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    return sequences->count > 0 ? sequences->offset[sequences->count] : 0;
}

/* A file of the size of Tiny Shakespeare: 1115394 characters, of which nanoGPT trains on 1003854
 * and validates on 111540. A stream's first character is not predicted. */
static void last_tenth_of_tiny_shakespeare(void)
{
    enum { SIZE = 1115394 };
    char *text = malloc(SIZE);
    for (int i = 0; i < SIZE; i++)
        text[i] = (char)(i % 100 == 99 ? '\n' : 'a' + i % 23);
    text[SIZE - 1] = '\n';
    write_bytes("split_size.txt", text, SIZE);
    rondo_experiment experiment = experiment_of("split_size.txt");
    experiment.data.split.valid.fraction = 0.1;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(steps_of(dataset, RONDO_TRAIN), 1003854 - 1);
    CHECK_INTEGER(steps_of(dataset, RONDO_VALID), 111540 - 1);
    CHECK_INTEGER(dataset->splits[RONDO_TEST].count, 0);
    char first = rondo_vocabulary_name(dataset->schema->inputs,
                                       rondo_ids_get(dataset->splits[RONDO_VALID].inputs, 0))[0];
    CHECK_INTEGER(first, text[1003854]);
    char last =
        rondo_vocabulary_name(dataset->schema->inputs,
                              rondo_ids_get(dataset->splits[RONDO_TRAIN].targets, 1003854 - 2))[0];
    CHECK_INTEGER(last, text[1003853]);
    rondo_dataset_destroy(dataset);
    free(text);
}

/* Whole numbers are sequences, or symbols of a stream. */
static void counts(void)
{
    write_file("split_counts.txt", "a\nb\nc\nd\ne\nf\n");
    rondo_experiment experiment = experiment_of("split_counts.txt");
    experiment.data.split.valid.count = 4;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(steps_of(dataset, RONDO_TRAIN), 7);
    CHECK_INTEGER(steps_of(dataset, RONDO_VALID), 3);
    rondo_dataset_destroy(dataset);
    experiment.data.sequences = RONDO_LINE;
    experiment.data.split.valid.count = 2;
    experiment.data.split.test.count = 1;
    dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 3);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].count, 2);
    CHECK_INTEGER(dataset->splits[RONDO_TEST].count, 1);
    rondo_dataset_destroy(dataset);
    experiment.data.split.valid.count = 5;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: the train split would have 0 sequences; it needs at least 1");
    experiment.data.split.valid.count = 500;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: train, valid and test ask for 501 sequences, but the file has 6");
}

enum { LINES = 40 };

/* Line i is the word "w<i>". */
static void write_lines(const char *path, int lines)
{
    char text[LINES * 8];
    size_t used = 0;
    for (int i = 0; i < lines; i++)
        used += (size_t)snprintf(text + used, 8, "w%d\n", i);
    write_bytes(path, text, used);
}

static rondo_experiment lines_of(const char *path)
{
    rondo_experiment experiment = experiment_of(path);
    experiment.data.unit = RONDO_WORD;
    experiment.data.sequences = RONDO_LINE;
    experiment.data.vocabulary.unknown = "?";
    return experiment;
}

static void lines_in_order(void)
{
    write_lines("split_lines.txt", 10);
    rondo_experiment experiment = lines_of("split_lines.txt");
    experiment.data.split.valid.fraction = 0.2;
    experiment.data.split.test.fraction = 0.1;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 7);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].count, 2);
    CHECK_INTEGER(dataset->splits[RONDO_TEST].count, 1);
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "w0 <EOS>");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 6), "w6 <EOS>");
    CHECK_TEXT(spell_targets(dataset, RONDO_VALID, 0), "? <EOS>");
    CHECK_INTEGER(dataset->schema->input_width, 9);
    rondo_dataset_destroy(dataset);
}

/* 3 of 10 is 0.3 * 10 = 3.0000000000000004 in some orders of evaluation; it must stay 3. Small
 * parts are rounded up, so that a split asked for has something in it. */
static void fractions_are_not_inflated(void)
{
    static const struct {
        int lines;
        double valid, test;
        int64_t train_count, valid_count, test_count;
    } cases[] = {{10, 0.3, 0.0, 7, 3, 0},      {10, 0.1, 0.2, 7, 1, 2},
                 {40, 0.15, 0.35, 20, 6, 14},  {5, 0.1, 0.1, 3, 1, 1},
                 {40, 0.7, 0.0, 12, 28, 0},    {3, 0.01, 0.0, 2, 1, 0},
                 {30, 1.0 / 3, 0.1, 17, 10, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_lines("split_fractions.txt", cases[i].lines);
        rondo_experiment experiment = lines_of("split_fractions.txt");
        experiment.data.split.valid.fraction = cases[i].valid;
        experiment.data.split.test.fraction = cases[i].test;
        rondo_dataset *dataset = load(&experiment);
        CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, cases[i].train_count);
        CHECK_INTEGER(dataset->splits[RONDO_VALID].count, cases[i].valid_count);
        CHECK_INTEGER(dataset->splits[RONDO_TEST].count, cases[i].test_count);
        rondo_dataset_destroy(dataset);
    }
}

/* Which lines train: a bit each. With all lines known by name through a saved list. */
static uint64_t random_training_lines(int64_t seed)
{
    char names[LINES + 2][8] = {"?", "<EOS>"};
    const char *pointers[LINES + 2] = {names[0], names[1]};
    for (int i = 0; i < LINES; i++) {
        snprintf(names[i + 2], sizeof names[i], "w%d", i);
        pointers[i + 2] = names[i + 2];
    }
    rondo_schema *saved = schema_of_names(pointers, LINES + 2, NULL, 0);
    rondo_experiment experiment = lines_of("split_random.txt");
    experiment.seeds.data = seed;
    experiment.data.split.order = RONDO_RANDOM;
    experiment.data.split.valid.fraction = 0.25;
    experiment.data.split.test.fraction = 0.25;
    rondo_error error = {0};
    rondo_dataset *dataset = NULL;
    uint64_t seen = 0, train = 0;
    CHECK_INTEGER(rondo_dataset_load(&experiment, saved, &dataset, &error), RONDO_OK);
    rondo_schema_destroy(saved);
    for (int s = 0; s < RONDO_SPLITS; s++)
        for (int64_t i = 0; i < dataset->splits[s].count; i++) {
            uint64_t bit = UINT64_C(1) << (rondo_ids_get(dataset->splits[s].targets, 2 * i) - 2);
            CHECK((seen & bit) == 0);
            seen |= bit;
            if (s == RONDO_TRAIN) train |= bit;
        }
    CHECK(seen == (UINT64_C(1) << LINES) - 1);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 20);
    rondo_dataset_destroy(dataset);
    return train;
}

static void lines_at_random(void)
{
    write_lines("split_random.txt", LINES);
    uint64_t one = random_training_lines(1);
    CHECK(one == random_training_lines(1));
    CHECK(one != random_training_lines(2));
    CHECK(one != (UINT64_C(1) << 20) - 1);
}

static void files_of_their_own(void)
{
    write_lines("split_train.txt", 10);
    write_lines("split_test.txt", 3);
    rondo_experiment experiment = lines_of(NULL);
    experiment.data.split.train.path = "split_train.txt";
    experiment.data.split.test.path = "split_test.txt";
    experiment.data.split.test.fraction = 0.5;
    experiment.data.split.valid.fraction = 0.1;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 9);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].count, 1);
    CHECK_INTEGER(dataset->splits[RONDO_TEST].count, 3);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TEST, 2), "<EOS> w2");
    rondo_dataset_destroy(dataset);
}

/* Counts and a fraction of train come first in the file; what is left over is in no split. */
static void counts_of_train(void)
{
    write_lines("split_counts.txt", 20);
    rondo_experiment experiment = lines_of("split_counts.txt");
    rondo_split_config *split = &experiment.data.split;
    split->train.count = 9;
    split->valid.count = 3;
    split->test.fraction = 0.21;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 9);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].count, 3);
    CHECK_INTEGER(dataset->splits[RONDO_TEST].count, 5);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 8), "<EOS> w8");
    rondo_dataset_destroy(dataset);
    split->train = (rondo_split_part){0};
    dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 12);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 11), "<EOS> w11");
    rondo_dataset_destroy(dataset);
    *split = (rondo_split_config){
        .train = {.fraction = 0.6}, .valid = {.fraction = 0.21}, .test = {.fraction = 0.19}};
    dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 11);
    CHECK_INTEGER(dataset->splits[RONDO_VALID].count, 5);
    CHECK_INTEGER(dataset->splits[RONDO_TEST].count, 4);
    rondo_dataset_destroy(dataset);
    *split = (rondo_split_config){.valid = {.count = 15}, .test = {.count = 6}};
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: train, valid and test ask for 21 sequences, but the file has 20");
    *split = (rondo_split_config){.valid = {.count = 14}, .test = {.count = 6}};
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: the train split would have 0 sequences; it needs at least 1");
    *split = (rondo_split_config){.train = {.count = 21}};
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: train, valid and test ask for 21 sequences, but the file has 20");
}

static void too_little_is_refused(void)
{
    write_lines("split_small.txt", 2);
    rondo_experiment experiment = lines_of("split_small.txt");
    experiment.data.split.valid.fraction = 0.9;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: the train split would have 0 sequences; it needs at least 1");
    experiment.data.split.test.fraction = 0.9;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: the train split would have 0 sequences; it needs at least 1");
    write_file("split_small.txt", "abcdefgh");
    experiment = experiment_of("split_small.txt");
    experiment.data.split.valid.fraction = 0.01;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split: the valid split would have 1 symbols; it needs at least 2");
    experiment.data.split.valid.fraction = 0.5;
    experiment.data.split.order = RONDO_RANDOM;
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "data.split.order: random needs sequences; with data.sequences stream only "
                  "sequential");
}

int main(void)
{
    RUN(last_tenth_of_tiny_shakespeare);
    RUN(counts);
    RUN(lines_in_order);
    RUN(fractions_are_not_inflated);
    RUN(lines_at_random);
    RUN(files_of_their_own);
    RUN(counts_of_train);
    RUN(too_little_is_refused);
    return check_end();
}
