/* Kernels that the environment names are tried in a child: BLIS aborts where it does not know them,
 * and the processor stops the program where it lacks their instructions. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/product.h"
#include "base/product_peak.h"

static const char variable[] = "BLIS_ARCH_TYPE";

enum { NAME = 96 };

/* The child: BLIS's message about its abort would be a second one, and no core is wanted. */
static void be_quiet(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)) _exit(1);
}

/* A product as a pass makes them: panels packed here, multiplied by the micro-kernel. */
static void multiply(rondo_error *error)
{
    enum { ROWS = 7, DEPTH = 40, COLUMNS = 33 };
    static const rondo_real a[ROWS * DEPTH], b[DEPTH * COLUMNS];
    static rondo_real c[ROWS * COLUMNS];
    size_t packed_size = (size_t)rondo_product_packed_size(DEPTH, COLUMNS);
    size_t scratch_size = (size_t)rondo_product_scratch(ROWS);
    rondo_real *packed = rondo_memory_create(packed_size * sizeof *packed, "products", error);
    rondo_real *scratch = rondo_memory_create(scratch_size * sizeof *scratch, "products", error);
    if (!packed || !scratch) _exit(1);
    rondo_product_pack(packed, DEPTH, COLUMNS, (rondo_matrix){b, COLUMNS, 1}, 0,
                       rondo_product_panel_count(COLUMNS));
    rondo_product_packed(ROWS, DEPTH, COLUMNS, (rondo_matrix){a, DEPTH, 1}, packed, 0, COLUMNS, 0,
                         c, COLUMNS, scratch);
}

/* Tells the kernels' name, then makes both kinds of product with them. Never returns. */
static void try_kernels(int out)
{
    rondo_error error = {0};
    rondo_product_peak *peak;
    be_quiet();
    const char *name = rondo_product_kernel();
    if (write(out, name, strlen(name)) < 0) _exit(1);
    multiply(&error);
    if (rondo_product_peak_create(1, &peak, &error)) _exit(1);
    rondo_product_peak_sample(peak, 1, 1);
    _exit(0);
}

/* What the child wrote, and how it ended. */
static int follow_child(pid_t child, int in, char name[NAME])
{
    size_t length = 0;
    ssize_t count;
    int status = 0;
    while (length < NAME - 1 && (count = read(in, name + length, NAME - 1 - length)) > 0)
        length += (size_t)count;
    name[length] = '\0';
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* BLIS takes text for the number 0, without a word; later versions may know names. */
static bool is_read_as_meant(const char *value, const char *name)
{
    char *end;
    strtol(value, &end, 10);
    const char *kernels = strrchr(name, ' ');
    return *end == '\0' || (kernels && strcmp(kernels + 1, value) == 0);
}

static rondo_status judge(const char *value, const char *name, int status, rondo_error *error)
{
    static const char remedy[] = "leave it unset, and BLIS chooses what is fastest here";
    if (!is_read_as_meant(value, name))
        return rondo_error_set(error, RONDO_USAGE, "%s=%s: not a number; %s", variable, value,
                               remedy);
    if (status == 0) return RONDO_OK;
    if (name[0] == '\0')
        return rondo_error_set(error, RONDO_USAGE,
                               "%s=%s: this BLIS has no kernels of that number; %s", variable,
                               value, remedy);
    return rondo_error_set(error, RONDO_USAGE,
                           "%s=%s: this processor cannot run the kernels of %s; %s", variable,
                           value, name, remedy);
}

rondo_status rondo_product_check(rondo_error *error)
{
    const char *value = getenv(variable);
    char name[NAME] = "";
    int ends[2];
    if (!value) return RONDO_OK;
    if (value[0] == '\0') { /* which BLIS would take for 0 */
        unsetenv(variable);
        return RONDO_OK;
    }
    if (pipe(ends) != 0) return RONDO_OK; /* then BLIS tells in its own way */
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        try_kernels(ends[1]);
    }
    close(ends[1]);
    int status = child > 0 ? follow_child(child, ends[0], name) : 0;
    close(ends[0]);
    return child > 0 ? judge(value, name, status, error) : RONDO_OK;
}
