/* configs/reference.yaml is what the generator writes, and is a config. */
#include "base/file.h"
#include "support.h"

static const char path[] = RONDO_SOURCE_DIR "/configs/reference.yaml";

static void test_the_committed_file_is_up_to_date(void)
{
    rondo_text text = {0};
    rondo_error error = {0};
    char *committed = NULL;
    size_t size;
    rondo_experiment_reference(registry, &text);
    CHECK_INTEGER(rondo_file_read(path, 1 << 20, &committed, &size, &error), RONDO_OK);
    bool is_same = committed && strcmp(committed, rondo_text_get(&text)) == 0;
    CHECK(is_same);
    if (!is_same) fprintf(stderr, "write it anew: rondo describe --all > configs/reference.yaml\n");
    free(committed);
    rondo_text_finish(&text);
}

static void test_it_is_a_config_of_defaults(void)
{
    rondo_experiment *reference, *defaults = NULL;
    rondo_error error = {0};
    rondo_text differences = {0};
    rondo_experiment_load(path, NULL, 0, registry, &reference, &error);
    CHECK_TEXT(error.text, "");
    defaults = parse("behavior_version: 1\ndata: {path: input.txt}\n"
                     "model: {layers: [{cell: lstm, hidden: 128}]}\noptimizer: {name: adam}\n",
                     "data.path=" RONDO_SOURCE_DIR "/configs/input.txt");
    CHECK(reference && defaults);
    if (reference && defaults) rondo_experiment_diff(reference, defaults, &differences);
    CHECK_TEXT(rondo_text_get(&differences), "");
    rondo_experiment_destroy(reference);
    rondo_experiment_destroy(defaults);
    rondo_text_finish(&differences);
}

int main(void)
{
    if (!support_start()) return 1;
    RUN(test_the_committed_file_is_up_to_date);
    RUN(test_it_is_a_config_of_defaults);
    return support_end();
}
