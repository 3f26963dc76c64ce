/* Which of BLIS's kernels are used. What BLIS would choose is asked in a child process, because it
 * chooses once; and kernels that it did not choose are tried in a child: BLIS aborts where it does
 * not have them, and the processor stops the program where it lacks their instructions. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/product.h"
#include "base/product_choice.h"
#include "base/product_peak.h"
#include "base/product_private.h"

static const char variable[] = "BLIS_ARCH_TYPE";

enum { NAME = 96 };

static char reason[160] = "chosen by BLIS";

/* The child: BLIS's message about its abort would be a second one, and no core is wanted. The streams
 * stay as they are: what a host of the library has written to them, and is not out yet, is its own. */
static void be_quiet(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0)
        _exit(1);
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
    rondo_product_packed(ROWS, DEPTH, COLUMNS, (rondo_matrix){a, DEPTH, 1}, packed, 0, COLUMNS,
                         (rondo_addend){0}, c, COLUMNS, scratch);
}

static void tell_kernels(int out)
{
    be_quiet();
    const char *name = rondo_product_kernel();
    if (write(out, name, strlen(name)) < 0) _exit(1);
}

/* Tells the kernels' name, then makes both kinds of product with them. */
static void try_kernels(int out)
{
    rondo_error error = {0};
    rondo_product_peak *peak;
    tell_kernels(out);
    multiply(&error);
    if (rondo_product_peak_create(1, &peak, &error)) _exit(1);
    rondo_product_peak_sample(peak, 1, 1);
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

/* Does the work in a child. False where there can be none; else what it wrote, and how it ended. */
static bool run_child(void (*work)(int out), char name[NAME], int *status)
{
    int ends[2];
    name[0] = '\0';
    if (pipe(ends) != 0) return false;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        work(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    if (child > 0) *status = follow_child(child, ends[0], name);
    close(ends[0]);
    return child > 0;
}

/* "haswell" of "BLIS 0.9.0 haswell". */
static const char *kernels_of(const char *name)
{
    static const char blis[] = "BLIS ";
    const char *version = strncmp(name, blis, sizeof blis - 1) == 0 ? name + sizeof blis - 1 : name;
    const char *space = strchr(version, ' ');
    return space ? space + 1 : version;
}

/* BLIS takes text for the number 0, without a word; later versions may know names. */
static bool is_read_as_meant(const char *value, const char *name)
{
    char *end;
    strtol(value, &end, 10);
    return *end == '\0' || strcmp(kernels_of(name), value) == 0;
}

static rondo_status check_answer(const char *value, const char *name, int status,
                                 rondo_error *error)
{
    static const char remedy[] = "leave it unset, and what is fastest here is chosen";
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

static rondo_status check_value(const char *value, rondo_error *error)
{
    char name[NAME];
    int status;
    snprintf(reason, sizeof reason, "%s=%.20s", variable, value);
    if (!run_child(try_kernels, name, &status)) return RONDO_OK; /* BLIS tells in its own way */
    return check_answer(value, name, status, error);
}

/* Tried, then taken: BLIS reads the variable once. It is removed, because programs that this one
 * starts would take it for the user's. */
static void take_kernels(const char *better, const char *chosen)
{
    char value[16], name[NAME];
    int status = 1;
    snprintf(value, sizeof value, "%d", rondo_product_kernels_number(better));
    if (setenv(variable, value, 1) != 0) return;
    if (run_child(try_kernels, name, &status) && status == 0) {
        rondo_product_kernel();
        snprintf(reason, sizeof reason, "chosen by rondo; BLIS takes %.40s for this processor",
                 chosen);
    }
    unsetenv(variable);
}

/* Only x86 has a choice to make. */
static void improve(void)
{
    const rondo_processor_facts facts = rondo_processor_facts_get();
    char name[NAME], chosen[NAME];
    int status = 1;
    if (!facts.has_avx || !run_child(tell_kernels, name, &status) || status != 0) return;
    snprintf(chosen, sizeof chosen, "%.*s", (int)strcspn(kernels_of(name), " "), kernels_of(name));
    const char *better = rondo_product_better_kernels(&facts, chosen);
    if (better) take_kernels(better, chosen);
}

rondo_status rondo_product_start(rondo_error *error)
{
    const char *value = getenv(variable);
    if (value && value[0] != '\0') return check_value(value, error);
    if (value) unsetenv(variable); /* empty: which BLIS would take for 0 */
    improve();
    return RONDO_OK;
}

const char *rondo_product_blis_reason(void)
{
    return reason;
}

bool rondo_product_is_generic(void)
{
    return strncmp(kernels_of(rondo_product_kernel()), "generic", 7) == 0;
}
