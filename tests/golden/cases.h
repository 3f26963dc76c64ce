/* The cases of a golden file, each a group that its list "cases" names. */
#ifndef RONDO_TESTS_GOLDEN_CASES_H
#define RONDO_TESTS_GOLDEN_CASES_H

#include "check.h"

#include "base/hdf5.h"
#include "support/registry.h"

typedef void (*golden_run)(rondo_registry *registry, rondo_hdf5 *file, const char *name);

/* More than `least` cases, with the plugins of the double build. */
static inline void golden_run_cases(const char *path, int64_t least, golden_run run)
{
    rondo_registry *registry = NULL;
    rondo_hdf5 *file = NULL;
    rondo_error error = {0};
    char **names = NULL;
    int64_t count = 0;
    CHECK(!test_registry_create(RONDO_BINARY_DIR "/plugins-double", &registry, &error));
    CHECK(!rondo_hdf5_open(path, &file, &error));
    if (error.status) fprintf(stderr, "%s\n", error.text);
    CHECK(!rondo_hdf5_read_texts(file, "cases", &count, &names, &error));
    CHECK(count > least);
    for (int64_t i = 0; i < count; i++)
        run(registry, file, names[i]);
    rondo_hdf5_free_texts(count, names);
    rondo_hdf5_close(file, &error);
    rondo_registry_destroy(registry);
}

#endif
