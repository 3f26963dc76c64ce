/* Whole files: good/ and configs/ must load and survive being printed; bad/NAME.yaml must give
 * exactly the lines of bad/NAME.expected. */
#include <dirent.h>

#include "base/file.h"
#include "support.h"

enum { MAX_FILES = 200 };

static int64_t list_configs(const char *folder, char *paths[MAX_FILES])
{
    int64_t count = 0;
    struct dirent *entry;
    DIR *stream = opendir(folder);
    CHECK(stream != NULL);
    while (stream && (entry = readdir(stream)) && count < MAX_FILES) {
        size_t length = strlen(entry->d_name);
        if (length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0)
            paths[count++] = rondo_file_join(folder, entry->d_name);
    }
    if (stream) closedir(stream);
    return count;
}

static void check_round_trip(const char *path)
{
    rondo_experiment *first = NULL, *second = NULL;
    rondo_text once = {0}, twice = {0}, differences = {0};
    rondo_error error = {0};
    rondo_experiment_load(path, NULL, 0, registry, &first, &error);
    CHECK_TEXT(error.text, "");
    if (!first) return;
    rondo_experiment_print(first, &once);
    rondo_experiment_parse("printed", "/elsewhere", rondo_text_get(&once), NULL, 0, registry,
                           &second, &error);
    CHECK_TEXT(error.text, "");
    if (second) {
        rondo_experiment_print(second, &twice);
        CHECK_TEXT(rondo_text_get(&twice), rondo_text_get(&once));
        rondo_experiment_diff(first, second, &differences);
        CHECK_TEXT(rondo_text_get(&differences), "");
    }
    rondo_experiment_destroy(first);
    rondo_experiment_destroy(second);
    rondo_text_finish(&once);
    rondo_text_finish(&twice);
    rondo_text_finish(&differences);
}

/* What `rondo check` prints is a config of the same experiment, down to what does not count. */
static void check_short(const char *path)
{
    rondo_experiment *first = NULL, *second = NULL;
    rondo_text brief = {0}, brief_again = {0}, once = {0}, twice = {0};
    rondo_error error = {0};
    rondo_experiment_load(path, NULL, 0, registry, &first, &error);
    CHECK_TEXT(error.text, "");
    if (!first) return;
    rondo_experiment_print(first, &once);
    rondo_experiment_print_short(first, &brief);
    CHECK(brief.length < once.length);
    rondo_experiment_parse("printed", "/elsewhere", rondo_text_get(&brief), NULL, 0, registry,
                           &second, &error);
    CHECK_TEXT(error.text, "");
    if (second) {
        rondo_experiment_print(second, &twice);
        CHECK_TEXT(rondo_text_get(&twice), rondo_text_get(&once));
        rondo_experiment_print_short(second, &brief_again);
        CHECK_TEXT(rondo_text_get(&brief_again), rondo_text_get(&brief));
    }
    rondo_experiment_destroy(first);
    rondo_experiment_destroy(second);
    rondo_text_finish(&brief);
    rondo_text_finish(&brief_again);
    rondo_text_finish(&once);
    rondo_text_finish(&twice);
}

static void check_folder(const char *folder, int64_t least)
{
    char *paths[MAX_FILES];
    int64_t count = list_configs(folder, paths);
    CHECK(count >= least);
    for (int64_t i = 0; i < count; i++) {
        int before = check_failures;
        check_round_trip(paths[i]);
        check_short(paths[i]);
        if (check_failures > before) fprintf(stderr, "  in %s\n", paths[i]);
        free(paths[i]);
    }
}

static void test_good_configs(void)
{
    check_folder("good", 6);
}

static void test_shipped_configs(void)
{
    check_folder(RONDO_SOURCE_DIR "/configs", 4);
}

/* A plugin more or less is no edit of these texts: {cells} in them is what messages list. */
static char *with_cells(char *text)
{
    const char *mark = "{cells}";
    rondo_text names = {0}, whole = {0};
    rondo_registry_add_names(registry, RONDO_KIND_CELL, &names);
    const char *rest = text;
    for (const char *at; (at = strstr(rest, mark)); rest = at + strlen(mark))
        rondo_text_add(&whole, "%.*s%s", (int)(at - rest), rest, rondo_text_get(&names));
    rondo_text_add(&whole, "%s", rest);
    char *copy = rondo_text_copy(rondo_text_get(&whole));
    rondo_text_finish(&names);
    rondo_text_finish(&whole);
    free(text);
    return copy;
}

static char *read_expected(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    rondo_error error = {0};
    rondo_text expected = {0};
    rondo_text_add(&expected, "%.*s.expected", (int)strlen(path) - 5, path);
    CHECK(rondo_file_read(rondo_text_get(&expected), 100000, &text, &size, &error) == RONDO_OK);
    if (text && size > 0 && text[size - 1] == '\n') text[size - 1] = '\0';
    rondo_text_finish(&expected);
    return text ? with_cells(text) : NULL;
}

static void check_bad(const char *path)
{
    rondo_experiment *experiment;
    rondo_error error = {0};
    char *expected = read_expected(path);
    rondo_status status = rondo_experiment_load(path, NULL, 0, registry, &experiment, &error);
    CHECK_INTEGER(status, RONDO_USAGE);
    CHECK(experiment == NULL);
    if (expected) CHECK_TEXT(error.text, expected);
    rondo_experiment_destroy(experiment);
    free(expected);
}

static void test_bad_configs(void)
{
    char *paths[MAX_FILES];
    int64_t count = list_configs("bad", paths);
    CHECK(count >= 12);
    for (int64_t i = 0; i < count; i++) {
        check_bad(paths[i]);
        free(paths[i]);
    }
}

static void test_a_missing_file_is_named(void)
{
    rondo_experiment *experiment;
    rondo_error error = {0};
    CHECK_INTEGER(rondo_experiment_load("no_such.yaml", NULL, 0, registry, &experiment, &error),
                  RONDO_USAGE);
    CHECK(experiment == NULL);
    CHECK_CONTAINS(error.text, "no_such.yaml");
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_good_configs);
    RUN(test_shipped_configs);
    RUN(test_bad_configs);
    RUN(test_a_missing_file_is_named);
    return support_end();
}
