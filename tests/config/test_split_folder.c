/* data.path that names a folder: which file is for which split. */
#include "support.h"

#include <sys/stat.h>

static char folder[] = "/tmp/rondo_folder_XXXXXX";

static void in_folder(const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", folder, name);
}

static void add(const char *name)
{
    char path[256];
    in_folder(name, path);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    if (file) fclose(file);
}

static void drop(const char *name)
{
    char path[256];
    in_folder(name, path);
    CHECK_INTEGER(remove(path), 0);
}

static const char *text_with(const char *more)
{
    static char text[512];
    snprintf(text, sizeof text,
             "behavior_version: 1\ndata: {path: %s%s}\n"
             "model: {layers: [{cell: lstm, hidden: 8}]}\noptimizer: {name: adam}\n",
             folder, more);
    return text;
}

/* Their names in the folder; "-" without a path. */
static void check_files(const char *more, const char *train, const char *valid, const char *test)
{
    const char *const expected[] = {train, valid, test};
    rondo_experiment *e = parse(text_with(more), NULL);
    CHECK(e != NULL);
    if (!e) return;
    const char *const paths[] = {e->data.path, e->data.split.valid.path, e->data.split.test.path};
    for (int i = 0; i < 3; i++) {
        char path[256];
        in_folder(expected[i], path);
        CHECK_TEXT(paths[i] ? paths[i] : "-", strcmp(expected[i], "-") == 0 ? "-" : path);
    }
    rondo_experiment_destroy(e);
}

static void check_message(const char *more, const char *message)
{
    char expected[512];
    snprintf(expected, sizeof expected, "test:2:8: data.path: %s", message);
    CHECK_TEXT(messages(text_with(more), NULL), expected);
}

static void words_in_names(void)
{
    add("README.txt");
    add("trainer.txt");
    add("latest.txt");
    add(".train.txt.swp");
    check_message("", "is a folder without a training file: add one with train in its name, such "
                      "as train.txt, or name the files in data.split");
    add("train.txt");
    check_files("", "train.txt", "-", "-");
    add("dev.txt");
    add("en_ewt-ud-TEST.conllu");
    check_files("", "train.txt", "dev.txt", "en_ewt-ud-TEST.conllu");
}

/* What data.split says is not looked for; a count is of the training file. */
static void the_config_goes_first(void)
{
    check_files(", split: {valid: 0.2, test: 0}", "train.txt", "-", "-");
    rondo_experiment *e = parse(text_with(", split: {train: 30, test: 4}"), NULL);
    CHECK(e && e->data.split.train.count == 30 && e->data.split.test.count == 4);
    CHECK(e && e->data.split.valid.path != NULL);
    rondo_experiment_destroy(e);
    CHECK_CONTAINS(messages(text_with(", split: {train: /a/b.txt}"), NULL),
                   "data.split.train: give either data.path or data.split.train, not both");
}

static void two_for_one_split(void)
{
    add("JSB.valid.txt");
    check_message("",
                  "the folder holds more than one file for valid (JSB.valid.txt, dev.txt): name "
                  "the files in data.split");
    check_files(", split: {valid: 0.1}", "train.txt", "-", "en_ewt-ud-TEST.conllu");
    add("train.txt.gz");
    check_message(", split: {valid: 0.1}", "the folder holds more than one file for train "
                                           "(train.txt, train.txt.gz): name the files in "
                                           "data.split");
    drop("JSB.valid.txt");
    drop("train.txt.gz");
}

/* The resolved config names the files, so a run does not depend on what else comes into the folder.
 */
static void resolved(void)
{
    rondo_text once = {0}, twice = {0};
    rondo_error error = {0};
    rondo_experiment *first = parse(text_with(""), NULL), *second = NULL;
    CHECK(first != NULL);
    if (!first) return;
    rondo_experiment_print(first, &once);
    add("valid.txt");
    CHECK_INTEGER(rondo_experiment_parse("again", "/", rondo_text_get(&once), NULL, 0, registry,
                                         &second, &error),
                  RONDO_OK);
    if (second) rondo_experiment_print(second, &twice);
    CHECK_TEXT(rondo_text_get(&twice), rondo_text_get(&once));
    CHECK_CONTAINS(rondo_text_get(&once), "/dev.txt");
    drop("valid.txt");
    rondo_experiment_destroy(first);
    rondo_experiment_destroy(second);
    rondo_text_finish(&once);
    rondo_text_finish(&twice);
}

int main(void)
{
    if (!support_start() || !mkdtemp(folder)) return 1;
    RUN(words_in_names);
    RUN(the_config_goes_first);
    RUN(two_for_one_split);
    RUN(resolved);
    for (const char *const *name =
             (const char *const[]){"README.txt", "trainer.txt", "latest.txt", ".train.txt.swp",
                                   "train.txt", "dev.txt", "en_ewt-ud-TEST.conllu", NULL};
         *name; name++)
        drop(*name);
    CHECK_INTEGER(rmdir(folder), 0);
    return support_end();
}
