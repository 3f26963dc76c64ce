#include "check.h"
#include "data/text/symbols.h"
#include "data/text/vocabulary.h"

static rondo_vocabulary *counted(const char *const *symbols, int64_t min_count, int64_t max_size)
{
    rondo_error error = {0};
    rondo_vocabulary *vocabulary = NULL;
    CHECK_INTEGER(rondo_vocabulary_create("<UNK>", "<EOS>", &vocabulary, &error), RONDO_OK);
    for (; *symbols; symbols++)
        CHECK_INTEGER(
            rondo_vocabulary_count(vocabulary, *symbols, (int64_t)strlen(*symbols), &error),
            RONDO_OK);
    CHECK_INTEGER(rondo_vocabulary_build(vocabulary, min_count, max_size, &error), RONDO_OK);
    return vocabulary;
}

static int32_t find(const rondo_vocabulary *vocabulary, const char *symbol)
{
    return rondo_vocabulary_find(vocabulary, symbol, (int64_t)strlen(symbol));
}

static const char *const words[] = {"to",    "be", "or", "not",      "to",    "be",    "that", "is",
                                    "<UNK>", "to", "b",  "\xC3\xA9", "<EOS>", "<UNK>", NULL};

static void falling_count_then_bytes(void)
{
    static const char *const expected[] = {"<UNK>", "<EOS>", "to", "be",   "b",
                                           "is",    "not",   "or", "that", "\xC3\xA9"};
    rondo_vocabulary *vocabulary = counted(words, 1, 0);
    CHECK_INTEGER(rondo_vocabulary_size(vocabulary), 10);
    for (int32_t id = 0; id < 10; id++) {
        CHECK_TEXT(rondo_vocabulary_name(vocabulary, id), expected[id]);
        CHECK_TEXT(rondo_vocabulary_names(vocabulary)[id], expected[id]);
        CHECK_INTEGER(find(vocabulary, expected[id]), id);
    }
    CHECK_INTEGER(find(vocabulary, "unheard"), RONDO_UNKNOWN_ID);
    CHECK_INTEGER(find(vocabulary, "x"), RONDO_UNKNOWN_ID);
    rondo_vocabulary_destroy(vocabulary);
}

static void rare_symbols_are_left_out(void)
{
    rondo_vocabulary *vocabulary = counted(words, 2, 0);
    CHECK_INTEGER(rondo_vocabulary_size(vocabulary), 4);
    CHECK_INTEGER(find(vocabulary, "be"), 3);
    CHECK_INTEGER(find(vocabulary, "or"), RONDO_UNKNOWN_ID);
    CHECK_INTEGER(find(vocabulary, "b"), RONDO_UNKNOWN_ID);
    rondo_vocabulary_destroy(vocabulary);
}

static void the_most_frequent_are_kept(void)
{
    rondo_vocabulary *vocabulary = counted(words, 1, 5);
    CHECK_INTEGER(rondo_vocabulary_size(vocabulary), 5);
    CHECK_INTEGER(find(vocabulary, "b"), 4);
    CHECK_INTEGER(find(vocabulary, "is"), RONDO_UNKNOWN_ID);
    rondo_vocabulary_destroy(vocabulary);
    vocabulary = counted(words, 1, 1);
    CHECK_INTEGER(rondo_vocabulary_size(vocabulary), 2);
    rondo_vocabulary_destroy(vocabulary);
    vocabulary = counted(words + 14, 1, 0);
    CHECK_INTEGER(rondo_vocabulary_size(vocabulary), 2);
    CHECK_TEXT(rondo_vocabulary_name(vocabulary, RONDO_END_ID), "<EOS>");
    rondo_vocabulary_destroy(vocabulary);
}

/* More than the table starts with, with spellings that share their beginnings. */
static void many_symbols(void)
{
    enum { MANY = 50000 };
    rondo_error error = {0};
    rondo_symbols *symbols = NULL;
    char name[32];
    int wrong = 0;
    CHECK_INTEGER(rondo_symbols_create(&symbols, &error), RONDO_OK);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < MANY; i++) {
            int32_t index = -1;
            int length = snprintf(name, sizeof name, "symbol%d", i);
            wrong += rondo_symbols_add(symbols, name, length, &index, &error) != RONDO_OK;
            wrong += index != i;
        }
    CHECK_INTEGER(wrong, 0);
    CHECK_INTEGER(rondo_symbols_count(symbols), MANY);
    int64_t length = 0;
    CHECK_TEXT(rondo_symbols_get(symbols, 31415, &length), "symbol31415");
    CHECK_INTEGER(length, 11);
    CHECK_INTEGER(rondo_symbols_find(symbols, "symbol50000", 11), -1);
    CHECK_INTEGER(rondo_symbols_find(symbols, "symbol4999", 10), 4999);
    rondo_symbols_destroy(symbols);
}

static void check_restore(const char *const *names, int64_t count, const char *message)
{
    rondo_error error = {0};
    rondo_vocabulary *vocabulary = (rondo_vocabulary *)1;
    CHECK_INTEGER(rondo_vocabulary_restore(names, count, &vocabulary, &error), RONDO_FAILED);
    CHECK(vocabulary == NULL);
    CHECK_TEXT(error.text, message);
}

static void restored(void)
{
    static const char *const names[] = {"<unk>", "<eos>", "b", "aa", "\xC3\xA9", "b", "", "\xFF"};
    rondo_error error = {0};
    rondo_vocabulary *vocabulary = NULL;
    CHECK_INTEGER(rondo_vocabulary_restore(names, 5, &vocabulary, &error), RONDO_OK);
    CHECK_INTEGER(rondo_vocabulary_size(vocabulary), 5);
    for (int32_t id = 0; id < 5; id++)
        CHECK_INTEGER(find(vocabulary, names[id]), id);
    rondo_vocabulary_destroy(vocabulary);
    CHECK_INTEGER(rondo_vocabulary_restore_classes(names + 2, 1, &vocabulary, &error), RONDO_OK);
    CHECK_INTEGER(rondo_vocabulary_search(vocabulary, "b", 1), 0);
    CHECK_INTEGER(rondo_vocabulary_search(vocabulary, "c", 1), -1);
    rondo_vocabulary_destroy(vocabulary);
    check_restore(names, 6, "vocabulary: names 2 and 5 are both \"b\"");
    check_restore(names + 4, 3, "vocabulary: name 2 is empty");
    check_restore(names + 4, 1,
                  "vocabulary: 1 names; it needs the unknown and the end symbol, and at most "
                  "2147483646");
    static const char *const bytes[] = {"<unk>", "<eos>", "\xFF"};
    check_restore(bytes, 3, "vocabulary: name 2 is not valid UTF-8");
}

static void unknown_is_not_end(void)
{
    rondo_error error = {0};
    rondo_vocabulary *vocabulary = (rondo_vocabulary *)1;
    CHECK_INTEGER(rondo_vocabulary_create("<s>", "<s>", &vocabulary, &error), RONDO_USAGE);
    CHECK(vocabulary == NULL);
    CHECK_TEXT(error.text, "data.vocabulary: unknown and end are both spelled \"<s>\"");
}

int main(void)
{
    RUN(falling_count_then_bytes);
    RUN(rare_symbols_are_left_out);
    RUN(the_most_frequent_are_kept);
    RUN(many_symbols);
    RUN(restored);
    RUN(unknown_is_not_end);
    return check_end();
}
