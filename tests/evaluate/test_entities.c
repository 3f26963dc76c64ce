/* Entities as conlleval counts them: cases made by hand, and entities.txt, which conlleval.py
 * beside it made with programs that share nothing with this one. */
#include <stdlib.h>

#include "check.h"
#include "evaluate/entities.h"

enum { MOST_STEPS = 32 };

static const char *const labels[] = {
    "<UNK>", "<EOS>", "O",     "B-PER", "I-PER", "E-PER", "S-PER", "L-PER",
    "U-PER", "B-LOC", "I-LOC", "E-LOC", "S-LOC", "L-LOC", "U-LOC",
};
enum { LABELS = sizeof labels / sizeof *labels };

static rondo_tags *make_tags(void)
{
    const rondo_tags_source source = {.scheme = RONDO_TAGS_IOBES,
                                      .first = 2,
                                      .count = LABELS,
                                      .classes = LABELS,
                                      .labels = labels};
    rondo_tags *tags;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_tags_create(&source, &tags, &error), RONDO_OK);
    if (!tags) exit(1);
    return tags;
}

/* Tags apart by blanks, as labels; returns how many. */
static int64_t read_labels(char *text, int32_t *ids)
{
    int64_t count = 0;
    for (char *word = strtok(text, " "); word && count < MOST_STEPS; word = strtok(NULL, " ")) {
        int32_t label = 0;
        while (label < LABELS && strcmp(labels[label], word) != 0)
            label++;
        CHECK(label < LABELS);
        ids[count++] = label < LABELS ? label : 2;
    }
    return count;
}

/* By type: "" , LOC, PER. */
static void count_texts(const rondo_tags *tags, const char *gold, const char *predicted,
                        rondo_label_count counts[3])
{
    char copy[2][512];
    int32_t ids[2][MOST_STEPS];
    snprintf(copy[0], sizeof copy[0], "%s", gold);
    snprintf(copy[1], sizeof copy[1], "%s", predicted);
    int64_t steps = read_labels(copy[0], ids[0]);
    CHECK_INTEGER(read_labels(copy[1], ids[1]), steps);
    memset(counts, 0, 3 * sizeof *counts);
    CHECK_INTEGER(tags->type_count, 3);
    rondo_entities_count(tags, ids[0], ids[1], steps, counts);
}

static void check_counts(const char *gold, const char *predicted, int64_t in_gold,
                         int64_t in_predicted, int64_t correct)
{
    rondo_tags *tags = make_tags();
    rondo_label_count c[3];
    int before = check_failures;
    count_texts(tags, gold, predicted, c);
    CHECK_INTEGER(c[0].gold + c[0].predicted + c[0].correct, 0);
    CHECK_INTEGER(c[1].gold + c[2].gold, in_gold);
    CHECK_INTEGER(c[1].predicted + c[2].predicted, in_predicted);
    CHECK_INTEGER(c[1].correct + c[2].correct, correct);
    if (check_failures > before) fprintf(stderr, "in %s against %s\n", gold, predicted);
    rondo_tags_destroy(tags);
}

static void whole_entities_are_right(void)
{
    check_counts("B-PER I-PER O B-LOC", "B-PER I-PER O B-LOC", 2, 2, 2);
    check_counts("B-PER I-PER O B-LOC", "B-PER O O B-LOC", 2, 2, 1);
    check_counts("B-PER I-PER O B-LOC", "B-PER I-PER I-PER B-LOC", 2, 2, 1);
    check_counts("B-PER I-PER", "B-LOC I-LOC", 1, 1, 0);
    check_counts("B-PER I-PER", "B-PER B-PER", 1, 2, 0);
    check_counts("B-PER B-PER", "B-PER B-PER", 2, 2, 2);
    check_counts("B-PER B-PER", "B-PER I-PER", 2, 1, 0);
    check_counts("O O", "O O", 0, 0, 0);
    check_counts("O O", "B-PER I-PER", 0, 1, 0);
    check_counts("B-PER O", "O O", 1, 0, 0);
    check_counts("O B-LOC I-LOC", "O B-LOC I-LOC", 1, 1, 1);
}

/* I-X after O or after another type begins an entity; so IOB1 needs no rules of its own. */
static void illegal_sequences_count_as_in_conlleval(void)
{
    check_counts("B-PER I-PER", "I-PER I-PER", 1, 1, 1);
    check_counts("O B-PER", "O I-PER", 1, 1, 1);
    check_counts("B-PER I-PER", "B-PER I-LOC", 1, 2, 0);
    check_counts("B-PER B-LOC", "B-PER I-LOC", 2, 2, 2);
    check_counts("I-PER B-PER I-PER", "I-PER B-PER I-PER", 2, 2, 2);
    check_counts("I-PER I-PER B-PER", "B-PER I-PER I-PER", 2, 1, 0);
}

static void other_letters(void)
{
    check_counts("B-PER I-PER E-PER S-LOC", "B-PER I-PER E-PER S-LOC", 2, 2, 2);
    check_counts("B-PER L-PER U-LOC U-LOC", "B-PER L-PER U-LOC U-LOC", 3, 3, 3);
    check_counts("B-PER E-PER", "B-PER I-PER", 1, 1, 1);
    check_counts("S-PER S-PER", "S-PER O", 2, 1, 1);
    check_counts("B-PER E-PER", "S-PER E-PER", 1, 2, 0);
}

static void by_type(void)
{
    rondo_tags *tags = make_tags();
    rondo_label_count c[3];
    count_texts(tags, "B-PER O B-LOC O B-LOC I-LOC", "B-PER O B-PER O B-LOC I-LOC", c);
    CHECK_TEXT(tags->types[1], "LOC");
    CHECK_INTEGER(c[1].gold, 2);
    CHECK_INTEGER(c[1].predicted, 1);
    CHECK_INTEGER(c[1].correct, 1);
    CHECK_INTEGER(c[2].gold, 1);
    CHECK_INTEGER(c[2].predicted, 2);
    CHECK_INTEGER(c[2].correct, 1);
    rondo_tags_destroy(tags);
}

static void scores(void)
{
    const rondo_label_count some = {.gold = 4, .predicted = 2, .correct = 1}, none = {0};
    const rondo_label_count wrong = {.gold = 3, .predicted = 2};
    CHECK_NEAR(rondo_label_precision(&some), 0.5, 0);
    CHECK_NEAR(rondo_label_recall(&some), 0.25, 0);
    CHECK_NEAR(rondo_label_f1(&some), 1.0 / 3, 1e-15);
    CHECK_NEAR(rondo_label_f1(&none) + rondo_label_precision(&none), 0, 0);
    CHECK_NEAR(rondo_label_f1(&wrong) + rondo_label_recall(&wrong), 0, 0);
}

static void golden(void)
{
    char line[1024];
    int64_t lines = 0;
    FILE *file = fopen(RONDO_SOURCE_DIR "/tests/evaluate/entities.txt", "r");
    CHECK(file != NULL);
    while (file && fgets(line, sizeof line, file)) {
        char *predicted = strchr(line, ';');
        char *numbers = predicted ? strchr(predicted + 1, ';') : NULL;
        long long gold_count, predicted_count, correct;
        CHECK(numbers != NULL);
        if (!numbers) break;
        *predicted++ = *numbers++ = '\0';
        CHECK_INTEGER(sscanf(numbers, "%lld %lld %lld", &gold_count, &predicted_count, &correct),
                      3);
        check_counts(line, predicted, gold_count, predicted_count, correct);
        lines++;
    }
    CHECK(lines >= 200);
    if (file) fclose(file);
}

int main(void)
{
    RUN(whole_entities_are_right);
    RUN(illegal_sequences_count_as_in_conlleval);
    RUN(other_letters);
    RUN(by_type);
    RUN(scores);
    RUN(golden);
    return check_end();
}
