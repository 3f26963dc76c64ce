/* Word vectors from text files: both formats, who gets which vector, and what is refused where. */
#include "check.h"
#include "data/support.h"
#include "data/text/word_vectors.h"

enum { WIDTH = 3 };

static const char *const names[] = {"<UNK>", "<EOS>", "the", "The", "THE",
                                    "cat",   "Dog",   "a b", "x"};
enum { SYMBOLS = sizeof names / sizeof *names };

static rondo_real rows[SYMBOLS * WIDTH];

/* Rows that are not found keep -1. */
static rondo_status read_text(const char *text, rondo_coverage *coverage, rondo_error *error)
{
    rondo_vocabulary *vocabulary = NULL;
    write_file("word_vectors.txt", text);
    *coverage = (rondo_coverage){0};
    for (int i = 0; i < SYMBOLS * WIDTH; i++)
        rows[i] = -1;
    CHECK_INTEGER(rondo_vocabulary_restore(names, SYMBOLS, &vocabulary, error), RONDO_OK);
    rondo_status status =
        rondo_word_vectors_read("word_vectors.txt", vocabulary, WIDTH, rows, coverage, error);
    rondo_vocabulary_destroy(vocabulary);
    return status;
}

/* The first number of each symbol's vector; the others are one and two more. */
static void check_vectors(const char *text, const double *firsts, int64_t found, int64_t lowered)
{
    rondo_coverage coverage;
    rondo_error error = {0};
    CHECK_INTEGER(read_text(text, &coverage, &error), RONDO_OK);
    if (error.status) fprintf(stderr, "%s\n", error.text);
    CHECK_INTEGER(coverage.symbols, SYMBOLS);
    CHECK_INTEGER(coverage.found, found);
    CHECK_INTEGER(coverage.lowered, lowered);
    for (int s = 0; s < SYMBOLS; s++)
        for (int i = 0; i < WIDTH; i++)
            CHECK_NEAR(rows[s * WIDTH + i], firsts[s] < 0 ? -1 : firsts[s] + i, 1e-6);
}

static void glove(void)
{
    /* The exact spelling wins, whichever comes first; of equal words the first one. */
    check_vectors("the 1 2 3\nThe 4 5 6\nthe 7 8 9\ndog 20 2.1e1 22\n<unk> 0 1 2\n"
                  "bird 5 x 6\n", /* a word that no symbol needs */
                  (const double[]){0, -1, 1, 4, 1, -1, 20, -1, -1}, 5, 3);
}

static void spellings(void)
{
    check_vectors("The 4 5 6\nthe 1 2 3\nDog 8 9 10\ndog 20 21 22\n\nCat 1 2 3\n",
                  (const double[]){-1, -1, 1, 4, 1, -1, 8, -1, -1}, 4, 1);
    /* Words with blanks, blanks at line ends, tabs, Windows line ends. */
    check_vectors("a b 1 2 3 \r\n. . . 7 8 9\r\nx\t4\t5\t6\r\ncat  0.5 1.5  2.5",
                  (const double[]){-1, -1, -1, -1, -1, 0.5, -1, 1, 4}, 3, 0);
}

static void word2vec(void)
{
    check_vectors("2 3\ncat 1 2 3\nx 4 5 6\n", (const double[]){-1, -1, -1, -1, -1, 1, -1, -1, 4},
                  2, 0);
}

static void check_refused(const char *text, const char *expected)
{
    rondo_coverage coverage;
    rondo_error error = {0};
    CHECK_INTEGER(read_text(text, &coverage, &error), RONDO_FAILED);
    CHECK_TEXT(error.text, expected);
}

static void refused(void)
{
    check_refused("cat 1 2\n", "word_vectors.txt:1:8: 2 numbers for a word, but "
                               "model.input.embedding is 3");
    check_refused("cat 1 2 3\nx 1 2 3 4\n", "word_vectors.txt:2:9: 4 numbers for a word, but "
                                            "model.input.embedding is 3");
    check_refused("1 5\ncat 1 2 3\n", "word_vectors.txt:1:3: 5 numbers for a word, but "
                                      "model.input.embedding is 3");
    check_refused("3 3\ncat 1 2 3\nx 1 2 3\n",
                  "word_vectors.txt:1:1: this line promises 3 words, but there are 2");
    check_refused("\xC3\xA9 1 2 3\ncat 1 2,5 3\n",
                  "word_vectors.txt:2:7: not a number that a parameter can have");
    check_refused("cat 1 nan 3\n", "word_vectors.txt:1:7: not a number that a parameter can have");
    check_refused("cat 1 2 1e999\n", "word_vectors.txt:1:9: not a number that a parameter can "
                                     "have");
    check_refused("cat 1 \xFF 3\n", "word_vectors.txt:1:7: byte 0xFF is not valid UTF-8");
    check_refused("", "word_vectors.txt: empty file");
}

/* A word of capitals beyond ASCII has a small form, too. */
static void letters_of_other_scripts(void)
{
    static const char *const words[] = {"<UNK>", "<EOS>", "\xC3\x89T\xC3\x89",
                                        "\xD0\x9C\xD0\x98\xD0\xA0"};
    rondo_vocabulary *vocabulary = NULL;
    rondo_coverage coverage;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_vocabulary_restore(words, 4, &vocabulary, &error), RONDO_OK);
    write_file("word_vectors.txt", "\xC3\xA9t\xC3\xA9 1 2 3\n\xD0\xBC\xD0\xB8\xD1\x80 4 5 6\n");
    CHECK_INTEGER(
        rondo_word_vectors_read("word_vectors.txt", vocabulary, WIDTH, rows, &coverage, &error),
        RONDO_OK);
    CHECK_INTEGER(coverage.lowered, 2);
    CHECK_NEAR(rows[2 * WIDTH], 1, 0);
    CHECK_NEAR(rows[3 * WIDTH], 4, 0);
    rondo_vocabulary_destroy(vocabulary);
}

static void missing(void)
{
    rondo_vocabulary *vocabulary = NULL;
    rondo_coverage coverage;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_vocabulary_restore(names, SYMBOLS, &vocabulary, &error), RONDO_OK);
    CHECK_INTEGER(
        rondo_word_vectors_read("no_such.txt", vocabulary, WIDTH, rows, &coverage, &error),
        RONDO_USAGE);
    CHECK_CONTAINS(error.text, "no_such.txt");
    rondo_vocabulary_destroy(vocabulary);
}

int main(void)
{
    RUN(glove);
    RUN(spellings);
    RUN(letters_of_other_scripts);
    RUN(word2vec);
    RUN(refused);
    RUN(missing);
    return check_end();
}
