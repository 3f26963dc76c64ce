#include "base/stack.h"

#include <sys/resource.h>

/* Some 20 KiB are used; plugins may have their own. */
enum { LEAST_KIB = 256 };

rondo_status rondo_stack_check(rondo_error *error)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return RONDO_OK;
    if (limit.rlim_cur >= (rlim_t)LEAST_KIB * 1024) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE,
                           "the limit of the stack is %llu KiB: the program would crash; say "
                           "`ulimit -s %d` or more",
                           (unsigned long long)limit.rlim_cur / 1024, LEAST_KIB);
}
