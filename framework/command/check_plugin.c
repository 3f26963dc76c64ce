#include "command/check_plugin.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "rondo/real.h"

bool rondo_check_is_plugin(const char *word)
{
    size_t length = strlen(word);
    return length > 3 && strcmp(word + length - 3, ".so") == 0;
}

/* plugins-double/cells/x.so */
static bool is_double(const char *path)
{
    char full[PATH_MAX];
    if (sizeof(rondo_real) == sizeof(double)) return true;
    if (!realpath(path, full)) return false;
    for (int i = 0; i < 2; i++) { /* the file, the folder of its kind */
        char *slash = strrchr(full, '/');
        if (!slash) return false;
        *slash = '\0';
    }
    size_t length = strlen(full), tail = strlen("-double");
    return length > tail && strcmp(full + length - tail, "-double") == 0;
}

/* Beside this program, malloc'd; NULL: no memory, or the kernel does not say where. */
static char *kit_program(const char *path)
{
    char own[PATH_MAX];
    if (!rondo_file_program(own, sizeof own)) return NULL;
    char *folder = rondo_file_folder(own);
    char *kit =
        folder ? rondo_file_join(folder, is_double(path) ? "rondo_kit_double" : "rondo_kit") : NULL;
    free(folder);
    return kit;
}

/* The kit's command line: at most 2 words an argument. */
typedef struct kit_words {
    const char *items[2 * RONDO_MAX_LIST + 16];
    int count;
    char seconds[32];
} kit_words;

static void add_words(kit_words *words, const char *first, const char *second)
{
    words->items[words->count++] = first;
    if (second) words->items[words->count++] = second;
}

static void fill_words(kit_words *words, const rondo_check_arguments *a)
{
    snprintf(words->seconds, sizeof words->seconds, "%lld", (long long)a->seconds);
    if (a->table) add_words(words, "--table", NULL);
    if (a->step_file) add_words(words, "--step-file", NULL);
    if (a->alone) add_words(words, "--alone", NULL);
    if (a->step) add_words(words, "--step", a->step);
    if (a->seconds > 0) add_words(words, "--seconds", words->seconds);
    for (int64_t i = 0; i < a->options.count; i++)
        add_words(words, "--option", a->options.items[i]);
    words->items[words->count] = NULL;
}

rondo_status rondo_check_plugin(const char *path, const rondo_check_arguments *arguments,
                                rondo_error *error)
{
    char *kit = kit_program(path);
    kit_words words = {0};
    if (!kit) return rondo_error_set(error, RONDO_FAILED, "no memory to start the conformance kit");
    add_words(&words, kit, path);
    fill_words(&words, arguments);
    fflush(stdout);
    /* execv does not change the words, but C has no type that says so. */
    union {
        const char **read;
        char **list;
    } line = {words.items};
    execv(kit, line.list);
    rondo_error_set(error, RONDO_FAILED, "%s, the conformance kit, cannot be started: %s", kit,
                    strerror(errno));
    free(kit);
    return RONDO_FAILED;
}
