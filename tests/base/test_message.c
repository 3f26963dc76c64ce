/* Messages: as vsnprintf makes them, but for control characters in what is filled in. */
#include "check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/error.h"
#include "base/message.h"

static char made[512], expected[512];

__attribute__((format(printf, 1, 2))) static size_t make(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = rondo_message_format(made, sizeof made, format, arguments);
    va_end(arguments);
    return length;
}

/* The C library is the measure. */
#define SAME(...)                                                                                  \
    do {                                                                                           \
        int same_length = snprintf(expected, sizeof expected, __VA_ARGS__);                        \
        CHECK_INTEGER(make(__VA_ARGS__), same_length);                                             \
        CHECK_TEXT(made, expected);                                                                \
    } while (0)

static void test_as_the_library(void)
{
    SAME("nothing filled in, 100 %%\n");
    SAME("%s: line %d of %lld, %zu bytes, %u", "a.txt", -7, 123456789012345LL, sizeof made, 3u);
    SAME("%.3f %g %e %.17g %5.1f|%-8.2f|", 0.12345, 1e-9, 12.5, 0.1, 2.25, 3.5);
    SAME("%05d|%+d|%x|%#X|%o|%c|%ld|%hhd|%hd", 42, 42, 255, 255, 8, 'z', 5L, (char)3, (short)4);
    SAME("%jd %td %lu %llx", (intmax_t)-5, (ptrdiff_t)6, 7UL, 0xFFFFFFFFFFFFULL);
    SAME("%" PRId64 " %*d %-*d| %.*f", INT64_MIN, 6, 12, 6, 12, 2, 1.23456);
    SAME("%.*s|%.3s|%.0s|%s", 2, "abcdef", "abcdef", "abc", "");
    SAME("%s", "grüße, 东京, \xF0\x9F\x8E\xB5");
    SAME("%p", (void *)made);
}

static void test_escaped(void)
{
    make("a\n%s|", "one\ntwo\ttab\rreturn");
    CHECK_TEXT(made, "a\none\\x0atwo\\x09tab\\x0dreturn|");
    make("%s", "\x1b]0;title\x07 \x1b[2J \x7F \x01");
    CHECK_TEXT(made, "\\x1b]0;title\\x07 \\x1b[2J \\x7f \\x01");
    make("%s", "C1: \xC2\x9B 2J, \xC2\x85; not: \xC2\xA0");
    CHECK_TEXT(made, "C1: \\xc2\\x9b 2J, \\xc2\\x85; not: \xC2\xA0");
    make("%s", "\xE2\x80\xAE"
               "gnp.exe \xE2\x80\xA8 \xE2\x81\xA7 \xEF\xBB\xBF \xD8\x9C \xE2\x80\x93");
    CHECK_TEXT(made, "\\xe2\\x80\\xaegnp.exe \\xe2\\x80\\xa8 \\xe2\\x81\\xa7 \\xef\\xbb\\xbf "
                     "\\xd8\\x9c \xE2\x80\x93");
    make("%s", "latin-1 caf\xE9, \x9B, overlong \xC0\x9B, half \xE2\x82, surrogate \xED\xA0\x80");
    CHECK_TEXT(made, "latin-1 caf\\xe9, \\x9b, overlong \\xc0\\x9b, half \\xe2\\x82, surrogate "
                     "\\xed\\xa0\\x80");
    make("%.3s|%c", "a\xC3\xBC\x1b", '\x1b');
    CHECK_TEXT(made, "a\xC3\xBC|\\x1b");
}

static void test_cut(void)
{
    char small[6];
    rondo_error error = {0};
    CHECK_INTEGER(rondo_message_lines(small, sizeof small,
                                      "abc\xC3\xBC\xC3\xBC"
                                      "d"),
                  8);
    CHECK_TEXT(small, "abc\xC3\xBC");
    CHECK_INTEGER(rondo_message_lines(small, sizeof small, "a\n\x1b[b"), 8);
    CHECK_TEXT(small, "a\n");
    CHECK_INTEGER(rondo_message_lines(NULL, 0, "a\x1b"), 5);
    for (int i = 0; i < 2000; i++)
        rondo_error_add(&error, RONDO_FAILED, "%s", "\xC3\xBC\x1b");
    CHECK_INTEGER(strlen(error.text) < sizeof error.text, 1);
    CHECK_CONTAINS(error.text, "\xC3\xBC\\x1b\n\xC3\xBC\\x1b\n");
}

static void test_errors(void)
{
    rondo_error error = {0};
    rondo_error_set(&error, RONDO_USAGE, "%s: bad", "x\x1b.txt");
    rondo_error_add_lines(&error, RONDO_USAGE, "one\ntwo\x07");
    rondo_error_add(&error, RONDO_USAGE, "key \"%s\"", "a\nb");
    rondo_error_prefix(&error, "%s: ", "\xC2\x9B");
    CHECK_TEXT(error.text, "\\xc2\\x9b: x\\x1b.txt: bad\none\ntwo\\x07\nkey \"a\\x0ab\"");
}

int main(void)
{
    RUN(test_as_the_library);
    RUN(test_escaped);
    RUN(test_cut);
    RUN(test_errors);
    return check_end();
}
