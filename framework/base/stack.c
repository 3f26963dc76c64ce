#include "base/stack.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* rondo/autodiff.h takes up to 600 KiB, all else some 20. */
enum { LEAST_KIB = 1024, OPENMP_LEAST_KIB = 16 };

/* As libgomp reads it: a number, of KiB unless B, K, M or G follows; false where it takes the text
 * for a mistake, says so and goes on without. */
static bool read_kib(const char *text, double *kib)
{
    static const char letters[] = "bkmg";
    static const double units[] = {1.0 / 1024, 1, 1024, 1024 * 1024};
    char *end;
    while (isspace((unsigned char)*text))
        text++;
    if (!isdigit((unsigned char)*text)) return false;
    errno = 0;
    *kib = (double)strtoul(text, &end, 10);
    if (errno) return false;
    while (isspace((unsigned char)*end))
        end++;
    const char *letter = *end ? strchr(letters, tolower((unsigned char)*end)) : NULL;
    if (letter) {
        *kib *= units[letter - letters];
        end++;
    }
    while (isspace((unsigned char)*end))
        end++;
    return *end == '\0' && *kib >= OPENMP_LEAST_KIB;
}

rondo_status rondo_stack_check(rondo_error *error)
{
    static const char *const names[] = {"OMP_STACKSIZE", "GOMP_STACKSIZE"};
    struct rlimit limit;
    double kib;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = getenv(names[i]);
        if (!text || !read_kib(text, &kib)) continue;
        if (kib >= LEAST_KIB) break;
        return rondo_error_set(error, RONDO_USAGE,
                               "%s is \"%s\": a thread would crash; write %dk or more, or unset it",
                               names[i], text, LEAST_KIB);
    }
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return RONDO_OK;
    if (limit.rlim_cur >= (rlim_t)LEAST_KIB * 1024) return RONDO_OK;
    return rondo_error_set(
        error, RONDO_USAGE,
        "the limit of the stack is %llu KiB: the program would crash; run `ulimit -s %d` or more",
        (unsigned long long)limit.rlim_cur / 1024, LEAST_KIB);
}
