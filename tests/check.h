/* The smallest test harness: a failed check prints file:line and both values and makes the program
 * exit 1. A test is a static function; main RUNs them and ends with return check_end(). */
#ifndef RONDO_TESTS_CHECK_H
#define RONDO_TESTS_CHECK_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int check_count, check_failures;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        check_count++;                                                                             \
        if (!(condition)) {                                                                        \
            check_failures++;                                                                      \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                \
        }                                                                                          \
    } while (0)

#define CHECK_INTEGER(actual, expected)                                                            \
    do {                                                                                           \
        long long check_a = (long long)(actual), check_e = (long long)(expected);                  \
        check_count++;                                                                             \
        if (check_a != check_e) {                                                                  \
            check_failures++;                                                                      \
            fprintf(stderr, "%s:%d: %s is %lld, expected %lld\n", __FILE__, __LINE__, #actual,     \
                    check_a, check_e);                                                             \
        }                                                                                          \
    } while (0)

/* |actual - expected| <= tolerance * max(1, |expected|) */
#define CHECK_NEAR(actual, expected, tolerance)                                                    \
    do {                                                                                           \
        double check_a = (double)(actual), check_e = (double)(expected);                           \
        double check_t = (double)(tolerance);                                                      \
        check_count++;                                                                             \
        if (!(fabs(check_a - check_e) <= check_t * fmax(1.0, fabs(check_e)))) {                    \
            check_failures++;                                                                      \
            fprintf(stderr, "%s:%d: %s is %.17g, expected %.17g\n", __FILE__, __LINE__, #actual,   \
                    check_a, check_e);                                                             \
        }                                                                                          \
    } while (0)

#define CHECK_TEXT(actual, expected)                                                               \
    do {                                                                                           \
        const char *check_a = (actual), *check_e = (expected);                                     \
        check_count++;                                                                             \
        if (!check_a || strcmp(check_a, check_e) != 0) {                                           \
            check_failures++;                                                                      \
            fprintf(stderr, "%s:%d: %s is\n  \"%s\", expected\n  \"%s\"\n", __FILE__, __LINE__,    \
                    #actual, check_a ? check_a : "(null)", check_e);                               \
        }                                                                                          \
    } while (0)

#define CHECK_CONTAINS(actual, part)                                                               \
    do {                                                                                           \
        const char *check_a = (actual), *check_e = (part);                                         \
        check_count++;                                                                             \
        if (!check_a || !strstr(check_a, check_e)) {                                               \
            check_failures++;                                                                      \
            fprintf(stderr, "%s:%d: %s is\n  \"%s\", expected to contain\n  \"%s\"\n", __FILE__,   \
                    __LINE__, #actual, check_a ? check_a : "(null)", check_e);                     \
        }                                                                                          \
    } while (0)

#define RUN(test)                                                                                  \
    do {                                                                                           \
        int before = check_failures;                                                               \
        test();                                                                                    \
        printf("%s %s\n", check_failures == before ? "ok    " : "FAILED", #test);                  \
        fflush(stdout);                                                                            \
    } while (0)

static int check_end(void)
{
    printf("%d checks, %d failed\n", check_count, check_failures);
    return check_failures > 0 || check_count == 0;
}

#endif
