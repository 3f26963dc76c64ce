/* Generated data sets: that they are what the papers describe, that every sequence follows from the
 * seed, split and number alone. */
#include "check.h"
#include "data/batches/batch.h"
#include "data/formats/generate_digits.h"
#include "data/formats/reber.h"
#include "data/label_sequences.h"
#include "support.h"

static rondo_experiment generated(int name, int64_t count, int64_t length)
{
    rondo_experiment experiment = {
        .seed = 7,
        .seeds = {-1, -1, -1, -1},
        .task = name == RONDO_COPY     ? &rondo_task_tagging
                : name == RONDO_ADDING ? &rondo_task_regression
                : name == RONDO_DIGITS ? &rondo_task_transcription
                                       : &rondo_task_language_model,
        .data = {.unit = RONDO_WORD,
                 .sequences = RONDO_LINE,
                 .vocabulary = {.min_count = 1, .unknown = "<UNK>", .end = "<EOS>"},
                 .batch_size = 4}};
    use_format(&experiment, &rondo_format_generated);
    *GENERATOR(experiment) = (rondo_generator_config){.name = name,
                                                      .count = count,
                                                      .valid = 20,
                                                      .test = 20,
                                                      .length = length,
                                                      .symbols = 8,
                                                      .copied = 10,
                                                      .attractors = 0.5};
    return experiment;
}

static void copy_gives_back_what_it_read(void)
{
    rondo_experiment experiment = generated(RONDO_COPY, 30, 5);
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    CHECK_INTEGER(train->count, 30);
    CHECK_INTEGER(dataset->schema->input_width, 12); /* 8 symbols, blank, go; unknown and end */
    for (int64_t s = 0; s < train->count; s++) {
        char inputs[512], targets[512], expected[512] = "", blanks[128] = "";
        snprintf(inputs, sizeof inputs, "%s",
                 spell(dataset->schema->inputs, train, train->inputs, s));
        snprintf(targets, sizeof targets, "%s",
                 spell(dataset->schema->targets, train, train->targets, s));
        CHECK_INTEGER(train->offset[s + 1] - train->offset[s], 25);
        /* Ten symbols of one character, and a blank between: 20 characters. */
        for (int i = 0; i < 15; i++)
            strcat(blanks, "_ ");
        snprintf(expected, sizeof expected, "%s%.19s", blanks, inputs);
        CHECK_TEXT(targets, expected);
        CHECK_TEXT(inputs + 20, "_ _ _ _ ? _ _ _ _ _ _ _ _ _ _");
        CHECK_INTEGER(strspn(inputs, "12345678 "), 20);
    }
    rondo_dataset_destroy(dataset);
}

static bool accepts(const char *text)
{
    rondo_reber reber = {0};
    for (; *text; text++) {
        int index = 0;
        while (index < RONDO_REBER_SYMBOLS && rondo_reber_names[index][0] != *text)
            index++;
        if (index == RONDO_REBER_SYMBOLS || !rondo_reber_step(&reber, 1 << index)) return false;
    }
    return rondo_reber_allowed(&reber) == 0;
}

/* The strings between are the lists of grammatical and ungrammatical ones that Orr's and Geron's
 * texts give for the grammar. */
static void reber_grammar_knows_its_strings(void)
{
    CHECK(accepts("BTBTSSXXTVVETE"));
    CHECK(accepts("BPBPVVEPE"));
    CHECK(accepts("BPBTXXVPSEPE"));
    CHECK(accepts("BTBPVPXVPXVPXVVETE"));
    CHECK(accepts("BTBTSXXVPSETE"));
    CHECK(accepts("BTBTSXSETE"));
    CHECK(!accepts("BTBTSSPXSETE"));
    CHECK(!accepts("BTBPTVVBTE"));
    CHECK(!accepts("BTBTXXVVSETE"));
    CHECK(!accepts("BTBPVSPSETE"));
    CHECK(!accepts("BTBTSSSETE"));
    CHECK(!accepts("BTBPVVEPE")); /* the second symbol does not come back */
    CHECK(!accepts("BTBPVVET"));
}

static void reber_strings_are_legal(void)
{
    rondo_experiment experiment = generated(RONDO_REBER, 200, 0);
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    int64_t t_strings = 0, longest = 0;
    for (int64_t s = 0; s < train->count; s++) {
        char symbols[512] = "";
        size_t used = 0;
        for (int64_t i = train->offset[s]; i < train->offset[s + 1] - 1 && used < 500; i++)
            symbols[used++] =
                rondo_vocabulary_name(dataset->schema->inputs, rondo_ids_get(train->targets, i))[0];
        CHECK(accepts(symbols));
        CHECK_INTEGER(rondo_ids_get(train->inputs, train->offset[s]), RONDO_END_ID);
        CHECK_INTEGER(rondo_ids_get(train->targets, train->offset[s + 1] - 1), RONDO_END_ID);
        t_strings += symbols[1] == 'T';
        if ((int64_t)used > longest) longest = (int64_t)used;
    }
    CHECK(t_strings > 70 && t_strings < 130);
    CHECK(longest > 15);
    rondo_dataset_destroy(dataset);
}

static bool is_one_of(const char *word, const char *list)
{
    char padded[64];
    snprintf(padded, sizeof padded, " %s ", word);
    return strstr(list, padded) != NULL;
}

static const char singular[] =
    " cat dog bird boy girl king queen horse farmer tiger doctor sailor ";
static const char plural[] =
    " cats dogs birds boys girls kings queens horses farmers tigers doctors sailors ";

/* What is wrong with a sentence, or NULL; how far its verb is from its noun, and how many of the
 * nouns between have the subject's number. */
static const char *examine(const char *sentence, int64_t *distance, int64_t *same, int64_t *other)
{
    char copy[4096];
    bool many = false;
    int64_t words = 0;
    snprintf(copy, sizeof copy, "%s", sentence);
    *distance = -1;
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "), words++) {
        bool one = is_one_of(word, singular), more = is_one_of(word, plural);
        if (words == 0 && strcmp(word, "the") != 0) return "does not begin with the";
        if (words == 1 && !one && !more) return "no noun";
        if (words == 1) many = more;
        if (words > 1 && (one || more)) ++*(more == many ? same : other);
        if (strcmp(word, "was") != 0 && strcmp(word, "were") != 0) continue;
        if (*distance >= 0) return "two verbs";
        *distance = words - 2;
        if ((strcmp(word, "were") == 0) != many) return "does not agree";
    }
    return *distance < 0 ? "no verb" : words != *distance + 4 ? "no adjective" : NULL;
}

static void verbs_agree(void)
{
    rondo_experiment experiment = generated(RONDO_AGREEMENT, 400, 12);
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    int64_t seen[13] = {0}, same = 0, other = 0;
    for (int64_t s = 0; s < train->count; s++) {
        int64_t distance;
        char text[4096];
        snprintf(text, sizeof text, "%s", spell(dataset->schema->inputs, train, train->inputs, s));
        const char *wrong = examine(text + strlen("<EOS> "), &distance, &same, &other);
        if (wrong) fprintf(stderr, "%s: %s\n", text, wrong);
        CHECK(!wrong);
        CHECK(distance >= 0 && distance <= 12);
        if (distance >= 0 && distance <= 12) seen[distance]++;
    }
    for (int64_t distance = 0; distance <= 12; distance++)
        CHECK(distance == 1 || distance == 2 ? seen[distance] == 0 : seen[distance] > 15);
    CHECK(same > 200 && other > 200 && llabs(same - other) < (same + other) / 8);
    rondo_dataset_destroy(dataset);

    GENERATOR(experiment)->attractors = 1;
    same = other = 0;
    dataset = load(&experiment);
    train = &dataset->splits[RONDO_TRAIN];
    for (int64_t s = 0; s < train->count; s++) {
        int64_t distance;
        examine(spell(dataset->schema->inputs, train, train->inputs, s) + strlen("<EOS> "),
                &distance, &same, &other);
    }
    CHECK(same == 0 && other > 400);
    rondo_dataset_destroy(dataset);
}

static void targets_are_the_sums_of_marked_numbers(void)
{
    enum { LENGTH = 7 };
    rondo_experiment experiment = generated(RONDO_ADDING, 300, LENGTH);
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    int64_t marked[LENGTH] = {0};
    double sum = 0, squares = 0;
    CHECK(dataset->schema->sequence_targets && dataset->schema->target == RONDO_TARGET_VALUES);
    CHECK_INTEGER(dataset->schema->input_width, 2);
    for (int64_t s = 0; s < train->count; s++) {
        rondo_real expected = 0;
        int64_t marks = 0;
        CHECK_INTEGER(train->offset[s + 1] - train->offset[s], LENGTH);
        for (int64_t t = 0; t < LENGTH; t++) {
            const rondo_real *step = train->input_values + (train->offset[s] + t) * 2;
            CHECK(step[0] >= 0 && step[0] < 1 && (step[1] == 0 || step[1] == 1));
            if (step[1] == 0) continue;
            expected += step[0];
            marked[t]++;
            marks++;
        }
        CHECK_INTEGER(marks, 2);
        CHECK(train->target_values[s] == expected);
        sum += (double)expected;
        squares += ((double)expected - 1) * ((double)expected - 1);
    }
    CHECK_NEAR(sum / 300, 1.0, 0.08);
    CHECK_NEAR(squares / 300, 1.0 / 6, 0.04);
    for (int64_t t = 0; t < LENGTH; t++)
        CHECK(marked[t] > 50 && marked[t] < 125);
    rondo_dataset_destroy(dataset);
}

/* Runs of equal frames, pauses left out: without noise two for each digit. */
static int64_t count_runs(const rondo_real *values, int64_t steps)
{
    static const rondo_real pause[RONDO_DIGITS_WIDTH];
    int64_t runs = 0;
    for (int64_t t = 0; t < steps; t++) {
        const rondo_real *frame = values + t * RONDO_DIGITS_WIDTH;
        const rondo_real *before = t > 0 ? frame - RONDO_DIGITS_WIDTH : pause;
        if (memcmp(frame, pause, sizeof pause) != 0 && memcmp(frame, before, sizeof pause) != 0)
            runs++;
    }
    return runs;
}

static void digits_are_frames_in_their_order(void)
{
    enum { COUNT = 300, LENGTH = 4, NAMES = 8 };
    rondo_experiment experiment = generated(RONDO_DIGITS, COUNT, LENGTH);
    rondo_dataset *dataset = load(&experiment);
    const rondo_sequences *train = &dataset->splits[RONDO_TRAIN];
    int64_t lengths[LENGTH + 1] = {0}, digits[NAMES] = {0};
    CHECK(dataset->schema->target == RONDO_TARGET_LABELS && !dataset->schema->sequence_targets);
    CHECK_INTEGER(dataset->schema->input_width, RONDO_DIGITS_WIDTH);
    CHECK_INTEGER(dataset->schema->target_width, 2 + NAMES);
    CHECK_INTEGER(dataset->schema->first_class, 2);
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 2), "0");
    CHECK_TEXT(rondo_vocabulary_name(dataset->schema->targets, 9), "7");
    for (int64_t s = 0; s < train->count; s++) {
        const int32_t *labels = train->label_ids + train->label_offset[s];
        int64_t count = train->label_offset[s + 1] - train->label_offset[s];
        int64_t steps = train->offset[s + 1] - train->offset[s];
        CHECK(count >= 0 && count <= LENGTH && rondo_labels_steps(labels, count) <= steps);
        CHECK_INTEGER(
            count_runs(train->input_values + train->offset[s] * RONDO_DIGITS_WIDTH, steps),
            2 * count);
        lengths[count]++;
        for (int64_t u = 0; u < count; u++)
            digits[labels[u] - 2]++;
    }
    for (int i = 0; i <= LENGTH; i++)
        CHECK(lengths[i] > COUNT / 8);
    for (int i = 0; i < NAMES; i++)
        CHECK(digits[i] > 40);
    rondo_dataset_destroy(dataset);
}

/* Two minibatches of the same sizes: do they hold the same? */
static bool same_batch(const rondo_batch *a, const rondo_batch *b)
{
    size_t inputs = (size_t)(a->tokens * 2) * sizeof *a->input_values;
    size_t targets = (size_t)a->rows * sizeof *a->target_values;
    return memcmp(a->input_values, b->input_values, inputs) == 0 &&
           memcmp(a->target_values, b->target_values, targets) == 0;
}

/* Held or made when needed, the first epoch is the same; the next one is other sequences; and an
 * epoch asked for again is what it was. */
static void resampled_sequences_change_with_the_epoch(void)
{
    rondo_experiment experiment = generated(RONDO_ADDING, 10, 6);
    rondo_experiment other = generated(RONDO_ADDING, 10, 6);
    GENERATOR(other)->resample_each_epoch = true;
    rondo_dataset *held = load(&experiment), *resampled = load(&other);
    rondo_batches_config config = {.batch_size = 4};
    rondo_batches *a, *b;
    rondo_batch first, second;
    rondo_error error = {0};
    CHECK(!resampled->splits[RONDO_TRAIN].input_values &&
          resampled->splits[RONDO_VALID].input_values);
    if (rondo_batches_create(held, RONDO_TRAIN, &config, &a, &error)) exit(2);
    if (rondo_batches_create(resampled, RONDO_TRAIN, &config, &b, &error)) exit(2);
    for (int64_t position = 0; position < rondo_batches_count(a); position++) {
        rondo_batches_get(a, 0, position, &first);
        rondo_batches_get(b, 0, position, &second);
        CHECK(same_batch(&first, &second));
        rondo_batches_get(b, 1, position, &second);
        CHECK(!same_batch(&first, &second));
        rondo_batches_get(b, 0, position, &second);
        CHECK(same_batch(&first, &second));
    }
    rondo_batches_destroy(a);
    rondo_batches_destroy(b);
    rondo_dataset_destroy(held);
    rondo_dataset_destroy(resampled);
}

/* A sequence does not depend on how many there are; splits and seeds differ. */
static void sequences_follow_from_the_seed(void)
{
    for (int name = RONDO_COPY; name <= RONDO_AGREEMENT; name++) {
        rondo_experiment experiment = generated(name, 40, 9), fewer = generated(name, 10, 9);
        rondo_experiment other = generated(name, 40, 9);
        other.seed = 8;
        rondo_dataset *a = load(&experiment), *b = load(&fewer), *c = load(&other);
        rondo_dataset *again = load(&experiment);
        const rondo_sequences *train = &a->splits[RONDO_TRAIN], *valid = &a->splits[RONDO_VALID];
        int64_t same_as_valid = 0, same_as_other = 0;
        for (int64_t s = 0; s < 10; s++) {
            const char *text = spell(a->schema->inputs, train, train->inputs, s);
            CHECK_TEXT(
                spell(b->schema->inputs, &b->splits[RONDO_TRAIN], b->splits[RONDO_TRAIN].inputs, s),
                text);
            same_as_valid += strcmp(text, spell(a->schema->inputs, valid, valid->inputs, s)) == 0;
            same_as_other += strcmp(text, spell(c->schema->inputs, &c->splits[RONDO_TRAIN],
                                                c->splits[RONDO_TRAIN].inputs, s)) == 0;
        }
        CHECK(same_as_valid < 5);
        CHECK(same_as_other < 5);
        CHECK(a->fingerprint == again->fingerprint);
        CHECK(a->fingerprint != c->fingerprint);
        rondo_dataset_destroy(a);
        rondo_dataset_destroy(b);
        rondo_dataset_destroy(c);
        rondo_dataset_destroy(again);
    }
}

int main(void)
{
    RUN(copy_gives_back_what_it_read);
    RUN(reber_grammar_knows_its_strings);
    RUN(reber_strings_are_legal);
    RUN(verbs_agree);
    RUN(targets_are_the_sums_of_marked_numbers);
    RUN(digits_are_frames_in_their_order);
    RUN(resampled_sequences_change_with_the_epoch);
    RUN(sequences_follow_from_the_seed);
    return check_end();
}
