/* Parallel tags: two files of a folder, line by line and token by token. */
#include <sys/stat.h>

#include "check.h"
#include "support.h"

static rondo_experiment experiment_with(const char *words, const char *tags)
{
    rondo_experiment experiment = experiment_of("parallel");
    experiment.task = &rondo_task_tagging;
    use_format(&experiment, &rondo_format_parallel_tags);
    PARALLEL_TAGS(experiment)->input_file = "words";
    PARALLEL_TAGS(experiment)->target_file = "tags";
    mkdir("parallel", 0777);
    write_file("parallel/words", words);
    write_file("parallel/tags", tags);
    return experiment;
}

static void lines_are_sequences(void)
{
    rondo_experiment experiment =
        experiment_with("In  Paris\n\n \t\nmr x\tsaid", "O B-LOC \n\n\n O B-PER O\n");
    experiment.data.vocabulary.lowercase = true;
    rondo_dataset *dataset = load(&experiment);
    CHECK_INTEGER(dataset->splits[RONDO_TRAIN].count, 2);
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 0), "in paris");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 0), "O B-LOC");
    CHECK_TEXT(spell_inputs(dataset, RONDO_TRAIN, 1), "mr x said");
    CHECK_TEXT(spell_targets(dataset, RONDO_TRAIN, 1), "O B-PER O");
    rondo_dataset_destroy(dataset);
}

static void what_does_not_pair_up_is_refused(void)
{
    rondo_experiment experiment = experiment_with("a b\nc\n", "X Y\nZ Z Z\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "parallel/tags:2: 3 tags, but 1 words in parallel/words:2");
    experiment = experiment_with("a b\n\nc d\n", "X Y\n\n\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "parallel/tags:3: 0 tags, but 2 words in parallel/words:3");
    experiment = experiment_with("a\nb\nc\n", "X\nY\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "parallel/words:3: no such line in parallel/tags, which ends before it");
    experiment = experiment_with("a\n", "X\nY\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED,
                  "parallel/tags:2: no such line in parallel/words, which ends before it");
    experiment = experiment_with("a\n\xFF\n", "X\nY\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "parallel/words:2:1: byte 0xFF is not valid UTF-8");
    experiment = experiment_with("\n", "\n");
    CHECK_REFUSED(&experiment, RONDO_FAILED, "parallel/words: no words");
}

static void missing_files_are_named(void)
{
    rondo_experiment experiment = experiment_with("a\n", "X\n");
    PARALLEL_TAGS(experiment)->target_file = "labels";
    CHECK_REFUSED(&experiment, RONDO_USAGE,
                  "parallel/labels: cannot open: No such file or directory");
}

int main(void)
{
    RUN(lines_are_sequences);
    RUN(what_does_not_pair_up_is_refused);
    RUN(missing_files_are_named);
    return check_end();
}
