/* error, memory, text, JSON. */
#include "check.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

static void test_error_set_add_prefix(void)
{
    rondo_error error = {0};
    CHECK_INTEGER(rondo_error_set(&error, RONDO_FAILED, "%s: %d", "a", 7), RONDO_FAILED);
    CHECK_TEXT(error.text, "a: 7");
    CHECK_INTEGER(rondo_error_add(&error, RONDO_USAGE, "b"), RONDO_USAGE);
    CHECK_TEXT(error.text, "a: 7\nb");
    CHECK_INTEGER(error.status, RONDO_USAGE);
    CHECK_INTEGER(rondo_error_prefix(&error, "%s: ", "file"), RONDO_USAGE);
    CHECK_TEXT(error.text, "file: a: 7\nb");
    rondo_error_set(&error, RONDO_FAILED, "again");
    CHECK_TEXT(error.text, "again");
    rondo_error fresh = {0};
    rondo_error_add(&fresh, RONDO_USAGE, "first");
    CHECK_TEXT(fresh.text, "first");
}

static void test_error_is_cut_not_overrun(void)
{
    struct {
        rondo_error error;
        char guard[64];
    } guarded;
    memset(&guarded, 0, sizeof guarded);
    memset(guarded.guard, 0x5A, sizeof guarded.guard);
    char piece[1000];
    memset(piece, 'x', sizeof piece);
    piece[sizeof piece - 1] = '\0';
    for (int i = 0; i < 20; i++)
        rondo_error_add(&guarded.error, RONDO_USAGE, "%s", piece);
    CHECK_INTEGER(strlen(guarded.error.text), RONDO_ERROR_SIZE - 1);
    rondo_error_prefix(&guarded.error, "%s", piece);
    CHECK_INTEGER(strlen(guarded.error.text), RONDO_ERROR_SIZE - 1);
    for (size_t i = 0; i < sizeof guarded.guard; i++)
        CHECK_INTEGER(guarded.guard[i], 0x5A);
}

static void test_memory_is_aligned_and_zero(void)
{
    static const size_t sizes[] = {0, 1, 63, 64, 65, 100003};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        rondo_error error = {0};
        unsigned char *block = rondo_memory_create(sizes[i], "a test", &error);
        CHECK(block != NULL);
        CHECK_INTEGER((uintptr_t)block % RONDO_ALIGNMENT, 0);
        for (size_t j = 0; j < sizes[i]; j++)
            if (block[j] != 0) CHECK_INTEGER(block[j], 0);
        rondo_memory_destroy(block);
    }
    rondo_memory_destroy(NULL);
}

/* Whole huge pages can serve a large block only where it begins with one; all of it is zero. */
static void test_large_memory_begins_with_a_huge_page(void)
{
    static const size_t huge_page = 2 << 20, sizes[] = {5000001, 8 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        rondo_error error = {0};
        unsigned char *block = rondo_memory_create(sizes[i], "a test", &error);
        CHECK(block != NULL);
        CHECK_INTEGER((uintptr_t)block % huge_page, 0);
        for (size_t j = 0; j < sizes[i] + RONDO_READ_AHEAD; j++)
            if (block[j] != 0) CHECK_INTEGER(block[j], 0);
        memset(block, 0x5A, sizes[i]);
        rondo_memory_destroy(block);
    }
}

/* The address sanitizer ends a program that asks for this much, unless told. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void test_memory_says_what_it_was_for(void)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 10, SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        rondo_error error = {0};
        CHECK(rondo_memory_create(sizes[i], "the parameters", &error) == NULL);
        CHECK_INTEGER(error.status, RONDO_FAILED);
        CHECK_CONTAINS(error.text, "not enough memory: the parameters needs");
    }
}

static void test_memory_grow_keeps_contents(void)
{
    rondo_error error = {0};
    void *block = NULL;
    int64_t capacity = 0;
    for (int64_t count = 1; count < 3000; count++) {
        CHECK_INTEGER(rondo_memory_grow(&block, &capacity, count, sizeof(int64_t), "list", &error),
                      RONDO_OK);
        CHECK(capacity >= count && capacity <= 2 * count + 16);
        ((int64_t *)block)[count - 1] = count * 37;
    }
    for (int64_t i = 0; i < 2999; i++)
        if (((int64_t *)block)[i] != (i + 1) * 37)
            CHECK_INTEGER(((int64_t *)block)[i], (i + 1) * 37);
    free(block);
}

static void take_pieces(rondo_arena *arena, rondo_real *pieces[3])
{
    pieces[0] = rondo_arena_reals(arena, 5);
    pieces[1] = rondo_arena_reals(arena, 0);
    pieces[2] = rondo_arena_take(arena, 1000);
}

static void test_arena_counts_then_gives(void)
{
    rondo_error error = {0};
    rondo_arena arena = {0};
    rondo_real *pieces[3];
    take_pieces(&arena, pieces);
    CHECK(pieces[0] == NULL && pieces[2] == NULL);
    CHECK_INTEGER(arena.used, 64 + 1024);
    CHECK_INTEGER(rondo_arena_start(&arena, "arena", &error), RONDO_OK);
    take_pieces(&arena, pieces);
    CHECK_INTEGER(arena.used, arena.capacity);
    CHECK_INTEGER((unsigned char *)pieces[2] - arena.base, 64);
    memset(pieces[2], 1, 1000);
    rondo_arena_finish(&arena);
    CHECK(arena.base == NULL && arena.used == 0);
}

static void test_text_grows(void)
{
    rondo_text text = {0};
    CHECK_TEXT(rondo_text_get(&text), "");
    for (int i = 0; i < 1000; i++)
        rondo_text_add(&text, "%d,", i % 10);
    CHECK_INTEGER(text.length, 2000);
    CHECK(!text.failed);
    CHECK(memcmp(rondo_text_get(&text), "0,1,2,3,", 8) == 0);
    rondo_text_add_bytes(&text, "xyz", 2);
    CHECK_TEXT(rondo_text_get(&text) + 1998, "9,xy");
    rondo_text_finish(&text);
    CHECK_TEXT(rondo_text_get(&text), "");
}

static void test_nearest_name(void)
{
    static const char *const names[] = {"hidden", NULL, "dropout", "learning_rate", "lstm", "gru"};
    static const struct {
        const char *wrong, *meant;
    } cases[] = {{"hiden", "hidden"},     {"hdiden", "hidden"},
                 {"Hidden", "hidden"},    {"dropuot", "dropout"},
                 {"drop_out", "dropout"}, {"learningrate", "learning_rate"},
                 {"lsmt", "lstm"},        {"gur", "gru"},
                 {"lstm", "lstm"},        {"", NULL},
                 {"zzzzzzzz", NULL},      {"q", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = rondo_text_nearest(cases[i].wrong, names, 6);
        if (cases[i].meant)
            CHECK_TEXT(found, cases[i].meant);
        else
            CHECK(found == NULL);
    }
    char longer[200];
    memset(longer, 'h', sizeof longer);
    longer[199] = '\0';
    CHECK(rondo_text_nearest(longer, names, 6) == NULL);
    const char *const long_names[] = {longer};
    CHECK(rondo_text_nearest("hhhh", long_names, 1) == NULL);
}

static void test_reals(void)
{
    static const struct {
        const char *token;
        double value;
    } good[] = {{"0", 0},      {"-2.5e-3", -0.0025},
                {"1e3", 1000}, {".5", 0.5},
                {"5.", 5},     {"+7", 7},
                {"1E-400", 0}, {"0.1", 0.1},
                {"-0", -0.0},  {"2.2250738585072014e-308", 2.2250738585072014e-308}};
    static const char *const bad[] = {"",    "x",        "1x", " 1",    "1 ",  "nan",
                                      "inf", "0x1",      "1e", "1e999", "--1", "1.2.3",
                                      "e5",  "infinity", ".",  "1,5",   "-",   "1e+"};
    double value;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CHECK(rondo_text_real(good[i].token, &value));
        CHECK(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!rondo_text_real(bad[i], &value));
}

static void test_integers(void)
{
    static const struct {
        const char *token;
        int64_t value;
    } good[] = {{"0", 0},
                {"-17", -17},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN},
                {"1e6", 1000000},
                {"2.5e1", 25},
                {"9007199254740992.0", 9007199254740992}};
    static const char *const bad[] = {
        "", "1.5", "9223372036854775808", "1e300", "0x10", "1-", "-", "1 ", "ten", "1e16.5"};
    int64_t value;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CHECK(rondo_text_integer(good[i].token, &value));
        CHECK_INTEGER(value, good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!rondo_text_integer(bad[i], &value));
}

static void test_shortest_reals(void)
{
    char buffer[32];
    CHECK_TEXT(rondo_text_of_real(0.002, buffer), "0.002");
    CHECK_TEXT(rondo_text_of_real(1e-8, buffer), "1e-08");
    CHECK_TEXT(rondo_text_of_real(0.1, buffer), "0.1");
    CHECK_TEXT(rondo_text_of_real(-3, buffer), "-3");
    static const double awkward[] = {1.0 / 3, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, 2.385};
    for (size_t i = 0; i < sizeof awkward / sizeof awkward[0]; i++)
        CHECK(strtod(rondo_text_of_real(awkward[i], buffer), NULL) == awkward[i]);
}

static void test_copy(void)
{
    char original[] = "abc";
    char *copy = rondo_text_copy(original);
    original[0] = 'x';
    CHECK_TEXT(copy, "abc");
    free(copy);
}

static void test_json(void)
{
    rondo_text json = {0};
    rondo_json_add_string(&json, "a\"b\\\n\x01\xc3\xa4");
    rondo_json_add_number(&json, 0.1);
    rondo_text_add(&json, " ");
    rondo_json_add_number(&json, INFINITY);
    rondo_json_add_number(&json, NAN);
    CHECK_TEXT(rondo_text_get(&json), "\"a\\\"b\\\\\\u000a\\u0001\xc3\xa4\"0.1 nullnull");
    rondo_text_finish(&json);
}

int main(void)
{
    RUN(test_error_set_add_prefix);
    RUN(test_error_is_cut_not_overrun);
    RUN(test_memory_is_aligned_and_zero);
    RUN(test_large_memory_begins_with_a_huge_page);
    RUN(test_memory_says_what_it_was_for);
    RUN(test_memory_grow_keeps_contents);
    RUN(test_arena_counts_then_gives);
    RUN(test_text_grows);
    RUN(test_nearest_name);
    RUN(test_reals);
    RUN(test_integers);
    RUN(test_shortest_reals);
    RUN(test_copy);
    RUN(test_json);
    return check_end();
}
