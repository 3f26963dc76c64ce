/* What the harnesses share. Each is one file that defines LLVMFuzzerTestOneInput: linked with
 * libFuzzer it searches (tests/fuzz/run), linked with replay.c it reads given inputs once (ctest).
 */
#ifndef RONDO_TESTS_FUZZ_FUZZ_H
#define RONDO_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "config/experiment.h"
#include "support/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program: a harness that cannot start finds nothing. */
static inline void fuzz_fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(70);
}

/* The plugins of this build, made once; messages are not wanted. */
static inline rondo_registry *fuzz_registry(void)
{
    static rondo_registry *registry;
    rondo_error error = {0};
    if (registry) return registry;
    unsetenv("RONDO_PLUGINS");
    rondo_log_set_quiet(1);
    if (test_registry_create(RONDO_BINARY_DIR "/plugins", &registry, &error)) fuzz_fail(error.text);
    return registry;
}

/* In this process, where a crash of the library ends the search; or, told by the environment, in
 * the child that users have, which contains it. */
static inline bool fuzz_reads_in_process(void)
{
    return !getenv("RONDO_FUZZ_CHILD");
}

static inline void fuzz_write(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0) fuzz_fail(path);
}

#endif
